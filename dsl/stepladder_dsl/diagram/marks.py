"""The small marks before texts, as SVG drawn in a square of twelve units."""

from __future__ import annotations

from stepladder_dsl.diagram import style

_TICK = "M3.4 6.3 5.3 8.2 8.8 4.2"
_CROSS = "M4 4 8 8M8 4 4 8"
_DASH = "M3.6 6H8.4"


def _disc(colour: str, sign: str) -> str:
    return (
        f'<circle cx="6" cy="6" r="5.6" fill="{colour}"/>'
        f'<path d="{sign}" fill="none" stroke="#ffffff" stroke-width="1.5" stroke-linecap="round"/>'
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
    "limit": _drawn("M6 1.1a4.9 4.9 0 1 1 0 9.8 4.9 4.9 0 0 1 0-9.8ZM6 3.2V6.2L8 7.6", "#8a5a00"),
    "follow_up": _drawn("M1.2 1.8H10.8V8.4H6.2L3.4 11V8.4H1.2ZM3.4 4.2H8.6M3.4 6.1H7", "#1f5f91"),
    "offer": _drawn("M1.2 1.2H6L11 6.2 6.4 10.8 1.2 5.8ZM3.4 3.2v.6", "#7a3e74"),
    "way_in": _drawn("M.6 6H8M5 3 8 6 5 9M10.6 1.4V10.6", style.STROKES["event"].colour),
    "stay": _drawn("M9.9 3.4A4.7 4.7 0 1 0 10.7 6M10.4.8 10 3.7 7.1 3.3", style.QUIET),
}
"""Every mark by its name."""


_WITH_A_DIRECTION = {"way_in", *style.STROKES}


def mark_svg(name: str, x: float, y: float, *, mirrored: bool = False) -> str:
    """Draw a mark with its upper left corner at the point; `mirrored` turns arrows to the left."""
    scale = style.MARK_SIZE / 12
    if mirrored and name in _WITH_A_DIRECTION:
        width = style.STROKE_SIZE if name in style.STROKES else style.MARK_SIZE
        place = f"translate({x + width:.2f} {y:.2f}) scale({-scale:.4f} {scale:.4f})"
    else:
        place = f"translate({x:.2f} {y:.2f}) scale({scale:.4f})"
    return f'<g transform="{place}">{MARKS[name]}</g>'
