"""The names under which other tools know what conditions speak of: process variables.

FEEL is the expression language of DMN, and the one that BPMN tools of today read. Fields,
named values and decisions keep their own names; an event is a variable with its latest
values, `purchase.amount`, and its time, `purchase.time`. What FEEL cannot work out, such as
sums over a history, is a variable that whoever runs the process keeps up to date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.print_spec import words_of
from stepladder_dsl.model.spec import Spec

TAKEN_BY_FEEL = frozenset(
    {
        "and",
        "or",
        "not",
        "in",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "function",
        "external",
        "true",
        "false",
        "null",
        "date",
        "time",
        "duration",
        "now",
        "today",
        "string",
        "number",
        "list",
        "count",
        "sum",
        "min",
        "max",
        "mean",
        "all",
        "any",
        "context",
        "range",
        "get",
        "put",
        "day",
        "year",
        "month",
        "week",
        "modulo",
        "abs",
        "floor",
        "ceiling",
        "round",
        "sort",
        "is",
        "union",
        "append",
        "concatenate",
        "reverse",
    }
)
"""Words that FEEL reads as its own."""
Spelling = Callable[[str], str]
"""How a name of the spec is written for a tool."""


@dataclass(frozen=True)
class Variable:
    """A name, what kind of thing it stands for, and how the spec says it."""

    name: str
    kind: str
    said: str


class Variables:
    """Gives names to what one kind of record is asked about, each name once."""

    def __init__(
        self, spec: Spec, record: str, taken: set[str] | None = None, spelling: Spelling | None = None
    ) -> None:
        """Give the declared things their names, in the order of the text; `taken` are names of others."""
        self.spec = spec
        self._spelling = spelling or safe_name
        self.record = record
        self._said = words_of(spec)
        self._known: dict[Any, Variable] = {}
        self._taken = set() if taken is None else taken
        self._used: dict[Any, Variable] = {}
        for field in spec.records[record].fields:
            self._declare(("field", field), field, "field", field)
        for let in spec.lets.values():
            if let.record == record:
                self._declare(("let", let.name), let.name, "let", let.name)
        for decision in spec.decisions.values():
            if decision.record == record:
                self._declare(("decision", decision.name), decision.name, "decision", decision.label)
        for event in spec.events.values():
            if event.record == record:
                self._declare(("event", event.name), event.name, "event", event.label)

    def said(self, expression: e.Expression) -> str:
        """Give an expression in the words of the spec."""
        return self._said.expression(expression)

    def forget(self) -> None:
        """Forget what was asked for so far; all names stay as they are."""
        self._used = {}

    def used(self) -> Iterator[Variable]:
        """Yield the variables that were asked for, in the order of the first time."""
        yield from self._used.values()

    def meanings(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield each of them by name with what it stands for: its kind, and the names or the expression."""
        yield from ((variable.name, key) for key, variable in self._used.items())

    def field(self, name: str) -> str:
        """Name a field of the record."""
        return self._use(("field", name))

    def let(self, name: str) -> str:
        """Name a named value."""
        return self._use(("let", name))

    def event(self, name: str) -> str:
        """Name the latest event of a kind; of another record's kind where a metric asks for it."""
        key = ("event", name)
        if key not in self._known:
            self._declare(key, name, "event", self.spec.events[name].label)
        return self._use(key)

    def decision(self, name: str, output: str) -> str:
        """Name what a decision gives: itself where it has one output only."""
        variable = self._use(("decision", name))
        single = len(self.spec.decisions[name].outputs) == 1
        return variable if single else f"{variable}.{safe_name(output)}"

    def entered(self, process: str, stage: str) -> str:
        """Name the moment at which the case entered a stage."""
        return self._given(("entered", process, stage), f"entered_{stage}", "moment", stage)

    def due(self, process: str, stage: str, place: int, said: str) -> str:
        """Name the moment at which a timer is due that only a calendar or a field can tell."""
        return self._given(("due", process, stage, place), f"due_{stage}_{place + 1}", "moment", said)

    def computed(self, expression: e.Expression) -> str:
        """Name what has to be worked out elsewhere: aggregates, elapsed times, the way so far."""
        match expression:
            case e.History(aggregate=aggregate, event=event, field=field):
                parts = [aggregate.value, "of", event, *([field] if field else [])]
            case e.Elapsed(unit=unit, name=name):
                parts = [f"{unit.value}s", "since", name]
            case e.Reached(stage=stage):
                parts = ["reached", stage]
            case e.NowIn(stage=stage):
                parts = ["now", "in", stage]
            case _:
                parts = ["condition"]
        return self._given(
            ("computed", expression), "_".join(parts), "computed", self._said.expression(expression)
        )

    def _declare(self, key: Any, name: str, kind: str, said: str) -> None:
        self._known[key] = Variable(self._free(name), kind, said)

    def _given(self, key: Any, name: str, kind: str, said: str) -> str:
        if key not in self._known:
            self._declare(key, name, kind, said)
        return self._use(key)

    def _use(self, key: Any) -> str:
        return self._used.setdefault(key, self._known[key]).name

    def _free(self, name: str) -> str:
        wanted, number = self._spelling(name), 1
        free = wanted
        while free in self._taken:
            number += 1
            free = f"{wanted}_{number}"
        self._taken.add(free)
        return free


def safe_name(name: str) -> str:
    """Give a name that FEEL does not take for a word of its own.

    >>> safe_name("budget"), safe_name("date"), safe_name("مبلغ")
    ('budget', 'date_', 'مبلغ')
    """
    kept = "".join(one if _may_stand(one) else "_" for one in name)
    return f"{kept}_" if kept.casefold() in TAKEN_BY_FEEL else kept


def latin_name(name: str) -> str:
    """Give a name in Latin letters, digits and `_`, for tools that take no other variables.

    >>> latin_name("удовлетворённость"), latin_name("مبلغ"), latin_name("3_months")
    ('udovletvorennost', 'mblgh', '_3_months')
    """
    if name.isascii():
        plain = name
    else:
        from anyascii import anyascii

        plain = anyascii(name)
    kept = re.sub(r"[^A-Za-z0-9_]+", "", plain) or "_"
    return safe_name(f"_{kept}" if kept[0].isdigit() else kept)


def _may_stand(character: str) -> bool:
    """Tell whether a character may be part of a name: letters, marks, digits, `_`, the zero-width ones."""
    return character in {"_", "\u200c", "\u200d"} or unicodedata.category(character)[0] in {"L", "M", "N"}
