"""What the solver costs: some hundred guards, and every two of them together, within one spec.

    python bench/solve_guards.py [--guards N] [--rounds N] [--record]

The guards speak of fields, choices, dates and the history. *alone* asks whether each can be true at all,
*groups* whether any two of one stage can be (ten guards a stage, which is already many), *pairs* the same of
all of them, and *clients* for an example of the first hundred pairs of one stage. Each figure is the median
of the processor's time; `proved` and `open` count the pairs that cannot be, and those left undecided.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from itertools import combinations
from statistics import median

from measuring import HISTORY, record

from stepladder_dsl.analysis.solver import Answer, Solver, Truth
from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source

PARTS = ("alone", "groups", "pairs", "clients")
GROUP = 10
HEAD = """\
spec shop
    currency EUR
role seller
record client
    budget money optional >= 0
    points number
    born date optional
    channel one of social, press, friend
    may_write yes/no
event visit for client
event purchase for client
    goods one of phone, case, plan
    amount money > 0
let spent for client = sum of purchase.amount
let recent for client = count of purchase in last 12 months
process sale for client
    owner seller
    stage choosing
"""
TESTS = (
    "amount > {number}",
    "amount between {number} and {more}",
    "goods = phone",
    "goods in (case, plan)",
    "budget is known and budget < {number}",
    "points >= {number}",
    "channel != press",
    "may_write",
    "spent > {number}",
    "recent >= {few}",
    "days since first purchase > {number}",
    "months since last visit < {few}",
    "born < 1990-05-17",
    "(count of purchase where goods = plan) = {few}",
)

Guards = list[Expression]


def guards(count: int, seed: int) -> tuple[Spec, Guards]:
    """Make a spec with so many guards, each of one to three tests."""
    draw = random.Random(seed)  # noqa: S311 - a repeatable spec, no secret
    lines = []
    for _ in range(count):
        tests = [
            test.format(
                number=draw.randrange(0, 500, 10), more=draw.randrange(500, 900), few=draw.randrange(1, 5)
            )
            for test in draw.sample(TESTS, draw.randrange(1, 4))
        ]
        lines.append(f"        on purchase when {' and '.join(tests)} stay\n")
    compiled = compile_text(Source("guards.ladder", HEAD + "".join(lines)), lint=False)
    if compiled.spec is None or compiled.errors:
        message = f"the made-up spec has mistakes: {compiled.errors[:3]}"
        raise SystemExit(message)
    ways = compiled.spec.processes["sale"].stages["choosing"].transitions
    return compiled.spec, [way.guard for way in ways if way.guard is not None]


def impossible(solver: Solver, chosen: tuple[Expression, ...]) -> bool:
    """Ask whether guards cannot be true together."""
    return solver.impossible("client", [(guard, Truth.TRUE) for guard in chosen], "purchase")


def groups(found: Guards) -> list[tuple[Expression, ...]]:
    """Give every two guards of one stage."""
    stages = [found[start : start + GROUP] for start in range(0, len(found), GROUP)]
    return [pair for stage in stages for pair in combinations(stage, 2)]


def measured_once(spec: Spec, found: Guards) -> tuple[dict[str, float], dict[str, int]]:
    """Give the seconds of each part, and what became of all the pairs."""
    taken: dict[str, float] = {}
    counted = {"pairs": 0, "proved": 0, "open": 0}

    def timed(part: str, work: Callable[[Solver], None]) -> None:
        solver = Solver(spec)
        start = time.process_time()
        work(solver)
        taken[part] = time.process_time() - start

    def ask_all(solver: Solver) -> None:
        for pair in combinations(found, 2):
            counted["pairs"] += 1
            counted["proved"] += impossible(solver, pair)
        counted["open"] = solver.undecided

    def show(solver: Solver) -> None:
        for pair in groups(found)[:100]:
            asked = [(guard, Truth.TRUE) for guard in pair]
            verdict = solver.possible("client", asked, "purchase")
            if verdict.answer is Answer.POSSIBLE and verdict.client is None:
                raise SystemExit("a possible pair without a client")

    timed("alone", lambda solver: [impossible(solver, (guard,)) for guard in found].clear())
    timed("groups", lambda solver: [impossible(solver, pair) for pair in groups(found)].clear())
    timed("pairs", ask_all)
    timed("clients", show)
    return taken, counted


def main() -> None:
    """Make the guards, measure, show, and with `--record` write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guards", type=int, default=200, help="how many (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default: %(default)s)")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
    options = parser.parse_args()
    spec, found = guards(options.guards, options.seed)
    measured_once(spec, found[:GROUP])
    rounds = [measured_once(spec, found) for _ in range(options.rounds)]
    medians = {part: median(taken[part] for taken, _ in rounds) for part in PARTS}
    print("".join(f"{part + ' s':>11}" for part in PARTS))
    print("".join(f"{medians[part]:11.2f}" for part in PARTS))
    counted = rounds[0][1]
    print(f"{counted['pairs']} pairs: {counted['proved']} proved, {counted['open']} open")
    if options.record:
        record(f"solve_guards {options.guards}", medians, options.rounds)


if __name__ == "__main__":
    main()
