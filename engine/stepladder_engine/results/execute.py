"""The main job in one call: a compiled spec and a mapping -> tables and summary."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.keywords.dialect import load_dialect, normalize_name
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import NOWHERE
from stepladder_engine.calendars.zone import HOUR, Instant, Zone
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.files import find_files
from stepladder_engine.data.give_back import give_back
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import load_mapping
from stepladder_engine.data.mapping_model import KindMapping
from stepladder_engine.data.mapping_model import Mapping as DataMapping
from stepladder_engine.data.problems import finding, note
from stepladder_engine.data.spool import NoRoomToSpool, Spool
from stepladder_engine.data.workers import in_turn
from stepladder_engine.metrics.evaluate import evaluate_metrics
from stepladder_engine.results.answer import Answer, RecordAnswer
from stepladder_engine.results.columns import TABLES
from stepladder_engine.runtime.run import NothingToRunAsOf, run
from stepladder_engine.texts.os_problems import os_problem

Engine = Literal["auto", "reference", "fast", "spark"]

_ANY_LARGE = 3_000
_WORTH_THREADS = 50_000
_BYTES_OF_A_LINE = 45
_BYTES_OF_AN_EVENT = {".parquet": 8, ".gz": 10, ".zst": 10}
"""About so much an event takes in files that are packed, and in a line of text."""
FAR_APART = 366 * 24 * HOUR
"""How far the latest event has to stand from all others to be taken for a slip."""
_DATE = re.compile(r"\d{4}(?:-\d{1,2}-|/\d{1,2}/)\d{1,2}(?!\d)")


def parse_moment(text: str, zone: Zone, language: str = "en") -> Instant | None:
    """Read a moment as `--as-of` takes it: a date is its end, a date-time is local unless it has an offset.

    A date is one of the calendar in which specs of the language write theirs.
    Gives None where the text is no real moment.
    """
    from stepladder_dsl.syntax.values import NoDay, read_day

    plain = normalize_name(text.strip())
    try:
        if match := _DATE.match(plain):
            day = read_day(match[0], load_dialect(language).calendar)
            if isinstance(day, NoDay):
                return None
            if match.end() == len(plain):
                return zone.end_of(day)
            plain = f"{day.isoformat()}{plain[match.end() :]}"
        moment = datetime.fromisoformat(plain)
    except (ValueError, OverflowError):
        return None
    return zone.aware_instant(moment) if moment.tzinfo else zone.instant(moment)


def parse_share(text: str) -> Decimal | None:
    """Read a share such as `5%` or `5`: per cent of the rows; None where it is no number from 0 to 100."""
    number = normalize_name(text.strip()).removesuffix("%").strip()
    if not re.fullmatch(r"\d+(\.\d+)?", number):
        return None
    share = Decimal(number) / 100
    return share if share <= 1 else None


LEAST_MEMORY = 512 * 10**6
"""Below it the program itself with its packages leaves no room for data."""
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([KMGTКМГТ])(I|И)?[BБ]?")
_STEPS = "KMGT", "КМГТ"


def parse_size(text: str) -> int | None:
    """Read a size of memory such as `2GB`, `1.5 GiB` or `800M`, in bytes; None where it is none.

    >>> parse_size("2GB"), parse_size("1,5 ГиБ"), parse_size("much")
    (2000000000, 1610612736, None)
    """
    match = _SIZE.fullmatch(normalize_name(text.strip()).upper())
    if match is None:
        return None
    number, letter, binary = match.groups()
    power = 1 + next(letters.index(letter) for letters in _STEPS if letter in letters)
    return int(Decimal(number.replace(",", ".")) * (1024 if binary else 1000) ** power)


def _budget(text: str | None) -> tuple[int | None, list[Diagnostic]]:
    """Give the budget in bytes, or say what is wrong with it."""
    if text is None:
        return None, []
    size = parse_size(text)
    if size is None:
        return None, [Diagnostic("SD073", NOWHERE, {"text": text})]
    if size < LEAST_MEMORY:
        return None, [Diagnostic("SD073", NOWHERE, {"text": text, "least": "512MB"}, "small")]
    return size, []


def no_moment(dataset: Dataset, language: str) -> Diagnostic:
    """Say that there is no moment to run as of; where all rows were rejected, that is why."""
    if not dataset.rejected:
        return Diagnostic("SD071", NOWHERE)
    first = dataset.rejected[0]
    values = {
        "count": len(dataset.rejected),
        "file": first.origin.file,
        "row": first.origin.row,
        "reason": first.reason(language),
    }
    return Diagnostic("SD071", NOWHERE, values, "rejected")


def allowed_steps(spec: Spec, mapping: DataMapping) -> Spec:
    """Allow a record as many steps of its own as the mapping does."""
    return spec if mapping.most_steps is None else replace(spec, most_own_steps=mapping.most_steps)


def lonely_latest(dataset: Dataset) -> list[Diagnostic]:
    """Warn of a latest event that stands far from all others: a slip in its year would age every case."""
    latest = max(dataset.events, key=lambda event: event.time, default=None)
    if latest is None:
        return []
    before = max((event.time for event in dataset.events if event.time < latest.time), default=latest.time)
    if latest.time - before <= FAR_APART:
        return []
    return [note("lonely", file=latest.origin.file, row=latest.origin.row)]


def execute(
    spec: Spec,
    mapping_path: Path,
    *,
    as_of: str | None = None,
    rejected_limit: Decimal | None = None,
    language: str | None = None,
    engine: Engine = "auto",
    tables: Collection[str] = TABLES,
    memory: str | None = None,
) -> tuple[Answer | None, list[Diagnostic]]:
    """Run a spec over the data that a mapping names; no answer is given where something cannot be read.

    `language` is the reader's (None: the spec's), for findings that quote another one. Both
    executors give the same answer; `auto` takes the fast one for large files, unless its kernel has
    to be compiled first and so few events are not worth it. Of the `tables` that nobody wants
    nothing is made. With a budget of `memory` the fast executor runs, and what is more waits in a file.
    """
    budget, problems = _budget(memory)
    if problems:
        return None, problems
    zone = Zone(spec.timezone)
    moment = None
    if as_of is not None:
        moment = parse_moment(as_of, zone, spec.language)
        if moment is None:
            return None, [Diagnostic("SD070", NOWHERE, {"text": as_of})]
    mapping, problems = load_mapping(mapping_path, spec)
    if mapping is None:
        return None, problems
    spec = allowed_steps(spec, mapping)
    limit = mapping.max_rejected if rejected_limit is None else rejected_limit
    events = _rows(mapping.events.values(), mapping.folder)
    if engine == "fast" or budget is not None or (engine == "auto" and _is_large(events)):
        rows = events + _rows(mapping.records.values(), mapping.folder)
        # A database does not tell beforehand how much there is.
        with in_turn(events > 0 and rows < _WORTH_THREADS):
            fast = _run_fast(spec, mapping, moment, limit, language or spec.language, tables, budget)
        if isinstance(fast, list):
            return None, fast
        if fast is not None:
            return fast, []
    dataset, problems = load_dataset(spec, mapping)
    if dataset is None:
        return None, problems
    if moment is None:
        dataset.notes += lonely_latest(dataset)
    try:
        result = run(spec, dataset, moment)
    except NothingToRunAsOf:
        return None, [no_moment(dataset, language or spec.language)]
    handed = None if engine == "fast" else ()
    return RecordAnswer(result, evaluate_metrics(result), limit, handed, tables), []


def _rows(kinds: Iterable[KindMapping], folder: Path) -> int:
    """Give about how many rows the files of some kinds have, by their sizes."""
    paths = {
        file.path for kind in kinds for file in find_files(kind.sources, folder)[0] if file.path.is_file()
    }
    return sum(path.stat().st_size // _BYTES_OF_AN_EVENT.get(path.suffix, _BYTES_OF_A_LINE) for path in paths)


def _is_large(events: int) -> bool:
    """Tell whether the fast executor is worth its start for so many events."""
    if events < _ANY_LARGE or find_spec("numpy") is None:
        return False
    from stepladder_engine.fast.parts import runs_fast

    return runs_fast(events)


def _run_fast(
    spec: Spec,
    mapping: DataMapping,
    moment: Instant | None,
    limit: Decimal,
    language: str,
    tables: Collection[str],
    budget: int | None,
) -> Answer | list[Diagnostic] | None:
    """Run with the fast executor; None where it cannot be used: no numpy, or figures of many digits."""
    if find_spec("numpy") is None:
        return None
    from stepladder_engine.fast.read.columns import TooWide
    from stepladder_engine.fast.read.spilled import load_supply
    from stepladder_engine.results.by_columns.answer import FastAnswer
    from stepladder_engine.results.by_columns.room import Room, room_within

    room = Room() if budget is None else room_within(budget)
    spool = Spool(room.kept)
    try:
        supply, problems = load_supply(spec, mapping, None if budget is None else spool, room.in_a_range)
        if supply is None:
            return problems
        give_back()
        if moment is None:
            supply.aside.notes.extend(supply.lonely_latest(FAR_APART))
        try:
            return FastAnswer(spec, supply, moment, limit, tables, room, spool)
        except NothingToRunAsOf:
            return [no_moment(supply.aside, language)]
    except TooWide:
        return None
    except NoRoomToSpool as error:
        return [finding("SD074", NOWHERE, folder=error.folder, problem=os_problem(error.cause))]
