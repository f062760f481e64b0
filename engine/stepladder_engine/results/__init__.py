"""The answer of a run as tables and a summary."""
