"""A step of a ladder that nothing but its acceptance closes, so that the steps behind it wait for ever."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Offer, Spec


def _check(context: LintContext) -> Iterator[Diagnostic]:
    ladders: dict[str | None, list[Offer]] = {}
    for offer in context.spec.offers.values():
        ladders.setdefault(offer.ladder, []).append(offer)
    for offer in context.spec.offers.values():
        if offer.ladder is None or offer.order is None or not _stays_open(offer):
            continue
        waiting = [other for other in ladders[offer.ladder] if _waits(context.spec, other, offer)]
        if waiting:
            values = {
                "name": offer.name,
                "ladder": offer.ladder,
                "record": offer.record,
                "waiting": tuple(f"`{other.name}`" for other in waiting),
            }
            yield Diagnostic("SL706", offer.span, values, labels=(Label(waiting[0].span, "waiting"),))


def _stays_open(offer: Offer) -> bool:
    """Say whether an offer opens in every case and is over only when it is accepted."""
    return offer.valid is None and offer.condition is None and not offer.declined_on and not offer.caps


def _waits(spec: Spec, later: Offer, offer: Offer) -> bool:
    """Say whether a later step of the same ladder could be open only where the other one is."""
    if later.record != offer.record:
        return False
    if later.order is None or offer.order is None or later.order <= offer.order:
        return False
    if offer.stages:
        return bool(later.stages) and set(later.stages) <= set(offer.stages)
    # Without stages an offer is open until every case has ended; after the end its ladder is free.
    return all(spec.processes[process].stages[stage].end is None for process, stage in later.stages)


RULE = Rule("SL706", "blocked-ladder", Severity.WARNING, _check)
