"""The marks of money: which currencies `€`, `лв.` or `تومان` may stand for."""

from __future__ import annotations

import re

TOMAN = "toman"
"""Ten rials. Nearly all prices in Iran are told in it, and it is no currency of ISO 4217."""

_DOLLARS = ("USD", "AUD", "BBD", "BMD", "BSD", "BZD", "CAD", "FJD", "HKD", "JMD", "LRD", "NAD", "NZD", "SGD")
_PESOS = ("ARS", "CLP", "COP", "CUP", "DOP", "MXN", "UYU")
_MARKS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "евро": ("EUR",),
    "euro": ("EUR",),
    "$": (*_DOLLARS, *_PESOS, "BRL", "TWD"),
    "US$": ("USD",),
    "£": ("GBP", "EGP", "LBP", "SYP"),
    "¥": ("JPY", "CNY"),
    "₽": ("RUB",),
    "руб": ("RUB", "BYN"),
    "р": ("RUB", "BYN"),
    "лв": ("BGN",),
    "₴": ("UAH",),
    "грн": ("UAH",),
    "₸": ("KZT",),
    "тг": ("KZT",),
    "₺": ("TRY",),
    "TL": ("TRY",),
    "₹": ("INR",),
    "₪": ("ILS",),
    "₾": ("GEL",),
    "֏": ("AMD",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "Ft": ("HUF",),
    "lei": ("RON", "MDL"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Fr": ("CHF",),
    "﷼": ("IRR", "OMR", "QAR", "SAR", "YER"),
    "ریال": ("IRR",),
    "ريال": ("IRR", "OMR", "QAR", "SAR", "YER"),
    "تومان": (TOMAN,),
    "تومن": (TOMAN,),
    "درهم": ("AED", "MAD"),
    "د.إ": ("AED",),
}
_CODES = frozenset(
    {
        *("AED", "AMD", "ARS", "AUD", "AZN", "BGN", "BRL", "BYN", "CAD", "CHF", "CLP", "CNY", "COP", "CZK"),
        *("DKK", "EGP", "EUR", "GBP", "GEL", "HKD", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JPY"),
        *("KGS", "KRW", "KWD", "KZT", "MAD", "MDL", "MKD", "MXN", "MYR", "NOK", "NZD", "OMR", "PHP", "PLN"),
        *("QAR", "RON", "RSD", "RUB", "RUR", "SAR", "SEK", "SGD", "THB", "TJS", "TMT", "TND", "TRY", "TWD"),
        *("UAH", "USD", "UZS", "VND", "ZAR"),  # codespell:ignore zar
    }
)
_BY_FORM = {mark.casefold(): currencies for mark, currencies in _MARKS.items()}

MARK = "|".join([*(re.escape(mark) for mark in sorted(_MARKS, key=len, reverse=True)), "[A-Za-z]{3}"])
"""The pattern of what may stand beside an amount; a point may follow."""


def currencies_of(mark: str) -> frozenset[str] | None:
    """Give the currencies that a mark may stand for, or None where it is none.

    >>> currencies_of("лв."), currencies_of("pcs")
    (frozenset({'BGN'}), None)
    """
    bare = mark.removesuffix(".")
    if bare.upper() in _CODES:
        return frozenset({"RUB" if bare.upper() == "RUR" else bare.upper()})
    found = _BY_FORM.get(bare.casefold())
    return None if found is None else frozenset(found)
