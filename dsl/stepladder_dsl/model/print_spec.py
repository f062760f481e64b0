"""Model -> text: writes a spec that says what a model says, in the keywords of any language.

For specs that a program makes. Reading the text again gives an equal model, with these
limits: what no text can say cannot be written (a name that is no word, two stages of one
name that something speaks of), and a name that is a keyword of the language at its place
is read as that keyword. Titles, texts and names stay as they are in every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.model.expressions import Literal
from stepladder_dsl.model.print_words import Words, day, quoted

_INDENTATION = "    "
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_PLAIN_TYPES = {
    t.TextType: "TEXT",
    t.NumberType: "NUMBER_TYPE",
    t.MoneyType: "MONEY",
    t.DateType: "DATE_TYPE",
    t.DatetimeType: "DATETIME_TYPE",
}


def print_spec(spec: m.Spec, language: str | None = None) -> str:
    """Write a spec in a language of `LANGUAGES` (None: its own)."""
    printer = _Printer(Words(language or spec.language, len(spec.calendars)))
    blocks = ["\n".join(block) + "\n" for block in printer.blocks(spec)]
    return "\n".join(blocks)


def _under(lines: Iterable[str]) -> Iterator[str]:
    """Put lines one level deeper."""
    return (_INDENTATION + line for line in lines)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


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
        yield from map(self.process, spec.processes.values())
        yield from map(self.offer, spec.offers.values())
        yield from map(self.follow_up, spec.follow_ups.values())
        yield from map(self.metric, spec.metrics.values())
        yield from map(self.scenario, spec.scenarios)

    def _named(self, keyword: str, name: str, title: str | None, record: str | None = None) -> str:
        """Write the first line of a declaration."""
        text = f"{self.w(keyword)} {name}"
        if title is not None:
            text += f" {quoted(title)}"
        return text if record is None else f"{text} {self.w('FOR')} {record}"

    def head(self, spec: m.Spec) -> Iterator[str]:
        yield self._named("SPEC", spec.name, spec.title)
        if spec.currency is not None:
            yield _INDENTATION + f"{self.w('CURRENCY')} {spec.currency}"
        zone = spec.timezone
        is_plain = all(part.replace("_", "a").isalpha() for part in zone.split("/"))
        yield _INDENTATION + f"{self.w('TIMEZONE')} {zone if is_plain else quoted(zone)}"

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
        days = [number for number in range(len(_DAYS)) if week.get(number)]
        while days:
            first = last = days.pop(0)
            while days and days[0] == last + 1 and week[days[0]] == week[first]:
                last = days.pop(0)
            names = self.w(_DAYS[first]) if first == last else f"{self.w(_DAYS[first])}-{self.w(_DAYS[last])}"
            yield f"{self.w('OPEN_HOURS')} {names} {self._hours(week[first])}"

    def _hours(self, hours: m.Hours) -> str:
        return self.w.listed(f"{_clock(start)}-{_clock(end)}" for start, end in hours)

    def _dates(self, first: date, last: date) -> str:
        return day(first) if first == last else f"{day(first)} {self.w('DATE_TO')} {day(last)}"

    def role(self, role: m.Role) -> Iterator[str]:
        yield self._named("ROLE", role.name, role.title)
        if role.reports_to is not None:
            yield _INDENTATION + f"{self.w('REPORTS_TO')} {role.reports_to}"

    def record(self, record: m.Record) -> Iterator[str]:
        yield self._named("RECORD", record.name, record.title)
        yield from _under(map(self.field, record.fields.values()))

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
            case _:
                return self.w(_PLAIN_TYPES[type(kind)])

    def limit(self, limit: m.Limit) -> str:
        operator = self.w("MATCHES") if limit.operator == "matches" else limit.operator
        return f"{operator} {self.w.value(limit.value)}"

    def let(self, let: m.Let) -> Iterator[str]:
        yield f"{self._named('LET', let.name, None, let.record)} = {self.w.expression(let.value)}"

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
        yield from _under(f"{self.w('DO')} {quoted(step)}" for step in stage.steps)
        if stage.limit is not None:
            yield _INDENTATION + self.stage_limit(stage.limit)
        yield from _under(self._transitions(stage.own_transitions))

    def stage_limit(self, limit: m.StageLimit) -> str:
        text = f"{self.w('LIMIT')} {self.w.duration(limit.duration)}"
        return text if limit.alert is None else self.w.listed([text, f"{self.w('THEN_ALERT')} {limit.alert}"])

    def _transitions(self, transitions: Iterable[m.Transition]) -> Iterator[str]:
        for transition in transitions:
            yield from self.transition(transition)

    def transition(self, transition: m.Transition) -> Iterator[str]:
        target = transition.target
        destination = self.w("STAY") if target is None else f"{self.w('GO_TO')} {target}"
        yield self.w.guarded(self.trigger(transition.trigger), transition.guard, destination)
        for effect in transition.effects:
            yield _INDENTATION + self.effect(effect)

    def trigger(self, trigger: m.Trigger) -> str:
        match trigger:
            case m.OnEvent(event=event):
                return f"{self.w('ON')} {event}"
            case m.After(duration=duration, since_event=event, since_field=field):
                text = f"{self.w('AFTER')} {self.w.duration(duration)}"
                since = event or field
                return f"{text} {self.w('SINCE')} {since}" if since else text
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
        stages = self.w.listed(stage for _, stage in offer.stages)
        yield f"{self.w('TO')} {offer.record}" + (f" {self.w('IN_STAGES')} {stages}" if stages else "")
        yield from self._condition_and_role(offer)
        if offer.valid is not None:
            yield f"{self.w('VALID')} {self.w.duration(offer.valid)}"
        if offer.at_most is not None:
            yield f"{self.w('AT_MOST')} {self.w.counted(offer.at_most, 'TIMES')}"
        if offer.order is not None:
            yield f"{self.w('ORDER')} {offer.order}"
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
        yield from _under(self._condition_and_role(follow_up))
        if follow_up.text is not None:
            yield _INDENTATION + f"{self.w('MESSAGE')} {quoted(follow_up.text)}"
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

    def target(self, target: m.Target, *, percent: bool) -> str:
        goal = target.value
        if percent and isinstance(goal, Literal):
            return f"{self.w('TARGET')} {target.operator} {self.w.percent(goal.value)}"
        return f"{self.w('TARGET')} {target.operator} {self.w.expression(goal)}"

    def scenario(self, scenario: m.Scenario) -> Iterator[str]:
        yield f"{self.w('SCENARIO')} {quoted(scenario.title)}"
        given = scenario.given
        yield _INDENTATION + f"{self.w('GIVEN')} {given.record}{self.w.assignments(given.values)}"
        yield from _under(map(self.step, scenario.steps))

    def step(self, step: m.ScenarioStep) -> str:
        match step:
            case m.Happens(time=time, event=event, values=values, date_only=date_only):
                return f"{self._moment(time, date_only=date_only)} {event}{self.w.assignments(values)}"
            case m.At(time=time, date_only=date_only):
                return f"{self.w('AT')} {self._moment(time, date_only=date_only)}"
            case _:
                return f"{self.w('EXPECT')} {self.expectation(step)}"

    def _moment(self, time: datetime, *, date_only: bool) -> str:
        if date_only:
            return day(time.date())
        seconds = f":{time.second:02}" if time.second else ""
        return f"{day(time.date())} {time.hour:02}:{time.minute:02}{seconds}"

    def expectation(self, expectation: m.Expectation) -> str:
        match expectation:
            case m.ExpectStage(stage=stage):
                return f"{self.w('STAGE')} {stage}"
            case m.ExpectAlert(role=role):
                return self.w("NO_ALERT") if role is None else f"{self.w('ALERT_TO')} {role}"
            case m.ExpectTask(follow_up=name, status=status, absent=absent):
                return self._with_status("TASK", name, status, absent=absent)
            case m.ExpectOffer(offer=name, status=status, absent=absent):
                return self._with_status("OFFER", name, status, absent=absent)
            case m.ExpectThat(condition=condition):
                return self.w.expression(condition)

    def _with_status(self, keyword: str, name: str, status: str | None, *, absent: bool) -> str:
        text = f"{self.w(f'NO_{keyword}' if absent else keyword)} {name}"
        return text if status is None else f"{text} {self.w(status.upper())}"
