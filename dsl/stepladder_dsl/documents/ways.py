"""Ways from stage to stage in words: what leads out of a stage, and what leads into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stepladder_dsl.documents.book import Book, sentences, with_capital
from stepladder_dsl.documents.content import Run, Text
from stepladder_dsl.documents.readable import spoken
from stepladder_dsl.documents.telling import Piece
from stepladder_dsl.model.spec import (
    After,
    Effect,
    Emit,
    OnEvent,
    OpenRecord,
    Process,
    SetField,
    Silence,
    Stage,
    Transition,
)


@dataclass(frozen=True)
class WayIn:
    """A way into a stage, and from where."""

    places: Text
    way: Text


class Ways:
    """Tells the ways of one spec."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.tell = book.tell

    def way(self, transition: Transition) -> Text:
        """Say when a way is taken."""
        guard = transition.guard
        told = self._trigger(transition)
        if not told:
            return (
                self.tell("way.when", guard=self.book.read(guard))
                if guard is not None
                else self.tell("way.at_once")
            )
        return told if guard is None else self.tell("way.and", way=told, guard=self.book.read(guard))

    def _trigger(self, transition: Transition) -> Text:
        tell = self.tell
        match transition.trigger:
            case OnEvent(event=event):
                return tell("way.event", event=self.book.event(event))
            case Silence(duration=duration, event=event):
                return tell("way.silence", duration=tell.duration(duration), event=self.book.event(event))
            case After() as after:
                return self._after(after)
            case _:
                return ()

    def _after(self, after: After) -> Text:
        tell = self.tell
        length = (
            tell.duration(after.duration)
            if after.duration is not None
            else tell.word("way.kept_time", field=tell.quoted(spoken(after.duration_field or "")))
        )
        if after.since_event is not None:
            return tell("way.after_event", duration=length, event=self.book.event(after.since_event))
        if after.since_field is not None:
            return tell("way.after_field", duration=length, field=tell.quoted(spoken(after.since_field)))
        return tell("way.after", duration=length)

    def effects(self, transition: Transition) -> Text:
        """Say what happens by itself on the way."""
        if not transition.effects:
            return ()
        told = self.tell.joined(self._effect(effect) for effect in transition.effects)
        return self.tell("effects", effects=told)

    def _effect(self, effect: Effect) -> Text:
        tell = self.tell
        match effect:
            case SetField(field=field, value=value):
                return tell("effect.set", field=tell.quoted(spoken(field)), value=self.book.read(value))
            case OpenRecord(record=record):
                return tell("effect.open", record=self.book.record(record))
            case Emit(event=event, to_field=to, delay=delay):
                key = ("effect.emit" if to is None else "effect.emit_to") + (
                    "" if delay is None else ".later"
                )
                values: dict[str, Piece] = {"event": self.book.event(event)}
                if delay is not None:
                    values["duration"] = tell.duration(delay)
                if to is not None:
                    values["field"] = tell.quoted(spoken(to))
                return tell(key, **values)

    # out of a stage

    def out(self, process: Process, stage: Stage, reader: str | None = None) -> Iterator[Text]:
        """Yield the ways out of a stage as they are tried; `reader` is the role that reads it.

        What is noted at every stage of the process is told once, beside them: `everywhere`.
        """
        for transition in stage.transitions:
            if transition.target is None and transition in process.transitions:
                continue
            if transition.target is not None:
                yield self._out(process, transition, reader)
            elif transition.effects or not isinstance(transition.trigger, OnEvent):
                told = self.tell("next.stays", way=with_capital(self.way(transition)))
                yield sentences(told, self.effects(transition))

    def noted(self, process: Process, stage: Stage) -> Text:
        """Enumerate the events that are only noted in a stage, and not in every one."""
        return self._only_noted(way for way in stage.transitions if way not in process.transitions)

    def _only_noted(self, ways: Iterable[Transition]) -> Text:
        events = dict.fromkeys(
            way.trigger.event
            for way in ways
            if way.target is None and not way.effects and isinstance(way.trigger, OnEvent)
        )
        return self.tell.joined(map(self.book.event, events)) if events else ()

    def everywhere(self, process: Process) -> list[Text]:
        """Say what is noted at every stage of a process, one line for each kind of note."""
        ways = [way for way in process.transitions if way.target is None]
        noted = self._only_noted(ways)
        lines = [self.tell("everywhere.noted", events=noted)] if noted else []
        for way in ways:
            if way.effects or not isinstance(way.trigger, OnEvent):
                told = self.tell("everywhere.stays", way=with_capital(self.way(way)))
                lines.append(sentences(told, self.effects(way)))
        return lines

    def several_for_one(self, stage: Stage) -> bool:
        """Tell whether two ways wait for the same, so that their order counts."""
        waits = [repr(one.trigger) for one in stage.transitions if one.target is not None]
        return len(set(waits)) < len(waits)

    def _out(self, process: Process, transition: Transition, reader: str | None) -> Text:
        target = process.stages[transition.target or ""]
        way, stage = with_capital(self.way(transition)), self.book.stage(process.name, target.name)
        by_hand = isinstance(transition.trigger, OnEvent)
        told = self.tell("next.go" if by_hand else "next.by_itself", way=way, stage=stage)
        return sentences(told, self._whose(target, reader, by_hand=by_hand), self.effects(transition))

    def _whose(self, target: Stage, reader: str | None, *, by_hand: bool) -> Text:
        """Say who goes on, to the one who reads it."""
        if target.end is not None:
            return self.tell(f"next.end.{target.end.value}")
        if reader is None or target.owner is None:
            return ()
        if target.owner == reader:
            return self.tell("next.yours")
        return self.tell("next.hand" if by_hand else "next.goes_on", role=self.book.role(target.owner))

    # into a stage

    def into(self, process: Process, stage: Stage) -> list[WayIn]:
        """Give the ways into a stage from others, those of one kind together."""
        found: dict[str, tuple[Transition, list[Stage]]] = {}
        for other in process.stages.values():
            for transition in other.transitions:
                if transition.target == stage.name and other.name != stage.name:
                    found.setdefault(repr((transition.trigger, transition.guard)), (transition, []))[
                        1
                    ].append(other)
        return [
            WayIn(self._places(process, transition, others), self.way(transition))
            for transition, others in found.values()
        ]

    def _places(self, process: Process, transition: Transition, others: list[Stage]) -> Text:
        """Say from which stages a way leads: by the phase or the process that says it, or one by one."""
        if len(others) > 1 and any(transition is own for own in process.transitions):
            return self.tell("from.process")
        names = [stage.name for stage in others]
        for phase in process.phases.values():
            inside = [one.name for one in process.stages.values() if phase in process.phases_of(one)]
            if (
                len(names) > 1
                and any(transition is own for own in phase.transitions)
                and set(names) <= set(inside)
            ):
                return self.tell("from.phase", phase=self.tell.name(phase.label))
        key = "from.stage" if len(names) == 1 else "from.stages"
        return self.tell(key, stages=self.book.stages((process.name, name) for name in names))

    def comes(self, process: Process, stage: Stage) -> list[Text]:
        """Say how one comes to a stage, one line for each way."""
        lines = [self.tell("comes.start")] if stage.name == process.start else []
        lines += [
            with_capital(self.tell("comes", places=way.places, way=way.way))
            for way in self.into(process, stage)
        ]
        return lines


def numbered(texts: tuple[str, ...]) -> tuple[Text, ...]:
    """Give texts out of the spec as texts."""
    return tuple((Run(text, given=True),) for text in texts)
