"""`stepladder rules`: which rules there are, and which of them run here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stepladder_engine.cli.language import language_option, reader_language
from stepladder_engine.cli.rules import State, states
from stepladder_engine.cli.settings import Asked
from stepladder_engine.texts.catalogue import isolated

if TYPE_CHECKING:
    from stepladder_dsl.diagnostics.codes import Code


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--config", metavar="FILE", help="Settings; default: the nearest stepladder.toml above here.")
@click.option("--no-config", is_flag=True, help="No settings of any file.")
@language_option("Language of the list; default: English.")
def command(form: str, config: str | None, *, no_config: bool) -> None:
    r"""List the rules of `check`: code, severity, whether it runs here, name, what it says.

    What is wrong with the language itself is always told; `explain` lists those
    codes as well.

    \b
    Example:
      stepladder rules
      stepladder rules --format json --lang ru
    """
    found = states(Path.cwd(), Asked(config, no_config))
    language = reader_language()
    if form == "json":
        document = [_as_values(state, language) for state in found]
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    for line in _lines(found, language):
        click.echo(line)


def _as_values(state: State, language: str) -> dict[str, Any]:
    from stepladder_dsl.diagnostics.catalogue import summary

    return {
        "code": state.rule.code,
        "name": state.rule.name,
        "severity": state.severity.value,
        "on": state.on,
        "on_by_default": state.rule.on_by_default,
        "needs_solver": state.rule.needs_solver,
        "can_run": state.can_run,
        "summary": summary(_code(state), language),
    }


def _lines(found: list[State], language: str) -> Iterator[str]:
    from stepladder_dsl.diagnostics.catalogue import summary
    from stepladder_dsl.diagnostics.widths import width

    words = [state.in_words(language) for state in found]
    widest = max(map(width, words))
    names = max(len(state.rule.name) for state in found)
    for state, word in zip(found, words, strict=True):
        filled = isolated(word) + " " * (widest - width(word))
        sentence = isolated(summary(_code(state), language))
        yield f"{state.rule.code}  {filled}  {state.rule.name:<{names}}  {sentence}"


def _code(state: State) -> Code:
    from stepladder_dsl.diagnostics.codes import known_code

    code = known_code(state.rule.code)
    assert code is not None, "every rule has registered its code"  # noqa: S101 - for the type checker
    return code
