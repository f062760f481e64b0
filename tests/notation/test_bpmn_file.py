"""What is true of every BPMN file, whoever opens it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
import xmlschema

from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.model.spec import OnEvent, Spec
from stepladder_dsl.notation.bpmn import bpmn_document

SCHEMAS = Path(__file__).with_name("schemas")
PROFILES = ("plain", "camunda")
CAMUNDA_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
BpmnOf = Callable[..., Any]


@pytest.fixture(scope="module")
def schema() -> Any:
    return xmlschema.XMLSchema(SCHEMAS / "bpmn.xsd")


@pytest.fixture(scope="module")
def standard() -> Any:
    """The schemas of the standard, which the engine SpiffWorkflow brings along."""
    pytest.importorskip("SpiffWorkflow")
    from lxml import etree
    from SpiffWorkflow.bpmn import parser

    return etree.XMLSchema(etree.parse(Path(parser.__file__).with_name("schema") / "BPMN20.xsd"))


@pytest.mark.parametrize("profile", PROFILES)
def test_it_keeps_to_our_schema(folder: str, profile: str, schema: Any, bpmn_of: BpmnOf) -> None:
    content = bpmn_of(folder, profile).content.decode()
    assert [str(error.reason) for error in schema.iter_errors(content)] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_it_keeps_to_the_schema_of_the_standard(
    folder: str, profile: str, standard: Any, bpmn_of: BpmnOf
) -> None:
    from lxml import etree

    assert standard.validate(etree.fromstring(bpmn_of(folder, profile).content)), standard.error_log


def test_our_schema_finds_what_is_wrong(schema: Any, bpmn_of: BpmnOf) -> None:
    content = bpmn_of("b2b_pipeline").content.decode()
    assert schema.is_valid(content)
    assert not schema.is_valid(content.replace("bpmn:userTask", "bpmn:useTask"))
    assert not schema.is_valid(content.replace('attachedToRef="', 'attached="'))
    assert not schema.is_valid(content.replace("di:waypoint", "di:point"))


def test_it_is_the_same_every_time(folder: str, spec: Spec, bpmn_of: BpmnOf) -> None:
    assert bpmn_document(spec) == bpmn_of(folder).content


def test_every_reference_leads_somewhere(folder: str, bpmn_of: BpmnOf) -> None:
    file = bpmn_of(folder)
    ids = {element.get("id") for element in file.root.iter()}
    named = [
        value
        for element in file.root.iter()
        for name, value in element.attrib.items()
        if name.endswith("Ref") or name in {"bpmnElement", "default"}
    ]
    named += [text for tag in ("incoming", "outgoing", "flowNodeRef") for text in file.texts(tag)]
    assert set(named) <= ids


def test_every_stage_is_a_task_or_an_end_in_the_lane_of_its_owner(
    folder: str, spec: Spec, bpmn_of: BpmnOf
) -> None:
    file = bpmn_of(folder)
    lanes = {ref.text: lane.get("name") for lane in file.all("lane") for ref in lane}
    stages = [*file.all("userTask"), *filter(_is_a_stage, file.all("endEvent"))]
    found = Counter((_title(node), lanes[node.get("id")]) for node in stages)
    owned = Counter(
        (stage.label, spec.roles[stage.owner].label)
        for process in spec.processes.values()
        for stage in process.stages.values()
        if stage.owner is not None
    )
    assert owned <= found
    assert len(stages) == sum(len(process.stages) for process in spec.processes.values())


def test_every_way_from_stage_to_stage_is_there(folder: str, spec: Spec, bpmn_of: BpmnOf) -> None:
    """Whoever follows the flow from a task's events comes to the stages that the spec names, no others."""
    file = bpmn_of(folder)
    assert _ways(file) == {
        (process.label, stage.label, process.stages[transition.target].label)
        for process in spec.processes.values()
        for stage in process.stages.values()
        for number, transition in enumerate(stage.transitions)
        if transition.target is not None
        and transition.target != stage.name
        and not any(
            earlier.trigger == transition.trigger and earlier.guard is None
            for earlier in stage.transitions[:number]
            if isinstance(transition.trigger, OnEvent)
        )
    }


def _ways(file: Any) -> set[tuple[str | None, str | None, str | None]]:
    found = set()
    for process in file.all("process"):
        nodes = {element.get("id"): element for element in process}
        following: dict[str, list[str]] = {}
        for flow in process:
            if flow.tag.endswith("sequenceFlow"):
                following.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
        for event in process:
            if event.get("attachedToRef") is None:
                continue
            source = nodes[event.get("attachedToRef")]
            waiting = list(following[event.get("id")])
            while waiting:
                node = nodes[waiting.pop()]
                if node.tag.endswith("userTask") or _is_a_stage(node):
                    found.add((process.get("name"), _title(source), _title(node)))
                else:
                    waiting += following.get(node.get("id"), [])
    return {(process, source, target) for process, source, target in found if source != target}


def _is_a_stage(node: Any) -> bool:
    return "_Stage_" in node.get("id")


def _title(node: Any) -> str:
    """Give the title of a stage, of a last one without how it ends."""
    name = str(node.get("name"))
    return name.rsplit(" (", 1)[0] if node.tag.endswith("endEvent") else name


def test_nothing_stands_on_anything_else(folder: str, bpmn_of: BpmnOf) -> None:
    """An event stands on the edge of its task, all else apart, and no label on a node or another label."""
    file = bpmn_of(folder)
    on_tasks = {event.get("id"): event.get("attachedToRef") for event in file.all("boundaryEvent")}
    frames = {element.get("id") for tag in ("participant", "lane", "subProcess") for element in file.all(tag)}
    placed = [(name, box) for name, box in file.boxes.items() if name not in frames]
    placed += [(f"label of {name}", box) for name, box in file.labels.items()]
    for (one, box), (other, other_box) in combinations(placed, 2):
        if other != on_tasks.get(one) and one != on_tasks.get(other):
            assert not box.meets(other_box), (one, other)


def test_everything_stands_in_its_lane(folder: str, bpmn_of: BpmnOf) -> None:
    file = bpmn_of(folder)
    for lane in file.all("lane"):
        for reference in lane:
            assert file.boxes[lane.get("id")].holds(file.boxes[reference.text]), reference.text
    for process, pool in zip(file.all("process"), file.all("participant"), strict=True):
        for lane in process.iterfind(".//{*}lane"):
            assert file.boxes[pool.get("id")].holds(file.boxes[lane.get("id")])


def test_no_line_crosses_a_node(folder: str, bpmn_of: BpmnOf) -> None:
    """Lines run straight across or down, touch the nodes at their ends, and go around all others."""
    file = bpmn_of(folder)
    frames = {element.get("id") for tag in ("participant", "lane", "subProcess") for element in file.all(tag)}
    nodes = {name: box for name, box in file.boxes.items() if name not in frames}
    for flow in file.all("sequenceFlow"):
        points = file.lines[flow.get("id")]
        ends = {flow.get("sourceRef"), flow.get("targetRef")}
        assert all(x == next_x or y == next_y for (x, y), (next_x, next_y) in pairwise(points))
        for (x, y), (next_x, next_y) in pairwise(points):
            part = Box(min(x, next_x), min(y, next_y), max(x, next_x) + 0.1, max(y, next_y) + 0.1)
            crossed = [name for name, box in nodes.items() if name not in ends and box.grown(-2).meets(part)]
            hosts = {
                event.get("attachedToRef") for event in file.all("boundaryEvent") if event.get("id") in ends
            }
            assert set(crossed) <= hosts, (flow.get("id"), crossed)


def test_lines_of_different_targets_do_not_run_on_each_other(folder: str, bpmn_of: BpmnOf) -> None:
    file = bpmn_of(folder)
    pieces = []
    for flow in file.all("sequenceFlow"):
        for (x, y), (next_x, next_y) in pairwise(file.lines[flow.get("id")]):
            straight = (
                ("down", x, *sorted((y, next_y))) if x == next_x else ("across", y, *sorted((x, next_x)))
            )
            pieces.append((straight, flow))
    for (one, flow), (other, other_flow) in combinations(pieces, 2):
        together = one[:2] == other[:2] and min(one[3], other[3]) - max(one[2], other[2]) > 1
        if together:
            ends = {flow.get("sourceRef"), flow.get("targetRef")}
            assert ends & {other_flow.get("sourceRef"), other_flow.get("targetRef")}, (one, other)


def test_variables_of_camunda_are_in_latin_letters_whatever_the_spec_is_in(
    folder: str, bpmn_of: Callable[..., Any]
) -> None:
    """What Camunda writes a value to has to be such a name; the documentation tells what each stands for."""
    zeebe = "{http://camunda.org/schema/zeebe/1.0}output"
    targets = [str(one.get("target")) for one in bpmn_of(folder, "camunda").root.iter(zeebe)]
    assert [name for name in targets if not re.fullmatch(CAMUNDA_VARIABLE, name)] == []


def test_fields_that_look_alike_in_latin_letters_stay_two_variables(draw: Callable[..., Any]) -> None:
    text = (
        "language en\nspec shop\nrecord client\n    сума number\n    сумма number\n    suma number\n"
        "event pay for client\nprocess sale for client\n    stage one\n        start\n"
        "        on pay go to two\n            set сума = 1\n            set сумма = 2\n"
        "            set suma = 3\n    stage two\n        end won\n"
    )
    zeebe = "{http://camunda.org/schema/zeebe/1.0}output"
    targets = [one.get("target") for one in draw(text, profile="camunda").root.iter(zeebe)]
    assert targets == ["suma", "summa", "suma_2"]


def test_conditions_are_written_as_people_do(draw: Callable[..., Any]) -> None:
    text = (
        "language en\nspec shop\nrecord client\n    paid_before number\n"
        "event pay for client\nprocess sale for client\n    stage one\n        start\n"
        "        on pay when paid_before >= 20000 go to two\n        on pay go to three\n"
        "    stage two\n        end won\n    stage three\n        end won\n"
    )
    drawn = draw(text)
    labels = [(name or "").replace("\u00a0", " ") for name in drawn.names("sequenceFlow")]
    assert "when paid before ≥ 20,000" in labels
    assert any("paid_before" in condition for condition in drawn.texts("conditionExpression"))
