"""Machine code as it lies in memory: put together once, so that who loads it needs no compiler.

What a compiler gives is an object in several sections, with gaps where one speaks of another. On a
machine with Linux and a processor of the x86-64 kind, where nothing in it depends on the place, the gaps are
filled before it is kept. To load it takes one piece of memory then.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from stepladder_dsl.record import record

_BREAK = b"\n"
_FORMAT = b"image 1"
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_GAP = struct.Struct("<QQq")
_OBJECT = b"\x7fELF\x02\x01"
_X86_64 = 62
_BITS, _NOTHING, _GAPS, _SYMBOLS = 1, 8, 4, 2
"""Types of sections: what is there, what is only room, gaps to fill, and names of places."""
_WRITTEN, _IN_MEMORY = 1, 2
_BESIDE, _BESIDE_CALLED = 2, 4
"""Types of gaps that hold how far something is, and nothing else."""
_FROM_OUTSIDE = ("memcpy", "memmove", "memset")
"""What compilers put in by themselves: each gets a jump, whose target is known when the code is loaded."""
_JUMP = b"\xff\x25\x00\x00\x00\x00"
_ADDRESS = 8
_UNWINDING = ".eh_frame"
_LOOKED_AT = 8_192


@cache
def machine() -> str | None:
    """Give the kind of processor, without asking a compiler; None where there are no images."""
    if sys.platform != "linux" or os.uname().machine != "x86_64" or sys.maxsize < 1 << 32:
        return None
    with suppress(OSError), Path("/proc/cpuinfo").open("rb") as stream:
        first = stream.read(_LOOKED_AT).partition(b"\n\n")[0].decode("utf-8", "replace")
        kept = ("vendor_id", "cpu family", "model", "stepping", "flags")
        lines = [line for line in first.splitlines() if line.startswith(kept)]
        return " ".join(lines) or None
    return None


@record
class _Section:
    name: str
    kind: int
    flags: int
    content: bytes
    size: int
    link: int
    about: int
    align: int


class _Odd(Exception):
    """An object with something that an image cannot have."""


def image_of(compiled: bytes) -> bytes | None:
    """Put an object together; None where something in it depends on the place in which it will lie."""
    try:
        return _Linker(_sections(compiled)).image()
    except (_Odd, struct.error, IndexError):
        return None


def _sections(compiled: bytes) -> list[_Section]:
    if not compiled.startswith(_OBJECT):
        raise _Odd
    header = _HEADER.unpack_from(compiled)
    if header[2] != _X86_64:
        raise _Odd
    begin, size, count, names = header[6], header[11], header[12], header[13]
    rows = [_SECTION.unpack_from(compiled, begin + number * size) for number in range(count)]
    texts = compiled[rows[names][4] : rows[names][4] + rows[names][5]]
    return [
        _Section(
            _text(texts, row[0]),
            row[1],
            row[2],
            b"" if row[1] == _NOTHING else compiled[row[4] : row[4] + row[5]],
            row[5],
            row[6],
            row[7],
            max(row[8], 1),
        )
        for row in rows
    ]


def _text(texts: bytes, place: int) -> str:
    return texts[place : texts.index(b"\0", place)].decode()


class _Linker:
    """Puts the sections of an object one behind the other, and fills the gaps."""

    def __init__(self, sections: list[_Section]) -> None:
        self._sections = sections
        self._places: dict[int, int] = {}
        self._memory = bytearray()
        self._jumps: dict[str, int] = {}

    def image(self) -> bytes:
        for number, section in enumerate(self._sections):
            if section.flags & _IN_MEMORY and section.name != _UNWINDING:
                self._put(number, section)
        for section in self._sections:
            if section.kind == _GAPS and section.about in self._places:
                self._fill(section)
        names = {name: place for name, place in self._named() if name and place is not None}
        told = json.dumps({"names": names, "jumps": self._jumps})
        return _BREAK.join((_FORMAT, told.encode(), bytes(self._memory)))

    def _put(self, number: int, section: _Section) -> None:
        if section.flags & _WRITTEN or section.kind not in {_BITS, _NOTHING}:
            raise _Odd
        self._memory += bytes(-len(self._memory) % section.align)
        self._places[number] = len(self._memory)
        self._memory += section.content or bytes(section.size)

    def _named(self) -> Iterator[tuple[str, int | None]]:
        """Yield the names of an object with their places; None where a place is not in it."""
        for section in self._sections:
            if section.kind == _SYMBOLS:
                texts = self._sections[section.link].content
                for name, _, _, where, value, _ in _SYMBOL.iter_unpack(section.content):
                    begins = self._places.get(where)
                    yield _text(texts, name), None if begins is None else begins + value

    def _fill(self, gaps: _Section) -> None:
        begins, named = self._places[gaps.about], list(self._named())
        for offset, about, more in _GAP.iter_unpack(gaps.content):
            if about & 0xFFFFFFFF not in {_BESIDE, _BESIDE_CALLED}:
                raise _Odd
            name, target = named[about >> 32]
            gap = begins + offset
            distance = (self._jump(name) if target is None else target) + more - gap
            struct.pack_into("<i", self._memory, gap, distance)

    def _jump(self, name: str) -> int:
        """Give the place of a jump to something that is not in the object."""
        if name not in _FROM_OUTSIDE:
            raise _Odd
        if name not in self._jumps:
            self._memory += bytes(-len(self._memory) % 16)
            self._memory += _JUMP
            self._jumps[name] = len(self._memory)
            self._memory += bytes(_ADDRESS)
        return self._jumps[name] - len(_JUMP)


class Image:
    """An image in memory, whose functions can be called as long as this lives."""

    def __init__(self, image: bytes) -> None:
        """Load an image; raises ``OSError`` where this system lets no code be made."""
        _, told, code = image.split(_BREAK, 2)
        found = json.loads(told)
        self._names: dict[str, int] = found["names"]
        library = ctypes.CDLL(None, use_errno=True)
        # Written first, and only then to be run: no memory may be both on careful systems.
        self._memory = mmap.mmap(-1, max(len(code), 1))
        self._memory.write(code)
        for name, place in found["jumps"].items():
            address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0
            self._memory[place : place + _ADDRESS] = address.to_bytes(_ADDRESS, "little")
        self._begin = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        allowed = mmap.PROT_READ | mmap.PROT_EXEC
        if library.mprotect(ctypes.c_void_p(self._begin), ctypes.c_size_t(len(code)), allowed) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def address(self, name: str) -> int:
        """Give where a function begins."""
        return self._begin + self._names[name]


def is_image(code: bytes) -> bool:
    """Tell whether kept code is an image."""
    return code.startswith(_FORMAT + _BREAK)
