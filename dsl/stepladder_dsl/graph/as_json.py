"""The graph as one JSON document (`schemas/graph.schema.json`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph

FORMAT = 1
"""Grows when a field changes its meaning or goes; new fields do not count."""


def graph_to_json(graph: Graph) -> dict[str, Any]:
    """Give the graph as plain values, in an order that depends on nothing but the spec's content.

    Nodes are sorted by id, edges by source, target and key, so that two
    documents of equal specs are equal texts.
    """
    nodes = ({"id": name, **_plain(attributes)} for name, attributes in graph.nodes(data=True))
    edges = (
        {"source": source, "target": target, "key": key, **_plain(attributes)}
        for source, target, key, attributes in graph.edges(keys=True, data=True)
    )
    return {
        "format": FORMAT,
        "spec": _plain({name: graph.graph[name] for name in ("name", "title", "language", "direction")}),
        "processes": _plain(graph.graph["processes"]),
        "nodes": sorted(nodes, key=lambda node: str(node["id"])),
        "edges": sorted(edges, key=lambda edge: (edge["source"], edge["target"], edge["key"])),
    }


def _plain(value: Any) -> Any:
    """Turn tuples into lists, all the way down."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
