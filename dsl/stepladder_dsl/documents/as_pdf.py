"""A document as PDF, set by typst: the tree goes there as data, so that no text is taken for markup."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.diagram.text import FONT_FILES
from stepladder_dsl.documents.content import Document, Picture, Table
from stepladder_dsl.documents.telling import Teller
from stepladder_dsl.notation.pdf import sheets_of, size_of

_LAYOUT = Path(__file__).with_name("document.typ")
_LINE, _PAGE = 481.0, 650.0
"""The points of a page that a picture among words may take."""
_READABLE = 0.77
"""A picture that would have to be made smaller than this, to letters under seven points, gets a page."""


def as_pdf(document: Document, keywords: str = "") -> bytes:
    """Set the whole document on paper; the same document gives the same bytes."""
    import typst

    contents = Teller(document.language).word("contents")
    files: dict[str, bytes] = {"main.typ": _LAYOUT.read_bytes()}
    sheets = {picture.name: _sheets(picture, files) for picture in document.pictures()}
    told = _plain(document) | {"contents": contents, "keywords": keywords, "sheets": sheets}
    files["document.json"] = json.dumps(told, ensure_ascii=False).encode()
    fonts = {str(file.parent) for file in FONT_FILES.values()}
    # Its types know single files only.
    compile_files: Any = typst.compile
    made = compile_files(files, format="pdf", font_paths=sorted(fonts), ignore_system_fonts=True, timestamp=0)
    return bytes(made)


def _sheets(picture: Picture, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Give the sheets of a picture that is too large to stand among words, and keep what they show."""
    width, height = size_of(picture.svg)
    if min(_LINE / width, _PAGE / height) >= _READABLE:
        files[f"{picture.name}.svg"] = picture.svg.encode()
        return []
    sheets = []
    for number, sheet in enumerate(sheets_of(picture.svg), start=1):
        strips = []
        for part, strip in enumerate(sheet.strips, start=1):
            name = f"{picture.name}-{number}-{part}.svg"
            files[name] = strip.picture.encode()
            strips.append({**strip._asdict(), "picture": name})
        sheets.append({**sheet._asdict(), "strips": strips})
    return sheets


def _plain(part: Any) -> Any:
    """Give a part of the tree as plain values, each with the name of its kind."""
    if isinstance(part, str):
        return "\n".join(printable(line) for line in part.split("\n"))
    if isinstance(part, tuple):
        return [_plain(piece) for piece in part]
    if is_dataclass(part) and not isinstance(part, type):
        left_out = {"svg"} if isinstance(part, Picture) else set()
        values = {
            one.name: _plain(getattr(part, one.name)) for one in fields(part) if one.name not in left_out
        }
        if isinstance(part, Table):
            values["shares"] = part.shares()
        # A paragraph has a kind of its own.
        return {"block": type(part).__name__.lower(), **values}
    return part
