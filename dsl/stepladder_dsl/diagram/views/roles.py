"""Who answers for what: a matrix of stages, follow-ups and offers by role.

Above it stand the roles, each below the one it reports to. A cell says who answers for a thing, or after
which time somebody hears that it has not been done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.board import Board, Panel, small, titles
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.live import Live
from stepladder_dsl.diagram.rows import Row, height_of, make_row, widest
from stepladder_dsl.diagram.telling import told
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.model.spec import Process, Role, Spec

_PAD = style.CARD_PADDING
_MARK = style.MARK_SIZE + style.MARK_GAP
_INSET = 3.0


@dataclass(frozen=True)
class _Line:
    """A line of the matrix: what it is about, the marks by role, and a word beside some of them."""

    title: Row
    cells: dict[str, tuple[Row, ...]]

    @property
    def height(self) -> float:
        """The height of the line."""
        return max(self.title.block.height, *(height_of(rows) for rows in self.cells.values()), 0.0) + _PAD


def role_panels(spec: Spec, process: str | None, live: Live | None) -> Iterator[Panel]:
    """Yield the matrix of the whole spec, or of one process and what belongs to its records."""
    del live  # a run changes nothing about who answers for what
    processes = [one for one in spec.processes.values() if process in (None, one.name)]
    if spec.roles:
        yield _Matrix(spec, processes).panel()


class _Matrix:
    """The matrix of some processes."""

    def __init__(self, spec: Spec, processes: list[Process]) -> None:
        self.spec = spec
        self.processes = processes
        self.language = spec.language
        self.words = words_of(spec.language)
        self.roles = list(_from_the_top(spec.roles))
        self.heads = {
            role.name: make_row(
                role.label,
                style.SMALL_SIZE,
                style.FRAME_INK,
                width=style.ROLE_WIDTH - 2 * _PAD - 2 * _INSET,
                bold=True,
            )
            for role, _ in self.roles
        }
        self.groups = [(title, lines) for title, lines in self._groups() if lines]
        self.first = style.MATRIX_TITLE_WIDTH
        self.head_height = self._head_height()

    def tell(self, key: str, **values: str) -> str:
        """Give a sentence in the spec's language."""
        return told(self.language, key, **values)

    def _groups(self) -> Iterator[tuple[Row, list[_Line]]]:
        records = {process.record for process in self.processes}
        for process in self.processes:
            yield (
                self.title(process.label),
                [
                    self.line(
                        stage.label,
                        style.CARDS[stage.end.value if stage.end else "stage"].mark,
                        [stage.owner],
                        [(stage.limit.alert, duration_text(stage.limit.duration, self.language))]
                        if stage.limit and stage.limit.alert
                        else [],
                    )
                    for stage in process.stages.values()
                ],
            )
        yield (
            self.title(self.tell("follow_ups")),
            [
                self.line(
                    rule.label,
                    "follow_up",
                    [rule.role],
                    [(one.role, duration_text(one.after, self.language)) for one in rule.escalations],
                )
                for rule in self.spec.follow_ups.values()
                if rule.record in records
            ],
        )
        yield (
            self.title(self.tell("offers.all")),
            [
                self.line(offer.label, "offer", [offer.role], [])
                for offer in self.spec.offers.values()
                if offer.record in records
            ],
        )

    def title(self, text: str) -> Row:
        """Give the title of a group of lines."""
        return make_row(
            text, style.FRAME_SIZE, style.FRAME_INK, width=style.HEADING_TEXT_WIDTH / 2, bold=True
        )

    def line(
        self, title: str, mark: str | None, owners: list[str | None], after: list[tuple[str, str]]
    ) -> _Line:
        """Make a line of the matrix."""
        cells: dict[str, tuple[Row, ...]] = {}
        room = style.ROLE_WIDTH - 2 * _PAD - _MARK
        for owner in filter(None, owners):
            cells[owner] = (small(self.tell("answers"), width=room, mark="owner"),)
        for role, duration in after:
            text = self.words.after.format(duration=duration)
            row = small(text, width=room, mark="escalation", ink=style.STROKES["timer"].colour)
            cells[role] = (*cells.get(role, ()), row)
        head = small(title, width=style.MATRIX_TITLE_WIDTH - 2 * _PAD - _MARK, mark=mark)
        return _Line(head, cells)

    def _head_height(self) -> float:
        """Give the height of the roles above the columns, those who report lower than whom they report to."""
        return max(
            depth * style.REPORTS_STEP + self.heads[role.name].block.height for role, depth in self.roles
        ) + (2 * _PAD)

    def panel(self) -> Panel:
        """Put the matrix together."""
        width = self.first + style.ROLE_WIDTH * len(self.roles)
        height = self.head_height
        for title, lines in self.groups:
            height += title.block.height + 2 * _PAD + sum(line.height for line in lines)
        texts = [*self.heads.values()]
        for title, lines in self.groups:
            texts += [title, *(line.title for line in lines)]
            texts += [row for line in lines for rows in line.cells.values() for row in rows]
        used = {row.mark for row in texts}
        legend = tuple(
            small(self.tell(key), width=style.LEGEND_TEXT_WIDTH, mark=mark, ink=style.QUIET)
            for mark, key in (("owner", "mark.answers"), ("escalation", "mark.escalation"))
            if mark in used
        )
        heading = titles(self.spec.label, self.tell("roles"))
        return Panel("roles", heading, width, height, self.paint, tuple(texts), legend)

    def paint(self, board: Board) -> None:
        """Paint the roles, then line after line."""
        places: dict[str, Box] = {}
        for number, (role, depth) in enumerate(self.roles):
            left = self.first + number * style.ROLE_WIDTH
            row = self.heads[role.name]
            top = depth * style.REPORTS_STEP
            box = Box(left + _INSET, top, left + style.ROLE_WIDTH - _INSET, top + row.block.height + _PAD)
            places[role.name] = box
            board.box(
                box, style.frame_fill(min(depth, 2)), style.FRAME_LINE, name=f"role:{role.name}", width=1
            )
            board.rows((row,), box.left + _PAD, box.top + _PAD / 2, widest((row,)))
        for role, _ in self.roles:
            above = places.get(role.reports_to or "")
            if above is not None:
                here = places[role.name]
                x = here.centre[0]
                middle = above.centre[1]
                side = above.right if x > above.right else above.left
                board.arrow(((x, here.top), (x, middle), (side, middle)), "event")
        y = self.head_height
        for title, lines in self.groups:
            y = self._paint_group(board, title, lines, y)

    def _paint_group(self, board: Board, title: Row, lines: list[_Line], y: float) -> float:
        width = self.first + style.ROLE_WIDTH * len(self.roles)
        band = Box(0.0, y, width, y + title.block.height + 2 * _PAD)
        board.box(band, style.frame_fill(1), style.FRAME_LINE, radius=0, width=1)
        board.rows((title,), _PAD, y + _PAD, widest((title,)))
        y = band.bottom
        for number, line in enumerate(lines):
            fill = style.frame_fill(0) if number % 2 else style.PAPER
            board.box(Box(0.0, y, width, y + line.height), fill, style.RULE, radius=0, width=0.6)
            board.rows((line.title,), _PAD, y + _PAD / 2, widest((line.title,)))
            for column, (role, _) in enumerate(self.roles):
                rows = line.cells.get(role.name, ())
                board.rows(rows, self.first + column * style.ROLE_WIDTH + _PAD, y + _PAD / 2, widest(rows))
            y += line.height
        return y


def _from_the_top(roles: Mapping[str, Role]) -> Iterator[tuple[Role, int]]:
    """Yield the roles, each with how many stand above it: who reports to nobody comes first."""
    below: dict[str | None, list[Role]] = {}
    for role in roles.values():
        above = role.reports_to if role.reports_to in roles else None
        below.setdefault(above, []).append(role)
    waiting = [(role, 0) for role in reversed(below.get(None, []))]
    seen: set[str] = set()
    while waiting:
        role, depth = waiting.pop()
        seen.add(role.name)
        yield role, depth
        waiting += [(other, depth + 1) for other in reversed(below.get(role.name, []))]
    # Whoever reports in a circle has nobody above.
    yield from ((role, 0) for role in roles.values() if role.name not in seen)
