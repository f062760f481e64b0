"""A stage in which nobody answers for the client."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Phase, Process, Stage


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process in context.spec.processes.values():
        yield from _unowned(process)


def _unowned(process: Process) -> Iterator[Diagnostic]:
    """Report the stages without owner; where one line would serve several of them, that place once."""
    said: list[Phase | Process] = []
    for stage in process.stages.values():
        if stage.end is not None or stage.owner is not None:
            continue
        place = _place_for_all(process, stage)
        if place is None:
            yield Diagnostic(
                "SL201", stage.span, {"stage": stage.name, "record": process.record}, _variant(stage)
            )
        elif not any(place is known for known in said):
            said.append(place)
            yield _for_all(process, place)


def _variant(stage: Stage) -> str:
    return "start" if stage.start else ""


def _working_stages(process: Process, place: Phase | Process) -> list[Stage]:
    return [
        stage
        for stage in process.stages.values()
        if stage.end is None and any(place is around for around in (*process.phases_of(stage), process))
    ]


def _place_for_all(process: Process, stage: Stage) -> Phase | Process | None:
    """Give the outermost place around a stage in which several stages work and none has an owner."""
    places: list[Phase | Process] = [*process.phases_of(stage), process]
    for place in reversed(places):
        stages = _working_stages(process, place)
        if len(stages) > 1 and all(other.owner is None for other in stages):
            return place
    return None


def _for_all(process: Process, place: Phase | Process) -> Diagnostic:
    names = [f"`{stage.name}`" for stage in _working_stages(process, place)]
    values = {
        "kind": "<process>" if place is process else "<phase>",
        "name": place.name,
        "record": process.record,
        "count": len(names),
    }
    return Diagnostic("SL201", place.span, values, "several")


RULE = Rule("SL201", "missing-owner", Severity.ERROR, _check)
