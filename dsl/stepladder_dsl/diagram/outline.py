"""The outlines of cards, with round and cut corners, and how lines are drawn on to them."""

from __future__ import annotations

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line, Point, line_through
from stepladder_dsl.diagram.scene import Card


def lengthened(line: Line, tail: tuple[Card, Box] | None, head: tuple[Card, Box]) -> Line:
    """Draw a line on to the outlines of its cards: graphviz ends it some pixels away."""
    points, tip = list(line.points), line.tip
    dx, dy = _way_in(tip, points[-1], *head)
    tip, points[-1] = (tip[0] + dx, tip[1] + dy), (points[-1][0] + dx, points[-1][1] + dy)
    if tail is not None:
        dx, dy = _way_in(points[0], points[1], *tail)
        points[0] = points[0][0] + dx, points[0][1] + dy
    return line_through(points, tip)


def _way_in(end: Point, before: Point, card: Card, box: Box) -> Point:
    """Give how far a line's end has to move to meet the card: straight ahead, or else the nearest way."""
    dx, dy = end[0] - before[0], end[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5
    if length:
        for half_pixels in range(80):
            shift = half_pixels / 2 * dx / length, half_pixels / 2 * dy / length
            if _inside((end[0] + shift[0], end[1] + shift[1]), card, box):
                return shift
    return _nearest_way(end, card, box)


def _nearest_way(end: Point, card: Card, box: Box) -> Point:
    """Give the way from a point beside a card to the nearest point of its outline."""
    core = box.grown(-min(corner_radius(card, box), box.width / 2, box.height / 2))
    goal = min(max(end[0], core.left), core.right), min(max(end[1], core.top), core.bottom)
    outside, inside = 0.0, 1.0
    for _ in range(12):
        part = (outside + inside) / 2
        x, y = end[0] + (goal[0] - end[0]) * part, end[1] + (goal[1] - end[1]) * part
        outside, inside = (outside, part) if _inside((x, y), card, box) else (part, inside)
    return (goal[0] - end[0]) * inside, (goal[1] - end[1]) * inside


def corner_radius(card: Card, box: Box) -> float:
    """Give the radius of a card's round corners."""
    if card.shape == "won":
        return min(box.height / 2, style.WON_RADIUS)
    return style.NEUTRAL_RADIUS if card.shape == "neutral" else style.CARD_RADIUS


def _inside(point: Point, card: Card, box: Box) -> bool:
    """Tell whether a point lies within the outline of a card, round or cut corners considered."""
    x = box.width / 2 - abs(point[0] - box.centre[0])
    y = box.height / 2 - abs(point[1] - box.centre[1])
    if x < 0 or y < 0:
        return False
    if card.shape == "lost":
        return x + y >= style.LOST_CUT
    radius = corner_radius(card, box)
    return x >= radius or y >= radius or (radius - x) ** 2 + (radius - y) ** 2 <= radius**2
