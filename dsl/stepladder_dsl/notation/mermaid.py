"""A process as a Mermaid flowchart, which wikis and code forges draw."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stepladder_dsl.diagram import style
from stepladder_dsl.notation.outline import Box, Group, Link, Outline, outline_of

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph

_PLAIN = frozenset(" ,:()?!=")
"""What may stand in a label as it is, besides letters, their marks and digits."""
_UNSEEN = "\u200c\u200d\u200f"
"""Joiners, which hold letters of Persian apart and emoji together, and the mark of its direction."""
_PAIRS = re.compile(r"\$(?=\$)|\\(?=n)")
"""Where a formula would begin or a line be broken, even if the signs are written as entities."""
_NAMED = {'"': "quot", "<": "lt", ">": "gt", "&": "amp"}
_SHAPES = {"stage": ("(", ")"), "won": ("([", "])"), "lost": ("{{", "}}"), "neutral": ("[[", "]]")}
_ARROWS = {"event": "-->", "timer": "-.->", "when": "-.->"}
_INDENTATION = "    "


def mermaid_text(graph: Graph, process: str | None = None) -> str:
    """Write a process, or all in one chart, as Mermaid."""
    outline = outline_of(graph, process)
    return "".join(f"{line}\n" for line in _chart(outline))


def _chart(outline: Outline) -> Iterator[str]:
    yield "---"
    # A text of JSON is one of YAML, too.
    yield f"title: {json.dumps(outline.title, ensure_ascii=False)}"
    yield "---"
    yield "flowchart TB"
    single = len(outline.groups) == 1
    for group in outline.groups:
        yield from _indented(_members(group) if single else _subgraph(group))
    for link in outline.links:
        yield _INDENTATION + _link(link)
    yield from _indented(_looks(outline))


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (_INDENTATION + line for line in lines)


def _subgraph(group: Group) -> Iterator[str]:
    if not any(group.all_boxes()):
        return
    yield f'subgraph {group.id}["{label(group.title)}"]'
    # Mermaid turns what is inside of a group, unless it is told.
    yield f"{_INDENTATION}direction TB"
    yield from _indented(_members(group))
    yield "end"


def _members(group: Group) -> Iterator[str]:
    for box in group.boxes:
        yield _box(box)
    for inner in group.groups:
        yield from _subgraph(inner)


def _box(box: Box) -> str:
    before, behind = _SHAPES[box.shape]
    title, *rest = map(label, box.lines)
    shown = "<br/>".join((f"<b>{title}</b>", *rest))
    return f'{box.id}{before}"{shown}"{behind}:::{box.shape}'


def _link(link: Link) -> str:
    shown = "<br/>".join(map(label, link.lines))
    said = f'|"{shown}"|' if shown else ""
    return f"{link.tail} {_ARROWS[link.kind]}{said} {link.head}"


def _looks(outline: Outline) -> Iterator[str]:
    """Yield the colours of the kinds of stages and ways that there are."""
    shapes = {box.shape for group in outline.groups for box in group.all_boxes()}
    for shape, look in style.CARDS.items():
        if shape in shapes:
            paint = f"fill:{look.fill},stroke:{look.line},color:{look.ink}"
            yield f"classDef {shape} {paint}"
    frame = f"fill:{style.frame_fill(0)},stroke:{style.FRAME_LINE},color:{style.FRAME_INK}"
    single = len(outline.groups) == 1
    for group in outline.groups:
        for inner in group.all_groups():
            if any(inner.all_boxes()) and not (single and inner is group):
                yield f"style {inner.id} {frame}"
    for kind, stroke in style.STROKES.items():
        numbers = [str(number) for number, link in enumerate(outline.links) if link.kind == kind]
        if numbers:
            yield f"linkStyle {','.join(numbers)} stroke:{stroke.colour}"


def label(text: str) -> str:
    r"""Write a text such that Mermaid takes none of it for its own signs, or for Markdown or HTML.

    >>> label('1. "a" <b> #1'), label("تا ۳ روز")
    ('1#46; #quot;a#quot; #lt;b#gt; #35;1', 'تا ۳ روز')
    """
    return "".join(map(_letter, _PAIRS.sub("\\g<0>\u200c", text)))


def _letter(character: str) -> str:
    if character in _NAMED:
        return f"#{_NAMED[character]};"
    plain = character in _PLAIN or character in _UNSEEN or unicodedata.category(character)[0] in "LMN"
    return character if plain else f"#{ord(character)};"
