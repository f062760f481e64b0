"""The small marks before texts, as SVG drawn in a square of twelve units."""

from __future__ import annotations

from stepladder_dsl.diagram import style

_TICK = "M3.4 6.3 5.3 8.2 8.8 4.2"
_CROSS = "M4 4 8 8M8 4 4 8"
_DASH = "M3.6 6H8.4"


def _disc(colour: str, sign: str) -> str:
    return (
        f'<circle cx="6" cy="6" r="5.6" fill="{colour}"/>'
        f'<path d="{sign}" fill="none" stroke="{style.ON_COLOUR}" stroke-width="1.5" stroke-linecap="round"/>'
    )


def _drawn(path: str, colour: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.1" stroke-linejoin="round"/>'


def _stroke(kind: str) -> str:
    """Draw a little arrow, longer than the square."""
    stroke = style.STROKES[kind]
    dashes = f' stroke-dasharray="{stroke.dashes}"' if stroke.dashes else ""
    tip = style.STROKE_SIZE * 12 / style.MARK_SIZE
    paint = f'fill="none" stroke="{stroke.colour}" stroke-width="{stroke.width}"{dashes}'
    line = f'<path d="M0 6H{tip - 6:.1f}" {paint}/>'
    return f'{line}<path d="M{tip - 7:.1f} 2.6 {tip:.1f} 6 {tip - 7:.1f} 9.4Z" fill="{stroke.colour}"/>'


def _way(colour: str, width: float) -> str:
    """Draw a little line of a width."""
    length = style.STROKE_SIZE * 12 / style.MARK_SIZE
    return f'<path d="M0 6H{length:.1f}" stroke="{colour}" stroke-width="{width}"/>'


MARKS = {
    "start": f'<circle cx="6" cy="6" r="5" fill="{style.INK}"/>',
    "won": _disc(style.CARDS["won"].line, _TICK),
    "lost": _disc(style.CARDS["lost"].line, _CROSS),
    "neutral": _disc(style.CARDS["neutral"].line, _DASH),
    "event": _stroke("event"),
    "timer": _stroke("timer"),
    "when": _stroke("when"),
    "owner": _drawn(
        "M6 1.2a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8ZM1.4 11.2C1.6 8.6 3.4 7.3 6 7.3s4.4 1.3 4.6 3.9Z",
        style.QUIET,
    ),
    "limit": _drawn(
        "M6 1.1a4.9 4.9 0 1 1 0 9.8 4.9 4.9 0 0 1 0-9.8ZM6 3.2V6.2L8 7.6", style.STROKES["timer"].colour
    ),
    "follow_up": _drawn(
        "M1.2 1.8H10.8V8.4H6.2L3.4 11V8.4H1.2ZM3.4 4.2H8.6M3.4 6.1H7", style.STROKES["event"].colour
    ),
    "offer": _drawn("M1.2 1.2H6L11 6.2 6.4 10.8 1.2 5.8ZM3.4 3.2v.6", style.STROKES["when"].colour),
    "way_in": _drawn("M.6 6H8M5 3 8 6 5 9M10.6 1.4V10.6", style.STROKES["event"].colour),
    "stay": _drawn("M9.9 3.4A4.7 4.7 0 1 0 10.7 6M10.4.8 10 3.7 7.1 3.3", style.QUIET),
    "effort": _drawn(
        "M2.6 11V7.2H5V11M5 11V4.6H7.4V11M7.4 11V1.6H9.8V11M1.4 11H11", style.STROKES["timer"].colour
    ),
    "way_back": _drawn("M11 6H3.2M6 3 3.2 6 6 9M1 1.4V10.6", style.QUIET),
    "cases": _drawn("M1.4 1.2V10.6H11M3.6 8.4V6.2M6.2 8.4V3.2M8.8 8.4V4.8", style.STROKES["event"].colour),
    "price": _drawn(
        "M6 1.1a4.9 4.9 0 1 1 0 9.8 4.9 4.9 0 0 1 0-9.8ZM6 3.4V8.6M4 6H8", style.CARDS["won"].line
    ),
    "when_short": _drawn("M6 .9 11.1 6 6 11.1 .9 6Z", style.STROKES["when"].colour),
    "accepted": _drawn("M1.4 6.6 4.6 9.8 10.6 2.4", style.CARDS["won"].line),
    "declined": _drawn("M2.4 2.4 9.6 9.6M9.6 2.4 2.4 9.6", style.CARDS["lost"].line),
    "escalation": _drawn("M6 10.8V2.2M2.6 5.4 6 2 9.4 5.4M1.4 .8H10.6", style.STROKES["timer"].colour),
    "volume": f'<path d="M0 5.4 26 1.6V10.4L0 6.6Z" fill="{style.STROKES["event"].colour}"/>',
    "lost_way": _way(style.LOST_WAY, 3.0),
    "unused_way": _way(style.UNUSED, style.THINNEST),
    "record": _drawn("M2 .9H8L10.2 3.2V11.1H2ZM4 5.2H8.2M4 7.2H8.2M4 9.2H6.6", style.QUIET),
    "stages": _drawn("M.9 4.2H4V7.8H.9ZM8 4.2H11.1V7.8H8ZM4 6H8", style.QUIET),
    "gone": _way(style.STROKES["event"].colour, 3.4),
    "visit": _drawn("M1.4 2.4H10.6V10.8H1.4ZM1.4 5H10.6M4 .8V3.4M8 .8V3.4M4 7.6 5.4 9 8 6.6", style.INK),
    "bar": f'<rect y="3.6" width="12" height="5" rx="1.5" fill="{style.RULE}"/>'
    f'<rect y="3.6" width="7.5" height="5" rx="1.5" fill="{style.BAR}"/>',
}
"""Every mark by its name."""


_WITH_A_DIRECTION = {"way_in", "way_back", "effort", "bar", *style.LONG_MARKS}


def mark_svg(name: str, x: float, y: float, *, mirrored: bool = False) -> str:
    """Draw a mark with its upper left corner at the point; `mirrored` turns arrows to the left."""
    scale = style.MARK_SIZE / 12
    if mirrored and name in _WITH_A_DIRECTION:
        width = style.STROKE_SIZE if name in style.LONG_MARKS else style.MARK_SIZE
        place = f"translate({x + width:.2f} {y:.2f}) scale({-scale:.4f} {scale:.4f})"
    else:
        place = f"translate({x:.2f} {y:.2f}) scale({scale:.4f})"
    return f'<g transform="{place}">{MARKS[name]}</g>'
