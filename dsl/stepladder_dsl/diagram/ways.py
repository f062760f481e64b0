"""Decides how each transition of a process is shown: as an arrow, or as a line of text.

A transition that does not move the case is a line in the card of its stage, or
one line for all stages. A way that leads to one stage from many others is a line
in the card where it leads, and an arrow only from near by: a fan of equal arrows
says less than a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NEAR_ARROWS = 3
"""How many equal arrows may lead to one stage."""


@dataclass(frozen=True)
class Way:
    """One transition of one stage: the attributes of its edge in the graph, and its ends."""

    source: str
    target: str
    edge: Mapping[str, Any]
    from_frame: str | None = None
    """The phase that the arrow leaves as a whole, if it does."""

    @property
    def sentence(self) -> tuple[str, str, str, str]:
        """What it says, whoever says it."""
        edge = self.edge
        return edge["kind"], edge["title"], edge["guard"] or "", "" if edge["stays"] else self.target


@dataclass(frozen=True)
class WayIn:
    """A way that leads to a stage from many, or from everywhere, with the attributes of one of the edges."""

    target: str
    sources: tuple[str, ...]
    everywhere: bool
    edge: Mapping[str, Any]


@dataclass(frozen=True)
class Ways:
    """How the transitions of a process are shown.

    `noted` holds the edges that do not move the case, by where their line
    stands: a stage's id, a phase's name, or an empty text for the whole process.
    """

    arrows: tuple[Way, ...]
    ways_in: Mapping[str, tuple[WayIn, ...]]
    noted: Mapping[str, tuple[Mapping[str, Any], ...]]


@dataclass(frozen=True)
class Places:
    """The stages of a process in the order of the text, with their phases and ends."""

    stages: Mapping[str, Mapping[str, Any]]

    def phases(self) -> Iterator[tuple[str, list[str]]]:
        """Yield every phase with its stages, outer phases before inner ones."""
        found: dict[str, list[str]] = {}
        depths: dict[str, int] = {}
        for name, stage in self.stages.items():
            for depth, phase in enumerate(stage["phase"]):
                found.setdefault(phase, []).append(name)
                depths[phase] = depth
        yield from sorted(found.items(), key=lambda item: depths[item[0]])

    def open_stages(self) -> set[str]:
        """Give the stages in which a case is still under way."""
        return {name for name, stage in self.stages.items() if not stage["end"]}

    def positions(self) -> dict[str, int]:
        """Give each stage's place in the text."""
        return {name: number for number, name in enumerate(self.stages)}


def sort_ways(places: Places, ways: Iterable[Way]) -> Ways:
    """Decide for every transition how it is shown."""
    said: dict[tuple[str, str, str, str], list[Way]] = {}
    for way in ways:
        said.setdefault(way.sentence, []).append(way)
    arrows: list[Way] = []
    ways_in: dict[str, list[WayIn]] = {}
    noted: dict[str, list[Mapping[str, Any]]] = {}
    reached = _reached_by_events(said)
    for group in said.values():
        if group[0].edge["stays"]:
            for place in _noted_at(places, {way.source for way in group}):
                noted.setdefault(place, []).append(group[0].edge)
            continue
        drawn, listed = _drawn_and_listed(places, group, reached)
        arrows.extend(drawn)
        if listed:
            target, everywhere = listed[0].target, _from_everywhere(places, group)
            shown = tuple(dict.fromkeys(way.source for way in (group if everywhere else listed)))
            ways_in.setdefault(target, []).append(WayIn(target, shown, everywhere, listed[0].edge))
    arrows.sort(key=lambda way: list(said).index(way.sentence))
    return Ways(tuple(arrows), _frozen(ways_in), _frozen(noted))


def _frozen(lists: dict[str, list[Any]]) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(members) for name, members in lists.items()}


def _noted_at(places: Places, sources: set[str]) -> list[str]:
    """Give where a line about these stages stands: once for all, once for a phase, or in each card."""
    everywhere = places.open_stages()
    if len(everywhere) > 1 and everywhere <= sources:
        rest = sources - everywhere
        return [""] if sources.issuperset(places.stages) else ["", *(n for n in places.stages if n in rest)]
    found: list[str] = []
    left = set(sources)
    for phase, members in places.phases():
        if len(members) > 1 and left.issuperset(members):
            found.append(phase)
            left -= set(members)
    return found + [name for name in places.stages if name in left]


def _from_everywhere(places: Places, group: list[Way]) -> bool:
    return places.open_stages() - {group[0].target} <= {way.source for way in group}


def _drawn_and_listed(places: Places, group: list[Way], reached: set[str]) -> tuple[list[Way], list[Way]]:
    """Divide equal ways into arrows and those that only a line in the target's card tells of."""
    arrows: list[Way] = []
    own: list[Way] = []
    listed: list[Way] = []
    for _, ways in _by_origin(group):
        if ways[0].edge["origin"] == "stage" or len(ways) == 1:
            own.extend(ways)
        elif _leads_out(places, ways):
            last = ways[-1]
            arrows.append(Way(last.source, last.target, last.edge, last.edge["origin_name"]))
        else:
            listed.extend(ways)
    if listed or len(own) > NEAR_ARROWS:
        phase = places.stages[group[0].target]["phase"]
        near = [way for way in own if places.stages[way.source]["phase"] == phase]
        if len(near) > NEAR_ARROWS or (len(near) > 1 and _from_everywhere(places, group)):
            near = [_main_way(places, near, reached)]
        listed.extend(way for way in own if way not in near)
        own = near
    return arrows + own, listed


def _by_origin(group: list[Way]) -> Iterator[tuple[str, list[Way]]]:
    """Yield the ways of one sentence of the text together."""
    keys: dict[str, list[Way]] = {}
    for way in group:
        keys.setdefault(way.edge["key"], []).append(way)
    yield from keys.items()


def _leads_out(places: Places, ways: list[Way]) -> bool:
    """Tell whether a phase as a whole leads on: to a later stage, outside of it."""
    edge, target = ways[0].edge, ways[0].target
    if edge["origin"] != "phase" or edge["origin_name"] in places.stages[target]["phase"]:
        return False
    positions = places.positions()
    return all(positions[way.source] < positions[target] for way in ways)


def _reached_by_events(said: Iterable[tuple[str, str, str, str]]) -> set[str]:
    """Give the stages that more than time leads to."""
    return {target for kind, _, _, target in said if kind != "timer"}


def _main_way(places: Places, ways: list[Way], reached: set[str]) -> Way:
    """Give the way of those who come straight on: from the nearest stage before that no waiting led to."""
    positions = places.positions()

    def worth(way: Way) -> tuple[bool, bool, int]:
        before = positions[way.source] < positions[way.target]
        return before, way.source in reached, positions[way.source]

    return max(ways, key=worth)
