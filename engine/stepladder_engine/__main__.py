"""Lets `python -m stepladder_engine` do what the command `stepladder` does."""

from __future__ import annotations

from stepladder_engine.cli.main import main

main()
