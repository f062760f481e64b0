"""Draws every view of every spec in every language, for somebody who looks at them all.

`python docs/gallery/generate.py` writes PNG files and a page with all of them into `out/gallery`. A spec
that is not translated into a language has its own titles there, with our words and the direction of
that language.
"""
# ruff: noqa: INP001 - a script, no package

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagram.picture import (
    VIEWS,
    draw_lanes,
    draw_overview,
    draw_svg,
    draw_trails,
    draw_view,
    paint_png,
)
from stepladder_dsl.diagram.theme import THEMES, Theme, themed
from stepladder_dsl.documents.translated import in_language
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.keywords.dialect import LANGUAGES
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.viewer.page import shows_something
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.execute import execute
from stepladder_engine.results.flow_figures import flow_figures
from stepladder_engine.results.trails import case_trails
from stepladder_engine.scenario.run import run_scenarios
from stepladder_engine.scenario.trails import coverage_trails

ROOT = Path(__file__).resolve().parents[2]
OF_DATA = ("live", "case")
NAMES = ("process", "lanes", *VIEWS, "overview", "scenario", *OF_DATA)
HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every view of every spec</title>
<style>
body{font-family:sans-serif;margin:1rem}
section{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}
figure{margin:0;max-width:32rem}
img{max-width:100%;border:1px solid #ccc}
</style>
<h1>Every view of every spec</h1>
"""


def specs_of(folder: Path) -> Iterator[tuple[Spec, Spec, Path]]:
    """Yield the spec of a folder for each language: to draw, and as it was written, with its mapping."""
    found: dict[str, tuple[Spec, Path]] = {}
    own = folder / f"{folder.name}.ladder"
    for file in (own, *sorted(folder.glob(f"{folder.name}.*.ladder"))):
        spec = compile_file(file, lint=False).spec
        if spec is None:
            raise SystemExit(f"{file} has errors: stepladder check {file}")
        name = "mapping.yaml" if file == own else f"mapping.{spec.language}.yaml"
        found[spec.language] = spec, folder / name
    spec, mapping = found.get("en") or next(iter(found.values()))
    for language in LANGUAGES:
        one = found.get(language)
        yield (one[0], *one) if one else (in_language(spec, language), spec, mapping)


def drawn(spec: Spec, answer: Answer | None, view: str) -> str | None:
    """Draw one view; there is none where the spec or its data have nothing for it."""
    graph = build_graph(spec)
    match view:
        case "process":
            return draw_svg(graph)
        case "lanes":
            return draw_lanes(graph)
        case "overview":
            return draw_overview(spec)
        case "scenario":
            return draw_trails(graph, coverage_trails(spec, run_scenarios(spec))) if spec.scenarios else None
        case "live":
            return draw_svg(graph, live=flow_figures(answer, spec.language)) if answer else None
        case "case":
            return _busiest_case(spec, answer) if answer else None
    return draw_view(spec, view) if shows_something(spec, view, None) else None


def _busiest_case(spec: Spec, answer: Answer) -> str:
    entity = max(answer.result.entities, key=lambda one: (len(one.journal), one.key))
    return draw_trails(build_graph(spec), case_trails(answer.result, entity, spec.language))


def pictures(folder: Path, views: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the SVG of each view of a spec in each language, with a name."""
    answers: dict[str, Answer | None] = {}
    for spec, written, mapping in specs_of(folder):
        if set(views) & set(OF_DATA) and (folder / "data").is_dir() and written.language not in answers:
            # A condition in the mapping is in the language that its spec was written in.
            answers[written.language], problems = execute(written, mapping)
            if answers[written.language] is None:
                raise SystemExit(f"{mapping} has errors: {', '.join(one.code for one in problems)}")
        for view in views:
            svg = drawn(spec, answers.get(written.language), view)
            if svg is not None:
                yield f"{folder.name}.{view}.{spec.language}", svg


def main() -> None:
    """Draw what is asked for, and write the page that shows it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "out" / "gallery")
    parser.add_argument("--specs", nargs="+", help="names of specs (default: all)")
    parser.add_argument("--views", nargs="+", choices=NAMES, default=NAMES, help="views (default: all)")
    parser.add_argument("--theme", choices=THEMES, default="light")
    parser.add_argument("--scale", type=float, default=1.0, help="dots of a picture for each pixel")
    options = parser.parse_args()
    theme: Theme = options.theme
    options.output.mkdir(parents=True, exist_ok=True)
    page = [HEAD]
    for folder in sorted(path for path in (ROOT / "specs").iterdir() if path.is_dir()):
        if (options.specs and folder.name not in options.specs) or not list(folder.glob("*.ladder")):
            continue
        page.append(f"<h2>{escape(folder.name)}</h2><section>")
        for name, svg in pictures(folder, options.views):
            (options.output / f"{name}.png").write_bytes(paint_png(themed(svg, theme), options.scale))
            page.append(
                f'<figure><a href="{name}.png"><img src="{name}.png" alt="{escape(name)}" loading="lazy"></a>'
                f"<figcaption>{escape(name)}</figcaption></figure>"
            )
            sys.stdout.write(f"{name}\n")
        page.append("</section>")
    (options.output / "index.html").write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
