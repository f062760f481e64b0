"""A spec to ask questions about, conditions on it, and example clients that are run."""

from __future__ import annotations

from stepladder_dsl.analysis.solver import Verdict, expectations, scenario
from stepladder_dsl.compile import compile_text
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.print_spec import print_scenario
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.scenario.run import run_scenarios

HEAD = """\
spec shop
    currency EUR
    timezone Europe/Sofia
calendar office
    open mon-fri 09:00-18:00
role seller
record client
    name text
    phone text optional matches "[+][0-9]{3}"
    budget money optional >= 0
    points number optional
    born date optional
    channel one of social, press, friend
    may yes/no
    known_by client optional
    wishes list of one of lights, lock optional
    patience duration optional
    grade number
record claim
    belongs to client
    about text
event visit for client
event purchase for client
    goods one of bicycle, parts
    amount money > 0
    note text optional
event grading for client
    score number >= 0 <= 10
event thanks for client
event broken for claim
let spent for client = sum of purchase.amount
let recent for client = count of purchase in last 12 months
let good for client = recent >= 2 or spent > 1000
decide terms for client
    first match
    | spent  | recent || share | word   |
    | >= 100 | >= 2   || 10    | "best" |
    | > 20   | -      || 5     | "good" |
    | -      | -      || 0     | "none" |
decide only for client
    unique match
    | points          || word   |
    | between 0 and 5 || "low"  |
    | between 5 and 9 || "high" |
decide perks for client
    collect
    | spent  || tag one of lights, lock |
    | >= 100 || lights                  |
    | >= 50  || lock                    |
process sale for client
    owner seller
    stage choosing
        start
        on grading stay
            set grade = score
        on visit when budget > 1 stay
            emit thanks
        on purchase go to bought
    stage bought
        end won
process claims for claim
    owner seller
    stage taken
        start
        on broken go to mended
    stage mended
        end neutral
"""


def asked(*conditions: str, event: str | None = None) -> tuple[Spec, list[e.Expression]]:
    """Compile conditions; those on an event as the guards of a way."""
    lines = [
        f"    on {event} when {condition} stay" if event else f"    when {condition} stay"
        for condition in conditions
    ]
    process = "\n".join(["process asked for client", *lines, "    stage one"])
    compiled = compile_text(Source("asked.ladder", f"{HEAD}{process}\n"), lint=False)
    assert compiled.spec
    assert not compiled.errors, compiled.errors
    ways = compiled.spec.processes["asked"].stages["one"].transitions
    return compiled.spec, [way.guard for way in ways if way.guard is not None]


def replayed(spec: Spec, verdict: Verdict, conditions: list[e.Expression]) -> str:
    """Run the example client as a text that stands behind the spec; gives that text."""
    assert verdict.client
    expected = expectations(verdict.client, list(zip(conditions, verdict.truths, strict=True)))
    assert expected
    text = print_scenario(scenario(verdict.client, "example", expected), spec)
    with_example = compile_text(Source("asked.ladder", f"{HEAD}\n{text}"), lint=False)
    assert with_example.spec
    assert not with_example.errors, (text, with_example.errors)
    (result,) = run_scenarios(with_example.spec)
    assert result.passed, (text, [(failure.line, failure.found) for failure in result.failures])
    return text
