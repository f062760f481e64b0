"""The networkx graph of a spec, made from the records of `graph.edges`."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from stepladder_dsl.graph.edges import edges_of
from stepladder_dsl.graph.items import Edge, Node
from stepladder_dsl.graph.nodes import nodes_of
from stepladder_dsl.graph.words import words_of
from stepladder_dsl.model.spec import Process, Spec

if TYPE_CHECKING:
    import networkx

    Graph = networkx.MultiDiGraph[str]


def build_graph(spec: Spec) -> Graph:
    """Build the graph of the whole spec: stages, roles, offers, follow-ups and what connects them.

    Each node and edge carries the fields of its record as attributes; the graph
    itself carries what the spec and its processes say.
    """
    import networkx

    graph: Graph = networkx.MultiDiGraph(
        name=spec.name,
        title=spec.label,
        language=spec.language,
        direction=words_of(spec.language).direction,
        processes=[_process_attributes(process) for process in spec.processes.values()],
    )
    for node in nodes_of(spec):
        graph.add_node(node.id, **_attributes(node, "id"))
    for edge in edges_of(spec):
        graph.add_edge(edge.source, edge.target, key=edge.key, **_attributes(edge, "source", "target", "key"))
    return graph


def _attributes(record: Node | Edge, *without: str) -> dict[str, Any]:
    return {part.name: getattr(record, part.name) for part in fields(record) if part.name not in without}


def _process_attributes(process: Process) -> dict[str, Any]:
    return {
        "name": process.name,
        "title": process.label,
        "record": process.record,
        "owner": process.owner,
        "start": process.start,
        "file": process.span.file,
        "line": process.span.line,
        "phases": [
            {
                "name": phase.name,
                "title": phase.label,
                "parent": phase.parent,
                "owner": phase.owner,
                "system": phase.system,
                "file": phase.span.file,
                "line": phase.span.line,
            }
            for phase in process.phases.values()
        ],
    }
