"""A process as text notations want it: boxes inside boxes and arrows with labels, without places.

The same scene stands behind it as behind our own pictures, so that a way which a picture
tells in a card, and not as an arrow, is told there here, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.diagram.picture import UnknownProcessError
from stepladder_dsl.diagram.rows import Row
from stepladder_dsl.diagram.scene import Card, Scene, build_scene
from stepladder_dsl.diagram.text import is_right_to_left

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph

_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
"""What keeps a piece of text in its own direction; a box of its own needs none."""
_START = "\u25cf "
"""Stands before the stage in which cases begin, as the dot does in our pictures."""
_RIGHT_TO_LEFT_MARK = "\u200f"


@dataclass(frozen=True)
class Box:
    """A stage: `shape` is `stage` or how it ends, `lines` are its title and what stands below."""

    id: str
    shape: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A phase or a whole process, with what stands in it."""

    id: str
    title: str
    boxes: tuple[Box, ...]
    groups: tuple[Group, ...]

    def all_boxes(self) -> Iterator[Box]:
        """Yield the boxes inside, also those of groups inside."""
        yield from self.boxes
        for group in self.groups:
            yield from group.all_boxes()

    def all_groups(self) -> Iterator[Group]:
        """Yield this group and those inside."""
        yield self
        for group in self.groups:
            yield from group.all_groups()


@dataclass(frozen=True)
class Link:
    """An arrow between two boxes, or from a group to a box; `kind` is `event`, `timer` or `when`."""

    tail: str
    head: str
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """Everything that a text notation shows of a spec."""

    title: str
    right_to_left: bool
    groups: tuple[Group, ...]
    links: tuple[Link, ...]


def outline_of(graph: Graph, process: str | None = None) -> Outline:
    """Give the outline of a process, or of all of them."""
    known = [one["name"] for one in graph.graph["processes"]]
    if process is not None and process not in known:
        raise UnknownProcessError(process, known)
    scenes = [build_scene(graph, name) for name in known if process in (None, name)]
    names = _Names()
    for scene in scenes:
        for card in scene.cards:
            names("stage", card.id)
        for frame in scene.frames:
            names("phase", f"{scene.process}/{frame.id}")
    groups = tuple(_process_group(scene, names) for scene in scenes)
    links = tuple(link for scene in scenes for link in _links(scene, names))
    right_to_left = graph.graph["direction"] == "rtl"
    return Outline(_clean(graph.graph["title"]), right_to_left, groups, links)


class _Names:
    """Gives plain ids, by the order of the text: names of a spec may be words of any script."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str] = {}
        self.counts: dict[str, int] = {}

    def __call__(self, letter: str, name: str) -> str:
        if (letter, name) not in self.known:
            number = self.counts[letter] = self.counts.get(letter, 0) + 1
            self.known[letter, name] = f"{letter}{number}"
        return self.known[letter, name]


def _process_group(scene: Scene, names: _Names) -> Group:
    title = scene.heading[-1:]
    for row in scene.heading:
        if row.block.bold:
            title = (row,)
    inner = _groups(scene, None, names)
    return Group(names("process", scene.process), " ".join(_lines(title)), _boxes(scene, None, names), inner)


def _groups(scene: Scene, parent: str | None, names: _Names) -> tuple[Group, ...]:
    """Give the phases right inside a phase; one without stages would be a box of its own, and is left out."""
    found = (
        Group(
            names("phase", f"{scene.process}/{frame.id}"),
            " ".join(_lines(frame.rows[:1])),
            _boxes(scene, frame.id, names),
            _groups(scene, frame.id, names),
        )
        for frame in scene.frames
        if frame.parent == parent
    )
    return tuple(group for group in found if any(group.all_boxes()))


def _boxes(scene: Scene, frame: str | None, names: _Names) -> tuple[Box, ...]:
    return tuple(
        Box(names("stage", card.id), card.shape, tuple(_card_lines(card)))
        for card in scene.cards
        if card.frame == frame
    )


def _card_lines(card: Card) -> Iterator[str]:
    title, *rest = _lines(card.rows)
    yield f"{_START}{title}" if card.start else title
    yield from rest


def _links(scene: Scene, names: _Names) -> Iterator[Link]:
    inside: dict[str, set[str]] = {}
    parents = {frame.id: frame.parent for frame in scene.frames}
    for card in scene.cards:
        frame = card.frame
        while frame is not None:
            inside.setdefault(frame, set()).add(card.id)
            frame = parents[frame]
    for arrow in scene.arrows:
        tail = names("stage", arrow.tail)
        # A group can not have an arrow to what is inside of it.
        if arrow.from_frame is not None and arrow.head not in inside[arrow.from_frame]:
            tail = names("phase", f"{scene.process}/{arrow.from_frame}")
        yield Link(tail, names("stage", arrow.head), arrow.kind, tuple(_lines(arrow.rows)))


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield each row as one line: whoever shows it breaks it anew."""
    for row in rows:
        yield _clean(" ".join(row.block.lines))


def _clean(text: str) -> str:
    """Give a text as one line in which nothing steers the reader's program or turns the direction."""
    line = printable(" ".join(text.translate(_ISOLATES).split()))
    # Painters take the direction from the first letter, and a digit in front would stand at the wrong end.
    torn = is_right_to_left(line) and not line[0].isalpha()
    return f"{_RIGHT_TO_LEFT_MARK}{line}" if torn else line
