"""The chapter of the processes: a picture of each, and the card of every stage."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from stepladder_dsl.documents.book import Book, sentences
from stepladder_dsl.documents.content import Block, Facts, Paragraph, Run, Section, Text
from stepladder_dsl.documents.pictures import Pictures
from stepladder_dsl.documents.ways import Ways, numbered
from stepladder_dsl.model.spec import AfterEntering, Process, Stage


def processes(book: Book, pictures: Pictures) -> Section:
    """Give the chapter with every process."""
    cards = _Cards(book, pictures)
    return Section(
        "processes",
        book.tell("processes"),
        (),
        tuple(cards.process(process) for process in book.spec.processes.values()),
    )


class _Cards:
    """Makes the cards of one spec."""

    def __init__(self, book: Book, pictures: Pictures) -> None:
        self.book = book
        self.tell = book.tell
        self.ways = Ways(book)
        self.pictures = pictures

    def process(self, process: Process) -> Section:
        """Tell a process, with its stages in their phases."""
        blocks: list[Block] = [self._about(process), *self.pictures.process(process)]
        sections: list[Section] = []
        for name, stages in groupby(process.stages.values(), key=lambda stage: stage.phase):
            cards = tuple(self.stage(process, stage) for stage in stages)
            sections += cards if name is None else [self._phase(process, name, len(sections), cards)]
        title = (Run(process.label, given=True),)
        return Section(f"process-{process.name}", title, tuple(blocks), tuple(sections))

    def _about(self, process: Process) -> Facts:
        tell, book = self.tell, self.book
        starts = [(process.name, process.start)] if process.start else []
        ends = [(process.name, stage.name) for stage in process.stages.values() if stage.end is not None]
        return book.facts(
            [
                ("fact.record", book.record(process.record)),
                ("fact.owner", book.role(process.owner) if process.owner else None),
                ("fact.begins", book.stages(starts)),
                ("fact.ends", book.stages(ends) if ends else tell("fact.endless")),
                ("fact.everywhere", self.ways.everywhere(process)),
            ]
        )

    def _phase(self, process: Process, name: str, number: int, cards: tuple[Section, ...]) -> Section:
        phases = [phase.label for phase in process.phases_of(process.stages[_stage_of(process, name)])][::-1]
        phase = process.phases[name]
        title = (Run(" › ".join(phases), given=True),)
        about = self.book.facts(
            [
                ("fact.owner", self.book.role(phase.owner) if phase.owner else None),
                ("fact.system", Run(phase.system.replace("_", " "), given=True) if phase.system else None),
            ]
        )
        # A phase whose stages do not stand together comes twice.
        return Section(f"phase-{process.name}-{name}-{number}", title, (about,) if about.pairs else (), cards)

    def stage(self, process: Process, stage: Stage) -> Section:
        """Make the card of a stage."""
        facts = self.book.facts(self._facts(process, stage))
        title = (Run(stage.label, given=True),)
        noted = self.ways.noted(process, stage)
        blocks: list[Block] = [facts]
        if noted:
            blocks.append(Paragraph(self.tell("stage.noted", events=noted), "note"))
        return Section(f"stage-{process.name}-{stage.name}", title, tuple(blocks))

    def _facts(self, process: Process, stage: Stage) -> Iterator[tuple[str, Text | list[Text] | None]]:
        tell, book = self.tell, self.book
        yield "fact.owner", book.role(stage.owner) if stage.owner else tell("fact.nobody")
        yield "fact.outcome", tell(f"outcome.{stage.end.value}") if stage.end else None
        yield "fact.steps", list(numbered(stage.steps))
        yield "fact.needs", list(numbered(stage.needs))
        yield "fact.documents", list(numbered(stage.documents))
        yield "fact.effort", self._effort(stage)
        yield "fact.limit", self._limit(stage)
        yield "fact.comes", self.ways.comes(process, stage)
        yield "fact.ways_out", list(self.ways.out(process, stage))
        place = (process.name, stage.name)
        offers = [offer.name for offer in book.spec.offers.values() if place in offer.stages]
        yield "fact.offers", tell.joined(map(book.offer, offers))
        rules = [
            rule.name
            for rule in book.spec.follow_ups.values()
            if isinstance(rule.anchor, AfterEntering) and (rule.anchor.process, rule.anchor.stage) == place
        ]
        yield "fact.follow_ups", tell.joined(map(book.follow_up, rules))

    def _effort(self, stage: Stage) -> Text:
        tell = self.tell
        effort = tell("stage.effort", duration=tell.duration(stage.effort)) if stage.effort else ()
        if stage.cost is None:
            return effort
        return sentences(effort, tell("stage.cost", amount=tell.money(stage.cost, self.book.spec.currency)))

    def _limit(self, stage: Stage) -> Text:
        if stage.limit is None:
            return ()
        length = self.tell.duration(stage.limit.duration)
        if stage.limit.alert is None:
            return (Run(length),)
        return self.tell("fact.limit_alert", duration=length, role=self.book.role(stage.limit.alert))


def _stage_of(process: Process, phase: str) -> str:
    return next(stage.name for stage in process.stages.values() if stage.phase == phase)
