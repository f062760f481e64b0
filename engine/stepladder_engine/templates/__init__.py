"""Starter projects that `stepladder new` copies: one folder a template, in it one a language."""
