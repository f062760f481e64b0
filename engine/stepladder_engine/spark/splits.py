"""Cuts files into parts that can be read apart from each other, each with the number of its first row."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Protocol

from stepladder_engine.data.files import SourceFile
from stepladder_engine.data.mapping_model import Mapping
from stepladder_engine.data.opening import is_packed
from stepladder_engine.data.row_plans import Shared
from stepladder_engine.fast.read.blocks import Source
from stepladder_engine.fast.read.column_files import ColumnFileSource
from stepladder_engine.fast.read.cut_lines import DelimitedSource, Stretch
from stepladder_engine.fast.read.opening import source_of
from stepladder_engine.spark.exchange import Exchange

ROWS_AT_ONCE = 500_000
"""So many rows of a file of columns are read at once, where its groups of rows are smaller."""
_COUNTED_AT_ONCE = 1 << 20
_BYTES_OF_A_LINE = 45


@dataclass(frozen=True)
class Split:
    """A part of a file and the kinds of events that are read from it: groups of rows, or lines, or all."""

    file: SourceFile
    kinds: tuple[str, ...]
    number: int = 0
    rows: int = 0
    groups: tuple[int, ...] | None = None
    rows_before: int = 0
    stretch: Stretch | None = None

    def narrow(self, source: Source) -> None:
        """Let a source give no more than this part."""
        if isinstance(source, ColumnFileSource):
            source.groups, source.rows_before = self.groups, self.rows_before
        if isinstance(source, DelimitedSource):
            source.stretch = self.stretch


class ReadBySomeKinds(Protocol):
    """So many rows, from which some kinds of events are read."""

    @property
    def rows(self) -> int:
        """How many rows."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which kinds."""


@dataclass(frozen=True)
class _Range:
    """Bytes of a file of lines: what has to be known of them before the file is cut."""

    path: Path
    start: int
    end: int


@dataclass(frozen=True)
class _Counted:
    """The line feeds in a range, where the first one ends, and whether the range can be cut anywhere."""

    start: int
    lines: int
    first_end: int
    is_plain: bool


def splits_of(exchange: Exchange, file: SourceFile, shared: Shared, kinds: tuple[str, ...]) -> list[Split]:
    """Give the parts of a file, in order."""
    source = source_of(shared)
    size = exchange.bytes_at_once
    if isinstance(source, ColumnFileSource):
        return list(_of_columns(file, kinds))
    length = file.path.stat().st_size
    rows = length // _BYTES_OF_A_LINE
    if isinstance(source, DelimitedSource) and length > size and _is_in_utf_8(source, file):
        found = _of_lines(exchange, file, kinds, length, size)
        if found:
            return found
    return [Split(file, kinds, rows=rows)]


def _of_columns(file: SourceFile, kinds: tuple[str, ...]) -> Iterator[Split]:
    """Put groups of rows that follow each other together, as long as they are few."""
    from pyarrow import parquet

    with parquet.ParquetFile(file.path) as opened:
        sizes = [opened.metadata.row_group(place).num_rows for place in range(opened.num_row_groups)]
    groups: list[int] = []
    rows = before = number = 0
    for place, size in enumerate(sizes):
        if groups and rows + size > ROWS_AT_ONCE:
            yield Split(file, kinds, number, rows, tuple(groups), before)
            before, rows, groups, number = before + rows, 0, [], number + 1
        groups.append(place)
        rows += size
    yield Split(file, kinds, number, rows, tuple(groups), before)


def _is_in_utf_8(source: DelimitedSource, file: SourceFile) -> bool:
    """Tell whether every line feed is one byte that stands for nothing else."""
    name = codecs.lookup(source.layout.encoding.codec).name
    return name in {"utf-8", "utf-8-sig"} and not is_packed(file.path)


def _of_lines(
    exchange: Exchange, file: SourceFile, kinds: tuple[str, ...], length: int, size: int
) -> list[Split]:
    """Cut a file at ends of lines; not where a quoted cell may hold some, or lines end in another way."""
    ends = [*range(0, length, size), length]
    ranges = [_Range(file.path, start, end) for start, end in pairwise(ends)]
    found: list[_Counted] = sorted(exchange.each(ranges, _count), key=lambda counted: counted.start)
    if len(found) < len(ranges) or not all(counted.is_plain for counted in found):
        return []
    *before, total = accumulate((counted.lines for counted in found), initial=0)
    cuts = [
        (counted.first_end, lines + 1)
        for counted, lines in zip(found[1:], before[1:], strict=True)
        if counted.lines
    ]
    ends_of_lines = pairwise([(0, 0), *cuts, (length, total)])
    return [
        Split(file, kinds, number, lines_to - lines_from, stretch=Stretch(first, last, lines_from))
        for number, ((first, lines_from), (last, lines_to)) in enumerate(ends_of_lines)
        if last > first
    ]


def _count(part: _Range) -> Iterator[_Counted]:
    """Go through a range; nothing is given where the file cannot be reached from here."""
    lines, returns, pairs, first_end, has_quotes, before = 0, 0, 0, -1, False, b""
    try:
        with part.path.open("rb") as stream:
            stream.seek(part.start)
            place = part.start
            while place < part.end:
                piece = stream.read(min(_COUNTED_AT_ONCE, part.end - place))
                if not piece:
                    return
                if first_end < 0 and b"\n" in piece:
                    first_end = place + piece.index(b"\n") + 1
                lines += piece.count(b"\n")
                returns += piece.count(b"\r")
                pairs += piece.count(b"\r\n") + (before == b"\r" and piece.startswith(b"\n"))
                has_quotes |= b'"' in piece
                before = piece[-1:]
                place += len(piece)
            pairs += before == b"\r" and stream.read(1) == b"\n"
    except OSError:
        return
    yield _Counted(part.start, lines, first_end, is_plain=not has_quotes and returns == pairs)


def estimated_events(splits: Iterable[ReadBySomeKinds], mapping: Mapping) -> int:
    """Give about how many events there are.

    A row is an event of each kind that takes all rows, and of one of those that choose with `where`.
    """

    def of_a_row(kinds: Sequence[str]) -> int:
        choosing = sum(mapping.events[kind].where is not None for kind in kinds)
        return len(kinds) - choosing + (choosing > 0)

    return sum(split.rows * of_a_row(split.kinds) for split in splits)
