"""`stepladder audit`: what the questions of a consultant find in a spec."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import language_option, note, reader_language
from stepladder_engine.cli.specs import STDIN, compile_spec, show, spec_file, use_colour
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from stepladder_dsl.audit.review import Review

_QUESTIONS = 17


@click.command()
@click.argument("spec", required=False)
@click.option("--data", metavar="MAPPING", help="Mapping of client data: the figures come with the answers.")
@click.option("--as-of", metavar="WHEN", help="With --data: a date (its end) or date and time.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How the review is written; html is one file without any other.",
)
@click.option("--out", "-o", "target", metavar="FILE", help="File to write to; default: stdout.")
@click.option(
    "--explain", type=click.IntRange(1, _QUESTIONS), metavar="N", help="Explain a question instead."
)
@language_option()
def command(
    spec: str | None,
    data: str | None,
    as_of: str | None,
    form: str,
    target: str | None,
    explain: int | None,
) -> None:
    r"""Review a spec: seventeen questions of readiness, each answered with its place, or a hole.

    Beside the questions: the systems of the company, the six processes, the
    levers of the client formula and the relation ladder. Where something is
    missing, the review says what would fill the hole.

    Ends with 0 where every question is answered, 1 where one is a hole or
    answered in part, 2 where the spec or the data cannot be read.

    \b
    Example:
      stepladder audit specs/phone_sale
      stepladder audit my.ladder --data mapping.yaml --format html --out review.html
      stepladder audit --explain 17
    """
    if explain is not None:
        _explain(explain)
        return
    if spec is None:
        raise click.UsageError("Missing argument 'SPEC'.")
    if as_of is not None and data is None:
        raise click.UsageError("--as-of needs --data.")
    review = _reviewed(spec)
    language = reader_language(review.spec.language)
    document = _document(review, spec, data, as_of, language)
    _write(document, form, target, "<stdin>" if spec == STDIN else spec_file(spec).as_posix())
    sys.exit(FINDINGS if review.has_holes else FINE)


def _explain(number: int) -> None:
    from stepladder_dsl.audit.registry import stem_of
    from stepladder_dsl.audit.texts import page

    text = page(stem_of(number) or "", reader_language()).text
    if use_colour(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        click.echo(text.rstrip())


def _reviewed(spec: str) -> Review:
    """Review a spec that can be understood; what lint finds fault with is for the review to show."""
    from stepladder_dsl.audit.review import review

    compiled = compile_spec(spec, lint=False)
    if compiled.errors or compiled.spec is None:
        show(compiled.errors, list(compiled.sources.values()), reader_language(compiled.language))
        sys.exit(COULD_NOT_RUN)
    return review(compiled.spec)


def _document(
    review: Review, spec: str, data: str | None, as_of: str | None, language: str
) -> dict[str, Any]:
    from stepladder_dsl.audit.document import as_document

    document = as_document(review, language)
    if data is None:
        return document
    from stepladder_engine.cli.data import answer_of
    from stepladder_engine.results.audit_figures import with_figures

    if spec == STDIN:
        raise click.UsageError("With --data the spec has to be a file.")
    return with_figures(document, answer_of(spec, Path(data), as_of=as_of), language)


def _write(document: dict[str, Any], form: str, target: str | None, file: str) -> None:
    if form == "text":
        _write_text(document, target, file)
        return
    if form == "json":
        content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    else:
        from stepladder_dsl.audit.render_html import render_html

        content = render_html(document, _path_to_sources(target))
    _put(content, target, document["language"])


def _write_text(document: dict[str, Any], target: str | None, file: str) -> None:
    from stepladder_engine.results.screen.audit import show_review
    from stepladder_engine.results.screen.console import make_console

    if target is None and sys.stdout.isatty():
        show_review(document, make_console(colour=use_colour(sys.stdout), terminal=True), file=file)
        return
    console = make_console(colour=False, terminal=False)
    with console.capture() as captured:
        show_review(document, console, file=file)
    _put("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()), target, document["language"])


def _path_to_sources(target: str | None) -> str:
    """Give the way from the file that is written to where file names begin, as links need it."""
    folder = Path.cwd() if target is None else Path(target).resolve().parent
    try:
        return Path(os.path.relpath(Path.cwd(), folder)).as_posix()
    except ValueError:  # another drive
        return Path.cwd().as_uri()


def _put(content: str, target: str | None, language: str) -> None:
    if target is None:
        click.echo(content, nl=False)
        return
    write_whole(Path(target), content)
    note("cli.wrote", language, file=Path(target).as_posix())
