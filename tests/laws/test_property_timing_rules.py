"""What the rules about time claim never happens in any run.

Cases in a loop are left out: they stand still, with an error, until their next event.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import HOUR
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import run
from stepladder_engine.runtime.state import Entity, Task

DATA = st.data()
DURATIONS = ("5 hours", "1 day", "3 days", "1 week", "10 days", "2 weeks", "30 days", "1 month")
KINDS = ("visit", "purchase", "call")
GUARDS = ("count of visit >= 2", "now in s0", "now in s1", "days in stage >= 4", "days since last visit >= 2")


@st.composite
def ways(draw: st.DrawFn) -> str:
    """Give a way out of a stage; most of them timers."""
    duration = draw(st.sampled_from(DURATIONS))
    trigger = draw(
        st.sampled_from(
            (
                f"on {draw(st.sampled_from(KINDS))}",
                f"after {duration}",
                f"after {duration}",
                f"after {duration} since purchase",
                f"after no visit for {duration}",
            )
        )
    )
    guard = draw(st.sampled_from(("", "", *(f" when {guard}" for guard in GUARDS))))
    if guard and draw(st.booleans()):
        trigger, guard = guard.strip(), ""
    target = draw(st.sampled_from(("stay", "go to s0", "go to s1", "go to s2", "go to s3")))
    return f"{trigger}{guard} {target}"


@st.composite
def texts(draw: st.DrawFn, made: ModuleType) -> str:
    """Give a spec that is full of times, so that some of them stand in each other's way."""
    lines = ["process sale for client"]
    for name in ("s0", "s1", "s2", "s3"):
        lines.append(f"    stage {name}")
        if name == "s3":
            lines.append("        end lost")
        elif draw(st.booleans()):
            lines.append(f"        limit {draw(st.sampled_from(DURATIONS))}, then alert manager")
        lines += [f"        {way}" for way in draw(st.lists(ways(), max_size=4))]
    for number in range(2):
        anchor = draw(st.sampled_from(("entering s0 in", "entering s1 in", "visit in", "no visit for")))
        lines += [
            f"follow up rule_{number}",
            f"    after {anchor} {draw(st.sampled_from(DURATIONS))}, {draw(st.sampled_from(DURATIONS))}",
        ]
        guard = draw(st.sampled_from(("", *GUARDS)))
        lines += [f"    when {guard}"] if guard else []
        lines += ["    by seller", "    done on call"]
        lines += [f"    escalate to manager after {draw(st.sampled_from(DURATIONS))}"]
        lines += draw(st.sampled_from(([], ["    goes on after the end"])))
    for number, stages in enumerate(("s0", "s1", "s0, s1")):
        lines += [f"offer glass_{number}", f"    to client in {stages}", "    accepted on call"]
        lines += [f"    valid {draw(st.sampled_from(DURATIONS))}"]
        guard = draw(st.sampled_from(("", *GUARDS)))
        lines += [f"    when {guard}"] if guard else []
    return str(made.HEAD) + "".join(f"{line}\n" for line in lines)


def found_in(text: str) -> list[Diagnostic]:
    settings = LintSettings(select=("SL6", "SL701"))
    return list(compile_text(Source("made.ladder", text), settings=settings).diagnostics)


def tasks_of(entity: Entity, finding: Diagnostic) -> list[Task]:
    return [task for task in entity.tasks if task.rule == finding.values["name"]]


def outlived_limit(entity: Entity, finding: Diagnostic, result: RunResult) -> list[Any]:
    """The alerts of a limit that were raised."""
    return [
        task
        for task in entity.tasks
        if task.kind == "alert" and task.stage == finding.values["stage"] and fell_due(task, result)
    ]


def fell_due(task: Task, result: RunResult) -> bool:
    return task.due <= result.as_of and (task.closed is None or task.closed > task.due)


def taken(entity: Entity, finding: Diagnostic, _result: RunResult) -> list[Any]:
    """The steps of a transition."""
    kinds = {"move", "stay"}
    return [entry for entry in entity.journal if entry.line == finding.span.line and entry.kind in kinds]


def late_tasks(entity: Entity, finding: Diagnostic, result: RunResult) -> list[Any]:
    """The tasks of the late intervals that fell due, where all intervals are late."""
    times = str(finding.values["times"]).split(", ")
    return [task for task in tasks_of(entity, finding) if len(times) == 2 and fell_due(task, result)]


def planned_tasks(entity: Entity, finding: Diagnostic, _result: RunResult) -> list[Any]:
    return list(tasks_of(entity, finding))


def escalated_tasks(entity: Entity, finding: Diagnostic, result: RunResult) -> list[Any]:
    return [task for task in tasks_of(entity, finding) if result.escalated_to(task) is not None]


def expired_offers(entity: Entity, finding: Diagnostic, _result: RunResult) -> list[Any]:
    return [
        copy
        for copy in entity.offers
        if copy.offer.name == finding.values["name"] and copy.status == "expired"
    ]


def opened_offers(entity: Entity, finding: Diagnostic, _result: RunResult) -> list[Any]:
    return [copy for copy in entity.offers if copy.offer.name == finding.values["name"]]


CLAIMS: dict[str, Callable[[Entity, Diagnostic, RunResult], list[Any]]] = {
    "SL601": outlived_limit,
    "SL602": taken,
    "SL603": late_tasks,
    "SL604": planned_tasks,
    "SL606": taken,
    "SL607": escalated_tasks,
    "SL608": expired_offers,
    "SL611": taken,
    "SL701": opened_offers,
}


@given(DATA)
def test_what_never_happens_happens_in_no_run(made: ModuleType, data: st.DataObject) -> None:
    text = data.draw(texts(made))
    findings = [finding for finding in found_in(text) if finding.code in CLAIMS]
    result = run(made.spec_of(text), data.draw(made.datasets()), made.START + 120 * 24 * HOUR)
    for entity in result.entities:
        if not any(entry.kind == "error" for entry in entity.journal):
            for finding in findings:
                assert CLAIMS[finding.code](entity, finding, result) == [], finding
