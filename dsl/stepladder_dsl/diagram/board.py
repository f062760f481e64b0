"""A board that views paint on: boxes, bars, badges and rows, right to left where the spec is.

Places are given as one reads, from the leading edge; the board turns them round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.markup import attribute
from stepladder_dsl.diagram.page import Sheet, legend_lines, legend_svg, place, rows_svg
from stepladder_dsl.diagram.rows import Row, height_of, make_row, widest


class Board:
    """The drawing of one view, and the texts that it shows."""

    def __init__(self, width: float, *, right_to_left: bool) -> None:
        self.width = width
        self.right_to_left = right_to_left
        self.parts: list[str] = []

    def turned(self, box: Box) -> Box:
        """Give where a box really stands."""
        if not self.right_to_left:
            return box
        return Box(self.width - box.right, box.top, self.width - box.left, box.bottom)

    def box(
        self,
        box: Box,
        fill: str,
        line: str,
        *,
        radius: float = style.CARD_RADIUS,
        width: float = 1.3,
        name: str | None = None,
        dashes: str | None = None,
    ) -> None:
        """Paint a rectangle; a name makes it a thing of the spec."""
        named = f'class="card" data-name={attribute(name)} ' if name else ""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self.parts.append(
            f'<rect {named}{place(self.turned(box))} rx="{radius:g}" fill="{fill}" '
            f'stroke="{line}" stroke-width="{width}"{dashed}/>'
        )

    def bar(self, box: Box, share: float, colour: str) -> None:
        """Paint a bar that is filled to a share, from the leading edge."""
        full = Box(box.left, box.top, box.left + box.width * min(max(share, 0.0), 1.0), box.bottom)
        for part, fill in ((box, style.RULE), (full, colour)):
            self.parts.append(f'<rect {place(self.turned(part))} rx="2" fill="{fill}"/>')

    def rows(self, rows: Sequence[Row], left: float, top: float, width: float) -> None:
        """Write rows below each other from the leading edge."""
        start = self.turned(Box(left, top, left + width, top)).left
        self.parts.extend(rows_svg(rows, start, top, width, self.right_to_left))

    def badge(self, row: Row, left: float, top: float) -> None:
        """Paint a number in a disc."""
        radius = style.BADGE / 2
        disc = self.turned(Box(left, top, left + style.BADGE, top + style.BADGE))
        x, y = disc.centre
        self.parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{style.FRAME_INK}"/>')
        self.parts.extend(
            rows_svg((row,), x - row.width / 2, y - row.block.height / 2, row.width, self.right_to_left)
        )

    def arrow(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """Paint straight lines with a head at the last point."""
        stroke = style.STROKES[kind]
        turned = [(self.width - x if self.right_to_left else x, y) for x, y in points]
        (x, y), (tip_x, tip_y) = turned[-2:]
        length = ((tip_x - x) ** 2 + (tip_y - y) ** 2) ** 0.5 or 1.0
        dx, dy = (tip_x - x) / length * style.ARROW_LENGTH, (tip_y - y) / length * style.ARROW_LENGTH
        neck = tip_x - dx, tip_y - dy
        path = "M" + " L".join(f"{x:.2f},{y:.2f}" for x, y in (*turned[:-1], neck))
        dashes = f' stroke-dasharray="{stroke.dashes}"' if stroke.dashes else ""
        wing_x, wing_y = -dy * 0.45, dx * 0.45
        corners = (neck[0] + wing_x, neck[1] + wing_y), (tip_x, tip_y), (neck[0] - wing_x, neck[1] - wing_y)
        head = "M" + " ".join(f"{x:.2f},{y:.2f}" for x, y in corners) + "Z"
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{stroke.colour}" stroke-width="{stroke.width}"{dashes}/>'
            f'<path d="{head}" fill="{stroke.colour}"/>'
        )


@dataclass(frozen=True)
class Panel:
    """A view, measured: what stands above and below it, and what paints it."""

    name: str
    heading: tuple[Row, ...]
    width: float
    height: float
    paint: Callable[[Board], None]
    texts: tuple[Row, ...]
    legend: tuple[Row, ...] = ()

    def rows(self) -> tuple[Row, ...]:
        """Give every row that it shows."""
        return (*self.heading, *self.texts, *self.legend)


def panel_sheet(panel: Panel, *, right_to_left: bool) -> Sheet:
    """Draw a view: heading, board, legend, one below the other."""
    inner = max(panel.width, widest(panel.heading), 420.0 if panel.legend else 0.0)
    legend = list(legend_lines(panel.legend, inner))
    board = Board(panel.width, right_to_left=right_to_left)
    panel.paint(board)
    top = height_of(panel.heading) + style.HEADING_GAP
    legend_top = top + panel.height + style.LEGEND_GAP
    shift = inner - panel.width if right_to_left else 0.0
    parts = [
        *rows_svg(panel.heading, 0.0, 0.0, inner, right_to_left),
        f'<g transform="translate({shift:.2f} {top:.2f})">',
        *board.parts,
        "</g>",
        *legend_svg(legend, legend_top, inner, right_to_left),
    ]
    height = legend_top + style.LEGEND_ROW * len(legend) if legend else top + panel.height
    body = f"<g data-view={attribute(panel.name)}>" + "\n".join(parts) + "</g>"
    return Sheet(inner, height, body)


def small(text: str, *, width: float, mark: str | None = None, ink: str = style.INK) -> Row:
    """Make a small row of a card."""
    return make_row(text, style.SMALL_SIZE, ink, width=width, mark=mark)


def titles(spec_title: str, title: str, subtitle: str | None = None) -> tuple[Row, ...]:
    """Give the heading of a view: the spec's title, small, and its own, large."""
    width = style.HEADING_TEXT_WIDTH
    rows = [make_row(spec_title, style.SUBTITLE_SIZE, style.QUIET, width=width)]
    rows.append(make_row(title, style.TITLE_SIZE, style.INK, width=width, bold=True))
    if subtitle:
        rows.append(make_row(subtitle, style.SUBTITLE_SIZE, style.QUIET, width=width))
    return tuple(rows)
