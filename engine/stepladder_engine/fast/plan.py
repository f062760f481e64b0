"""A spec's records of one kind -> the tables of the kernel, or what it cannot run of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.money import minor_unit
from stepladder_dsl.model.types import (
    AnyType,
    ChoiceType,
    DatetimeType,
    DateType,
    DurationType,
    MoneyType,
    NumberType,
    PersonType,
    ReferenceType,
    TextType,
    Type,
    YesNoType,
)
from stepladder_dsl.record import record
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.frames import Frames, Values
from stepladder_engine.fast.lower import MOST_SCALE, CannotLower, Lowering, Shape, Word
from stepladder_engine.fast.outcome import Handed
from stepladder_engine.runtime.plans import FollowUpPlan, OfferPlan, Pattern, RecordPlan, Way
from stepladder_engine.runtime.program import Program

MOST_STAGES = 62
Cells = list["int | Word"]


@record(frozen=False)
class Column:
    """A field of the record or of an event, as the kernel uses it."""

    name: str
    shape: Shape
    used: bool = False


@record
class Send:
    """A line that sends an event to another record: `shapes` are those of the values that it carries.

    `named_by` are all fields of the data from which the receiver's name may come: of events, or (None) of
    the record itself.
    """

    effect: m.Emit
    record: str
    shapes: tuple[tuple[str, Shape], ...]
    named_by: tuple[tuple[str | None, str], ...]


@record(frozen=False)
class KindPlan:
    """Everything that runs for records of one kind, in numbers.

    `cells` are the tables as they stand behind the header, `header` the cells that say where they
    begin. `values` are the shapes of the values in the texts of each rule.
    """

    record: RecordPlan
    ways: list[Way]
    stages: list[tuple[int, str]]
    fields: list[Column]
    set_fields: list[int]
    kinds: list[str]
    columns: list[list[Column]]
    guards: int
    tallies: int
    timers: int
    candidates: int
    registers: int
    values: list[list[Shape]]
    amounts: list[tuple[Shape, Shape]]
    durations: list[tuple[int, int, int]]
    calendars: list[str]
    hours: list[m.ContactHours]
    emits: int
    sends: list[Send]
    receivers: list[str]
    """The kinds of record whose places the kernel looks up by name."""
    header: dict[int, int] = field(default_factory=dict)
    cells: Cells = field(default_factory=list)


def touches_of(spec: m.Spec) -> Iterator[tuple[str, str, int, bool]]:
    """Yield who sends events to whom, or opens whom, the line that says so, and whether it opens records."""
    for process in spec.processes.values():
        for stage in process.stages.values():
            for transition in stage.transitions:
                for effect in transition.effects:
                    if isinstance(effect, m.OpenRecord):
                        yield process.record, effect.record, effect.span.line, True
                    elif isinstance(effect, m.Emit) and effect.to_field is not None:
                        yield process.record, spec.events[effect.event].record, effect.span.line, False


def touching(spec: m.Spec) -> dict[str, int]:
    """Give the kinds of record that send events to others, or get them, and a line that says so."""
    found: dict[str, int] = {}
    for sender, receiver, line, _ in touches_of(spec):
        found |= {kind: line for kind in (sender, receiver) if kind not in found}
    return found


def make_plan(program: Program, frames: Frames, kind: str) -> KindPlan | Handed:
    """Lower everything that runs for records of one kind, or say what keeps it from that.

    Of the data nothing but how many decimals its numbers have matters, so most parts share one plan.
    """
    columns = [("", frames.records[kind].fields)]
    columns += [(name, frame.fields) for name, frame in frames.events.items()]
    matters = tuple(
        (name, field, values.scale) for name, fields in columns for field, values in fields.items()
    )
    found = program.lowered.get((kind, matters))
    if found is None:
        found = program.lowered[kind, matters] = _lowered(program, frames, kind)
    return found


def _lowered(program: Program, frames: Frames, kind: str) -> KindPlan | Handed:
    scales: dict[str, int] = {}
    while True:
        maker = _Maker(program, frames, kind, scales)
        try:
            return maker.make()
        except _FinerField as finer:
            if finer.scale > MOST_SCALE:
                return Handed(kind, "a field whose decimals grow", finer.line)
            scales[finer.name] = finer.scale
        except CannotLower as reason:
            return Handed(kind, reason.construct, reason.line or maker.line)


def emits_of(spec: m.Spec) -> Iterator[m.Emit]:
    """Yield every line that emits an event, to whatever record."""
    for process in spec.processes.values():
        for stage in process.stages.values():
            for transition in stage.transitions:
                yield from (effect for effect in transition.effects if isinstance(effect, m.Emit))


class _FinerField(Exception):
    """A field is set to values with more decimals than it was thought to have."""

    def __init__(self, name: str, scale: int, line: int) -> None:
        super().__init__(name)
        self.name = name
        self.scale = scale
        self.line = line


def _kind_of(kind: Type) -> str | None:
    match kind:
        case NumberType() | MoneyType():
            return "decimal"
        case YesNoType():
            return "yes_no"
        case DateType():
            return "date"
        case DatetimeType():
            return "instant"
        case TextType() | ChoiceType() | ReferenceType() | PersonType():
            return "word"
        case DurationType():
            return "duration"
        case _:
            return None


class _Maker:
    """Makes the plan of one kind of record; it is also what the lowering asks where names stand."""

    def __init__(self, program: Program, frames: Frames, kind: str, scales: Mapping[str, int]) -> None:
        self.program = program
        self.spec = program.spec
        self.record = program.records[kind]
        self.frames = frames
        self.scales = scales
        self.line = 0
        self.cells: Cells = []
        self.fields: list[Column] = []
        self.kinds = [event.name for event in self.spec.events_of(kind)]
        self.emitted = {effect.event for effect in emits_of(self.spec)}
        self.columns = [self._event_columns(name) for name in self.kinds]
        self.stages: list[tuple[int, str]] = []
        self.stage_places: list[dict[str, int]] = []
        for number, plan in enumerate(self.record.processes):
            self.stage_places.append(
                {name: len(self.stages) + place for place, name in enumerate(plan.stages)}
            )
            self.stages += [(number, name) for name in plan.stages]
        self.hours: list[m.ContactHours] = []
        self.ways: list[Way] = []
        self.emits: dict[int, int] = {}
        """How each line that emits is counted: one of a phase stands in several stages, and is one line."""
        self.sends: list[Send] = []
        self.receivers: list[str] = []
        self.near = set(near(self.spec, kind))
        self.set_fields: list[int] = []
        self.lowering = Lowering(self, self.spec.lets, self.spec.decisions, list(self.spec.calendars))

    def _use_what_is_sent(self) -> None:
        """Have the columns of what other records send to these, whoever reads them."""
        sent = [effect for effect in emits_of(self.spec) if effect.to_field and effect.event in self.kinds]
        for effect in sent:
            for name in effect.values:
                self.column(effect.event, name)

    def _event_columns(self, event: str) -> list[Column]:
        frame = self.frames.events.get(event)
        found = []
        for name, declared in self.spec.events[event].fields.items():
            kind = _kind_of(declared.type)
            if kind is None:
                continue
            values = frame.fields.get(name) if frame is not None else None
            scale = self._scale(values, declared.type, f"{event}.{name}", emitted=event in self.emitted)
            found.append(Column(name, Shape(kind, scale if kind == "decimal" else 0)))
        return found

    def _scale(self, values: Values | None, kind: Type, name: str, *, emitted: bool) -> int:
        scale = max(0 if values is None else values.scale, self.scales.get(name, 0))
        if emitted and isinstance(kind, MoneyType):
            scale = max(scale, self._places())
        return scale

    def _places(self) -> int:
        """Give the decimals that money has where it is stored."""
        return -int(minor_unit(self.spec.currency).as_tuple().exponent)

    # where names stand

    def field(self, name: str) -> tuple[int, Shape]:
        """Give the place and shape of a field of the record."""
        for place, column in enumerate(self.fields):
            if column.name == name:
                return place, column.shape
        declared = self.record.record.fields[name]
        kind = _kind_of(declared.type)
        if kind is None:
            raise CannotLower(f"field {name} with several values", declared.span.line)
        values = self.frames.records[self.record.record.name].fields.get(name)
        scale = self._scale(values, declared.type, name, emitted=False)
        self.fields.append(Column(name, Shape(kind, scale if kind == "decimal" else 0), used=True))
        return len(self.fields) - 1, self.fields[-1].shape

    def column(self, event: str, name: str) -> tuple[int, Shape]:
        """Give the place and shape of an event's field."""
        place = 0
        for kind, columns in zip(self.kinds, self.columns, strict=True):
            for column in columns:
                if kind == event and column.name == name:
                    column.used = True
                    return place, column.shape
                place += 1
        raise CannotLower(f"field {event}.{name} with several values")

    def kind(self, event: str) -> int:
        """Give the place of a kind of event."""
        if event not in self.kinds:
            raise CannotLower(f"event {event} of another record")
        return self.kinds.index(event)

    def process(self, name: str) -> int | None:
        """Give the place of a process of the record."""
        names = [plan.process.name for plan in self.record.processes]
        return names.index(name) if name in names else None

    def stage(self, process: str, stage: str) -> tuple[int, int]:
        """Give a stage's place among all of the record, and in its process."""
        places = self.stage_places[self.process(process) or 0]
        return places[stage], list(places).index(stage)

    # tables

    def put(self, cells: Iterable[int | Word]) -> int:
        """Put cells behind those that are there; gives their address."""
        address = at.HEADER + len(self.cells)
        self.cells += cells
        return address

    def make(self) -> KindPlan:
        """Make every table."""
        self._use_what_is_sent()
        header: dict[int, int] = {}
        stage_rows = self._stage_rows()
        rules = [self._rule(plan, place) for place, plan in enumerate(self.record.follow_ups)]
        rule_rows = [row for row, _ in rules]
        offers = [self._offer(plan, place) for place, plan in enumerate(self.record.offers)]
        header[at.PROCESS_TABLE] = self.put(cell for row in self._process_rows() for cell in row)
        header[at.STAGE_TABLE] = self.put(cell for row in stage_rows for cell in row)
        header[at.ON_TABLE] = self.put(self._on_table())
        header[at.WAY_TABLE] = self.put(cell for row in self._way_rows() for cell in row)
        header[at.RULE_TABLE] = self.put(cell for row in rule_rows for cell in row)
        header[at.OFFER_TABLE] = self.put(cell for row, _ in offers for cell in row)
        places = {plan.index: place for place, plan in enumerate(self.record.offers)}
        turns = [places[plan.index] for plan in self.record.offers_in_turn]
        header[at.TURN_TABLE] = self.put(turns)
        header[at.CAP_TABLE] = self.put(self._caps(self.spec.contact_caps))
        header[at.KIND_TABLE] = self.put(cell for row in self._kind_rows() for cell in row)
        header[at.SET_TABLE] = self.put(self.set_fields)
        header[at.FIELD_TABLE] = self.put(cell for row in self._field_rows() for cell in row)
        header[at.TALLY_TABLE] = self.put(cell for row in self._tally_rows() for cell in row)
        header[at.GUARD_TABLE] = self.put(cell for row in self._guard_rows() for cell in row)
        header[at.DURATION_TABLE] = self.put(cell for row in self.lowering.durations for cell in row)
        header |= {
            at.PROCESSES: len(self.record.processes),
            at.STAGES: len(self.stages),
            at.SET_FIELDS: len(self.set_fields),
            at.KINDS: len(self.kinds),
            at.RULES: len(self.record.follow_ups),
            **self._rule_lists(rule_rows),
            at.OFFERS: len(self.record.offers),
            at.TALLIES: len(self.lowering.tallies),
            at.FIELDS: len(self.fields),
            at.EMITS: len(self.emits),
            at.CAPS: len(self.spec.contact_caps) if self.record.follow_ups else 0,
            at.MOST_OWN_STEPS: self.spec.most_own_steps,
            at.MOST_EMITTED: sum(len(process.stages) for process in self.spec.processes.values()),
        }
        plans = [stage for plan in self.record.processes for stage in plan.stages.values()]
        header[at.TIMERS] = max((len(stage.timers) for stage in plans), default=0)
        return KindPlan(
            self.record,
            self.ways,
            self.stages,
            self.fields,
            self.set_fields,
            self.kinds,
            self.columns,
            len(self.lowering.guards),
            len(self.lowering.tallies),
            header[at.TIMERS],
            sum(
                max((len(stage.timers) + len(stage.automatic) for stage in plan.stages.values()), default=0)
                for plan in self.record.processes
            ),
            self.lowering.registers,
            [shapes for _, shapes in rules],
            [shapes for _, shapes in offers],
            self.lowering.durations,
            self.lowering.calendars,
            self.hours,
            len(self.emits),
            self.sends,
            self.receivers,
            header,
            self.cells,
        )

    def _rule_lists(self, rows: Sequence[Sequence[int]]) -> dict[int, int]:
        """Put down which rules come again, which have something to ask, and which time alone may change."""
        again = [number for number, row in enumerate(rows) if row[at.R_AGAIN] >= 0]
        asked = [number for number, row in enumerate(rows) if max(row[at.R_CONDITION], row[at.R_UNTIL]) >= 0]
        timed = [
            number
            for number in sorted({*again, *asked})
            if number in again
            or any(
                guard >= 0 and self.lowering.guards[guard].changes
                for guard in (rows[number][at.R_CONDITION], rows[number][at.R_UNTIL])
            )
        ]
        found = {}
        for table, count, rules in (
            (at.AGAIN_TABLE, at.AGAIN_COUNT, again),
            (at.ASKED_TABLE, at.ASKED_COUNT, asked),
            (at.TIMED_TABLE, at.TIMED_COUNT, timed),
        ):
            found[table], found[count] = self.put(rules), len(rules)
        return found

    def _people(self, role: str | None) -> int:
        """Put down the fields that name who acts in a role, each with the word that names nobody."""
        if role is None:
            return self.put([0])
        found: Cells = []
        for name, known in self.record.record.fields.items():
            if getattr(known.type, "role", None) == role:
                found += [self.field(name)[0], Word("")]
        return self.put([len(found) // 2, *found])

    def _caps(self, caps: Sequence[m.Cap]) -> list[int]:
        return [cell for cap in caps for cell in (cap.count, self.lowering.duration(cap.duration))]

    # ways and stages

    def _stage_rows(self) -> list[list[int]]:
        rows = []
        for number, plan in enumerate(self.record.processes):
            if plan.process.start is None or len(plan.stages) > MOST_STAGES:
                raise CannotLower("process of many stages, or of none", plan.process.span.line)
            for place, stage in enumerate(plan.stages.values()):
                self.line = stage.stage.span.line
                if len(stage.stage.transitions) > MOST_STAGES:
                    raise CannotLower("stage of many ways", stage.stage.span.line)
                timers, automatic = self._numbers(stage.timers), self._numbers(stage.automatic)
                limit = stage.stage.limit
                anchor = m.AfterEntering(plan.process.name, stage.stage.name)
                entering = [
                    place for place, rule in enumerate(self.record.follow_ups) if rule.rule.anchor == anchor
                ]
                rows.append(
                    [
                        int(stage.stage.end is not None),
                        -1 if limit is None else self.lowering.duration(limit.duration),
                        self._people(None if limit is None else limit.alert or stage.stage.owner),
                        self.put(timers),
                        len(timers),
                        self.put(automatic),
                        len(automatic),
                        self.put(entering),
                        len(entering),
                        number,
                        place,
                        0 if limit is None else limit.span.line,
                    ]
                )
        return rows

    def _numbers(self, ways: Sequence[Way]) -> list[int]:
        first = len(self.ways)
        self.ways += ways
        return list(range(first, len(self.ways)))

    def _on_table(self) -> list[int]:
        table = []
        for number, name in self.stages:
            stage = self.record.processes[number].stages[name]
            for event in self.kinds:
                ways = self._numbers(stage.on_event.get(event, ()))
                table += [self.put(ways), len(ways)]
        return table

    def _process_rows(self) -> list[list[int]]:
        return [
            [
                self.stage_places[number][plan.process.start or ""],
                len(plan.stages),
                self.put(int(event in plan.events) for event in self.kinds),
            ]
            for number, plan in enumerate(self.record.processes)
        ]

    def _way_rows(self) -> list[list[int]]:
        process_of = self._processes_of_ways()
        return [self._way(way, number, process_of[number]) for number, way in enumerate(self.ways)]

    def _processes_of_ways(self) -> list[int]:
        owners = {
            id(way): number
            for number, plan in enumerate(self.record.processes)
            for stage in plan.stages.values()
            for group in (*stage.on_event.values(), stage.timers, stage.automatic)
            for way in group
        }
        return [owners[id(way)] for way in self.ways]

    def _way(self, way: Way, number: int, process: int) -> list[int]:
        transition = way.transition
        self.line = transition.span.line
        trigger, duration, about, instant, length_field = at.T_ALWAYS, -1, -1, 0, -1
        event = None
        match transition.trigger:
            case m.OnEvent(event=name):
                event = name
                trigger, about = at.T_EVENT, self.kind(name)
            case m.After(duration=length, since_event=since, since_field=dated, duration_field=kept):
                trigger = at.T_ENTRY
                if length is not None:
                    duration = self.lowering.duration(length)
                elif kept is not None:
                    length_field = self.field(kept)[0]
                if since is not None:
                    trigger, about = at.T_SINCE_EVENT, self.kind(since)
                elif dated is not None:
                    trigger, (about, shape) = at.T_SINCE_FIELD, self.field(dated)
                    instant = int(shape.kind == "instant")
            case m.Silence(duration=length, event=name):
                trigger, duration, about = at.T_SILENCE, self.lowering.duration(length), self.kind(name)
        guard = self.lowering.guard(transition.guard, event)
        if trigger == at.T_EVENT:
            self.lowering.add_sources(guard, list(self.program.sources(transition.guard)), event)
        effects = [self._effect(effect, event) for effect in transition.effects]
        target = -1 if transition.target is None else self.stage_places[process][transition.target]
        address = self.put(cell for effect in effects for cell in effect)
        line = transition.span.line
        timed = (trigger, duration, about, instant)
        return [guard, target, address, len(effects), *timed, way.index, line, number, length_field]

    def _effect(self, effect: m.Effect, event: str | None) -> list[int]:
        line = effect.span.line
        match effect:
            case m.SetField(name, value):
                place, shape = self.field(name)
                guard = self._stored(value, event, self.record.record.fields[name].type, name, shape)
                if place not in self.set_fields:
                    self.set_fields.append(place)
                return [at.E_SET, place, guard, 0, -1, 0, 0, line, 0, 0, 0]
            case m.Emit(event=name, to_field=None, delay=delay):
                kind, fields = self.kind(name), self.spec.events[name].fields
                values = []
                for field_name, value in effect.values.items():
                    place, shape = self.column(name, field_name)
                    guard = self._stored(value, event, fields[field_name].type, f"{name}.{field_name}", shape)
                    values += [place - self._first_column(kind), guard]
                number = self._emit_number(effect)
                wait = -1 if delay is None else self.lowering.duration(delay)
                return [at.E_EMIT, kind, -1, number, wait, self.put(values), len(values) // 2, line, 0, 0, 0]
            case m.Emit():
                return self._send(effect, event)
            case _:
                raise CannotLower("records opened", line)

    def _send(self, effect: m.Emit, event: str | None) -> list[int]:
        """Lower a line that sends an event to the record that a field names."""
        line, declared = effect.span.line, self.spec.events[effect.event]
        name, sources = effect.to_field or "", self._named_by(effect, event)
        own = self.kinds.index(effect.event) if effect.event in self.kinds else -1
        values: list[int] = []
        shapes: list[tuple[str, Shape]] = []
        for number, (column, value) in enumerate(effect.values.items()):
            kind, place = declared.fields[column].type, number
            if own >= 0:
                place, shape = self.column(effect.event, column)
                place -= self._first_column(own)
                guard = self._stored(value, event, kind, f"{effect.event}.{column}", shape)
            else:
                guard, shape = self._as_sent(value, event, kind)
            values += [place, guard]
            shapes.append((column, shape))
        named: e.Expression = e.RecordField(name, AnyType())
        if effect.from_event:
            named = e.EventField(event or "", name, AnyType())
        self.sends.append(Send(effect, declared.record, tuple(shapes), sources))
        return [
            *(at.E_SEND, len(self.sends) - 1, self.lowering.any_value(named, event)[0]),
            self._emit_number(effect),
            -1 if effect.delay is None else self.lowering.duration(effect.delay),
            *(self.put(values), len(shapes), line),
            *(self._receiver(name, declared.record, sources), own, int(declared.record in self.near)),
        ]

    def _named_by(self, effect: m.Emit, event: str | None) -> tuple[tuple[str | None, str], ...]:
        """Give the fields of the data from which the name of a receiver may come."""
        found: list[tuple[str | None, str]] = [(event if effect.from_event else None, effect.to_field or "")]
        changes = [change for plan in self.record.processes for change in _fields_set(plan.process)]
        for place, name in found:
            if place is not None:
                if any(one.event == place and name in one.values for one in emits_of(self.spec)):
                    raise CannotLower("events sent to whom an event names that the spec sends", self.line)
                continue
            for _, value in (change for change in changes if change[0] == name):
                more = _source_of(value)
                if more is None:
                    raise CannotLower("events sent to whom the spec works out", self.line)
                found += [source for source in more if source not in found]
        return tuple(found)

    def _emit_number(self, effect: m.Effect) -> int:
        return self.emits.setdefault(id(effect), len(self.emits))

    def _receiver(self, name: str, record: str, sources: tuple[tuple[str | None, str], ...]) -> int:
        """Give what tells the receiver's place: a column beside that of its name, or a look-up (below 0)."""
        if sources != ((None, name),):
            if record not in self.receivers:
                self.receivers.append(record)
            return -1 - self.receivers.index(record)
        place = receiver_column(name, record)
        if all(column.name != place for column in self.fields):
            self.fields.append(Column(place, Shape("case"), used=True))
        return self.lowering.any_value(e.RecordField(place, AnyType()))[0]

    def _as_sent(self, value: e.Expression, event: str | None, kind: Type) -> tuple[int, Shape]:
        """Lower a value that another record gets: as it is stored, in the shape that it has by itself."""
        guard, shape = self.lowering.any_value(value, event)
        if isinstance(kind, MoneyType) and shape.kind in {"decimal", "fraction"}:
            shape = Shape("decimal", self._places())
            return self.lowering.money(value, event, self._places(), shape), shape
        if shape.kind == "fraction":
            raise CannotLower("quotient sent to another record", self.line)
        return guard, shape

    def _first_column(self, kind: int) -> int:
        return sum(len(columns) for columns in self.columns[:kind])

    def _stored(self, value: e.Expression, event: str | None, kind: Type, name: str, shape: Shape) -> int:
        """Lower a value as it is stored: money rounded, and as many decimals as its field has."""
        if shape.kind != "decimal":
            return self.lowering.value(value, event, shape)
        _, given = self.lowering.any_value(value, event)
        if isinstance(kind, MoneyType):
            places = self._places()
            if shape.scale < places:
                raise _FinerField(name, places, self.line)
            return self.lowering.money(value, event, places, shape)
        if given.kind == "decimal" and given.scale > shape.scale:
            raise _FinerField(name, given.scale, self.line)
        return self.lowering.value(value, event, shape)

    # follow-ups and offers

    def _patterns(self, patterns: tuple[m.EventPattern, ...]) -> tuple[int, int]:
        cells = []
        for pattern in patterns:
            cells += [self.kind(pattern.event), self.lowering.guard(pattern.guard, pattern.event)]
        return self.put(cells), len(patterns)

    def _rule(self, plan: FollowUpPlan, place: int) -> tuple[list[int], list[Shape]]:
        rule = plan.rule
        self.line = rule.span.line
        about, instant, process, trigger, event = -1, 0, -1, -1, None
        match rule.anchor:
            case m.AfterEvent(name, guard):
                anchor, about, event = at.A_EVENT, self.kind(name), name
                trigger = self.lowering.guard(guard, name)
            case m.AfterSilence(name):
                anchor, about = at.A_SILENCE, self.kind(name)
            case m.AfterEntering(name, stage):
                number = self.process(name)
                if number is None:
                    raise CannotLower("follow-up of a stage of another record", rule.span.line)
                anchor, process, about = at.A_ENTERING, number, self.stage_places[number][stage]
            case m.AfterField(name):
                anchor, (about, shape) = at.A_FIELD, self.field(name)
                instant = int(shape.kind == "instant")
        texts, shapes = [], []
        for part in rule.text_parts if rule.text is not None else ():
            if not isinstance(part, str):
                number, shape = self.lowering.any_value(part, None if rule.again is not None else event)
                texts.append(number)
                shapes.append(shape)
        intervals = [self.lowering.duration(step) for step in rule.intervals]
        names = sorted(plan.rule.name for plan in self.record.follow_ups)
        row = [
            self.lowering.guard(rule.condition),
            self.lowering.guard(rule.until),
            anchor,
            about,
            instant,
            trigger,
            self.put(intervals),
            len(intervals),
            -1 if rule.again is None else self.lowering.duration(rule.again),
            *self._patterns(rule.done_on),
            *self._patterns(rule.cancelled_on),
            int(rule.goes_on_after_end),
            self._hours(self.spec.hours_of(rule)),
            self._people(rule.role),
            self.put(texts),
            len(texts),
            process,
            rule.span.line,
            place,
            int(rule.role is not None),
            names.index(rule.name),
        ]
        return row, shapes

    def _hours(self, hours: m.ContactHours | None) -> int:
        if not hours:
            return -1
        if hours not in self.hours:
            self.hours.append(hours)
        return self.hours.index(hours)

    def _offer(self, plan: OfferPlan, place: int) -> tuple[list[int], tuple[Shape, Shape]]:
        offer = plan.offer
        self.line = offer.span.line
        stages = []
        for process, stage in offer.stages:
            number = self.process(process)
            if number is not None:
                stages += [number, self.stage_places[number][stage]]
        if offer.stages and not stages:
            raise CannotLower("offer in a stage of another record", offer.span.line)
        ladders = sorted({other.ladder for other in self.spec.offers.values() if other.ladder})
        price, price_shape = self._amount(offer.price)
        discount, discount_shape = self._amount(offer.discount)
        caps = self._caps(offer.caps)
        row = [
            self.lowering.guard(offer.condition),
            self.put(stages),
            len(stages) // 2,
            price,
            discount,
            -1 if offer.valid is None else self.lowering.duration(offer.valid),
            -1 if offer.at_most is None else offer.at_most,
            -1 if offer.ladder is None else ladders.index(offer.ladder),
            -1 if offer.order is None else offer.order,
            self.put(caps),
            len(offer.caps),
            *self._patterns(offer.accepted_on),
            *self._patterns(offer.declined_on),
            self._people(offer.role),
            place,
            offer.span.line,
            0,
            0,
        ]
        return row, (price_shape, discount_shape)

    def _amount(self, expression: e.Expression | None) -> tuple[int, Shape]:
        if expression is None:
            return -1, Shape("nothing")
        number, shape = self.lowering.any_value(expression)
        return number, shape

    # the rest

    def _kind_rows(self) -> list[list[int]]:
        rows, first, ranks = [], 0, sorted(self.kinds)
        for place, name in enumerate(self.kinds):
            takes = [number for number, plan in enumerate(self.record.follow_ups) if _takes(plan, name)]
            offers = [number for number, plan in enumerate(self.record.offers) if _offer_takes(plan, name)]
            starts = [
                number
                for number, plan in enumerate(self.record.follow_ups)
                if isinstance(plan.rule.anchor, m.AfterEvent | m.AfterSilence)
                and plan.rule.anchor.event == name
            ]
            columns = len(self.columns[place])
            rows.append(
                [
                    int(name in self.emitted),
                    first,
                    columns,
                    self.put(takes),
                    len(takes),
                    self.put(offers),
                    len(offers),
                    self.put(starts),
                    len(starts),
                    ranks.index(name),
                    place,
                    self.spec.events[name].span.line,
                ]
            )
            first += columns
        return rows

    def _field_rows(self) -> list[list[int]]:
        rows = []
        for place, column in enumerate(self.fields):
            rules = [
                number
                for number, plan in enumerate(self.record.follow_ups)
                if plan.rule.anchor == m.AfterField(column.name)
            ]
            rows.append([-1, self.put(rules), len(rules), place])
        return rows

    def _tally_rows(self) -> list[list[int]]:
        return [
            [*row, self.put(basis), len(basis), 1]
            for row, basis in zip(self.lowering.tallies, self.lowering.bases, strict=True)
        ]

    def _guard_rows(self) -> list[list[int]]:
        return [
            [
                self.put(found.tallies),
                len(found.tallies),
                self.put(found.code),
                self.put(cell for change in found.changes for cell in change),
                len(found.changes),
                self.put(cell for source in found.sources for cell in source),
                len(found.sources),
            ]
            for found in self.lowering.guards
        ]


def receiver_column(name: str, record: str) -> str:
    """Give the name of the column of the places that a field's keys have among the records of a kind.

    >>> receiver_column("invited_by", "client")
    'invited_by of client'
    """
    return f"{name} of {record}"


def _fields_set(process: m.Process) -> Iterator[tuple[str, e.Expression | None]]:
    """Yield the fields that a process sets, and to what; None: to the key of a record that it opens."""
    for stage in process.stages.values():
        for transition in stage.transitions:
            for effect in transition.effects:
                if isinstance(effect, m.SetField):
                    yield effect.field, effect.value
                elif isinstance(effect, m.OpenRecord) and effect.into_field is not None:
                    yield effect.into_field, None


def _source_of(value: e.Expression | None) -> list[tuple[str | None, str]] | None:
    """Give the field that a value is taken from, if any; None where it is worked out."""
    match value:
        case e.RecordField(name):
            return [(None, name)]
        case e.EventField(event, name):
            return [(event, name)]
        case e.Literal(None):
            return []
        case _:
            return None


def near(spec: m.Spec, kind: str) -> set[str]:
    """Give the kinds of record from which events may come back, at whatever remove: those around a circle."""
    ways = receivers_by_kind(spec)
    return {other for other in reached(ways, kind) if kind in reached(ways, other)}


def receivers_by_kind(spec: m.Spec) -> dict[str, set[str]]:
    """Give the kinds to which the records of each kind send events, or which they open."""
    found: dict[str, set[str]] = {}
    for sender, receiver, _, _ in touches_of(spec):
        found.setdefault(sender, set()).add(receiver)
    return found


def reached(ways: Mapping[str, set[str]], begin: str) -> set[str]:
    """Give everything that ways lead to from something; itself only where a way leads back."""
    found: set[str] = set()
    waiting = [begin]
    while waiting:
        for other in ways.get(waiting.pop(), set()) - found:
            found.add(other)
            waiting.append(other)
    return found


def _speaks_of(patterns: Sequence[Pattern], event: str) -> bool:
    return any(pattern.event == event for pattern in patterns)


def _takes(plan: FollowUpPlan, event: str) -> bool:
    ends = isinstance(plan.rule.anchor, m.AfterSilence) and plan.rule.anchor.event == event
    return ends or _speaks_of(plan.done_on, event) or _speaks_of(plan.cancelled_on, event)


def _offer_takes(plan: OfferPlan, event: str) -> bool:
    return _speaks_of(plan.accepted_on, event) or _speaks_of(plan.declined_on, event)
