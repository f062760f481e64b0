"""The nodes of a spec: its stages, follow-ups, offers and roles."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.graph.items import FollowUpNode, Node, OfferNode, StageNode, item_id, stage_id
from stepladder_dsl.graph.words import duration_text, durations_text
from stepladder_dsl.model.spec import (
    AfterEntering,
    AfterEvent,
    AfterField,
    AfterSilence,
    FollowUp,
    FollowUpAnchor,
    Offer,
    Process,
    Role,
    Spec,
    Stage,
)
from stepladder_dsl.source import Span


def phase_path(process: Process, stage: Stage) -> tuple[str, ...]:
    """Give the names of the stage's phases, the outermost first."""
    return tuple(phase.name for phase in process.phases_of(stage))[::-1]


def nodes_of(spec: Spec) -> Iterator[Node]:
    """Yield every node of the spec in the order of the text: roles, stages, offers, follow-ups."""
    for role in spec.roles.values():
        yield _role_node(role)
    for process in spec.processes.values():
        for stage in process.stages.values():
            yield _stage_node(spec, process, stage)
    for offer in spec.offers.values():
        yield _offer_node(spec, offer)
    for follow_up in spec.follow_ups.values():
        yield _follow_up_node(spec, follow_up)


def place_of(span: Span) -> tuple[str, int]:
    """Give the file and the line where something is written."""
    return span.file, span.line


def _role_node(role: Role) -> Node:
    file, line = place_of(role.span)
    return Node(
        id=item_id("role", role.name),
        kind="role",
        process=None,
        name=role.name,
        title=role.label,
        owner=None,
        phase=(),
        file=file,
        line=line,
    )


def _stage_node(spec: Spec, process: Process, stage: Stage) -> StageNode:
    file, line = place_of(stage.span)
    return StageNode(
        id=stage_id(process.name, stage.name),
        kind="stage",
        process=process.name,
        name=stage.name,
        title=stage.label,
        owner=stage.owner,
        phase=phase_path(process, stage),
        file=file,
        line=line,
        start=stage.name == process.start,
        end=stage.end.value if stage.end else None,
        limit=duration_text(stage.limit.duration, spec.language) if stage.limit else None,
        alert=stage.limit.alert if stage.limit else None,
        steps=stage.steps,
    )


def _offer_node(spec: Spec, offer: Offer) -> OfferNode:
    file, line = place_of(offer.span)
    return OfferNode(
        id=item_id("offer", offer.name),
        kind="offer",
        process=None,
        name=offer.name,
        title=offer.label,
        owner=offer.role,
        phase=(),
        file=file,
        line=line,
        record=offer.record,
        offer_kind=offer.kind.value if offer.kind else None,
        order=offer.order,
        ladder=offer.ladder,
        valid=duration_text(offer.valid, spec.language) if offer.valid else None,
        channel=offer.channel,
    )


def _follow_up_node(spec: Spec, follow_up: FollowUp) -> FollowUpNode:
    file, line = place_of(follow_up.span)
    anchor, title = _anchor(spec, follow_up.anchor)
    return FollowUpNode(
        id=item_id("follow_up", follow_up.name),
        kind="follow_up",
        process=None,
        name=follow_up.name,
        title=follow_up.label,
        owner=follow_up.role,
        phase=(),
        file=file,
        line=line,
        record=follow_up.record,
        anchor=anchor,
        anchor_title=title,
        intervals=durations_text(follow_up.intervals, spec.language),
        channel=follow_up.channel,
    )


def _anchor(spec: Spec, anchor: FollowUpAnchor) -> tuple[str, str]:
    """Give what a follow-up starts from: the kind of anchor, and what a person reads."""
    match anchor:
        case AfterEvent(event):
            return "event", spec.events[event].label
        case AfterEntering(process, stage):
            return "entering", spec.processes[process].stages[stage].label
        case AfterField(field):
            return "field", field.replace("_", " ")
        case AfterSilence(event):
            return "silence", spec.events[event].label
