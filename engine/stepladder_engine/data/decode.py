"""From the bytes of a data file to its text: finds the encoding, or says why it cannot be found.

What is certain comes first: a mark at the beginning, UTF-8, the zero bytes of UTF-16 and UTF-32. A
one-byte encoding is guessed from the words, and only where no other comes near. Where a few lines are
in another encoding than all others, those lines are no rows, and the others are.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path

from stepladder_dsl.record import record
from stepladder_engine.data.guess_encoding import MOST_WORDS, codec_of, decided, odd_words
from stepladder_engine.data.opening import UnpacksTooMuch, open_bytes, size_limit
from stepladder_engine.data.problems import Fault, listed
from stepladder_engine.data.signatures import LONGEST, known_form

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_LONGEST_LINE = 1 << 20
_BOMS = (
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = {
    "utf-32-le": (4, (2, 3), 0),
    "utf-32-be": (4, (0, 1), 3),
    "utf-16-le": (2, (1,), 0),
    "utf-16-be": (2, (0,), 1),
}
"""Encoding -> bytes of a letter, those of them that are often zero in a table, and the one that never is."""
_OFTEN, _HARDLY = 0.15, 0.02
# Python knows these as encodings, but no file is written in them.
_NO_LETTERS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
_LINES_BY_ZERO = 3
"""A text has at least so many lines for each that holds zero bytes."""


@record
class Encoding:
    """The encoding of a file: as people call it, as Python does, and whether it is a guess.

    `damaged` is the first line that cannot be read in it, where there are such among others that can.
    """

    name: str
    codec: str
    guessed: bool = False
    damaged: int | None = None

    @property
    def damaged_in(self) -> str | None:
        """The name of the encoding where some lines are not written in it."""
        return None if self.damaged is None else self.name

    @property
    def errors(self) -> str:
        """What a decoder is to do with bytes that are none of the encoding."""
        return "strict" if self.damaged is None else "surrogateescape"


def is_encoding(name: str) -> bool:
    """Tell whether a mapping's `encoding` is one that texts are written in."""
    if name == "auto":
        return True
    try:
        "a".encode(codec_of(name)).decode(codec_of(name))
        return codecs.lookup(codec_of(name)).name not in _NO_LETTERS
    except (LookupError, ValueError):
        return False


def encoding_of(path: Path, wanted: str) -> Encoding | Fault:
    """Find the encoding of a file and make sure that the whole file can be read with it.

    Raises ``OSError`` where the file cannot be read.
    """
    with open_bytes(path) as stream:
        start = stream.read(max(LONGEST, 4))
    form = known_form(start)
    if form is not None:
        variant = form if form in {"archive", "old", "packed"} else "other"
        return Fault("SD023", variant, {"line": 1, "form": form})
    if wanted != "auto":
        # A mark at the beginning is no part of the text, whether it was announced or not.
        utf_8 = codecs.lookup(codec_of(wanted)).name in {"utf-8", "utf-8-sig"}
        if not utf_8 and not _is_wide(codec_of(wanted)) and _is_utf_8_beyond_doubt(path):
            return Fault("SD022", "named", {"line": 1, "encoding": wanted})
        return _read_as(path, wanted, "utf-8-sig" if utf_8 else codec_of(wanted))
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    if marked is not None:
        return _read_as(path, marked.removesuffix("-sig"), marked)
    fault = _fault(path, "utf-8")
    if fault is None:
        return Encoding("utf-8", "utf-8")
    return fault if fault.variant == "cut" else _found_out(path, fault)


def _chunks(path: Path) -> Iterator[bytes]:
    """Give the bytes of a file piece by piece; raises ``UnpacksTooMuch`` where they would never end."""
    with open_bytes(path) as stream:
        yield from _bounded(iter(lambda: stream.read(_CHUNK), b""), size_limit(path))


def _bounded(pieces: Iterator[bytes], limit: int | None) -> Iterator[bytes]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if limit is not None and length > limit:
            raise UnpacksTooMuch
        yield piece


def _read_as(path: Path, name: str, codec: str, *, guessed: bool = False) -> Encoding | Fault:
    """Give the encoding if the file is written in it, but perhaps for a few of its lines."""
    fault = _fault(path, codec)
    if fault is None:
        return Encoding(name, codec, guessed)
    if fault.variant == "cut" or _is_wide(codec):
        return fault
    lines = _survey(path, codec)
    if not lines.are_text:
        return fault
    return (
        Encoding(name, codec, guessed, damaged=int(fault.values["line"])) if lines.are_mostly_read else fault
    )


def _is_utf_8_beyond_doubt(path: Path) -> bool:
    """Tell whether a file can be read as UTF-8 and has letters beyond ASCII: in others that never happens."""
    return _fault(path, "utf-8") is None and not all(chunk.isascii() for chunk in _chunks(path))


def _is_wide(codec: str) -> bool:
    return codecs.lookup(codec).name.startswith(("utf-16", "utf-32"))


def _fault(path: Path, codec: str) -> Fault | None:
    """Say where the bytes of a file stop being text of the encoding, if they do."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    for chunk in _chunks(path):
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            if b"\0" in chunk and not _is_wide(codec):
                return Fault("SD023", "", {"line": line})
            wrong = line + chunk.count(b"\n", 0, max(error.start, 0))
            return _not_in(codec, wrong)
        if "\0" in text:
            return Fault("SD023", "", {"line": line + text.count("\n", 0, text.index("\0"))})
        line += text.count("\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Fault("SD022", "cut", {"line": line, "encoding": codec})
    return None


def _not_in(codec: str, line: int) -> Fault:
    plain = codec.removesuffix("-sig")
    return Fault("SD022", "utf-8" if plain == "utf-8" else "", {"line": line, "encoding": plain})


@record(frozen=False)
class _Survey:
    """The lines of a file: how many are what, and the words that may tell the encoding."""

    lines: int = 0
    with_zeros: int = 0
    read: int = 0
    unread: int = 0
    words: set[bytes] = field(default_factory=set)

    @property
    def are_text(self) -> bool:
        """Whether zero bytes are as rare as they are where only a few lines are damaged."""
        return self.with_zeros * _LINES_BY_ZERO <= self.lines

    @property
    def are_mostly_read(self) -> bool:
        """Whether of the lines beyond ASCII more can be read than not."""
        return self.unread <= self.read


def _survey(path: Path, codec: str) -> _Survey:
    """Look at each line of a file for itself."""
    found = _Survey()
    with open_bytes(path) as stream:
        for line in _bounded(iter(lambda: stream.readline(_LONGEST_LINE), b""), size_limit(path)):
            found.lines += 1
            found.with_zeros += b"\0" in line
            if line.isascii():
                continue
            try:
                line.decode(codec)
                found.read += 1
            except UnicodeDecodeError:
                found.unread += 1
            if len(found.words) < MOST_WORDS:
                found.words.update(odd_words(line))
    return found


def _found_out(path: Path, fault: Fault) -> Encoding | Fault:
    """Find the encoding of a file without a mark that is not, or not all, UTF-8."""
    wide = _wide(path) if fault.code == "SD023" else None
    if wide is not None:
        read = _read_as(path, wide, wide)
        return read if isinstance(read, Encoding) else fault
    lines = _survey(path, "utf-8")
    if not lines.are_text:
        return Fault("SD023", "", fault.values)
    line = fault.values["line"]
    if lines.read or not lines.unread:
        # Lines of another encoding are hardly ever UTF-8 by chance: there are two encodings in the file.
        if lines.are_mostly_read:
            return Encoding("utf-8", "utf-8", damaged=line)
        return Fault("SD022", "mixed", {"line": line})
    name, near = decided(lines.words)
    if name is None:
        variant = "near" if near else "utf-8"
        return Fault("SD022", variant, {"line": line, "encoding": "utf-8", "near": listed(near)})
    read = _read_as(path, name, codec_of(name), guessed=True)
    return read if isinstance(read, Encoding) else fault


def _wide(path: Path) -> str | None:
    """Give the encoding with two or four bytes a letter that the places of zero bytes speak for."""
    with open_bytes(path) as stream:
        sample = stream.read(_SAMPLE)
    for name, (width, zeros, never) in _WIDE.items():
        letters = len(sample) // width
        shares = [
            sample[place : letters * width : width].count(0) / max(letters, 1) for place in range(width)
        ]
        if shares[never] <= _HARDLY and all(shares[place] >= _OFTEN for place in zeros):
            text = sample.decode(name, errors="replace")
            return name if "\n" in text and "\0" not in text else None
    return None
