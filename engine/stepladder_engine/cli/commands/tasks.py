"""`stepladder tasks`: today's work of each owner."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.data import answer_of
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.language import language_option, note, reader_language
from stepladder_engine.cli.roles import role_named
from stepladder_engine.cli.specs import mapping_file, show
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Spec
    from stepladder_engine.results.worklist import Owed
    from stepladder_engine.runtime.result import RunResult

_PACKAGES = {"ics": "icalendar", "xlsx": "xlsxwriter"}
"""What a format needs, each in the extra of its own name."""


@click.command()
@click.argument("spec")
@click.option("--data", metavar="MAPPING", help="Mapping of the data; default: mapping.yaml beside the spec.")
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option("--owner", metavar="ROLE", help="Only what this role owes, by its name or title.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "xlsx", "ics", "md"]),
    default="text",
    show_default=True,
    help="text and md for people, ics for calendars, csv and xlsx for programs.",
)
@click.option("--out", "-o", "target", metavar="FILE", help="File to write to; default: stdout.")
@language_option()
def command(
    spec: str, data: str | None, as_of: str | None, owner: str | None, form: str, target: str | None
) -> None:
    r"""List what is owed today, by owner: the task, the client, what to say, and why it is due.

    What is due today, overdue or escalated. A task that went on to somebody
    else is on the list of whoever has it now.

    \b
    Example:
      stepladder tasks specs/phone_sale
      stepladder tasks specs/phone_sale --owner service --format md
      stepladder tasks my.ladder --data mapping.yaml --format ics --out today.ics
    """
    if form == "xlsx" and target is None:
        raise click.UsageError("--format xlsx needs --out FILE.")
    _check_package(form)
    mapping = mapping_file(spec, data)
    result = answer_of(spec, mapping, as_of=as_of).result
    model = result.program.spec
    language = reader_language(model.language)
    from stepladder_engine.results.worklist import worklist

    owed = worklist(result, language, None if owner is None else role_named(model, owner, language))
    content = _content(owed, result, form, language)
    if target is None:
        click.echo(content, nl=False)
        return
    write_whole(Path(target), content)
    note("cli.wrote", language, file=Path(target).as_posix())


def _check_package(form: str) -> None:
    """See before the long work that what is to be written can be."""
    if form in _PACKAGES and find_spec(_PACKAGES[form]) is None:
        from stepladder_dsl.source import NOWHERE
        from stepladder_engine.data.problems import finding

        show([finding("SD061", NOWHERE, format=form, extra=form)], [], reader_language())
        sys.exit(COULD_NOT_RUN)


def _content(owed: list[Owed], result: RunResult, form: str, language: str) -> str | bytes:
    spec, day = result.program.spec, result.program.zone.day(result.as_of)
    if form == "ics":
        from stepladder_engine.results.render_worklist import as_calendar

        return as_calendar(owed, result, language)
    if form == "md":
        from stepladder_engine.results.render_worklist import as_markdown

        return as_markdown(owed, spec, day, language)
    from stepladder_engine.results.worklist import worklist_table

    if form == "csv":
        from stepladder_engine.data.write_plain import plain_text

        return plain_text(worklist_table(owed), as_json=False)
    if form == "xlsx":
        return _workbook(owed, spec, day.isoformat(), language)
    from stepladder_dsl.model.print_words import Words

    return _screen(owed, spec, Words(language).day(day), language)


def _workbook(owed: list[Owed], spec: Spec, day: str, language: str) -> bytes:
    from stepladder_engine.data.write_xlsx import write_xlsx
    from stepladder_engine.results.worklist import worklist_table
    from stepladder_engine.texts.catalogue import from_the_right

    with TemporaryDirectory() as folder:
        file = Path(folder) / "workbook.xlsx"
        write_xlsx(
            file,
            [worklist_table(owed)],
            {"spec": spec.label, "as_of": day},
            spec.timezone,
            parts=Path(folder),
            from_the_right=from_the_right(language),
        )
        return file.read_bytes()


def _screen(owed: list[Owed], spec: Spec, day: str, language: str) -> str:
    """Give the work as lines of a terminal."""
    from dataclasses import replace
    from itertools import groupby

    from stepladder_dsl.diagnostics.widths import printable
    from stepladder_engine.results.render_worklist import case_of, lines_of, owner_of
    from stepladder_engine.texts.catalogue import paragraph, text

    lines = [text(language, "tasks.heading", title=printable(spec.label), when=day)]
    if not owed:
        lines += ["", text(language, "run.nothing_due")]
    for owner, tasks in groupby(owed, key=lambda one: owner_of(one, spec, language)):
        lines += ["", printable(owner)]
        for one in tasks:
            lines.append(printable(f"  • {one.title} – {case_of(one)}"))
            # Made safe before they stand in sentences: the marks of direction there are our own.
            said, channel = one.text and printable(one.text), one.channel and printable(one.channel)
            safe = replace(one, text=said, channel=channel, reason=printable(one.reason))
            lines += [f"      {line}" for line in lines_of(safe, language)]
    return "".join(f"{paragraph(language, line)}\n" for line in lines)
