"""Chooses the layout of a scene; a long process is also tried in two columns, like text in a newspaper.

Each column is laid out for itself; graphviz's router then leads the arrows
between them around everything that stands in their way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from math import dist

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.between import straight_length, with_arrows_between
from stepladder_dsl.diagram.columns import lay_out_columns
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.layout import Layout, LayoutError, bare, costs, draft_of, layout_of, page_scale
from stepladder_dsl.diagram.plan import Plan, folds_of, plans_of
from stepladder_dsl.diagram.scene import Arrow, Scene
from stepladder_dsl.diagram.trials import Steps, best_trial, labelled, planned, ready

_TRIED_PAIRS = 4
_COVERED = 0.04


def lay_out(scene: Scene) -> Layout:
    """Place the scene in the way that costs least."""
    if len(scene.cards) > style.LONG:
        return lay_out_columns(scene)
    many = len(scene.cards) > style.MANY
    # A long road does not fit a page sideways, and what is tried of it takes its time.
    trials = [planned(scene, plan) for plan in plans_of(scene, sideways=not many)]
    if many:
        trials.append(ready(scene, lay_out_columns(scene)))
    trials.extend(_folded(scene, 2 if many else None))
    try:
        best = best_trial(trials)
    except LayoutError:
        return lay_out_columns(scene)
    if many or not (best.covered or best.cost > style.POOR_COST):
        return best.layout
    # Between tracks of a grid there is room for every label.
    other = best_trial([ready(scene, lay_out_columns(scene))])
    return min(best, other, key=lambda trial: trial.rank).layout


def best_plan(scene: Scene) -> Plan:
    """Give the best plan that graphviz alone can follow."""
    plans = list(plans_of(scene))
    return plans[best_trial(planned(scene, plan) for plan in plans).number]


def _folded(scene: Scene, most: int | None) -> Iterator[Steps]:
    """Yield what to try in two columns: the pairs that promise most, in each of some ways to fold."""
    drafts: dict[frozenset[str], list[Layout]] = {}
    names = frozenset(card.id for card in scene.cards)
    for fold in folds_of(scene)[:most]:
        for column in (fold, names - fold):
            if column not in drafts:
                drafts[column] = list(_both_ways_round(_column(scene, column)))
        pairs = [_Pair(scene, one, other) for one in drafts[fold] for other in drafts[names - fold]]
        pairs.sort(key=_Pair.expected_cost)
        tried: list[tuple[Layout, Layout]] = []
        for pair in pairs[: 1 if len(names) > style.MANY else _TRIED_PAIRS]:
            # Different plans, or a mirror, may come to the same.
            if pair.sides not in tried:
                tried.append(pair.sides)
                yield _paired(pair)


def _paired(pair: _Pair) -> Steps:
    """Try a pair of columns, and the arrows between them."""
    columns = pair.layout()
    yield pair.least_cost(columns)
    return (yield from labelled(pair.scene, with_arrows_between(pair.scene, pair.arrows, columns)))


@dataclass(frozen=True)
class _Pair:
    """Two columns of a scene that are to stand side by side."""

    scene: Scene
    first: Layout
    second: Layout

    @cached_property
    def sides(self) -> tuple[Layout, Layout]:
        """The columns from left to right."""
        return (self.second, self.first) if self.scene.right_to_left else (self.first, self.second)

    @cached_property
    def shift(self) -> tuple[float, float]:
        """How far the right column has to move."""
        left, right = (side.bounds for side in self.sides)
        return left.right + style.GUTTER - right.left, left.top - right.top

    @cached_property
    def arrows(self) -> list[Arrow]:
        """The arrows from column to column."""
        inside = self.first.lines.keys() | self.second.lines.keys()
        return [arrow for arrow in self.scene.arrows if arrow.id not in inside]

    def layout(self) -> Layout:
        """Give them side by side."""
        left, right = self.sides
        moved = _moved(right, *self.shift)
        return layout_of(
            {**left.cards, **moved.cards},
            {**left.lines, **moved.lines},
            {**left.labels, **moved.labels},
            {**left.frames, **moved.frames},
            {},
            0.0,
        )

    def expected_cost(self) -> float:
        """Guess the cost from straight lines between the columns, before a router is asked."""
        left, right = self.sides
        cards = {**left.cards, **{name: box.moved(*self.shift) for name, box in right.cards.items()}}
        ways = [(cards[arrow.tail], cards[arrow.head]) for arrow in self.arrows]
        length = sum(dist(tail.centre, head.centre) for tail, head in ways) / max(len(self.scene.arrows), 1)
        covered = sum(
            card.crossed_by(tail.centre, head.centre)
            for tail, head in ways
            for card in cards.values()
            if card not in (tail, head)
        )
        scale = page_scale(self.scene, left.bounds.joined(right.bounds.moved(*self.shift)))
        return style.SHRINKING_COST / scale + length / style.LONG_WAY + covered * _COVERED

    def least_cost(self, columns: Layout) -> float:
        """Give what they cost at least, however the arrows between them may run."""
        straight = straight_length(self.arrows, columns)
        inside = replace(
            self.scene, arrows=tuple(one for one in self.scene.arrows if one.id in columns.lines)
        )
        known = costs(inside, bare(columns))
        length = sum(line.length for line in columns.lines.values()) + straight
        known["long ways"] = length / max(len(self.scene.arrows), 1) / style.LONG_WAY
        return sum(known.values())


def _both_ways_round(column: Scene) -> Iterator[Layout]:
    """Yield the drafts of a column, each also with left and right exchanged."""
    drafts: list[Layout] = []
    for plan in plans_of(column, sideways=False):
        # A column on its own may be too much for graphviz; then it is not folded there.
        with suppress(LayoutError):
            drafts.append(draft_of(column, plan))
    yield from drafts
    yield from map(_mirrored, drafts)


def _mirrored(layout: Layout) -> Layout:
    return layout_of(
        {name: box.mirrored() for name, box in layout.cards.items()},
        {name: line.mirrored() for name, line in layout.lines.items()},
        {name: box.mirrored() for name, box in layout.labels.items()},
        {name: box.mirrored() for name, box in layout.frames.items()},
        {},
        layout.clashes,
    )


def _column(scene: Scene, names: frozenset[str]) -> Scene:
    """Give the part of the scene with some of its cards."""
    cards = tuple(card for card in scene.cards if card.id in names)
    parents = {frame.id: frame.parent for frame in scene.frames}
    used: set[str] = set()
    for card in cards:
        frame = card.frame
        while frame is not None:
            used.add(frame)
            frame = parents[frame]
    return replace(
        scene,
        cards=cards,
        arrows=tuple(arrow for arrow in scene.arrows if {arrow.tail, arrow.head} <= names),
        frames=tuple(frame for frame in scene.frames if frame.id in used),
    )


def _moved(layout: Layout, right: float, down: float) -> Layout:
    def boxes(named: dict[str, Box]) -> dict[str, Box]:
        return {name: box.moved(right, down) for name, box in named.items()}

    return layout_of(
        boxes(layout.cards),
        {name: line.moved(right, down) for name, line in layout.lines.items()},
        boxes(layout.labels),
        boxes(layout.frames),
        {},
        layout.clashes,
    )
