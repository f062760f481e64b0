"""Runs a spec over data for the commands that need it, and shows what keeps it from running."""

from __future__ import annotations

import gc
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.language import reader_language
from stepladder_engine.cli.specs import runnable, show

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.model.spec import Spec
    from stepladder_engine.results.answer import Answer
    from stepladder_engine.results.execute import Engine


def answer_of(
    spec: str,
    mapping: Path,
    *,
    as_of: str | None,
    rejected_limit: Decimal | None = None,
) -> Answer:
    """Give the answer of a run; where there is none, show why and end with status 2."""
    return answer_for(runnable(spec), mapping, as_of=as_of, rejected_limit=rejected_limit)


def answer_for(
    model: Spec,
    mapping: Path,
    *,
    as_of: str | None,
    rejected_limit: Decimal | None = None,
    quiet: bool = False,
    engine: Engine = "auto",
    tables: Collection[str] | None = None,
    memory: str | None = None,
    parts_in: Path | None = None,
) -> Answer:
    """Give the answer of a run of a spec that has been read; `tables` are those that are wanted of it.

    In `parts_in` workers of Spark may write their rows themselves.
    """
    from stepladder_engine.cli.progress import shown_progress

    # A run makes millions of records and throws few away: looking often for garbage is a third of its time.
    gc.set_threshold(200_000, 50, 50)
    gc.enable()
    language = reader_language(model.language)
    given: dict[str, Any] = {"as_of": as_of, "rejected_limit": rejected_limit, "language": language}
    if tables is not None:
        given["tables"] = tables
    if memory is not None:
        given["memory"] = memory
    if parts_in is not None:
        given["parts_in"] = parts_in
    with shown_progress(language, quiet=quiet):
        answer, problems = _execute(model, mapping, engine, given)
    if answer is None:
        show_problems(problems, mapping, language)
        sys.exit(COULD_NOT_RUN)
    return answer


def _execute(
    model: Spec, mapping: Path, engine: Engine, given: dict[str, Any]
) -> tuple[Answer | None, list[Diagnostic]]:
    """Run on Spark, or on this machine."""
    if engine == "spark":
        from stepladder_engine.spark.session import obstacles

        problems = obstacles()
        if problems:
            return None, problems
        # What it loads is only there where nothing is in the way.
        from stepladder_engine.spark.execute import execute_on_spark

        return execute_on_spark(model, mapping, **given)
    from stepladder_engine.results.execute import execute

    return execute(model, mapping, engine=engine, **given)


def show_problems(problems: Sequence[Diagnostic], mapping: Path, language: str) -> None:
    """Write findings about a mapping or data to stderr, with the mapping's lines where they speak of them."""
    from stepladder_dsl.source import Source
    from stepladder_engine.data.problems import in_language

    sources = []
    if mapping.is_file():
        sources.append(Source(str(mapping), mapping.read_text(encoding="utf-8", errors="replace")))
    show([in_language(problem, language) for problem in problems], sources, language)
