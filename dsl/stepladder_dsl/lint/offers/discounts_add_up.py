"""Two discounts that are open together and that one and the same event accepts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from stepladder_dsl.analysis.conditions import follows
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Offer, Spec


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for first, second in _accepted_on_one_event(context.spec):
        event = _event_of_both(context.spec, first, second)
        if event is not None and _open_together(context.spec, first, second):
            values = {"name": second.name, "other": first.name, "event": event}
            yield Diagnostic("SL703", second.span, values, labels=(Label(first.span, "other"),))


def _accepted_on_one_event(spec: Spec) -> list[tuple[Offer, Offer]]:
    """Give the pairs of offers with a discount that are accepted on the same kind of event."""
    offers: dict[str, list[Offer]] = {}
    for offer in spec.offers.values():
        if offer.discount is not None:
            for event in dict.fromkeys(pattern.event for pattern in offer.accepted_on):
                offers.setdefault(event, []).append(offer)
    pairs = [pair for accepted in offers.values() for pair in combinations(accepted, 2)]
    return list({(first.name, second.name): (first, second) for first, second in pairs}.values())


def _event_of_both(spec: Spec, first: Offer, second: Offer) -> str | None:
    """Give an event that accepts both whenever it accepts one of them."""
    for one in first.accepted_on:
        for two in second.accepted_on:
            same = one.event == two.event
            if same and (
                follows(one.guard, two.guard, spec.lets) or follows(two.guard, one.guard, spec.lets)
            ):
                return one.event
    return None


def _open_together(spec: Spec, first: Offer, second: Offer) -> bool:
    """Say whether two offers are open at the same time: the same stage, one condition within the other."""
    if first.record != second.record:
        return False
    if first.ladder is not None and first.ladder == second.ladder and first.order != second.order:
        return False
    shared = not first.stages or not second.stages or set(first.stages) & set(second.stages)
    one, two = first.condition, second.condition
    return bool(shared) and (follows(one, two, spec.lets) or follows(two, one, spec.lets))


RULE = Rule("SL703", "discounts-add-up", Severity.WARNING, _check)
