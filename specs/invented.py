# ruff: noqa: INP001 - a script; its chance is no secret
"""What the scripts that invent sample data share: chance that is the same on every machine, and files.

The only source of chance is a generator with a fixed seed, of which nothing but
`random()` is used, because that one gives the same numbers in every version of Python.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

Thing = TypeVar("Thing")
SUNDAY = 6


@dataclass
class Chance:
    """Draws what happens, and when."""

    seed: int
    opens: int = 9
    closes: int = 18
    closed_days: tuple[int, ...] = (SUNDAY,)
    """Days of the week, from 0 for Monday, on which nothing is done."""
    source: Random = field(init=False)

    def __post_init__(self) -> None:
        """Begin at the seed."""
        self.source = Random(self.seed)  # noqa: S311

    def happens(self, share: float) -> bool:
        """Say whether something happens that happens in this share of all cases."""
        return self.source.random() < share

    def between(self, low: int, high: int) -> int:
        """Give a whole number from low to high."""
        return low + int(self.source.random() * (high - low + 1))

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Give one of several things; what stands there twice comes twice as often."""
        return things[int(self.source.random() * len(things))]

    def later(self, moment: datetime, low: int, high: int) -> datetime:
        """Give a moment in opening hours, so many days later."""
        day = moment + timedelta(days=self.between(low, high))
        while day.weekday() in self.closed_days:
            day += timedelta(days=1)
        hour = self.between(self.opens, self.closes - 1)
        found = day.replace(hour=hour, minute=5 * self.between(0, 11), second=0)
        return max(found, moment + timedelta(minutes=10))


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], delimiter: str = ",") -> str:
    """Write a table as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def lines(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write one JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def comma(amount: float) -> str:
    """Write an amount as tills in Europe do."""
    return f"{amount:.2f}".replace(".", ",")


def write(folder: Path, made: Mapping[str, bytes]) -> None:
    """Write the files into a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content)
