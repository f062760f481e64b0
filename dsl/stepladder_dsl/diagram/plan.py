"""Different ways to lay out a scene, of which the best is chosen once they are drawn.

Graphviz puts a stage below every stage that leads to it, so that one way back
stretches a picture. A plan says instead which stages stand side by side: the main
road decides, and other arrows are drawn around it. A long process may also be folded
into two columns, between its phases (`diagram.fold`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.scene import Arrow, Card, Scene


@dataclass(frozen=True)
class Plan:
    """Graphviz's direction (TB, LR or RL) and, if it is not free to choose, the row of each card.

    `loose` names the arrows that follow the places of the cards, and do not decide them.
    """

    direction: str
    rows: Mapping[str, int] = field(default_factory=dict)
    loose: frozenset[str] = frozenset()


def plans_of(scene: Scene, *, sideways: bool = True) -> Iterator[Plan]:
    """Yield the plans to try, the plainest first, none twice."""
    across = "RL" if scene.right_to_left else "LR"
    directions = ("TB", across) if sideways else ("TB",)
    yield from (Plan(direction) for direction in directions)
    tried: list[dict[str, int]] = []
    for lost_below in (False, True):
        rows = _Rows(scene, lost_below=lost_below).rows()
        if rows not in tried:
            tried.append(rows)
            loose = frozenset(arrow.id for arrow in scene.arrows if rows[arrow.tail] >= rows[arrow.head])
            yield from (Plan(direction, rows, loose) for direction in directions)


def roads_of(scene: Scene) -> dict[str, list[str]]:
    """Give for each card those from which a road leads ahead to it, whatever frames they stand in."""
    free = replace(scene, cards=tuple(replace(card, frame=None) for card in scene.cards))
    rows = _Rows(free, lost_below=True)
    return {card.id: [arrow.tail for arrow in rows.road_to(card.id)] for card in scene.cards}


def folds_of(scene: Scene) -> list[frozenset[str]]:
    """Give the cards of a first column, in several ways: from the start to a phase near the middle."""
    blocks = _blocks(scene)
    count = len(blocks)
    if count < style.FOLDED_FROM:
        return []
    starts = [index for index in range(1, count) if blocks[index] != blocks[index - 1]]
    near = [index for index in starts if count / 4 <= index <= count * 3 / 4]
    found: list[frozenset[str]] = []
    for index in sorted(near, key=lambda index: (abs(index - count / 2), index))[:2]:
        first = frozenset(card.id for card in scene.cards[:index])
        for column in (first, _with_ends_near(scene, first)):
            if column not in found:
                found.append(column)
    return found


def _with_ends_near(scene: Scene, first: frozenset[str]) -> frozenset[str]:
    """Give the first column with just those ends outside of phases that have most of their arrows there."""
    column = set(first)
    for card in scene.cards:
        if stands_aside(card):
            others = [
                arrow.tail if arrow.head == card.id else arrow.head
                for arrow in scene.arrows
                if (arrow.tail == card.id) != (arrow.head == card.id)
            ]
            here = sum(other in first for other in others)
            (column.add if 2 * here > len(others) else column.discard)(card.id)
    return frozenset(column)


def stands_aside(card: Card) -> bool:
    """Tell whether a card is no part of the road: where a case is lost, from several stages."""
    return is_loss(card) and card.frame is None and not card.start


def is_loss(card: Card) -> bool:
    """Tell whether a case is lost there."""
    return card.shape == "lost"


def _blocks(scene: Scene) -> list[str]:
    """Give for each card the outermost phase around it, or itself."""
    parents = {frame.id: frame.parent for frame in scene.frames}
    blocks = []
    for card in scene.cards:
        block, frame = card.id, card.frame
        while frame is not None:
            block, frame = frame, parents[frame]
        blocks.append(block)
    return blocks


class _Rows:
    """Gives every card its row."""

    def __init__(self, scene: Scene, *, lost_below: bool) -> None:
        self.cards = {card.id: card for card in scene.cards}
        self.position = {name: number for number, name in enumerate(self.cards)}
        self.lost_below = lost_below
        self.arrows = [arrow for arrow in scene.arrows if arrow.tail != arrow.head]

    def rows(self) -> dict[str, int]:
        """Go through the cards in the order of the text."""
        found: dict[str, int] = {}
        for name, card in self.cards.items():
            if not stands_aside(card):
                before = [found[arrow.tail] for arrow in self.road_to(name) if arrow.tail in found]
                # What only lines in cards lead to follows what stands before it in the text.
                found[name] = max(before or found.values(), default=-1) + 1
        for name in self.cards:
            if name not in found:
                found[name] = self.row_aside(name, found)
        return found

    def row_aside(self, name: str, found: Mapping[str, int]) -> int:
        """Give the row of a stage beside the road: that of the middle one of those that lead to it."""
        sources = sorted(found[arrow.tail] for arrow in self.into(name) if arrow.tail in found)
        if not sources:
            return max(found.values(), default=0)
        return sources[-1] + 1 if self.lost_below else sources[len(sources) // 2]

    def into(self, name: str) -> list[Arrow]:
        """Give the arrows to a card."""
        return [arrow for arrow in self.arrows if arrow.head == name]

    def road_to(self, name: str) -> list[Arrow]:
        """Give the arrows that a card has to stand below: forward ones, and no timers if there are others."""
        forward = [arrow for arrow in self.into(name) if self.position[arrow.tail] < self.position[name]]
        acted = [arrow for arrow in forward if arrow.kind != "timer"]
        if acted:
            return acted
        own = [arrow for arrow in forward if self.cards[arrow.tail].frame == self.cards[name].frame]
        return (own or forward)[:1]


def same_rows(rows: Mapping[str, int]) -> Iterable[list[str]]:
    """Yield the cards of each row, from the first on."""
    lines: dict[int, list[str]] = {}
    for name, row in rows.items():
        lines.setdefault(row, []).append(name)
    for row in sorted(lines):
        yield lines[row]
