"""Draws the pictures of this documentation that are made of a spec and its data alone.

`python docs/images/draw.py` writes them beside itself; the others are photographs of programs that show
our files: a browser, and bpmn-js.
"""
# ruff: noqa: INP001 - a script, no package

from __future__ import annotations

from pathlib import Path

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagram.picture import draw, paint_png
from stepladder_engine.results.execute import execute
from stepladder_engine.results.flow_figures import flow_figures

HERE = Path(__file__).resolve().parent
SPECS = HERE.parents[1] / "specs"
PICTURES = (
    ("phone_sale.png", "phone_sale/phone_sale.ladder", "process", "sale", False),
    ("phone_sale.live.png", "phone_sale/phone_sale.ladder", "process", "sale", True),
    ("relation_ladder.ladder.png", "relation_ladder/relation_ladder.en.ladder", "ladder", "relations", False),
    ("relation_ladder.offers.png", "relation_ladder/relation_ladder.en.ladder", "offers", None, False),
)
"""The file, the spec, the view, its process, and whether it shows the figures of the data."""


def main() -> None:
    """Draw them all."""
    for name, file, view, process, with_figures in PICTURES:
        spec = compile_file(SPECS / file, lint=False).spec
        if spec is None:
            raise SystemExit(f"{file} has errors: stepladder check specs/{file}")
        live = None
        if with_figures:
            answer, problems = execute(spec, (SPECS / file).with_name("mapping.yaml"))
            if answer is None:
                raise SystemExit(f"the mapping of {file} has errors: {problems[0].code}")
            live = flow_figures(answer, spec.language)
        (HERE / name).write_bytes(paint_png(draw(spec, view, process, live)))


if __name__ == "__main__":
    main()
