"""Opens data files, also those that are packed with gzip or zstd."""

from __future__ import annotations

import gzip
import sys
import zlib
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path, PurePath
from typing import IO, Any, TextIO, cast

_GZIP = ".gz"
_ZSTD = ".zst"


class MissingExtra(Exception):
    """A file needs a package that is not installed; `extra` is what this project calls it."""

    def __init__(self, extra: str) -> None:
        super().__init__(extra)
        self.extra = extra


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for its bytes; those of a packed one are unpacked."""
    suffix = path.suffix.casefold()
    if suffix == _GZIP:
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if suffix == _ZSTD:
        return cast("IO[bytes]", _zstd().open(path, "rb"))
    return path.open("rb")


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
