"""Lengths of time, and whole numbers."""

from __future__ import annotations

from decimal import Decimal

from stepladder_dsl.model.symbols import Symbols
from stepladder_dsl.model.types import Duration, Unit
from stepladder_dsl.syntax import nodes as n

UNITS = {unit.name: unit for unit in Unit}

_PARTS = {"HOUR": (60, "MINUTE"), "DAY": (24, "HOUR"), "WEEK": (7, "DAY"), "YEAR": (12, "MONTH")}


def duration_of(node: n.DurationNode, symbols: Symbols) -> Duration:
    """Give a duration; only whole, positive amounts of time exist."""
    if node.amount != node.amount.to_integral_value() or node.amount <= 0:
        _report_amount(node, symbols)
        return Duration(1, UNITS[node.unit])
    calendar = _calendar(node, symbols) if node.working else None
    return Duration(int(node.amount), UNITS[node.unit], calendar)


def _report_amount(node: n.DurationNode, symbols: Symbols) -> None:
    """Report an amount of time that is not whole, with the whole one that it may be in a smaller unit."""
    exact = _in_smaller_unit(node)
    if exact is None:
        symbols.report("SL109", node.span, "duration", found=node.amount)
        return
    amount, unit = exact
    symbols.report(
        "SL109", node.span, "part", found=node.amount, amount=amount, unit=f"<unit:{unit.lower()}>"
    )


def _in_smaller_unit(node: n.DurationNode) -> tuple[int, str] | None:
    """Give a length of time that is no whole number in the next smaller unit, where it is one there."""
    if node.working or node.unit not in _PARTS or node.amount <= 0:
        return None
    parts, unit = _PARTS[node.unit]
    amount = node.amount * parts
    return (int(amount), unit) if amount == amount.to_integral_value() else None


def _calendar(node: n.DurationNode, symbols: Symbols) -> str | None:
    """Give the calendar in which working time counts: the named one, or the only one there is."""
    calendars = symbols.calendars
    if node.calendar is not None:
        return symbols.find("calendar", node.calendar, calendars)
    if len(calendars) != 1:
        names = tuple(f"`{name}`" for name in calendars)
        variant = "" if calendars else "none"
        symbols.report("SL118", node.span, variant, calendars=names, example=next(iter(calendars), ""))
        return None
    return next(iter(calendars))


def whole_number(node: n.NumberNode, symbols: Symbols) -> int | None:
    """Give a whole number of at least one, or report that it is none."""
    if node.value != node.value.to_integral_value() or node.value < Decimal(1):
        symbols.report("SL109", node.span, "whole", found=node.value)
        return None
    return int(node.value)
