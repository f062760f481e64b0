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
    PICTURES,
    VIEWS,
    Asked,
    Drawer,
    Run,
    drawing_of,
    drawings_beside,
    folder_of,
    is_stale,
    options_of,
)
from stepladder_engine.cli.exit_codes import FINDINGS
from stepladder_engine.cli.language import language_option, note, reader_language
from stepladder_engine.cli.specs import STDIN, compiled_without_errors, show, spec_file
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.diagram.theme import Theme
    from stepladder_dsl.notation.profiles import Profile

    Options = Mapping[str, str | None]


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
    help="Colours of an SVG or PNG, `light` where none is named; `auto` is an SVG that follows its page.",
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
    theme: Theme | None,
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
    says now. A drawing knows the options that it was made with, so they need not be given again.
    Status 1: one of them is stale.

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
    if output == "":
        raise click.UsageError("-o names no file.")
    if len(specs) > 1 and output:
        raise click.UsageError("-o names one file, and there are several specs.")
    if check and output == "-":
        raise click.UsageError("--check compares with a file: it cannot go with `-o -`.")
    target = Path(output) if output and output != "-" else None
    wanted = form or (target.suffix.removeprefix(".").lower() if target else "svg")
    given = {
        "view": view,
        "process": process,
        "theme": theme,
        "case": case,
        "scenario": scenario,
        "profile": profile,
        "data": data,
        "as_of": as_of,
    }
    if check:
        stale = [found for spec in specs for found in _stale(spec, target, wanted, given)]
        if stale:
            show(stale, [], reader_language())
            sys.exit(FINDINGS)
        return
    if as_of is not None and data is None and view != "case":
        raise click.UsageError("--as-of is about data: it goes with --data, or with --view case.")
    asked = Asked.by(wanted, given)
    asked.check(output, lambda: compiled_without_errors(specs[0])[1].language)
    for spec in specs:
        _draw(Run(spec, data, as_of), target, asked, to_screen=output == "-")


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


def _stale(spec: str, target: Path | None, form: str, given: Options) -> Iterator[Diagnostic]:
    """Yield a finding for each drawing of a spec that is not what would be drawn now."""
    compiled, model = compiled_without_errors(spec)
    drawers: dict[Run, Drawer] = {}
    stale = kept = 0
    for file, asked, run in _kept(spec, target, form, given, model.language):
        kept += 1
        drawer = drawers.setdefault(run, Drawer(model, compiled.sources, run))
        if not file.is_file() or is_stale(file, asked.form, drawer.drawing(asked)):
            stale += 1
            yield _finding(file)
    if not kept:
        note("cli.no_drawing", model.language, file=spec)
    elif not stale:
        note("cli.drawings_are_fresh", model.language, file=spec, count=kept)


def _kept(
    spec: str, target: Path | None, form: str, given: Options, language: str
) -> Iterator[tuple[Path, Asked, Run]]:
    """Yield the drawings to compare, with how each is drawn: as was asked for, or as it says itself."""
    if target is not None:
        options = options_of(target, given, folder_of(spec))
        asked = Asked.by(form, options)
        asked.check(target.as_posix(), lambda: language)
        yield target, asked, Run(spec, options.get("data"), options.get("as_of"))
        return
    for file, its_form, view in drawings_beside(spec_file(spec)):
        # Whatever goes with one format only is not asked of the others.
        of_all = {name: value for name, value in given.items() if its_form in PICTURES or name == "process"}
        options = {**options_of(file, of_all, folder_of(spec)), "view": view}
        yield file, Asked.by(its_form, options), Run(spec, options.get("data"), options.get("as_of"))


def _finding(file: Path) -> Diagnostic:
    """Say that a drawing is stale or not there."""
    from stepladder_dsl.source import Span
    from stepladder_engine.data.problems import finding

    name = file.as_posix()
    variant = "" if file.is_file() else "missing"
    return finding("SD099", Span(name, 1, 1, 2), variant, file=name)
