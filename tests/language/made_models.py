"""Models at random: every construct of the language, typed as the checker types them.

Made as abstract data, without any text: what a text says has to be what is meant here. Names are unique
all over a model, so that nothing is ambiguous; an event's field alone may bear the name of a field of its
record, which it then hides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t

Item = TypeVar("Item")
Way = Callable[[t.Type, "Scope", int], e.Expression | None]
"""A way to make an expression of a type for a scope, so deep inside another one; None where there is none."""

STEMS = ("alpha", "beta", "клиент", "стока", "дело", "نمونه", "چیز", "客户", "αγορά", "été", "x", "y_z")
WORDS = ("small", "средний", "голям", "کوچک", "中", "the largest", "не важно", 'a "b"', "no, not", "да")
ZONES = ("UTC", "Europe/Sofia", "Asia/Tehran", "America/Argentina/Buenos_Aires", "Etc/GMT-3")
COUNTRIES = (("BG", None), ("RU", None), ("IR", None), ("DE", "BY"))
PATTERNS = (r"[A-Z]{2}\d+", r"\+?\d[\d -]*", 'a"b\\\\c', "")
ANY, NUMBER, MONEY, YES_NO, TEXT = t.AnyType(), t.NumberType(), t.MoneyType(), t.YesNoType(), t.TextType()
DATE, DATETIME = t.DateType(), t.DatetimeType()
DEEPEST = 3
FIRST_DAY = date(2026, 1, 1)
TASK_STATUS = (None, "planned", "due", "overdue", "done", "cancelled", "escalated")
OFFER_STATUS = (None, "open", "accepted", "declined", "expired", "withdrawn")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
titles = st.none() | texts
numbers = st.decimals(0, 10**9, places=3) | st.integers(0, 10**20).map(Decimal)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))


@dataclass(frozen=True)
class Scope:
    """What an expression may speak of."""

    record: m.Record | None = None
    event: m.Event | None = None
    process: str | None = None
    lets: Mapping[str, t.Type] = field(default_factory=dict)
    metric: bool = False


class Maker:
    """Makes the parts of one model; what is made first can be spoken of by what comes later."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.calendars: dict[str, m.Calendar] = {}
        self.roles: dict[str, m.Role] = {}
        self.records: dict[str, m.Record] = {}
        self.events: dict[str, m.Event] = {}
        self.lets: dict[str, m.Let] = {}
        self.processes: dict[str, m.Process] = {}
        self.stages: dict[str, list[tuple[str, str]]] = {}
        """Record -> its (process, stage) pairs, known before the processes are made."""
        self.work: dict[str, list[str]] = {}
        """Record -> its processes."""

    # drawing

    def name(self) -> str:
        self.count += 1
        return f"{self.draw(st.sampled_from(STEMS))}_{self.count}"

    def one(self, items: Iterable[Item]) -> Item:
        return self.draw(st.sampled_from(list(items)))

    def perhaps(self, strategy: st.SearchStrategy[Item]) -> Item | None:
        return self.draw(st.none() | strategy)

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def some(self, items: Iterable[Item], most: int = 3) -> list[Item]:
        known = list(items)
        return self.draw(st.lists(st.sampled_from(known), max_size=most)) if known else []

    def times(self, most: int, least: int = 0) -> range:
        return range(self.draw(st.integers(least, most)))

    def role(self) -> str | None:
        return self.one([None, *self.roles])

    def title(self) -> str | None:
        return self.draw(titles)

    def duration(self) -> t.Duration:
        amount = self.draw(st.integers(1, 130))
        if self.calendars and self.chance():
            return t.Duration(amount, self.one((t.Unit.DAY, t.Unit.HOUR)), self.one(self.calendars))
        return t.Duration(amount, self.exact_unit())

    def exact_unit(self) -> t.Unit:
        return self.one(t.Unit)

    # declarations

    def spec(self) -> m.Spec:
        for make in (self.make_calendar, self.make_role, self.make_record, self.make_event):
            for _ in self.times(2, least=1 if make in {self.make_record, self.make_role} else 0):
                make()
        drafts = [self.draft_process() for _ in self.times(2)]
        for _ in self.times(2):
            self.make_let()
        for draft in drafts:
            self.make_process(*draft)
        offers = [self.offer() for _ in self.times(2)]
        follow_ups = [made for _ in self.times(2) if (made := self.follow_up())]
        metrics = [self.metric() for _ in self.times(2)]
        return m.Spec(
            self.name(),
            self.title(),
            "en",
            self.one((None, "EUR", "IRR")),
            self.one(ZONES),
            self.calendars,
            self.roles,
            self.records,
            self.events,
            self.lets,
            self.processes,
            {offer.name: offer for offer in offers},
            {follow_up.name: follow_up for follow_up in follow_ups},
            {metric.name: metric for metric in metrics},
            tuple(self.scenario(offers, follow_ups) for _ in self.times(2)),
        )

    def hours(self, least: int) -> m.Hours:
        made = []
        for _ in self.times(2, least):
            start = self.draw(st.integers(0, 1439))
            made.append((start, self.draw(st.integers(start + 1, 1440))))
        return tuple(sorted(made))

    def make_calendar(self) -> None:
        name = self.name()
        week = {number: self.hours(1) for number in sorted({*self.some(range(7), 7)})}
        opened = tuple((*self.dates(), self.hours(0)) for _ in self.times(2, least=0 if week else 1))
        closed = tuple(self.dates() for _ in self.times(2))
        holidays = tuple(self.some(COUNTRIES, 2))
        self.calendars[name] = m.Calendar(name, self.title(), week, closed, opened, holidays)

    def dates(self) -> tuple[date, date]:
        first = self.draw(days)
        return (first, first) if self.chance() else (first, max(first, self.draw(days)))

    def make_role(self) -> None:
        name = self.name()
        self.roles[name] = m.Role(name, self.title(), self.one([None, name, *self.roles]))

    def make_record(self) -> None:
        name = self.name()
        self.records[name] = m.Record(name, self.title(), self.fields([name, *self.records]))

    def make_event(self) -> None:
        name, record = self.name(), self.one(self.records.values())
        fields = self.fields(list(self.records))
        for hidden in self.some(record.fields, 1):
            fields[hidden] = replace(self.field(list(self.records)), name=hidden)
        self.events[name] = m.Event(name, record.name, self.title(), fields)

    def fields(self, records: list[str]) -> dict[str, m.Field]:
        made = [self.field(records) for _ in self.times(5)]
        return {one.name: one for one in made}

    def field(self, records: list[str]) -> m.Field:
        kind = self.type(records)
        limits = tuple(self.limit(kind) for _ in self.times(2) if not isinstance(kind, t.DatetimeType))
        return m.Field(self.name(), kind, self.chance(), limits)

    def type(self, records: list[str]) -> t.Type:
        choice = st.lists(st.sampled_from(WORDS) | texts, min_size=1, max_size=4, unique=True)
        kinds: list[t.Type] = [TEXT, NUMBER, MONEY, YES_NO, DATE, DATETIME]
        kinds += [t.PersonType(self.one(self.roles)), t.ReferenceType(self.one(records))]
        return self.one([*kinds, t.ChoiceType(tuple(self.draw(choice)))])

    def limit(self, kind: t.Type) -> m.Limit:
        is_text = isinstance(kind, t.TextType | t.PersonType | t.ReferenceType)
        if is_text and self.chance():
            return m.Limit("matches", self.one(PATTERNS))
        value = self.plain(kind)
        return m.Limit(self.one(("=", "!=", "<", "<=", ">", ">=")), value)

    def plain(self, kind: t.Type) -> Any:
        """Give a constant of a type; for a moment, which has no way to be written, unknown."""
        match kind:
            case t.NumberType() | t.MoneyType():
                return self.draw(numbers)
            case t.YesNoType():
                return self.chance()
            case t.DateType():
                return self.draw(days)
            case t.ChoiceType(values=values):
                return self.one(values)
            case t.DatetimeType():
                return None
            case _:
                return self.draw(texts)

    def make_let(self) -> None:
        record = self.one(self.records.values())
        kinds: list[t.Type] = [NUMBER, MONEY, YES_NO, DATE, TEXT]
        kind = self.one(kinds)
        let = m.Let(self.name(), record.name, self.value(kind, self.scope(record)))
        self.lets[let.name] = let

    def scope(self, record: m.Record, event: m.Event | None = None, process: str | None = None) -> Scope:
        lets = {let.name: let.value.type for let in self.lets.values() if let.record == record.name}
        return Scope(record, event, process, lets)

    def rule_scope(self, record: m.Record) -> Scope:
        """Give the scope of a condition: with one process for the record, `in stage` means its stages."""
        work = self.work.get(record.name, [])
        return self.scope(record, process=work[0] if len(work) == 1 else None)

    def events_of(self, record: m.Record) -> list[m.Event]:
        return [event for event in self.events.values() if event.record == record.name]

    # processes

    def draft_process(self) -> tuple[str, m.Record, list[str]]:
        """Give the name, record and stages of a process, before anything speaks of them."""
        name, record = self.name(), self.one(self.records.values())
        stages = [self.name() for _ in self.times(4, least=1)]
        self.work.setdefault(record.name, []).append(name)
        self.stages.setdefault(record.name, []).extend((name, stage) for stage in stages)
        return name, record, stages

    def make_process(self, name: str, record: m.Record, names: list[str]) -> None:
        ways = self.transitions(name, record, names)
        process = m.Process(name, record.name, self.title(), self.role(), {}, {}, ways)
        phases: dict[str, m.Phase] = {}
        stages: dict[str, m.Stage] = {}
        self.fill(process, names, list(names), None, phases, stages)
        started = self.one([None, *stages])
        process = replace(process, phases=phases)
        completed = {
            stage.name: self.complete(replace(stage, start=stage.name == started), process)
            for stage in stages.values()
        }
        self.processes[name] = replace(process, stages=completed)

    def fill(
        self,
        process: m.Process,
        names: list[str],
        left: list[str],
        phase: str | None,
        phases: dict[str, m.Phase],
        stages: dict[str, m.Stage],
    ) -> None:
        """Put stages that are left into a phase (None: the process), and phases beside them."""
        while left and (phase is None or self.chance()):
            if self.chance() and len(phases) < 4:
                inner = self.name()
                ways = self.transitions(process.name, self.records[process.record], names)
                system = self.perhaps(st.sampled_from(("sale", "обслуживание", "تولید")))
                phases[inner] = m.Phase(inner, self.title(), self.role(), system, phase, ways)
                self.fill(process, names, left, inner, phases, stages)
            else:
                name = left.pop(0)
                stages[name] = self.stage(name, phase, process, names)

    def stage(self, name: str, phase: str | None, process: m.Process, names: list[str]) -> m.Stage:
        limit = m.StageLimit(self.duration(), self.role()) if self.chance() else None
        return m.Stage(
            name,
            self.title(),
            phase,
            end=self.one([None, *m.Outcome]),
            steps=tuple(self.draw(texts) for _ in self.times(2)),
            limit=limit,
            own_transitions=self.transitions(process.name, self.records[process.record], names),
            own_owner=self.role(),
        )

    @staticmethod
    def complete(stage: m.Stage, process: m.Process) -> m.Stage:
        """Add what the phases and the process lend."""
        around = list(process.phases_of(stage))
        owners = [stage.own_owner, *(phase.owner for phase in around), process.owner]
        ways = [*(phase.transitions for phase in around), process.transitions]
        lent = [] if stage.end else [way for several in ways for way in several]
        owner = next((role for role in owners if role is not None), None)
        return replace(stage, owner=owner, transitions=(*stage.own_transitions, *lent))

    def transitions(self, process: str, record: m.Record, names: list[str]) -> tuple[m.Transition, ...]:
        return tuple(self.transition(process, record, names) for _ in self.times(2))

    def transition(self, process: str, record: m.Record, names: list[str]) -> m.Transition:
        scope = self.scope(record, process=process)
        events = self.events_of(record)
        trigger: m.Trigger = self.timer(record) if self.chance() else m.Always()
        if events and self.chance():
            event = self.one(events)
            trigger, scope = m.OnEvent(event.name), replace(scope, event=event)
        has_guard = isinstance(trigger, m.Always) or self.chance()
        guard = self.condition(scope) if has_guard else None
        effects = tuple(made for _ in self.times(2) if (made := self.effect(record, scope)))
        return m.Transition(trigger, guard, self.one([None, *names]), effects)

    def timer(self, record: m.Record) -> m.After:
        event = self.one([None, *(event.name for event in self.events_of(record))])
        moment = self.one([None, *(one.name for one in self.fields_of((DATE, DATETIME), record.fields))])
        return m.After(self.duration(), event, None if event else moment)

    def fields_of(self, kinds: Iterable[t.Type], fields: Mapping[str, m.Field]) -> list[m.Field]:
        return [one for one in fields.values() if one.type in tuple(kinds)]

    def effect(self, record: m.Record, scope: Scope) -> m.Effect | None:
        if record.fields and self.chance():
            changed = self.one(record.fields.values())
            return m.SetField(changed.name, self.value(changed.type, scope))
        to_field = self.one(
            [None, *(one for one in record.fields.values() if isinstance(one.type, t.ReferenceType))]
        )
        target = record
        if to_field is not None and isinstance(to_field.type, t.ReferenceType):
            target = self.records[to_field.type.record]
        events = self.events_of(target)
        if not events:
            return None
        event = self.one(events)
        given = self.given_fields(event.fields)
        values = {one.name: self.value(one.type, scope) for one in given}
        delay = self.duration() if self.chance() else None
        return m.Emit(event.name, to_field.name if to_field else None, delay, values)

    def given_fields(self, fields: Mapping[str, m.Field]) -> list[m.Field]:
        """Give the fields that are said: all that have to be, and some of the others."""
        return [one for one in fields.values() if not one.optional or self.chance()]

    # offers, follow-ups, metrics, scenarios

    def patterns(self, record: m.Record) -> tuple[m.EventPattern, ...]:
        made = []
        for event in self.some(self.events_of(record), 2):
            guard = self.condition(self.scope(record, event)) if self.chance() else None
            made.append(m.EventPattern(event.name, guard))
        return tuple(made)

    def by(self) -> tuple[str | None, str | None]:
        role = self.role()
        return role, self.one((None, "shop", "телефон")) if role else None

    def offer(self) -> m.Offer:
        record = self.one(self.records.values())
        role, channel = self.by()
        whole = st.integers(1, 99)
        return m.Offer(
            self.name(),
            record.name,
            self.title(),
            self.one([None, *m.OfferKind]),
            self.value(MONEY, self.scope(record)) if self.chance() else None,
            self.value(MONEY, self.scope(record)) if self.chance() else None,
            tuple(self.some(self.stages.get(record.name, []))),
            self.condition(self.rule_scope(record)) if self.chance() else None,
            role,
            channel,
            self.duration() if self.chance() else None,
            self.perhaps(whole),
            self.perhaps(whole),
            self.patterns(record),
            self.patterns(record),
        )

    def follow_up(self) -> m.FollowUp | None:
        record = self.one(self.records.values())
        anchors: list[m.FollowUpAnchor] = [
            *(m.AfterEntering(*stage) for stage in self.stages.get(record.name, [])),
            *(m.AfterField(one.name) for one in self.fields_of((DATE, DATETIME), record.fields)),
        ]
        for event in self.events_of(record):
            guard = self.condition(self.scope(record, event)) if self.chance() else None
            anchors += [m.AfterEvent(event.name, guard), m.AfterSilence(event.name)]
        if not anchors:
            return None
        role, channel = self.by()
        return m.FollowUp(
            self.name(),
            record.name,
            self.one(anchors),
            tuple(self.duration() for _ in self.times(3, least=1)),
            self.title(),
            self.condition(self.rule_scope(record)) if self.chance() else None,
            role,
            channel,
            self.draw(titles),
            self.patterns(record),
            self.patterns(record),
            tuple(m.Escalation(to, self.duration()) for to in self.some(self.roles, 2)),
            self.chance(),
        )

    def metric(self) -> m.Metric:
        kind: t.Type = MONEY if self.chance() else NUMBER
        scope = Scope(metric=True)
        value = self.value(kind, scope)
        percent = self.chance()
        target = None
        if self.chance():
            share = e.Literal(self.draw(numbers).scaleb(-2), NUMBER)
            goal = share if percent else self.value(NUMBER, scope)
            target = m.Target(self.one(("=", "<", "<=", ">", ">=")), goal)
        return m.Metric(
            self.name(), value, self.title(), target, self.role(), percent=percent and target is not None
        )

    def scenario(self, offers: list[m.Offer], follow_ups: list[m.FollowUp]) -> m.Scenario:
        record = self.one(self.records.values())
        given = m.Given(record.name, self.plain_values(record.fields))
        now = datetime.combine(FIRST_DAY, time())
        steps: list[m.ScenarioStep] = []
        for _ in self.times(4):
            now += timedelta(days=1, seconds=self.draw(st.integers(0, 400_000)))
            steps.append(self.step(record, now, offers, follow_ups))
        return m.Scenario(self.draw(texts), given, tuple(steps))

    def plain_values(self, fields: Mapping[str, m.Field]) -> dict[str, Any]:
        values = {}
        for one in self.given_fields(fields):
            value = self.one((None, self.plain(one.type)))
            is_negative = isinstance(value, Decimal) and self.chance()
            values[one.name] = -value if is_negative else value
        return values

    def step(
        self, record: m.Record, now: datetime, offers: list[m.Offer], follow_ups: list[m.FollowUp]
    ) -> m.ScenarioStep:
        date_only = self.chance()
        moment = datetime.combine(now.date(), time()) if date_only else now
        absent = self.chance()
        steps: list[m.ScenarioStep] = [
            m.At(moment, date_only),
            m.ExpectAlert(None, absent=True) if absent else m.ExpectAlert(self.one(self.roles)),
            m.ExpectThat(self.condition(self.scope(record))),
        ]
        steps += [
            m.Happens(moment, event.name, self.plain_values(event.fields), date_only)
            for event in self.some(self.events_of(record), 1)
        ]
        steps += [m.ExpectStage(*stage) for stage in self.some(self.stages.get(record.name, []), 1)]
        for rule in self.some(follow_ups, 1):
            steps.append(m.ExpectTask(rule.name, None if absent else self.one(TASK_STATUS), absent))
        for offer in self.some(offers, 1):
            steps.append(m.ExpectOffer(offer.name, None if absent else self.one(OFFER_STATUS), absent))
        return self.one(steps)

    # expressions

    def value(self, kind: t.Type, scope: Scope, depth: int = 0) -> e.Expression:
        """Give an expression that may stand where a type is wanted."""
        if isinstance(kind, t.YesNoType):
            return self.condition(scope, depth)
        numeric = isinstance(kind, t.NumberType | t.MoneyType)
        ways: list[Way] = [self.literal, self.named]
        if depth < DEEPEST:
            ways += [self.conditional, self.history, self.population, self.elapsed]
            ways += [self.arithmetic, self.arithmetic, self.negative] if numeric else []
        return self.one(ways)(kind, scope, depth + 1) or self.literal(kind, scope, depth)

    def literal(self, kind: t.Type, _scope: Scope, _depth: int) -> e.Expression:
        value = self.plain(kind)
        if value is None or not self.draw(st.integers(0, 5)):
            return e.Literal(None, ANY)
        written = kind if isinstance(kind, t.YesNoType | t.DateType | t.ChoiceType) else TEXT
        return e.Literal(value, NUMBER if isinstance(value, Decimal) else written)

    def known(self, scope: Scope) -> list[e.Expression]:
        """Give every name that the scope has."""
        found: list[e.Expression] = []
        if scope.event is not None:
            found += [
                e.EventField(scope.event.name, one.name, one.type, one.optional)
                for one in scope.event.fields.values()
            ]
        if scope.record is not None:
            hidden = scope.event.fields if scope.event else {}
            found += [
                e.RecordField(one.name, one.type, one.optional)
                for one in scope.record.fields.values()
                if one.name not in hidden
            ]
            found += [e.LetValue(name, kind) for name, kind in scope.lets.items()]
        return found

    def named(self, kind: t.Type, scope: Scope, _depth: int) -> e.Expression | None:
        found = [one for one in self.known(scope) if fits(one.type, kind)]
        return self.one(found) if found else None

    def numeric(self, kind: t.Type, scope: Scope, depth: int) -> e.Expression:
        return self.value(kind if self.chance() else NUMBER, scope, depth)

    def arithmetic(self, kind: t.Type, scope: Scope, depth: int) -> e.Expression:
        operator = self.one("+-*/")
        left = self.numeric(kind, scope, depth)
        # Money times money, or a number divided by money, is nothing.
        right = self.value(kind if operator in "+-" else NUMBER, scope, depth)
        return e.Arithmetic(operator, left, right, result_of(operator, left.type, right.type))

    def negative(self, kind: t.Type, scope: Scope, depth: int) -> e.Expression:
        operand = self.numeric(kind, scope, depth)
        return e.Negate(operand, operand.type)

    def conditional(self, kind: t.Type, scope: Scope, depth: int) -> e.Expression:
        then, otherwise = self.value(kind, scope, depth), self.value(kind, scope, depth)
        result = otherwise.type if then.type == ANY else then.type
        if MONEY in {then.type, otherwise.type}:
            result = MONEY
        return e.Conditional(self.condition(scope, depth), then, otherwise, result)

    def history(self, kind: t.Type, scope: Scope, depth: int) -> e.Expression | None:
        events = self.events_of(scope.record) if scope.record else list(self.events.values())
        if not events:
            return None
        event = self.one(events)
        aggregate, name, result = self.aggregated(kind, event.fields, list(e.Aggregate))
        if aggregate is None:
            return None
        window = self.one((None, e.LastWindow(self.exact()), e.FirstWindow(self.exact())))
        inner = self.scope(self.records[event.record], event, None if scope.metric else scope.process)
        if not scope.metric:
            inner = replace(inner, lets=scope.lets)
        where = self.condition(inner, depth) if self.chance() else None
        return e.History(aggregate, event.name, name, window, where, result)

    def exact(self) -> t.Duration:
        return t.Duration(self.draw(st.integers(1, 130)), self.exact_unit())

    def aggregated(
        self, kind: t.Type, fields: Mapping[str, m.Field], allowed: list[e.Aggregate]
    ) -> tuple[e.Aggregate | None, str | None, t.Type]:
        """Give how values become one, the field they stand in, and the type of what comes out."""
        aggregate = self.one(allowed)
        if aggregate is e.Aggregate.COUNT:
            return (aggregate, None, NUMBER) if fits(NUMBER, kind) else (None, None, ANY)
        summed = {e.Aggregate.SUM, e.Aggregate.AVERAGE}
        ordered = {e.Aggregate.MIN, e.Aggregate.MAX}
        fitting = [
            one
            for one in fields.values()
            if fits(one.type, kind)
            and (aggregate not in summed or fits(one.type, MONEY))
            and (aggregate not in ordered or one.type in {NUMBER, MONEY, DATE, DATETIME, TEXT})
        ]
        if not fitting:
            return None, None, ANY
        chosen = self.one(fitting)
        return aggregate, chosen.name, chosen.type

    def population(self, kind: t.Type, scope: Scope, depth: int) -> e.Expression | None:
        if not scope.metric:
            return None
        record = self.one(self.records.values())
        inner = self.rule_scope(record)
        where = self.condition(inner, depth) if self.chance() else None
        values = [one for one in self.known(inner) if fits(one.type, kind) and fits(one.type, MONEY)]
        if values and self.chance():
            aggregate = self.one((e.Aggregate.SUM, e.Aggregate.AVERAGE, e.Aggregate.MIN, e.Aggregate.MAX))
            value = self.one(values)
            return e.Population(aggregate, record.name, value, where, value.type)
        if not fits(NUMBER, kind):
            return None
        return e.Population(e.Aggregate.COUNT, record.name, None, where, NUMBER)

    def elapsed(self, kind: t.Type, scope: Scope, _depth: int) -> e.Expression | None:
        if scope.record is None or not fits(NUMBER, kind):
            return None
        unit = self.exact_unit()
        found = [
            e.Elapsed(unit, anchor, event.name)
            for event in self.events_of(scope.record)
            for anchor in (e.Anchor.FIRST_EVENT, e.Anchor.LAST_EVENT)
        ]
        moments = self.fields_of((DATE, DATETIME), scope.record.fields)
        found += [e.Elapsed(unit, e.Anchor.FIELD, one.name) for one in moments]
        if scope.process is not None:
            found.append(e.Elapsed(unit, e.Anchor.ENTRY, scope.process))
        return self.one(found) if found else None

    def condition(self, scope: Scope, depth: int = 0) -> e.Expression:
        """Give an expression that is yes, no or unknown."""
        ways: list[Way] = [self.yes_or_no, self.named, self.place]
        if depth < DEEPEST:
            ways += [self.logical, self.negation, self.conditional, self.test, self.test, self.test]
        return self.one(ways)(YES_NO, scope, depth + 1) or self.yes_or_no(YES_NO, scope, depth)

    def yes_or_no(self, _kind: t.Type, _scope: Scope, _depth: int) -> e.Expression:
        return e.Literal(self.chance(), YES_NO)

    def place(self, _kind: t.Type, scope: Scope, _depth: int) -> e.Expression | None:
        stages = self.stages.get(scope.record.name, []) if scope.record else []
        if not stages:
            return None
        process, stage = self.one(stages)
        return e.Reached(process, stage) if self.chance() else e.NowIn(process, stage)

    def logical(self, _kind: t.Type, scope: Scope, depth: int) -> e.Expression:
        parts = tuple(self.condition(scope, depth) for _ in self.times(3, least=2))
        return e.Logical(self.one(("and", "or")), parts)

    def negation(self, _kind: t.Type, scope: Scope, depth: int) -> e.Expression:
        return e.Not(self.condition(scope, depth))

    def test(self, _kind: t.Type, scope: Scope, depth: int) -> e.Expression:
        """Give a test of something whose type is known."""
        operands = [one for one in self.known(scope) if one.type != DATETIME]
        operand = self.one(operands) if operands and self.chance() else self.value(NUMBER, scope, depth)
        kind = operand.type
        ordered = isinstance(kind, t.NumberType | t.MoneyType | t.DateType | t.TextType)
        what = self.one(("known", "compare", "member", "no member", "between"))
        if what == "known" or isinstance(kind, t.AnyType):
            return e.IsKnown(operand, self.chance())
        if what == "compare" or (what == "between" and not ordered):
            other = self.value(kind, scope, depth)
            # A person and the key of a record are texts without an order.
            has_order = ordered and not isinstance(other.type, t.PersonType | t.ReferenceType)
            operator = self.one(("=", "!=", "<", "<=", ">", ">=") if has_order else ("=", "!="))
            return e.Comparison(operator, operand, other)
        if what == "between":
            return e.Between(operand, self.value(kind, scope, depth), self.value(kind, scope, depth))
        choices = tuple(self.value(kind, scope, depth) for _ in self.times(3, least=1))
        found = e.Membership(operand, choices)
        return found if what == "member" else e.Not(found)


def fits(kind: t.Type, wanted: t.Type) -> bool:
    """Say whether a named value of one type is used where another is wanted."""
    if isinstance(wanted, t.MoneyType):
        return isinstance(kind, t.NumberType | t.MoneyType)
    if isinstance(wanted, t.TextType):
        return isinstance(kind, t.TextType | t.PersonType | t.ReferenceType)
    return kind == wanted


def result_of(operator: str, left: t.Type, right: t.Type) -> t.Type:
    """Give the type of a calculation."""
    if ANY in {left, right}:
        return ANY
    if operator in "+-":
        return MONEY if MONEY in {left, right} else NUMBER
    if operator == "*":
        return MONEY if MONEY in {left, right} else NUMBER
    return MONEY if left == MONEY and right != MONEY else NUMBER


@st.composite
def specs(draw: st.DrawFn) -> m.Spec:
    """Give well-formed models."""
    return Maker(draw).spec()
