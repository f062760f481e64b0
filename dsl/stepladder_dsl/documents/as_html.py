"""A document as one web page that needs nothing else: contents, search, light and dark, and paper."""

from __future__ import annotations

import base64
from pathlib import Path

from stepladder_dsl.diagram.theme import themed
from stepladder_dsl.documents.content import Block, Document, plain
from stepladder_dsl.documents.telling import Teller
from stepladder_dsl.webpage.page import data_block, filled, web_page

_FOLDER = Path(__file__).parent
_DEEPEST = 6


def as_html(document: Document) -> str:
    """Write the whole page."""
    tell = Teller(document.language)
    words = {
        name: tell.word(name)
        for name in ("contents", "search", "search.none", "print_alone", "picture.size", "theme", "skip")
    }
    content = filled(
        _FOLDER,
        "document.html",
        document=document,
        words=words,
        kind_of=_kind_of,
        words_of=plain,
        deepest=_DEEPEST,
        address_of=_address_of,
        told=data_block({"none": words["search.none"]}, "words"),
    )
    return web_page(
        content,
        title=document.title,
        language=document.language,
        direction=document.direction,
        words=words,
        styles=[_read("document.css")],
        scripts=[_read("document.js")],
    )


def _kind_of(block: Block) -> str:
    """Give by what name the template knows a kind of block."""
    return type(block).__name__.lower()


def _address_of(svg: str) -> str:
    """Give a picture as an address: its fonts stay inside it, and its colours follow the page's."""
    return "data:image/svg+xml;base64," + base64.b64encode(themed(svg, "auto").encode()).decode("ascii")


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
