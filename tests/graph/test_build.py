from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from stepladder_dsl.graph.as_json import graph_to_json
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.edges import edges_of
from stepladder_dsl.graph.nodes import nodes_of
from stepladder_dsl.model.spec import Spec

COMMON = {"kind", "process", "name", "title", "owner", "phase", "file", "line"}


def test_a_stage_carries_everything_that_is_known_of_it(repair: Spec) -> None:
    assert build_graph(repair).nodes["repair/mending"] == {
        "kind": "stage",
        "process": "repair",
        "name": "mending",
        "title": "On the bench",
        "owner": "smith",
        "phase": ("shop", "bench"),
        "file": "repair.ladder",
        "line": 15,
        "start": False,
        "end": None,
        "limit": "7 days",
        "alert": "boss",
        "steps": ("Look", "Mend"),
    }


@pytest.mark.parametrize(
    ("node", "kind", "attribute", "value"),
    [
        ("repair/brought", "stage", "start", True),
        ("repair/ready", "stage", "end", "won"),
        ("repair/gone", "stage", "end", "lost"),
        ("role:boss", "role", "title", "Owner"),
        ("offer:polish", "offer", "offer_kind", "upsell"),
        ("offer:polish", "offer", "order", 2),
        ("follow_up:ask", "follow_up", "anchor", "event"),
        ("follow_up:ask", "follow_up", "anchor_title", "Accepted"),
        ("follow_up:thank", "follow_up", "anchor", "entering"),
        ("follow_up:wake", "follow_up", "anchor", "silence"),
        ("follow_up:wake", "follow_up", "intervals", "7 days"),
    ],
)
def test_a_node_has_its_kind_and_its_attributes(
    repair: Spec, node: str, kind: str, attribute: str, value: object
) -> None:
    attributes = build_graph(repair).nodes[node]
    assert (attributes["kind"], attributes[attribute]) == (kind, value)


def test_every_node_and_edge_has_what_all_have(repair: Spec) -> None:
    graph = build_graph(repair)
    assert all(attributes.keys() >= COMMON for _, attributes in graph.nodes(data=True))
    assert all(attributes.keys() >= COMMON for _, _, attributes in graph.edges(data=True))


def test_the_graph_loses_no_record(repair: Spec) -> None:
    graph = build_graph(repair)
    assert graph.number_of_nodes() == len(list(nodes_of(repair)))
    assert graph.number_of_edges() == len(list(edges_of(repair)))


def test_the_json_keeps_its_schema(repair: Spec, root: Path) -> None:
    schema = json.loads((root / "schemas" / "graph.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    document = graph_to_json(build_graph(repair))
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert json.loads(json.dumps(document)) == document


def test_the_json_is_sorted(repair: Spec) -> None:
    document = graph_to_json(build_graph(repair))
    ids = [node["id"] for node in document["nodes"]]
    edges = [(edge["source"], edge["target"], edge["key"]) for edge in document["edges"]]
    assert (ids, edges) == (sorted(ids), sorted(edges))


def test_the_json_of_one_spec_is_always_the_same(repair: Spec) -> None:
    assert json.dumps(graph_to_json(build_graph(repair))) == json.dumps(graph_to_json(build_graph(repair)))


def test_the_page_names_every_kind_and_field(repair: Spec, root: Path) -> None:
    page = (root / "docs" / "graph.md").read_text(encoding="utf-8")
    document = graph_to_json(build_graph(repair))
    items = document["nodes"] + document["edges"]
    words = {item["kind"] for item in items} | {field for item in items for field in item}
    assert {word for word in words - {"id", "source", "target"} if f"`{word}`" not in page} == set()
