"""The kernel's memory: a plan's tables, the state of a case, a block of the data, room for the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.clock_tables import (
    DAY,
    FIRST_DAY,
    LAST_DAY,
    calendar_hours,
    contact_hours,
    day_table,
    month_table,
    zone_tables,
)
from stepladder_engine.fast.frames import Frames, Values
from stepladder_engine.fast.lower import Word, duration_row, read_duration
from stepladder_engine.fast.plan import KindPlan
from stepladder_engine.runtime.program import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

WIDTHS = {
    at.TASK_ROWS: at.TASK_WIDTH,
    at.OFFER_ROWS: at.COPY_WIDTH,
    at.STORY_ROWS: at.STORY_WIDTH,
    at.DEVIATION_ROWS: at.DEVIATION_WIDTH,
    at.WHY_ROWS: at.WHY_WIDTH,
    at.EFFECT_ROWS: at.EFFECT_ROW_WIDTH,
    at.VALUE_ROWS: 2,
    at.STATE_ROWS: 1,
}
STACK_CELLS = 2_000
_SPARE_DAYS = 800


class TooLarge(Exception):
    """A figure of the data is too large for the kernel."""


@dataclass
class Prepared:
    """A plan with its data, ready to run block by block."""

    plan: KindPlan
    words: Sequence[str]
    template: list[int]
    since: Whole
    sourced: Whole
    fields: list[Whole | None]
    times: list[Whole]
    starts: list[Whole]
    columns: list[Whole | None]
    final_width: int

    @property
    def cases(self) -> int:
        """How many records there are."""
        return len(self.since)

    @cached_property
    def tables(self) -> Whole:
        """The template as an array."""
        import numpy as np

        return np.array(self.template, np.int64)


def prepare(
    program: Program, frames: Frames, plan: KindPlan, until: int, *, keeps: int, ahead: bool
) -> Prepared:
    """Bring a plan and its data together: words get numbers, decimals their scale, the zone its tables."""
    import numpy as np

    record = frames.records[plan.record.record.name]
    words, codes = _words(plan, frames)
    fields = [
        _column(record.fields.get(column.name), column.shape.kind, column.shape.scale, codes)
        for column in plan.fields
    ]
    times: list[Whole] = []
    starts: list[Whole] = []
    columns: list[Whole | None] = []
    cases = len(record.keys)
    for kind, declared in zip(plan.kinds, plan.columns, strict=True):
        frame = frames.events.get(kind)
        none = np.zeros(0, dtype=np.int64)
        times.append(none if frame is None else frame.time)
        starts.append(np.zeros(cases + 1, dtype=np.int64))
        if frame is not None:
            np.cumsum(np.bincount(frame.case, minlength=cases), out=starts[-1][1:])
        for column in declared:
            values = None if frame is None else frame.fields.get(column.name)
            made: Whole | None = None
            if column.used:
                made = _column(values, column.shape.kind, column.shape.scale, codes)
                if made is None:
                    made = np.full(len(times[-1]), at.UNKNOWN, dtype=np.int64)
            columns.append(made)
    template = [0] * at.HEADER
    for cell, value in plan.header.items():
        template[cell] = value
    template += [codes[cell.text] if isinstance(cell, Word) else cell for cell in plan.cells]
    durations = _put_durations(template, plan, words)
    first, last = _range(plan, durations, times, record.since, fields, until)
    _put_clock(template, program, plan, first, last)
    _put_state(template, plan)
    template[at.UNTIL] = until
    template[at.DETAIL] = keeps
    template[at.LOOKS_AHEAD] = int(ahead)
    positions = at.FINAL_POSITION_WIDTH * len(plan.record.processes)
    width = at.FINAL_POSITIONS + positions + len(plan.set_fields)
    template[at.FINAL_WIDTH] = width
    sourced = record.sourced.astype(np.int64)
    return Prepared(plan, words, template, record.since, sourced, fields, times, starts, columns, width)


def _words(plan: KindPlan, frames: Frames) -> tuple[list[str], dict[str, int]]:
    """Give the words that are compared or shown, in rising order, and the number of each."""
    found = {cell.text for cell in plan.cells if isinstance(cell, Word)}
    record = frames.records[plan.record.record.name]
    for column in plan.fields:
        values = record.fields.get(column.name)
        if values is not None and column.shape.kind in {"word", "duration"}:
            found.update(values.words)
    for kind, declared in zip(plan.kinds, plan.columns, strict=True):
        frame = frames.events.get(kind)
        for column in declared:
            values = None if frame is None else frame.fields.get(column.name)
            if values is not None and column.used and column.shape.kind in {"word", "duration"}:
                found.update(values.words)
    words = sorted(found)
    return words, {word: number for number, word in enumerate(words)}


def _column(values: Values | None, kind: str, scale: int, codes: dict[str, int]) -> Whole | None:
    """Give a column with the kernel's scale and words."""
    import numpy as np

    if values is None:
        return None
    numbers = values.numbers
    if kind in {"word", "duration"}:
        if not values.words:
            return np.full(len(numbers), at.UNKNOWN, dtype=np.int64)
        own = np.array([codes[word] for word in values.words], dtype=np.int64)
        known = numbers != at.UNKNOWN
        return np.where(known, own[np.where(known, numbers, 0)], at.UNKNOWN)
    if kind == "decimal":
        known = numbers != at.UNKNOWN
        factor = 10 ** (scale - values.scale)
        greatest = int(np.abs(numbers[known]).max(initial=0))
        if greatest * factor > at.MOST:
            raise TooLarge
        return np.where(known, numbers * factor, at.UNKNOWN) if factor > 1 else numbers
    return numbers


def _put_durations(
    template: list[int], plan: KindPlan, words: Sequence[str]
) -> Sequence[tuple[int, int, int]]:
    """Put down which duration a word is, where a field keeps the length of a timer; gives all durations."""
    if all(column.shape.kind != "duration" for column in plan.fields):
        return plan.durations
    durations = list(plan.durations)
    of_words = []
    for word in words:
        found = read_duration(word)
        of_words.append(-1 if found is None else len(durations))
        if found is not None:
            durations.append(duration_row(found))
    template[at.WORD_DURATIONS] = len(template)
    template += of_words
    template[at.DURATION_TABLE] = len(template)
    template += [cell for row in durations for cell in row]
    return durations


def _range(
    plan: KindPlan,
    durations: Sequence[tuple[int, int, int]],
    times: Sequence[Whole],
    since: Whole,
    fields: Sequence[Whole | None],
    until: int,
) -> tuple[int, int]:
    """Give the first and the last day that the zone's tables have to know."""
    days = [until // DAY]
    for column in (*times, since):
        known = column[column != at.UNKNOWN]
        if len(known):
            days += [int(known.min()) // DAY, int(known.max()) // DAY]
    for declared, values in zip(plan.fields, fields, strict=True):
        if values is not None and declared.shape.kind in {"date", "instant"}:
            known = values[values != at.UNKNOWN]
            unit = DAY if declared.shape.kind == "instant" else 1
            known = known[(known // unit > FIRST_DAY) & (known // unit < LAST_DAY)] // unit
            if len(known):
                days += [int(known.min()), int(known.max())]
    longest = max((_days(row) for row in durations), default=0)
    last = max(day for day in days if day < LAST_DAY) + min(longest, 40_000) + _SPARE_DAYS
    # Whole years, so that the table of one run serves the next.
    first = max(min(days) - 400, FIRST_DAY) // 365 * 365
    return max(first, FIRST_DAY), min(last // 365 * 365 + 365, LAST_DAY)


def _days(duration: tuple[int, int, int]) -> int:
    how, amount, _ = duration
    if how == at.EXACT:
        return amount // DAY + 1
    return amount * {at.DAYS: 1, at.MONTHS: 31, at.WORKING_DAYS: 5, at.WORKING_HOURS: 1}[how]


def _put_clock(template: list[int], program: Program, plan: KindPlan, first: int, last: int) -> None:
    """Put down the zone's offsets and the open hours."""

    def put(cells: Iterable[int]) -> int:
        address = len(template)
        template.extend(cells)
        return address

    zone, calendars = program.zone, program.spec.calendars
    breaks, local, offsets = zone_tables(zone, first, last)
    template[at.ZONE_BREAKS] = put(breaks)
    template[at.ZONE_LOCAL] = put(local)
    template[at.ZONE_OFFSETS] = put(offsets)
    template[at.ZONE_COUNT] = len(offsets)
    months = month_table(first, last)
    template[at.MONTH_STARTS], template[at.MONTH_COUNT] = put(months), len(months)
    template[at.ZONE_FIRST], template[at.ZONE_LAST] = (first + 2) * DAY, (last - 2) * DAY
    counted = {row[2] for row in plan.durations}
    rows: list[int] = []
    for number, name in enumerate(plan.calendars):
        needed = number in counted
        rows += day_table(put, calendar_hours(zone, calendars[name]), first, last) if needed else [0, 0, 0]
    template[at.CALENDAR_TABLE] = put(rows)
    rows = []
    for hours in plan.hours:
        rows += day_table(put, contact_hours(zone, hours, calendars), first, last)
    template[at.HOURS_TABLE] = put(rows)


def _put_state(template: list[int], plan: KindPlan) -> None:
    """Make room for the state of the case at hand."""
    processes, kinds = len(plan.record.processes), len(plan.kinds)
    sizes = {
        at.CELLS: 0,
        at.FIELD_STATE: len(plan.fields),
        at.VERSION_STATE: len(plan.fields),
        at.POSITION_STATE: processes * at.POSITION_WIDTH,
        at.TIMER_STATE: processes * plan.timers * at.TIMER_WIDTH,
        at.STAGE_STATE: len(plan.stages) * at.STAGE_STATE_WIDTH,
        at.HEAD_STATE: kinds,
        at.HISTORY_STATE: kinds * at.HISTORY_WIDTH,
        at.TALLY_STATE: plan.tallies * at.TALLY_STATE_WIDTH,
        at.RULE_STATE: len(plan.record.follow_ups) * at.RULE_STATE_WIDTH,
        at.OFFER_STATE: len(plan.record.offers) * at.OFFER_STATE_WIDTH,
        at.STACK: STACK_CELLS,
        at.REGISTERS: plan.registers,
        at.CANDIDATES: 5 * (plan.candidates + 1),
    }
    for cell, size in sizes.items():
        template[cell] = len(template)
        template += [0] * size


class Block:
    """A block of cases in memory: the template, its data, and room for its answer."""

    def __init__(self, prepared: Prepared, *, compiled: bool) -> None:
        """Take the plan and its data; `compiled` wants an array, plain Python a list."""
        self.prepared = prepared
        self.first = self.last = 0
        self.compiled = compiled
        self.memory: Any = [] if not compiled else _array(0)

    def load(self, first: int, last: int, *, roomy: int = 1) -> None:
        """Take the cases from `first` to before `last`; with `roomy` there is more room for the answer."""
        self.first, self.last = first, last
        template = list(self.prepared.template)
        pieces, cells = self._parts(len(template))
        for cell, value in cells:
            template[cell] = value
        template[at.CASE_FIRST], template[at.CASE_COUNT] = first, last - first
        size = self._give_room(template, len(template) + sum(len(piece) for piece in pieces), roomy)
        if not self.compiled:
            for piece in pieces:
                template.extend(piece if isinstance(piece, list) else piece.tolist())
            template.extend([0] * (size - len(template)))
            self.memory = template
            return
        if len(self.memory) < size:
            # The next block will need about as much: pages that were used once cost nothing more.
            self.memory = _array(size + size // 4)
        # Behind the header nothing of the tables differs from block to block.
        self.memory[: len(template)] = self.prepared.tables
        self.memory[: at.HEADER] = template[: at.HEADER]
        place = len(template)
        for piece in pieces:
            self.memory[place : place + len(piece)] = piece
            place += len(piece)

    def _parts(self, address: int) -> tuple[list[Any], list[tuple[int, int]]]:
        """Give the pieces of the data, and the cells of the header that say where they are."""
        found, pieces, cells = self.prepared, [], []

        def put(piece: Any) -> int:
            nonlocal address
            pieces.append(piece)
            address += len(piece)
            return address - len(piece)

        def put_table(rows: list[int]) -> int:
            return put(rows)

        cases = slice(self.first, self.last)
        cells.append((at.SINCE_COLUMN, put(found.since[cases])))
        cells.append((at.SOURCED_COLUMN, put(found.sourced[cases])))
        fields = [-1 if column is None else put(column[cases]) for column in found.fields]
        cells.append((at.FIELD_COLUMNS, put_table(fields)))
        times, starts, columns, number = [], [], [], 0
        for kind, declared in enumerate(found.plan.columns):
            begin = int(found.starts[kind][self.first])
            rows = slice(begin, int(found.starts[kind][self.last]))
            times.append(put(found.times[kind][rows]))
            starts.append(put(found.starts[kind][self.first : self.last + 1] - begin))
            for _ in declared:
                column = found.columns[number]
                columns.append(-1 if column is None else put(column[rows]))
                number += 1
        cells.append((at.TIME_COLUMNS, put_table(times)))
        cells.append((at.START_COLUMNS, put_table(starts)))
        cells.append((at.EVENT_COLUMNS, put_table(columns)))
        return pieces, cells

    def _give_room(self, template: list[int], size: int, roomy: int) -> int:
        """Say where the rows of the answer go, behind the data; gives the size of all."""
        found, cases = self.prepared, self.last - self.first
        events = sum(int(starts[self.last] - starts[self.first]) for starts in found.starts)
        room = (2 * cases + 2 * events + 64) * roomy
        for cell, width in WIDTHS.items():
            template[cell], template[cell + 1], template[cell + 2] = size, 0, room
            size += (room + 1) * width
        template[at.FINAL_ROWS], template[at.FINAL_COUNT], template[at.FINAL_ROOM] = size, 0, cases
        size += (cases + 1) * found.final_width
        template[at.ARENA], template[at.ARENA_USED], template[at.ARENA_ROOM] = size, 0, 16 * room
        # What finds no room is written to the beginning of the arena, for nothing.
        return size + 16 * room + 64 + max((len(columns) for columns in found.plan.columns), default=0)

    def rows(self, cell: int, width: int) -> Whole:
        """Give the rows of one kind that the kernel has written."""
        import numpy as np

        begin, count = int(self.memory[cell]), int(self.memory[cell + 1])
        cells = self.memory[begin : begin + count * width]
        # Of an array this is a look at its cells, which the next block writes over.
        return np.asarray(cells, dtype=np.int64).reshape(count, width)

    def forget(self) -> None:
        """Forget the rows that were written."""
        for cell in (*WIDTHS, at.FINAL_ROWS):
            self.memory[cell + 1] = 0


def _array(size: int) -> Whole:
    import numpy as np

    return np.empty(size, dtype=np.int64)
