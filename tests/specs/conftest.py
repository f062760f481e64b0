from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pytest

from stepladder_dsl.compile import Compiled, compile_file
from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.cli.specs import spec_file
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import load_mapping
from stepladder_engine.data.tables import Table
from stepladder_engine.metrics.evaluate import MetricValue, evaluate_metrics
from stepladder_engine.results.summary import stages, tasks
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import run


@dataclass
class Ran:
    """A spec folder that has been run: its answer, and the tables of it as rows by column."""

    spec: Spec
    result: RunResult

    @cached_property
    def metrics(self) -> dict[str, MetricValue]:
        return evaluate_metrics(self.result)

    @cached_property
    def tables(self) -> list[Table]:
        return Tables(self.result, self.metrics).all()

    @property
    def stages(self) -> dict[str, dict[str, int]]:
        return stages(self.result)

    @property
    def tasks(self) -> dict[str, int]:
        return tasks(self.result)

    def table(self, name: str) -> list[dict[str, object]]:
        table = next(table for table in self.tables if table.name == name)
        return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def compiled(folder: Path) -> Compiled:
    """Compile the spec for which a folder stands."""
    return compile_file(spec_file(str(folder)))


def run_folder(folder: Path, environment: Mapping[str, str], as_of: date | None = None) -> Ran:
    """Run the spec of a folder on the data that its mapping names."""
    spec = compiled(folder).spec
    assert spec
    return run_mapped(spec, folder / "mapping.yaml", environment, as_of)


def run_mapped(
    spec: Spec, mapping_file: Path, environment: Mapping[str, str], as_of: date | None = None
) -> Ran:
    """Run a spec on the data that a mapping names."""
    mapping, problems = load_mapping(mapping_file, spec, environment)
    assert mapping, problems
    dataset, problems = load_dataset(spec, mapping)
    assert dataset, problems
    until = Zone(spec.timezone).end_of(as_of) if as_of else None
    return Ran(spec, run(spec, dataset, until))


@pytest.fixture(scope="session")
def specs(root: Path) -> Path:
    return root / "specs"


@pytest.fixture(scope="session")
def compile_folder() -> Callable[[Path], Compiled]:
    return compiled


@pytest.fixture(scope="session")
def run_spec() -> Callable[..., Ran]:
    return run_folder


@pytest.fixture(scope="session")
def run_with() -> Callable[..., Ran]:
    return run_mapped
