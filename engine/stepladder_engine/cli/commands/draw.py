"""`stepladder draw`: diagrams."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_dsl.diagram.theme import THEMES
from stepladder_dsl.notation.profiles import PROFILES
from stepladder_engine.cli.drawings import (
    FORMATS,
    VIEWS,
    Asked,
    Drawer,
    Run,
    drawing_of,
    drawings_beside,
    is_stale,
)
from stepladder_engine.cli.exit_codes import FINDINGS
from stepladder_engine.cli.language import language_option, note, reader_language
from stepladder_engine.cli.specs import STDIN, compiled_without_errors, show, spec_file
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.diagram.theme import Theme
    from stepladder_dsl.notation.profiles import Profile


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="File to write: .svg, .png, .pdf, .html, .mmd, .d2, .dot, .json, .bpmn or .dmn; `-` is stdout.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Format, where the file's name does not say."
)
@click.option(
    "--view", type=click.Choice(VIEWS), help="What to show; default: the process, and every view in HTML."
)
@click.option("--process", "process", metavar="NAME", help="Only this process.")
@click.option("--data", metavar="MAPPING", help="Mapping of the data whose figures stand on the picture.")
@click.option("--case", metavar="KEY", help="Key of the record whose way the view `case` shows.")
@click.option("--scenario", metavar="NAME", help="Part of the title of what the view `scenario` shows.")
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option(
    "--theme",
    type=click.Choice(THEMES),
    default="light",
    show_default=True,
    help="Colours of an SVG or PNG; `auto` is an SVG that follows the page around it.",
)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    help="For whom a .bpmn or .dmn is: any tool (`plain`, the default), or Camunda 8.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail where a drawing is not what the spec says.")
@language_option("Language of the drawing's own words and of messages; default: the spec's own.")
def command(
    specs: tuple[str, ...],
    output: str | None,
    form: str | None,
    view: str | None,
    process: str | None,
    data: str | None,
    case: str | None,
    scenario: str | None,
    as_of: str | None,
    theme: Theme,
    profile: Profile | None,
    check: bool,
) -> None:
    r"""Draw a spec's processes as a diagram: the stages and the ways between them.

    Views: `lanes` has a column for each who answers for stages, `ladder` the rungs of the relation
    and what one client takes on each, `offers` the product ladder, `roles` who answers for what,
    `overview` all processes and what they send each other,
    `case` the way of one record with its times, `scenario` what a scenario, or all of them, try.
    With --data the figures of a run stand on the picture (not on `roles`): how many went each way,
    which share, how long they took, what is overdue. An SVG in the theme `auto` is dark where the
    page that it stands on, or else its reader's system, is; print and PNG are light.
    An HTML file has every view in it, to zoom, search and click. Mermaid (.mmd) and D2 are text
    for wikis and for other programs. A .bpmn holds the processes as BPMN 2.0, a .dmn the decision
    tables as DMN, for modelling tools and engines. Without -o the SVG is written beside the spec.

    With --check nothing is written: the drawing of -o, or without -o every one that lies beside
    the spec under a name such as `shop.svg` or `shop.lanes.png`, is compared with what the spec
    says now. Status 1: one of them is stale.

    \b
    Example:
      stepladder draw specs/phone_sale -o phone_sale.png
      stepladder draw specs/phone_sale -o phone_sale.html
      stepladder draw specs/phone_sale --data specs/phone_sale/mapping.yaml -o live.svg
      stepladder draw specs/phone_sale --view ladder -o ladder.svg
      stepladder draw specs/phone_sale --view case --case C-001 -o C-001.svg
      stepladder draw specs/phone_sale --format mmd -o -
      stepladder draw specs/phone_sale --process warranty -o warranty.bpmn
      stepladder draw specs/phone_sale -o docs/phone_sale.svg --check
    """
    if len(specs) > 1 and output:
        raise click.UsageError("-o names one file, and there are several specs.")
    if process is not None and view == "overview":
        raise click.UsageError("--process does not go with --view overview: it shows them all.")
    if check and output == "-":
        raise click.UsageError("--check compares with a file: it cannot go with `-o -`.")
    target = Path(output) if output and output != "-" else None
    wanted = form or (target.suffix.removeprefix(".").lower() if target else "svg")
    asked = Asked(wanted, view, process, theme, case, scenario, profile)
    asked.check(output)
    runs = [Run(spec, data, as_of) for spec in specs]
    if not check:
        for run in runs:
            _draw(run, target, asked, to_screen=output == "-")
        return
    stale = [found for run in runs for found in _stale(run, target, asked)]
    if stale:
        show(stale, [], reader_language())
        sys.exit(FINDINGS)


def _draw(run: Run, target: Path | None, asked: Asked, *, to_screen: bool) -> None:
    compiled, model = compiled_without_errors(run.spec)
    drawn = Drawer(model, compiled.sources, run).drawing(asked)
    # What came in by a pipe has no place beside which to write.
    if to_screen or (target is None and run.spec == STDIN):
        sys.stdout.buffer.write(drawn)
        return
    file = target or drawing_of(spec_file(run.spec), asked.view, asked.form)
    write_whole(file, drawn)
    note("cli.wrote", model.language, file=file.as_posix())


def _stale(run: Run, target: Path | None, asked: Asked) -> Iterator[Diagnostic]:
    """Yield a finding for each drawing of a spec that is not what would be drawn now."""
    compiled, model = compiled_without_errors(run.spec)
    drawer = Drawer(model, compiled.sources, run)
    kept = [(target, asked)] if target else list(drawings_beside(spec_file(run.spec), asked))
    stale = 0
    for file, how in kept:
        if not file.is_file() or is_stale(file, how.form, drawer.drawing(how)):
            stale += 1
            yield _finding(file)
    if not kept:
        note("cli.no_drawing", model.language, file=run.spec)
    elif not stale:
        note("cli.drawings_are_fresh", model.language, file=run.spec, count=len(kept))


def _finding(file: Path) -> Diagnostic:
    """Say that a drawing is stale or not there."""
    from stepladder_dsl.source import Span
    from stepladder_engine.data.problems import finding

    name = file.as_posix()
    variant = "" if file.is_file() else "missing"
    return finding("SD099", Span(name, 1, 1, 2), variant, file=name)
