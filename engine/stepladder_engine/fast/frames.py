"""Data as columns of whole numbers: what the readers give to the fast executor.

Everything is a 64-bit whole number, so that one compiled kernel serves every spec:
decimals are scaled, days and instants counted, words numbered. `UNKNOWN` stands
for what is not known, whatever the kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from stepladder_dsl.record import record
from stepladder_engine.data.dataset import Dataset

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

UNKNOWN = -(2**63)
"""No decimal, day, instant or word has this number."""

ValueKind = Literal["decimal", "date", "instant", "yes_no", "word"]


@record
class Values:
    """One column.

    `numbers[i]` is, by `kind`: the decimal times ``10**scale``; days since 1970-01-01;
    microseconds since 1970-01-01 UTC; 0 or 1; or the place of the text in `words`,
    which are in rising order and differ from each other, so that equal and less are
    the same of the numbers as of the texts.
    """

    kind: ValueKind
    numbers: Whole
    scale: int = 0
    words: Sequence[str] = ()


@record
class RecordFrame:
    """All records of one kind, those that only events know included.

    `keys` are in rising order and differ from each other; every array has their length.
    `since` is `UNKNOWN` where the data does not say when the record appeared;
    `sourced` tells the records that the data has itself from those made for the
    keys of events. A field that a record does not have is unknown.
    """

    kind: str
    keys: Sequence[str]
    since: Whole
    sourced: NDArray[np.bool_]
    fields: dict[str, Values] = field(default_factory=dict)


@record
class EventFrame:
    """All events of one kind, in the order of `case`, then time, then the source's own order.

    `case[i]` is a place in the keys of the record's frame; of two events of one case and
    one time the earlier in the frame happens first. `file[i]` is a place in `files`, `row[i]`
    the row in it (see `Origin`). `sequence`, file and row order those of one time, of whatever cases.
    """

    kind: str
    case: NDArray[np.int32]
    time: Whole
    fields: dict[str, Values]
    files: Sequence[str]
    file: NDArray[np.int32]
    row: Whole
    sequence: Whole | None = None
    """None: the source has no order of its own."""


@record
class Frames:
    """Everything that was read, as columns.

    `records` has every record kind of the spec and `events` every event kind that the
    mapping names. `aside` is what the reader put aside, as the reference executor's reader gives
    it: rejected rows, notes, and the counts of rows; its own records and events are empty.
    `duplicates` counts the repeated events.
    """

    records: dict[str, RecordFrame]
    events: dict[str, EventFrame]
    aside: Dataset
    duplicates: int = 0
