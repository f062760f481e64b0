"""The rows of `offers` as columns: every time an offer was open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from stepladder_dsl.model.types import MoneyType
from stepladder_engine.data.cells import Cells, Chosen, Flags, Joined, Wholes, always, by_code
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.lower import Shape
from stepladder_engine.fast.outcome import OFFER_STATUSES
from stepladder_engine.results.by_columns.distinct import distinct, first_of_least
from stepladder_engine.results.by_columns.kind import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


class OfferColumns:
    """Makes the columns for the offers to one kind of record."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.offers = kind.found.offers

    def columns(self) -> tuple[list[Cells], Whole]:
        """Give the columns, and the case of each row."""
        kind, offers, made = self.kind, self.offers, self.kind.made
        codes = offers.offer
        prices = self._amounts([price for price, _ in kind.plan.amounts], offers.price, offers.price_divisor)
        discounts = self._amounts(
            [discount for _, discount in kind.plan.amounts], offers.discount, offers.discount_divisor
        )
        numbers, shows = distinct(offers.number)
        currency = always(kind.spec.currency, len(codes))
        known = (prices.codes >= 0) | (discounts.codes >= 0)
        orders = np.array([UNKNOWN if offer.order is None else offer.order for offer in made], np.int64)
        keys = (
            by_code(codes, [f"{kind.spec.name}/{offer.name}/{kind.found.kind}:" for offer in made]),
            kind.keys(offers.case),
            by_code(numbers, [f"/{offers.number[row]}" for row in shows]),
        )
        found: list[Cells] = [
            Joined(keys),
            by_code(codes, [offer.name for offer in made]),
            by_code(codes, [offer.label for offer in made]),
            by_code(codes, [offer.kind.value if offer.kind else None for offer in made]),
            kind.record_of(codes),
            kind.keys(offers.case),
            by_code(codes, [offer.role for offer in made]),
            kind.word_column(offers.person),
            by_code(codes, [offer.channel for offer in made]),
            prices,
            discounts,
            Chosen(np.where(known, currency.codes, -1), currency.values),
            by_code(offers.status, OFFER_STATUSES),
            kind.times(offers.opened),
            kind.times(offers.expires),
            kind.times(offers.closed),
            Flags(self._best()),
            by_code(codes, [offer.ladder for offer in made]),
            Wholes(orders[codes]),
        ]
        return found, offers.case

    def _amounts(self, shapes: Sequence[Shape], numbers: Whole, divisors: Whole) -> Chosen:
        """Give amounts of money, each worked out once."""
        kind = self.kind
        local = {plan.index: place for place, plan in enumerate(kind.record.offers)}
        codes, shows = distinct(self.offers.offer, numbers, divisors)
        values = [
            kind.program.rounded(
                kind.value(shapes[local[int(self.offers.offer[row])]], int(numbers[row]), int(divisors[row])),
                MoneyType(),
            )
            for row in shows
        ]
        # Equal amounts may be written with more decimals or fewer: each stays as it is.
        empty = np.array([value is None for value in values], np.bool_)
        return Chosen(np.where(empty[codes], -1, codes).astype(np.int32), values)

    def _best(self) -> NDArray[np.bool_]:
        """Tell which is the open offer that is earliest on the ladder of its record."""
        offers, made = self.offers, self.kind.made
        last = 1 + max((offer.order or 0 for offer in made), default=0)
        turns = np.array([(offer.order or last) * len(made) + place for place, offer in enumerate(made)])
        rows = np.flatnonzero(offers.status == OFFER_STATUSES.index("open"))
        best = np.zeros(len(offers.case), np.bool_)
        best[rows[first_of_least(offers.case[rows], turns[offers.offer[rows]])]] = True
        return best
