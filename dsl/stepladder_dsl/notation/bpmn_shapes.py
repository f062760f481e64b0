"""The layout of a BPMN file: BPMN's own diagram interchange, with colours that ends have in all pictures."""

from __future__ import annotations

from collections.abc import Iterable

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Point
from stepladder_dsl.notation.flow import Collaboration, Node, Pool
from stepladder_dsl.notation.layout import Layout
from stepladder_dsl.notation.xml import Element, add, number

_NAMESPACES = {
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "xmlns:bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0",
}


def write_diagram(root: Element, picture: Collaboration, layout: Layout) -> None:
    """Add where everything stands."""
    for name, value in _NAMESPACES.items():
        root.set(name, value)
    diagram = add(root, "bpmndi:BPMNDiagram", id="Diagram", name=picture.title)
    plane = add(diagram, "bpmndi:BPMNPlane", id="Plane", bpmnElement=picture.id)
    for pool in picture.pools:
        _pool(plane, pool, layout)
    for place, points in enumerate(layout.messages, start=1):
        _edge(plane, f"MessageFlow_{place}", points)


def _pool(plane: Element, pool: Pool, layout: Layout) -> None:
    for name in (pool.id, *(lane.id for lane in pool.lanes)):
        _shape(plane, name, layout.boxes[name]).set("isHorizontal", "true")
    for cell in pool.cells:
        for node in cell.nodes():
            shape = _shape(plane, node.id, layout.boxes[node.id])
            _look(shape, node)
            if node.id in layout.labels:
                _bounds(add(shape, "bpmndi:BPMNLabel"), layout.labels[node.id])
    for link in pool.links():
        edge = _edge(plane, link.id, layout.lines[link.id])
        if link.id in layout.labels:
            _bounds(add(edge, "bpmndi:BPMNLabel"), layout.labels[link.id])


def _look(shape: Element, node: Node) -> None:
    if node.kind in {"join", "choice"}:
        shape.set("isMarkerVisible", "true")
    if node.outcome is not None:
        look = style.CARDS[node.outcome]
        shape.set("bioc:stroke", look.line)
        shape.set("bioc:fill", look.fill)
        shape.set("color:background-color", look.fill)
        shape.set("color:border-color", look.line)


def _shape(plane: Element, name: str, box: Box) -> Element:
    shape = add(plane, "bpmndi:BPMNShape", id=f"{name}_Shape", bpmnElement=name)
    _bounds(shape, box)
    return shape


def _bounds(parent: Element, box: Box) -> None:
    left, top, right, bottom = map(round, (box.left, box.top, box.right, box.bottom))
    size = {"width": number(right - left), "height": number(bottom - top)}
    add(parent, "dc:Bounds", x=number(left), y=number(top), **size)


def _edge(plane: Element, name: str, points: Iterable[Point]) -> Element:
    edge = add(plane, "bpmndi:BPMNEdge", id=f"{name}_Edge", bpmnElement=name)
    for x, y in points:
        add(edge, "di:waypoint", x=number(x), y=number(y))
    return edge
