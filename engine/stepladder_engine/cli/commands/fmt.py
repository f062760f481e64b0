"""`stepladder fmt`: one layout for every spec, and the keywords of another language."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import known_language, language_option, note, reader_language
from stepladder_engine.cli.specs import STDIN, show, spec_file

if TYPE_CHECKING:
    from stepladder_dsl.source import Source


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("--check", is_flag=True, help="Write nothing; end with 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option(
    "--to", "language", metavar="LANG", callback=known_language, help="Write the keywords of this language."
)
@language_option()
def command(specs: tuple[str, ...], language: str | None, *, check: bool, diff: bool) -> None:
    r"""Lay specs out in the one canonical way; translate their keywords.

    Names, texts and comments stay as they are. Ends with 0, with 1 where
    --check or --diff found something to change, with 2 where a spec has errors.

    \b
    Example:
      stepladder fmt specs/phone_sale
      stepladder fmt shop.ladder --to ru --diff
    """
    changed = [_one(name, language, check=check, diff=diff) for name in specs]
    sys.exit(FINDINGS if (check or diff) and any(changed) else FINE)


def _one(name: str, language: str | None, *, check: bool, diff: bool) -> bool:
    """Format one spec; say whether it changed."""
    from stepladder_dsl.syntax.format import format_text

    source = _read(name)
    formatted = format_text(source, language)
    if formatted.text is None:
        show(formatted.diagnostics, [source], reader_language(formatted.language))
        sys.exit(COULD_NOT_RUN)
    changed = formatted.text != source.text
    if diff:
        click.echo(_difference(source, formatted.text), nl=False)
    elif check:
        if changed:
            note("cli.would_change", formatted.language, file=source.name)
    elif name == STDIN:
        click.echo(formatted.text, nl=False)
    elif changed:
        _write(Path(source.name), formatted.text)
        note("cli.changed", formatted.language, file=source.name)
    return changed


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


def _write(path: Path, text: str) -> None:
    """Write beside the file and move, so that a stopped command leaves the old text."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
