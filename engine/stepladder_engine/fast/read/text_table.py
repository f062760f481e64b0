"""Distinct texts with numbers: each text that a column has is looked at once, however many rows have it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from threading import Lock
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from stepladder_engine.fast.read.compiling import can_compile, compiled

Bytes = NDArray[np.uint8]
Whole = NDArray[np.int64]
Codes = NDArray[np.int32]
Words = NDArray[np.uint64]
Word = np.uint64
Truths = NDArray[np.bool_]

_FIRST_SIZE = 1024
_ROWS_AT_ONCE = 1024
"""So many texts are looked for at once: what is known of them stays next to the processor."""
_HASH, _PLUS = 35, 43
_LONGEST_SORTED_AS_NUMBERS = 64
_BYTES_OF_A_WORD = 8
_ASCII_SPACE = (9, 10, 11, 12, 13, 28, 29, 30, 31, 32)


@compiled
def _word(data: Bytes, wide: Words, first: int, size: int) -> Word:
    """Give up to eight bytes as one number: out of two words of the same bytes, else one after the other."""
    place = first >> 3
    word = np.uint64(0)
    if place + 1 < len(wide):
        shift = (first & 7) * 8
        word = wide[place] >> np.uint64(shift)
        if shift > 0:
            word |= wide[place + 1] << np.uint64(64 - shift)
        if size < 8:
            word &= (np.uint64(1) << np.uint64(8 * size)) - np.uint64(1)
    else:
        for each in range(first + size - 1, first - 1, -1):
            word = word << np.uint64(8) | np.uint64(data[each])
    return word


@compiled
def _mix(
    data: Bytes,
    wide: Words,
    start: Whole,
    end: Whole,
    begin: int,
    count: int,
    zeros: bool,
    mixed: Words,
    short: Words,
) -> None:
    """Give the hash of some texts, and those of up to eight bytes as the number that they are.

    A longer one has the number zero, as one with `zeros` in it, which no file has.
    """
    for row in range(count):
        first, last = start[begin + row], end[begin + row]
        size = last - first
        hashed = np.uint64(0)
        word = np.uint64(0)
        if size <= 8:
            word = _word(data, wide, first, size)
            hashed = word * np.uint64(0xFF51AFD7ED558CCD)
        else:
            while first < last:
                hashed ^= _word(data, wide, first, min(last - first, 8))
                hashed *= np.uint64(0xFF51AFD7ED558CCD)
                hashed ^= hashed >> np.uint64(32)
                first += 8
        if zeros:
            for place in range(start[begin + row], last):
                if data[place] == 0:
                    word = np.uint64(0)
        # Keys that count upwards differ in few bits, all of which have to reach the lowest ones.
        hashed ^= hashed >> np.uint64(32)
        hashed *= np.uint64(0xC4CEB9FE1A85EC53)
        mixed[row] = hashed ^ (hashed >> np.uint64(32))
        short[row] = word


@compiled
def _find(
    codes: Codes, begin: int, count: int, slots: Codes, words: Words, mixed: Words, short: Words
) -> None:
    """Give the numbers of short texts that stand where they are looked for first, and -1 to all others.

    Without a choice between two ways, so that the processor waits for the memory of many rows at once.
    """
    mask = len(slots) - 1
    for row in range(count):
        code = slots[np.int64(mixed[row] & np.uint64(mask))]
        known = words[max(code, 0)] == short[row]
        known &= code >= 0
        known &= short[row] != np.uint64(0)
        codes[begin + row] = known * (code + 1) - 1


@compiled
def _insert(
    data: Bytes,
    wide: Words,
    start: Whole,
    end: Whole,
    at: int,
    codes: Codes,
    slots: Codes,
    hashes: Words,
    words: Words,
    offsets: Whole,
    arena: Bytes,
    plain: Truths,
    mixed: Words,
    short: Words,
    count: int,
    zeros: bool,
) -> tuple[int, int]:
    """Number the texts from row `at` on until the table is full; gives the next row, and the count.

    A text of up to eight bytes is one number, `words`, and is known by it: most keys are so short, and
    each look into another array costs more than all arithmetic. `mixed` and `short` are room for as many
    rows as are looked for at once, and `wide` is `data`, eight bytes at a time.
    """
    mask = len(slots) - 1
    full = len(hashes)
    begin = at
    while begin < len(start):
        several = min(len(mixed), len(start) - begin)
        _mix(data, wide, start, end, begin, several, zeros, mixed, short)
        _find(codes, begin, several, slots, words, mixed, short)
        for step in range(several):
            row = begin + step
            if codes[row] >= 0:
                continue
            first, last = start[row], end[row]
            size = last - first
            slot = np.int64(mixed[step] & np.uint64(mask))
            while True:
                code = slots[slot]
                if code < 0:
                    if count == full or offsets[count] + size > len(arena):
                        return row, count
                    used = offsets[count]
                    usual = size > 0 and data[first] != _HASH
                    for place in range(first, last):
                        byte = data[place]
                        arena[used + place - first] = byte
                        usual &= byte < 128 and byte != _PLUS
                    offsets[count + 1] = used + size
                    edges = size > 0
                    if edges:
                        for byte in (data[first], data[last - 1]):
                            edges &= byte > 32 or (byte < 9) or (13 < byte < 28)
                    plain[count] = usual and edges
                    hashes[count] = mixed[step]
                    words[count] = short[step]
                    slots[slot] = count
                    codes[row] = count
                    count += 1
                    break
                if words[code] == short[step]:
                    if short[step] != np.uint64(0):
                        codes[row] = code
                        break
                    known = offsets[code]
                    if hashes[code] == mixed[step] and size == offsets[code + 1] - known:
                        same = True
                        for place in range(size):
                            if arena[known + place] != data[first + place]:
                                same = False
                                break
                        if same:
                            codes[row] = code
                            break
                slot = (slot + 1) & mask
        begin += several
    return len(start), count


@compiled
def _gather(arena: Bytes, offsets: Whole, codes: Codes, out: Bytes, begins: Whole) -> None:
    """Copy texts so that they lie one behind the other."""
    for row in range(len(codes)):
        first, place = offsets[codes[row]], begins[row]
        for step in range(begins[row + 1] - place):
            out[place + step] = arena[first + step]


@compiled
def _place_again(slots: Codes, hashes: Words, count: int) -> None:
    """Fill larger slots with the texts that are known."""
    mask = len(slots) - 1
    for code in range(count):
        slot = np.int64(hashes[code] & np.uint64(mask))
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = code


class TextTable:
    """Texts in UTF-8, numbered as they come.

    `plain` tells those that stand for themselves wherever a text is wanted: they are ASCII, without space
    around them, and none of the errors and shortened numbers that spreadsheets write.
    """

    def __init__(self) -> None:
        self.count = 0
        self.zeros = False
        """Whether a text may have a zero byte in it."""
        self.offsets: Whole = np.zeros(_FIRST_SIZE + 1, np.int64)
        self.arena: Bytes = np.empty(16 * _FIRST_SIZE, np.uint8)
        self.plain: Truths = np.zeros(_FIRST_SIZE, np.bool_)
        self._hashes: Words = np.zeros(_FIRST_SIZE, np.uint64)
        self._words: Words = np.zeros(_FIRST_SIZE, np.uint64)
        self._slots: Codes = np.full(2 * _FIRST_SIZE, -1, np.int32)
        self._known: dict[bytes, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return self.count

    def insert(self, data: Bytes, start: Whole, end: Whole, *, zeros: bool = False) -> Codes:
        """Give the number of each text ``data[start:end]``; new ones get the next numbers.

        `zeros` says that there may be zero bytes in them, which no file of lines has.
        """
        with self._lock:
            return self._insert(data, start, end, zeros=zeros)

    def _insert(self, data: Bytes, start: Whole, end: Whole, *, zeros: bool) -> Codes:
        self.zeros |= zeros
        codes = np.empty(len(start), np.int32)
        if not can_compile():
            self._insert_slowly(data, start, end, codes)
            return codes
        row, wide = 0, _in_words(data)
        looked_for = np.empty(_ROWS_AT_ONCE, np.uint64), np.empty(_ROWS_AT_ONCE, np.uint64)
        while True:
            known = (self._slots, self._hashes, self._words, self.offsets, self.arena, self.plain)
            row, self.count = _insert(
                data, wide, start, end, row, codes, *known, *looked_for, self.count, zeros
            )
            if row == len(start):
                return codes
            self._grow(int(end[row] - start[row]))

    def add(self, texts: Sequence[str]) -> Codes:
        """Give the numbers of texts."""
        # Only texts of a program could hold such halves of letters; no file can.
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if len(ends) else ends
        whole = b"".join(encoded)
        with self._lock:
            return self._insert(np.frombuffer(whole, np.uint8), starts, ends, zeros=b"\0" in whole)

    def text(self, code: int) -> str:
        """Give the text of a number."""
        return self.bytes_of(code).decode("utf-8", "surrogatepass")

    def bytes_of(self, code: int) -> bytes:
        """Give the text of a number in UTF-8."""
        return self.arena[self.offsets[code] : self.offsets[code + 1]].tobytes()

    def in_order(self, codes: Codes) -> Codes:
        """Give distinct numbers in the rising order of their texts, as Python compares texts.

        The order of letters is the order of their bytes in UTF-8.
        """
        sizes = self.offsets[codes + 1] - self.offsets[codes]
        longest = int(sizes.max(initial=0))
        if longest <= _BYTES_OF_A_WORD and not self.zeros and can_compile():
            # The words differ from each other, and with its first letter in front each is its place.
            return codes[np.argsort(self._words[codes].byteswap())]
        if longest > _LONGEST_SORTED_AS_NUMBERS:
            return np.array(sorted(codes.tolist(), key=self.bytes_of), np.int32)
        words = -(-max(longest, 1) // 8)
        padded = np.zeros((len(codes), words * 8), np.uint8)
        for place in range(longest):
            there = sizes > place
            padded[there, place] = self.arena[self.offsets[codes[there]] + place]
        columns = padded.view(">u8").astype(np.uint64)
        # A shorter text comes before a longer one that it begins, also where the rest is zero bytes.
        keys = [sizes, *(columns[:, word] for word in reversed(range(words)))]
        return codes[np.lexsort(keys)]

    def _insert_slowly(self, data: Bytes, start: Whole, end: Whole, codes: Codes) -> None:
        """Do the same without compiled loops."""
        whole = data.tobytes()
        for row, (first, last) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
            text = whole[first:last]
            code = self._known.get(text)
            if code is None:
                code = self._append(text)
            codes[row] = code

    def _append(self, text: bytes) -> int:
        while self.count == len(self.plain) or self.offsets[self.count] + len(text) > len(self.arena):
            self._grow(len(text))
        code, used = self.count, int(self.offsets[self.count])
        self.arena[used : used + len(text)] = np.frombuffer(text, np.uint8)
        self.offsets[code + 1] = used + len(text)
        edges = bool(text) and text[0] not in _ASCII_SPACE and text[-1] not in _ASCII_SPACE
        self.plain[code] = edges and text.isascii() and b"+" not in text and not text.startswith(b"#")
        self._known[text] = code
        self.count += 1
        return code

    def _grow(self, needed: int) -> None:
        """Make room for more texts, or for one that is long."""
        if self.count == len(self.plain):
            self.offsets = longer(self.offsets, 2 * self.count + 1)
            self.plain = longer(self.plain, 2 * self.count)
            self._hashes = longer(self._hashes, 2 * self.count)
            self._words = longer(self._words, 2 * self.count)
            if can_compile():
                self._slots = np.full(4 * self.count, -1, np.int32)
                _place_again(self._slots, self._hashes, self.count)
        if self.offsets[self.count] + needed > len(self.arena):
            self.arena = longer(self.arena, max(2 * len(self.arena), len(self.arena) + needed))


def _in_words(data: Bytes) -> Words:
    """Give the same bytes, eight as one number, the first as the lowest; none where they lie otherwise."""
    if sys.byteorder != "little" or data.ctypes.data % 8:
        return np.zeros(0, np.uint64)
    return data[: len(data) // 8 * 8].view(np.uint64)


Array = TypeVar("Array", bound=NDArray[Any])


def longer(array: Array, size: int) -> Array:
    """Give a longer array that begins like this one."""
    longer = np.zeros(size, array.dtype)
    longer[: len(array)] = array
    return longer  # type: ignore[return-value]  # numpy's types do not say that a type of items is kept


class Texts(Sequence[str]):
    """Texts of a table in an order; each is made when it is asked for."""

    def __init__(self, table: TextTable, codes: Codes) -> None:
        self._table = table
        self._codes = codes

    def __len__(self) -> int:
        return len(self._codes)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return Texts(self._table, self._codes[index])
        return self._table.text(int(self._codes[index]))

    def picked(self, places: Whole) -> Texts:
        """Give some of the texts."""
        return Texts(self._table, self._codes[places])

    def in_utf_8(self) -> tuple[Bytes, Whole]:
        """Give all texts one behind the other, and where each begins; at the end where the last one ends."""
        table, codes = self._table, self._codes
        begins = np.zeros(len(codes) + 1, np.int64)
        np.cumsum(table.offsets[codes + 1] - table.offsets[codes], out=begins[1:])
        if not can_compile():
            return np.frombuffer(b"".join(map(table.bytes_of, codes.tolist())), np.uint8), begins
        arena = np.empty(int(begins[-1]), np.uint8)
        _gather(table.arena, table.offsets, codes, arena, begins)
        return arena, begins

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # what is compared by its items has no fixed hash

    def __repr__(self) -> str:
        return f"Texts({list(self[:5])}{' …' if len(self) > 5 else ''})"
