"""`stepladder fmt`: one layout for every spec, and the keywords and names of another language."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.record import record
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import known_language, language_option, note, reader_language
from stepladder_engine.cli.specs import STDIN, show, spec_file
from stepladder_engine.cli.writing import write_whole
from stepladder_engine.texts.catalogue import isolated

if TYPE_CHECKING:
    from stepladder_dsl.source import Source
    from stepladder_dsl.syntax.format import Formatted
    from stepladder_dsl.syntax.glossary import Glossary


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("--check", is_flag=True, help="Write nothing; end with 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option(
    "--to", "language", metavar="LANG", callback=known_language, help="Write the keywords of this language."
)
@click.option(
    "--names",
    "glossary_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="With --to: a glossary (CSV) with the names and texts of that language.",
)
@click.option(
    "--strict", is_flag=True, help="With --names: write nothing where the glossary lacks something."
)
@language_option()
def command(
    specs: tuple[str, ...],
    language: str | None,
    glossary_file: str | None,
    *,
    check: bool,
    diff: bool,
    strict: bool,
) -> None:
    r"""Lay specs out in the one canonical way; translate them.

    --to translates the keywords, and with --names also names, texts and
    comments; what the glossary lacks stays as it is and is told. Ends with 0,
    with 1 where --check or --diff found something to change or --strict
    something lacking, with 2 where a spec or the glossary has errors.

    \b
    Example:
      stepladder fmt specs/phone_sale
      stepladder fmt shop.ladder --to ru --names names.csv --diff
    """
    if glossary_file and language is None:
        raise click.UsageError("--names needs --to: the language to translate into.")
    if strict and not glossary_file:
        raise click.UsageError("--strict needs --names: a glossary.")
    glossary = _glossary(glossary_file) if glossary_file else None
    asked = _Asked(language, glossary, check=check, diff=diff, strict=strict)
    sys.exit(max([_one(name, asked) for name in specs]))


@record
class _Asked:
    """What is to be done with each spec."""

    language: str | None
    glossary: Glossary | None
    check: bool
    diff: bool
    strict: bool


def _one(name: str, asked: _Asked) -> int:
    """Format one spec; give the exit status."""
    from stepladder_dsl.syntax.format import format_text

    source = _read(name)
    formatted = format_text(source, asked.language, asked.glossary)
    if formatted.text is None:
        sources = [source, asked.glossary.source] if asked.glossary else [source]
        show(formatted.diagnostics, sources, reader_language(formatted.language))
        sys.exit(COULD_NOT_RUN)
    if asked.glossary and formatted.missing:
        _tell_missing(asked.glossary, formatted)
        if asked.strict:
            note("cli.glossary_incomplete", formatted.language, file=source.name)
            return FINDINGS
    changed = formatted.text != source.text
    if asked.diff:
        click.echo(_difference(source, formatted.text), nl=False)
    elif asked.check:
        if changed:
            note("cli.would_change", formatted.language, file=source.name)
    elif name == STDIN:
        click.echo(formatted.text, nl=False)
    elif changed:
        write_whole(Path(source.name), formatted.text)
        note("cli.changed", formatted.language, file=source.name)
    return FINDINGS if changed and (asked.check or asked.diff) else FINE


def _glossary(file: str) -> Glossary:
    """Read a glossary; where it cannot be used, show why and end with status 2."""
    from stepladder_dsl.compile import read_source
    from stepladder_dsl.syntax.glossary import read_glossary

    source, problems = read_source(Path(file), Path(file).as_posix())
    if source is not None:
        glossary, problems = read_glossary(source)
        if glossary is not None:
            return glossary
    show(problems, [source] if source else [], reader_language())
    sys.exit(COULD_NOT_RUN)


def _tell_missing(glossary: Glossary, formatted: Formatted) -> None:
    """Say what the glossary does not have, one a line, so that it can be copied into it."""
    missing = formatted.missing
    note("cli.not_in_glossary", formatted.language, file=glossary.source.name, count=len(missing))
    for written in missing:
        click.echo(f"  {isolated(printable(written))}", err=True)


def _read(name: str) -> Source:
    """Read a spec; where it cannot be read, show why and end with status 2."""
    from stepladder_dsl.compile import read_source
    from stepladder_dsl.source import Source

    if name == STDIN:
        return Source("<stdin>", sys.stdin.buffer.read().decode("utf-8", "replace"))
    path = spec_file(name)
    source, problems = read_source(path, path.as_posix())
    if source is None:
        show(problems, [], reader_language())
        sys.exit(COULD_NOT_RUN)
    return source


def _difference(source: Source, text: str) -> str:
    before, after = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, source.name, source.name))
