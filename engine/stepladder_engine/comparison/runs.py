"""Two runs over the same data -> which clients stand elsewhere, and what is owed to whom otherwise.

What the new spec only calls otherwise is the same: both runs speak in the names of the new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stepladder_dsl.diff.change import Key
from stepladder_dsl.model.types import MoneyType
from stepladder_engine.comparison.columns import compared_table
from stepladder_engine.data.tables import Table
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.values import group_text, value_text
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity, Task

Row = tuple[Any, ...]
Found = dict[tuple[Any, ...], Row]


class _Names:
    """Gives the names of the new spec for those of one run."""

    def __init__(self, names: Mapping[Key, str]) -> None:
        self.names = names

    def __call__(self, *key: str) -> str:
        return self.names.get(key, key[-1])

    def role(self, name: str | None) -> str | None:
        return None if name is None else self("role", name)


class _Side:
    """One of both runs, in rows by what they are about."""

    def __init__(self, answer: Answer, names: Mapping[Key, str]) -> None:
        self.answer = answer
        self.result: RunResult = answer.result
        self.zone = answer.result.program.zone
        self.called = _Names(names)

    def time(self, instant: int | None) -> str | None:
        return None if instant is None else self.zone.text(instant)

    def record(self, entity: Entity) -> tuple[str, str]:
        """Give the kind and key of a record; one that another has opened bears that one's kind in its key."""
        return self.called("record", entity.kind), entity.key

    def positions(self) -> Found:
        """Give where each case stands, and since when."""
        found: Found = {}
        for entity in self.result.entities:
            for position in entity.positions:
                process = position.plan.process.name
                key = (*self.record(entity), self.called("process", process))
                found[key] = (
                    self.called("stage", process, position.stage.stage.name),
                    self.time(position.since),
                    self.result.forgotten(entity, position),
                )
        return found

    def tasks(self) -> Found:
        """Give every task and raised alert; several of one anchor are told apart by their number."""
        found: Found = {}
        seen: Counter[tuple[Any, ...]] = Counter()
        for entity in self.result.entities:
            for task in entity.tasks:
                if self.result.raised(task):
                    about = (*self.record(entity), task.kind, self._rule(task), self._series(task))
                    seen[about] += 1
                    escalated = self.result.escalated_to(task)
                    role = escalated[1] if escalated else task.role
                    found[*about, seen[about]] = (
                        task.title,
                        self.called.role(role),
                        self.time(task.due),
                        self.result.status(task),
                    )
        return found

    def _rule(self, task: Task) -> str:
        return self.called("process" if task.kind == "alert" else "follow_up", task.rule)

    def _series(self, task: Task) -> str:
        """Give the part of a task's key that says of which series it is, and which of it."""
        if task.kind == "alert":
            stage = self.called("stage", task.process or "", task.stage or "")
            return f"{stage}@{task.key.rpartition('@')[2]}"
        # The anchor names an event or stage, whose name may be another; its time and the number stay.
        anchor, _, number = task.key.rpartition("/")
        return f"{anchor.rpartition('@')[2]}/{number}" if "@" in anchor else number

    def offers(self) -> Found:
        """Give every time that an offer was open."""
        found: Found = {}
        rounded = self.result.program.rounded
        for entity in self.result.entities:
            for copy in entity.offers:
                number = copy.key.rpartition("/")[2]
                found[*self.record(entity), self.called("offer", copy.offer.name), number] = (
                    copy.status,
                    self.time(copy.opened),
                    rounded(copy.price, MoneyType()),
                    rounded(copy.discount, MoneyType()),
                )
        return found

    def metrics(self) -> Found:
        """Give every figure, and those of its groups."""
        found: Found = {}
        for name, figure in self.answer.metrics.items():
            called = self.called("metric", name)
            found[called, "", ""] = (figure.value, figure.count, figure.target, figure.met)
            by = ", ".join(figure.metric.by)
            for group, part in figure.groups.items():
                found[called, by, group_text(group)] = (part.value, part.count, part.target, part.met)
        return found


@dataclass
class RunDifference:
    """In what two runs over the same data differ."""

    old: Answer
    new: Answer
    names: Mapping[Key, str]

    @cached_property
    def _sides(self) -> tuple[_Side, _Side]:
        return _Side(self.old, self.names), _Side(self.new, {})

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """The rows of every table."""
        return {
            "changed_positions": list(self._positions()),
            "changed_tasks": list(self._tasks()),
            "changed_offers": list(self._offers()),
            "changed_forgotten": list(self._forgotten()),
            "changed_metrics": list(self._metrics()),
        }

    @property
    def any(self) -> bool:
        """Whether there is any difference."""
        return any(self.tables.values())

    def _pairs(self, olds: Found, news: Found) -> Iterator[tuple[Any, Row | None, Row | None]]:
        """Yield what is not the same, in the order of the new run, and behind it what is gone."""
        for key, new in news.items():
            if olds.get(key) != new:
                yield key, olds.get(key), new
        for key, old in olds.items():
            if key not in news:
                yield key, old, None

    def _positions(self) -> Iterator[Row]:
        olds, news = (side.positions() for side in self._sides)
        for key, old, new in self._pairs(olds, news):
            before, after = old or (None, None, None), new or (None, None, None)
            if before[:2] != after[:2]:
                yield (*key, before[0], after[0], before[1], after[1])

    def _forgotten(self) -> Iterator[Row]:
        olds, news = (side.positions() for side in self._sides)
        for key, old, new in self._pairs(olds, news):
            before, after = bool(old and old[2]), bool(new and new[2])
            if before != after:
                shown = new if after else old
                yield (*key, shown[0] if shown else None, after)

    def _tasks(self) -> Iterator[Row]:
        olds, news = (side.tasks() for side in self._sides)
        for key, old, new in self._pairs(olds, news):
            before, after = old or (None,) * 4, new or (None,) * 4
            # What a task is called is no difference in what is owed.
            if before[1:] != after[1:]:
                record, case, kind, rule = key[:4]
                title = after[0] or before[0]
                yield (
                    *(_change(old, new), record, case, kind, rule, title),
                    *(value for pair in zip(before[1:], after[1:], strict=True) for value in pair),
                )

    def _offers(self) -> Iterator[Row]:
        olds, news = (side.offers() for side in self._sides)
        for key, old, new in self._pairs(olds, news):
            before, after = old or (None,) * 4, new or (None,) * 4
            both = (value for pair in zip(before, after, strict=True) for value in pair)
            yield (_change(old, new), *key[:3], *both)

    def _metrics(self) -> Iterator[Row]:
        olds, news = (side.metrics() for side in self._sides)
        for key, old, new in self._pairs(olds, news):
            before, after = old or (None,) * 4, new or (None,) * 4
            both = tuple(value for pair in zip(before, after, strict=True) for value in pair)
            name, by, group = key
            yield (
                name,
                by or None,
                group or None,
                *map(_figure, both[:2]),
                *both[2:4],
                *map(_figure, both[4:6]),
                *both[6:],
            )

    def counts(self) -> dict[str, int]:
        """Count what differs, by kind."""
        tables = self.tables
        tasks = Counter(row[0] for row in tables["changed_tasks"])
        offers: Counter[str] = Counter()
        for row in tables["changed_offers"]:
            was_open, is_open = row[4] == "open", row[5] == "open"
            offers["opens"] += is_open and not was_open
            offers["closes"] += was_open and not is_open
        forgotten = Counter(bool(row[-1]) for row in tables["changed_forgotten"])
        return {
            "positions": sum(1 for row in tables["changed_positions"] if row[3] != row[4]),
            "since": sum(1 for row in tables["changed_positions"] if row[3] == row[4]),
            "tasks_appear": tasks["appears"],
            "tasks_vanish": tasks["vanishes"],
            "tasks_change": tasks["changed"],
            "offers_open": offers["opens"],
            "offers_no_longer_open": offers["closes"],
            "offers": len(tables["changed_offers"]),
            "forgotten": forgotten[True],
            "no_longer_forgotten": forgotten[False],
            "metrics": len({row[0] for row in tables["changed_metrics"]}),
        }

    def written(self) -> list[Table]:
        """Give the tables, ready to write."""
        return [compared_table(name, rows) for name, rows in self.tables.items()]


def _change(old: Sequence[Any] | None, new: Sequence[Any] | None) -> str:
    return "appears" if old is None else "vanishes" if new is None else "changed"


def _figure(value: Any) -> Any:
    """Give a figure as a table has it: one that is no number as a text."""
    return value_text(value) if isinstance(value, bool | tuple) else value
