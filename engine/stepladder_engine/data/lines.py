"""Lines of a text file, none of them longer than memory should hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TextIO

from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.rows import RAW_LIMIT

LONGEST_ROW = 1_000_000
"""In characters; also of a row whose quoted cells run over several lines."""


class Lines:
    """The physical lines of a stream, none longer than a row may be; lines can be put back."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.waiting: deque[str | Fault] = deque()

    def next_line(self) -> str | Fault | None:
        """Give the next line without its end, a fault for one that is too long, or None at the end."""
        if self.waiting:
            return self.waiting.popleft()
        line = self.stream.readline(LONGEST_ROW + 1)
        if not line:
            return None
        if line.endswith("\n"):
            return line[:-1]
        if len(line) <= LONGEST_ROW:
            return line
        return self._too_long(line)

    def _too_long(self, start: str) -> Fault:
        """Pass over the rest of an endless line."""
        length = len(start)
        while piece := self.stream.readline(LONGEST_ROW):
            length += len(piece)
            if piece.endswith("\n"):
                break
        return Fault("SD041", "", {"length": length, "limit": LONGEST_ROW, "start": shown(start, RAW_LIMIT)})

    def put_back(self, lines: Sequence[str | Fault]) -> None:
        """Let lines come once more, before all others."""
        self.waiting.extendleft(reversed(lines))
