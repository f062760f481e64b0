"""What a graph of a spec consists of: its nodes and edges as plain records, and their names."""

from __future__ import annotations

from typing import Literal

from stepladder_dsl.record import record

NodeKind = Literal["stage", "follow_up", "offer", "role"]
TransitionKind = Literal["event", "timer", "when"]
EdgeKind = Literal[
    "event",
    "timer",
    "when",
    "owned_by",
    "alerts",
    "reports_to",
    "starts",
    "offers",
    "done_by",
    "escalates_to",
]
TRANSITION_KINDS: tuple[TransitionKind, ...] = ("event", "timer", "when")
"""The kinds of edge that a case moves along; the others say who and what belongs where."""


@record(kw_only=True)
class Item:
    """What every node and every edge has."""

    process: str | None
    name: str
    title: str
    owner: str | None
    phase: tuple[str, ...]
    file: str
    line: int


@record(kw_only=True)
class Node(Item):
    """A thing of the spec; `id` is unique in its graph."""

    id: str
    kind: NodeKind


@record(kw_only=True)
class StageNode(Node):
    """A stage, with its words written out in the spec's language."""

    start: bool
    end: str | None
    limit: str | None
    alert: str | None
    steps: tuple[str, ...]


@record(kw_only=True)
class FollowUpNode(Node):
    """A follow-up: whom it is about, how it starts, when, by whom and by which channel."""

    record: str
    anchor: str
    anchor_title: str
    intervals: str
    channel: str | None


@record(kw_only=True)
class OfferNode(Node):
    """An offer: to whom, its kind on the product ladder, by whom and by which channel."""

    record: str
    offer_kind: str | None
    order: int | None
    ladder: str | None
    valid: str | None
    channel: str | None


@record(kw_only=True)
class Edge(Item):
    """A relation of two nodes; `key` tells apart several edges of the same two."""

    source: str
    target: str
    key: str
    kind: EdgeKind


@record(kw_only=True)
class TransitionEdge(Edge):
    """A way from stage to stage.

    `origin` says whose words it is: `stage`, `phase` or `process`, and
    `origin_name` which one's. `stays` marks a transition that does not leave.
    """

    event: str | None
    guard: str | None
    delay: str | None
    label: str
    effects: tuple[str, ...]
    stays: bool
    origin: Literal["stage", "phase", "process"]
    origin_name: str


def stage_id(process: str, stage: str) -> str:
    """Give the id of a stage's node."""
    return f"{process}/{stage}"


def item_id(kind: str, name: str) -> str:
    """Give the id of the node of a role, follow-up or offer; no name has a colon, so none is a stage's."""
    return f"{kind}:{name}"
