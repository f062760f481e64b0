"""A ladder with a single step: a name written differently, or a step forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Offer


def _check(context: LintContext) -> Iterator[Diagnostic]:
    ladders: dict[tuple[str, str], list[Offer]] = {}
    for offer in context.spec.offers.values():
        if offer.ladder is not None:
            ladders.setdefault((offer.record, offer.ladder), []).append(offer)
    lonely = {place: offers[0] for place, offers in ladders.items() if len(offers) == 1}
    meant = {place: _meant(place, ladders) for place in lonely}
    for (record, ladder), offer in lonely.items():
        # Two names of one ladder are one mistake, told at the second.
        if (record, ladder) not in {(kind, name) for (kind, _), name in meant.items()}:
            values = {"ladder": ladder, "offer": offer.name, "record": record}
            yield Diagnostic("SL802", offer.ladder_span, values, suggestion=meant[record, ladder])


def _meant(place: tuple[str, str], ladders: Iterable[tuple[str, str]]) -> str | None:
    """Give the ladder of an earlier offer whose name is nearest."""
    record, ladder = place
    earlier = takewhile(lambda other: other != place, ladders)
    return nearest(ladder, [name for kind, name in earlier if kind == record])


RULE = Rule("SL802", "lonely-step", Severity.WARNING, _check)
