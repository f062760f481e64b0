"""Cells as bytes: rows of columns put together by compiled loops, without a text for each cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.cells import UNKNOWN, Cells, Chained, Chosen, Flags, Joined, Times, Wholes
from stepladder_engine.data.compiled_loops import compiled
from stepladder_engine.data.write_plain import cell_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Whole = NDArray[np.int64]
    Codes = NDArray[np.int32]
    Truths = NDArray[np.bool_]

Written = Callable[[Sequence[str]], list[str]]
"""How texts are written: as they are, or in quotes where a format wants them."""
_TIME_SIZE = 25
_FEW, _MOST_PAIRS, _WORTH_A_TEXT = 1024, 1 << 17, 32
_DAY = 86_400_000_000
_RISKY = np.zeros(256, np.bool_)
_RISKY[list(b'",\r\n')] = True


@compiled
def add_sizes(sizes: Whole, codes: Codes, offsets: Whole) -> None:
    """Add the sizes of texts; the last text is what -1 leads to."""
    last = len(offsets) - 2
    for row in range(len(codes)):
        code = codes[row] if codes[row] >= 0 else last
        sizes[row] += offsets[code + 1] - offsets[code]


@compiled
def put_texts(out: Bytes, places: Whole, codes: Codes, arena: Bytes, offsets: Whole) -> None:
    """Write texts to their places, and move these on."""
    last = len(offsets) - 2
    for row in range(len(codes)):
        code = codes[row] if codes[row] >= 0 else last
        place = places[row]
        for at in range(offsets[code], offsets[code + 1]):
            out[place] = arena[at]
            place += 1
        places[row] = place


@compiled
def put_byte(out: Bytes, places: Whole, byte: int) -> None:
    """Write the same byte to every place, and move these on."""
    for row in range(len(places)):
        out[places[row]] = byte
        places[row] += 1


@compiled
def add_number_sizes(sizes: Whole, numbers: Whole, unknown: int) -> None:
    """Add the sizes of whole numbers; what is not known has none."""
    for row in range(len(numbers)):
        number = numbers[row]
        if number == unknown:
            continue
        size = 1
        if number < 0:
            size, number = 2, -number
        while number >= 10:
            number //= 10
            size += 1
        sizes[row] += size


@compiled
def put_numbers(out: Bytes, places: Whole, numbers: Whole, unknown: int) -> None:
    """Write whole numbers to their places, and move these on."""
    for row in range(len(numbers)):
        number = numbers[row]
        if number == unknown:
            continue
        place = places[row]
        if number < 0:
            out[place] = 45
            place += 1
            number = -number
        size, rest = 1, number
        while rest >= 10:
            rest //= 10
            size += 1
        for at in range(size):
            out[place + size - 1 - at] = 48 + number % 10
            number //= 10
        places[row] = place + size


@compiled
def put_times(
    out: Bytes, places: Whole, clocks: Whole, offsets: Whole, plain: Truths, dates: Bytes, first: int
) -> None:
    """Write local times of whole seconds as ISO 8601 with offsets of whole minutes, and move the places on.

    `dates` are the dates of all days from the `first` on, as texts.
    """
    known = 0
    sign, ten_hours, hours, ten_minutes, minutes = 43, 48, 48, 48, 48
    for row in range(len(clocks)):
        if not plain[row]:
            continue
        place = places[row]
        day = clocks[row] // 86_400_000_000
        second = (clocks[row] - day * 86_400_000_000) // 1_000_000
        for at in range(10):
            out[place + at] = dates[(day - first) * 10 + at]
        hour = second // 3_600
        minute = second // 60 - hour * 60
        second -= hour * 3_600 + minute * 60
        out[place + 10] = 84
        out[place + 11] = 48 + hour // 10
        out[place + 12] = 48 + hour % 10
        out[place + 13] = 58
        out[place + 14] = 48 + minute // 10
        out[place + 15] = 48 + minute % 10
        out[place + 16] = 58
        out[place + 17] = 48 + second // 10
        out[place + 18] = 48 + second % 10
        if offsets[row] != known:
            # Rows that stand together mostly have one offset.
            known = offsets[row]
            offset = abs(known) // 60_000_000
            sign = 43 if known >= 0 else 45
            ten_hours, hours = 48 + offset // 600, 48 + offset // 60 % 10
            ten_minutes, minutes = 48 + offset % 60 // 10, 48 + offset % 10
        out[place + 19] = sign
        out[place + 20] = ten_hours
        out[place + 21] = hours
        out[place + 22] = 58
        out[place + 23] = ten_minutes
        out[place + 24] = minutes
        places[row] = place + 25


class Dates:
    """The dates of the days that a column has, as texts of ten letters."""

    def __init__(self) -> None:
        self.first = 0
        self.texts: Any = np.zeros((0, 10), np.uint8)

    def around(self, clocks: Whole) -> None:
        """Have all days between the first and the last of some local times."""
        if not len(clocks):
            return
        first, last = int(clocks.min()) // _DAY, int(clocks.max()) // _DAY
        if len(self.texts):
            if self.first <= first and last < self.first + len(self.texts):
                return
            first, last = min(first, self.first), max(last, self.first + len(self.texts) - 1)
        days = np.arange(first, last + 1).astype("datetime64[D]").astype("S10")
        self.first, self.texts = first, np.frombuffer(days.tobytes(), np.uint8).reshape(-1, 10)


@compiled
def number_pairs(codes: Codes, others: Codes, width: int, numbers: Codes, shows: Whole) -> int:
    """Number the different pairs of codes as they come, in place of `codes`; gives how many there are.

    `numbers` has a place for each pair that there could be, and -1 in it; `shows` takes a row of each.
    """
    count = 0
    for row in range(len(codes)):
        pair = (codes[row] + 1) * width + others[row] + 1
        number = numbers[pair]
        if number < 0:
            number = count
            numbers[pair] = number
            shows[number] = row
            count += 1
        codes[row] = number
    return count


class SideBySide:
    """Columns of few values that stand side by side: the different rows of them are put together once."""

    def __init__(self, column: Chosen, written: Written) -> None:
        self._written = written
        self._column = column
        self._texts: list[str] | None = None

    @property
    def texts(self) -> list[str]:
        """The texts of the different rows; made only where there is something to put beside them."""
        if self._texts is None:
            self._texts = self._of(self._column)
        return self._texts

    def _of(self, column: Chosen) -> list[str]:
        """Give the texts of a column; the last one is where the code -1 leads."""
        return [*self._written([cell_text(value) for value in column.values]), ""]

    def take(self, column: Chosen, byte: int) -> bool:
        """Put a column beside these, with a byte between, unless there are too many different rows then."""
        width = len(column.values) + 1
        most = (len(self._column.values) + 1) * width
        if most > _MOST_PAIRS:
            return False
        before = self._column.codes.astype(np.int32, copy=False)
        codes, others = before.copy(), column.codes.astype(np.int32, copy=False)
        shows = np.empty(min(most, len(before)), np.int64)
        count = number_pairs(codes, others, width, np.full(most, -1, np.int32), shows)
        # To make a text here takes as long as to write some tens of cells.
        if count > min(_FEW, len(before) // _WORTH_A_TEXT):
            return False
        texts, rows, between = self._of(column), shows[:count], chr(byte)
        pairs = zip(before[rows].tolist(), others[rows].tolist(), strict=True)
        own = self.texts
        self._column = Chosen(codes, [f"{own[one]}{between}{texts[other]}" for one, other in pairs])
        self._texts = [*self._column.values, ""]
        return True

    def whole(self) -> Chosen:
        """Give all of them as one column."""
        return self._column


def side_by_side(
    columns: Sequence[Cells], written: Written, behind: Sequence[int]
) -> list[tuple[Cells, Written, int]]:
    """Give the columns of rows, those together that have few values and stand side by side.

    With each comes how its texts are written, and the byte behind it.
    """
    found: list[tuple[Cells, Written, int]] = []
    together: SideBySide | None = None
    for column, byte in zip(columns, behind, strict=True):
        if not isinstance(column, Chosen) or len(column.values) > _FEW:
            together = None
        elif together is not None and together.take(column, found[-1][2]):
            found[-1] = (together.whole(), list, byte)
            continue
        else:
            together = SideBySide(column, written)
        found.append((column, written, byte))
    return found


class Texts:
    """Texts as bytes one behind the other, with an empty one at the end for what is not there."""

    def __init__(self, values: Sequence[Any], written: Written) -> None:
        self.arena, ends = _bytes_of(values, written)
        self.offsets = np.append(ends, ends[-1])


def _bytes_of(values: Sequence[Any], written: Written) -> tuple[Bytes, Whole]:
    """Give the texts of values as bytes, and where each begins; at the end where the last one ends."""
    if isinstance(values, Chained):
        parts = [_bytes_of(part, written) for part in values.parts]
        begins = np.cumsum([0, *(len(arena) for arena, _ in parts)])
        ends = [offsets[1:] + begin for (_, offsets), begin in zip(parts, begins.tolist(), strict=False)]
        return np.concatenate([arena for arena, _ in parts]), np.concatenate([np.zeros(1, np.int64), *ends])
    kept = getattr(values, "in_utf_8", None)
    if kept is not None:
        arena, offsets = kept()
        if not _RISKY[arena].any() and _is_sound(arena):
            return arena, offsets
    encoded = [text.encode() for text in written([cell_text(value) for value in values])]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return np.frombuffer(b"".join(encoded), np.uint8), offsets


def _is_sound(arena: Bytes) -> bool:
    """Tell whether bytes hold no half characters."""
    try:
        arena.tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


class Piece:
    """A part of every row: what its text adds to the sizes of rows, and the writing of it."""

    def __init__(self, column: Chosen | Times | Wholes | Flags, written: Written) -> None:
        self.column = column
        self.written = written
        self.texts: Texts | None = None
        self.dates = Dates()
        if isinstance(column, Chosen):
            self.texts = Texts(column.values, written)
        elif isinstance(column, Flags):
            self.texts = Texts([False, True], written)

    def part(self, rows: slice) -> _Part:
        """Give some of the rows."""
        column = self.column
        if self.texts is not None:
            codes = column.codes[rows] if isinstance(column, Chosen) else column.flags[rows]  # type: ignore[union-attr]
            return _Part(codes=codes.astype(np.int32, copy=False), texts=self.texts)
        if isinstance(column, Wholes):
            return _Part(numbers=column.numbers[rows])
        if isinstance(column, Times):
            return self._times(column, column.instants[rows])
        message = "a column without texts"
        raise TypeError(message)

    def _times(self, column: Times, instants: Whole) -> _Part:
        """Write most times by themselves, and the others as texts, each once."""
        clocks = np.zeros_like(instants)
        plain = instants != UNKNOWN
        clocks[plain], sure = column.moments.plain(instants[plain])
        # Years of four digits, which the loop writes.
        plain[plain] = sure
        self.dates.around(clocks[plain])
        odd = np.flatnonzero(~plain & (instants != UNKNOWN))
        codes, texts = None, None
        if len(odd):
            codes = np.full(len(instants), -1, np.int32)
            different, codes[odd] = np.unique(instants[odd], return_inverse=True)
            texts = Texts(column.moments.texts(different), self.written)
        offsets = np.where(plain, clocks - instants, 0)
        dates = (self.dates.texts.reshape(-1), self.dates.first)
        return _Part(codes=codes, texts=texts, clocks=clocks, offsets=offsets, plain=plain, dates=dates)


class _Part:
    """Some rows of a piece."""

    def __init__(
        self,
        *,
        codes: Codes | None = None,
        texts: Texts | None = None,
        numbers: Whole | None = None,
        clocks: Whole | None = None,
        offsets: Whole | None = None,
        plain: Any = None,
        dates: tuple[Any, int] = (None, 0),
    ) -> None:
        self.codes, self.texts, self.numbers = codes, texts, numbers
        self.clocks, self.offsets, self.plain, self.dates = clocks, offsets, plain, dates

    def measure(self, sizes: Whole) -> None:
        """Add to the sizes of the rows."""
        if self.codes is not None and self.texts is not None:
            add_sizes(sizes, self.codes, self.texts.offsets)
        if self.clocks is not None:
            sizes += self.plain * _TIME_SIZE
        if self.numbers is not None:
            add_number_sizes(sizes, self.numbers, UNKNOWN)

    def put(self, out: Bytes, places: Whole) -> None:
        """Write the rows' texts to their places, and move these on."""
        if self.clocks is not None:
            put_times(out, places, self.clocks, self.offsets, self.plain, *self.dates)  # type: ignore[arg-type]
        if self.codes is not None and self.texts is not None:
            put_texts(out, places, self.codes, self.texts.arena, self.texts.offsets)
        if self.numbers is not None:
            put_numbers(out, places, self.numbers, UNKNOWN)


class RowTexts:
    """Puts the texts of rows together: each column's, with a byte behind it or nothing."""

    def __init__(self, columns: Sequence[Cells], written: Written, behind: Sequence[int]) -> None:
        """Take the columns; `behind` are the bytes behind each, -1 is none."""
        self.pieces: list[tuple[Piece, int]] = []
        for column, told, byte in side_by_side(columns, written, behind):
            parts = column.parts if isinstance(column, Joined) else (column,)
            pieces = [Piece(part, told) for part in parts]
            if isinstance(column, Joined) and any(map(_is_quoted, pieces)):
                pieces = [Piece(Chosen(np.arange(len(column), dtype=np.int32), column.cells()), told)]
            self.pieces += [(piece, -1) for piece in pieces[:-1]]
            self.pieces.append((pieces[-1], byte))

    def bytes_of(self, rows: slice, count: int) -> tuple[Bytes, Whole]:
        """Give the bytes of some rows, and where each row begins."""
        parts = [(piece.part(rows), byte) for piece, byte in self.pieces]
        sizes = np.zeros(count, np.int64)
        for part, byte in parts:
            part.measure(sizes)
            if byte >= 0:
                sizes += 1
        ends = np.cumsum(sizes)
        begins = np.concatenate([np.zeros(1, np.int64), ends])
        out = np.empty(int(begins[-1]), np.uint8)
        places = begins[:-1].copy()
        for part, byte in parts:
            part.put(out, places)
            if byte >= 0:
                put_byte(out, places, byte)
        return out, begins


def _is_quoted(piece: Piece) -> bool:
    """Tell whether a text of a piece may need quotes, which then belong around the whole cell."""
    return piece.texts is not None and bool(_RISKY[piece.texts.arena].any())
