"""What the numbers of an outcome stand for: values, reasons and names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import DurationType
from stepladder_engine.expressions.tally import divide
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.convert import reader_of, value_of
from stepladder_engine.fast.frames import UNKNOWN, Values
from stepladder_engine.fast.lower import Shape
from stepladder_engine.fast.outcome import EFFECTS, REASONS, KindOutcome, Outcome
from stepladder_engine.fast.plan import KindPlan
from stepladder_engine.runtime.plans import Guard, RecordPlan
from stepladder_engine.texts.catalogue import Phrase, phrase


class Teller:
    """Says what the numbers about the records of one kind stand for."""

    def __init__(self, outcome: Outcome, found: KindOutcome, plan: KindPlan) -> None:
        """Take the outcome of one kind, and the plan by which it was run."""
        self.outcome = outcome
        self.program = outcome.program
        self.zone = outcome.program.zone
        self.spec = outcome.program.spec
        self.found = found
        self.plan = plan
        self.record: RecordPlan = plan.record
        self.frame = outcome.frames.records[found.kind]

    def is_sent(self, event: int) -> bool:
        """Say of a kind of event, by its place, whether the spec itself sends some."""
        cell = self.plan.header[at.KIND_TABLE] - at.HEADER + event * at.KIND_WIDTH + at.K_EMITTED
        return self.plan.cells[cell] != 0

    def word(self, number: int) -> str | None:
        """Give a word of the outcome; None where there is none."""
        return None if number < 0 else self.found.words[number]

    def value(self, shape: Shape, number: int, divisor: int) -> Any:
        """Give the value that a number stands for."""
        if number == UNKNOWN or shape.kind == "nothing":
            return None
        if shape.kind == "fraction":
            return divide(Decimal(number), Decimal(divisor))
        if shape.kind == "duration":
            return value_of(self.found.words[number], DurationType())
        words = self.found.words if shape.kind == "word" else ()
        return reader_of(Values(shape.kind, self.found.started, shape.scale, words))(number)  # type: ignore[arg-type]

    def reason(self, reason: int, about: int) -> Phrase | Any:
        """Say a reason that is about something."""
        name = REASONS[reason]
        match name:
            case "first_event" | "event" | "silence_ended":
                return phrase(f"reason.{name}", event=self.plan.kinds[about])
            case "emit_loops":
                return phrase("reason.emit_loops", event=self.plan.kinds[about])
            case "sent":
                return self.plan.sends[about].effect.event
            case "sent_loops":
                return phrase("reason.emit_loops", event=self.plan.sends[about].effect.event)
            case "field_unknown":
                return phrase("reason.field_unknown", field=self.plan.sends[about].effect.to_field)
            case "no_record":
                send = self.plan.sends[about >> 32]
                key = self.found.words[about & 0xFFFFFFFF]
                return Phrase("reason.no_record", {"record": send.record, "case": key})
            case "timer":
                return phrase("reason.timer", text=self.plan.ways[about].transition.text)
            case "condition":
                return phrase("reason.condition", text=self.plan.ways[about].transition.guard_text)
            case "field_changed":
                return phrase("reason.field_changed", field=self.plan.fields[about].name)
            case "anchor_event" | "emitted":
                return self.plan.kinds[about]
            case "anchor_entering":
                return phrase("reason.entering", stage=self.plan.stages[about][1])
            case "anchor_field":
                return self.plan.fields[about].name
            case "anchor_silence":
                return phrase("reason.no_event", event=self.plan.kinds[about])
            case "moved_quiet_hours" | "moved_contact_cap" | "moved_room":
                key = {"moved_room": "room_for_a_contact"}.get(name, name.removeprefix("moved_"))
                return Phrase(f"reason.{key}", {"time": self.zone.text(about)})
            case _:
                return phrase(f"reason.{name}")

    def line_sending(self, reason: int, about: int) -> m.Emit | None:
        """Give the line that sends an event to another record, if a step's reason is about one."""
        name = REASONS[reason]
        if name == "no_record":
            return self.plan.sends[about >> 32].effect
        return self.plan.sends[about].effect if name in {"sent", "field_unknown"} else None

    def effect(self, what: int, about: int) -> Phrase:
        """Say what an event did all the same."""
        name = EFFECTS[what]
        if name in {"cancelled", "did"}:
            return phrase(f"effect.{name}", rule=self.record.follow_ups[about].rule.name)
        return phrase(f"effect.{name}", offer=self.record.offers[about].offer.name)

    def why_not(self, way: int, unknown: int) -> Phrase:
        """Say why a way was not taken."""
        found = self.plan.ways[way]
        text = found.transition.guard_text
        if unknown < 0:
            return phrase("reason.guard_false", guard=text)
        return _unknown_because(text, found.guard, unknown)


def _unknown_because(text: str, guard: Guard, unknown: int) -> Phrase:
    names = [words for place, (words, _) in enumerate(guard.sources) if unknown >> place & 1]
    different = list(dict.fromkeys(names))
    if not different:
        return phrase("reason.guard_unknown", guard=text)
    told = different[0]
    if different[1:]:
        told = phrase("list.and", first=tuple(different[:-1]), last=different[-1])
    return phrase("reason.guard_unknown_because", guard=text, names=told, count=len(different))


def cause_name(rule: m.FollowUp) -> str:
    """Give the name that stands in the keys of a rule's tasks."""
    match rule.anchor:
        case m.AfterEvent(event):
            return event
        case m.AfterSilence(event):
            return f"no {event}"
        case m.AfterEntering(_, stage):
            return f"entering {stage}"
        case m.AfterField(field):
            return field
