"""The nodes and edges of a spec as plain records: the one source that every graph is made from.

Lint reads these records and the small functions on dicts below; networkx, which
is slow to load, comes in only where somebody wants its graph (`graph.build`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from stepladder_dsl.graph.words import duration_text, durations_text, words_of
from stepladder_dsl.model.spec import (
    After,
    AfterEntering,
    AfterEvent,
    AfterField,
    AfterSilence,
    Always,
    Effect,
    FollowUp,
    FollowUpAnchor,
    Offer,
    OnEvent,
    OpenRecord,
    Process,
    Role,
    SetField,
    Silence,
    Spec,
    Stage,
    Transition,
)
from stepladder_dsl.source import Span

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


@dataclass(frozen=True, kw_only=True)
class Item:
    """What every node and every edge has."""

    process: str | None
    name: str
    title: str
    owner: str | None
    phase: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Node(Item):
    """A thing of the spec; `id` is unique in its graph."""

    id: str
    kind: NodeKind


@dataclass(frozen=True, kw_only=True)
class StageNode(Node):
    """A stage, with its words written out in the spec's language."""

    start: bool
    end: str | None
    limit: str | None
    alert: str | None
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FollowUpNode(Node):
    """A follow-up: whom it is about, how it starts, when, by whom and by which channel."""

    record: str
    anchor: str
    anchor_title: str
    intervals: str
    channel: str | None


@dataclass(frozen=True, kw_only=True)
class OfferNode(Node):
    """An offer: to whom, its kind on the product ladder, by whom and by which channel."""

    record: str
    offer_kind: str | None
    order: int | None
    ladder: str | None
    valid: str | None
    channel: str | None


@dataclass(frozen=True, kw_only=True)
class Edge(Item):
    """A relation of two nodes; `key` tells apart several edges of the same two."""

    source: str
    target: str
    key: str
    kind: EdgeKind


@dataclass(frozen=True, kw_only=True)
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


def edges_of(spec: Spec) -> Iterator[Edge]:
    """Yield every edge of the spec: transitions in the order in which a case tries them, then relations."""
    for process in spec.processes.values():
        yield from transition_edges(spec, process)
    yield from _relations(spec)


def transition_edges(spec: Spec, process: Process) -> Iterator[TransitionEdge]:
    """Yield the transitions of a process, shared ones once for each stage they hold for."""
    for stage in process.stages.values():
        seen: dict[tuple[str, str], int] = {}
        for index, transition in enumerate(stage.transitions):
            origin, name = _origin(process, stage, index, transition)
            number = seen.get((origin, name), 0)
            seen[origin, name] = number + 1
            yield _transition_edge(spec, process, stage, transition, origin, name, number)


def stage_successors(process: Process) -> dict[str, tuple[str, ...]]:
    """Give for each stage the stages that one transition leads to, in the order of the text."""
    return {
        stage.name: tuple(
            dict.fromkeys(
                stage.name if transition.target is None else transition.target
                for transition in stage.transitions
            )
        )
        for stage in process.stages.values()
    }


def reachable_from(successors: Mapping[str, Iterable[str]], starts: Iterable[str]) -> set[str]:
    """Give everything that can be reached from the starts, which count as reached.

    >>> sorted(reachable_from({"a": ["b"], "b": [], "c": ["a"]}, ["a"]))
    ['a', 'b']
    """
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(successors.get(name, ()))
    return reached


def can_reach(successors: Mapping[str, Iterable[str]], goals: Iterable[str]) -> set[str]:
    """Give everything from which one of the goals can be reached; the goals count.

    >>> sorted(can_reach({"a": ["b"], "b": [], "c": ["a"]}, ["a"]))
    ['a', 'c']
    """
    return reachable_from(_reversed(successors), goals)


def cycles(successors: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Give the circles of the graph: largest groups in which everything reaches everything, itself included.

    Groups and their members keep the order of the mapping.

    >>> cycles({"a": ["b"], "b": ["a", "c"], "c": [], "d": ["d"]})
    [('a', 'b'), ('d',)]
    """
    return [knot for knot in knots(successors) if len(knot) > 1 or knot[0] in successors[knot[0]]]


def knots(successors: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Divide the graph into the largest groups in which everything reaches everything; one may stand alone.

    Groups and their members keep the order of the mapping; what is no key of it is left out.

    >>> knots({"a": ["b"], "b": ["a", "c"], "c": []})
    [('a', 'b'), ('c',)]
    """
    place = {name: number for number, name in enumerate(successors)}
    found: list[list[str]] = []
    # Kosaraju's way: whatever still reaches back from the node that was left last is of its group.
    placed: set[str] = set()
    backwards = _reversed(successors)
    for name in reversed(_in_order_of_leaving(successors)):
        if name in placed:
            continue
        group, waiting = [], [name]
        placed.add(name)
        while waiting:
            group.append(waiting.pop())
            further = dict.fromkeys(other for other in backwards.get(group[-1], ()) if other not in placed)
            placed.update(further)
            waiting += further
        found.append(sorted(group, key=place.__getitem__))
    return [tuple(group) for group in sorted(found, key=lambda group: place[group[0]])]


def _in_order_of_leaving(successors: Mapping[str, Iterable[str]]) -> list[str]:
    """Give the keys in the order in which a walk into the depth is done with them."""
    left: list[str] = []
    seen: set[str] = set()
    for start in successors:
        path = [] if start in seen else [(start, iter(successors[start]))]
        seen.add(start)
        while path:
            name, following = path[-1]
            step = next((other for other in following if other not in seen and other in successors), None)
            if step is None:
                left.append(name)
                path.pop()
            else:
                seen.add(step)
                path.append((step, iter(successors[step])))
    return left


def _reversed(successors: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    backwards: dict[str, list[str]] = {}
    for name, targets in successors.items():
        for target in targets:
            backwards.setdefault(target, []).append(name)
    return backwards


def _place(span: Span) -> tuple[str, int]:
    return span.file, span.line


def _role_node(role: Role) -> Node:
    file, line = _place(role.span)
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
    file, line = _place(stage.span)
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
    file, line = _place(offer.span)
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
    file, line = _place(follow_up.span)
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


def _origin(
    process: Process, stage: Stage, index: int, transition: Transition
) -> tuple[Literal["stage", "phase", "process"], str]:
    """Tell whose words a transition is: the stage's own come first, then its phases', then the process's."""
    if index < len(stage.own_transitions):
        return "stage", stage.name
    for phase in process.phases_of(stage):
        if any(transition is own for own in phase.transitions):
            return "phase", phase.name
    if any(transition is own for own in process.transitions):
        return "process", process.name
    for phase in process.phases_of(stage):
        if transition in phase.transitions:
            return "phase", phase.name
    return "process", process.name


def _transition_edge(
    spec: Spec,
    process: Process,
    stage: Stage,
    transition: Transition,
    origin: Literal["stage", "phase", "process"],
    origin_name: str,
    number: int,
) -> TransitionEdge:
    file, line = _place(transition.span)
    words = words_of(spec.language)
    kind, name, title = _trigger(spec, transition)
    guard = transition.guard_text or None
    condition = words.when.format(guard=guard) if guard else ""
    target = stage.name if transition.target is None else transition.target
    trigger = transition.trigger
    return TransitionEdge(
        source=stage_id(process.name, stage.name),
        target=stage_id(process.name, target),
        key=f"{origin}:{origin_name}:{number}",
        kind=kind,
        process=process.name,
        name=name,
        title=title or condition,
        owner=stage.owner,
        phase=phase_path(process, stage),
        file=file,
        line=line,
        event=trigger.event if isinstance(trigger, OnEvent) else None,
        guard=guard,
        delay=_delay_text(spec, trigger) if isinstance(trigger, After | Silence) else None,
        label=" ".join(part for part in (title, condition) if part),
        effects=tuple(_effect_text(effect) for effect in transition.effects),
        stays=transition.target is None,
        origin=origin,
        origin_name=origin_name,
    )


def _trigger(spec: Spec, transition: Transition) -> tuple[TransitionKind, str, str]:
    """Give the kind, the name and the readable title of what sets a transition off."""
    match transition.trigger:
        case OnEvent(event):
            return "event", event, spec.events[event].label
        case After() as after:
            return "timer", "after", _after_text(spec, after, _delay_text(spec, after))
        case Silence(_, event) as silence:
            return "timer", "after", _silence_text(spec, event, _delay_text(spec, silence))
        case Always():
            return "when", "when", ""


def _delay_text(spec: Spec, timer: After | Silence) -> str:
    """Write out how long a timer waits: a fixed time, or the name of the field that keeps it."""
    if isinstance(timer, After) and timer.duration is None:
        return (timer.duration_field or "").replace("_", " ")
    return duration_text(timer.duration, spec.language) if timer.duration is not None else ""


def _after_text(spec: Spec, after: After, duration: str) -> str:
    words = words_of(spec.language)
    if after.since_event is not None:
        return words.after_since.format(duration=duration, anchor=spec.events[after.since_event].label)
    if after.since_field is not None:
        return words.after_since.format(duration=duration, anchor=after.since_field.replace("_", " "))
    return words.after.format(duration=duration)


def _silence_text(spec: Spec, event: str, duration: str) -> str:
    words = words_of(spec.language)
    silence = words.silence.format(duration=duration, event=spec.events[event].label)
    return words.after.format(duration=silence)


def _effect_text(effect: Effect) -> str:
    """Write what an effect does and to what; values are expressions and stay in the model."""
    if isinstance(effect, SetField):
        return f"set {effect.field}"
    if isinstance(effect, OpenRecord):
        return f"open {effect.record}"
    return f"emit {effect.event}" if effect.to_field is None else f"emit {effect.event} to {effect.to_field}"


def _relations(spec: Spec) -> Iterator[Edge]:
    """Yield the edges that no case moves along."""
    for process in spec.processes.values():
        for stage in process.stages.values():
            yield from _stage_relations(process, stage)
    for role in spec.roles.values():
        if role.reports_to is not None:
            source, target = item_id("role", role.name), item_id("role", role.reports_to)
            yield _relation("reports_to", source, target, role.name, role.label, role.span)
    for offer in spec.offers.values():
        yield from _offer_relations(offer)
    for follow_up in spec.follow_ups.values():
        yield from _follow_up_relations(spec, follow_up)


def _stage_relations(process: Process, stage: Stage) -> Iterator[Edge]:
    source, phase = stage_id(process.name, stage.name), phase_path(process, stage)
    if stage.owner is not None:
        target = item_id("role", stage.owner)
        yield _relation(
            "owned_by", source, target, stage.name, stage.label, stage.span, process.name, stage.owner, phase
        )
    if stage.limit is not None and stage.limit.alert is not None:
        target, span = item_id("role", stage.limit.alert), stage.limit.span
        yield _relation(
            "alerts", source, target, stage.name, stage.label, span, process.name, stage.owner, phase
        )


def _offer_relations(offer: Offer) -> Iterator[Edge]:
    target = item_id("offer", offer.name)
    for process, stage in offer.stages:
        source = stage_id(process, stage)
        yield _relation("offers", source, target, offer.name, offer.label, offer.span, process, offer.role)
    if offer.role is not None:
        role = item_id("role", offer.role)
        yield _relation("done_by", target, role, offer.name, offer.label, offer.span, None, offer.role)


def _follow_up_relations(spec: Spec, follow_up: FollowUp) -> Iterator[Edge]:
    target, role = item_id("follow_up", follow_up.name), follow_up.role
    name, label = follow_up.name, follow_up.label
    for process, stage in _starting_stages(spec, follow_up):
        yield _relation(
            "starts", stage_id(process, stage), target, name, label, follow_up.span, process, role
        )
    if role is not None:
        yield _relation("done_by", target, item_id("role", role), name, label, follow_up.span, None, role)
    for number, escalation in enumerate(follow_up.escalations):
        to = item_id("role", escalation.role)
        yield _relation("escalates_to", target, to, name, label, escalation.span, None, role, number=number)


def _starting_stages(spec: Spec, follow_up: FollowUp) -> Iterator[tuple[str, str]]:
    """Yield the stages in which a case stands when the follow-up starts, as far as the text tells.

    A follow-up after an event belongs to the stages that this event leads to.
    """
    if isinstance(follow_up.anchor, AfterEntering):
        yield follow_up.anchor.process, follow_up.anchor.stage
    if not isinstance(follow_up.anchor, AfterEvent):
        return
    for process in spec.processes_of(follow_up.record):
        led_to = {
            transition.target or stage.name
            for stage in process.stages.values()
            for transition in stage.transitions
            if isinstance(transition.trigger, OnEvent) and transition.trigger.event == follow_up.anchor.event
        }
        yield from ((process.name, name) for name in process.stages if name in led_to)


def _relation(
    kind: EdgeKind,
    source: str,
    target: str,
    name: str,
    title: str,
    span: Span,
    process: str | None = None,
    owner: str | None = None,
    phase: tuple[str, ...] = (),
    number: int = 0,
) -> Edge:
    file, line = _place(span)
    return Edge(
        source=source,
        target=target,
        key=f"{kind}:{number}",
        kind=kind,
        process=process,
        name=name,
        title=title,
        owner=owner,
        phase=phase,
        file=file,
        line=line,
    )
