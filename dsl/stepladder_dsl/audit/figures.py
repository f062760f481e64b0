"""What is asked of data as well: expressions over all clients, made of what the spec has.

Whoever has data works them out; here stands only what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Event, Spec
from stepladder_dsl.model.types import Duration, MoneyType, NumberType, Type, Unit

_COUNT = NumberType()


@dataclass(frozen=True)
class Wanted:
    """A figure that belongs to a question: its key among the words, and how it is worked out."""

    question: int
    key: str
    value: e.Expression


def wanted(spec: Spec) -> list[Wanted]:
    """Give the figures that can be worked out for a spec."""
    return list(_wanted(Facts(spec)))


def _wanted(facts: Facts) -> Iterator[Wanted]:
    # With several ways of paying no single event says who has bought; the first one is the purchase.
    for purchase in list(facts.purchases.values())[:1]:
        yield Wanted(1, "buyers", _clients(purchase, _at_least(_history(purchase), 1, _COUNT)))
        if field := facts.money_field(purchase):
            yield Wanted(2, "spend_first_month", _spend(purchase, field, Duration(30, Unit.DAY)))
            yield Wanted(2, "spend_first_year", _spend(purchase, field, Duration(12, Unit.MONTH)))
        silent = _at_least(_since(purchase, e.Anchor.LAST_EVENT, Unit.MONTH), 12, NumberType(Unit.MONTH))
        yield Wanted(10, "silent_year", _clients(purchase, silent))
    for event in list(facts.referrals.values())[:1]:
        yield Wanted(16, "referrals_year", _history(event, e.LastWindow(Duration(12, Unit.MONTH))))


def _history(event: Event, window: e.Window | None = None) -> e.History:
    return e.History(e.Aggregate.COUNT, event.name, None, window, None, _COUNT)


def _since(event: Event, anchor: e.Anchor, unit: Unit) -> e.Elapsed:
    return e.Elapsed(unit, anchor, event.name, NumberType(unit))


def _at_least(value: e.Expression, bound: int, kind: Type) -> e.Expression:
    return e.Comparison(">=", value, e.Literal(Decimal(bound), kind))


def _clients(purchase: Event, where: e.Expression) -> e.Population:
    return e.Population(e.Aggregate.COUNT, purchase.record, None, where, _COUNT)


def _spend(purchase: Event, field: str, time: Duration) -> e.Population:
    """Average what buyers spent in their first time; only of those whose time is over."""
    money = MoneyType()
    spent = e.History(e.Aggregate.SUM, purchase.name, field, e.FirstWindow(time), None, money)
    passed = _since(purchase, e.Anchor.FIRST_EVENT, time.unit)
    over = _at_least(passed, time.amount, NumberType(time.unit))
    return e.Population(e.Aggregate.AVERAGE, purchase.record, spent, over, money)
