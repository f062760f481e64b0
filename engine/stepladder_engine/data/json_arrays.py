"""Goes through the entries of JSON arrays without holding more of the text than an entry or two."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

_BLANK = " \t\n\r"
_BEHIND = {*_BLANK, ",", "]", "}", ":"}
_LETTERS_AT_ONCE = 1 << 20


Path = tuple[str, ...]
"""The names that lead from the outermost object to an array; none where the text is the array."""


class NoArray(Exception):
    """The text has no array of entries, or is not in order: whoever reads it as a whole says why."""


class ArrayReader:
    """Reads from a text as much as it takes to understand the next entry."""

    def __init__(self, stream: TextIO, decoder: json.JSONDecoder) -> None:
        self._stream = stream
        self._decoder = decoder
        self._text = ""
        self._place = 0
        self._ended = False

    def entries(self) -> Iterator[tuple[Path, object]]:
        """Give the entries of the array, or of each array in nested objects, in order, with what leads there.

        Raises `NoArray` where the text is neither, or stops being so.
        """
        if self._next_sign() not in {"[", "{"}:
            raise NoArray
        try:
            yield from self._inside(())
        except RecursionError:
            raise NoArray from None
        if self._next_sign():
            raise NoArray

    def _inside(self, path: Path) -> Iterator[tuple[Path, object]]:
        """Go through a value; what is neither array nor object is passed over."""
        sign = self._next_sign()
        if sign == "[":
            for _ in self._parts("]"):
                yield path, self._entry()
        elif sign == "{":
            seen: set[object] = set()
            for _ in self._parts("}"):
                name = self._entry()
                if not isinstance(name, str) or name in seen or self._next_sign() != ":":
                    raise NoArray
                seen.add(name)
                self._place += 1
                yield from self._inside((*path, name))
        else:
            self._entry()

    def _parts(self, end: str) -> Iterator[None]:
        """Stop before each part of an array or object, to be read by whoever asks, and behind its end."""
        self._place += 1
        if self._next_sign() == end:
            self._place += 1
            return
        yield
        while (sign := self._next_sign()) == ",":
            self._place += 1
            yield
        if sign != end:
            raise NoArray
        self._place += 1

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
