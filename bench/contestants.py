"""Who takes part in the comparison, what each of them does of the work, and how it is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measuring import stepladder
from workload import AS_OF

GROUPS = ("limit", "ours", "hand", "peers")


@dataclass(frozen=True)
class Contestant:
    """One way to do the work, or, for the limit, what of it cannot be avoided."""

    name: str
    group: str
    does: str
    module: str = ""
    words: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    engine: str = ""
    tables: tuple[str, ...] = ()
    """The tables that it writes, where these are not all."""

    @property
    def answers(self) -> bool:
        """Whether it gives where the clients stand and what is due."""
        return self.group != "limit"

    @property
    def folder(self) -> str:
        """The name of the folder for its answers."""
        return self.name.replace(" ", "_").replace(",", "")

    def requirements(self, form: str) -> tuple[str, ...]:
        """Give what has to be installed for a format: our own CSV needs nothing further, Parquet does."""
        return (*self.packages, "pyarrow") if self.group == "ours" and form == "parquet" else self.packages

    @property
    def missing(self) -> list[str]:
        """The modules that it needs and that are not installed."""
        return [name for name in self.imports if find_spec(name) is None]

    def command(self, workload: Path, out: Path, form: str) -> list[str]:
        """Give the command over a folder of the generator."""
        if self.group == "ours":
            run = [stepladder(), "run", str(workload), "--as-of", AS_OF, "--quiet", "--out", str(out)]
            return [*run, "--format", form, "--engine", self.engine, *self.words]
        file = workload / f"events.{form}"
        return [sys.executable, "-m", f"contenders.{self.module}", str(file), str(out), *self.words]


_ALL = "all of it: every result table, in the format of the log"
ASKED = ("positions", "tasks")
"""The tables that every contender gives."""
_SOME = "the same, but writes only where every client stands and the tasks, as the others do"
_LEAST = "the same, but writes only where every client stands: one row a client, as the limit does"
_BY_OUR_LOOP = "timers, counts and tasks are our loop around it"
_GROUPED = "one row a client, without any meaning"

_OTHERS = (
    Contestant(
        "DuckDB, hash", "limit", f"reads, groups by client: {_GROUPED}", "limit", (), ("duckdb",), ("duckdb",)
    ),
    Contestant(
        "DuckDB, sort",
        "limit",
        f"reads, sorts by client and time, groups: {_GROUPED}",
        "limit",
        ("--sort",),
        ("duckdb",),
        ("duckdb",),
    ),
    Contestant(
        "DuckDB, sort, tasks",
        "limit",
        "the same, and writes a row without any meaning for seven events of ten: about as many tasks as ours",
        "limit",
        ("--sort", "--tasks"),
        ("duckdb",),
        ("duckdb",),
    ),
    Contestant(
        "polars, hash",
        "limit",
        f"groups by client, with polars: {_GROUPED}",
        "limit",
        ("--with", "polars"),
        ("polars",),
        ("polars",),
    ),
    Contestant(
        "polars, sort",
        "limit",
        f"sorts by client and time, groups, with polars: {_GROUPED}",
        "limit",
        ("--with", "polars", "--sort"),
        ("polars",),
        ("polars",),
    ),
    Contestant(
        "by hand, polars",
        "hand",
        "a script for this one process: polars reads, sorts, writes; a Python loop goes through the events",
        "by_hand",
        (),
        ("polars",),
        ("polars",),
    ),
    Contestant(
        "by hand, pandas",
        "hand",
        "the same script with pandas",
        "by_hand",
        ("--with", "pandas"),
        ("pandas", "pyarrow"),
        ("pandas", "pyarrow"),
    ),
    Contestant(
        "transitions",
        "peers",
        f"keeps the stage, asks the guards, moves; {_BY_OUR_LOOP}",
        "with_transitions",
        (),
        ("transitions", "polars"),
        ("transitions", "polars"),
    ),
    Contestant(
        "python-statemachine",
        "peers",
        f"keeps the stage, asks the guards, moves; {_BY_OUR_LOOP}",
        "with_statemachine",
        (),
        ("python-statemachine", "polars"),
        ("statemachine", "polars"),
    ),
    Contestant(
        "zen-engine",
        "peers",
        f"asks the guards; stage, {_BY_OUR_LOOP}",
        "with_zen",
        (),
        ("zen-engine", "polars"),
        ("zen", "polars"),
    ),
    Contestant(
        "SpiffWorkflow",
        "peers",
        f"a BPMN process: a user task for each stage, guards at gateways; {_BY_OUR_LOOP}",
        "with_spiff",
        (),
        ("SpiffWorkflow", "polars"),
        ("SpiffWorkflow", "polars"),
    ),
)

_ENGINE_EXTRAS = {"fast": "[fast]", "spark": "[spark]"}


def engines() -> list[Contestant]:
    """Give the executors that `stepladder run` offers, the reference first: every answer is held to it."""
    from stepladder_engine.cli.commands.run import command

    option: Any = next(parameter for parameter in command.params if parameter.name == "engine")
    names = [name for name in option.type.choices if name != "auto"]
    whole = [
        Contestant(
            f"stepladder, {name}",
            "ours",
            _ALL,
            packages=(f"stepladder{_ENGINE_EXTRAS.get(name, '')}",),
            engine=name,
        )
        for name in sorted(names, key=lambda name: name != "reference")
    ]
    fast = next(one for one in whole if one.engine == "fast")
    parts = [
        replace(
            fast,
            name=f"{fast.name}, {' and '.join(tables)}",
            does=does,
            words=("--tables", ",".join(tables)),
            tables=tables,
        )
        for tables, does in ((ASKED, _SOME), (ASKED[:1], _LEAST))
    ]
    return [*whole, *parts]


def everybody() -> list[Contestant]:
    """Give all contenders in the order in which they run and are shown."""
    limits = [one for one in _OTHERS if one.group == "limit"]
    return [*limits, *engines(), *(one for one in _OTHERS if one.group != "limit")]


def contestants(wanted: Sequence[str]) -> list[Contestant]:
    """Give the contenders of some groups or with a part of a name, as far as they are installed."""
    found = []
    for one in everybody():
        if not any(word == one.group or word.lower() in one.name.lower() for word in wanted):
            continue
        if one.missing:
            print(f"{one.name} is left out: {', '.join(one.missing)} not installed; see the group `bench`")
            continue
        found.append(one)
    if not found:
        sys.exit(
            f"nobody is called {' or '.join(wanted)}; there are: {', '.join(one.name for one in everybody())}"
        )
    return found
