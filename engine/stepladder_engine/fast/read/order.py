"""The order of events: by case, then time, then as the source has them."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.compiling import can_compile, compiled
from stepladder_engine.fast.read.text_table import Codes, Whole

Numbers = TypeVar("Numbers", Codes, Whole)

_FEW = 48
"""So many events are sorted by putting each in its place."""


def order_of_events(
    case: Codes,
    time: Whole,
    cases: int,
    file: Codes,
    row: Whole,
    sequence: Whole | None,
    *,
    one_file: bool,
) -> Codes | Whole:
    """Give the places of the events in their order.

    Without a sequence of their own the order in which they were read decides between equal times,
    if files were read in the order of their names.
    """
    if sequence is not None or (not one_file and np.any(np.diff(file) < 0)):
        # An event without a place in the sequence has the place zero.
        place = (
            np.zeros(len(case), np.int64) if sequence is None else np.where(sequence == UNKNOWN, 0, sequence)
        )
        return np.lexsort((row, file, place, time, case))
    if can_compile():
        order = np.empty(len(case), np.int32)
        _by_case(case, np.zeros(cases + 1, np.int64), order)
        first = 0
        while first < len(order):
            first, last = _by_time(case, time, order, first)
            # Those of a case with many events are sorted at once.
            rows = order[first:last]
            order[first:last] = rows[np.argsort(time[rows], kind="stable")]
            first = last
        return order
    if np.any(np.diff(time) < 0):
        return np.lexsort((time, case))
    return np.argsort(case, kind="stable")


def taken(cells: Numbers, order: Codes | Whole) -> Numbers:
    """Give cells in an order; numpy would make places of half a word whole ones for each column anew."""
    if not can_compile() or order.dtype != np.int32:
        return cells[order]
    found = np.empty(len(order), cells.dtype)
    take: Any = _take_whole if cells.dtype == np.int64 else _take_codes
    take(cells, order, found)
    return found


@compiled
def _take_whole(cells: Whole, places: Codes, found: Whole) -> None:
    for row in range(len(places)):
        found[row] = cells[places[row]]


@compiled
def _take_codes(cells: Codes, places: Codes, found: Codes) -> None:
    for row in range(len(places)):
        found[row] = cells[places[row]]


@compiled
def _by_case(case: Codes, place: Whole, order: Codes) -> None:
    """Count the events of each case, then give each its place: rows of a case stay in their order."""
    for row in range(len(case)):
        place[case[row] + 1] += 1
    for number in range(len(place) - 1):
        place[number + 1] += place[number]
    for row in range(len(case)):
        order[place[case[row]]] = row
        place[case[row]] += 1


@compiled
def _by_time(case: Codes, time: Whole, order: Codes, first: int) -> tuple[int, int]:
    """Put the events of each case in the order of time; those that are so already cost one look.

    Gives a case with so many events that this is not the way to sort them: from where to where they stand.
    """
    while first < len(order):
        last = first + 1
        sorted_already = True
        while last < len(order) and case[order[last]] == case[order[first]]:
            sorted_already &= time[order[last - 1]] <= time[order[last]]
            last += 1
        if not sorted_already:
            if last - first > _FEW:
                return first, last
            for place in range(first + 1, last):
                row = order[place]
                before = place - 1
                while before >= first and time[order[before]] > time[row]:
                    order[before + 1] = order[before]
                    before -= 1
                order[before + 1] = row
        first = last
    return first, first
