"""What the parts give -> one answer, in the order in which one machine gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.tables import Table, table_of
from stepladder_engine.metrics.merge import merged_metrics
from stepladder_engine.results.columns import COLUMNS, IN_ORDER, KEYS
from stepladder_engine.results.execute import Answer
from stepladder_engine.results.summary import summarize
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.spark.work import BY_TIME, Counts, Row, Rows, Work

ADDED = (
    "cases",
    "events",
    "events_later",
    "deviations",
    "near_misses",
    "unknown_since",
    "forgotten",
    "loops",
)
ADDED_BY_NAME = ("stages", "tasks", "next_best")


@dataclass
class SparkAnswer(Answer):
    """An answer whose records stayed where they were run: their rows and counts are here."""

    counts: Sequence[Counts] = ()
    rows: Mapping[str, list[Row]] = field(default_factory=dict)
    together: bool = False
    """Whether all cases had to be run in one part."""
    has_records: ClassVar[bool] = False

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The summary, added up from the parts."""
        return merged_summary(summarize(self.result, self.metrics), self.result.program.spec, self.counts)

    def all_tables(self) -> list[Table]:
        """Give every table, ready to write."""
        tables = self.tables
        rows = {name: self.rows.get(name, []) for name in COLUMNS}
        rows["rejected"] = list(tables.rejected())
        rows["metrics"] = list(tables.metric_rows())
        order = [table.name for table in tables.all()]
        return [
            table_of(name, COLUMNS[name], rows[name], KEYS[name], and_order=name in IN_ORDER)
            for name in order
        ]


def merged(
    work: Work, aside: Dataset, limit: Decimal, pieces: Iterable[Counts | Rows], *, together: bool = False
) -> SparkAnswer:
    """Make one answer of what the parts give; `aside` is what was put aside before they were made."""
    counts: list[Counts] = []
    rows: list[Rows] = []
    for piece in pieces:
        if isinstance(piece, Counts):
            counts.append(piece)
        else:
            rows.append(piece)
    result = RunResult(Program(work.spec), work.as_of, work.as_of_given, [], aside)
    metrics = merged_metrics(result, [part.shares for part in counts])
    handed = list(dict.fromkeys(found for part in counts for found in part.handed))
    in_order = merged_rows(work.spec, rows)
    return SparkAnswer(result, metrics, limit, handed, counts=counts, rows=in_order, together=together)


def merged_summary(of_all: Mapping[str, Any], spec: Spec, parts: Sequence[Counts]) -> dict[str, Any]:
    """Add what the parts have counted to a summary that knows everything else."""
    found = [part.summary for part in parts]
    summary = dict(of_all)
    for name in ADDED:
        summary[name] = sum(part[name] for part in found)
    for name in ADDED_BY_NAME:
        summary[name] = _added(of_all[name], [part[name] for part in found])
    summary["records"] = _in_order(spec.records, (part["records"] for part in found))
    firsts = _first_of([part.first_offers for part in parts])
    summary["offers"] = _in_order(sorted(firsts, key=firsts.__getitem__), (part["offers"] for part in found))
    return summary


def _added(whole: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add counts name by name, those inside others too."""
    return {
        name: _added(value, [part[name] for part in parts])
        if isinstance(value, Mapping)
        else sum(part[name] for part in parts)
        for name, value in whole.items()
    }


def _in_order(names: Iterable[str], parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add counts, and give those that there are in the order of the names."""
    counted: Counter[str] = Counter()
    for part in parts:
        counted.update(part)
    return {name: counted[name] for name in names if name in counted}


def _first_of(parts: Sequence[Mapping[str, tuple[int, str, int]]]) -> dict[str, tuple[int, str, int]]:
    found: dict[str, tuple[int, str, int]] = {}
    for part in parts:
        for name, place in part.items():
            found[name] = min(found.get(name, place), place)
    return found


def merged_rows(spec: Spec, parts: Iterable[Rows]) -> dict[str, list[Row]]:
    """Put the rows of every table into the order of the records, those of the journal into that of time.

    All rows of a record come from one part, in their order.
    """
    rows: dict[str, list[Row]] = {}
    times: list[int] = []
    for part in parts:
        rows.setdefault(part.table, []).extend(part.rows)
        times += part.times
    kinds = {kind: number for number, kind in enumerate(spec.records)}
    for table, found in rows.items():
        names = [column.name for column in COLUMNS[table]]
        record, case = names.index("record"), names.index("case")
        places = [(kinds[row[record]], row[case]) for row in found]
        keys: list[Any] = list(zip(times, places, strict=True)) if table == BY_TIME else places
        order = sorted(range(len(found)), key=keys.__getitem__)
        rows[table] = [found[number] for number in order]
    return rows
