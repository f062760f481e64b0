"""`stepladder run`: execute a spec against client data."""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.data import answer_of, show_problems
from stepladder_engine.cli.event_logs import log_file, write_log
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import fail, language_option, note, reader_language
from stepladder_engine.cli.specs import mapping_file, use_colour

if TYPE_CHECKING:
    from stepladder_engine.results.execute import Answer


@click.command()
@click.argument("spec")
@click.option("--data", metavar="MAPPING", help="Mapping of the data; default: mapping.yaml beside the spec.")
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option("--out", "folder", metavar="DIR", help="Folder to write the tables to.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    default="csv",
    help="Format of the tables; json also writes the summary as JSON to stdout.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "reference"]),
    default="auto",
    show_default=True,
    help="Which executor runs.",
)
@click.option(
    "--event-log",
    metavar="FILE",
    help="Write everything that happened for process miners: .xes, .xes.gz, or OCEL 2.0 as .jsonocel, "
    ".xmlocel or .sqlite.",
)
@click.option("--limit-rejected", metavar="PCT", help="Most rows that may be rejected, such as 5%.")
@language_option()
@click.option("--quiet", "-q", is_flag=True, help="No summary on the screen.")
def command(
    spec: str,
    data: str | None,
    as_of: str | None,
    folder: str | None,
    form: str,
    engine: str,
    event_log: str | None,
    limit_rejected: str | None,
    *,
    quiet: bool,
) -> None:
    r"""Run a spec over client data: where each case stands, what is due, and whose it is.

    Ends with 0, with 1 where more rows are rejected than allowed, with 2 where
    the spec has errors or a file cannot be read.

    \b
    Example:
      stepladder run specs/phone_sale
      stepladder run my.ladder --data mapping.yaml --as-of 2026-06-30 --out out
      stepladder run specs/phone_sale --event-log log.xes
    """
    del engine  # there is one executor so far, and `auto` chooses it
    started = time.perf_counter()
    limit = _limit(limit_rejected)
    log = log_file(event_log)
    mapping = mapping_file(spec, data)
    answer = answer_of(spec, mapping, as_of=as_of, rejected_limit=limit)
    language = reader_language(answer.result.program.spec.language)
    if folder is not None:
        _write(answer, Path(folder), form, mapping, language)
    if not quiet:
        _show(answer, form, time.perf_counter() - started, language)
        if folder is not None and form != "json":
            click.echo(err=True)
            note("run.written", language, folder=Path(folder).as_posix())
    if log is not None:
        write_log(answer.result, *log, language, quiet=quiet)
    sys.exit(FINDINGS if answer.too_many_rejected else FINE)


def _limit(text: str | None) -> Decimal | None:
    from stepladder_engine.results.execute import parse_share

    if text is None:
        return None
    share = parse_share(text)
    if share is None:
        fail("run.no_share", text=text)
    return share


def _write(answer: Answer, folder: Path, form: str, mapping: Path, language: str) -> None:
    from stepladder_engine.data.write_tables import write_tables

    problems = write_tables(folder, answer.all_tables(), answer.summary, "json" if form == "json" else "csv")
    if problems:
        show_problems(problems, mapping, language)
        sys.exit(COULD_NOT_RUN)


def _show(answer: Answer, form: str, seconds: float, language: str) -> None:
    if form == "json":
        document = answer.summary | {"seconds": round(seconds, 3)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    from stepladder_engine.results.render_text import make_console, show_answer

    console = make_console(colour=use_colour(sys.stdout), terminal=sys.stdout.isatty())
    show_answer(answer, console, language)
