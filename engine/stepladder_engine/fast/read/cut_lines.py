"""Tables of lines, cut into cells by one loop over their bytes.

A line is taken here if it is beyond doubt: as many cells as the header has, quotes only around whole
cells. All others go to the reference reader's own cutter, which also knows where they end.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import IO

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.data.lines import LONGEST_ROW, Lines
from stepladder_engine.data.opening import open_bytes, read_errors, size_limit
from stepladder_engine.data.read_delimited import LineCutter, RowsBelow, cutter_below_header
from stepladder_engine.data.rows import SourceRow, SourceTable, TextLayout
from stepladder_engine.fast.read.blocks import Block, Source, Unsure
from stepladder_engine.fast.read.compiling import can_compile, compiled
from stepladder_engine.fast.read.cut_at_once import CutAtOnce
from stepladder_engine.fast.read.text_table import Bytes, Codes, TextTable, Whole

BYTES_AT_ONCE = 4 << 20
_QUOTE, _LINE_FEED, _MARK = 34, 10, 0xEF


@compiled
def _cut(
    data: Bytes,
    at: int,
    delimiter: int,
    width: int,
    wanted: Whole,
    names: Bytes,
    name_ends: Whole,
    quotes: bool,
    longest: int,
    starts: Whole,
    ends: Whole,
    most: int,
    lines: Whole,
    numbers: Whole,
    row: int,
    number: int,
) -> tuple[int, int, int, bool]:
    """Cut lines until one is in doubt: gives its place, rows and lines so far, and if there is one.

    `data` ends with a line feed; `wanted` says where the cells of a column go, or -1; each takes `most`
    places. A line that begins with one of the `names` of columns may be another header; those end at
    `name_ends`.
    """
    while at < len(data):
        if data[at] == _LINE_FEED:
            at += 1
            number += 1
            continue
        place = at
        column = 0
        content = False
        # A mark of the encoding may stand where files were put one behind the other.
        doubt = data[at] == _MARK
        while True:
            begin = place
            if data[place] == _QUOTE:
                begin = place = place + 1
                content |= 32 < data[place] < 127 and data[place] != _QUOTE
                while data[place] != _QUOTE and data[place] != _LINE_FEED:
                    place += 1
                stop = place
                if data[place] == _LINE_FEED or (
                    data[place + 1] != delimiter and data[place + 1] != _LINE_FEED
                ):
                    doubt = True
                    break
                place += 1
            else:
                # A line of nothing but space is none; one whose cells all begin with it is looked at closely.
                content |= 32 < data[place] < 127 and data[place] != delimiter
                while data[place] != delimiter and data[place] != _LINE_FEED:
                    place += 1
                if quotes:
                    for letter in range(begin, place):
                        doubt |= data[letter] == _QUOTE
                stop = place
            if column == 0:
                first = 0
                for end in name_ends:
                    if end - first == stop - begin:
                        same = True
                        for letter in range(end - first):
                            same &= names[first + letter] == data[begin + letter]
                        doubt |= same
                    first = end
            if column < width and wanted[column] >= 0:
                starts[wanted[column] * most + row] = begin
                ends[wanted[column] * most + row] = stop
            column += 1
            if data[place] == _LINE_FEED:
                break
            place += 1
        if doubt or column != width or not content or place - at > longest:
            return at, row, number, True
        lines[row] = at
        numbers[row] = number + 1
        row += 1
        number += 1
        at = place + 1
    return at, row, number, False


@record
class Stretch:
    """Whole lines of a file, from one byte to another, and how many lines are before them."""

    start: int
    end: int
    lines_before: int


class DelimitedSource(Source):
    """A table of lines whose delimiter is one byte."""

    def __init__(self, table: SourceTable, layout: TextLayout) -> None:
        super().__init__(table)
        self.layout = layout
        self.width = len(table.columns or ())
        self.is_read = False
        self.stretch: Stretch | None = None
        """The part of the file that is read; None: all of it."""

    def blocks(self, columns: Sequence[str]) -> Iterator[Block]:
        """Go through the file; raises `Unsure` where it is not in its encoding to the end."""
        names = list(self.table.columns or ())
        places = {column: place for place, column in enumerate(columns)}
        # Of columns with one name the last counts, as when the cells get their names.
        wanted = np.array([-1] * len(names), np.int64)
        for position, name in enumerate(names):
            if name in places and name not in names[position + 1 :]:
                wanted[position] = places[name]
        for column in columns:
            self.distinct.setdefault(column, TextTable())
        cutting = _Cutting(self, columns, wanted)
        try:
            with open_bytes(self.layout.path) as stream:
                size = None
                if self.stretch is not None:
                    stream.seek(self.stretch.start)
                    size = self.stretch.end - self.stretch.start
                yield from cutting.blocks(stream, size_limit(self.layout.path), size)
        except read_errors(self.layout.path) as error:
            raise Unsure from error
        if not self.is_read:
            self.table.notes.extend(cutting.below.notes())
        self.is_read = True


class _Cutting:
    """One way through the file."""

    def __init__(self, source: DelimitedSource, columns: Sequence[str], wanted: Whole) -> None:
        self.source = source
        self.columns = columns
        self.wanted = wanted
        self.number = 0
        self.below = RowsBelow(source.table, source.layout.options)
        self._names_of_columns = names = [name.encode() for name in sorted(self.below.names)]
        self._names = np.frombuffer(b"".join(names) or b" ", np.uint8)
        self._name_ends = np.cumsum(np.array([len(name) for name in names], np.int64))
        self.is_below_header = False
        if source.stretch is not None and source.stretch.start:
            self.number, self.is_below_header = source.stretch.lines_before, True
        self.lacks_end = False
        """Whether the last line feed is not the file's own."""

    def blocks(self, stream: IO[bytes], limit: int | None, size: int | None) -> Iterator[Block]:
        """Cut whole lines as they come; what is not decided at the end of a piece waits for the next one."""
        rest = b""
        for piece, is_last in _pieces(stream, self.source.layout.encoding.codec, limit, size):
            data = rest + piece
            stop = len(data) if is_last else data.rfind(b"\n") + 1
            if is_last and data and not data.endswith(b"\n"):
                data += b"\n"
                stop = len(data)
                self.lacks_end = True
            whole = data[:stop]
            if stop == 0:
                rest = data
                continue
            _check_text(whole)
            block, used = self._block(whole, is_last)
            rest = data[used:]
            if block is not None:
                yield block

    def _block(self, whole: bytes, is_last: bool) -> tuple[Block | None, int]:
        """Cut the lines; gives how many bytes are done with."""
        used = 0
        if not self.is_below_header:
            text = _Text(whole, 0, is_last, lacks_end=self.lacks_end)
            cutter = cutter_below_header(Lines(text), self.source.layout)
            if text.wants_more:
                return None, 0
            self.number, used = cutter.number, text.end_of(cutter)
            self.is_below_header = True
        data = np.frombuffer(whole, np.uint8)
        most = whole.count(b"\n", used)
        starts = np.empty((len(self.columns), most), np.int64)
        ends = np.empty((len(self.columns), most), np.int64)
        lines, numbers = np.empty(most, np.int64), np.empty(most, np.int64)
        odd: list[SourceRow] = []
        rows = 0
        cut = self._cut_by(data, used)
        while True:
            used, rows, self.number, is_odd = cut(used, (starts, ends), lines, numbers, rows)
            if not is_odd:
                break
            done = self._odd_line(whole, used, is_last, odd)
            if done is None:
                break
            used = done
        block = TextBlock(self.source, whole, data, lines[:rows], numbers[:rows], odd)
        block.places = {
            column: (starts[place, :rows], ends[place, :rows]) for place, column in enumerate(self.columns)
        }
        return block, used

    def _cut_by(self, data: Bytes, first: int) -> Callable[..., tuple[int, int, int, bool]]:
        """Give what cuts lines from a place on until one is in doubt."""
        delimiter, width = ord(self.source.layout.delimiter), self.source.width
        if not can_compile():
            lines_at_once = CutAtOnce(data, first, delimiter, width, self._names_of_columns, LONGEST_ROW)
            if not lines_at_once.pays:
                raise Unsure
            return lambda at, cells, lines, numbers, rows: lines_at_once.cut(
                at, self.wanted, cells, lines, numbers, rows, self.number
            )
        quotes = bool((data == _QUOTE).any())
        names = self._names, self._name_ends
        return lambda at, cells, lines, numbers, rows: _cut(
            data,
            at,
            delimiter,
            width,
            self.wanted,
            *names,
            quotes,
            LONGEST_ROW,
            cells[0].reshape(-1),
            cells[1].reshape(-1),
            len(lines),
            lines,
            numbers,
            rows,
            self.number,
        )

    def _odd_line(self, whole: bytes, at: int, is_last: bool, odd: list[SourceRow]) -> int | None:
        """Give a row in doubt to the reference reader's cutter; gives where it ends, if it ends here."""
        text = _Text(whole, at, is_last, lacks_end=self.lacks_end)
        cutter = LineCutter(Lines(text), self.source.layout.delimiter)
        cutter.number = self.number
        cells = cutter.next_row()
        if text.wants_more:
            return None
        if cells is None:
            return len(whole)
        self.number = cutter.number
        row = self.below.row_of(cutter, cells)
        if row is not None:
            odd.append(row)
        if self.below.lost or self.below.columns != self.source.table.columns:
            # Another header has come, and what stands below it has other columns.
            raise Unsure
        return text.end_of(cutter)


class _Text(StringIO):
    """Lines of a block from a place on, as a text file gives them; tells when it has no more of them."""

    def __init__(self, whole: bytes, at: int, is_last: bool, *, lacks_end: bool = False) -> None:
        super().__init__()
        self._whole = whole
        self._at = at
        self._is_last = is_last
        self._lacks_end = lacks_end
        self._line = ""
        self._ends: list[int] = []
        self.wants_more = False

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # as StringIO's own
        """Give the next line, or as much of it as is asked for."""
        if not self._line:
            if self._at == len(self._whole):
                self.wants_more = not self._is_last
                return ""
            end = self._whole.index(b"\n", self._at) + 1
            self._line = self._whole[self._at : end].decode("utf-8")
            if self._lacks_end and end == len(self._whole):
                self._line = self._line[:-1]
            self._at = end
            self._ends.append(end)
        limit = len(self._line) if size is None or size < 0 else size
        given, self._line = self._line[:limit], self._line[limit:]
        return given

    def end_of(self, cutter: LineCutter) -> int:
        """Give where the lines end that the cutter has used up, without those that it has put back."""
        return self._ends[len(self._ends) - len(cutter.lines.waiting) - 1]


class TextBlock(Block):
    """Lines that have been cut; `places` holds where the cells of each wanted column begin and end."""

    def __init__(
        self,
        source: DelimitedSource,
        whole: bytes,
        data: Bytes,
        lines: Whole,
        numbers: Whole,
        odd: Sequence[SourceRow],
    ) -> None:
        super().__init__(source, numbers, odd)
        self.delimited = source
        self.places: dict[str, tuple[Whole, Whole]] = {}
        self._whole = whole
        self._data = data
        self._lines = lines

    def texts(self, column: str) -> tuple[Bytes, Whole, Whole]:
        """Give the cells of a column."""
        return self._data, *self.places[column]

    def number_cells(self, column: str, rows: Whole | None) -> Codes:
        """Number the cells of a column by their texts."""
        start, end = self.places[column]
        if rows is not None:
            start, end = start[rows], end[rows]
        return self.source.distinct[column].insert(self._data, start, end)

    def source_rows(self, rows: Sequence[int]) -> list[SourceRow]:
        """Cut lines once more, as the reference reader does it."""
        return [self._source_row(row) for row in rows]

    def _source_row(self, row: int) -> SourceRow:
        cutter = LineCutter(
            Lines(_Text(self._whole, int(self._lines[row]), is_last=True)), self.delimited.layout.delimiter
        )
        cells = cutter.next_row()
        if not isinstance(cells, list):
            raise TypeError("a line that was cut without doubt is one row")
        columns = self.source.table.columns or ()
        return SourceRow(int(self.numbers[row]), dict(zip(columns, cells, strict=True)))


def _check_text(whole: bytes) -> None:
    """Make sure that bytes are text."""
    if b"\0" in whole:
        raise Unsure
    if not whole.isascii():
        try:
            whole.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Unsure from error


def _pieces(
    stream: IO[bytes], encoding: str, limit: int | None, size: int | None
) -> Iterator[tuple[bytes, bool]]:
    """Give the file in pieces, in UTF-8 without a mark, with line feeds for every kind of line end.

    More than `limit` bytes no such file has; after `size` of them, where that is said, nobody reads on.
    """
    decoder = None
    is_first = True
    if codecs.lookup(encoding).name not in {"utf-8", "utf-8-sig"}:
        decoder = codecs.getincrementaldecoder(encoding)()
    held = b""
    length = 0
    while True:
        piece = stream.read(BYTES_AT_ONCE if size is None else min(BYTES_AT_ONCE, size - length))
        length += len(piece)
        if limit is not None and length > limit:
            raise Unsure
        is_last = not piece
        if decoder is not None:
            piece = decoder.decode(piece, final=is_last).encode("utf-8")
        if is_first and encoding == "utf-8-sig":
            piece = piece.removeprefix(codecs.BOM_UTF8)
        is_first = False
        piece, held = held + piece, b""
        if b"\r" in piece:
            if piece.endswith(b"\r") and not is_last:
                piece, held = piece[:-1], b"\r"
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield piece, is_last
        if is_last:
            return
