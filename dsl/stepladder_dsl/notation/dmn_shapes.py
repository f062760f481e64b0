"""The layout of a DMN file: decisions above what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.text import text_width
from stepladder_dsl.notation.xml import Element, add, number

DECISION, INPUT = (180.0, 80.0), (125.0, 45.0)
GAP, LEVEL = 40.0, 100.0
ORIGIN = 150.0
NAME_SIZE, PADDING = 12.0, 24.0
ROW = 6
"""How many inputs stand side by side at most."""


def write_diagram(
    root: Element,
    decisions: Sequence[tuple[str, str]],
    inputs: Mapping[str, str],
    wires: Iterable[tuple[str, str, str]],
) -> None:
    """Add where everything stands; a wire is the id of a requirement, and those of its two ends."""
    given = list(wires)
    boxes = _places(decisions, inputs, [(source, target) for _, source, target in given])
    whole = add(root, "dmndi:DMNDI")
    diagram = add(whole, "dmndi:DMNDiagram", id="Diagram")
    for name, box in boxes.items():
        shape = add(diagram, "dmndi:DMNShape", id=f"{name}_Shape", dmnElementRef=name)
        size = {"width": number(box.width), "height": number(box.height)}
        add(shape, "dc:Bounds", x=number(box.left), y=number(box.top), **size)
    for name, source, target in given:
        edge = add(diagram, "dmndi:DMNEdge", id=f"{name}_Edge", dmnElementRef=name)
        for x, y in (_top(boxes[source]), _bottom(boxes[target])):
            add(edge, "di:waypoint", x=number(x), y=number(y))


def _top(box: Box) -> tuple[float, float]:
    return box.centre[0], box.top


def _bottom(box: Box) -> tuple[float, float]:
    return box.centre[0], box.bottom


def _places(
    decisions: Sequence[tuple[str, str]], inputs: Mapping[str, str], wires: Sequence[tuple[str, str]]
) -> dict[str, Box]:
    """Give every decision a place above all that it rests on; inputs stand at the bottom."""
    rests = {name: [source for source, target in wires if target == name] for name, _ in decisions}
    level: dict[str, int] = dict.fromkeys(inputs.values(), 0)
    for _ in decisions:
        for name, sources in rests.items():
            level[name] = 1 + max((level.get(source, 0) for source in sources), default=0)
    titles = dict(decisions) | {id_: name for name, id_ in inputs.items()}
    deepest = max(level.values(), default=0)
    rows = [[name for name in rests if level[name] == place] for place in range(deepest, 0, -1)]
    every = list(inputs.values())
    rows += [every[start : start + ROW] for start in range(0, len(every), ROW)]
    boxes: dict[str, Box] = {}
    y = ORIGIN
    for row in filter(None, rows):
        x = ORIGIN
        for name in row:
            least, height = DECISION if name in rests else INPUT
            width = max(least, text_width(titles[name], NAME_SIZE) + 2 * PADDING)
            boxes[name] = Box(x, y, x + width, y + height)
            x += width + GAP
        y = max(boxes[name].bottom for name in row) + LEVEL
    return boxes
