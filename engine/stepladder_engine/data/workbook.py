"""The parts of an XLSX workbook: its sheets, its texts, and which formats of its cells show dates.

A workbook is an archive of XML texts. They are read as they lie there, so that what
the cells hold comes out exactly: errors stay errors, and rows keep their numbers.
"""

from __future__ import annotations

import errno
import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile, ZipInfo

from stepladder_engine.data.opening import UnpacksTooMuch, unpacked_limit
from stepladder_engine.data.serial_dates import CellFormat, cell_format
from stepladder_engine.data.xml_parts import Doctype, local, parse_all

LARGEST_UNPACKED = 1 << 30
"""In bytes, of all parts that are read: a sheet with a million rows of ten columns has a third of it."""

_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


class WorkbookFault(Exception):
    """Carries out of the parts of a workbook why it cannot be read: a variant of SD027."""

    def __init__(self, variant: str, limit: int = 0) -> None:
        super().__init__(variant)
        self.variant = variant
        self.limit = limit


@dataclass(frozen=True)
class Sheet:
    """A sheet with cells: its name, the part that holds it, and whether the workbook shows it."""

    name: str
    part: str
    visible: bool


@dataclass
class Workbook:
    """What is known of a workbook before its rows are read."""

    path: Path
    sheets: list[Sheet] = field(default_factory=list)
    from_1904: bool = False
    texts: list[str] = field(default_factory=list)
    formats: list[CellFormat] = field(default_factory=list)

    @contextmanager
    def sheet_stream(self, sheet: Sheet) -> Iterator[IO[bytes]]:
        """Open the XML of a sheet."""
        with ZipFile(self.path) as archive, _Parts(archive).open(sheet.part) as stream:
            yield stream


def read_workbook(path: Path) -> Workbook:
    """Read everything but the rows; raises ``WorkbookFault`` or ``OSError``."""
    _check_start(path)
    book = Workbook(path)
    with _told(), ZipFile(path) as archive:
        parts = _Parts(archive)
        main = parts.main()
        contents = _Contents()
        parts.scan(main, contents)
        book.from_1904 = contents.from_1904
        related = parts.related(main)
        for name, key, visible in contents.sheets:
            kind, part = related.get(key, ("", ""))
            if kind == "worksheet":
                book.sheets.append(Sheet(name, part, visible))
        for kind, part in related.values():
            if kind == "styles" and part in parts:
                book.formats = _formats(parts, part)
            elif kind == "sharedStrings" and part in parts:
                texts = _Texts()
                parts.scan(part, texts)
                book.texts = texts.texts
    return book


def check_sheet(book: Workbook, sheet: Sheet) -> None:
    """Make sure that a sheet is whole, before anything is read from it; raises ``WorkbookFault``."""
    with _told(), book.sheet_stream(sheet) as stream:
        parse_all(stream)


def unescaped(text: str) -> str:
    """Give a text without the marks for characters that XML cannot hold.

    >>> unescaped("50_x20AC_")
    '50€'
    """
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@contextmanager
def _told() -> Iterator[None]:
    """Tell everything that a damaged archive can raise as one fault."""
    try:
        yield
    except (BadZipFile, Doctype, EOFError, ExpatError, NotImplementedError, ValueError, zlib.error) as error:
        raise WorkbookFault("workbook") from error
    except OSError as error:
        # A damaged directory of an archive sends the reader to places that the file does not have.
        if error.errno not in {None, errno.EINVAL}:
            raise
        raise WorkbookFault("workbook") from error


def _check_start(path: Path) -> None:
    """Tell what is no archive at all: an empty file, an old workbook, or one with a password."""
    with path.open("rb") as stream:
        start = stream.read(len(_OLD_FORMAT))
        if start != _OLD_FORMAT:
            return
        before = b""
        while chunk := stream.read(1 << 20):
            if _ENCRYPTED in before + chunk:
                raise WorkbookFault("password")
            before = chunk[-len(_ENCRYPTED) :]
    raise WorkbookFault("old")


class _Parts:
    """The members of the archive by their names, whatever their case and slashes."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.members = {_plain(info.filename): info for info in archive.infolist()}
        self.packed = sum(info.compress_size for info in archive.infolist())
        self.unpacked = 0

    def __contains__(self, part: str) -> bool:
        return _plain(part) in self.members

    def main(self) -> str:
        """Give the part from which all others are named."""
        related = self.related("")
        found = next((part for kind, part in related.values() if kind == "officeDocument"), "xl/workbook.xml")
        if found not in self:
            raise WorkbookFault("workbook")
        return found

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Give what a part refers to: by key the kind and the name of the other part."""
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        found = _Relations(folder)
        if listing in self:
            self.scan(listing, found)
        return found.parts

    def scan(self, part: str, handler: _Scan) -> None:
        """Let a handler take a part."""
        with self.open(part) as stream:
            parse_all(stream, handler)

    def open(self, part: str) -> IO[bytes]:
        """Open a part, if it is neither locked nor endless: an archive never gives more than it announces."""
        info = self.members.get(_plain(part))
        if info is None:
            raise WorkbookFault("workbook")
        self._guard(info)
        return self.archive.open(info)

    def _guard(self, info: ZipInfo) -> None:
        if info.flag_bits & 1:
            raise WorkbookFault("password")
        self.unpacked += info.file_size
        if self.unpacked > LARGEST_UNPACKED:
            raise WorkbookFault("unpacked", LARGEST_UNPACKED >> 20)
        if self.unpacked > unpacked_limit(self.packed):
            raise WorkbookFault("bomb", UnpacksTooMuch.ratio)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


class _Scan:
    """A handler that by itself passes everything over."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text between tags."""


class _Relations(_Scan):
    """Collects the parts that a part refers to."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.parts: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a relation."""
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = posixpath.normpath(posixpath.join("/", self.folder, attributes.get("Target", "")))
        self.parts[attributes.get("Id", "")] = (kind, target.lstrip("/"))


class _Contents(_Scan):
    """Collects the sheets in their order, and where the workbook's calendar starts."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a sheet or the settings."""
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet":
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", ""), local(attributes, "id") or "", visible))


class _Texts(_Scan):
    """Collects the texts that cells name by number: pieces of one text may have formats of their own."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.pieces: list[str] = []
        self.taking = False
        self.phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 (of all handlers)
        """Begin a text or a piece of it."""
        if name == "si":
            self.pieces = []
        elif name == "rPh":
            self.phonetic = True
        elif name == "t":
            self.taking = not self.phonetic

    def end(self, name: str) -> None:
        """Keep a text that is complete."""
        if name == "si":
            self.texts.append(unescaped("".join(self.pieces)))
        elif name == "rPh":
            self.phonetic = False
        elif name == "t":
            self.taking = False

    def text(self, text: str) -> None:
        """Take a piece."""
        if self.taking:
            self.pieces.append(text)


class _Styles(_Scan):
    """Collects the number formats of cells."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.used: list[int] = []
        self.in_cells = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a number format, or the use of one."""
        if name == "numFmt":
            self.codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.in_cells = True
        elif name == "xf" and self.in_cells:
            self.used.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        """Leave the formats of cells."""
        if name == "cellXfs":
            self.in_cells = False


def _formats(parts: _Parts, part: str) -> list[CellFormat]:
    styles = _Styles()
    parts.scan(part, styles)
    return [cell_format(number, styles.codes.get(number)) for number in styles.used]
