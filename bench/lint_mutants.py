"""How many mistakes the rules find: each spec with one thing broken, checked, and held against real runs.

A mutant is a spec without one owner, one way out, one limit or one follow-up, or with one bound of a
condition changed. It counts as found where `check` says anything that it does not say of the spec itself.
Whether a mutant leaks is decided by the executor alone: thousands of clients with events at random, looked
at years later, and in the mutant somebody is forgotten.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from measuring import ROOT

from stepladder_dsl.compile import compile_text
from stepladder_dsl.model import types as t
from stepladder_dsl.model.expressions import Literal, walk
from stepladder_dsl.model.spec import Field, Spec
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import HOUR
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.runtime.run import run

_START = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC
_DAY = 24 * HOUR
_YEARS_LATER = 6 * 366 * _DAY
_NOBODY = Origin("random", 1)
KINDS = ("owner", "follow-up", "limit", "way", "bound")
_BOUND = re.compile(r"(?<![\w.\"-])\d+(?:\.\d+)?(?![\w.\"-])")


@dataclass(frozen=True)
class Mutant:
    """A spec's text with one thing broken: the kind of it, its line, and what was there."""

    kind: str
    line: int
    was: str
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Yield every mutant of an English spec."""
    lines = text.split("\n")
    block = ""
    for index, line in enumerate(lines):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if not line.startswith(" "):
            block = words[0]
        for kind, changed in _broken(lines, index, words, block):
            yield Mutant(kind, index + 1, line.strip(), "\n".join(changed))


def _broken(lines: list[str], index: int, words: list[str], block: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what can be broken in a line."""
    line = lines[index]
    if words[0] in {"owner", "by"} and block in {"process", "follow", "offer", "metric"}:
        if not (block == "metric" and words[0] == "by"):
            yield "owner", _without(lines, index)
    elif words[0] == "follow" and not line.startswith(" "):
        yield "follow-up", _without(lines, index)
    elif words[0] == "limit" and block == "process":
        yield "limit", _without(lines, index)
    elif block == "process" and words[0] in {"on", "after", "when"} and {"go", "stay"} & set(words):
        yield "way", _without(lines, index)
    place = line.find("when ") if block in {"process", "offer", "follow"} else -1
    if block == "decide" and words[0] == "|":
        place = 0
    for bound in _BOUND.finditer(line, max(place, 0)) if place >= 0 else ():
        if block == "decide" and "||" in line[: bound.start()]:
            continue
        number = Decimal(bound[0])
        for changed in (number + 1, number * 10):
            yield (
                "bound",
                [
                    *lines[:index],
                    f"{line[: bound.start()]}{changed:f}{line[bound.end() :]}",
                    *lines[index + 1 :],
                ],
            )


def _without(lines: list[str], index: int) -> list[str]:
    """Leave out a line and what stands deeper under it."""
    depth = len(lines[index]) - len(lines[index].lstrip())
    end = index + 1
    while end < len(lines) and lines[end].strip() and len(lines[end]) - len(lines[end].lstrip()) > depth:
        end += 1
    return lines[:index] + lines[end:]


def findings(text: str) -> tuple[Spec | None, Counter[str]]:
    """Give the model of a text and how often each code is found in it."""
    compiled = compile_text(Source("mutant.ladder", text))
    return compiled.spec, Counter(finding.code for finding in compiled.diagnostics)


class Clients:
    """Clients at random for one spec: the same ones for each of its mutants."""

    def __init__(self, spec: Spec, count: int, seed: int) -> None:
        """Draw `count` records of each kind, and up to ten events for each."""
        self.random = random.Random(seed)  # noqa: S311 - draws examples, keeps no secret
        self.numbers = _numbers(spec)
        self.dataset = Dataset()
        for kind, record in spec.records.items():
            self.dataset.sourced.add(kind)
            keys = [f"{kind} {number}" for number in range(count)]
            self.dataset.records[kind] = {
                key: RecordRow(kind, key, _START, self._values(record.fields.values(), count), _NOBODY)
                for key in keys
            }
            events = list(spec.events_of(kind))
            for key in keys if events else ():
                moment = _START
                for number in range(self.random.randrange(11)):
                    moment += self.random.choice((HOUR, _DAY, 5 * _DAY, 40 * _DAY, 100 * _DAY, 400 * _DAY))
                    event = self.random.choice(events)
                    values = self._values(event.fields.values(), count)
                    self.dataset.events.append(
                        EventRow(event.name, key, moment, (0, "random", number), None, values, _NOBODY)
                    )

    def forgotten(self, spec: Spec) -> Counter[str]:
        """Give the stages in which somebody is forgotten years after the last event, with how many."""
        result = run(spec, self.dataset, max(event.time for event in self.dataset.events) + _YEARS_LATER)
        found: Counter[str] = Counter()
        for entity in result.entities:
            for position in entity.positions:
                if result.forgotten(entity, position):
                    found[f"{position.plan.process.name}.{position.stage.stage.name}"] += 1
        return found

    def _values(self, fields: Any, count: int) -> dict[str, Any]:
        return {
            field.name: self._value(field, count)
            for field in fields
            if not (field.optional and self.random.random() < 0.3)
        }

    def _value(self, field: Field, count: int) -> Any:
        match field.type:
            case t.NumberType() | t.MoneyType():
                return self._number(field)
            case t.YesNoType():
                return self.random.random() < 0.5
            case t.ChoiceType(values):
                return self.random.choice(values)
            case t.DateType():
                return date(2026, 1, 1) + timedelta(days=self.random.randrange(700))
            case t.DatetimeType():
                return _START + self.random.randrange(700) * _DAY
            case t.ReferenceType(record):
                return f"{record} {self.random.randrange(count)}"
            case t.TextType() | t.PersonType():
                return self.random.choice(("a", "b", "c"))
            case _:
                return None

    def _number(self, field: Field) -> Decimal:
        low = max(
            (limit.value for limit in field.limits if limit.operator in {">", ">="}), default=Decimal(0)
        )
        high = min((limit.value for limit in field.limits if limit.operator in {"<", "<="}), default=None)
        number = max(self.random.choice(self.numbers), low + (1 if low == 0 else 0))
        return number if high is None else min(number, high)


def _numbers(spec: Spec) -> list[Decimal]:
    """Give the numbers that the spec's conditions speak of, and those beside them."""
    guards = [
        way.guard
        for process in spec.processes.values()
        for stage in process.stages.values()
        for way in stage.transitions
        if way.guard is not None
    ]
    guards += [rule.condition for rule in spec.follow_ups.values() if rule.condition is not None]
    guards += [offer.condition for offer in spec.offers.values() if offer.condition is not None]
    found = {Decimal(1), Decimal(100)}
    for guard in guards:
        for part in walk(guard):
            if isinstance(part, Literal) and isinstance(part.value, Decimal):
                found |= {part.value - 1, part.value, part.value + 1}
    return sorted(number for number in found if number >= 0)


def _kind(mutant: Mutant, changed: Spec | None) -> str:
    """Give the mutant's kind: where an owner was removed and another one steps in, nothing is missing."""
    if mutant.kind != "owner" or changed is None:
        return mutant.kind
    # At an end there is no work left that somebody would have to own.
    stages = [
        stage.owner
        for process in changed.processes.values()
        for stage in process.stages.values()
        if stage.end is None
    ]
    tasks = [rule.role for rule in changed.follow_ups.values()]
    offers = [offer.role for offer in changed.offers.values()]
    owners = [*stages, *tasks, *offers, *(metric.owner for metric in changed.metrics.values())]
    return "owner" if None in owners else "other owner"


@dataclass(frozen=True)
class Tally:
    """What became of the mutants of one spec: counts by kind, those not found, and who leaks without any."""

    counts: dict[str, Counter[str]]
    missed: list[tuple[Mutant, set[str]]]
    forgotten_before: Counter[str]


def tally(text: str, clients: int, seed: int, kinds: Container[str] = KINDS) -> Tally:
    """Check every mutant of some kinds, and run those that can run on the same clients."""
    spec, before = findings(text)
    if spec is None:
        raise SystemExit("the spec itself cannot be read")
    logs = Clients(spec, clients, seed)
    leaks_before = logs.forgotten(spec)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    missed = []
    for mutant in mutants(text):
        changed, after = findings(mutant.text) if mutant.kind in kinds else (spec, before)
        if changed == spec:
            continue
        found = after - before
        count = counts[_kind(mutant, changed)]
        runs = changed is not None and not any(code.startswith(("SL0", "SL1")) for code in found)
        leaks = set(logs.forgotten(changed)) - set(leaks_before) if changed is not None and runs else set()
        count["made"] += 1
        count["found"] += bool(found)
        count["leaking"] += bool(leaks)
        count["leaking, found"] += bool(leaks and found)
        if not found:
            missed.append((mutant, leaks))
    return Tally(counts, missed, leaks_before)


def report(path: Path, clients: int, seed: int, *, show: bool) -> None:
    """Print what is found of the mutants of one spec."""
    result = tally(path.read_text(encoding="utf-8"), clients, seed)
    for mutant, leaks in result.missed if show else ():
        leaking = f"  LEAKS in {sorted(leaks)}" if leaks else ""
        print(f"  not found: {path.name}:{mutant.line} {mutant.kind}: {mutant.was}{leaking}")
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    print(f"{shown}: forgotten in the spec itself: {dict(result.forgotten_before) or 'nobody'}")
    for kind, count in result.counts.items():
        share = f"found {count['found']:3} of {count['made']:3} ({count['found'] / count['made']:4.0%})"
        leaking = f"of those that leak {count['leaking, found']:3} of {count['leaking']:3}"
        print(f"  {kind:12} {share}   {leaking}")


def main() -> None:
    """Make the mutants of every English spec, and say how many are found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("specs", nargs="*", type=Path, help="specs (default: the English ones of specs/)")
    parser.add_argument(
        "--clients", type=int, default=400, help="clients of each kind (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="where chance begins (default: %(default)s)")
    parser.add_argument("--show", action="store_true", help="name the mutants that are not found")
    options = parser.parse_args()
    for path in options.specs or sorted((ROOT / "specs").glob("*/[a-z_]*.ladder")):
        if path.read_text(encoding="utf-8").startswith("language en"):
            report(path, options.clients, options.seed, show=options.show)


if __name__ == "__main__":
    main()
