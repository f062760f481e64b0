"""The systems of a company: attraction, sale, service, and (the "+1") production.

A system is the phases that name it: `system attraction` in English, and the word of each other language
as `words.LANGUAGE.json` has it. What the English page calls it is understood in every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stepladder_dsl.audit.evidence import of_follow_up, of_metric, of_offer, of_phase, of_stage, of_transition
from stepladder_dsl.audit.facts import Facts, Place, moves, waits
from stepladder_dsl.audit.findings import Evidence, Part, Subject
from stepladder_dsl.audit.question import IN_PROCESS, IN_STAGE, Piece, part
from stepladder_dsl.audit.texts import words
from stepladder_dsl.keywords.dialect import normalize_word
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Metric, Phase, Process, Stage

SYSTEMS = ("attraction", "sale", "service", "production")
_PHASE = """\
phase {n:phase} "{t:phase}"
    owner {owner}
    system {system}
    stage {n:stage} "{t:stage}"
        after 1 day go to {first}
"""
_OFFER = """\
offer {n:next_one} "{t:next_one}"
    kind {kind}
    price 10
    to {client} in {stage}
    by {owner} via {w:phone}
    valid 30 days
    accepted on {purchase}
"""
_METRIC = """\
metric {n:reached} "{t:reached}"
    = count of {record} reaching {stage}
    owner {owner}
"""
_FOLLOW_UP = """\
follow up {n:look} "{t:look}"
    after entering {stage} in 7 days
    by {owner} via {w:phone}
    done on {event}
"""
_OWNER = "owner {owner}\n"
_KINDS = {"attraction": "front end", "sale": "upsell", "service": "repeat"}
"""What kind of offer a system lacks; nothing is offered to a client in production."""


@dataclass(frozen=True)
class System:
    """What belongs to one system."""

    name: str
    phases: list[tuple[Process, Phase]]
    stages: dict[Place, tuple[Process, Stage]]


def systems(facts: Facts) -> list[Subject]:
    """Say what each system has."""
    return [Subject(name, tuple(_parts(facts, _system(facts, name)))) for name in SYSTEMS]


def other_systems(facts: Facts) -> list[str]:
    """Give the systems that phases name and that are none of the four."""
    known = {word for name in SYSTEMS for word in _words(name, facts.spec.language)}
    named = (phase.system for process in facts.spec.processes.values() for phase in process.phases.values())
    return list(
        dict.fromkeys(name for name in named if name is not None and normalize_word(name) not in known)
    )


def _words(system: str, language: str) -> set[str]:
    own = words(language)[f"system_words.{system}"].split(", ")
    return {normalize_word(word) for word in (system, *own)}


def _system(facts: Facts, name: str) -> System:
    known = _words(name, facts.spec.language)
    phases = []
    stages = {}
    for process in facts.spec.processes.values():
        phases += [
            (process, phase)
            for phase in process.phases.values()
            if phase.system is not None and normalize_word(phase.system) in known
        ]
        for stage in process.stages.values():
            named = (phase.system for phase in process.phases_of(stage) if phase.system is not None)
            inmost = next(named, None)
            if inmost is not None and normalize_word(inmost) in known:
                stages[process.name, stage.name] = (process, stage)
    return System(name, phases, stages)


def _parts(facts: Facts, system: System) -> Iterator[Part]:
    working = [stage for _, stage in system.stages.values() if stage.end is None]
    stage = working[0] if working else None
    process = next((process for process, found in system.stages.values() if found is stage), None)
    record = "" if process is None else process.record
    given = {
        "system": words(facts.spec.language)[f"system_words.{system.name}"].split(", ", maxsplit=1)[0],
        "stage": stage.name if stage else "",
        "kind": _KINDS.get(system.name, ""),
        "record": record,
        "event": next((event.name for event in facts.spec.events_of(record)), ""),
    }
    if stage is not None and stage.owner is not None:
        given["owner"] = stage.owner
    if record:
        own = [event.name for event in facts.spec.events_of(record)]
        given |= {"client": record, "purchase": next((name for name in own if name in facts.purchases), "")}
        given["purchase"] = given["purchase"] or next(iter(own), "")
    yield part(facts, "stages", _stages(system), *_phase(facts, given), **given)
    if stage is None:
        return
    unowned = [Piece(_OWNER, found.span, IN_STAGE) for found in working if found.owner is None]
    yield part(facts, "owners", () if unowned else map(of_stage, working), *unowned, **given)
    yield part(facts, "times", _times(facts, system), _FOLLOW_UP, **given)
    if system.name in _KINDS:
        yield part(facts, "offers", _offers(facts, system), _OFFER, **given)
    yield part(facts, "figures", _figures(facts, system), _METRIC, **given)


def _stages(system: System) -> list[Evidence]:
    return [of_phase(phase) for _, phase in system.phases]


def _phase(facts: Facts, given: dict[str, str]) -> list[Piece]:
    """Give a phase to begin with: in the first process of a client where it does not become the start."""
    for process in facts.processes:
        if any(stage.start for stage in process.stages.values()):
            given["first"] = process.start or ""
            return [Piece(_PHASE, process.span, IN_PROCESS)]
    return []


def _times(facts: Facts, system: System) -> Iterator[Evidence]:
    """Yield what keeps a case from lying: limits, ways that time opens, and follow-ups."""
    for _, stage in system.stages.values():
        if stage.limit is not None:
            yield of_stage(stage)
        yield from (of_transition(stage, way) for _, way in waits(stage) if way in stage.own_transitions)
    for rule in facts.spec.follow_ups.values():
        if facts.places_named(rule) & set(system.stages):
            yield of_follow_up(rule)


def _offers(facts: Facts, system: System) -> Iterable[Evidence]:
    return [of_offer(offer) for offer in facts.spec.offers.values() if set(offer.stages) & set(system.stages)]


def _figures(facts: Facts, system: System) -> Iterable[Evidence]:
    """Give the metrics that speak of the stages, or of what leads into them; by channel: of attraction."""
    events = {
        event
        for process, stage in facts.all_stages
        for event, way in moves(stage)
        if (process.name, way.target) in system.stages
    }
    return [
        of_metric(metric)
        for name, metric in facts.spec.metrics.items()
        if _looks(facts, metric, system, events) or (system.name == "attraction" and name in facts.channels)
    ]


def _looks(facts: Facts, metric: Metric, system: System, events: set[str]) -> bool:
    for found in facts.expanded(metric.value):
        match found:
            case e.Reached(process=process, stage=stage) | e.NowIn(process=process, stage=stage):
                if (process, stage) in system.stages:
                    return True
            case e.History(event=event):
                if event in events:
                    return True
    return False
