"""Opens data files, also those that are packed with gzip."""

from __future__ import annotations

import gzip
from io import TextIOWrapper
from pathlib import Path, PurePath
from typing import IO, TextIO, cast

_PACKED = ".gz"


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for its bytes; those of a packed one are unpacked."""
    if is_packed(path):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def open_text(path: Path, encoding: str) -> TextIO:
    """Open a file for its text, with line feeds for every kind of line end."""
    return TextIOWrapper(open_bytes(path), encoding=encoding)


def is_packed(path: PurePath) -> bool:
    """Tell whether the name says that the file is packed."""
    return path.suffix.casefold() == _PACKED


def ending(path: PurePath) -> str:
    """Give the ending that says the format: `.csv`, also of `orders.csv.gz`."""
    plain = path.with_suffix("") if is_packed(path) else path
    return plain.suffix.casefold()
