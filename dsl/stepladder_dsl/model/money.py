"""Money: how many decimal places a currency has, and rounding to them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

_MINOR_UNITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Currencies whose minor unit is not a hundredth (ISO 4217)."""


@cache
def minor_unit(currency: str | None) -> Decimal:
    """Give the smallest amount of a currency: 0.01 for most, and where none is named."""
    return Decimal(1).scaleb(-_MINOR_UNITS.get(currency or "", 2))


def round_money(amount: Decimal, currency: str | None) -> Decimal:
    """Round half up to the currency's minor unit (semantics, "Cases and time", rule 10).

    >>> round_money(Decimal("-0.004"), "EUR"), round_money(Decimal("-0.005"), "EUR")
    (Decimal('0.00'), Decimal('-0.01'))
    """
    return _without_sign_of_zero(amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP))


def with_all_places(amount: Decimal, currency: str | None) -> Decimal:
    """Give an amount with at least the decimal places of its currency.

    >>> with_all_places(Decimal("12.5"), "EUR"), with_all_places(Decimal("12.345"), "EUR")
    (Decimal('12.50'), Decimal('12.345'))
    """
    unit = minor_unit(currency)
    return _without_sign_of_zero(amount.quantize(unit) if amount == amount.quantize(unit) else amount)


def _without_sign_of_zero(amount: Decimal) -> Decimal:
    """Give an amount; nothing is no less than nothing."""
    return amount or amount.copy_abs()
