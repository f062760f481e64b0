"""The ladder of the relation, and every stage, with the figures of the run."""

from __future__ import annotations

from functools import partial

from stepladder_dsl.diagram.live import StageFigures
from stepladder_dsl.graph.items import stage_id
from stepladder_dsl.model.spec import Process
from stepladder_engine.report.document import Clients, Picture, Row, Section, Table
from stepladder_engine.report.view import View


def ladder(view: View) -> Section:
    """Give where everybody stands, in pictures and tables."""
    if not view.spec.processes:
        return view.missing("ladder", "report.ladder.missing")
    tables = tuple(_stages(view, process) for process in view.spec.processes.values())
    return view.section("ladder", pictures=tuple(_pictures(view)), tables=tables)


def _pictures(view: View) -> list[Picture]:
    from stepladder_dsl.diagram.picture import draw_svg, draw_view
    from stepladder_dsl.documents.translated import in_language
    from stepladder_dsl.graph.build import build_graph

    live, spec = view.source.live, in_language(view.spec, view.words.language)
    found = []
    for process in view.source.facts.processes:
        drawn = partial(draw_view, spec, "ladder", process.name, live)
        found.append(Picture(f"ladder/{process.name}", process.label, drawn))
    graph = build_graph(spec)
    for process in view.spec.processes.values():
        title = view.text("report.ladder.process", process=process.label)
        found.append(
            Picture(
                f"process/{process.name}", title, partial(draw_svg, graph, process.name, live), folded=True
            )
        )
    return found


def _stages(view: View, process: Process) -> Table:
    columns = (
        view.column("stage", "text"),
        view.column("owner", "text"),
        view.column("now", bar=True),
        view.column("through"),
        view.column("median_days", "days", good="less"),
        view.column("late", good="less"),
        view.column("outcome", "text"),
    )
    rows: list[Row] = []
    for place, stage in enumerate(process.stages.values()):
        figures = view.source.live.stages.get(stage_id(process.name, stage.name), StageFigures())
        outcome = view.text(f"outcome.{stage.end.value}") if stage.end else ""
        values = (
            stage.label,
            view.role(stage.owner) if stage.owner else "",
            figures.now,
            figures.through,
            figures.median_days,
            figures.overdue,
            outcome,
        )
        cases = view.source.stands[process.name, stage.name]
        tone = stage.end.value if stage.end else None
        lists = {
            "through": partial(_been, view, process, place),
            "late": partial(_late, view, process, place),
        }
        rows.append(Row(stage.name, values, view.by_spending(cases), view.at(stage.span), tone, lists=lists))
    return Table(f"stages/{process.name}", process.label, columns, tuple(rows))


def _been(view: View, process: Process, place: int) -> Clients:
    """Give who has stood in a stage."""
    return view.by_spending(view.source.been(process, place))


def _late(view: View, process: Process, place: int) -> Clients:
    """Give who stands in a stage and waits for something that is late."""
    return view.by_spending(view.source.late(process, place))
