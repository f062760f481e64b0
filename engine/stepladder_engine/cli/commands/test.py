"""`stepladder test`: scenarios."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from stepladder_engine.cli.exit_codes import FINDINGS, FINE
from stepladder_engine.cli.language import fail, language_option, note, reader_language, told
from stepladder_engine.cli.specs import runnable
from stepladder_engine.texts.catalogue import Phrase, isolated, text

if TYPE_CHECKING:
    from stepladder_engine.scenario.run import Coverage, ScenarioResult


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("-k", "name_part", metavar="NAME", help="Only scenarios whose title contains this.")
@click.option("--coverage", "with_coverage", is_flag=True, help="Show what no scenario touches.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True
)
@language_option()
def command(specs: tuple[str, ...], name_part: str | None, form: str, *, with_coverage: bool) -> None:
    r"""Run the scenarios of specs.

    Ends with 0 where all pass, 1 where one fails, 2 where a spec has errors.

    \b
    Example:
      stepladder test specs/phone_sale --coverage
      stepladder test specs/phone_sale -k repair
    """
    from stepladder_engine.scenario.run import as_json, as_junit, coverage, run_scenarios

    models = [runnable(name) for name in specs]
    language = reader_language(models[0].language)
    runs = [(model, run_scenarios(model, name_part)) for model in models]
    results = [result for _, found in runs for result in found]
    if name_part is not None and not results:
        fail("test.no_title", language, part=name_part)
    if form == "junit":
        click.echo(as_junit(results, language), nl=False)
    elif form == "json":
        # One document: coverage by spec is joined, names being unique within a spec only.
        merged = coverage(*runs[0]) if with_coverage and len(runs) == 1 else None
        click.echo(json.dumps(as_json(results, language, merged), ensure_ascii=False, indent=1))
    else:
        for model, found in runs:
            _show(found, language)
            if with_coverage:
                _show_coverage(coverage(model, found), language)
        _close(results, language)
    sys.exit(FINE if all(result.passed for result in results) else FINDINGS)


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
