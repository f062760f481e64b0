"""`stepladder draw`: diagrams."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_dsl.diagram.theme import THEMES
from stepladder_dsl.notation.profiles import PROFILES
from stepladder_engine.cli.language import fail, language_option, note
from stepladder_engine.cli.specs import runnable, spec_file

if TYPE_CHECKING:
    from stepladder_dsl.diagram.live import Live
    from stepladder_dsl.diagram.theme import Theme
    from stepladder_dsl.model.spec import Spec
    from stepladder_dsl.notation.profiles import Profile

NOTATIONS = ("bpmn",)
"""The formats that other people's tools go on working with."""
FORMATS = ("svg", "png", "dot", "json", *NOTATIONS)
PICTURES = ("svg", "png")
"""The formats of the views that are no graph."""
VIEWS = ("process", "lanes", "ladder", "offers", "roles")


@click.command()
@click.argument("spec")
@click.option(
    "-o", "--output", metavar="FILE", help="File to write: .svg, .png, .dot, .json or .bpmn; `-` is stdout."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Format, where the file's name does not say."
)
@click.option("--view", type=click.Choice(VIEWS), default="process", show_default=True, help="What to show.")
@click.option("--process", "process", metavar="NAME", help="Only this process.")
@click.option("--data", metavar="MAPPING", help="Mapping of the data whose figures stand on the picture.")
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
    help="For whom a .bpmn is: any tool (`plain`, the default) or the engine Camunda 8.",
)
@language_option()
def command(
    spec: str,
    output: str | None,
    form: str | None,
    view: str,
    process: str | None,
    data: str | None,
    as_of: str | None,
    theme: Theme,
    profile: Profile | None,
) -> None:
    r"""Draw a spec's processes as a diagram: the stages and the ways between them.

    Views: `lanes` has a column for each who answers for stages, `ladder` the rungs of the relation
    and what one client takes on each, `offers` the product ladder, `roles` who answers for what.
    With --data the figures of a run stand on the picture (not on `roles`): how many went each way,
    which share, how long they took, what is overdue. An SVG in the theme `auto` is dark where the
    page that it stands on, or else its reader's system, is; print and PNG are light.
    A .bpmn holds the processes as BPMN 2.0, for modelling tools and engines.
    Without -o the SVG is written beside the spec.

    \b
    Example:
      stepladder draw specs/phone_sale -o phone_sale.png
      stepladder draw specs/phone_sale --data specs/phone_sale/mapping.yaml -o live.svg
      stepladder draw specs/phone_sale --view ladder -o ladder.svg
      stepladder draw specs/phone_sale --format dot -o -
      stepladder draw specs/phone_sale --process warranty -o warranty.bpmn
    """
    target = Path(output) if output and output != "-" else None
    wanted = form or (target.suffix.removeprefix(".").lower() if target else "svg")
    if wanted not in FORMATS:
        fail("cli.no_such_format", file=output, form=wanted, known=FORMATS)
    if view != "process" and wanted not in PICTURES:
        fail("cli.no_such_view_format", view=view, form=wanted, known=PICTURES)
    if theme != "light" and wanted not in PICTURES:
        fail("cli.no_theme_here", theme=theme, form=wanted, known=PICTURES)
    if wanted in NOTATIONS and data is not None:
        fail("cli.no_figures_here", form=wanted, known=PICTURES)
    if profile is not None and wanted not in NOTATIONS:
        fail("cli.no_profile_here", profile=profile, form=wanted, known=NOTATIONS)
    model = runnable(spec)
    if process is not None and process not in model.processes:
        fail("cli.no_such_process", model.language, process=process, known=list(model.processes))
    if wanted in NOTATIONS:
        picture = _notation(model, process, profile or "plain")
    else:
        picture = _picture(model, wanted, process, view, _figures(model, data, as_of), theme)
    if output == "-":
        sys.stdout.buffer.write(picture)
        return
    if target is None:
        target = spec_file(spec).with_suffix(".svg" if view == "process" else f".{view}.svg")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written beside the target and moved when whole, so that a stopped run leaves the old picture.
    temporary = target.with_name(f".{target.name}.part")
    temporary.write_bytes(picture)
    temporary.replace(target)
    note("cli.wrote", model.language, file=target.as_posix())


def _figures(model: Spec, data: str | None, as_of: str | None) -> Live | None:
    """Give the figures of a run, where data is given."""
    if data is None:
        return None
    from stepladder_engine.cli.data import answer_for
    from stepladder_engine.results.flow_figures import flow_figures

    return flow_figures(answer_for(model, Path(data), as_of=as_of))


def _picture(
    model: Spec, form: str, process: str | None, view: str, live: Live | None, theme: Theme
) -> bytes:
    import json

    from stepladder_dsl.diagram.picture import draw_dot, draw_lanes, draw_svg, draw_view
    from stepladder_dsl.graph.as_json import graph_to_json
    from stepladder_dsl.graph.build import build_graph

    if view != "process":
        lanes = view == "lanes"
        drawn = (
            draw_lanes(build_graph(model), process, live) if lanes else draw_view(model, view, process, live)
        )
        return _painted(drawn, form, theme)
    graph = build_graph(model)
    if form == "dot":
        return draw_dot(graph, process).encode()
    if form == "json":
        return (json.dumps(graph_to_json(graph), ensure_ascii=False, indent=1) + "\n").encode()
    drawn = draw_svg(graph, process, live)
    return _painted(drawn, form, theme)


def _notation(model: Spec, process: str | None, profile: Profile) -> bytes:
    from stepladder_dsl.notation.bpmn import bpmn_document

    return bpmn_document(model, process, profile)


def _painted(drawn: str, form: str, theme: Theme) -> bytes:
    """Give an SVG in its colours, or painted."""
    from stepladder_dsl.diagram.picture import paint_png
    from stepladder_dsl.diagram.theme import themed

    coloured = themed(drawn, theme)
    return paint_png(coloured) if form == "png" else coloured.encode()
