"""All processes of a spec on one picture, with the signals between them: what they emit and open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.live import Live, StageFigures
from stepladder_dsl.diagram.rows import Row, make_row
from stepladder_dsl.diagram.scene import Arrow, Card, Scene
from stepladder_dsl.diagram.telling import kept, number_text, told
from stepladder_dsl.diagram.text import unbroken
from stepladder_dsl.graph.items import stage_id
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.model.spec import (
    After,
    Emit,
    OnEvent,
    OpenRecord,
    Outcome,
    Process,
    Silence,
    Spec,
    Transition,
)

_NAMED_STAGES = 2
"""From how many stages a signal comes before they are no longer named."""
_ITEM = "•\u00a0"
"""Begins each of several signals on one arrow."""


@dataclass(frozen=True)
class Signal:
    """What one process sends to another: an event, now or later, or a new record."""

    source: str
    target: str
    kind: str
    title: str
    delay: str | None


def signals_of(spec: Spec) -> dict[Signal, list[str]]:
    """Give the signals between processes, each with the titles of the stages that send it."""
    found: dict[Signal, list[str]] = {}
    for process in spec.processes.values():
        for stage in process.stages.values():
            for transition in stage.transitions:
                for signal in _sent(spec, process, transition):
                    titles = found.setdefault(signal, [])
                    if stage.label not in titles:
                        titles.append(stage.label)
    return found


def _bundled(signals: dict[Signal, list[str]]) -> Iterator[dict[Signal, list[str]]]:
    """Yield together the signals that go one way and look the same: one arrow says as much as several."""
    bundles: dict[tuple[str, str, str], dict[Signal, list[str]]] = {}
    for signal, stages in signals.items():
        bundles.setdefault((signal.source, signal.target, signal.kind), {})[signal] = stages
    yield from bundles.values()


def _sent(spec: Spec, process: Process, transition: Transition) -> Iterator[Signal]:
    for effect in transition.effects:
        match effect:
            case OpenRecord(record=record):
                title = told(
                    spec.language, "overview.opens", record=kept(spec.language, spec.records[record].label)
                )
                for other in spec.processes_of(record):
                    yield Signal(process.name, other.name, "when", title, None)
            case Emit(event=event, delay=delay):
                kind = "timer" if delay else "event"
                later = duration_text(delay, spec.language) if delay else None
                for other in _listening(spec, event):
                    if other is not process or effect.to_field is not None:
                        yield Signal(process.name, other.name, kind, spec.events[event].label, later)
            case _:
                pass


def _listening(spec: Spec, event: str) -> list[Process]:
    """Give the processes that an event leads on, or else the first one that it happens to."""
    concerned = spec.processes_of(spec.events[event].record)
    return [process for process in concerned if _waits_for(process, event)] or concerned[:1]


def _waits_for(process: Process, event: str) -> bool:
    for stage in process.stages.values():
        for transition in stage.transitions:
            match transition.trigger:
                case OnEvent(event=name) | Silence(event=name) | After(since_event=name):
                    if name == event:
                        return True
                case _:
                    pass
    return False


def build_overview(spec: Spec, live: Live | None = None) -> Scene:
    """Collect what the overview shows."""
    return _Overview(spec, live).scene()


class _Overview:
    """Reads the processes of a spec."""

    def __init__(self, spec: Spec, live: Live | None) -> None:
        self.spec = spec
        self.live = live
        self.language = spec.language
        self.words = words_of(spec.language)

    def tell(self, key: str, **values: str) -> str:
        """Give a sentence in the spec's language."""
        return told(self.language, key, **values)

    def scene(self) -> Scene:
        """Put the parts together."""
        cards = tuple(self.card(process) for process in self.spec.processes.values())
        arrows = tuple(
            self.arrow(number, signals) for number, signals in enumerate(_bundled(signals_of(self.spec)))
        )
        return Scene(
            process="",
            language=self.language,
            right_to_left=self.words.direction == "rtl",
            heading=tuple(self.heading()),
            cards=cards,
            arrows=arrows,
            frames=(),
            legend=tuple(self.legend(cards, arrows)),
        )

    def heading(self) -> Iterator[Row]:
        """Yield the titles."""
        width = style.HEADING_TEXT_WIDTH
        yield make_row(self.spec.label, style.SUBTITLE_SIZE, style.QUIET, width=width)
        yield make_row(self.tell("overview"), style.TITLE_SIZE, style.INK, width=width, bold=True)
        if self.live:
            text = self.tell("as_of", moment=self.live.as_of)
            yield make_row(text, style.SUBTITLE_SIZE, style.QUIET, width=width)

    def card(self, process: Process) -> Card:
        """Make the card of a process."""
        title = make_row(process.label, style.CARD_TITLE_SIZE, style.INK, bold=True)
        return Card(process.name, None, "stage", start=False, rows=(title, *self.details(process)))

    def details(self, process: Process) -> Iterator[Row]:
        """Yield whom a process follows, how long it is, how it may end, and how many are in it."""
        size = style.SMALL_SIZE
        yield make_row(self.spec.records[process.record].label, size, style.INK, mark="record")
        if process.owner:
            yield make_row(self.spec.roles[process.owner].label, size, style.QUIET, mark="owner")
        count = number_text(self.language, len(process.stages))
        yield make_row(self.tell("overview.stages", count=count), size, style.QUIET, mark="stages")
        for stage in process.stages.values():
            if stage.end:
                yield make_row(stage.label, size, style.CARDS[stage.end.value].line, mark=stage.end.value)
        if self.live:
            yield make_row(self.figures(process, self.live), size, style.INK, mark="cases")

    def figures(self, process: Process, live: Live) -> str:
        """Write how many cases are under way, and how many have ended well and badly."""
        counts = {True: 0, False: 0}
        for name, stage in process.stages.items():
            now = live.stages.get(stage_id(process.name, name), StageFigures()).now
            counts[stage.end in (Outcome.WON, Outcome.LOST, Outcome.NEUTRAL)] += now
        parts = (
            self.tell("overview.under_way", count=number_text(self.language, counts[False])),
            self.tell("overview.ended", count=number_text(self.language, counts[True])),
        )
        return style.BETWEEN_EVENTS.join(map(unbroken, parts))

    def arrow(self, number: int, signals: dict[Signal, list[str]]) -> Arrow:
        """Make the arrow of all signals of a kind from one process to another."""
        first = next(iter(signals))
        rows = [
            row
            for signal, stages in signals.items()
            for row in self.label(signal, stages, _ITEM if len(signals) > 1 else "")
        ]
        return Arrow(f"arrow{number}", first.source, first.target, first.kind, tuple(rows))

    def label(self, signal: Signal, stages: list[str], item: str) -> Iterator[Row]:
        """Yield the rows of a signal: what is sent, when, and from where."""
        size, width, ink = style.SMALL_SIZE, style.LABEL_TEXT_WIDTH, style.STROKES[signal.kind].colour
        yield make_row(f"{item}{signal.title}", size, ink, width=width)
        if signal.delay:
            yield make_row(self.words.after.format(duration=signal.delay), size, ink, width=width)
        if len(stages) <= _NAMED_STAGES:
            quoted = [self.words.quoted.format(title=title) for title in stages]
            yield make_row(self.words.from_places(quoted), size, style.QUIET, width=width)

    def legend(self, cards: tuple[Card, ...], arrows: tuple[Arrow, ...]) -> Iterator[Row]:
        """Yield a row for every mark that the picture uses."""
        used = {row.mark for card in cards for row in card.rows} | {arrow.kind for arrow in arrows}
        names = {mark: self.words.marks[mark] for mark in ("won", "lost", "neutral", "owner")}
        names |= {
            mark: self.tell(f"overview.mark.{mark}")
            for mark in ("event", "timer", "when", "record", "stages")
        }
        names["cases"] = self.tell("mark.cases")
        for mark, text in names.items():
            if mark in used:
                yield make_row(text, style.SMALL_SIZE, style.QUIET, width=style.LEGEND_TEXT_WIDTH, mark=mark)
