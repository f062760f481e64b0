"""Upright bars along time: a small SVG that a page colours, that is read out, and that mirrors itself.

Lengths in tables are drawn by the page's style (`page.css`). Kept libraries were tried: they put Persian
labels over the bars, know no right-to-left axis, and write colours and dates of their own into the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 720.0, 210.0
_TOP, _BOTTOM, _SIDE = 22.0, 24.0, 6.0
_GAP = 0.22
_LABEL_ROOM = 26.0
_LABELS = 8
"""So many labels fit below, at most."""


@dataclass(frozen=True)
class Bar:
    """One bar: what stands below it, its value, and how that is written."""

    label: str
    value: float
    text: str


def bars(chart: Sequence[Bar], name: str, title: str, description: str, *, from_the_right: bool) -> Markup:
    """Draw bars along time; the table behind it says the same in figures."""
    highest = max((bar.value for bar in chart), default=0.0)
    step = (WIDTH - 2 * _SIDE) / max(len(chart), 1)
    every = max(1, -(-len(chart) // _LABELS))
    parts = [
        Markup('<svg class="bars" viewBox="0 0 {:g} {:g}" role="img" aria-labelledby="{} {}-is">').format(
            WIDTH, HEIGHT, name, name
        ),
        Markup('<title id="{}">{}</title><desc id="{}-is">{}</desc>').format(name, title, name, description),
    ]
    for number, bar in enumerate(chart):
        place = len(chart) - 1 - number if from_the_right else number
        left = _SIDE + place * step
        parts.append(_bar(bar, left, step, highest))
        if number % every == 0:
            x = min(max(left + step / 2, _LABEL_ROOM), WIDTH - _LABEL_ROOM)
            parts.append(_text("label", x, HEIGHT - 7, bar.label))
    if highest > 0:
        best = max(range(len(chart)), key=lambda number: chart[number].value)
        place = len(chart) - 1 - best if from_the_right else best
        x = min(max(_SIDE + (place + 0.5) * step, 60.0), WIDTH - 60.0)
        parts.append(_text("value", x, _TOP - 8, chart[best].text))
    parts.append(
        Markup('<path class="ground" d="M{:g} {:g}H{:g}"/></svg>').format(
            _SIDE, HEIGHT - _BOTTOM, WIDTH - _SIDE
        )
    )
    return Markup("").join(parts)


def _bar(bar: Bar, left: float, step: float, highest: float) -> Markup:
    room = HEIGHT - _TOP - _BOTTOM
    height = room * max(bar.value, 0.0) / highest if highest > 0 else 0.0
    drawn = Markup('<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"><title>{}: {}</title></rect>')
    place = left + step * _GAP / 2, HEIGHT - _BOTTOM - height, step * (1 - _GAP), height
    return drawn.format(*place, bar.label, bar.text)


def _text(kind: str, x: float, y: float, words: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, words)
