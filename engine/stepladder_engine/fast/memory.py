"""The kernel's memory: a plan's tables, the state of a case, a block of the data, room for the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stepladder_dsl.record import record
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
from stepladder_engine.fast.frames import Frames, RecordFrame, Values
from stepladder_engine.fast.lower import Word, duration_row, read_duration
from stepladder_engine.fast.plan import KindPlan
from stepladder_engine.runtime.program import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stepladder_engine.fast.waiting import Arrivals

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
_MANY_TASKS = 1_000
"""A client with so many tasks costs the reference executor more than long tables cost the kernel."""


class TooLarge(Exception):
    """A figure of the data is too large for the kernel."""


@record(frozen=False)
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
    sent_width: int
    arrivals: Whole
    """A row for each event that other cases have sent, in the order of the cases and of their happening."""
    arrival_starts: Whole
    receivers: list[Whole]
    """For each kind of record that is looked up by name the place of each word, -1 where it names none."""
    apart: Whole
    """Which cases the kernel leaves alone."""

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
    program: Program,
    frames: Frames,
    plan: KindPlan,
    until: int,
    *,
    keeps: int,
    ahead: bool,
    arrivals: Arrivals | None = None,
    apart: Whole | None = None,
) -> Prepared:
    """Bring a plan and its data together: words get numbers, decimals their scale, the zone its tables."""
    import numpy as np

    record = frames.records[plan.record.record.name]
    words, codes = _words(plan, frames, arrivals)
    fields = [
        receivers_of(frames, plan.record.record.name, column.name)
        if column.shape.kind == "case"
        else _column(record.fields.get(column.name), column.shape.kind, column.shape.scale, codes)
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
    rows, first_rows = _arrival_rows(plan, arrivals, codes, cases)
    moments = [*times, rows[:, at.B_TIME]]
    first, last = _range(plan, durations, moments, record.since, fields, until)
    last = min(last + _backlog_days(template, plan, durations, starts), LAST_DAY)
    _put_clock(template, program, plan, first, last)
    _put_state(template, plan)
    template[at.UNTIL] = until
    template[at.DETAIL] = keeps
    template[at.LOOKS_AHEAD] = int(ahead)
    positions = at.FINAL_POSITION_WIDTH * len(plan.record.processes)
    width = at.FINAL_POSITIONS + positions + len(plan.set_fields)
    template[at.FINAL_WIDTH] = width
    sent_width = at.SENT_VALUES + max((len(send.shapes) for send in plan.sends), default=0)
    template[at.SENT_WIDTH] = sent_width
    template[at.ARRIVAL_WIDTH] = rows.shape[1]
    template[at.FIRST_OWNER] = first_owner(program, plan.record.record.name)
    sourced = record.sourced.astype(np.int64)
    data = record.since, sourced, fields, times, starts, columns
    if apart is None:
        apart = np.zeros(cases, np.int64)
    receivers = [places_of(words, frames.records[kind]) for kind in plan.receivers]
    return Prepared(plan, words, template, *data, width, sent_width, rows, first_rows, receivers, apart)


def first_owner(program: Program, kind: str) -> int:
    """Give the number of the first case of a kind among all cases, in the order in which they fall due."""
    return sorted(program.records).index(kind) << 32


def receivers_of(frames: Frames, kind: str, column: str) -> Whole:
    """Give the record that a field names, by its place among its kind, for each record; -1: there is none."""
    import numpy as np

    name, _, receiver = column.partition(" of ")
    record, others = frames.records[kind], frames.records[receiver]
    values = record.fields.get(name)
    if values is None:
        return np.full(len(record.keys), at.UNKNOWN, dtype=np.int64)
    return named_in(values, others)


def named_in(values: Values, record: RecordFrame) -> Whole:
    """Give the places of the records that a column names; -1: there is none."""
    import numpy as np

    known, found = values.numbers != at.UNKNOWN, places_of(values.words or [""], record)
    return np.where(known, found[np.where(known, values.numbers, 0)], at.UNKNOWN)


def places_of(words: Sequence[str], record: RecordFrame) -> Whole:
    """Give the place of the record that each word names; -1: it names none."""
    import numpy as np

    places = {key: place for place, key in enumerate(record.keys)}
    return np.array([places.get(word, -1) for word in words], dtype=np.int64)


def _arrival_rows(
    plan: KindPlan, arrivals: Arrivals | None, codes: dict[str, int], cases: int
) -> tuple[Whole, Whole]:
    """Lay out what other cases have sent as the kernel awaits it, and where the rows of each case begin."""
    import numpy as np

    values_at = at.B_COUNTS + plan.emits
    width = values_at + max((len(columns) for columns in plan.columns), default=0)
    starts = np.zeros(cases + 1, np.int64)
    if arrivals is None:
        return np.zeros((0, width), np.int64), starts
    rows = np.full((len(arrivals.case), width), at.UNKNOWN, np.int64)
    rows[:, :values_at] = 0
    for cell, numbers in arrivals.cells().items():
        rows[:, cell] = numbers
    for told in arrivals.told:
        place = plan.kinds.index(told.event)
        rows[told.rows, at.B_KIND] = place
        for number, column in enumerate(plan.columns[place]):
            made = _column(told.fields.get(column.name), column.shape.kind, column.shape.scale, codes)
            if made is not None:
                rows[told.rows, values_at + number] = made
    np.cumsum(np.bincount(arrivals.case, minlength=cases), out=starts[1:])
    return rows, starts


def _words(plan: KindPlan, frames: Frames, arrivals: Arrivals | None) -> tuple[list[str], dict[str, int]]:
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
    for told in () if arrivals is None else arrivals.told:
        for values in told.fields.values():
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


def _backlog_days(
    template: Sequence[int],
    plan: KindPlan,
    durations: Sequence[tuple[int, int, int]],
    starts: Sequence[Whole],
) -> int:
    """Give by how many days caps may put off the last contact, where a client may have very many of them."""
    import numpy as np

    if not template[at.CAPS] or not starts:
        return 0
    events = int(np.diff(np.sum(starts, axis=0)).max(initial=0))
    tasks = events * sum(len(follow_up.rule.intervals) for follow_up in plan.record.follow_ups)
    if tasks < _MANY_TASKS:
        return 0
    first = template[at.CAP_TABLE]
    caps = [template[first + 2 * cap : first + 2 * cap + 2] for cap in range(template[at.CAPS])]
    return max(tasks // count * _days(durations[duration]) for count, duration in caps)


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
        at.LATEST_SENT: plan.header[at.EMITS],
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
        starts_here = found.arrival_starts[self.first : self.last + 1]
        rows = slice(int(starts_here[0]), int(starts_here[-1]))
        cells.append((at.ARRIVAL_COLUMN, put(starts_here - starts_here[0])))
        cells.append((at.RECEIVER_COLUMNS, put_table([put(places) for places in found.receivers])))
        cells.append((at.APART_COLUMN, put(found.apart[cases])))
        cells.append((at.ARRIVALS, put(found.arrivals[rows].reshape(-1))))
        return pieces, cells

    def _give_room(self, template: list[int], size: int, roomy: int) -> int:
        """Say where the rows of the answer go, behind the data; gives the size of all."""
        found, cases = self.prepared, self.last - self.first
        every = (*found.starts, found.arrival_starts)
        events = sum(int(starts[self.last] - starts[self.first]) for starts in every)
        room = (2 * cases + 2 * events + 64) * roomy
        for cell, width in WIDTHS.items():
            template[cell], template[cell + 1], template[cell + 2] = size, 0, room
            size += (room + 1) * width
        template[at.FINAL_ROWS], template[at.FINAL_COUNT], template[at.FINAL_ROOM] = size, 0, cases
        size += (cases + 1) * found.final_width
        template[at.SENT_ROWS], template[at.SENT_COUNT] = size, 0
        template[at.SENT_ROOM] = room if found.plan.sends else 0
        size += (template[at.SENT_ROOM] + 1) * found.sent_width
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
        for cell in (*WIDTHS, at.FINAL_ROWS, at.SENT_ROWS):
            self.memory[cell + 1] = 0


def _array(size: int) -> Whole:
    import numpy as np

    return np.empty(size, dtype=np.int64)
