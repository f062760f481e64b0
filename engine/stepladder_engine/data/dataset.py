"""What the readers give to the executors: typed records, typed events, and what was put aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.problems import Fault, reason


class Origin(NamedTuple):
    """Where a row came from: the file as the mapping names it, and the 1-based row in it.

    In text files with a header the header is row 1, as a spreadsheet shows it.
    """

    file: str
    row: int


class RecordRow(NamedTuple):
    """A record as the data has it; fields that the data leaves open are absent or None."""

    kind: str
    key: str
    since: Instant | None
    fields: Mapping[str, Any]
    origin: Origin


class EventRow(NamedTuple):
    """An event as the data has it.

    `order` breaks ties between events of one kind at one time: (sequence as
    mapped or 0, file name, row). `identity` is the mapped event id, or None.
    """

    kind: str
    key: str
    time: Instant
    order: tuple[Any, ...]
    identity: str | None
    fields: Mapping[str, Any]
    origin: Origin


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be used: nothing is dropped without one of these.

    `kind` is the record or event it was meant for, `fault` says why, `column`
    where in the row, `raw` holds the row's cells as they stood.
    """

    kind: str
    key: str | None
    fault: Fault
    column: str
    raw: Mapping[str, str]
    origin: Origin

    @property
    def code(self) -> str:
        """The code of the reason."""
        return self.fault.code

    def reason(self, language: str) -> str:
        """Give the sentence that says why."""
        return reason(self.fault, self.column, language)


@record(frozen=False)
class Dataset:
    """Everything that was read.

    `records[kind][key]` holds the records; kinds without a source of their own
    are absent from `sourced` and their records are made from the events' keys.
    `duplicates` holds repeated events (same id), `skipped` counts the rows that
    the mapping left out (by `where`, or because what has no time did not happen),
    `rows` all rows read, each by source file. A row that is read for two kinds
    counts twice, so that always: all of `rows` = records + events + duplicates
    + all of `skipped` + rejected.
    """

    records: dict[str, dict[str, RecordRow]] = field(default_factory=dict)
    events: list[EventRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    sourced: set[str] = field(default_factory=set)
    duplicates: list[EventRow] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    notes: list[Diagnostic] = field(default_factory=list)
    repeated: int = 0
    """Repeated events beside `duplicates`, of which nobody kept more than the number."""
