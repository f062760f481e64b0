"""`stepladder test`: scenarios."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.exit_codes import FINDINGS, FINE
from stepladder_engine.cli.specs import fail, runnable

if TYPE_CHECKING:
    from stepladder_engine.scenario.run import Coverage, ScenarioResult


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("-k", "name_part", metavar="NAME", help="Only scenarios whose title contains this.")
@click.option("--coverage", "with_coverage", is_flag=True, help="Show what no scenario touches.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True
)
@click.option("--lang", metavar="LANG", help="Language of messages; default: the spec's own.")
def command(
    specs: tuple[str, ...], name_part: str | None, form: str, lang: str | None, *, with_coverage: bool
) -> None:
    r"""Run the scenarios of specs.

    Ends with 0 where all pass, 1 where one fails, 2 where a spec has errors.

    \b
    Example:
      stepladder test specs/phone_sale --coverage
      stepladder test specs/phone_sale -k repair
    """
    from stepladder_engine.scenario.run import as_json, as_junit, coverage, run_scenarios

    models = [runnable(name, lang) for name in specs]
    runs = [(model, run_scenarios(model, name_part)) for model in models]
    results = [result for _, found in runs for result in found]
    if name_part is not None and not results:
        fail(f"no scenario has `{name_part}` in its title")
    if form == "junit":
        click.echo(as_junit(results), nl=False)
    elif form == "json":
        # One document: coverage by spec is joined, names being unique within a spec only.
        merged = coverage(*runs[0]) if with_coverage and len(runs) == 1 else None
        click.echo(json.dumps(as_json(results, merged), ensure_ascii=False, indent=1))
    else:
        for model, found in runs:
            _show(found)
            if with_coverage:
                _show_coverage(coverage(model, found))
        _close(results)
    sys.exit(FINE if all(result.passed for result in results) else FINDINGS)


def _show(results: list[ScenarioResult]) -> None:
    for result in results:
        mark = (
            click.style("passed", fg="green") if result.passed else click.style("FAILED", fg="red", bold=True)
        )
        click.echo(f"{mark}  {result.scenario.title}")
        for failure in result.failures:
            file = result.scenario.span.file
            click.echo(f"        {file}:{failure.line}: expected {failure.expected}; found {failure.found}")


def _show_coverage(found: Coverage) -> None:
    for family, names in found.everything.items():
        missing = found.missing(family)
        title = family.replace("_", "-")
        click.echo(f"{title}: {len(names) - len(missing)} of {len(names)} covered")
        for name in missing:
            click.echo(f"        not covered: {name}")


def _close(results: list[ScenarioResult]) -> None:
    passed = sum(result.passed for result in results)
    click.echo(f"{passed} passed, {len(results) - passed} failed")
    if not results:
        click.echo("no scenario was run", err=True)
