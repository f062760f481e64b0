"""Cuts a picture that is too high for a page into bands: between its cards and words, never through them.

The titles of lanes stand again at the top of each band.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from xml.etree import ElementTree

_SVG = "http://www.w3.org/2000/svg"
_MOVED = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\)")
_POINTS = re.compile(r"(-?[\d.]+),(-?[\d.]+)")
_ROOM = 3.0
"""What has to be free on both sides of a cut, at least."""
_EVEN = 8.0
"""How exactly pages are filled evenly."""


@dataclass(frozen=True)
class Strip:
    """A part of a picture from edge to edge, in its pixels, and the picture of what is seen there."""

    top: float
    bottom: float
    picture: str

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


class Sliced:
    """A picture, with where its parts stand."""

    def __init__(self, picture: str) -> None:
        ElementTree.register_namespace("", _SVG)
        self.root = ElementTree.fromstring(picture)  # noqa: S314 - one of ours, made a moment ago
        self.width, self.height = (float(self.root.get(side, 0)) for side in ("width", "height"))

    @cached_property
    def titles(self) -> tuple[float, float] | None:
        """Where the titles of lanes stand: all lanes are equally high, and side by side."""
        lanes = {
            (top, bottom)
            for one, top, bottom in _parts(self.root, 0.0)
            if one.get("class") == "phase" and not one.get("rx")
        }
        cards = [top for one, top, _ in _parts(self.root, 0.0) if one.get("class") == "stage"]
        if len(lanes) != 1 or not cards:
            return None
        (start, _), first = lanes.pop(), min(cards)
        ends = [
            bottom
            for one, top, bottom in _parts(self.root, 0.0)
            if _is(one, "text") and one.get("font-weight") and start < top and bottom < first
        ]
        return (start, max(ends) + _ROOM) if ends else None

    def bands(self, high: float) -> Sequence[Sequence[Strip]]:
        """Give what stands on each page of that height; nothing, where no cut leaves its cards whole."""
        ends = self._evenly(self._ends(high), high)
        pages: list[list[Strip]] = []
        for start, end in pairwise([0.0, *ends]):
            titles = self.titles if start else None
            above = [self.strip(*titles)] if titles and titles[0] < start else []
            pages.append([*above, self.strip(start, end)])
        return pages

    def _evenly(self, ends: list[float], high: float) -> list[float]:
        """Fill as many pages evenly, so that the last is not nearly empty."""
        low = 0.0
        while high - low > _EVEN:
            middle = (low + high) / 2
            tried = self._ends(middle)
            if tried and len(tried) <= len(ends):
                ends, high = tried, middle
            else:
                low = middle
        return ends

    def _ends(self, high: float) -> list[float]:
        """Give where the pages of that height end; nothing, where no cut is possible."""
        ends: list[float] = []
        start = 0.0
        while start < self.height:
            repeated = self.titles[1] - self.titles[0] if self.titles and start > self.titles[0] else 0.0
            limit = start + high - repeated
            end = self.height if limit >= self.height else self._cut_before(limit)
            if end <= start:
                return []
            ends.append(end)
            start = end
        return ends

    def _cut_before(self, limit: float) -> float:
        """Give the lowest place to cut above a limit."""
        return max((cut for cut in self._cuts if cut <= limit), default=0.0)

    @cached_property
    def _cuts(self) -> list[float]:
        """The middles of what is free between cards and words."""
        solid = sorted(
            (top, bottom)
            for one, top, bottom in _parts(self.root, 0.0)
            if _is(one, "text") or one.get("class") == "stage"
        )
        ends = [(0.0, 0.0)]
        for top, bottom in solid:
            ends.append((top, max(bottom, ends[-1][1])))
        return [(above + below) / 2 for (_, above), (below, _) in pairwise(ends) if below - above > 2 * _ROOM]

    def strip(self, top: float, bottom: float) -> Strip:
        """Give a part of the picture: what cannot be seen of it is not there, so that nobody finds it."""
        root = deepcopy(self.root)
        _keep(root, 0.0, top, bottom)
        return Strip(top, bottom, ElementTree.tostring(root, encoding="unicode"))


def _is(element: ElementTree.Element, tag: str) -> bool:
    return element.tag == f"{{{_SVG}}}{tag}"


def _keep(element: ElementTree.Element, y: float, top: float, bottom: float) -> None:
    """Take away what lies outside."""
    y = _moved(element, y)
    for child in list(element):
        reach = _reach(child, y)
        if reach is None:
            _keep(child, y, top, bottom)
        elif reach[1] <= top or reach[0] >= bottom:
            element.remove(child)


def _parts(element: ElementTree.Element, y: float) -> Iterator[tuple[ElementTree.Element, float, float]]:
    """Yield cards, lines, words and lanes, with where they begin and end."""
    y = _moved(element, y)
    for child in element:
        reach = _reach(child, y)
        if reach is None:
            yield from _parts(child, y)
        else:
            yield child, *reach


def _moved(element: ElementTree.Element, y: float) -> float:
    found = _MOVED.match(element.get("transform", ""))
    return y + float(found[2]) if found else y


def _reach(element: ElementTree.Element, y: float) -> tuple[float, float] | None:
    """Give the top and the bottom of what is one part; None for a group of parts, or what is everywhere."""
    if _is(element, "text"):
        size, base = float(element.get("font-size", 0)), y + float(element.get("y", 0))
        return base - size, base + 0.3 * size
    if element.get("class") == "stage":
        return _reach(element[0], _moved(element, y))
    if _is(element, "rect") and element.get("y"):
        top = y + float(element.get("y", 0))
        return top, top + float(element.get("height", 0))
    if element.get("data-from"):
        reaches = [_reach(path, _moved(element, y)) for path in element]
        return _around([reach for reach in reaches if reach])
    if _is(element, "path"):
        heights = [y + float(down) for _, down in _POINTS.findall(element.get("d", ""))]
        return (min(heights), max(heights)) if heights else None
    return None


def _around(reaches: list[tuple[float, float]]) -> tuple[float, float] | None:
    if not reaches:
        return None
    return min(top for top, _ in reaches), max(bottom for _, bottom in reaches)
