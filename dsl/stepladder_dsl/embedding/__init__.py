"""Diagrams and tables in documentation of others: Sphinx, Python-Markdown, and what stands on them."""
