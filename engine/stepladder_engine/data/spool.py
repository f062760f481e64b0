"""Keeps what does not fit into memory in a file without a name, which is gone however the process ends."""

from __future__ import annotations

import os
import tempfile
import weakref
from bisect import bisect_right
from threading import Lock
from typing import IO, NamedTuple

KEPT = 1 << 26
"""So many bytes stay in memory: small answers never need a file."""


class NoRoomToSpool(Exception):
    """The folder for temporary files takes no more; the cause says why."""

    def __init__(self, folder: str, cause: OSError) -> None:
        super().__init__(folder)
        self.folder = folder
        self.cause = cause


class Stretch(NamedTuple):
    """Where something lies in a spool."""

    begin: int
    size: int


class Spool:
    """Takes bytes, and gives them back. Several threads may use it."""

    def __init__(self, kept: int = KEPT) -> None:
        """Keep so many bytes in memory before there is a file."""
        self._room = kept
        self._kept: list[tuple[int, bytes]] = []
        self._file: IO[bytes] | None = None
        self._end = 0
        self._lock = Lock()

    def put(self, data: bytes | memoryview) -> Stretch:
        """Take bytes."""
        size = len(data) if isinstance(data, bytes) else data.nbytes
        with self._lock:
            found = Stretch(self._end, size)
            self._end += size
            if self._file is None and self._end <= self._room:
                if size:
                    self._kept.append((found.begin, bytes(data)))
                return found
            try:
                self._write(data)
            except OSError as error:
                raise NoRoomToSpool(tempfile.gettempdir(), error) from error
        return found

    def _write(self, data: bytes | memoryview) -> None:
        if self._file is None:
            # It has no name from the beginning, or loses it when the process ends: nothing is ever left.
            # Nothing is held back either, so that a full disk is known at once.
            self._file = tempfile.TemporaryFile(prefix="stepladder-", buffering=0)  # noqa: SIM115 (it lives as long as we)
            weakref.finalize(self, self._file.close)
            for _, kept in self._kept:
                _write_all(self._file, kept)
            self._kept.clear()
        _write_all(self._file, data)

    def get(self, found: Stretch) -> bytes:
        """Give back what lies there."""
        if not found.size:
            return b""
        with self._lock:
            if self._file is None:
                return self._inside(found)
            if not hasattr(os, "pread"):
                return _read_in_turn(self._file, found)
            number = self._file.fileno()
        return _read_at(number, found)

    def _inside(self, found: Stretch) -> bytes:
        """Give a part of something that stayed in memory."""
        place = bisect_right(self._kept, found.begin, key=lambda kept: kept[0]) - 1
        begin, whole = self._kept[place]
        first = found.begin - begin
        return whole[first : first + found.size]


def _write_all(file: IO[bytes], data: bytes | memoryview) -> None:
    """Write bytes of which the system may take fewer at once than wanted."""
    left = memoryview(data).cast("B")
    while left:
        left = left[file.write(left) :]


def _read_in_turn(file: IO[bytes], found: Stretch) -> bytes:
    """Read bytes where the system cannot read at a place, and go back to the end."""
    file.seek(found.begin)
    parts, left = [], found.size
    while left and (data := file.read(left)):
        parts.append(data)
        left -= len(data)
    file.seek(0, os.SEEK_END)
    return b"".join(parts)


def _read_at(number: int, found: Stretch) -> bytes:
    """Read bytes of a file, of which the system may give fewer at once than wanted."""
    parts, begin, left = [], found.begin, found.size
    while left:
        data = os.pread(number, left, begin)
        if not data:
            message = f"{found.size} bytes at {found.begin} are not there"
            raise EOFError(message)
        parts.append(data)
        begin, left = begin + len(data), left - len(data)
    return parts[0] if len(parts) == 1 else b"".join(parts)
