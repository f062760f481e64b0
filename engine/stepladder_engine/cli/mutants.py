"""Shows what became of the changes of a spec: how many the scenarios caught, and those that they did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.language import told
from stepladder_engine.texts.catalogue import Phrase, isolated, number, text

if TYPE_CHECKING:
    from stepladder_engine.scenario.mutation.answers import Missed
    from stepladder_engine.scenario.mutation.run import Mutation


def show_mutation(mutation: Mutation, survivors: list[Missed], language: str) -> None:
    """Print the changes that nobody noticed, then the counts."""
    for found in survivors:
        _show(found, language)
    if len(mutation.tried) < mutation.possible:
        click.echo(told(language, "mutate.spread", tried=len(mutation.tried), possible=mutation.possible))
    if mutation.share is None:
        click.echo(told(language, "mutate.nothing"))
        return
    counts = {"caught": mutation.caught, "tried": len(mutation.tried)}
    click.echo(told(language, "mutate.summary", share=percent(mutation.share, language), **counts))
    for family, caught, tried in mutation.by_family():
        name = Phrase(f"mutate.family.{family}")
        click.echo(
            f"        {told(language, 'mutate.family_count', family=name, caught=caught, tried=tried)}"
        )


def percent(share: float, language: str) -> str:
    """Write a share as per cent, rounded down: what is not all is never shown as all."""
    return text(language, "number.percent", value=number(language, int(share * 1000) / 10, ",.1f"))


def _show(found: Missed, language: str) -> None:
    mutant, catch = found.mutant, found.catch
    word = click.style(isolated(text(language, "mutate.missed")), fg="red", bold=True)
    family = isolated(text(language, f"mutate.family.{mutant.family}"))
    click.echo(f"{word}  {mutant.span.file}:{mutant.span.line}  {family}")
    click.echo(click.style(f"        - {isolated(mutant.before)}", fg="red"))
    if mutant.after is not None:
        click.echo(click.style(f"        + {isolated(mutant.after)}", fg="green"))
    if catch is None:
        click.echo(f"        {told(language, f'mutate.advice.{mutant.family}')}")
        return
    if catch.after_line is None:
        sentence = told(language, "mutate.would_catch_cut_short", title=catch.scenario.title)
    else:
        sentence = told(language, "mutate.would_catch", title=catch.scenario.title, line=catch.after_line)
    click.echo(f"        {sentence}")
    for line in catch.lines:
        click.echo(f"            {isolated(line)}")
