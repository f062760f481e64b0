"""Goes through the entries of a JSON array without holding more of its text than an entry or two."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

_BLANK = " \t\n\r"
_BEHIND = {*_BLANK, ",", "]"}
_LETTERS_AT_ONCE = 1 << 20


class NoArray(Exception):
    """The text is no array of entries, or none up to its end: whoever reads it as a whole says why."""


class ArrayReader:
    """Reads from a text as much as it takes to understand the next entry."""

    def __init__(self, stream: TextIO, decoder: json.JSONDecoder) -> None:
        self._stream = stream
        self._decoder = decoder
        self._text = ""
        self._place = 0
        self._ended = False

    def entries(self) -> Iterator[object]:
        """Give the entries in order; raises `NoArray` where the text stops being an array."""
        if self._next_sign() != "[":
            raise NoArray
        self._place += 1
        if self._next_sign() == "]":
            self._place += 1
        else:
            yield self._entry()
            while (sign := self._next_sign()) == ",":
                self._place += 1
                yield self._entry()
            if sign != "]":
                raise NoArray
            self._place += 1
        if self._next_sign():
            raise NoArray

    def _entry(self) -> object:
        """Give the entry that begins here."""
        self._next_sign()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._place)
            except json.JSONDecodeError:
                if not self._read_on():
                    raise NoArray from None
                continue
            except RecursionError:
                raise NoArray from None
            # What has been read may end in the midst of a number: `1` of `1.5`, or `1.` of it.
            if self._text[end : end + 1] in _BEHIND or not self._read_on():
                self._place = end
                return value

    def _next_sign(self) -> str:
        """Give the next sign that is not blank; at the end none."""
        while True:
            while self._place < len(self._text) and self._text[self._place] in _BLANK:
                self._place += 1
            if self._place < len(self._text) or not self._read_on():
                return self._text[self._place : self._place + 1]

    def _read_on(self) -> bool:
        """Read more of the text, and let go of what is behind; tells whether there was any."""
        # Twice as much each time, so that an entry of any length is not looked at over and over.
        more = "" if self._ended else self._stream.read(max(_LETTERS_AT_ONCE, len(self._text) - self._place))
        self._ended = not more
        if more:
            self._text, self._place = self._text[self._place :] + more, 0
        return bool(more)
