"""Processes as BPMN 2.0, with their own layout: for modelling tools, and for engines."""

from __future__ import annotations

from urllib.parse import quote

from stepladder_dsl.diagram.picture import UnknownProcessError
from stepladder_dsl.diagram.scene import build_scene
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.items import stage_id
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.notation.bpmn_shapes import write_diagram
from stepladder_dsl.notation.engines import Engine, context_literal, engine_of
from stepladder_dsl.notation.flow import Cell, Collaboration, Link, Node, Pool
from stepladder_dsl.notation.layout import lay_out
from stepladder_dsl.notation.phrases import phrase
from stepladder_dsl.notation.profiles import Profile
from stepladder_dsl.notation.road import steps_of
from stepladder_dsl.notation.stages import collaboration
from stepladder_dsl.notation.xml import Element, add, written

FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

_TAGS = {
    "start": "startEvent",
    "join": "exclusiveGateway",
    "stage": "userTask",
    "message": "boundaryEvent",
    "timer": "boundaryEvent",
    "condition": "boundaryEvent",
    "choice": "exclusiveGateway",
    "set": "scriptTask",
    "send": "sendTask",
    "end": "endEvent",
    "alert": "endEvent",
}


def bpmn_document(spec: Spec, process: str | None = None, profile: Profile = "plain") -> bytes:
    """Write the processes of a spec, or one of them, as a BPMN file."""
    if process is not None and process not in spec.processes:
        raise UnknownProcessError(process, list(spec.processes))
    engine = engine_of(profile)
    picture = collaboration(spec, process, engine)
    root = _Writer(spec, picture, engine).definitions()
    write_diagram(root, picture, lay_out(picture, _layers(spec, picture)))
    return written(root)


def _layers(spec: Spec, picture: Collaboration) -> dict[str, dict[str, int]]:
    """Give for each process how far along its road every stage is."""
    graph = build_graph(spec)
    found = {}
    for pool in picture.pools:
        steps = steps_of(build_scene(graph, pool.name))
        found[pool.name] = {cell.stage: steps[stage_id(pool.name, cell.stage)] for cell in pool.cells}
    return found


class _Writer:
    """Writes what the processes mean; where they stand is written behind it."""

    def __init__(self, spec: Spec, picture: Collaboration, engine: Engine) -> None:
        self.spec = spec
        self.picture = picture
        self.engine = engine
        nodes = [node for pool in picture.pools for cell in pool.cells for node in cell.nodes()]
        said = dict.fromkeys(node.says for node in nodes if node.kind in {"message", "send"})
        self.messages = {name: f"Message_{number}" for number, name in enumerate(said, start=1)}
        alerts = dict.fromkeys(node.says for node in nodes if node.kind == "alert")
        self.escalations = {role: f"Escalation_{number}" for number, role in enumerate(alerts, start=1)}

    def definitions(self) -> Element:
        root = Element(
            "bpmn:definitions",
            {
                "xmlns:bpmn": BPMN,
                **self.engine.namespaces,
                "id": "Definitions",
                "targetNamespace": f"urn:stepladder:{quote(self.spec.name)}",
                "expressionLanguage": FEEL,
                "exporter": "Stepladder",
                **self.engine.definitions,
            },
        )
        for name, id_ in self.messages.items():
            self.engine.message(add(root, "bpmn:message", id=id_, name=name))
        for role, id_ in self.escalations.items():
            add(root, "bpmn:escalation", id=id_, name=role, escalationCode=role)
        self._collaboration(root)
        for pool in self.picture.pools:
            self._phases(root, pool)
            self._process(root, pool)
        return root

    def _collaboration(self, root: Element) -> None:
        whole = add(root, "bpmn:collaboration", id=self.picture.id, name=self.picture.title)
        for pool in self.picture.pools:
            add(whole, "bpmn:participant", id=pool.id, name=pool.title, processRef=f"{pool.id}_Process")
        for number, (node, to) in enumerate(self.picture.messages(), start=1):
            add(whole, "bpmn:messageFlow", id=f"MessageFlow_{number}", sourceRef=node.id, targetRef=to.id)

    @staticmethod
    def _phases(root: Element, pool: Pool) -> None:
        """Write the phases as categories, of which each stage names its own."""
        if not pool.phases:
            return
        category = add(root, "bpmn:category", id=f"{pool.id}_Phases", name=pool.title)
        for number, title in enumerate(pool.phases.values(), start=1):
            add(category, "bpmn:categoryValue", id=f"{pool.id}_Phase_{number}", value=title)

    def _process(self, root: Element, pool: Pool) -> None:
        process = add(root, "bpmn:process", id=f"{pool.id}_Process", name=pool.title, isExecutable="true")
        if pool.notes:
            variables = phrase(self.picture.language, "variables")
            add(process, "bpmn:documentation", "\n".join((variables, *pool.notes)))
        lanes = add(process, "bpmn:laneSet", id=f"{pool.id}_Lanes")
        for lane in pool.lanes:
            written_lane = add(lanes, "bpmn:lane", id=lane.id, name=lane.title)
            for cell in pool.cells:
                if cell.lane == lane.name:
                    for node in cell.nodes():
                        add(written_lane, "bpmn:flowNodeRef", node.id)
        links = list(pool.links())
        into: dict[str, list[Link]] = {}
        out_of: dict[str, list[Link]] = {}
        for link in links:
            into.setdefault(link.target, []).append(link)
            out_of.setdefault(link.source, []).append(link)
        for cell in pool.cells:
            for node in cell.nodes():
                element = self._node(process, pool, cell, node)
                self._ends(element, into.get(node.id, []), out_of.get(node.id, []))
                self._meaning(element, cell, node)
        for link in links:
            self._link(process, link)

    def _node(self, process: Element, pool: Pool, cell: Cell, node: Node) -> Element:
        element = add(process, f"bpmn:{_TAGS[node.kind]}", id=node.id, name=node.name or None)
        if node.notes:
            add(element, "bpmn:documentation", "\n".join(node.notes))
        self.engine.extend(element, node, cell.lane)
        if node is cell.body and cell.phase is not None:
            number = list(pool.phases).index(cell.phase) + 1
            add(element, "bpmn:categoryValueRef", f"{pool.id}_Phase_{number}")
        return element

    @staticmethod
    def _ends(element: Element, into: list[Link], out_of: list[Link]) -> None:
        """Write which flows come in and go out, and which of them is taken otherwise."""
        for link in into:
            add(element, "bpmn:incoming", link.id)
        for link in out_of:
            add(element, "bpmn:outgoing", link.id)
            if link.otherwise:
                element.set("default", link.id)

    def _meaning(self, element: Element, cell: Cell, node: Node) -> None:
        """Write what an event waits for, or what a task does."""
        says = node.says
        if element.tag == "bpmn:boundaryEvent":
            element.set("attachedToRef", cell.body.id)
            if not node.interrupting:
                element.set("cancelActivity", "false")
        match node.kind:
            case "message":
                add(
                    element, "bpmn:messageEventDefinition", id=f"{node.id}_Is", messageRef=self.messages[says]
                )
            case "send":
                element.set("messageRef", self.messages[says])
            case "timer":
                timer = add(element, "bpmn:timerEventDefinition", id=f"{node.id}_Is")
                lasts = says.startswith("P")
                kind = "bpmn:timeDuration" if lasts else "bpmn:timeDate"
                self._expression(timer, kind, says if lasts else self.engine.expression(says))
            case "condition":
                event = add(element, "bpmn:conditionalEventDefinition", id=f"{node.id}_Is")
                self._expression(event, "bpmn:condition", self.engine.expression(says))
            case "alert":
                add(
                    element,
                    "bpmn:escalationEventDefinition",
                    id=f"{node.id}_Is",
                    escalationRef=self.escalations[says],
                )
            case "set" if not self.engine.has_own_scripts:
                element.set("scriptFormat", "feel")
                add(element, "bpmn:script", context_literal(node))
            case _:
                pass

    def _link(self, process: Element, link: Link) -> None:
        flow = add(
            process,
            "bpmn:sequenceFlow",
            id=link.id,
            name=link.label or None,
            sourceRef=link.source,
            targetRef=link.target,
        )
        if link.condition is not None:
            self._expression(flow, "bpmn:conditionExpression", self.engine.expression(link.condition))

    @staticmethod
    def _expression(parent: Element, tag: str, text: str) -> None:
        add(parent, tag, text).set("xsi:type", "bpmn:tFormalExpression")
