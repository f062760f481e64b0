"""Models at random: every construct of the language, typed as the checker types them.

Made as abstract data, without any text: what a text says has to be what is meant here. Names are unique
all over a model, so that nothing is ambiguous; an event's field alone may bear the name of a field of its
record, which it then hides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.syntax.lexer import IN_BRACES

Item = TypeVar("Item")
Way = Callable[[t.Type, "Scope", int], e.Expression | None]
"""A way to make an expression of a type for a scope, so deep inside another one; None where there is none."""

STEMS = ("alpha", "beta", "клиент", "стока", "дело", "نمونه", "چیز", "客户", "αγορά", "été", "x", "y_z")
WORDS = ("small", "средний", "голям", "کوچک", "中", "the largest", "не важно", 'a "b"', "no, not", "да")
ZONES = ("UTC", "Europe/Sofia", "Asia/Tehran", "America/Argentina/Buenos_Aires", "Etc/GMT-3")
COUNTRIES = (("BG", None), ("RU", None), ("IR", None), ("DE", "BY"))
PATTERNS = (r"[A-Z]{2}\d+", r"\+?\d[\d -]*", 'a"b\\\\c', "")
ANY, NUMBER, MONEY, YES_NO, TEXT = t.AnyType(), t.NumberType(), t.MoneyType(), t.YesNoType(), t.TextType()
DATE, DATETIME, DURATION = t.DateType(), t.DatetimeType(), t.DurationType()
WHOLE_DAY: m.Hours = ((0, 1440),)
BRACE = re.compile(r"[{}]")
DEEPEST = 3
FIRST_DAY = date(2026, 1, 1)
TASK_STATUS = (None, "planned", "due", "overdue", "done", "cancelled", "escalated")
OFFER_STATUS = (None, "open", "accepted", "declined", "expired", "withdrawn")

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="\n\t"), max_size=12
)
titles = st.none() | texts
numbers = st.decimals(0, 10**9, places=3) | st.integers(0, 10**20).map(Decimal)
# What no language can write: days before the Persian calendar, and years that are taken for Persian ones.
days = st.dates(date(700, 1, 1), date(1299, 12, 31)) | st.dates(date(1501, 1, 1), date(9999, 12, 31))


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
        self.decisions: dict[str, m.Decision] = {}
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
        for make in (self.make_let, self.make_decision, self.make_let):
            for _ in self.times(2):
                make()
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
            calendars=self.calendars,
            roles=self.roles,
            records=self.records,
            events=self.events,
            lets=self.lets,
            decisions=self.decisions,
            processes=self.processes,
            offers={offer.name: offer for offer in offers},
            follow_ups={follow_up.name: follow_up for follow_up in follow_ups},
            metrics={metric.name: metric for metric in metrics},
            scenarios=tuple(self.scenario(offers, follow_ups) for _ in self.times(2)),
            contact_hours=self.contact_hours(),
            contact_caps=self.caps(),
        )

    def contact_hours(self) -> m.ContactHours | None:
        """Give hours that leave some time to contact clients in."""
        quiet = self.hours(0)
        if self.chance():
            morning = self.draw(st.integers(1, 1438))
            quiet += (0, morning), (self.draw(st.integers(morning + 1, 1439)), 1440)
        calendar = self.one([None, *self.calendars])
        found = m.ContactHours(tuple(sorted(quiet)), tuple(sorted({*self.some(range(7), 7)})), calendar)
        return found if found != m.ContactHours() and self.leaves_time(found) else None

    def leaves_time(self, contact: m.ContactHours) -> bool:
        days: Iterable[tuple[int, m.Hours]] = [(number, WHOLE_DAY) for number in range(7)]
        if contact.calendar is not None:
            calendar = self.calendars[contact.calendar]
            opened = [(first.weekday(), hours or WHOLE_DAY) for first, _, hours in calendar.opened]
            days = calendar.week.items() or opened
        return any(contact.left_of(hours) for number, hours in days if number not in contact.quiet_days)

    def caps(self) -> tuple[m.Cap, ...]:
        return tuple(m.Cap(self.draw(st.integers(1, 99)), self.duration()) for _ in self.times(2))

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
        self.roles[name] = m.Role(
            name,
            self.title(),
            self.one([None, name, *self.roles]),
            self.perhaps(st.integers(1, 99)),
            self.perhaps(numbers),
        )

    def make_record(self) -> None:
        name = self.name()
        fields = self.fields([name, *self.records])
        parents: dict[str, m.Field] = {}
        for _ in self.times(2):
            parent = self.one([name, *self.records])
            called = parent if self.chance() else self.name()
            parents[called] = m.Field(called, t.ReferenceType(parent), self.chance())
        self.records[name] = m.Record(name, self.title(), fields | parents, tuple(parents))

    def make_event(self) -> None:
        name, record = self.name(), self.one(self.records.values())
        fields = self.fields(list(self.records))
        if self.chance():
            other = self.name()
            fields[other] = m.Field(other, t.ReferenceType(self.one(self.records)), self.chance())
        for hidden in self.some(record.fields, 1):
            fields[hidden] = replace(self.field(list(self.records)), name=hidden)
        self.events[name] = m.Event(name, record.name, self.title(), fields)

    def fields(self, records: list[str]) -> dict[str, m.Field]:
        made = [self.field(records) for _ in self.times(5)]
        return {one.name: one for one in made}

    def field(self, records: list[str]) -> m.Field:
        kind = self.type(records)
        limits = tuple(made for _ in self.times(2) if (made := self.limit(kind)))
        return m.Field(self.name(), kind, self.chance(), limits)

    def type(self, records: list[str]) -> t.Type:
        choice = st.lists(st.sampled_from(WORDS) | texts, min_size=1, max_size=4, unique=True)
        kinds: list[t.Type] = [TEXT, NUMBER, MONEY, YES_NO, DATE, DATETIME, DURATION]
        kinds += [t.PersonType(self.one(self.roles)), t.ReferenceType(self.one(records))]
        kind = self.one([*kinds, t.ChoiceType(tuple(self.draw(choice)))])
        return self.one([kind, kind, t.ListType(kind)])

    def limit(self, kind: t.Type) -> m.Limit | None:
        """Give a bound, without an order only `!=`; a list has a list of one, and a moment has none."""
        if isinstance(kind, t.TextType | t.PersonType | t.ReferenceType) and self.chance():
            return m.Limit("matches", self.one(PATTERNS))
        value = self.plain(kind.element if isinstance(kind, t.ListType) else kind)
        operator = self.one(("!=", "<", "<=", ">", ">=") if is_ordered(kind) else ("!=",))
        if value is None:
            return None
        return m.Limit(operator, (value,) if isinstance(kind, t.ListType) else value)

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
            case t.DurationType():
                return self.exact()
            case t.ListType(element=element):
                found = [self.plain(element) for _ in self.times(3)]
                return tuple(one for one in found if one is not None)
            case t.DatetimeType():
                return None
            case _:
                return self.draw(texts)

    def make_let(self) -> None:
        record = self.one(self.records.values())
        let = m.Let(self.name(), record.name, self.unwanted(self.scope(record)))
        self.lets[let.name] = let

    def unwanted(self, scope: Scope) -> e.Expression:
        """Give an expression for a place that asks for no type: what is written has to tell it."""
        kinds: list[t.Type] = [NUMBER, MONEY, YES_NO, DATE, TEXT, DURATION]
        known = [one for one in self.known(scope) if one.type != ANY]
        if known and self.chance():
            return self.one(known)
        if not self.draw(st.integers(0, 5)):
            items = tuple(self.draw(st.lists(texts, min_size=2, max_size=3)))
            return e.Literal(items, t.ListType(TEXT))
        return self.value(self.one(kinds), scope)

    # decision tables

    def make_decision(self) -> None:
        record = self.one(self.records.values())
        scope = self.rule_scope(record)
        policy = self.one(m.HitPolicy)
        inputs = tuple(self.subject(scope) for _ in self.times(3, least=1))
        columns = [self.column(policy) for _ in self.times(3, least=1)]
        rows = tuple(
            m.DecisionRow(
                tuple(self.cell(subject, scope) for subject in inputs),
                tuple(self.result(kind, scope) for kind in columns),
            )
            for _ in self.times(3, least=1)
        )
        outputs = {
            self.name(): self.collected(policy, kind, [row.values[position] for row in rows])
            for position, kind in enumerate(columns)
        }
        name = self.name()
        self.decisions[name] = m.Decision(name, record.name, policy, inputs, outputs, rows, self.title())

    def column(self, policy: m.HitPolicy) -> t.Type | None:
        """Give the type of a column, None where only its values tell one."""
        if policy in {m.HitPolicy.COLLECT_SUM, m.HitPolicy.COLLECT_MIN, m.HitPolicy.COLLECT_MAX}:
            return MONEY if self.chance() else NUMBER
        kind: t.Type | None = self.type(list(self.records)) if self.chance() else None
        if policy in {m.HitPolicy.COLLECT, m.HitPolicy.COLLECT_COUNT} and isinstance(kind, t.ListType):
            # The model does not keep the type of a counted column, so an empty list in it could be of any.
            return kind.element
        return kind

    def result(self, kind: t.Type | None, scope: Scope) -> e.Expression | None:
        if not self.draw(st.integers(0, 4)):
            return None
        return self.value(NUMBER if kind is None else kind, scope)

    def collected(
        self, policy: m.HitPolicy, kind: t.Type | None, values: list[e.Expression | None]
    ) -> t.Type:
        """Give the type of what a table gives, as reading it finds out."""
        if kind is None:
            kinds = [value.type for value in values if value is not None and value.type != ANY]
            kind = kinds[0] if kinds else ANY
        if policy is m.HitPolicy.COLLECT:
            return t.ListType(kind)
        return NUMBER if policy is m.HitPolicy.COLLECT_COUNT else kind

    def subject(self, scope: Scope) -> e.Expression:
        known = [one for one in self.known(scope) if one.type not in {ANY, t.ListType(ANY)}]
        made = self.one(known) if known and self.chance() else self.value(NUMBER, scope)
        return e.Literal(Decimal(1), NUMBER) if made.type == ANY else made

    def cell(self, subject: e.Expression, scope: Scope) -> e.Expression | None:
        tests = tuple(self.cell_test(subject, scope) for _ in self.times(3))
        return e.Logical("or", tests) if len(tests) > 1 else tests[0] if tests else None

    def cell_test(self, subject: e.Expression, scope: Scope) -> e.Expression:
        what = self.one(("known", "compare", "between"))
        if what == "known" or subject.type == DATETIME:
            return e.IsKnown(subject, self.chance())
        if what == "between" and is_ordered(subject.type):
            low, high = (self.value(subject.type, scope, DEEPEST) for _ in range(2))
            return e.Between(subject, low, high)
        return self.comparison(subject, scope, DEEPEST)

    def comparison(self, operand: e.Expression, scope: Scope, depth: int) -> e.Expression:
        """Compare something with what goes with it."""
        kind = operand.type
        other = self.value(kind, scope, depth)
        if isinstance(kind, t.NumberType) and kind.unit is not None and self.chance():
            other = e.Literal(Decimal(self.draw(st.integers(1, 99))), kind)
        if not go_together(operand, other):
            other = e.Literal(self.draw(numbers), NUMBER)
        # A person and the key of a record are texts without an order.
        has_order = is_ordered(kind) and not isinstance(other.type, t.PersonType | t.ReferenceType)
        operator = self.one(("=", "!=", "<", "<=", ">", ">=") if has_order else ("=", "!="))
        return e.Comparison(operator, operand, other)

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
            needs=tuple(self.draw(texts) for _ in self.times(2)),
            documents=tuple(self.draw(texts) for _ in self.times(2)),
            effort=self.exact() if self.chance() else None,
            cost=self.perhaps(numbers),
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

    def timer(self, record: m.Record) -> m.After | m.Silence:
        events = [event.name for event in self.events_of(record)]
        if events and self.chance():
            return m.Silence(self.duration(), self.one(events))
        event = self.one([None, *events])
        moment = self.one([None, *(one.name for one in self.fields_of((DATE, DATETIME), record.fields))])
        kept_in = self.one([None, *(one.name for one in self.fields_of((DURATION,), record.fields))])
        duration = self.duration() if kept_in is None else None
        return m.After(duration, event, None if event else moment, kept_in)

    def fields_of(self, kinds: Iterable[t.Type], fields: Mapping[str, m.Field]) -> list[m.Field]:
        return [one for one in fields.values() if one.type in tuple(kinds)]

    def effect(self, record: m.Record, scope: Scope) -> m.Effect | None:
        if record.fields and self.chance():
            changed = self.one(record.fields.values())
            return m.SetField(changed.name, self.value(changed.type, scope))
        return self.open(record, scope) if self.chance() else self.emit(record, scope)

    def emit(self, record: m.Record, scope: Scope) -> m.Emit | None:
        of_event = scope.event.fields if scope.event else {}
        references = [
            one for one in {**record.fields, **of_event}.values() if isinstance(one.type, t.ReferenceType)
        ]
        of_both = [one for one in references if one.name in of_event]
        to_field = self.one(of_both) if of_both and self.chance() else self.one([None, *references])
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
        if to_field is None:
            return m.Emit(event.name, None, delay, values)
        return m.Emit(event.name, to_field.name, delay, values, to_field.name in of_event)

    def open(self, record: m.Record, scope: Scope) -> m.OpenRecord:
        opened = self.one(self.records.values())
        this = t.ReferenceType(record.name)
        parents = [name for name in opened.belongs_to if opened.fields[name].type == this]
        left_out = parents[0] if parents and self.chance() else None
        given = [one for one in self.given_fields(opened.fields) if one.name != left_out]
        values = {one.name: self.value(one.type, scope) for one in given}
        parent = next((name for name in parents if name not in values), None)
        into = [one.name for one in self.fields_of((t.ReferenceType(opened.name),), record.fields)]
        return m.OpenRecord(opened.name, parent, self.one([None, *into]), values)

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
        order = self.perhaps(whole)
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
            order,
            self.patterns(record),
            self.patterns(record),
            self.one((None, "шаг", "ladder")) if order else None,
            self.caps(),
            self.perhaps(st.decimals(0, 999, places=2)),
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
        anchor = self.one(anchors)
        at_hand = self.events[anchor.event] if isinstance(anchor, m.AfterEvent) else None
        again = self.duration() if self.chance() else None
        parts = self.message(self.scope(record, at_hand))
        return m.FollowUp(
            self.name(),
            record.name,
            anchor,
            tuple(self.duration() for _ in self.times(3, least=1)),
            self.title(),
            self.condition(self.rule_scope(record)) if self.chance() else None,
            role,
            channel,
            "".join(part if isinstance(part, str) else "{…}" for part in parts) if parts else None,
            self.patterns(record),
            self.patterns(record),
            tuple(m.Escalation(to, self.duration()) for to in self.some(self.roles, 2)),
            self.chance(),
            self.one((None, m.ContactHours(), self.contact_hours())),
            again,
            self.condition(self.scope(record)) if again and self.chance() else None,
            parts,
        )

    def message(self, scope: Scope) -> tuple[str | e.Expression, ...]:
        """Give a text to say, cut at the values in it; none of them holds a brace, which would end it."""
        parts: list[str | e.Expression] = [""] if self.chance() else []
        for _ in self.times(3):
            said = self.draw(texts) + self.one(("", "{", "}", "}{"))
            value = self.unwanted(scope)
            if said and not IN_BRACES.search(said):
                parts = [*parts, said] if parts and not isinstance(parts[-1], str) else [said]
            if not BRACE.search(repr(value)):
                parts = [*(part for part in parts if part != ""), value]
        return tuple(parts)

    def metric(self) -> m.Metric:
        kind: t.Type = MONEY if self.chance() else NUMBER
        scope = Scope(metric=True)
        # Most figures are about records; among all expressions these would be rare.
        whole = self.population(kind, scope, 0) if self.chance() else None
        value = whole or self.value(kind, scope)
        percent = isinstance(value.type, t.NumberType) and (is_share(value) or self.chance())
        target = None
        if self.chance():
            share = e.Literal(self.draw(numbers).scaleb(-2), NUMBER)
            goal = share if percent else self.value(NUMBER, scope)
            target = m.Target(self.one(("=", "<", "<=", ">", ">=")), goal)
        by, records, events = self.groupings([value] if target is None else [value, target.value])
        return m.Metric(
            self.name(),
            value,
            self.title(),
            target,
            self.role(),
            percent=percent and target is not None,
            by=by,
            record_groupings=records,
            event_groupings=events,
        )

    def groupings(
        self, formulas: Iterable[e.Expression]
    ) -> tuple[tuple[str, ...], dict[str, m.Grouping], dict[str, m.Grouping]]:
        """Give names that all kinds have, and what they are for each kind that a formula looks at."""
        kinds = list(dict.fromkeys(kind for formula in formulas for kind in self.looked_at(formula)))
        names: list[str] = []
        if kinds:
            places = [place for place in self.places(*self.one(kinds)) if place[1]]
            # What a kind belongs to comes last, and is rare enough.
            known = (places[-1] if self.chance() else self.one(places))[1] if places else {}
            names = self.some(known, 2)
        found = {kind: self.grouping(names, *kind) for kind in kinds}
        if None in found.values():
            names, found = [], {kind: m.Grouping(()) for kind in kinds}
        made = {kind: grouping for kind, grouping in found.items() if grouping is not None}
        records = {record: grouping for (record, event), grouping in made.items() if event is None}
        events = {event: grouping for (_, event), grouping in made.items() if event is not None}
        return tuple(names), records, events

    def looked_at(self, value: e.Expression) -> list[tuple[str, str | None]]:
        """Give the kinds of record, and perhaps of event, that a formula adds up."""
        match value:
            case e.Population(record=record):
                return [(record, None)]
            case e.History(event=event):
                return [(self.events[event].record, event)]
            case _:
                return [kind for part in e.children(value) for kind in self.looked_at(part)]

    def places(self, record: str, event: str | None) -> list[tuple[str | None, dict[str, e.Expression]]]:
        """Give where the names of a grouping may stand: in the kind itself, or in what it belongs to."""
        places: list[tuple[str | None, dict[str, e.Expression]]] = [
            (None, self.groups_of(self.scope(self.records[record], self.events[event] if event else None)))
        ]
        for via in self.records[record].belongs_to:
            kind = self.records[record].fields[via].type
            if isinstance(kind, t.ReferenceType):
                places.append((via, self.groups_of(self.scope(self.records[kind.record]))))
        return places

    def groups_of(self, scope: Scope) -> dict[str, e.Expression]:
        single = self.only_outputs(scope)
        known = [one for one in self.known(scope) if one in single or not isinstance(one, e.DecisionValue)]
        return {one.decision if isinstance(one, e.DecisionValue) else name_of(one): one for one in known}

    def grouping(self, names: list[str], record: str, event: str | None) -> m.Grouping | None:
        for via, known in self.places(record, event):
            if all(name in known for name in names):
                return m.Grouping(tuple(known[name] for name in names), via)
        return None

    def scenario(self, offers: list[m.Offer], follow_ups: list[m.FollowUp]) -> m.Scenario:
        made = [self.given() for _ in self.times(3, least=1)]
        given = {one.key: one for one in made}
        cases = [m.Case(one.record, one.key) for one in given.values()]
        cases += [m.Case(record, None) for record in self.records if record not in given]
        now = datetime.combine(FIRST_DAY, time())
        steps: list[m.ScenarioStep] = []
        for _ in self.times(4):
            now += timedelta(days=1, seconds=self.draw(st.integers(0, 400_000)))
            steps.append(self.step(self.one(cases), now, offers, follow_ups))
        return m.Scenario(self.draw(texts), tuple(given.values()), tuple(steps))

    def maybe_role(self) -> str | None:
        return self.one(self.roles) if self.roles and self.chance() else None

    def maybe_amount(self) -> Decimal | None:
        return self.draw(numbers) if self.chance() else None

    def given(self) -> m.Given:
        record = self.one(self.records.values())
        key = record.name if self.chance() else self.name()
        return m.Given(record.name, key, self.plain_values(record.fields))

    def plain_values(self, fields: Mapping[str, m.Field]) -> dict[str, Any]:
        values = {}
        for one in self.given_fields(fields):
            value = self.one((None, self.plain(one.type)))
            values[one.name] = negated(value) if self.chance() else value
        return values

    def step(
        self, case: m.Case, now: datetime, offers: list[m.Offer], follow_ups: list[m.FollowUp]
    ) -> m.ScenarioStep:
        record = self.records[case.record]
        date_only = self.chance()
        moment = datetime.combine(now.date(), time()) if date_only else now
        ways: list[Callable[[], m.ScenarioStep]] = [
            lambda: m.At(moment, date_only),
            lambda: self.expected_alert(case),
            lambda: m.ExpectForgotten(case, self.chance()),
            lambda: m.ExpectDeviation(case, None, self.chance()),
            lambda: m.ExpectThat(case, self.condition(self.rule_scope(record))),
        ]
        if events := self.events_of(record):
            event = self.one(events)
            ways += [
                lambda: m.Happens(moment, event.name, case, self.plain_values(event.fields), date_only),
                lambda: m.ExpectDeviation(case, event.name, self.chance()),
            ]
        if stages := self.stages.get(record.name, []):
            ways.append(lambda: m.ExpectStage(case, *self.one(stages), self.maybe_role()))
        if rules := [rule for rule in follow_ups if rule.record == record.name]:
            ways += [lambda: self.expected_task(case, self.one(rules))] * 2
        if offered := [offer for offer in offers if offer.record == record.name]:
            # An expectation with the most parts, for which few specs have an offer.
            ways += [lambda: self.expected_offer(case, self.one(offered))] * 4
        return self.one(ways)()

    def expected_alert(self, case: m.Case) -> m.ExpectAlert:
        if self.chance():
            return m.ExpectAlert(case, None, absent=True)
        return m.ExpectAlert(case, self.one(self.roles))

    def expected_task(self, case: m.Case, rule: m.FollowUp) -> m.ExpectTask:
        absent = self.chance()
        status = None if absent else self.one(TASK_STATUS)
        return m.ExpectTask(case, rule.name, status, absent, self.maybe_role())

    def expected_offer(self, case: m.Case, offer: m.Offer) -> m.ExpectOffer:
        if self.chance():
            return m.ExpectOffer(case, offer.name, None, absent=True)
        status, role = self.one(OFFER_STATUS), self.maybe_role()
        return m.ExpectOffer(
            case,
            offer.name,
            status,
            role=role,
            price=self.maybe_amount(),
            discount=self.maybe_amount(),
        )

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

    def literal(self, kind: t.Type, scope: Scope, depth: int) -> e.Expression:
        if isinstance(kind, t.ListType):
            return self.listed(kind, scope, depth)
        value = self.plain(kind)
        if value is None or not self.draw(st.integers(0, 5)):
            return e.Literal(None, ANY)
        told = t.YesNoType | t.DateType | t.ChoiceType | t.DurationType
        return e.Literal(
            value, NUMBER if isinstance(value, Decimal) else kind if isinstance(kind, told) else TEXT
        )

    def listed(self, kind: t.ListType, scope: Scope, depth: int) -> e.Expression:
        """Give a list, a constant where all its items are; one item in brackets is read by itself."""
        items = tuple(self.value(kind.element, scope, max(depth, DEEPEST - 1)) for _ in self.times(3))
        if len(items) == 1 and (isinstance(items[0], e.Conditional) or items[0].type == ANY):
            items = ()
        constants = [item for item in items if isinstance(item, e.Literal)]
        if len(constants) < len(items):
            return e.ListOf(items, t.ListType(items[0].type))
        kinds = [item.type for item in constants if item.type != ANY]
        element = kinds[0] if kinds else kind.element
        return e.Literal(tuple(item.value for item in constants), t.ListType(element))

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
            found += [
                e.DecisionValue(decision.name, output, kind)
                for decision in self.decisions_of(scope)
                for output, kind in decision.outputs.items()
            ]
        return found

    def decisions_of(self, scope: Scope) -> list[m.Decision]:
        record = scope.record.name if scope.record else None
        return [decision for decision in self.decisions.values() if decision.record == record]

    def only_outputs(self, scope: Scope) -> list[e.Expression]:
        """Give what the decision tables give that can be named without naming the output."""
        return [
            e.DecisionValue(decision.name, output, kind)
            for decision in self.decisions_of(scope)
            for output, kind in decision.outputs.items()
            if len(decision.outputs) == 1
        ]

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
        if operator in "+-" and not go_together(left, right):
            right = e.Literal(self.draw(numbers), NUMBER)
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
        several = {decision.name for decision in self.decisions_of(inner) if len(decision.outputs) > 1}
        values = [
            one
            for one in self.known(inner)
            if fits(one.type, kind)
            and fits(one.type, MONEY)
            and not (isinstance(one, e.DecisionValue) and one.decision in several)
        ]
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
        kind = t.NumberType(unit)
        found = [
            e.Elapsed(unit, anchor, event.name, kind)
            for event in self.events_of(scope.record)
            for anchor in (e.Anchor.FIRST_EVENT, e.Anchor.LAST_EVENT)
        ]
        moments = self.fields_of((DATE, DATETIME), scope.record.fields)
        found += [e.Elapsed(unit, e.Anchor.FIELD, one.name, kind) for one in moments]
        if scope.process is not None:
            found.append(e.Elapsed(unit, e.Anchor.ENTRY, scope.process, kind))
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
        known = [one for one in self.known(scope) if one.type not in {DATETIME, t.ListType(ANY)}]
        operand = self.one(known) if known and self.chance() else self.value(NUMBER, scope, depth)
        kind = operand.type
        what = self.one(("known", "compare", "member", "no member", "between"))
        if what == "known" or isinstance(kind, t.AnyType):
            return e.IsKnown(operand, self.chance())
        if what == "compare" or (what == "between" and not is_ordered(kind)):
            return self.comparison(operand, scope, depth)
        if what == "between":
            return e.Between(operand, self.value(kind, scope, depth), self.value(kind, scope, depth))
        if isinstance(kind, t.ListType):
            one = (
                self.value(kind.element, scope, DEEPEST) if kind.element != DATETIME else e.Literal(None, ANY)
            )
            if isinstance(one, e.Literal) and one.type == YES_NO:
                # Bulgarian has one word for `no` and `not`: in `no not in` they run into each other.
                one = e.Literal(None, ANY)
            member: e.Expression = e.ListMembership(one, operand)
        else:
            member = e.Membership(operand, tuple(self.value(kind, scope, depth) for _ in self.times(3)))
        return member if what == "member" else e.Not(member)


def fits(kind: t.Type, wanted: t.Type) -> bool:
    """Say whether a named value of one type is used where another is wanted."""
    if isinstance(wanted, t.MoneyType):
        return isinstance(kind, t.NumberType | t.MoneyType)
    if isinstance(wanted, t.NumberType):
        return isinstance(kind, t.NumberType)
    if isinstance(wanted, t.TextType):
        return isinstance(kind, t.TextType | t.PersonType | t.ReferenceType)
    return kind == wanted


def name_of(expression: e.Expression) -> str:
    """Give the name of a field or a `let`."""
    return str(getattr(expression, "name", ""))


def is_ordered(kind: t.Type) -> bool:
    """Say whether values of a type come one before the other."""
    return isinstance(kind, t.NumberType | t.MoneyType | t.DateType | t.TextType)


def go_together(left: e.Expression, right: e.Expression) -> bool:
    """Say whether two measures can be compared or added: no count with an amount, no days with weeks."""
    for one, other in ((left, right), (right, left)):
        is_count = isinstance(other.type, t.NumberType)
        if one.type == MONEY and is_count and not any(isinstance(part, e.Literal) for part in e.walk(other)):
            return False
    units = {side.type.unit for side in (left, right) if isinstance(side.type, t.NumberType)}
    return None in units or len(units) < 2


def is_share(value: e.Expression) -> bool:
    """Say whether a figure may be a part of a whole, which is at most as large as that."""
    return isinstance(value, e.Arithmetic) and value.operator == "/"


def negated(value: Any) -> Any:
    """Give the negative of a number, or of those in a list."""
    if isinstance(value, tuple):
        return tuple(map(negated, value))
    return -value if isinstance(value, Decimal) else value


def result_of(operator: str, left: t.Type, right: t.Type) -> t.Type:
    """Give the type of a calculation."""
    if ANY in {left, right}:
        return ANY
    if operator in "+-":
        return MONEY if MONEY in {left, right} else left if left == right else NUMBER
    if operator == "*":
        return MONEY if MONEY in {left, right} else NUMBER
    return MONEY if left == MONEY and right != MONEY else NUMBER


@st.composite
def specs(draw: st.DrawFn) -> m.Spec:
    """Give well-formed models."""
    return Maker(draw).spec()
