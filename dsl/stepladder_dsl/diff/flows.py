"""Where a computed value goes: the ways, offers, follow-ups and figures that look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cached_property
from typing import Any

from stepladder_dsl.diff.change import Place
from stepladder_dsl.diff.meaning import compared
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m

_Name = tuple[str, str]


class Flows:
    """Knows what looks at the lets and decision tables of a spec, also through others of them."""

    def __init__(self, spec: m.Spec) -> None:
        """Take the spec."""
        self.spec = spec

    def of(self, thing: Any) -> tuple[Place, ...]:
        """Give what a let or decision table flows into; nothing else flows."""
        match thing:
            case m.Let(name=name):
                wanted = ("let", name)
            case m.Decision(name=name):
                wanted = ("decision", name)
            case _:
                return ()
        return tuple(place for place, names in self._users if wanted in names)

    @cached_property
    def _users(self) -> list[tuple[Place, set[_Name]]]:
        found = []
        for place, piece in self._pieces():
            names: set[_Name] = set()
            for name in names_in(piece):
                names |= {name} | self._behind[name]
            found.append((place, names))
        return found

    @cached_property
    def _behind(self) -> Mapping[_Name, set[_Name]]:
        """Give what each let and decision table looks at, directly or through others."""
        direct: dict[_Name, set[_Name]] = {
            ("let", name): set(names_in(let.value)) for name, let in self.spec.lets.items()
        }
        direct |= {("decision", name): set(names_in(one)) for name, one in self.spec.decisions.items()}
        whole: dict[_Name, set[_Name]] = {}
        for name in direct:
            seen: set[_Name] = set()
            waiting = [name]
            while waiting:
                for inner in direct.get(waiting.pop(), set()) - seen:
                    seen.add(inner)
                    waiting.append(inner)
            whole[name] = seen
        return whole

    def _pieces(self) -> Iterator[tuple[Place, Any]]:
        for process in self.spec.processes.values():
            for stage in process.stages.values():
                yield Place("stage", stage), stage.transitions
        groups: tuple[tuple[str, Mapping[str, Any]], ...] = (
            ("offer", self.spec.offers),
            ("follow_up", self.spec.follow_ups),
            ("metric", self.spec.metrics),
        )
        for kind, things in groups:
            for thing in things.values():
                yield Place(kind, thing), thing


def names_in(piece: Any) -> Iterator[_Name]:
    """Yield the lets and decision tables that a piece of the model names."""
    match piece:
        case e.LetValue(name=name):
            yield ("let", name)
        case e.DecisionValue(decision=name):
            yield ("decision", name)
        case Mapping():
            for part in piece.values():
                yield from names_in(part)
        case tuple():
            for part in piece:
                yield from names_in(part)
        case _ if is_dataclass(piece):
            for part in compared(type(piece)):
                yield from names_in(getattr(piece, part))
