"""The job instruction of each role: what it does, when, what is due when, and to whom it goes on."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.documents.book import NOTHING, Book, sentences
from stepladder_dsl.documents.content import Block, Listing, Paragraph, Run, Section, Table, Text
from stepladder_dsl.documents.duties import Duties
from stepladder_dsl.documents.figures import target_words
from stepladder_dsl.documents.readable import spoken
from stepladder_dsl.documents.telling import Piece
from stepladder_dsl.documents.ways import Ways, numbered
from stepladder_dsl.model.spec import OnEvent, Process, Role, Stage
from stepladder_dsl.model.types import PersonType


def instructions(book: Book) -> Section:
    """Give the chapter with the instruction of every role."""
    roles = tuple(_Instruction(book, role).section() for role in book.spec.roles.values())
    lead = Paragraph(book.tell("instructions.lead"), "lead")
    return Section("instructions", book.tell("instructions"), (lead,) if roles else (), roles)


class _Instruction:
    """The instruction of one role."""

    def __init__(self, book: Book, role: Role) -> None:
        self.book = book
        self.tell = book.tell
        self.spec = book.spec
        self.role = role
        self.ways = Ways(book)
        self.duties = Duties(book)
        self.stages = [
            (process, stage)
            for process in self.spec.processes.values()
            for stage in process.stages.values()
            if stage.owner == role.name and _has_work(stage)
        ]
        self.tasks = [rule for rule in self.spec.follow_ups.values() if rule.role == role.name]
        self.offers = [offer for offer in self.spec.offers.values() if offer.role == role.name]

    def section(self) -> Section:
        """Put the instruction together."""
        parts = [part for part in self._parts() if part.blocks or part.sections]
        blocks = [Paragraph(self._standing(), "lead")] if self._standing() else []
        if not parts:
            blocks.append(Paragraph(self.tell("role.nothing")))
        title = (Run(self.role.label, given=True),)
        return Section(f"role-{self.role.name}", title, tuple(blocks), tuple(parts), alone=True)

    def _part(self, key: str, blocks: list[Block], sections: tuple[Section, ...] = ()) -> Section:
        return Section(f"role-{self.role.name}-{key}", self.tell(f"role.{key}"), tuple(blocks), sections)

    def _parts(self) -> Iterator[Section]:
        yield self._part("glance", self._glance())
        yield self._part(
            "stages", list(self._everywhere()), tuple(self._stage(*place) for place in self.stages)
        )
        yield self._part("tasks", [], tuple(self._task_sections()))
        offers = [self.duties.offers(self.offers)] if self.offers else []
        yield self._part("offers", list(offers))
        others = list(self._from_others())
        yield self._part("others", [Listing(tuple(others))] if others else [])
        yield self._part("writes", self._writes())
        figures = [
            self.tell(
                "figure.line",
                metric=self.tell.name(metric.label, f"metric-{metric.name}"),
                target=target_words(self.book, metric),
            )
            for metric in self.spec.metrics.values()
            if metric.owner == self.role.name
        ]
        yield self._part("figures", [Listing(tuple(figures))] if figures else [])

    def _standing(self) -> Text:
        """Say to whom one reports, and who reports to one."""
        told = []
        if self.role.reports_to is not None:
            told.append(self.tell("role.reports_to", role=self.book.role(self.role.reports_to)))
        below = [role.name for role in self.spec.roles.values() if role.reports_to == self.role.name]
        if below:
            told.append(self.tell("role.above", roles=self.tell.joined(map(self.book.role, below))))
        told += [
            self.tell(
                "role.person",
                record=self.book.record(record.name),
                field=self.tell.quoted(spoken(field.name)),
            )
            for record in self.spec.records.values()
            for field in record.fields.values()
            if field.type == PersonType(self.role.name)
        ]
        if self.role.capacity is not None:
            told.append((Run(self.tell.counted("role.capacity", self.role.capacity)),))
        if self.tasks and (self.spec.contact_hours is not None or self.spec.contact_caps):
            hours = self.tell.name(self.tell.word("hours"), "hours")
            told.append(self.tell("role.hours", hours=hours))
        return sentences(*told)

    # what is due

    def _glance(self) -> list[Block]:
        rows = [*self._due_stages(), *self._due_tasks()]
        if not rows:
            return []
        head = tuple(self.tell(f"glance.{name}") for name in ("what", "when", "how", "otherwise"))
        return [Table(head, tuple(rows))]

    def _due_stages(self) -> Iterator[tuple[Text, ...]]:
        for process, stage in self.stages:
            if stage.limit is not None:
                alert = stage.limit.alert
                yield (
                    self.tell("glance.stage", stage=self._own(process, stage)),
                    self.tell("glance.limit", duration=self.tell.duration(stage.limit.duration)),
                    NOTHING,
                    self.tell("glance.alert", role=self.book.role(alert)) if alert else NOTHING,
                )

    def _due_tasks(self) -> Iterator[tuple[Text, ...]]:
        for rule in self.tasks:
            yield (
                self.tell.name(rule.label, f"role-{self.role.name}-task-{rule.name}"),
                self.duties.moment(rule),
                self.book.channel(rule.channel) if rule.channel else NOTHING,
                self.tell.joined(self.duties.escalated(rule)) or NOTHING,
            )

    def _own(self, process: Process, stage: Stage) -> Text:
        return self.tell.name(stage.label, self._anchor(process, stage))

    def _anchor(self, process: Process, stage: Stage) -> str:
        return f"role-{self.role.name}-stage-{process.name}-{stage.name}"

    # stages

    def _everywhere(self) -> Iterator[Block]:
        """Say what holds at every stage of the processes in which one works."""
        for process in {process.name: process for process, _ in self.stages}.values():
            lines = self.ways.everywhere(process)
            if lines:
                name = self.tell.name(process.label, f"process-{process.name}")
                yield Paragraph(self.tell("everywhere", process=name), "small")
                yield Listing(tuple(lines))

    def _stage(self, process: Process, stage: Stage) -> Section:
        """Tell the work of a stage."""
        return Section(
            self._anchor(process, stage), (Run(stage.label, given=True),), tuple(self._work(process, stage))
        )

    def _work(self, process: Process, stage: Stage) -> Iterator[Block]:
        tell = self.tell
        if len(self.spec.processes) > 1:
            yield Paragraph(
                tell("stage.process", process=tell.name(process.label, f"process-{process.name}")), "note"
            )
        yield from self._list("stage.comes", self.ways.comes(process, stage))
        yield from self._list("stage.do", numbered(stage.steps), ordered=True)
        yield from self._list("stage.needs", numbered(stage.needs))
        yield from self._list("stage.documents", numbered(stage.documents))
        told = sentences(*self._bounds(stage))
        if told:
            yield Paragraph(told)
        offers = [offer.name for offer in self.offers if (process.name, stage.name) in offer.stages]
        if offers:
            yield Paragraph(tell("stage.offers", offers=tell.joined(map(self.book.offer, offers), "or")))
        key = "stage.next_first" if self.ways.several_for_one(stage) else "stage.next"
        yield from self._list(key, list(self.ways.out(process, stage, self.role.name)))
        noted = self.ways.noted(process, stage)
        if noted:
            yield Paragraph(tell("stage.noted", events=noted), "note")

    def _bounds(self, stage: Stage) -> Iterator[Text]:
        tell = self.tell
        if stage.effort is not None:
            yield tell("stage.effort", duration=tell.duration(stage.effort))
        if stage.cost is not None:
            yield tell("stage.cost", amount=tell.money(stage.cost, self.spec.currency))
        if stage.limit is not None:
            length = tell.duration(stage.limit.duration)
            if stage.limit.alert is None:
                yield tell("stage.limit", duration=length)
            else:
                yield tell("stage.limit_alert", duration=length, role=self.book.role(stage.limit.alert))

    def _list(
        self, key: str, items: list[Text] | tuple[Text, ...], *, ordered: bool = False
    ) -> Iterator[Block]:
        if items:
            yield Paragraph(self.tell(key), "small")
            yield Listing(tuple(items), ordered)

    # tasks, and what comes from others

    def _task_sections(self) -> Iterator[Section]:
        for rule in self.tasks:
            title = (Run(rule.label, given=True),)
            yield Section(f"role-{self.role.name}-task-{rule.name}", title, tuple(self.duties.task(rule)))

    def _from_others(self) -> Iterator[Text]:
        tell, book, own = self.tell, self.book, self.role.name
        for process in self.spec.processes.values():
            for stage in process.stages.values():
                if stage.limit is not None and stage.limit.alert == own:
                    values: dict[str, Piece] = {
                        "stage": book.stage(process.name, stage.name),
                        "duration": tell.duration(stage.limit.duration),
                    }
                    if stage.owner is None or stage.owner == own:
                        yield tell("others.own_alert", **values)
                    else:
                        yield tell("others.alert", role=book.role(stage.owner), **values)
        for rule in self.spec.follow_ups.values():
            for one in rule.escalations:
                if one.role == own:
                    key = "others.escalation" if rule.role is not None else "others.escalation_nobody"
                    whom = {"role": book.role(rule.role)} if rule.role is not None else {}
                    yield tell(key, task=book.follow_up(rule.name), duration=tell.duration(one.after), **whom)

    def _writes(self) -> list[Block]:
        """Say what is written down at each event of one's own stages and tasks."""
        events = [
            transition.trigger.event
            for _, stage in self.stages
            for transition in stage.transitions
            if isinstance(transition.trigger, OnEvent)
        ]
        events += [pattern.event for rule in self.tasks for pattern in (*rule.done_on, *rule.cancelled_on)]
        events += [
            pattern.event for offer in self.offers for pattern in (*offer.accepted_on, *offer.declined_on)
        ]
        rows = [
            (
                self.book.event(name),
                self.tell.joined([self.book.field(field) for field in event.fields.values()], "list"),
            )
            for name, event in self.spec.events.items()
            if name in set(events) and event.fields
        ]
        if not rows:
            return []
        return [Table((self.tell("writes.event"), self.tell("writes.what")), tuple(rows))]


def _has_work(stage: Stage) -> bool:
    """Tell whether there is something to do at a stage: an end may be one where nothing follows."""
    leads_on = any(transition.target is not None for transition in stage.transitions)
    return stage.end is None or leads_on or bool(stage.steps or stage.needs or stage.documents)
