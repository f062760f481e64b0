"""The rows of `deviations` as columns: the events that no transition took."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stepladder_engine.data.cells import Cells, Chosen, Wholes, behind_each_other, by_code
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.outcome import DEVIATION_KINDS
from stepladder_engine.results.by_columns.distinct import distinct, distinct_runs
from stepladder_engine.results.by_columns.kind import Kind
from stepladder_engine.texts.catalogue import Phrase, phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


class DeviationColumns:
    """Makes the columns for the deviations of one kind of record."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.missed = kind.found.deviations

    def columns(self) -> tuple[list[Cells], Whole]:
        """Give the columns, and the case of each row."""
        kind, missed = self.kind, self.missed
        processes = [kind.processes[number].process.name for number, _ in kind.plan.stages]
        codes, phrases = self.why
        found: list[Cells] = [
            kind.times(missed.time),
            kind.record_of(missed.case),
            kind.keys(missed.case),
            by_code(missed.stage, processes),
            kind.stage_column(missed.stage),
            by_code(missed.event, kind.plan.kinds),
            by_code(missed.kind, DEVIATION_KINDS),
            by_code(codes, [kind.told(found) for found in phrases]),
            self._effects(),
            *self._origins(),
        ]
        return found, missed.case

    @cached_property
    def why(self) -> tuple[Whole, list[Phrase]]:
        """Why nothing came of each event: which of some phrases."""
        whys = self.kind.found.whys
        codes, shows = distinct(whys.way, whys.unknown)
        told = [self.kind.why_not(int(whys.way[row]), int(whys.unknown[row])) for row in shows]
        numbers, runs = distinct_runs(codes, self.missed.why, self.missed.whys)
        found = []
        for run in runs:
            whole = phrase("reason.nothing_waits") if not run else told[run[0]]
            for code in run[1:]:
                whole = phrase("reason.and_then", first=whole, other=told[code])
            found.append(whole)
        return numbers, found

    @cached_property
    def failures(self) -> Whole:
        """A number for each deviation: equal ones have the same event and the same reason."""
        codes: Whole = distinct(self.missed.event, self.why[0])[0]
        return codes

    def _effects(self) -> Chosen:
        effects = self.kind.found.effects
        codes, shows = distinct(effects.what, effects.about)
        told = [self.kind.effect(int(effects.what[row]), int(effects.about[row])) for row in shows]
        numbers, runs = distinct_runs(codes, self.missed.effect, self.missed.effects)
        several = [tuple(told[code] for code in run) for run in runs]
        return by_code(
            numbers,
            [self.kind.told(phrase("reason.several", parts=parts)) if parts else None for parts in several],
        )

    def _origins(self) -> tuple[Cells, Cells]:
        """Give the file and the row of each event that the data has."""
        count = len(self.missed.case)
        rows = np.full(count, UNKNOWN)
        places = np.zeros(count, np.int64)
        files: list[Cells] = [Chosen(np.full(1, -1, np.int32), [])]
        begin = 1
        for number, event in enumerate(self.kind.plan.kinds):
            frame = self.kind.outcome.frames.events.get(event)
            mine = np.flatnonzero((self.missed.event == number) & (self.missed.row >= 0))
            if frame is None or not len(mine):
                continue
            own = self.missed.row[mine]
            rows[mine] = frame.row[own]
            files.append(by_code(frame.file[own], frame.files))
            places[mine] = np.arange(begin, begin + len(mine))
            begin += len(mine)
        return behind_each_other(files).take(places), Wholes(rows)
