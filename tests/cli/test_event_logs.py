"""`run --event-log`: what a run has seen and done, for process miners."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

Run = Callable[..., Any]

KINDS = {"string", "date", "int", "float", "boolean"}


def attributes(element: ElementTree.Element) -> dict[str, str]:
    return {child.get("key", ""): child.get("value", "") for child in element if child.tag in KINDS}


def tree(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314 (our own file)


def written(stepladder: Run, folder: Path, name: str) -> bytes:
    found = stepladder("run", "shop", "--event-log", name, "--quiet")
    assert (found.status, found.out, found.err) == (0, "", "")
    return (folder / name).read_bytes()


def test_a_log_of_xes_has_the_order_that_the_standard_demands(stepladder: Run, shop: Path) -> None:
    root = tree(written(stepladder, shop.parent, "log.xes"))
    assert (root.tag, root.get("xes.version")) == ("log", "1849.2016")
    order = ["extension", "global", "classifier", *sorted(KINDS), "trace"]
    places = [order.index(child.tag) for child in root]
    first_attribute, first_trace = order.index("boolean"), order.index("trace")
    parts = [min(place, first_attribute) if place < first_trace else place for place in places]
    assert parts == sorted(parts)
    for trace in root.iter("trace"):
        tags = [child.tag for child in trace]
        assert set(tags[: tags.index("event")]) <= KINDS
        assert set(tags[tags.index("event") :]) == {"event"}


def test_what_a_log_declares_for_all_it_has_for_all(stepladder: Run, shop: Path) -> None:
    root = tree(written(stepladder, shop.parent, "log.xes"))
    declared = {each.get("scope"): attributes(each).keys() for each in root.iter("global")}
    assert all(declared["event"] <= attributes(event).keys() for event in root.iter("event"))
    assert all(declared["trace"] <= attributes(trace).keys() for trace in root.iter("trace"))
    for classifier in root.iter("classifier"):
        assert set(classifier.get("keys", "").split()) <= declared["event"]


def test_a_trace_tells_the_story_of_a_record_in_order(stepladder: Run, shop: Path) -> None:
    root = tree(written(stepladder, shop.parent, "log.xes"))
    first = next(root.iter("trace"))
    story = [attributes(event) for event in first.iter("event")]
    assert attributes(first)["stepladder.record"] == "client"
    assert [step["time:timestamp"] for step in story] == sorted(step["time:timestamp"] for step in story)
    shown = [(step["stepladder.kind"], step["concept:name"], step.get("org:role")) for step in story]
    assert shown[:4] == [
        ("start", "sale: aware", "seller"),
        ("event", "visit", None),
        ("move", "sale: choosing", "seller"),
        ("event", "purchase", None),
    ]


@pytest.mark.parametrize("name", ["log.jsonocel", "log.xmlocel", "log.sqlite"])
def test_no_relation_of_a_log_leads_nowhere(name: str, stepladder: Run, shop: Path) -> None:
    content = written(stepladder, shop.parent, name)
    if name.endswith("jsonocel"):
        document = json.loads(content)
        objects = {each["id"] for each in document["objects"]}
        related = [
            each["objectId"]
            for entry in [*document["objects"], *document["events"]]
            for each in entry["relationships"]
        ]
    elif name.endswith("xmlocel"):
        root = tree(content)
        objects = {each.get("id") for each in root.findall("objects/object")}
        related = [each.get("object-id", "") for each in root.iter("relationship")]
    else:
        database = sqlite3.connect(shop.parent / name)
        objects = {identity for (identity,) in database.execute("SELECT ocel_id FROM object")}
        related = [identity for (identity,) in database.execute("SELECT ocel_object_id FROM event_object")]
        database.close()
    assert objects
    assert set(related) <= objects
    assert related


def test_a_packed_log_is_the_same_log(stepladder: Run, shop: Path) -> None:
    packed = gzip.decompress(written(stepladder, shop.parent, "log.xes.gz"))
    assert packed == written(stepladder, shop.parent, "log.xes")


def test_the_file_is_named_on_the_screen(stepladder: Run, shop: Path) -> None:
    found = stepladder("run", "shop", "--event-log", "log.xes")
    assert found.err.splitlines()[-1] == "wrote log.xes"


def test_an_unknown_ending_is_told_before_anything_runs(stepladder: Run, shop: Path) -> None:
    found = stepladder("run", "nothing", "--event-log", "log.csv")
    assert found.status == 2
    assert "log.csv: unknown format `.csv`; known are .xes, .jsonocel" in found.err
    assert not (shop.parent / "log.csv").exists()


def test_a_folder_of_that_name_stays_and_is_told(stepladder: Run, shop: Path) -> None:
    (shop.parent / "log.xes").mkdir()
    found = stepladder("run", "shop", "--event-log", "log.xes")
    assert found.status == 2
    assert "log.xes" in found.err
    assert (shop.parent / "log.xes").is_dir()
