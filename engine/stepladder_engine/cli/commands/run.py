"""`stepladder run`: execute a spec against client data."""

from __future__ import annotations

import json
import os
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stepladder_engine.cli.data import answer_for, show_problems
from stepladder_engine.cli.event_logs import log_file, write_log
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.forms import FORMATS, check_folder, check_packages, formats, named
from stepladder_engine.cli.language import fail, language_option, note, reader_language
from stepladder_engine.cli.progress import shown_progress
from stepladder_engine.cli.specs import mapping_file, runnable, show, use_colour
from stepladder_engine.data.workers import working
from stepladder_engine.texts.catalogue import from_the_right

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.model.spec import Spec
    from stepladder_engine.data.tables import Table
    from stepladder_engine.data.write_sql import Target
    from stepladder_engine.data.write_tables import Form
    from stepladder_engine.fast.outcome import Handed
    from stepladder_engine.metrics.standard.figure import StandardFigure
    from stepladder_engine.results.answer import Answer
    from stepladder_engine.results.execute import Engine

TABLES = ("positions", "tasks", "offers", "journal", "deviations", "rejected", "metrics")


def _tables(_ctx: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Read names of tables; all where none is named."""
    return named(given, TABLES, "tables") or TABLES


@click.command()
@click.argument("spec")
@click.option("--data", metavar="MAPPING", help="Mapping of the data; default: mapping.yaml beside the spec.")
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option("--out", "folder", metavar="DIR", help="Folder to write the tables to.")
@click.option(
    "--format",
    "forms",
    metavar="FORMAT[,…]",
    multiple=True,
    callback=formats,
    help=f"Formats of the tables, of {', '.join(FORMATS)}; default: csv. "
    "json also writes the summary as JSON to stdout.",
)
@click.option(
    "--tables",
    metavar="TABLE[,…]",
    multiple=True,
    callback=_tables,
    help=f"Tables to write, of {', '.join(TABLES)}; default: all. What is not written costs no time.",
)
@click.option(
    "--to-sql",
    "database",
    metavar="NAME",
    help="Environment variable with the address of a database to write to: SQLite, PostgreSQL or MySQL.",
)
@click.option(
    "--for-spreadsheets",
    is_flag=True,
    help="CSV for spreadsheet programs: with the mark of UTF-8, and no text that is taken for a formula.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "reference", "fast", "spark"]),
    default="auto",
    show_default=True,
    help="Which executor runs.",
)
@click.option(
    "--memory",
    metavar="SIZE",
    help="About how much memory to take at most, such as 2GB: what is more waits in a temporary file. "
    "At least 512MB.",
)
@click.option(
    "--event-log",
    metavar="FILE",
    help="Write everything that happened for process miners: .xes, .xes.gz, or OCEL 2.0 as .jsonocel, "
    ".xmlocel or .sqlite.",
)
@click.option(
    "--standard-metrics",
    "standard",
    is_flag=True,
    help="Also work out the standard figures (see `stepladder metrics`): on the screen, and as the table "
    "standard_metrics.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(min=1),
    help="Threads that the fast executor works with; default: the cores of this machine. "
    "The answer is the same with any number.",
)
@click.option("--limit-rejected", metavar="PCT", help="Most rows that may be rejected, such as 5%.")
@language_option()
@click.option("--quiet", "-q", is_flag=True, help="No summary on the screen.")
def command(
    spec: str,
    data: str | None,
    as_of: str | None,
    folder: str | None,
    forms: tuple[Form, ...],
    tables: tuple[str, ...],
    database: str | None,
    engine: Engine,
    event_log: str | None,
    workers: int | None,
    limit_rejected: str | None,
    memory: str | None,
    *,
    for_spreadsheets: bool,
    standard: bool,
    quiet: bool,
) -> None:
    r"""Run a spec over client data: where each case stands, what is due, and whose it is.

    Ends with 0, with 1 where more rows are rejected than allowed, with 2 where
    the spec has errors or a file cannot be read.

    \b
    Example:
      stepladder run specs/phone_sale
      stepladder run my.ladder --data mapping.yaml --as-of 2026-06-30 --out out
      stepladder run my.ladder --out out --format xlsx,parquet
      stepladder run my.ladder --out out --tables positions,tasks
      stepladder run specs/phone_sale --event-log log.xes
    """
    started = time.perf_counter()
    limit = _limit(limit_rejected)
    log = log_file(event_log)
    _check_usage(forms, folder, for_spreadsheets=for_spreadsheets)
    if len(tables) < len(TABLES) and folder is None and database is None:
        raise click.UsageError("--tables needs --out DIR or --to-sql NAME: the tables are written there.")
    _check_executor(engine, memory, {"--event-log": log is not None, "--standard-metrics": standard})
    if engine == "spark" and workers is not None:
        raise click.UsageError("--workers is about threads of this machine: leave out --engine spark.")
    if log is not None:
        # Only the reference executor keeps every event as it came: its id, and figures as they were written.
        engine = "reference"
    click.get_current_context().with_resource(working(workers))
    mapping = mapping_file(spec, data)
    model = runnable(spec)
    language = reader_language(model.language)
    check_packages(forms, language)
    target = None if database is None else _database(database, language)
    # A summary needs no table, so where none is written none is made.
    wanted = tables if folder is not None or target is not None else ()
    given: dict[str, Any] = {"as_of": as_of, "rejected_limit": limit, "engine": engine, "tables": wanted}
    if engine == "spark" and folder is not None and set(forms) == {"parquet"} and target is None:
        given["parts_in"] = _place_for_parts(Path(folder))
    answer = answer_for(model, mapping, quiet=quiet, memory=memory, **given)
    figures = _standard_figures(answer) if standard else []
    if folder is not None or target is not None:
        with shown_progress(language, quiet=quiet):
            more = [_standard_table(figures, model)] if standard else []
            problems = _write(answer, more, folder, target, forms, for_spreadsheets=for_spreadsheets)
        _end_where_not_written(problems, mapping, language)
    if not quiet:
        _show(answer, figures, forms, time.perf_counter() - started, language)
        _say_what_was_handed(answer.handed, language)
        _say_how_spark_ran(answer, language)
        _say_what_made_it_slow(language)
        if memory is not None and not answer.in_parts:
            note("run.not_in_parts", language)
        if "json" not in forms:
            _say_where(folder, database, language)
    if log is not None:
        write_log(answer.result, *log, language, quiet=quiet)
    sys.exit(FINDINGS if answer.too_many_rejected else FINE)


def _place_for_parts(folder: Path) -> Path | None:
    """Give a place beside the results where workers write their parts; it is cleared away in the end."""
    from stepladder_engine.data.replace_folder import PARTS, NoRoomBeside, clear_leftovers, workshop

    target = folder.resolve()
    try:
        clear_leftovers(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        made = click.get_current_context().with_resource(workshop(target, target.parent, ()))
    except (OSError, NoRoomBeside):
        # What is in the way is told by who writes the results.
        return None
    return made / PARTS


def _say_what_was_handed(handed: Sequence[Handed] | None, language: str) -> None:
    """Say on stderr what the fast executor left to the reference."""
    if handed is None:
        note("run.fast_not_here", language)
        return
    for found in handed:
        note("run.handed", language, record=found.kind, line=found.line)


def _say_how_spark_ran(answer: Answer, language: str) -> None:
    """Say on stderr what a run on Spark does otherwise than one on this machine."""
    if answer.lists_cases:
        return
    from stepladder_engine.spark.merge import SparkAnswer

    if isinstance(answer, SparkAnswer) and answer.together:
        note("run.together", language)
    if isinstance(answer, SparkAnswer) and answer.read_at_start:
        note("run.read_at_start", language)
    note("run.records_in_tables", language)


def _say_what_made_it_slow(language: str) -> None:
    """Say on stderr why there was no machine code, or why the next run has to make it again."""
    from stepladder_engine.machine_code.trouble import troubles

    found = troubles()
    if "compiler_failed" in found:
        note("run.compiler_failed", language, program=found["compiler_failed"])
    elif "no_compiler" in found:
        note("run.no_compiler", language)
    elif "not_kept" in found:
        note("run.not_kept", language, folder=found["not_kept"])


def _limit(text: str | None) -> Decimal | None:
    from stepladder_engine.results.execute import parse_share

    if text is None:
        return None
    share = parse_share(text)
    if share is None:
        fail("run.no_share", text=text)
    return share


def _check_usage(forms: Sequence[Form], folder: str | None, *, for_spreadsheets: bool) -> None:
    """See before the long work that what was asked for can be done."""
    if for_spreadsheets and "csv" not in forms:
        raise click.UsageError("--for-spreadsheets is about CSV, and --format names other formats.")
    check_folder(forms, folder)


def _check_executor(engine: Engine, memory: str | None, asked: Mapping[str, bool]) -> None:
    """See before the long work that the executor can give what was asked for."""
    if memory is not None and engine in {"reference", "spark"}:
        raise click.UsageError(f"--memory is for the fast executor: leave out --engine {engine}.")
    for option in (option for option, is_asked in asked.items() if is_asked):
        if engine == "fast" and option == "--event-log":
            raise click.UsageError("--event-log needs the reference executor: leave out --engine fast.")
        if engine == "spark":
            raise click.UsageError(f"{option} needs an executor of this machine: leave out --engine spark.")
        if memory is not None:
            raise click.UsageError(f"{option} needs all records in memory: leave out --memory.")


def _database(name: str, language: str) -> Target:
    """Give the database that a variable names; end with status 2 before the run where there is none."""
    from stepladder_engine.data.write_sql import find_target

    target, problems = find_target(name, os.environ)
    if target is None:
        show(problems, [], language)
        sys.exit(COULD_NOT_RUN)
    return target


def _say_where(folder: str | None, database: str | None, language: str) -> None:
    """Say where the results are."""
    if folder is None and database is None:
        return
    click.echo(err=True)
    if folder is not None:
        note("run.written", language, folder=Path(folder).as_posix())
    if database is not None:
        note("run.written_to_database", language, name=f"${{{database}}}")


def _standard_figures(answer: Answer) -> list[StandardFigure]:
    from stepladder_engine.metrics.standard.compute import standard_figures

    return standard_figures(answer.ledger)


def _standard_table(figures: Sequence[StandardFigure], model: Spec) -> Table:
    from stepladder_engine.results.standard_table import table_of_figures

    return table_of_figures(figures, model)


def _write(
    answer: Answer,
    more: Sequence[Table],
    folder: str | None,
    target: Target | None,
    forms: tuple[Form, ...],
    *,
    for_spreadsheets: bool,
) -> list[Diagnostic]:
    """Write the tables to where they were asked for: to the database first, which may be away."""
    from stepladder_engine.data.problems import is_error
    from stepladder_engine.data.watching import watching

    watching().begins("writing")
    tables = [*answer.all_tables(), *more]
    problems: list[Diagnostic] = []
    if target is not None:
        from stepladder_engine.data.write_sql import write_database

        problems = write_database(target, tables, answer.summary)
    if folder is not None and not any(map(is_error, problems)):
        from stepladder_engine.data.write_tables import Manner, write_tables

        spec = answer.spec
        manner = Manner(forms, for_spreadsheets, spec.timezone, from_the_right(spec.language))
        problems += write_tables(Path(folder), tables, answer.summary, manner)
    return problems


def _end_where_not_written(problems: Sequence[Diagnostic], mapping: Path, language: str) -> None:
    """Show what there is to say of the results; end with status 2 where they could not be written."""
    from stepladder_engine.data.problems import is_error

    if problems:
        show_problems(problems, mapping, language)
    if any(map(is_error, problems)):
        sys.exit(COULD_NOT_RUN)


def _show(
    answer: Answer,
    figures: Sequence[StandardFigure],
    forms: Sequence[Form],
    seconds: float,
    language: str,
) -> None:
    if "json" in forms:
        document = answer.summary | {"seconds": round(seconds, 3)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    from stepladder_engine.results.screen.answer import show_answer
    from stepladder_engine.results.screen.screen import Screen

    screen = Screen(colour=use_colour(sys.stdout), terminal=sys.stdout.isatty())
    show_answer(answer, screen, language)
    if figures:
        from stepladder_engine.results.screen.standard_figures import show_standard

        screen.print()
        day = answer.heading.program.zone.day(answer.heading.as_of)
        show_standard(figures, answer.spec, day, screen.rich, language)
