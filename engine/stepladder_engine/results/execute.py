"""The main job in one call: a compiled spec and a mapping -> tables and summary."""

from __future__ import annotations

import re
from collections.abc import Collection
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
from stepladder_engine.data.mapping_model import Mapping as DataMapping
from stepladder_engine.data.problems import note
from stepladder_engine.metrics.evaluate import evaluate_metrics
from stepladder_engine.results.answer import Answer, RecordAnswer
from stepladder_engine.results.columns import TABLES
from stepladder_engine.runtime.run import NothingToRunAsOf, run

Engine = Literal["auto", "reference", "fast", "spark"]

_ANY_LARGE = 20_000
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
    from stepladder_dsl.syntax.nodes import NoDay
    from stepladder_dsl.syntax.values import read_day

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
) -> tuple[Answer | None, list[Diagnostic]]:
    """Run a spec over the data that a mapping names; no answer is given where something cannot be read.

    `language` is the reader's (None: the spec's), for findings that quote another one. Both
    executors give the same answer; `auto` takes the fast one for large files, as soon as its
    kernel is compiled or so many events are worth compiling it. Of the `tables` that nobody wants
    nothing is made.
    """
    zone = Zone(spec.timezone)
    moment = None
    if as_of is not None:
        moment = parse_moment(as_of, zone, spec.language)
        if moment is None:
            return None, [Diagnostic("SD070", NOWHERE, {"text": as_of})]
    mapping, problems = load_mapping(mapping_path, spec)
    if mapping is None:
        return None, problems
    limit = mapping.max_rejected if rejected_limit is None else rejected_limit
    if engine == "fast" or (engine == "auto" and _is_large(mapping)):
        fast = _run_fast(spec, mapping, moment, limit, language or spec.language, tables)
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


def _is_large(mapping: DataMapping) -> bool:
    """Tell by the sizes of the files of events whether the fast executor is worth its start."""
    paths = {
        file.path
        for events in mapping.events.values()
        for file in find_files(events.sources, mapping.folder)[0]
        if file.path.is_file()
    }
    size = sum(path.stat().st_size // _BYTES_OF_AN_EVENT.get(path.suffix, _BYTES_OF_A_LINE) for path in paths)
    if size < _ANY_LARGE or find_spec("numpy") is None:
        return False
    from stepladder_engine.fast.parts import compiling_pays

    return compiling_pays(size)


def _run_fast(
    spec: Spec,
    mapping: DataMapping,
    moment: Instant | None,
    limit: Decimal,
    language: str,
    tables: Collection[str],
) -> Answer | list[Diagnostic] | None:
    """Run with the fast executor; None where it cannot be used: no numpy, or figures of many digits."""
    if find_spec("numpy") is None:
        return None
    from stepladder_engine.fast.read.columns import TooWide
    from stepladder_engine.fast.read.load import load_frames
    from stepladder_engine.results.by_columns.answer import FastAnswer, lonely_latest

    try:
        frames, problems = load_frames(spec, mapping)
    except TooWide:
        return None
    if frames is None:
        return problems
    give_back()
    if moment is None:
        frames.aside.notes += lonely_latest(frames, FAR_APART)
    try:
        return FastAnswer(spec, frames, moment, limit, tables)
    except NothingToRunAsOf:
        return [no_moment(frames.aside, language)]
