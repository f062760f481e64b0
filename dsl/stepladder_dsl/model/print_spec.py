"""Model -> text: writes a spec that says what a model says, in the keywords of any language.

For specs that a program makes. Reading the text again gives an equal model, with these
limits: what no text can say cannot be written (a name that is no word, two stages of one
name that something speaks of), and a name that is a keyword of the language at its place
is read as that keyword. Titles, texts and names stay as they are in every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.model.check.kinds import fits
from stepladder_dsl.model.expressions import Conditional, Expression, Literal
from stepladder_dsl.model.print_words import Words
from stepladder_dsl.syntax.format import aligned
from stepladder_dsl.syntax.lexer import quote

_INDENTATION = "    "
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_PLAIN_TYPES = {
    t.TextType: "TEXT",
    t.NumberType: "NUMBER_TYPE",
    t.MoneyType: "MONEY",
    t.DateType: "DATE_TYPE",
    t.DatetimeType: "DATETIME_TYPE",
    t.DurationType: "DURATION_TYPE",
}
POLICIES = {
    m.HitPolicy.FIRST: "FIRST_MATCH",
    m.HitPolicy.UNIQUE: "UNIQUE_MATCH",
    m.HitPolicy.COLLECT: "COLLECT",
    m.HitPolicy.COLLECT_SUM: "COLLECT_SUM",
    m.HitPolicy.COLLECT_MIN: "COLLECT_MIN",
    m.HitPolicy.COLLECT_MAX: "COLLECT_MAX",
    m.HitPolicy.COLLECT_COUNT: "COLLECT_COUNT",
}
_END_OF_DAY = 24 * 60


def print_spec(spec: m.Spec, language: str | None = None) -> str:
    """Write a spec in a language of `LANGUAGES` (None: its own)."""
    printer = _printer(spec, language)
    blocks = ["\n".join(block) + "\n" for block in printer.blocks(spec)]
    return "\n".join(blocks)


def print_scenario(scenario: m.Scenario, spec: m.Spec, language: str | None = None) -> str:
    """Write a scenario of a spec in a language of `LANGUAGES` (None: the spec's own)."""
    given = tuple(
        m.Given(one.record, one.key, _as_typed(one.values, spec.records[one.record].fields))
        for one in scenario.given
    )
    steps = tuple(
        m.Happens(
            one.time, one.event, one.case, _as_typed(one.values, spec.events[one.event].fields), one.date_only
        )
        if isinstance(one, m.Happens)
        else one
        for one in scenario.steps
    )
    lines = _printer(spec, language).scenario(m.Scenario(scenario.title, given, steps))
    return "".join(f"{line}\n" for line in lines)


def _as_typed(values: Mapping[str, Any], fields: Mapping[str, m.Field]) -> dict[str, Any]:
    """Give values with their types, so that a value of a choice is written as the word it is."""
    return {
        name: value if value is None else Literal(value, fields[name].type) for name, value in values.items()
    }


def words_of(spec: m.Spec, language: str | None = None) -> Words:
    """Give what writes expressions and values as a spec's text does."""
    single = {name for name, decision in spec.decisions.items() if len(decision.outputs) == 1}
    return Words(language or spec.language, len(spec.calendars), single)


def _printer(spec: m.Spec, language: str | None) -> _Printer:
    return _Printer(words_of(spec, language))


def _under(lines: Iterable[str]) -> Iterator[str]:
    """Put lines one level deeper."""
    return (_INDENTATION + line for line in lines)


def _direct(value: Expression) -> Iterator[Expression]:
    """Yield what a place may turn out to hold: a value, or each of those that a condition chooses from."""
    if isinstance(value, Conditional):
        yield from _direct(value.then)
        yield from _direct(value.otherwise)
    else:
        yield value


def _runs(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last day of each run of neighbouring days."""
    left = list(days)
    while left:
        first = last = left.pop(0)
        while left and left[0] == last + 1:
            last = left.pop(0)
        yield first, last


def _over_midnight(hours: m.Hours) -> list[tuple[int, int]]:
    """Put hours that were cut at midnight together again."""
    pieces = list(hours)
    evening = next((piece for piece in pieces if piece[1] == _END_OF_DAY), None)
    morning = next((piece for piece in pieces if piece[0] == 0), None)
    if evening and morning and evening[0] > morning[1]:
        pieces.remove(evening)
        pieces.remove(morning)
        pieces.append((evening[0], morning[1]))
    return pieces


class _Printer:
    """One method a construct: each gives the construct's lines, those under the first one indented."""

    def __init__(self, words: Words) -> None:
        self.w = words

    def blocks(self, spec: m.Spec) -> Iterator[Iterable[str]]:
        """Yield the blocks of a spec, with a blank line between each two."""
        yield [f"{self.w('LANGUAGE')} {self.w.dialect.language}"]
        yield self.head(spec)
        yield from map(self.calendar, spec.calendars.values())
        yield from map(self.role, spec.roles.values())
        yield from map(self.record, spec.records.values())
        yield from map(self.event, spec.events.values())
        yield from map(self.let, spec.lets.values())
        yield from map(self.decision, spec.decisions.values())
        yield from map(self.process, spec.processes.values())
        yield from map(self.offer, spec.offers.values())
        yield from map(self.follow_up, spec.follow_ups.values())
        yield from map(self.metric, spec.metrics.values())
        yield from map(self.scenario, spec.scenarios)

    def _named(self, keyword: str, name: str, title: str | None, record: str | None = None) -> str:
        """Write the first line of a declaration."""
        text = f"{self.w(keyword)} {name}"
        if title is not None:
            text += f" {quote(title)}"
        return text if record is None else f"{text} {self.w('FOR')} {record}"

    def head(self, spec: m.Spec) -> Iterator[str]:
        yield self._named("SPEC", spec.name, spec.title)
        if spec.currency is not None:
            yield _INDENTATION + f"{self.w('CURRENCY')} {spec.currency}"
        zone = spec.timezone
        is_plain = all(part.replace("_", "a").isalpha() for part in zone.split("/"))
        yield _INDENTATION + f"{self.w('TIMEZONE')} {zone if is_plain else quote(zone)}"
        yield from _under(self._contact_hours(spec.contact_hours))
        yield from _under(self.cap(cap, "CONTACTS") for cap in spec.contact_caps)

    def _contact_hours(self, contact: m.ContactHours | None) -> Iterator[str]:
        """Write at which hours clients are contacted."""
        if contact is None:
            return
        if contact == m.ContactHours():
            yield self.w("AT_ANY_HOUR")
        if contact.quiet:
            yield f"{self.w('QUIET_HOURS')} {self._hours(_over_midnight(contact.quiet))}"
        if contact.quiet_days:
            days = self.w.listed(self._days(*run) for run in _runs(contact.quiet_days))
            yield f"{self.w('QUIET_DAYS')} {days}"
        if contact.calendar is not None:
            yield f"{self.w('CONTACT_ONLY_IN')} {contact.calendar}"

    def cap(self, cap: m.Cap, counted: str) -> str:
        count, duration = self.w.counted(cap.count, counted), self.w.duration(cap.duration)
        return f"{self.w('AT_MOST')} {count} {self.w('WITHIN')} {duration}"

    def calendar(self, calendar: m.Calendar) -> Iterator[str]:
        yield self._named("CALENDAR", calendar.name, calendar.title)
        yield from _under(self._week(calendar.week))
        opened, closed = self.w("OPEN_HOURS"), self.w("CLOSED")
        for first, last, hours in calendar.opened:
            yield _INDENTATION + f"{opened} {self._dates(first, last)} {self._hours(hours)}".rstrip()
        for dates in calendar.closed:
            yield _INDENTATION + f"{closed} {self._dates(*dates)}"
        for country, part in calendar.holidays:
            yield _INDENTATION + f"{self.w('HOLIDAYS')} {country} {part or ''}".rstrip()

    def _week(self, week: Mapping[int, m.Hours]) -> Iterator[str]:
        """Write the opening hours of a week, neighbouring days of the same hours together."""
        for hours in dict.fromkeys(week.values()):
            for run in _runs(number for number in range(len(_DAYS)) if hours and week.get(number) == hours):
                yield f"{self.w('OPEN_HOURS')} {self._days(*run)} {self._hours(hours)}"

    def _days(self, first: int, last: int) -> str:
        names = self.w(_DAYS[first]), self.w(_DAYS[last])
        return names[0] if first == last else "-".join(names)

    def _hours(self, hours: Iterable[tuple[int, int]]) -> str:
        return self.w.listed(f"{self.w.clock(start)}-{self.w.clock(end)}" for start, end in hours)

    def _dates(self, first: date, last: date) -> str:
        days = self.w.day(first), self.w.day(last)
        return days[0] if first == last else f"{days[0]} {self.w('DATE_TO')} {days[1]}"

    def role(self, role: m.Role) -> Iterator[str]:
        yield self._named("ROLE", role.name, role.title)
        if role.reports_to is not None:
            yield _INDENTATION + f"{self.w('REPORTS_TO')} {role.reports_to}"
        if role.capacity is not None:
            yield _INDENTATION + f"{self.w('CAPACITY')} {self.w.counted(role.capacity, 'TASKS_A_DAY')}"
        if role.hourly_cost is not None:
            cost = self.w.number(role.hourly_cost)
            yield _INDENTATION + f"{self.w('COST')} {cost} {self.w('AN_HOUR')}"

    def record(self, record: m.Record) -> Iterator[str]:
        yield self._named("RECORD", record.name, record.title)
        yield from _under(self.belongs_to(record.fields[name]) for name in record.belongs_to)
        own = (field for field in record.fields.values() if field.name not in record.belongs_to)
        yield from _under(map(self.field, own))

    def belongs_to(self, field: m.Field) -> str:
        parent = self.type(field.type)
        called = "" if field.name == parent else f" {self.w('CALLED')} {field.name}"
        optional = f" {self.w('OPTIONAL')}" if field.optional else ""
        return f"{self.w('BELONGS_TO')} {parent}{called}{optional}"

    def event(self, event: m.Event) -> Iterator[str]:
        yield self._named("EVENT", event.name, event.title, event.record)
        yield from _under(map(self.field, event.fields.values()))

    def field(self, field: m.Field) -> str:
        optional = [self.w("OPTIONAL")] if field.optional else []
        limits = [self.limit(limit) for limit in field.limits]
        return " ".join([field.name, self.type(field.type), *optional, *limits])

    def type(self, kind: t.Type) -> str:
        match kind:
            case t.YesNoType():
                return f"{self.w('YES')}/{self.w('NO')}"
            case t.ChoiceType(values=values):
                return f"{self.w('ONE_OF')} {self.w.listed(map(self.w.choice, values))}"
            case t.PersonType(role=role):
                return f"{self.w('PERSON_FOR')} {role}"
            case t.ReferenceType(record=record):
                return record
            case t.ListType(element=element):
                return f"{self.w('LIST_OF')} {self.type(element)}"
            case _:
                return self.w(_PLAIN_TYPES[type(kind)])

    def limit(self, limit: m.Limit) -> str:
        operator = self.w("MATCHES") if limit.operator == "matches" else limit.operator
        # A list in a limit is one value: it stands without brackets.
        value = limit.value[0] if isinstance(limit.value, tuple) else limit.value
        return f"{operator} {self.w.value(value)}"

    def let(self, let: m.Let) -> Iterator[str]:
        yield f"{self._named('LET', let.name, None, let.record)} = {self.w.expression(let.value)}"

    # decision tables

    def decision(self, decision: m.Decision) -> Iterator[str]:
        yield self._named("DECIDE", decision.name, decision.title, decision.record)
        yield _INDENTATION + self.w(POLICIES[decision.policy])
        head = [self.w.value_cell(subject) for subject in decision.inputs]
        head += [self._output(decision, position) for position in range(len(decision.outputs))]
        rows = [head, *(self._cells(decision, row) for row in decision.rows)]
        bars = ["|"] * len(decision.inputs) + ["||"] + ["|"] * len(decision.outputs)
        yield from _under(aligned(rows, [bars] * len(rows)))

    def _output(self, decision: m.Decision, position: int) -> str:
        """Write the name of an output, and its type unless the rows tell it or no word does."""
        name, kind = list(decision.outputs.items())[position]
        values = [value for row in decision.rows if (value := row.values[position]) is not None]
        if decision.policy is m.HitPolicy.COLLECT and isinstance(kind, t.ListType):
            kind = kind.element
        # A count says nothing of what it counts.
        counts = decision.policy is m.HitPolicy.COLLECT_COUNT
        kinds = [value.type for value in values] if counts else [kind]
        told = (
            kind
            for kind in kinds
            if self._can_be_said(kind) and all(self._may_stand_for(value, kind) for value in values)
        )
        return " ".join([name, *(self.type(kind) for kind in islice(told, 1))])

    @staticmethod
    def _can_be_said(kind: t.Type) -> bool:
        """Say whether there are words for a type."""
        single = kind.element if isinstance(kind, t.ListType) else kind
        is_count_of_time = isinstance(single, t.NumberType) and single.unit is not None
        return not is_count_of_time and not isinstance(single, t.AnyType | t.ListType | t.ColumnType)

    @staticmethod
    def _may_stand_for(value: Expression, kind: t.Type) -> bool:
        """Say whether a value means the same where its column says a type."""
        return fits(value.type, kind) and not any(
            isinstance(kind, t.ChoiceType) and isinstance(part.type, t.TextType) for part in _direct(value)
        )

    def _cells(self, decision: m.Decision, row: m.DecisionRow) -> list[str]:
        tests = [self.w.cell(*pair) for pair in zip(decision.inputs, row.tests, strict=True)]
        return tests + [self.w.value_cell(value) for value in row.values]

    # processes

    def process(self, process: m.Process) -> Iterator[str]:
        yield self._named("PROCESS", process.name, process.title, process.record)
        yield from _under(self._owner(process.owner))
        yield from _under(self._transitions(process.transitions))
        yield from _under(self._inside(process, None))

    def _owner(self, role: str | None) -> Iterator[str]:
        if role is not None:
            yield f"{self.w('OWNER')} {role}"

    def _inside(self, process: m.Process, parent: str | None) -> Iterator[str]:
        """Write what stands directly inside a phase (None: the process), in the order of the text."""
        numbers = {name: number for number, name in enumerate(process.stages)}
        first_stage: dict[str | None, int] = {}
        for stage in process.stages.values():
            for phase in process.phases_of(stage):
                first_stage.setdefault(phase.name, numbers[stage.name])
        parts: list[tuple[int, Iterator[str]]] = []
        place = -1
        for phase in process.phases.values():
            if phase.parent == parent:
                # A phase without a stage stays behind the one that it followed.
                place = first_stage.get(phase.name, place)
                parts.append((place, self.phase(phase, process)))
        parts += [
            (numbers[stage.name], self.stage(stage))
            for stage in process.stages.values()
            if stage.phase == parent
        ]
        for _, lines in sorted(parts, key=lambda part: part[0]):
            yield from lines

    def phase(self, phase: m.Phase, process: m.Process) -> Iterator[str]:
        yield self._named("PHASE", phase.name, phase.title)
        yield from _under(self._owner(phase.owner))
        if phase.system is not None:
            yield _INDENTATION + f"{self.w('SYSTEM')} {phase.system}"
        yield from _under(self._transitions(phase.transitions))
        yield from _under(self._inside(process, phase.name))

    def stage(self, stage: m.Stage) -> Iterator[str]:
        yield self._named("STAGE", stage.name, stage.title)
        yield from _under(self._owner(stage.own_owner))
        if stage.start:
            yield _INDENTATION + self.w("START")
        if stage.end is not None:
            outcome = "" if stage.end is m.Outcome.NEUTRAL else self.w(stage.end.name)
            yield _INDENTATION + f"{self.w('END')} {outcome}".rstrip()
        yield from _under(self._work(stage))
        if stage.limit is not None:
            yield _INDENTATION + self.stage_limit(stage.limit)
        yield from _under(self._transitions(stage.own_transitions))

    def _work(self, stage: m.Stage) -> Iterator[str]:
        """Write what is done in a stage, and what that takes."""
        lines = (("DO", stage.steps), ("NEEDS", stage.needs), ("DOCUMENT", stage.documents))
        for keyword, texts in lines:
            yield from (f"{self.w(keyword)} {quote(text)}" for text in texts)
        if stage.effort is not None:
            yield f"{self.w('EFFORT')} {self.w.duration(stage.effort)}"
        if stage.cost is not None:
            yield f"{self.w('COST')} {self.w.number(stage.cost)}"

    def stage_limit(self, limit: m.StageLimit) -> str:
        text = f"{self.w('LIMIT')} {self.w.duration(limit.duration)}"
        return text if limit.alert is None else self.w.listed([text, f"{self.w('THEN_ALERT')} {limit.alert}"])

    def _transitions(self, transitions: Iterable[m.Transition]) -> Iterator[str]:
        for transition in transitions:
            yield from self.transition(transition)

    def transition(self, transition: m.Transition) -> Iterator[str]:
        target = transition.target
        destination = self.w("STAY") if target is None else f"{self.w('GO_TO')} {target}"
        trigger = self.trigger(transition.trigger)
        if transition.guard is None and isinstance(transition.trigger, m.Silence):
            # A silence is a condition of its own.
            trigger += self.w.comma
        yield self.w.guarded(trigger, transition.guard, destination)
        for effect in transition.effects:
            yield _INDENTATION + self.effect(effect)

    def trigger(self, trigger: m.Trigger) -> str:
        match trigger:
            case m.OnEvent(event=event):
                return f"{self.w('ON')} {event}"
            case m.After(duration=duration, since_event=event, since_field=field, duration_field=kept_in):
                length = self.w.duration(duration) if duration is not None else kept_in
                text = f"{self.w('AFTER')} {length}"
                since = event or field
                return f"{text} {self.w('SINCE')} {since}" if since else text
            case m.Silence(duration=duration, event=event):
                return f"{self.w('AFTER_NO')} {event} {self.w('FOR_TIME')} {self.w.duration(duration)}"
            case m.Always():
                return ""

    def effect(self, effect: m.Effect) -> str:
        match effect:
            case m.SetField(field=field, value=value):
                return f"{self.w('SET')} {field} = {self.w.expression(value)}"
            case m.Emit(event=event, to_field=to, delay=delay, values=values):
                text = f"{self.w('EMIT')} {event}"
                if to is not None:
                    text += f" {self.w('EMIT_TO')} {to}"
                if delay is not None:
                    text += f" {self.w('AFTER')} {self.w.duration(delay)}"
                return text + self.w.assignments(values)
            case m.OpenRecord(record=record, into_field=into, values=values):
                called = "" if into is None else f" {self.w('CALLED')} {into}"
                return f"{self.w('OPEN_RECORD')} {record}{called}{self.w.assignments(values)}"

    # offers and follow-ups

    def offer(self, offer: m.Offer) -> Iterator[str]:
        yield self._named("OFFER", offer.name, offer.title)
        yield from _under(self._offer_lines(offer))

    def _offer_lines(self, offer: m.Offer) -> Iterator[str]:
        if offer.kind is not None:
            yield f"{self.w('KIND')} {self.w(offer.kind.name)}"
        if offer.price is not None:
            yield f"{self.w('PRICE')} {self.w.expression(offer.price)}"
        if offer.discount is not None:
            yield f"{self.w('DISCOUNT')} {self.w.expression(offer.discount)}"
        if offer.cost is not None:
            yield f"{self.w('COST')} {self.w.number(offer.cost)}"
        stages = self.w.listed(stage for _, stage in offer.stages)
        yield f"{self.w('TO')} {offer.record}" + (f" {self.w('IN_STAGES')} {stages}" if stages else "")
        yield from self._condition_and_role(offer)
        if offer.valid is not None:
            yield f"{self.w('VALID')} {self.w.duration(offer.valid)}"
        if offer.at_most is not None:
            yield f"{self.w('AT_MOST')} {self.w.counted(offer.at_most, 'TIMES')}"
        yield from (self.cap(cap, "TIMES") for cap in offer.caps)
        if offer.order is not None:
            ladder = "" if offer.ladder is None else f" {self.w('ON_LADDER')} {offer.ladder}"
            yield f"{self.w('ORDER')} {self.w.number(offer.order)}{ladder}"
        yield from self._patterns("ACCEPTED_ON", offer.accepted_on)
        yield from self._patterns("DECLINED_ON", offer.declined_on)

    def _condition_and_role(self, rule: m.Offer | m.FollowUp) -> Iterator[str]:
        if rule.condition is not None:
            yield f"{self.w('WHEN')} {self.w.expression(rule.condition)}"
        if rule.role is not None:
            via = f" {self.w('VIA')} {rule.channel}" if rule.channel is not None else ""
            yield f"{self.w('BY')} {rule.role}{via}"

    def _patterns(self, keyword: str, patterns: Iterable[m.EventPattern]) -> Iterator[str]:
        for pattern in patterns:
            yield self.w.guarded(f"{self.w(keyword)} {pattern.event}", pattern.guard)

    def follow_up(self, follow_up: m.FollowUp) -> Iterator[str]:
        yield self._named("FOLLOW_UP", follow_up.name, follow_up.title)
        yield _INDENTATION + self.anchor(follow_up.anchor, self.w.durations(follow_up.intervals))
        yield from _under(self._again(follow_up))
        yield from _under(self._contact_hours(follow_up.contact_hours))
        yield from _under(self._condition_and_role(follow_up))
        if follow_up.text_parts:
            yield _INDENTATION + f"{self.w('MESSAGE')} {self.w.message(follow_up.text_parts)}"
        yield from _under(self._patterns("DONE_ON", follow_up.done_on))
        yield from _under(self._patterns("CANCELLED_ON", follow_up.cancelled_on))
        for escalation in follow_up.escalations:
            yield _INDENTATION + self.escalation(escalation)
        if follow_up.goes_on_after_end:
            yield _INDENTATION + self.w("GOES_ON")

    def anchor(self, anchor: m.FollowUpAnchor, intervals: str) -> str:
        match anchor:
            case m.AfterEvent(event=event, guard=guard):
                text = f"{self.w('AFTER_EVENT')} {event} {self.w('IN_TIME')} {intervals}"
                # Behind durations a comma would begin the next one: no language has one here.
                return text if guard is None else f"{text} {self.w('WHEN')} {self.w.expression(guard)}"
            case m.AfterEntering(stage=stage):
                return f"{self.w('AFTER_ENTERING')} {stage} {self.w('IN_TIME')} {intervals}"
            case m.AfterField(field=field):
                return f"{self.w('AFTER_EVENT')} {field} {self.w('IN_TIME')} {intervals}"
            case m.AfterSilence(event=event):
                return f"{self.w('AFTER_NO')} {event} {self.w('FOR_TIME')} {intervals}"

    def _again(self, follow_up: m.FollowUp) -> Iterator[str]:
        """Write that the tasks come again and again."""
        if follow_up.again is not None:
            text = f"{self.w('AGAIN_EVERY')} {self.w.duration(follow_up.again)}"
            until = follow_up.until
            condition = (
                "" if until is None else f"{self.w.comma} {self.w('UNTIL')} {self.w.expression(until)}"
            )
            yield text + condition

    def escalation(self, escalation: m.Escalation) -> str:
        after = f"{self.w('AFTER')} {self.w.duration(escalation.after)}"
        return f"{self.w('ESCALATE_TO')} {escalation.role} {after}"

    # metrics and scenarios

    def metric(self, metric: m.Metric) -> Iterator[str]:
        yield self._named("METRIC", metric.name, metric.title)
        yield _INDENTATION + f"= {self.w.expression(metric.value)}"
        if metric.target is not None:
            yield _INDENTATION + self.target(metric.target, percent=metric.percent)
        yield from _under(self._owner(metric.owner))
        if metric.by:
            yield _INDENTATION + f"{self.w('BY_EACH')} {self.w.listed(metric.by)}"

    def target(self, target: m.Target, *, percent: bool) -> str:
        goal = target.value
        if percent and isinstance(goal, Literal):
            return f"{self.w('TARGET')} {target.operator} {self.w.percent(goal.value)}"
        return f"{self.w('TARGET')} {target.operator} {self.w.expression(goal)}"

    def scenario(self, scenario: m.Scenario) -> Iterator[str]:
        yield f"{self.w('SCENARIO')} {quote(scenario.title)}"
        for given in scenario.given:
            called = "" if given.key == given.record else f" {self.w('CALLED')} {given.key}"
            text = f"{self.w('GIVEN')} {given.record}{called}{self.w.assignments(given.values)}"
            yield _INDENTATION + text
        yield from _under(self.step(step, scenario.given) for step in scenario.steps)

    def step(self, step: m.ScenarioStep, given: tuple[m.Given, ...]) -> str:
        match step:
            case m.Happens(time=time, event=event, case=case, values=values, date_only=date_only):
                moment, about = self.w.moment(time, date_only=date_only), self._case(case, given)
                return f"{moment} {event}{about}{self.w.assignments(values)}"
            case m.At(time=time, date_only=date_only):
                return f"{self.w('AT')} {self.w.moment(time, date_only=date_only)}"
            case _:
                return f"{self.w('EXPECT')} {self.expectation(step)}{self._case(step.case, given)}"

    def _case(self, case: m.Case, given: tuple[m.Given, ...]) -> str:
        """Write which record is meant, unless it is the only one that is given."""
        if len(given) == 1 and case == m.Case(given[0].record, given[0].key):
            return ""
        return f" {self.w('FOR_CASE')} {case.record if case.key is None else case.key}"

    def expectation(self, expectation: m.Expectation) -> str:
        match expectation:
            case m.ExpectStage(stage=stage, owner=role):
                return f"{self.w('STAGE')} {stage}{self._by_whom(role, 'OWNER')}"
            case m.ExpectAlert(role=role):
                return self.w("NO_ALERT") if role is None else f"{self.w('ALERT_TO')} {role}"
            case m.ExpectTask(follow_up=name, status=status, absent=absent, role=role):
                return self._with_status("TASK", name, status, absent=absent) + self._by_whom(role)
            case m.ExpectOffer(offer=name, status=status, absent=absent, role=role):
                text = self._with_status("OFFER", name, status, absent=absent)
                for keyword, worth in (("PRICE", expectation.price), ("DISCOUNT", expectation.discount)):
                    text += (
                        f"{self.w.comma} {self.w(keyword)} {self.w.number(worth)}"
                        if worth is not None
                        else ""
                    )
                return text + self._by_whom(role)
            case m.ExpectForgotten(absent=absent):
                return self.w("NOT_FORGOTTEN" if absent else "FORGOTTEN")
            case m.ExpectDeviation(event=event, absent=absent):
                word = self.w("NO_DEVIATION" if absent else "DEVIATION")
                return word if event is None else f"{word} {event}"
            case m.ExpectThat(condition=condition):
                text = self.w.expression(condition)
                # A field of that name is no word of the language.
                return f"({text})" if self._begins_as_expected(text) else text

    def _by_whom(self, role: str | None, keyword: str = "BY") -> str:
        return "" if role is None else f"{self.w.comma} {self.w(keyword)} {role}"

    def _begins_as_expected(self, text: str) -> bool:
        """Say whether a condition begins with a word that stands for something else behind `expect`."""
        words = ("FORGOTTEN", "NOT_FORGOTTEN", "DEVIATION", "NO_DEVIATION")
        return any(f"{text} ".startswith(f"{self.w(word)} ") for word in words)

    def _with_status(self, keyword: str, name: str, status: str | None, *, absent: bool) -> str:
        text = f"{self.w(f'NO_{keyword}' if absent else keyword)} {name}"
        return text if status is None else f"{text} {self.w(status.upper())}"
