"""What the exit status of every command means."""

from __future__ import annotations

FINE = 0
"""Everything is as it should be."""
FINDINGS = 1
"""There are findings, failed scenarios, or too many rejected rows."""
COULD_NOT_RUN = 2
"""Wrong usage, an unreadable file, or a spec with errors where one had to run."""
INTERRUPTED = 130
"""Somebody pressed Ctrl-C, as shells number it."""
