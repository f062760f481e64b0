"""Opens data files, also those that are packed with gzip or zstd."""

from __future__ import annotations

import atexit
import gzip
import sys
import zlib
from importlib import import_module
from io import BufferedReader, RawIOBase, TextIOWrapper
from pathlib import Path, PurePath
from typing import IO, Any, TextIO, cast

from stepladder_engine.data.watching import open_counted

_GZIP = ".gz"
_ZSTD = ".zst"


STANDARD_INPUT = Path("-")
"""Stands for what another program sends; a file of that name is `./-`."""

_IN_MEMORY = 1 << 24
_SMALL, _USUAL_RATIO = 100 << 20, 200


class UnpacksTooMuch(Exception):
    """A packed file grows as no table does; `ratio` is how many times its size was too much."""

    ratio = _USUAL_RATIO


class MissingExtra(Exception):
    """A file needs a package that is not installed; `extra` is what this project calls it."""

    def __init__(self, extra: str) -> None:
        super().__init__(extra)
        self.extra = extra


class _FromBeginning(RawIOBase):
    """Reads the kept standard input from its beginning, however often it has been read."""

    def __init__(self, kept: IO[bytes]) -> None:
        self._kept = kept
        self._place = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what comes next."""
        self._kept.seek(self._place)
        content = self._kept.read(len(buffer))
        buffer[: len(content)] = content
        self._place += len(content)
        return len(content)


class _StandardInput:
    """What came through the standard input: it comes once, and files are read more than once."""

    def __init__(self) -> None:
        self._stream: Any = None
        self._kept: IO[bytes] | None = None

    def open(self) -> IO[bytes]:
        """Open it at its beginning."""
        if self._kept is None or self._stream is not sys.stdin:
            from shutil import copyfileobj
            from tempfile import SpooledTemporaryFile

            self.close()
            self._stream = sys.stdin
            # It is read again and again, and goes with the process: it has no name on any disk.
            self._kept = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
            copyfileobj(sys.stdin.buffer, self._kept)
        return cast("IO[bytes]", BufferedReader(_FromBeginning(self._kept)))

    def close(self) -> None:
        """Let go of what was kept."""
        if self._kept is not None:
            self._kept.close()


_standard_input = _StandardInput()
atexit.register(_standard_input.close)


def unpacked_limit(packed: int) -> int:
    """Give how much so many packed bytes may unpack to: a few can stand for more than any disk holds."""
    return max(_SMALL, packed * _USUAL_RATIO)


def size_limit(path: Path) -> int | None:
    """Give how much a file may unpack to, where it is packed."""
    return unpacked_limit(path.stat().st_size) if is_packed(path) else None


def size_of(path: Path) -> int:
    """Give the size of a file in bytes; of what comes through the standard input nobody knows it."""
    return 0 if path == STANDARD_INPUT else path.stat().st_size


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for its bytes; those of a packed one are unpacked."""
    if path == STANDARD_INPUT:
        return _standard_input.open()
    suffix = path.suffix.casefold()
    if suffix == _GZIP:
        return cast("IO[bytes]", _Gzip(path))
    if suffix == _ZSTD:
        return cast("IO[bytes]", _zstd().open(path, "rb"))
    return open_counted(path)


class _Gzip(gzip.GzipFile):
    """A file packed with gzip, whose packed bytes are counted where somebody watches."""

    def __init__(self, path: Path) -> None:
        self.packed = open_counted(path)
        super().__init__(fileobj=self.packed, mode="rb")

    def close(self) -> None:
        """Close both files."""
        super().close()
        self.packed.close()


def read_errors(path: Path) -> tuple[type[Exception], ...]:
    """Give the errors by which a file is found to be out of reach or, where it is packed, damaged."""
    errors: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error)
    return (*errors, _zstd().ZstdError) if path.suffix.casefold() == _ZSTD else errors


def _zstd() -> Any:
    """Give the module for zstd: it came to the standard library with Python 3.14."""
    try:
        return import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    except ImportError as error:
        raise MissingExtra("zstd") from error


def open_text(path: Path, encoding: str, errors: str = "strict") -> TextIO:
    """Open a file for its text, with line feeds for every kind of line end."""
    return TextIOWrapper(open_bytes(path), encoding=encoding, errors=errors)


def is_packed(path: PurePath) -> bool:
    """Tell whether the name says that the file is packed."""
    return path.suffix.casefold() in {_GZIP, _ZSTD}


def ending(path: PurePath) -> str:
    """Give the ending that says the format: `.csv`, also of `orders.csv.gz`."""
    plain = path.with_suffix("") if is_packed(path) else path
    return plain.suffix.casefold()
