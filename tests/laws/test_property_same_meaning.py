"""A change of a spec that `diff` says is none changes nothing for anybody."""

from __future__ import annotations

from collections import Counter
from types import ModuleType
from typing import Any

from hypothesis import event, given, note
from hypothesis import strategies as st

from stepladder_dsl.diff.change import How
from stepladder_dsl.diff.compare import compare
from stepladder_dsl.diff.judge import Judge
from stepladder_engine.metrics.evaluate import evaluate_metrics
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import run

TOLD = {"reason", "line", "effect"}
"""How a step is explained speaks of the text."""
OTHER_WORDS = (
    ("count of visit >= 2", "not (count of visit < 2)"),
    ("count of visit >= 2", "count of visit > 1"),
    ("spent > 100", "100 < spent"),
    ("silent between 2 and 6", "silent >= 2 and silent <= 6"),
    ("budget is known", "not (budget is unknown)"),
    ("budget > 20 or not (spent > 40)", "spent <= 40 or budget > 20"),
    ("size.share >= 5", "size.share >= 4"),
    ('size.word = "big"', "spent >= 100 and purchases >= 2"),
    ('size.word = "big"', 'size.word in ("big")'),
    ("vip in perks", "purchases >= 2"),
    ("cheap not in perks", "not cheap in perks"),
    ("    | > 20   | -         ||", "    | >= 21  | -         ||"),
    ("days since last purchase", "days since first purchase"),
)


@st.composite
def edits(draw: st.DrawFn, text: str) -> str:
    """Give the text with some of it in other words, or in another order."""
    for _ in range(draw(st.integers(1, 3))):
        known = [pair for pair in OTHER_WORDS if pair[0] in text]
        lines = text.splitlines(keepends=True)
        swaps = [number for number in range(len(lines) - 1) if _may_swap(lines, number)]
        if known and (not swaps or draw(st.booleans())):
            text = text.replace(*draw(st.sampled_from(known)))
        elif swaps:
            number = draw(st.sampled_from(swaps))
            lines[number : number + 2] = lines[number + 1], lines[number]
            text = "".join(lines)
    return text


def _may_swap(lines: list[str], number: int) -> bool:
    """Say whether two lines are ways or plain declarations side by side, with nothing below them."""
    one, other, behind = (*lines[number : number + 2], *lines[number + 2 : number + 3], "")[:3]
    words = one.split()[:1] + other.split()[:1]
    depth = [len(line) - len(line.lstrip()) for line in (one, other, behind)]
    return (
        depth[0] == depth[1] >= depth[2]
        and all(word in {"on", "after", "when", "let", "event"} for word in words)
        and depth[0] != 4
    )


def rows_of(result: RunResult) -> dict[str, Counter[Any]]:
    """Give every row of every table but for how it is explained."""
    found = {}
    for table in Tables(result, evaluate_metrics(result)).all():
        shown = [number for number, name in enumerate(table.columns) if name not in TOLD]
        found[table.name] = Counter(tuple(repr(row[number]) for number in shown) for row in table.rows)
    return found


@given(st.data(), st.booleans())
def test_what_has_not_changed_runs_as_before(made: ModuleType, data: st.DataObject, touching: bool) -> None:
    text = data.draw(made.texts(touching=touching))
    old, new = made.spec_of(text), made.spec_of(data.draw(edits(text)))
    difference = compare(old, new)
    event(f"changed: {difference.any}, told: {bool(difference.changes)}")
    if not difference.any:
        log, moment = data.draw(made.datasets()), data.draw(made.moments())
        assert rows_of(run(old, log, moment)) == rows_of(run(new, log, moment))


BOUNDS = (
    "spent > {}",
    "spent >= {}",
    "purchases >= {}",
    "silent >= {}",
    "count of visit >= {}",
    "not (spent > {})",
)


@st.composite
def conditions(draw: st.DrawFn, guards: tuple[str, ...]) -> str:
    """Give a condition: one of those that the made specs have, with a bound or another one beside it."""
    bound = draw(st.sampled_from(BOUNDS)).format(draw(st.sampled_from((1, 2, 20, 50, 100))))
    guard = draw(st.sampled_from(guards))
    return draw(st.sampled_from((bound, guard, f"({bound}) and ({guard})", f"({bound}) or ({guard})")))


@given(st.data())
def test_whom_a_condition_lets_through_is_as_the_judge_says(made: ModuleType, data: st.DataObject) -> None:
    """Counted over clients of the data: nobody is let through whom a narrower condition keeps out."""
    old, new = (data.draw(conditions(made.GUARDS)) for _ in range(2))
    stages = "    stage s0\n        on visit when {} go to s2\n    stage s1\n    stage s2\n"
    way = f"process sale for client\n{stages}"
    counted = {"old": old, "new": new, "both": f"({old}) and ({new})"}
    figures = "".join(
        f"metric {name}\n    = count of client where {text}\n" for name, text in counted.items()
    )
    before, after = (made.spec_of(made.HEAD + way.format(text) + figures) for text in (old, new))
    guards = [spec.processes["sale"].stages["s0"].transitions[0].guard for spec in (before, after)]
    how = Judge(before, after).conditions(guards[0], guards[1], "client", "visit").how
    note(f"{old} → {new}: {how}")
    event(f"{how}")
    result = run(before, data.draw(made.datasets()), data.draw(made.moments()))
    found = {name: evaluate_metrics(result)[name].value for name in counted}
    if how in {How.WIDER, How.REWRITTEN}:
        assert found["old"] == found["both"]
    if how in {How.NARROWER, How.REWRITTEN}:
        assert found["new"] == found["both"]
