"""Changes of meaning as sentences of a human language, with pieces of the spec as its text has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from stepladder_dsl.diff.change import Change, Example, How, Place, Sign
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.print_pieces import Pieces
from stepladder_dsl.source import NOWHERE, Span
from stepladder_dsl.syntax.lexer import quote
from stepladder_engine.texts.catalogue import Phrase, tell, text

_QUOTED = {"title", "step", "need", "document", "system"}
"""Parts that are texts and no names."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a change: its head, and the two sides where they stand apart.

    `head` says all of it but for a long change from one thing to another.
    """

    head: str
    whole: str
    old: str | None = None
    new: str | None = None


class Sentences:
    """Tells changes between two specs in one language.

    `safe` is done to every piece of the specs before it stands in a sentence, for a screen.
    """

    def __init__(
        self, old: m.Spec, new: m.Spec, language: str, safe: Callable[[str], str] = lambda piece: piece
    ) -> None:
        """Take both specs, and the reader's language."""
        self.language = language
        self.specs = (old, new)
        self.old = Pieces(old, language)
        self.new = Pieces(new, language)
        self.safe = safe

    def text(self, key: str, **values: Any) -> str:
        """Give a sentence."""
        return text(self.language, key, **values)

    def part(self, change: Change) -> Phrase:
        """Give the word for what changed, and in which direction it did."""
        word = _word(change.part)
        if change.how is None or change.how is How.REWRITTEN:
            return word
        return Phrase("diff.with_direction", {"part": word, "how": Phrase(f"diff.how.{change.how.value}")})

    def tell(self, change: Change) -> Told:
        """Tell one change."""
        old, new = (self.safe(self.side(change, new=one)) for one in (False, True))
        part = self.part(change)
        match change.sign:
            case Sign.ADDED:
                sentence = self.text("diff.added", part=part, new=new)
                return Told(sentence, sentence)
            case Sign.REMOVED:
                sentence = self.text("diff.removed", part=part, old=old)
                return Told(sentence, sentence)
            case Sign.SAME:
                head = Phrase("diff.same", {"part": part})
            case Sign.CHANGED:
                head = Phrase("diff.renamed", {"part": part}) if change.renamed else part
        return Told(
            self.text("diff.head", head=head),
            self.text("diff.changed", head=head, old=old, new=new),
            old,
            new,
        )

    def side(self, change: Change, *, new: bool) -> str:
        """Write what stood there before, or what stands there now."""
        value = change.new if new else change.old
        return self.written(value, change.part, self.new if new else self.old)

    def written(self, value: Any, part: str, pieces: Pieces) -> str:
        """Write a piece of a model as its part of the text has it."""
        match part, value:
            case "target", None:
                return pieces.w("STAY")
            case _, None | ():
                return self.text("diff.nothing_there")
            case _, bool():
                return self.text("value.yes" if value else "value.no")
            case "goal", m.Metric(target=m.Target() as target):
                return pieces.goal(target, percent=value.percent)
            case "way", tuple():
                return "; ".join(map(pieces.way, value))
            case "message", tuple():
                return pieces.message(value)
            case "quiet", tuple():
                return pieces.hours(value) or self.text("diff.nothing_there")
            case "quiet_days", tuple():
                return pieces.days(value) or self.text("diff.nothing_there")
            case "week", _:
                return pieces.week(value) or self.text("diff.nothing_there")
            case _, str() if part in _QUOTED:
                return quote(value)
            case _:
                return pieces.piece(value)

    def heading(self, place: Place) -> str:
        """Name a construct that changes stand in."""
        name = self.new.way(place.thing) if place.kind == "way" else self.new.piece(place.thing)
        return tell(self._named(place.kind, name), self.language)

    def _named(self, kind: str, name: str) -> Phrase:
        return Phrase("diff.heading", {"part": _word(kind), "name": self.safe(name)})

    def example(self, example: Example) -> str:
        """Tell of a client who shows the difference."""
        key = "diff.lets_through" if example.now else "diff.keeps_out"
        return self.text(key, client=self.safe("; ".join(self.client(example))))

    def client(self, example: Example) -> list[str]:
        """Tell what is known of an example's client: fields, what happened, and the moment."""
        client, words = example.client, self.new.w
        asked = client.given[0]
        known = {name: value for name, value in asked.values.items() if name in example.fields}
        found = []
        if known:
            found.append(self.new.values(known, self._fields("record", asked.record)))
        for happens in client.happened:
            moment = words.moment(happens.time, date_only=happens.date_only)
            said = {
                name: value
                for name, value in happens.values.items()
                if f"{happens.event}.{name}" in example.fields
            }
            values = self.new.values(said, self._fields("event", happens.event))
            found.append(" ".join(part for part in (moment, happens.event, values) if part))
        if client.happened and client.happened[-1].time != client.now:
            found.append(f"{words('AT')} {words.moment(client.now, date_only=False)}")
        return found or [asked.key]

    def _fields(self, kind: str, name: str) -> dict[str, m.Field]:
        """Give the fields that something has in either spec."""
        found: dict[str, m.Field] = {}
        for spec in self.specs:
            things: dict[str, Any] = {**(spec.records if kind == "record" else spec.events)}
            found |= things[name].fields if name in things else {}
        return found

    def flows(self, places: Iterable[Place]) -> str:
        """Name what a change flows into."""
        return self.text(
            "diff.flows_into", names=[self._named(place.kind, place.thing.name) for place in places]
        )

    def stages(self, stages: Iterable[m.Stage]) -> str:
        """Name the stages that a change holds for."""
        return self.text("diff.in_stages", names=[self.safe(stage.name) for stage in stages])

    def rest(self, change: Change) -> list[str]:
        """Give what else is to be said of a change, a sentence each."""
        found = [self.example(example) for example in change.examples]
        if change.stages:
            found.insert(0, self.stages(change.stages))
        if change.flows:
            found.append(self.flows(change.flows))
        return found

    def block(self, change: Change) -> list[str]:
        """Give the lines of a declaration that came or went, without its first one."""
        if change.part == "row":
            return []
        is_new = change.sign is Sign.ADDED
        thing, pieces = (change.new, self.new) if is_new else (change.old, self.old)
        around = tuple(place.thing for place in change.place)
        return pieces.block(thing, around)[1:]


def where(change: Change) -> str:
    """Give where a change stands in both texts."""
    places = [f"{span.file}:{span.line}" for span in spans(change) if span is not None]
    return " → ".join(places)


def spans(change: Change) -> tuple[Span | None, Span | None]:
    """Give where a change stands in the old and the new text, None where it does not."""
    old, new = (None if span == NOWHERE else span for span in (change.old_span, change.new_span))
    return old, new


def _word(part: str) -> Phrase:
    """Give the word for a part; a field is called so wherever it belongs."""
    return Phrase("part.field" if part == "event_field" else f"part.{part}")
