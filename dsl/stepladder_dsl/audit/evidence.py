"""Makes evidence of the constructs of a spec."""

from __future__ import annotations

from stepladder_dsl.audit.findings import Evidence, Moment
from stepladder_dsl.model.spec import (
    AfterSilence,
    Decision,
    Event,
    Field,
    FollowUp,
    Let,
    Metric,
    Offer,
    Phase,
    Stage,
    Transition,
)


def _roles(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))


def of_offer(offer: Offer) -> Evidence:
    """Say who offers what, and for how long it holds."""
    times = () if offer.valid is None else (offer.valid,)
    return Evidence(
        "offer",
        offer.name,
        offer.label,
        offer.span,
        _roles(offer.role),
        "valid" if times else None,
        times,
        offer_kind=offer.kind,
        channel=offer.channel,
    )


def of_follow_up(follow_up: FollowUp) -> Evidence:
    """Say whose task it is, who hears when it is not done, and when it falls due."""
    moment: Moment = "after_silence" if isinstance(follow_up.anchor, AfterSilence) else "after"
    return Evidence(
        "follow_up",
        follow_up.name,
        follow_up.label,
        follow_up.span,
        _roles(follow_up.role, *(step.role for step in follow_up.escalations)),
        moment,
        follow_up.intervals,
        follow_up.again,
        channel=follow_up.channel,
    )


def of_stage(stage: Stage, words: str = "") -> Evidence:
    """Say who answers for a stage, and how long a case may stay."""
    limit = stage.limit
    return Evidence(
        "stage",
        stage.name,
        stage.label,
        stage.span,
        _roles(stage.owner, limit.alert if limit else None),
        "limit" if limit else None,
        (limit.duration,) if limit else (),
        words=words,
    )


def of_transition(stage: Stage, transition: Transition) -> Evidence:
    """Say in its own words what leads out of a stage, and who answers there."""
    return Evidence(
        "transition", stage.name, stage.label, transition.span, _roles(stage.owner), words=transition.text
    )


def of_phase(phase: Phase) -> Evidence:
    """Say who answers for a phase."""
    return Evidence("phase", phase.name, phase.label, phase.span, _roles(phase.owner))


def of_metric(metric: Metric) -> Evidence:
    """Say who answers for a figure."""
    return Evidence("metric", metric.name, metric.label, metric.span, _roles(metric.owner))


def of_let(let: Let) -> Evidence:
    """Point at a value that is worked out for each record."""
    return Evidence("let", let.name, let.name.replace("_", " "), let.span)


def of_decision(decision: Decision) -> Evidence:
    """Point at a decision table."""
    return Evidence("decision", decision.name, decision.label, decision.span)


def of_event(event: Event) -> Evidence:
    """Point at something that can happen."""
    return Evidence("event", event.name, event.label, event.span)


def of_field(field: Field) -> Evidence:
    """Point at a field."""
    return Evidence("field", field.name, field.name.replace("_", " "), field.span)
