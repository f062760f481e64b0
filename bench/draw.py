"""How long `stepladder draw` takes, start-up included, by view and number of stages.

The specs are made up: phases, owners, ways on, back and out, timers, conditions, limits, follow-ups and
offers, drawn from a seeded generator. The targets: 40 stages under a second, 400 under ten. Beside the time
by the clock stands that of the processor, with all processes that are started: a busy machine changes it
less.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from measuring import HISTORY, Taken, record, table, taken

SIZES = (40, 400)
VIEWS = ("process", "lanes", "ladder", "offers", "roles", "overview")
WORDS = (
    *("asks", "waits", "calls", "compares", "orders", "pays", "gets", "uses", "returns"),
    *("complains", "advises", "meets", "signs", "tries", "leaves"),
)


def made_up(stages: int, seed: int, words: Sequence[str] = WORDS) -> str:
    """Give the text of a spec whose process has so many stages, its titles made of some words."""
    draw = random.Random(f"{seed}/{stages}")  # noqa: S311 - repeatable
    return "\n".join(_lines(stages, draw, words)) + "\n"


def _lines(stages: int, draw: random.Random, words: Sequence[str]) -> Iterator[str]:
    roles = max(2, min(7, stages // 6))
    yield "language en"
    yield 'spec made_up "A made-up process"'
    yield "    currency EUR"
    for number in range(roles):
        reports = f"\n    reports to role_{number // 2}" if number else ""
        yield f'role role_{number} "{_title(draw, words)} team {number}"{reports}'
    yield 'record client "Client"\n    budget money'
    for number in range(stages):
        yield f'event event_{number} "{_title(draw, words)}" for client'
    yield 'process way "The whole way" for client'
    phase = 0
    for number in range(stages):
        if number % 7 == 0 and number + 1 < stages:
            phase += 1
            yield f'    phase phase_{phase} "{_title(draw, words)} phase"'
        yield from _stage(number, stages, roles, draw, words)
    for number in range(0, stages, 5):
        yield f'follow up call_{number} "{_title(draw, words)} call"'
        yield f"    after entering stage_{number} in {draw.randrange(1, 9)} days"
        yield f"    by role_{number % roles} via phone\n    done on event_{number}"
    for number in range(0, stages, 8):
        yield f'offer offer_{number} "{_title(draw, words)} offer"'
        yield f"    price {draw.randrange(5, 900)}\n    to client in stage_{number}"
        yield f"    accepted on event_{number}"


def _stage(number: int, stages: int, roles: int, draw: random.Random, words: Sequence[str]) -> Iterator[str]:
    last = number + 1 == stages
    indent = "    " if last else "        "
    yield f'{indent}stage stage_{number} "{_title(draw, words)} {number}"'
    if number == 0:
        yield f"{indent}    start"
    if last:
        yield f"{indent}    end won"
        return
    yield f"{indent}    owner role_{draw.randrange(roles)}"
    if draw.random() < 0.3:
        yield f"{indent}    limit {draw.randrange(2, 30)} days, then alert role_0"
    yield f"{indent}    on event_{number} go to stage_{number + 1}"
    if draw.random() < 0.35:
        later = min(stages - 1, number + draw.randrange(2, 7))
        yield f"{indent}    on event_{number + 1} go to stage_{later}"
    if draw.random() < 0.25 and number:
        earlier = max(0, number - draw.randrange(1, 6))
        yield f"{indent}    after {draw.randrange(5, 90)} days go to stage_{earlier}"
    if draw.random() < 0.1:
        yield f"{indent}    when budget > {draw.randrange(100, 900)} go to stage_{stages - 1}"


def _title(draw: random.Random, words: Sequence[str]) -> str:
    return " ".join(draw.choices(words, k=draw.randrange(1, 5))).capitalize()


def _measured(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Taken]]:
    """Give what each command took in each round; the first only warms the caches and is left out."""
    found: dict[str, list[Taken]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            found[name].append(taken(command))
    return {name: rounds[1:] for name, rounds in found.items()}


def main() -> None:
    """Make the specs, measure, show, and with `--record` write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="stages (default: %(default)s)")
    parser.add_argument("--views", nargs="+", default=VIEWS, help="views (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default: %(default)s)")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
    parser.add_argument("--print", action="store_true", dest="show", help="only print the smallest spec")
    options = parser.parse_args()
    if options.show:
        print(made_up(min(options.sizes), options.seed), end="")
        return
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"made_up_{size}.ladder"
            file.write_text(made_up(size, options.seed), encoding="utf-8")
            draw = [sys.executable, "-m", "stepladder_engine", "draw", str(file), "-o", f"{folder}/out.svg"]
            commands = {f"draw {view} {size}": [*draw, "--view", view] for view in options.views}
            found = _measured(commands, options.rounds)
        wall = {name: statistics.median(one.wall for one in rounds) for name, rounds in found.items()}
        cpu = {name: statistics.median(one.cpu for one in rounds) for name, rounds in found.items()}
        print(f"by the clock\n{table(wall)}\nof the processor\n{table(cpu)}")
        if options.record:
            in_ms = {name: round(one * 1000, 1) for name, one in cpu.items()}
            load = round(os.getloadavg()[0], 1)
            record(f"draw {size}", wall, options.rounds, cpu_ms=in_ms, cores=os.cpu_count(), load=load)


if __name__ == "__main__":
    main()
