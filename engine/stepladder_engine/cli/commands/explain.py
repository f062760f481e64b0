"""`stepladder explain`: what a finding means."""

from __future__ import annotations

import sys

import click

from stepladder_engine.cli.specs import fail, use_colour


@click.command()
@click.argument("code", required=False)
@click.option("--lang", metavar="LANG", default="en", help="Language of the page.")
def command(code: str | None, lang: str) -> None:
    r"""Explain a code: what it means, why it matters to the business, wrong and right example.

    Without a code, list all of them.

    \b
    Example:
      stepladder explain SL201
      stepladder explain missing-owner
    """
    import stepladder_engine.data.codes  # noqa: F401 - makes the data codes known
    from stepladder_dsl.diagnostics.catalogue import page
    from stepladder_dsl.diagnostics.codes import all_codes, known_code
    from stepladder_dsl.diagnostics.nearest import nearest
    from stepladder_dsl.lint.registry import register_all

    register_all()
    if code is None:
        for known in all_codes():
            click.echo(f"{known.code}  {known.severity.value:<8} {known.name}")
        return
    found_code = known_code(code)
    if found_code is None:
        names = [name for found in all_codes() for name in (found.code, found.name)]
        meant = nearest(code, names)
        fail(f"there is no code `{code}`" + (f"; did you mean `{meant}`?" if meant else ""))
    text = page(found_code, lang).text
    if use_colour(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        click.echo(text.rstrip())
