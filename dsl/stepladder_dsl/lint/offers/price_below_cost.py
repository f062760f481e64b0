"""An offer that certainly brings less than it costs, always or by one row of a decision table."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stepladder_dsl.analysis.amounts import POINT_ZERO, Amounts
from stepladder_dsl.analysis.conditions import written_out
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import DecisionRow, HitPolicy, Offer, Spec


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec = context.spec
    for offer in spec.offers.values():
        if offer.price is None or offer.cost is None:
            continue
        values = {"name": offer.name, "cost": offer.cost}
        brought = _most(Amounts(spec), offer)
        if brought < offer.cost:
            yield Diagnostic("SL704", offer.price.span, values | {"most": _plain(brought)})
            continue
        for row, most in _rows_below(spec, offer, offer.cost):
            yield Diagnostic(
                "SL704",
                row.span,
                values | {"most": _plain(most)},
                "row",
                labels=(Label(offer.price.span, "price"),),
            )


def _plain(number: Decimal) -> Decimal:
    """Give a number without needless noughts behind its mark."""
    return Decimal(format(number.normalize(), "f"))


def _most(amounts: Amounts, offer: Offer) -> Decimal:
    """Give the most that an offer can bring: its price without its discount."""
    price = POINT_ZERO if offer.price is None else amounts.of(offer.price, offer.record)
    discount = POINT_ZERO if offer.discount is None else amounts.of(offer.discount, offer.record)
    return (price + -discount).most


def _rows_below(spec: Spec, offer: Offer, cost: Decimal) -> Iterator[tuple[DecisionRow, Decimal]]:
    """Yield the rows of decision tables by which an offer brings less than it costs, and the most it does."""
    for used in dict.fromkeys(_decided(spec, offer)):
        decision = spec.decisions[used.decision]
        place = list(decision.outputs).index(used.output)
        for row in decision.rows:
            value = row.values[place]
            if value is None:
                continue
            given = Amounts(spec).of(value, decision.record)
            most = _most(Amounts(spec, {(used.decision, used.output): given}), offer)
            if most < cost:
                yield row, most


def _decided(spec: Spec, offer: Offer) -> Iterator[e.DecisionValue]:
    """Yield the values of decision tables, each of which alone makes a price or a discount."""
    for value in (offer.price, offer.discount):
        for part in () if value is None else e.walk(written_out(value, spec.lets)):
            if not isinstance(part, e.DecisionValue) or part.decision not in spec.decisions:
                continue
            if spec.decisions[part.decision].policy in {HitPolicy.FIRST, HitPolicy.UNIQUE}:
                yield part


RULE = Rule("SL704", "price-below-cost", Severity.WARNING, _check)
