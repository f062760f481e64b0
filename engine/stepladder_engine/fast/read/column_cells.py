"""Cells of columns as they lie in a file of columns: one way through memory, where numpy needs several.

Which rows have a value is told by single bits from `bit` on, the lowest of a byte first; without any, all
have one.
"""

from __future__ import annotations

from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.compiling import compiled
from stepladder_engine.fast.read.number_cells import EMPTY, READ, UNSURE
from stepladder_engine.fast.read.text_table import Bytes, Codes, Truths, Whole


@compiled
def spread(places: Codes, marks: Bytes, bit: int, codes: Codes, nothing: int, found: Codes) -> None:
    """Give each row the number of its place, and `nothing` where it has no value."""
    marked = len(marks) > 0
    for row in range(len(found)):
        if marked and marks[(bit + row) >> 3] >> ((bit + row) & 7) & 1 == 0:
            found[row] = nothing
        else:
            found[row] = codes[places[row]]


@compiled
def narrow(cells: Whole, marks: Bytes, bit: int, most: int, numbers: Whole, states: Bytes) -> None:
    """Read numbers that lie beside each other, as far as they lie between two bounds."""
    marked = len(marks) > 0
    for row in range(len(numbers)):
        numbers[row] = UNKNOWN
        states[row] = EMPTY
        if not marked or marks[(bit + row) >> 3] >> ((bit + row) & 7) & 1 == 1:
            states[row] = UNSURE
            if -most < cells[row] < most:
                numbers[row] = cells[row]
                states[row] = READ


@compiled
def halved(cells: Whole, marks: Bytes, bit: int, most: int, numbers: Whole, states: Bytes) -> None:
    """Read numbers of two words of which the upper one is nothing but the sign of the lower."""
    marked = len(marks) > 0
    for row in range(len(numbers)):
        numbers[row] = UNKNOWN
        states[row] = EMPTY
        if not marked or marks[(bit + row) >> 3] >> ((bit + row) & 7) & 1 == 1:
            low = cells[2 * row]
            states[row] = UNSURE
            if -most < low < most and cells[2 * row + 1] == low >> 63:
                numbers[row] = low
                states[row] = READ


@compiled
def rows_of(codes: Codes, wanted: Truths, found: Whole) -> int:
    """Put down the rows whose code is wanted, and tell how many; one place more is written for nothing."""
    count = 0
    for row in range(len(codes)):
        found[count] = row
        count += 1 if wanted[codes[row]] else 0
    return count


@compiled
def look_up(codes: Codes, rows: Whole, numbers: Whole, found: Whole) -> None:
    """Give the numbers that the codes of some rows stand for."""
    for place in range(len(rows)):
        found[place] = numbers[codes[rows[place]]]
