"""`stepladder report`: what a consultant hands over."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.data import answer_for
from stepladder_engine.cli.language import fail, language_option, note, reader_language
from stepladder_engine.cli.report_baselines import baseline_of, compared_with
from stepladder_engine.cli.specs import mapping_file, runnable
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from stepladder_engine.report.build import Made


_MOST_NAMES = 30


@click.command()
@click.argument("spec")
@click.option("--data", metavar="MAPPING", help="Mapping of the data; default: mapping.yaml beside the spec.")
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option("--out", "-o", "target", metavar="FILE", help="File to write to; default: stdout.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "json"]),
    default="html",
    show_default=True,
    help="html is one page without any other file; json has the same figures for programs.",
)
@click.option(
    "--baseline",
    "other",
    metavar="OTHER",
    help="Compare with another day, spec (a .ladder file) or data (a mapping), or a folder with them.",
)
@click.option("--clients", "behind", metavar="ID", help="Instead: all who stand behind a figure, as CSV.")
@language_option()
def command(
    spec: str,
    data: str | None,
    as_of: str | None,
    target: str | None,
    form: str,
    other: str | None,
    behind: str | None,
) -> None:
    r"""Make the report of a business: what is owed, where clients leak, what the money says.

    What is owed today and by whom, the ladder with the figures of the run, where
    clients are lost and what that costs, three ways to grow, offers that work,
    cohorts, the load of the owners, targets, and how good the data is. Behind
    every figure stand its clients and its line in the spec.

    \b
    Example:
      stepladder report specs/phone_sale -o report.html
      stepladder report my.ladder --data mapping.yaml --as-of 2026-06-30 --lang ru -o june.html
      stepladder report specs/phone_sale --baseline 2026-03-31 -o june.html
      stepladder report specs/phone_sale --clients leaks.silent.365
    """
    mapping = mapping_file(spec, data)
    model = runnable(spec)
    language = reader_language(model.language)
    against = None if other is None else baseline_of(other, model, mapping, as_of)
    answer = answer_for(model, mapping, as_of=as_of)
    from stepladder_engine.report.build import make_report
    from stepladder_engine.report.document import Origin

    origin = Origin(Path(spec).as_posix(), mapping.as_posix(), as_of)
    with _all_kept():
        made = make_report(answer, origin, language)
        if against is not None:
            made = compared_with(against, answer, made)
        content = _clients(made, behind, language) if behind is not None else _content(made, form)
    if target is None:
        click.echo(content, nl=False)
        return
    write_whole(Path(target), content)
    note("cli.wrote", language, file=Path(target).as_posix())


@contextmanager
def _all_kept() -> Iterator[None]:
    """Look for no garbage: whole records stay until the end, and to go through them takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _content(made: Made, form: str) -> str:
    if form == "json":
        return json.dumps(made.document, ensure_ascii=False, indent=1) + "\n"
    from stepladder_engine.report.render_html import render_html

    return render_html(made.report, made.document, made.words)


def _clients(made: Made, behind: str, language: str) -> str:
    """Write all who stand behind a figure."""
    from stepladder_engine.data.write_plain import plain_text
    from stepladder_engine.report.present import clients_table

    known = dict(made.report.behind())
    if behind not in known:
        fail("report.no_figure", language, name=behind, known=_near(behind, list(known)))
    return plain_text(clients_table(known[behind](), made.name_of), as_json=False)


def _near(name: str, known: list[str]) -> list[str]:
    """Give the names that are meant most likely; of few all."""
    if len(known) <= _MOST_NAMES:
        return known
    begin = name.split(".", maxsplit=1)[0]
    same = [one for one in known if one.startswith(f"{begin}.")]
    return get_close_matches(name, known, _MOST_NAMES, 0.5) or (same or known)[:_MOST_NAMES]
