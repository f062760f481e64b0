"""The page that every picture stands on: rows of text, the legend, and the letters that are embedded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.marks import mark_svg
from stepladder_dsl.diagram.markup import attribute, content
from stepladder_dsl.diagram.rows import Row
from stepladder_dsl.diagram.text import embedded_font, text_width
from stepladder_dsl.graph.words import words_of


@dataclass(frozen=True)
class Sheet:
    """The drawing of one process."""

    width: float
    height: float
    body: str


def page(sheets: list[Sheet], language: str, title: str, texts: dict[bool, set[str]]) -> str:
    """Put the drawings of processes on one page, in lines and from where reading starts."""
    margin = style.PAGE_MARGIN
    inner = max((sheet.width for sheet in sheets), default=0.0)
    width = inner + 2 * margin
    right_to_left = words_of(language).direction == "rtl"
    parts: list[str] = []
    y = margin
    for line in _lines(sheets, inner):
        x = margin
        for sheet in line:
            left = width - x - sheet.width if right_to_left else x
            parts.append(f'<g transform="translate({left:.2f} {y:.2f})">\n{sheet.body}\n</g>')
            x += sheet.width + style.SHEET_GAP
        y += max(sheet.height for sheet in line) + style.SHEET_GAP
    height = max(y - style.SHEET_GAP + margin, margin * 2)
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return (
        f'<svg class="stepladder" xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        f'xml:lang={attribute(language)} font-family="{style.FONT_FAMILY}">\n'
        f"<title>{content(title)}</title>\n<style>{_fonts(texts)}</style>\n"
        f'<rect width="100%" height="100%" fill="{style.PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _lines(sheets: list[Sheet], width: float) -> list[list[Sheet]]:
    """Put drawings that are narrow beside each other, as many as the widest one leaves room for."""
    lines: list[list[Sheet]] = []
    for sheet in sheets:
        beside = [*lines[-1], sheet] if lines else []
        if beside and sum(one.width for one in beside) + style.SHEET_GAP * (len(beside) - 1) <= width:
            lines[-1] = beside
        else:
            lines.append([sheet])
    return lines


def _fonts(texts: dict[bool, set[str]]) -> str:
    faces = []
    for bold, lines in sorted(texts.items()):
        if lines:
            address = embedded_font(sorted(lines), bold=bold)
            weight = "bold" if bold else "normal"
            source = f"src:url({address}) format('truetype')"
            faces.append(f"@font-face{{font-family:'{style.FONT}';font-weight:{weight};{source}}}")
    return "".join(faces)


def rows_svg(rows: Iterable[Row], left: float, top: float, width: float, rtl: bool) -> Iterator[str]:
    """Yield rows below each other, from the side where reading starts."""
    y = top
    for row in rows:
        if row.mark:
            x = left + width - row.mark_width if rtl else left
            yield mark_svg(row.mark, x, y + (row.block.line_height - style.MARK_SIZE) / 2, mirrored=rtl)
        for line in row.block.lines:
            half = _line_width(row, line) / 2
            middle = left + width - row.indent - half if rtl else left + row.indent + half
            yield text_svg(row, line, middle, y)
            y += row.block.line_height


def _line_width(row: Row, line: str) -> float:
    return text_width(line, row.block.size, bold=row.block.bold)


def text_svg(row: Row, line: str, middle: float, top: float) -> str:
    """Write one line; the baseline lies where capitals look centred."""
    block = row.block
    baseline = top + block.line_height / 2 + block.size * 0.36
    weight = ' font-weight="bold"' if block.bold else ""
    return (
        f'<text x="{middle:.2f}" y="{baseline:.2f}" font-size="{block.size:g}"{weight} fill="{row.ink}" '
        f'text-anchor="middle">{content(block.shown(line))}</text>'
    )


def legend_lines(legend: tuple[Row, ...], width: float) -> Iterator[list[Row]]:
    """Yield the legend in lines that fit the width."""
    line: list[Row] = []
    used = 0.0
    for row in legend:
        if line and used + row.width > width:
            yield line
            line, used = [], 0.0
        line.append(row)
        used += row.width + style.LEGEND_GAP
    if line:
        yield line


def legend_svg(lines: list[list[Row]], top: float, width: float, rtl: bool) -> Iterator[str]:
    """Yield the lines of the legend, below a rule."""
    if not lines:
        return
    yield f'<path d="M0 {top - 8:.2f}H{width:.2f}" stroke="{style.RULE}" stroke-width="1"/>'
    for number, line in enumerate(lines):
        x = 0.0
        for row in line:
            left = width - x - row.width if rtl else x
            yield from rows_svg((row,), left, top + number * style.LEGEND_ROW, row.width, rtl)
            x += row.width + style.LEGEND_GAP


def place(box: Box) -> str:
    """Give the attributes of a rectangle."""
    return f'x="{box.left:.2f}" y="{box.top:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
