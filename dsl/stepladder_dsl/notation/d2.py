"""A process as D2, for who keeps diagrams as text and lays them out with its tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stepladder_dsl.diagram import style
from stepladder_dsl.notation.outline import Box, Group, Link, Outline, outline_of

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph

_SHAPES = {"stage": "rectangle", "won": "oval", "lost": "hexagon", "neutral": "rectangle"}
_STROKES = {"event": 0, "timer": 5, "when": 2}
_INDENTATION = "  "
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "$": "\\$"})


def d2_text(graph: Graph, process: str | None = None) -> str:
    """Write a process, or all in one chart, as D2."""
    outline = outline_of(graph, process)
    return "".join(f"{line}\n" for line in _chart(outline))


def _chart(outline: Outline) -> Iterator[str]:
    yield "direction: down"
    yield "classes: {"
    yield from _indented(_looks())
    yield "}"
    single = len(outline.groups) == 1
    places: dict[str, str] = {}
    for group in outline.groups:
        yield from _members(group, "", places) if single else _group(group, "", places)
    for link in outline.links:
        yield _link(link, places)


def _looks() -> Iterator[str]:
    for shape, look in style.CARDS.items():
        paint = f'fill: "{look.fill}"; stroke: "{look.line}"; font-color: "{look.ink}"'
        double = "; double-border: true" if shape == "neutral" else ""
        radius = "; border-radius: 8" if shape == "stage" else ""
        yield f"{shape}: {{shape: {_SHAPES[shape]}; style: {{{paint}{double}{radius}}}}}"
    for kind, stroke in style.STROKES.items():
        dash = f"; stroke-dash: {_STROKES[kind]}" if _STROKES[kind] else ""
        yield f'{kind}: {{style: {{stroke: "{stroke.colour}"; font-color: "{stroke.colour}"{dash}}}}}'


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (_INDENTATION + line for line in lines)


def _group(group: Group, place: str, places: dict[str, str]) -> Iterator[str]:
    places[group.id] = f"{place}{group.id}"
    yield f"{group.id}: {_text((group.title,))} {{"
    yield from _indented(_members(group, f"{places[group.id]}.", places))
    yield "}"


def _members(group: Group, place: str, places: dict[str, str]) -> Iterator[str]:
    for box in group.boxes:
        places[box.id] = f"{place}{box.id}"
        yield _box(box)
    for inner in group.groups:
        yield from _group(inner, place, places)


def _box(box: Box) -> str:
    return f"{box.id}: {_text(box.lines)} {{class: {box.shape}}}"


def _link(link: Link, places: dict[str, str]) -> str:
    return f"{places[link.tail]} -> {places[link.head]}: {_text(link.lines)} {{class: {link.kind}}}"


def _text(lines: Iterable[str]) -> str:
    r"""Write lines as one text of D2.

    >>> _text(('say "hi"', "${x}"))
    '"say \\"hi\\"\\n\\${x}"'
    """
    return '"' + "\n".join(lines).translate(_ESCAPED) + '"'
