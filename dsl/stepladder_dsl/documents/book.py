"""What every chapter of a document works with: the spec, its language, and how its things are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stepladder_dsl.documents.content import Facts, Run, Text
from stepladder_dsl.documents.readable import Readable, spoken
from stepladder_dsl.documents.telling import Piece, Teller, as_text
from stepladder_dsl.model import types as t
from stepladder_dsl.model.expressions import Expression, Literal
from stepladder_dsl.model.spec import EventPattern, Field, Offer, Spec
from stepladder_dsl.source import Source

NOTHING: Text = (Run("—"),)


class Book:
    """One spec, told in one language."""

    def __init__(self, spec: Spec, language: str, sources: Mapping[str, Source]) -> None:
        self.spec = spec
        self.tell = Teller(language, {name: one.label for name, one in spec.calendars.items()})
        self.read = Readable(spec, self.tell, sources)

    # names that lead to what they mean

    def role(self, name: str) -> Text:
        """Give a role, which leads to its instruction."""
        role = self.spec.roles.get(name)
        return (
            Run(role.label if role else spoken(name), target=f"role-{name}" if role else None, given=True),
        )

    def stage(self, process: str, stage: str) -> Text:
        """Give a stage, which leads to its card."""
        label = self.spec.processes[process].stages[stage].label
        return self.tell.name(label, f"stage-{process}-{stage}")

    def stages(self, places: Iterable[tuple[str, str]], last: str = "and") -> Text:
        """Enumerate stages."""
        return self.tell.joined((self.stage(*place) for place in places), last)

    def event(self, name: str) -> Text:
        """Give an event, which leads to what is written down when it happens."""
        return self.tell.name(self.spec.events[name].label, f"event-{name}")

    def offer(self, name: str) -> Text:
        """Give an offer, which leads to its card."""
        return self.tell.name(self.spec.offers[name].label, f"offer-{name}")

    def follow_up(self, name: str) -> Text:
        """Give a follow-up, which leads to its card."""
        return self.tell.name(self.spec.follow_ups[name].label, f"follow-up-{name}")

    def record(self, name: str) -> Text:
        """Give a kind of record, which leads to what is kept of it."""
        return self.tell.name(self.spec.records[name].label, f"record-{name}")

    def patterns(self, patterns: Iterable[EventPattern]) -> Text:
        """Enumerate events, each with what has to be true of it."""
        return self.tell.joined((self.pattern(one) for one in patterns), "or")

    def pattern(self, pattern: EventPattern) -> Text:
        """Give an event with what has to be true of it."""
        if pattern.guard is None:
            return self.event(pattern.event)
        return self.tell("pattern", event=self.event(pattern.event), guard=self.read(pattern.guard))

    def channel(self, name: str) -> Text:
        """Give a channel."""
        return (Run(spoken(name), given=True),)

    # what several chapters say

    def price(self, offer: Offer) -> Text:
        """Say what an offer costs the client, or takes off the price."""
        amount = self.amount(offer.price)
        if offer.price is not None:
            return amount if self._is_free(offer) else self.tell("price", amount=amount)
        return self.tell("price.discount", amount=self.amount(offer.discount)) if offer.discount else ()

    def amount(self, value: Expression | None) -> Text:
        """Write an amount of money that is given or worked out; nothing where there is none."""
        if value is None:
            return ()
        if isinstance(value, Literal) and value.value == 0:
            return self.tell("price.free")
        return (Run(self.read(value, t.MoneyType())),)

    @staticmethod
    def _is_free(offer: Offer) -> bool:
        return isinstance(offer.price, Literal) and offer.price.value == 0

    def kind_of_field(self, field: Field) -> str:
        """Say what is written into a field."""
        return self.kind(field.type)

    def kind(self, kind: t.Type) -> str:
        """Say what a value of a type is."""
        tell = self.tell
        match kind:
            case t.ChoiceType(values=values):
                parts = "".join(run.text for run in tell.joined(map(spoken, values), "or"))
                return tell.word("kind.choice", values=parts)
            case t.MoneyType():
                return tell.word("kind.money", currency=self.spec.currency or "").strip()
            case t.ReferenceType(record=record):
                return tell.word("kind.reference", record=tell.quoted(self.spec.records[record].label))
            case t.PersonType(role=role):
                found = self.spec.roles.get(role)
                return tell.word("kind.person", role=tell.quoted(found.label if found else spoken(role)))
            case t.ListType(element=element):
                return tell.word("kind.list", element=self.kind(element))
            case _:
                return tell.word(f"kind.{type(kind).__name__.removesuffix('Type').lower()}")

    def field(self, field: Field) -> Text:
        """Say what is written down in a field: its name, what it may be, and whether it may be left open."""
        limits = "".join(self._limit(limit.operator, limit.value, field.type) for limit in field.limits)
        kind = self.kind_of_field(field) + limits
        name = Run(spoken(field.name), strong=True, given=True)
        return self.tell("field.optional" if field.optional else "field", name=name, kind=kind)

    def _limit(self, operator: str, value: object, kind: t.Type) -> str:
        if operator == "matches":
            return ""
        words = self.tell.word(f"bound.{operator}", value=self.read.value(value, kind))
        return self.tell.word("join.comma") + words

    def facts(self, pairs: Iterable[tuple[str, Piece | list[Text] | None]]) -> Facts:
        """Put what is known under each other; what is not there is left out."""
        kept = []
        for key, answer in pairs:
            lines = tuple(answer) if isinstance(answer, list) else (as_text(answer or ""),)
            lines = tuple(line for line in lines if line)
            if lines:
                kept.append((self.tell(key), lines))
        return Facts(tuple(kept))


def with_capital(text: Text) -> Text:
    """Begin a text as a sentence begins, unless it begins with a name.

    >>> with_capital((Run("after 2 days"),))[0].text
    'After 2 days'
    """
    for number, run in enumerate(text):
        if run.text:
            if run.given:
                return text
            return (
                *text[:number],
                Run(run.text[0].upper() + run.text[1:], run.strong, run.target),
                *text[number + 1 :],
            )
    return text


def sentences(*parts: Text) -> Text:
    """Put sentences behind each other."""
    runs: list[Run] = []
    for part in parts:
        if part:
            runs += [*([Run(" ")] if runs else []), *part]
    return tuple(runs)
