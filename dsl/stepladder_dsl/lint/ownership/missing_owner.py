"""A stage in which nobody answers for the client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Phase, Process, Stage


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process in context.spec.processes.values():
        yield from _unowned(process)


def _unowned(process: Process) -> Iterator[Diagnostic]:
    """Report the stages without owner; where one line would serve several of them, that place once."""
    said: set[str] = set()
    inside = _stages_inside(process)
    for stage in process.stages.values():
        if not _lacks_owner(stage) or stage.name in said:
            continue
        place = _place_for_several(process, stage, inside)
        if place is None:
            values = {"stage": stage.name, "record": process.record}
            yield Diagnostic("SL201", stage.span, values, "start" if stage.start else "")
        else:
            several = [other for other in inside[_key(place)] if _lacks_owner(other)]
            said.update(other.name for other in several)
            yield _for_several(process, place, several)


def _lacks_owner(stage: Stage) -> bool:
    return stage.end is None and stage.owner is None


def _places(process: Process, stage: Stage) -> list[Phase | Process]:
    """Give what is around a stage, the process first and the innermost phase last."""
    return [process, *reversed(list(process.phases_of(stage)))]


def _key(place: Phase | Process) -> str | None:
    return place.name if isinstance(place, Phase) else None


def _stages_inside(process: Process) -> dict[str | None, list[Stage]]:
    """Give the stages in which work is done: of each phase by its name, and all under None."""
    inside: dict[str | None, list[Stage]] = {}
    for stage in process.stages.values():
        if stage.end is None:
            for place in _places(process, stage):
                inside.setdefault(_key(place), []).append(stage)
    return inside


def _place_for_several(
    process: Process, stage: Stage, inside: Mapping[str | None, list[Stage]]
) -> Phase | Process | None:
    """Give the outermost place whose stages all lack an owner, else the phase where several do."""
    places = _places(process, stage)
    for place in places:
        stages = inside[_key(place)]
        if len(stages) > 1 and all(_lacks_owner(other) for other in stages):
            return place
    innermost = places[-1]
    if innermost is process:
        return None
    lacking = [other for other in inside[_key(innermost)] if _lacks_owner(other)]
    return innermost if len(lacking) > 1 else None


def _for_several(process: Process, place: Phase | Process, stages: list[Stage]) -> Diagnostic:
    values = {
        "kind": "<process>" if place is process else "<phase>",
        "name": place.name,
        "record": process.record,
        "stages": tuple(f"`{stage.name}`" for stage in stages),
    }
    return Diagnostic("SL201", place.span, values, "several")


RULE = Rule("SL201", "missing-owner", Severity.ERROR, _check)
