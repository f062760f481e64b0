"""`stepladder metrics`: the standard figures of a business, which no spec has to write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.data import answer_of
from stepladder_engine.cli.language import fail, language_option, note, reader_language
from stepladder_engine.cli.specs import mapping_file, use_colour
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stepladder_dsl.model.spec import Spec


@click.command()
@click.argument("spec")
@click.option("--data", metavar="MAPPING", help="Mapping of the data; default: mapping.yaml beside the spec.")
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option(
    "--by",
    "fields",
    metavar="FIELD",
    multiple=True,
    help="Tell the figures apart by this field of a record; may be given again. "
    "Default: all choices, persons and yes-or-no fields of few values.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How the figures are written; csv and json have all of them.",
)
@click.option("--out", "-o", "target", metavar="FILE", help="File to write to; default: stdout.")
@language_option()
def command(
    spec: str, data: str | None, as_of: str | None, fields: tuple[str, ...], form: str, target: str | None
) -> None:
    r"""Work out the standard figures of a spec on client data: nothing of them has to be written in it.

    Spend of the first month and year, frequency, average deal, lifetime and its
    value, repeat rate and cohorts, cost of a client by channel and when it is
    paid back, referrals, recurring income, conversion and time of every step,
    RFM groups, late and forgotten work by owner. Each with the count behind it.

    \b
    Example:
      stepladder metrics specs/phone_sale
      stepladder metrics my.ladder --data mapping.yaml --as-of 2026-06-30 --by city
      stepladder metrics specs/phone_sale --format csv --out figures.csv
    """
    mapping = mapping_file(spec, data)
    answer = answer_of(spec, mapping, as_of=as_of)
    model = answer.spec
    language = reader_language(model.language)
    _check_fields(model, fields, language)
    from stepladder_engine.data.write_plain import plain_text
    from stepladder_engine.metrics.standard.compute import standard_figures
    from stepladder_engine.results.standard_table import table_of_figures

    figures = standard_figures(answer.ledger, fields or None)
    if form in {"csv", "json"}:
        content = plain_text(table_of_figures(figures, model), as_json=form == "json")
    else:
        from stepladder_engine.results.screen.console import make_console
        from stepladder_engine.results.screen.standard_figures import show_standard

        day = answer.heading.program.zone.day(answer.heading.as_of)
        if target is None:
            console = make_console(colour=use_colour(sys.stdout), terminal=sys.stdout.isatty())
            show_standard(figures, model, day, console, language)
            return
        console = make_console(colour=False, terminal=False)
        with console.capture() as captured:
            show_standard(figures, model, day, console, language)
        content = "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
    if target is None:
        click.echo(content, nl=False)
        return
    write_whole(Path(target), content)
    note("cli.wrote", language, file=Path(target).as_posix())


def _check_fields(model: Spec, fields: Sequence[str], language: str) -> None:
    """See that every field that is asked for is there."""
    known = {name for record in model.records.values() for name in record.fields}
    for name in fields:
        if name not in known:
            fail("metrics.no_field", language, name=name, known=sorted(known))
