"""Lines of a text file, none of them longer than memory should hold."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import TextIO

from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.rows import RAW_LIMIT

LONGEST_ROW = 1_000_000
"""In characters; also of a row whose quoted cells run over several lines."""

MARK = "\ufeff"
"""Stands at the beginning of a file; where files were put one behind the other, also within."""

_NO_TEXT = re.compile("[\0\udc80-\udcff]")
"""Zero bytes, and what stands for bytes that are not of the file's encoding."""


class Lines:
    """The physical lines of a stream, none longer than a row may be; lines can be put back.

    Where an encoding is given, some lines are not written in it; each of those is a fault.
    """

    def __init__(self, stream: TextIO, damaged_in: str | None = None) -> None:
        self.stream = stream
        self.damaged_in = damaged_in
        self.waiting: deque[str | Fault] = deque()

    def next_line(self) -> str | Fault | None:
        """Give the next line without its end, a fault for one that is too long, or None at the end."""
        if self.waiting:
            return self.waiting.popleft()
        line = self.stream.readline(LONGEST_ROW + 1)
        if not line:
            return None
        if line[0] == MARK:
            line = line.lstrip(MARK)
        if line.endswith("\n"):
            line = line[:-1]
        elif len(line) > LONGEST_ROW:
            return self._too_long(line)
        return line if self.damaged_in is None else self._checked(line, self.damaged_in)

    @staticmethod
    def _checked(line: str, encoding: str) -> str | Fault:
        """Give the line, or a fault where it holds what is no text of the file's encoding."""
        found = _NO_TEXT.search(line)
        if found is None:
            return line
        start = shown(_NO_TEXT.sub("\ufffd", line), RAW_LIMIT)
        variant = "zero" if found[0] == "\0" else ""
        return Fault("SD055", variant, {"encoding": encoding, "start": start})

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
