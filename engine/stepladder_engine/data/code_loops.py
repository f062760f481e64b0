"""Loops over codes and other whole numbers of a column: one way through memory, where numpy needs several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.compiled_loops import can_compile, compiled_alone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Truths = NDArray[np.bool_]
    Codes = NDArray[np.int32]
    Whole = NDArray[np.int64]

SECOND = 1_000_000


def used_codes(codes: Any, count: int) -> Truths:
    """Tell which of so many codes stand in a column; the last place tells of -1."""
    there = np.zeros(count + 1, np.bool_)
    if can_compile():
        _mark(np.ascontiguousarray(codes, np.int32), there)
    else:
        there[codes] = True
    return there


def renamed(codes: Any, new: Codes) -> Codes:
    """Give the new code of each; the last place is where -1 leads."""
    if not can_compile():
        found: Codes = new[codes]
        return found
    found = np.empty(len(codes), np.int32)
    _rename(np.ascontiguousarray(codes, np.int32), new, found)
    return found


def counted_codes(codes: Any, count: int) -> list[tuple[int, int]]:
    """Give the codes that stand in a column, in the order in which they first come, and how often each does.

    Of -1 nothing is said.
    """
    counts, first = _counts_and_firsts(codes, count)
    there = [code for code in np.argsort(first, kind="stable").tolist() if counts[code]]
    return [(code, int(counts[code])) for code in there]


def first_rows(codes: Any, count: int) -> Whole:
    """Give the first row of each of so many codes; for one that does not stand there the number of rows."""
    return _counts_and_firsts(codes, count)[1]


def _counts_and_firsts(codes: Any, count: int) -> tuple[Whole, Whole]:
    """Tell how often each code stands in a column, and where first."""
    counts, first = np.zeros(count, np.int64), np.full(count, len(codes), np.int64)
    if can_compile():
        _count(np.ascontiguousarray(codes, np.int32), counts, first)
    else:
        rows = np.flatnonzero(codes >= 0)[::-1]
        counts += np.bincount(codes[rows], minlength=count)
        first[codes[rows]] = rows
    return counts, first


def bounds_of(numbers: Any, blank: int) -> tuple[int, int, int]:
    """Give the least and the greatest number beside the blank one, and how often that one stands there.

    Where there is no other number, that one is the least and the greatest.
    """
    if can_compile():
        if numbers.dtype == np.int32 and blank == -1:
            return _bounds_of_codes(np.ascontiguousarray(numbers))
        return _bounds(np.ascontiguousarray(numbers, np.int64), blank)
    known = numbers[numbers != blank]
    if not len(known):
        return blank, blank, len(numbers)
    return int(known.min()), int(known.max()), len(numbers) - len(known)


def whole_seconds(numbers: Any, blank: int, least: int) -> bool:
    """Tell whether all numbers beside the blank one stand whole seconds from the least."""
    if can_compile():
        return _whole_seconds(np.ascontiguousarray(numbers, np.int64), blank, least)
    return bool((((numbers - least) % SECOND == 0) | (numbers == blank)).all())


def packed(numbers: Any, blank: int, least: int, unit: int, width: int) -> Bytes:
    """Give numbers in so many bytes each: steps from the least one on, counted from 1; 0 is the blank one."""
    if can_compile():
        out = np.empty(len(numbers) * width, np.uint8)
        if numbers.dtype == np.int32 and blank == -1 and least == 0 and unit == 1:
            _pack_codes(np.ascontiguousarray(numbers), out)
            return out
        _pack(np.ascontiguousarray(numbers, np.int64), blank, least, unit, out)
        return out
    wide = np.asarray(numbers, np.int64)
    counted = np.where(wide == blank, 0, (np.where(wide == blank, least, wide) - least) // unit + 1)
    return counted.astype(f"<u{width}").view(np.uint8)


def unpacked(kept: Any, blank: int, least: int, unit: int) -> Whole:
    """Give numbers back out of what `packed` has made of them."""
    if can_compile():
        found = np.empty(len(kept), np.int64)
        _unpack(kept.view(np.uint8), blank, least, unit, found)
        return found
    wide: Whole = kept.astype(np.int64)
    return np.where(wide == 0, blank, (wide - 1) * unit + least)


def unpacked_codes(kept: Any) -> Codes:
    """Give codes back that `packed` has counted from 1, of which -1 is the one that stands for nothing."""
    if can_compile():
        found = np.empty(len(kept), np.int32)
        _unpack_codes(kept.view(np.uint8), found)
        return found
    codes: Codes = np.subtract(kept, 1, dtype=np.int32, casting="unsafe")
    return codes


@compiled_alone
def _mark(codes: Codes, there: Truths) -> None:
    last = len(there) - 1
    for code in codes:
        there[code if code >= 0 else last] = True


@compiled_alone
def _count(codes: Codes, counts: Whole, first: Whole) -> None:
    for row in range(len(codes)):
        code = codes[row]
        if code >= 0:
            if counts[code] == 0:
                first[code] = row
            counts[code] += 1


@compiled_alone
def _rename(codes: Codes, new: Codes, found: Codes) -> None:
    last = len(new) - 1
    for row in range(len(codes)):
        code = codes[row]
        found[row] = new[code if code >= 0 else last]


@compiled_alone
def _bounds(numbers: Whole, blank: int) -> tuple[int, int, int]:
    blanks = 0
    least = 0x7FFFFFFFFFFFFFFF
    most = -0x7FFFFFFFFFFFFFFF
    for number in numbers:
        if number == blank:
            blanks += 1
        else:
            least = min(least, number)
            most = max(most, number)
    if blanks == len(numbers):
        return blank, blank, blanks
    return least, most, blanks


@compiled_alone
def _bounds_of_codes(codes: Codes) -> tuple[int, int, int]:
    blanks = 0
    least = 0x7FFFFFFF
    most = -1
    for code in codes:
        blanks += 1 if code == -1 else 0
        least = min(least, code if code != -1 else 0x7FFFFFFF)
        most = max(most, code)
    if blanks == len(codes):
        return -1, -1, blanks
    return least, most, blanks


@compiled_alone
def _whole_seconds(numbers: Whole, blank: int, least: int) -> bool:
    for number in numbers:  # noqa: SIM110 - what is compiled has no generators
        if number != blank and (number - least) % SECOND != 0:
            return False
    return True


@compiled_alone
def _pack(numbers: Whole, blank: int, least: int, unit: int, out: Bytes) -> None:
    # To divide takes longer than all the rest, and mostly there is nothing to divide by.
    rows = len(numbers)
    width = len(out) // rows if rows > 0 else 1
    for row in range(rows):
        number = numbers[row]
        counted = 0
        if number != blank:
            counted = number - least
            if unit == SECOND:
                counted //= SECOND
            elif unit != 1:
                counted //= unit
            counted += 1
        if width == 1:
            out[row] = counted
        elif width == 2:
            out[2 * row] = counted
            out[2 * row + 1] = counted >> 8
        else:
            out[4 * row] = counted
            out[4 * row + 1] = counted >> 8
            out[4 * row + 2] = counted >> 16
            out[4 * row + 3] = counted >> 24


@compiled_alone
def _pack_codes(codes: Codes, out: Bytes) -> None:
    rows = len(codes)
    width = len(out) // rows if rows > 0 else 1
    if width == 1:
        for row in range(rows):
            out[row] = codes[row] + 1
    elif width == 2:
        for row in range(rows):
            counted = codes[row] + 1
            out[2 * row] = counted
            out[2 * row + 1] = counted >> 8
    else:
        for row in range(rows):
            counted = codes[row] + 1
            out[4 * row] = counted
            out[4 * row + 1] = counted >> 8
            out[4 * row + 2] = counted >> 16
            out[4 * row + 3] = counted >> 24


@compiled_alone
def _unpack(kept: Bytes, blank: int, least: int, unit: int, found: Whole) -> None:
    rows = len(found)
    width = len(kept) // rows if rows > 0 else 1
    before = least - unit
    for row in range(rows):
        counted = 0
        if width == 1:
            counted = kept[row]
        elif width == 2:
            counted = kept[2 * row] | kept[2 * row + 1] << 8
        else:
            place = 4 * row
            counted = kept[place] | kept[place + 1] << 8 | kept[place + 2] << 16 | kept[place + 3] << 24
        found[row] = before + counted * unit if counted != 0 else blank


@compiled_alone
def _unpack_codes(kept: Bytes, found: Codes) -> None:
    rows = len(found)
    width = len(kept) // rows if rows > 0 else 1
    if width == 1:
        for row in range(rows):
            found[row] = kept[row] - 1
    elif width == 2:
        for row in range(rows):
            found[row] = (kept[2 * row] | kept[2 * row + 1] << 8) - 1
    else:
        for row in range(rows):
            place = 4 * row
            counted = kept[place] | kept[place + 1] << 8 | kept[place + 2] << 16 | kept[place + 3] << 24
            found[row] = counted - 1
