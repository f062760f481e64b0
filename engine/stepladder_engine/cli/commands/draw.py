"""`stepladder draw`: diagrams."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.language import fail, language_option, note
from stepladder_engine.cli.specs import runnable, spec_file

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Spec

FORMATS = ("svg", "png", "dot", "json")


@click.command()
@click.argument("spec")
@click.option(
    "-o", "--output", metavar="FILE", help="File to write: .svg, .png, .dot or .json; `-` is stdout."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Format, where the file's name does not say."
)
@click.option(
    "--view", type=click.Choice(["process"]), default="process", show_default=True, help="What to show."
)
@click.option("--process", "process", metavar="NAME", help="Only this process.")
@language_option()
def command(spec: str, output: str | None, form: str | None, view: str, process: str | None) -> None:
    r"""Draw a spec's processes as a diagram.

    Without -o the SVG is written beside the spec.

    \b
    Example:
      stepladder draw specs/phone_sale -o phone_sale.png
      stepladder draw specs/phone_sale --format dot -o -
    """
    del view  # the process view is the only one so far
    target = Path(output) if output and output != "-" else None
    wanted = form or (target.suffix.removeprefix(".").lower() if target else "svg")
    if wanted not in FORMATS:
        fail("cli.no_such_format", file=output, form=wanted, known=FORMATS)
    model = runnable(spec)
    if process is not None and process not in model.processes:
        fail("cli.no_such_process", model.language, process=process, known=list(model.processes))
    picture = _picture(model, wanted, process)
    if output == "-":
        sys.stdout.buffer.write(picture)
        return
    if target is None:
        target = spec_file(spec).with_suffix(".svg")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written beside the target and moved when whole, so that a stopped run leaves the old picture.
    temporary = target.with_name(f".{target.name}.part")
    temporary.write_bytes(picture)
    temporary.replace(target)
    note("cli.wrote", model.language, file=target.as_posix())


def _picture(model: Spec, form: str, process: str | None) -> bytes:
    import json

    from stepladder_dsl.diagram.picture import draw_dot, draw_png, draw_svg
    from stepladder_dsl.graph.as_json import graph_to_json
    from stepladder_dsl.graph.build import build_graph

    graph = build_graph(model)
    if form == "png":
        return draw_png(graph, process)
    if form == "dot":
        return draw_dot(graph, process).encode()
    if form == "json":
        return (json.dumps(graph_to_json(graph), ensure_ascii=False, indent=1) + "\n").encode()
    return draw_svg(graph, process).encode()
