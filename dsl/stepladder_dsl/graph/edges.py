"""The edges of a spec: the ways of its cases, and who and what belongs where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from stepladder_dsl.graph.items import Edge, EdgeKind, TransitionEdge, TransitionKind, item_id, stage_id
from stepladder_dsl.graph.nodes import phase_path, place_of
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.model.spec import (
    After,
    AfterEntering,
    AfterEvent,
    Always,
    Effect,
    FollowUp,
    Offer,
    OnEvent,
    OpenRecord,
    Process,
    SetField,
    Silence,
    Spec,
    Stage,
    Transition,
)
from stepladder_dsl.source import Span


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
    file, line = place_of(transition.span)
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
    file, line = place_of(span)
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
