"""The answer of a run over real data: figures, tables, summary, and the records for whoever asks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.load import rejected_share, too_many_rejected
from stepladder_engine.data.tables import Table
from stepladder_engine.fast.outcome import Handed
from stepladder_engine.metrics.evaluate import MetricValue
from stepladder_engine.results.columns import TABLES
from stepladder_engine.results.listed import Listed, listed_of
from stepladder_engine.results.summary import endless_notes, summarize
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity

if TYPE_CHECKING:
    from stepladder_engine.metrics.standard.ledger import Ledger
    from stepladder_engine.results.overview import Overview


class Answer(ABC):
    """What a run over real data gives; `rejected_limit` is the share of rows that may be rejected.

    `handed` is what the fast executor left to the reference; None: everything, for it could not be used.
    """

    rejected_limit: Decimal
    handed: Sequence[Handed] | None = ()
    chosen: Collection[str] = TABLES
    """The names of the tables that somebody wants."""
    has_records: bool = True
    """Whether single records can be looked at, beside the tables of them."""
    lists_cases: bool = True
    """Whether the screen names single cases, as far as these are in memory and not too many."""
    in_parts: bool = False
    """Whether never more than a part of the events was in memory, as far as that was wanted."""

    @property
    @abstractmethod
    def result(self) -> RunResult:
        """The records as the run has left them."""

    @cached_property
    def listed(self) -> Listed:
        """The few cases and tasks that a screen names."""
        return listed_of(self.result)

    @property
    def heading(self) -> RunResult:
        """The run where nobody asks for its records, which need not be there."""
        return self.result

    @property
    @abstractmethod
    def metrics(self) -> Mapping[str, MetricValue]:
        """The figures."""

    @property
    @abstractmethod
    def spec(self) -> Spec:
        """The spec that was run."""

    @property
    @abstractmethod
    def dataset(self) -> Dataset:
        """What was put aside of the data."""

    @property
    @abstractmethod
    def summary(self) -> dict[str, Any]:
        """The summary as cli.md fixes it, without the seconds that the run took."""

    @property
    def endless(self) -> Sequence[Diagnostic]:
        """Tell which records were stopped because they went on by themselves for ever."""
        return endless_notes(self.result.entities, self.result.program.zone)

    @abstractmethod
    def all_tables(self) -> list[Table]:
        """Give every table that was chosen, ready to write."""

    @property
    def ledger(self) -> Ledger:
        """What standard figures are worked out from."""
        return self.overview.ledger

    @cached_property
    def overview(self) -> Overview:
        """What pictures and reports are made of."""
        from stepladder_engine.results.record_overview import RecordOverview

        return RecordOverview(self.result)

    @cached_property
    def tables(self) -> Tables:
        """What tells of single records as tables do."""
        return Tables(self.result, self.metrics)

    @property
    def keys(self) -> Collection[str]:
        """The keys of all records."""
        return [entity.key for entity in self.result.entities]

    def records_with(self, key: str) -> list[Entity]:
        """Give the records with a key; several kinds may use the same one."""
        return [entity for entity in self.result.entities if entity.key == key]

    @property
    def too_many_rejected(self) -> bool:
        """Whether more rows were rejected than the mapping allows."""
        return too_many_rejected(self.dataset, self.rejected_limit)

    @property
    def rejected_share(self) -> Decimal:
        """The share of rows that were rejected."""
        return rejected_share(self.dataset)


class RecordAnswer(Answer):
    """An answer that has whole records."""

    def __init__(
        self,
        result: RunResult,
        metrics: Mapping[str, MetricValue],
        rejected_limit: Decimal,
        handed: Sequence[Handed] | None = (),
        chosen: Collection[str] = TABLES,
    ) -> None:
        """Take the records and the figures about them."""
        self.chosen = chosen
        self._result = result
        self._metrics = metrics
        self.rejected_limit = rejected_limit
        self.handed = handed

    @property
    def result(self) -> RunResult:
        """The records as the run has left them."""
        return self._result

    @property
    def metrics(self) -> Mapping[str, MetricValue]:
        """The figures."""
        return self._metrics

    @property
    def spec(self) -> Spec:
        """The spec that was run."""
        return self._result.program.spec

    @property
    def dataset(self) -> Dataset:
        """What was read."""
        return self._result.dataset

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The summary as cli.md fixes it, without the seconds that the run took."""
        return summarize(self._result, self._metrics)

    def all_tables(self) -> list[Table]:
        """Give every table that was chosen, made of the records."""
        return self.tables.all(self.chosen)
