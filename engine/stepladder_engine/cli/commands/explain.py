"""`stepladder explain`: what a finding means."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stepladder_engine.cli.language import fail, language_option, reader_language, told
from stepladder_engine.cli.rules import state_in
from stepladder_engine.cli.specs import use_colour
from stepladder_engine.texts.catalogue import isolated


@click.command()
@click.argument("code", required=False)
@language_option("Language of the page; default: English.")
def command(code: str | None) -> None:
    r"""Explain a code: what it means, why it matters to the business, wrong and right example.

    Without a code, list all of them.

    \b
    Example:
      stepladder explain SL201
      stepladder explain missing-owner
    """
    import stepladder_engine.data.codes  # noqa: F401 - makes the data codes known
    from stepladder_dsl.diagnostics.catalogue import explained, words
    from stepladder_dsl.diagnostics.codes import all_codes, known_code
    from stepladder_dsl.diagnostics.nearest import nearest
    from stepladder_dsl.diagnostics.widths import width
    from stepladder_dsl.lint.registry import register_all

    register_all()
    language = reader_language()
    if code is None:
        for known in all_codes():
            severity = words(language)[known.severity.value]
            filled = isolated(severity) + " " * max(8 - width(severity), 0)
            click.echo(f"{known.code}  {filled} {known.name}")
        return
    found_code = known_code(code.strip())
    if found_code is None:
        names = [name for found in all_codes() for name in (found.code, found.name)]
        meant = nearest(code, names)
        fail("cli.no_such_code_near" if meant else "cli.no_such_code", code=code, meant=meant)
    page_text = explained(found_code, language)
    here = state_in(Path.cwd(), found_code.code)
    if here is not None:
        page_text += f"\n{told(language, 'rules.state', state=here.in_words(language))}\n"
    if use_colour(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(page_text))
    else:
        click.echo(page_text.rstrip())
