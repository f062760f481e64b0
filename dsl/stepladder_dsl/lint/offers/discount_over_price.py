"""A discount that is certainly greater than the price, a share above the whole, or an amount below zero."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stepladder_dsl.analysis.amounts import ONE, ZERO, Amounts
from stepladder_dsl.analysis.conditions import written_out
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Offer, Spec
from stepladder_dsl.model.types import MoneyType
from stepladder_dsl.source import Span

_COUNTS = range(2, 13)
"""Up to a year of monthly fees; more is rather a percentage whose sign was forgotten."""


def _check(context: LintContext) -> Iterator[Diagnostic]:
    amounts = Amounts(context.spec)
    for offer in context.spec.offers.values():
        if offer.price is not None and amounts.of(offer.price, offer.record).most < ZERO:
            yield Diagnostic("SL705", offer.price.span, {"name": offer.name}, "price_below_zero")
        if offer.discount is None:
            continue
        discount = amounts.of(offer.discount, offer.record)
        if discount.most < ZERO:
            yield Diagnostic("SL705", offer.discount.span, {"name": offer.name}, "discount_below_zero")
        elif offer.price is not None and discount.least > amounts.of(offer.price, offer.record).most:
            values = {"name": offer.name}
            yield Diagnostic(
                "SL705", offer.discount.span, values, "over_price", labels=(Label(offer.price.span, "price"),)
            )
        elif (share := _over_the_whole(context, amounts, offer)) is not None:
            span, percent = share
            yield Diagnostic("SL705", span, {"name": offer.name, "percent": percent}, "over_whole")


def _over_the_whole(context: LintContext, amounts: Amounts, offer: Offer) -> tuple[Span, Decimal] | None:
    """Give a share of more than the whole by which an amount of money is multiplied, in per cent."""
    spec = context.spec
    discount = None if offer.discount is None else written_out(offer.discount, spec.lets)
    if not isinstance(discount, e.Arithmetic) or discount.operator != "*":
        return None
    for share, whole in ((discount.left, discount.right), (discount.right, discount.left)):
        if not isinstance(whole.type, MoneyType) or isinstance(share.type, MoneyType):
            continue
        for part in _shares(spec, share):
            found = amounts.of(part, offer.record)
            if found.least > ONE and not _is_so_many_times(context, part):
                return part.span, Decimal(format((found.least * 100).normalize(), "f"))
    return None


def _is_so_many_times(context: LintContext, part: e.Expression) -> bool:
    """Tell whether `2` in `monthly_fee * 2` is a count, as of months that are free, and no share."""
    if not isinstance(part, e.Literal) or part.value not in _COUNTS:
        return False
    line = context.sources[part.span.file].line(part.span.line)
    return line[part.span.column - 1 : part.span.end_column - 1].isdecimal()


def _shares(spec: Spec, share: e.Expression) -> Iterator[e.Expression]:
    """Yield what a share can be: each of the values that a decision table gives, or the share itself."""
    share = written_out(share, spec.lets)
    if isinstance(share, e.DecisionValue) and share.decision in spec.decisions:
        decision = spec.decisions[share.decision]
        place = list(decision.outputs).index(share.output)
        yield from (value for row in decision.rows if (value := row.values[place]) is not None)
    else:
        yield share


RULE = Rule("SL705", "discount-over-price", Severity.WARNING, _check)
