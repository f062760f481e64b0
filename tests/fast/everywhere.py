"""One history, run in every way there is: each has to give the reference executor's answer, to the byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.cells import ColumnRows, InPieces
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.spool import Spool
from stepladder_engine.data.tables import Table
from stepladder_engine.data.write_columns import write_csv_columns
from stepladder_engine.data.write_plain import write_csv
from stepladder_engine.fast import run as running
from stepladder_engine.fast.outcome import Outcome
from stepladder_engine.fast.parts import from_c, from_llvm
from stepladder_engine.fast.read.from_dataset import frames_of
from stepladder_engine.fast.run import latest_moment, run_fast
from stepladder_engine.machine_code import compilers
from stepladder_engine.results.by_columns import answer as by_columns
from stepladder_engine.results.by_columns.answer import FastAnswer
from stepladder_engine.results.by_columns.room import Room
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.run import NothingToRunAsOf
from stepladder_engine.runtime.state import Entity
from stepladder_engine.spark import work

COMPILERS = {"llvmlite": from_llvm if compilers.has_llvm() else None, "C": from_c}
Everything = dict[str, Any]


def differences(
    equal: ModuleType,
    spark_parts: ModuleType,
    folder: Path,
    given: tuple[Spec, Dataset, Instant | None],
    how: tuple[int, int],
) -> list[str]:
    """Run a history in every way; gives the ways and tables in which the answer is another one.

    `how` are two small numbers that say into what parts the cases are put.
    """
    spec, dataset, moment = given
    try:
        expected = equal.reference(spec, dataset, moment)
    except NothingToRunAsOf:
        return []
    found = []
    for name, answer in _answers(equal, spark_parts, folder, given, how):
        wrong = [table for table, rows in answer.items() if not _same(rows, expected[table])]
        found += [f"{name}: {table}" for table in wrong]
    return found


def _same(one: Any, other: Any) -> bool:
    """Compare with types: yes is not 1, and the order of the summary is part of it."""
    return one == other and (not isinstance(one, dict) or json.dumps(one) == json.dumps(other))


def _answers(
    equal: ModuleType,
    spark_parts: ModuleType,
    folder: Path,
    given: tuple[Spec, Dataset, Instant | None],
    how: tuple[int, int],
) -> Iterator[tuple[str, Everything]]:
    spec, dataset, moment = given
    # A part, and a block, costs as much as some cases do: most often there are a few of them.
    block = (1, 20, 1_000)[how[0] % 3]
    room = (60, 150, 1_000)[how[1] % 3] * (10 if spec.metrics else 1)
    outcome, answer = equal.fast(spec, dataset, moment, block=block)
    yield "kernel, not compiled", answer
    for name, other in _compiled(spec, dataset, moment, block):
        # What the tables are made of, number by number.
        if not _same_numbers(outcome.kinds, other.kinds):
            yield name, {"summary": None}
    with pytest.MonkeyPatch.context() as patch:
        # As for many events.
        for module in (by_columns, work):
            patch.setattr(module, "compiling_pays", lambda _: compilers.can_compile())
        yield from _in_parts(spark_parts, folder, given, (how[0], room, how[1] % 3 + 1))


def _compiled(
    spec: Spec, dataset: Dataset, moment: Instant | None, block: int
) -> Iterator[tuple[str, Outcome]]:
    """Run a history in the kernel as each compiler makes it, and in threads."""
    for compiler, make in COMPILERS.items():
        if make is not None and make("run_cases") is not None:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(running, "compiled_part", make)
                for threads in (1, 2):
                    how: dict[str, Any] = {
                        "compiled": True,
                        "detail": True,
                        "threads": threads,
                        "block": block,
                    }
                    frames = frames_of(spec, dataset)
                    yield f"kernel, {compiler}, {threads} threads", run_fast(spec, frames, moment, **how)


def _same_numbers(one: Any, other: Any) -> bool:
    """Compare what two kernels have written, however it is put together."""
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other))
    if isinstance(one, Entity):
        # The reference has run it, either time.
        return True
    if is_dataclass(one):
        return all(_same_numbers(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_same_numbers(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same_numbers, one, other))
    return bool(one == other)


def _in_parts(
    spark_parts: ModuleType,
    folder: Path,
    given: tuple[Spec, Dataset, Instant | None],
    how: tuple[int, int, int],
) -> Iterator[tuple[str, Everything]]:
    """Run a history a part at a time: out of a file, and as Spark does."""
    (spec, dataset, moment), (number, room, count) = given, how
    frames = frames_of(spec, dataset)
    small, spool = Room(at_once=room, in_a_window=room), Spool((0, 200)[number % 2])
    streamed = FastAnswer(spec, frames, moment, Decimal(0), room=small, spool=spool)
    summary = streamed.summary | {"engine": "reference"}
    tables = streamed.all_tables()
    yield "streaming", {table.name: list(table.rows) for table in tables} | {"summary": summary}
    for table in tables:
        if not _bytes_are_same(folder, table):
            yield f"bytes of {table.name}", {table.name: None}
    until = moment if moment is not None else latest_moment(frames)
    if until is not None:
        count = 1 if Program(spec).cases_touch else count
        parts = spark_parts.in_parts(spec, dataset, until, count=count, rows=number % 2 == 0)
        answer = spark_parts.everything(parts)
        answer["summary"]["as_of_given"] = moment is not None
        yield "parts as on Spark", answer


def _bytes_are_same(folder: Path, table: Table) -> bool:
    """Write a table from its columns, and from its rows."""
    if not isinstance(table.rows, ColumnRows | InPieces):
        return True
    write_csv_columns(folder / "columns.csv", table)
    write_csv(folder / "rows.csv", replace(table, rows=list(table.rows)))
    return (folder / "columns.csv").read_bytes() == (folder / "rows.csv").read_bytes()
