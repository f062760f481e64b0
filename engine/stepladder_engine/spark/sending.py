"""Columns of tables on their way between processes: what they hold, without what each process has itself."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.calendars.many import Moments
from stepladder_engine.data.cells import Cells, Chosen, Flags, Joined, Times, Wholes, behind_each_other

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


@dataclass(frozen=True)
class SentTimes:
    """Moments without their zone."""

    instants: Whole


@dataclass(frozen=True)
class SentJoined:
    """Texts that are put together."""

    parts: tuple[Sent, ...]


Sent = Chosen | Wholes | Flags | SentTimes | SentJoined


def sent(cells: Cells) -> Sent:
    """Give what is sent of a column: of its values only those that stand in it."""
    match cells:
        case Times():
            return SentTimes(cells.instants)
        case Joined():
            return SentJoined(tuple(sent(part) for part in cells.parts))
        case Chosen():
            known = cells.codes >= 0
            used, places = np.unique(cells.codes[known], return_inverse=True)
            codes = np.full(len(cells.codes), -1, np.int32)
            codes[known] = places
            return Chosen(codes, [cells.values[int(code)] for code in used])
        case _:
            return cells


def arrived(parts: Sequence[Sent], moments: Moments) -> Cells:
    """Put what has come of a column one behind the other."""
    joined = [part.parts for part in parts if isinstance(part, SentJoined)]
    if len(joined) == len(parts):
        columns = [arrived(column, moments) for column in zip(*joined, strict=True)]
        return Joined(tuple(column for column in columns if isinstance(column, Chosen | Times)))
    chosen = [part for part in parts if isinstance(part, Chosen)]
    if len(chosen) == len(parts):
        return _chosen(chosen)
    return behind_each_other([_cells(part, moments) for part in parts])


def _cells(part: Sent, moments: Moments) -> Cells:
    if isinstance(part, SentTimes):
        return Times(part.instants, moments)
    return arrived([part], moments) if isinstance(part, SentJoined) else part


def _chosen(parts: Sequence[Chosen]) -> Chosen:
    """Put columns of values one behind the other, and keep each value once."""
    places: dict[Hashable, int] = {}
    values: list[Any] = []
    codes = []
    for part in parts:
        new = np.full(len(part.values) + 1, -1, np.int32)  # the last place is where the code -1 leads
        for number, value in enumerate(part.values):
            # Equal decimals may be written differently.
            key = type(value), str(value) if isinstance(value, Decimal) else value
            place = places.setdefault(key, len(values))
            if place == len(values):
                values.append(value)
            new[number] = place
        codes.append(new[part.codes])
    return Chosen(np.concatenate(codes), values)
