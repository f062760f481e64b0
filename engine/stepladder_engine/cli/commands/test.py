"""`stepladder test`: scenarios."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from stepladder_engine.cli.exit_codes import FINDINGS, FINE
from stepladder_engine.cli.language import fail, language_option, note, reader_language, told
from stepladder_engine.cli.mutants import percent
from stepladder_engine.cli.specs import runnable
from stepladder_engine.texts.catalogue import Phrase, isolated, text

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Spec
    from stepladder_engine.scenario.coverage import Coverage
    from stepladder_engine.scenario.mutation.answers import Missed
    from stepladder_engine.scenario.mutation.run import Mutation
    from stepladder_engine.scenario.run import ScenarioResult

    Tried = tuple[Spec, Mutation, list[Missed]]


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("-k", "name_part", metavar="NAME", help="Only scenarios whose title contains this.")
@click.option("--coverage", "with_coverage", is_flag=True, help="Show what no scenario touches.")
@click.option(
    "--mutate",
    is_flag=True,
    help="Change the spec in one place at a time and ask whether a scenario notices.",
)
@click.option(
    "--budget", type=click.IntRange(min=1), metavar="N", help="Try N changes at most, spread over the text."
)
@click.option(
    "--suggest",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="For how many changes that nobody noticed to look for lines that would.",
)
@click.option(
    "--at-least",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="End with 1 where fewer of the changes are caught.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True
)
@language_option()
def command(
    specs: tuple[str, ...],
    name_part: str | None,
    form: str,
    budget: int | None,
    suggest: int,
    at_least: float | None,
    *,
    with_coverage: bool,
    mutate: bool,
) -> None:
    r"""Run the scenarios of specs.

    Ends with 0 where all pass, 1 where one fails, 2 where a spec has errors.

    \b
    Example:
      stepladder test specs/phone_sale --coverage
      stepladder test specs/phone_sale -k repair
      stepladder test specs/phone_sale --mutate --budget 100 --at-least 90
    """
    from stepladder_engine.scenario.run import run_scenarios

    _check_usage(form, name_part, budget, at_least, mutate=mutate)
    models = [runnable(name) for name in specs]
    language = reader_language(models[0].language)
    runs = [(model, run_scenarios(model, name_part)) for model in models]
    results = [result for _, found in runs for result in found]
    if name_part is not None and not results:
        fail("test.no_title", language, part=name_part)
    passed = all(result.passed for result in results)
    tried = [_tried(model, budget, suggest) for model in models] if mutate and passed else []
    if form == "text":
        _show_all(runs, tried, language, with_coverage=with_coverage)
    else:
        _write(runs, tried, language, form, with_coverage=with_coverage)
    if mutate and not passed:
        note("mutate.scenarios_first", language)
    # A gate that had nothing to measure does not open.
    enough = at_least is None or all((mutation.share or 0) * 100 >= at_least for _, mutation, _ in tried)
    if not enough:
        note("mutate.too_few", language, share=percent((at_least or 0) / 100, language))
    sys.exit(FINE if passed and enough else FINDINGS)


def _check_usage(
    form: str, name_part: str | None, budget: int | None, at_least: float | None, *, mutate: bool
) -> None:
    """Refuse options that do not go together."""
    if mutate and form == "junit":
        raise click.UsageError("--mutate is told as text or JSON, not as JUnit.")
    if mutate and name_part is not None:
        raise click.UsageError("--mutate asks all scenarios together; leave out -k.")
    if not mutate and (budget is not None or at_least is not None):
        raise click.UsageError("--budget and --at-least belong to --mutate.")


def _tried(model: Spec, budget: int | None, suggest: int) -> Tried:
    from stepladder_engine.scenario.mutation.answers import missed
    from stepladder_engine.scenario.mutation.run import try_mutants

    mutation = try_mutants(model, budget)
    return model, mutation, missed(model, mutation, suggest)


def _write(
    runs: list[tuple[Spec, list[ScenarioResult]]],
    tried: list[Tried],
    language: str,
    form: str,
    *,
    with_coverage: bool,
) -> None:
    """Write one document for a program."""
    from stepladder_engine.scenario.answers import as_json, as_junit
    from stepladder_engine.scenario.coverage import coverage
    from stepladder_engine.scenario.mutation import answers

    results = [result for _, found in runs for result in found]
    if form == "junit":
        click.echo(as_junit(results, language), nl=False)
        return
    # One document: coverage by spec is joined, names being unique within a spec only.
    merged = coverage(*runs[0]) if with_coverage and len(runs) == 1 else None
    document = as_json(results, language, merged)
    if tried:
        document["mutation"] = [answers.as_json(*one, language) for one in tried]
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def _show_all(
    runs: list[tuple[Spec, list[ScenarioResult]]],
    tried: list[Tried],
    language: str,
    *,
    with_coverage: bool,
) -> None:
    """Print everything for a person."""
    from stepladder_engine.cli.mutants import show_mutation
    from stepladder_engine.scenario.coverage import coverage

    for model, found in runs:
        _show(found, language)
        if with_coverage:
            _show_coverage(coverage(model, found), language)
    for _, mutation, survivors in tried:
        show_mutation(mutation, survivors, language)
    _close([result for _, found in runs for result in found], language)


def _show(results: list[ScenarioResult], language: str) -> None:
    from stepladder_dsl.diagnostics.widths import width

    passed, failed = text(language, "test.passed"), text(language, "test.failed")
    widest = max(width(passed), width(failed))
    for result in results:
        word = passed if result.passed else failed
        style: dict[str, Any] = {"fg": "green"} if result.passed else {"fg": "red", "bold": True}
        mark = click.style(isolated(word), **style) + " " * (widest - width(word))
        click.echo(f"{mark}  {isolated(result.scenario.title)}")
        for failure in result.failures:
            place = f"{result.scenario.span.file}:{failure.line}"
            sides = {"expected": failure.expected, "found": failure.found}
            click.echo(f"        {told(language, 'test.failure', place=place, **sides)}")


def _show_coverage(found: Coverage, language: str) -> None:
    for family, names in found.everything.items():
        missing = found.missing(family)
        counts = {"covered": len(names) - len(missing), "total": len(names)}
        click.echo(told(language, "test.covered", family=Phrase(f"test.family.{family}"), **counts))
        for name in missing:
            click.echo(f"        {told(language, 'test.not_covered', name=name)}")


def _close(results: list[ScenarioResult], language: str) -> None:
    passed = sum(result.passed for result in results)
    click.echo(told(language, "test.summary", passed=passed, failed=len(results) - passed))
    if not results:
        note("test.none", language)
