"""The tasks that somebody owes, as columns: single tasks are told as far as they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.report.document import Case
from stepladder_engine.report.people import Cases, People
from stepladder_engine.results.overview import URGENCY, Overview


@dataclass(frozen=True)
class Owner:
    """Who owes something: a role, and the person who acts in it."""

    role: str | None
    person: str | None


@dataclass(frozen=True)
class AllOwed:
    """Everything that is owed in a run, and by whom: `owners` are in the order of the spec."""

    overview: Overview
    people: People
    owners: Sequence[Owner]
    titles: Sequence[str]
    kinds: Sequence[str]


@dataclass(frozen=True)
class Owed:
    """Some tasks that are owed; each column has something of every one."""

    whole: AllOwed
    number: Column
    owner: Column
    urgency: Column
    day: Column
    title: Column
    kind: Column
    row: Column

    def __len__(self) -> int:
        return len(self.number)

    def only(self, rows: Column) -> Owed:
        """Give some of them."""
        columns = self.number, self.owner, self.urgency, self.day, self.title, self.kind, self.row
        return Owed(self.whole, *(column[rows] for column in columns))

    def late(self) -> Owed:
        """Give those that are overdue, or went on to somebody else."""
        return self.only(self.urgency < URGENCY.index("due"))

    def having(self, status: str) -> Owed:
        """Give those that stand so."""
        return self.only(self.urgency == URGENCY.index(status))

    def of_role(self, role: str) -> Owed:
        """Give those that a role owes, whoever acts in it; without a name those of nobody."""
        mine = [(owner.role or "") == role for owner in self.whole.owners]
        return self.only(self.whole.people.carrier.truths(mine)[self.owner])

    def by_owner(self) -> Iterator[tuple[Owner, Owed]]:
        """Yield what each owner owes."""
        carrier = self.whole.people.carrier
        for place in carrier.list(carrier.different(self.owner)[0]):
            yield self.whole.owners[place], self.only(self.owner == place)

    @property
    def oldest(self) -> int:
        """The day on which the oldest was due."""
        return int(self.whole.people.carrier.list(self.whole.people.carrier.smallest(self.day, 1))[0])

    def counts(self) -> dict[str, int]:
        """Count them by how they stand."""
        carrier = self.whole.people.carrier
        found = carrier.list(carrier.counted(self.urgency, len(URGENCY)))
        return dict(zip(URGENCY, found, strict=True))

    def cases(self) -> Cases:
        """Give the records to which something is owed, each once, the latest first."""
        people = self.whole.people
        numbers, which = people.carrier.different(self.number)
        order = people.carrier.order(which, self.day)
        counts = people.carrier.counted(which, len(numbers))
        first = people.carrier.running(counts) - counts
        return people.in_order(numbers, self.day[order[first]])

    def task_keys(self) -> list[str]:
        """Give the keys of the tasks."""
        carrier, found = self.whole.people.carrier, [""] * len(self)
        for place, kind in enumerate(self.whole.kinds):
            mine = carrier.list(carrier.places(self.kind == place))
            if mine:
                rows = carrier.list(self.row[self.kind == place])
                for row, key in zip(mine, self.whole.overview.task_keys(kind, rows), strict=True):
                    found[row] = key
        return found

    def in_order(self, most: int | None = None) -> Owed:
        """Put them in the order of a list of work; of those of one owner only so many if given."""
        carrier, found = self.whole.people.carrier, self
        if most is not None and most < len(self):
            # Keys decide among those that are equally urgent, so all of these are asked for theirs.
            level = self.urgency * _DAYS + self.day
            found = self.only(level <= carrier.list(carrier.smallest(level, most))[-1])
        keys = found.task_keys()
        columns = [carrier.list(column) for column in (found.owner, found.urgency, found.day)]
        rows = sorted(range(len(found)), key=lambda row: (*(column[row] for column in columns), keys[row]))
        return found.only(carrier.of(rows[:most]))

    def told(self, write: Callable[[date], str]) -> Callable[[Case], list[str]]:
        """Give a function that tells of a record what is owed to it, and since when."""
        telling = _Telling(self, write)
        return telling.of


_DAYS = 10_000_000
"""More than any day has as its number."""


class _Telling:
    """Finds the tasks of single records among many."""

    def __init__(self, owed: Owed, write: Callable[[date], str]) -> None:
        self.owed = owed
        self.write = write
        self.people = owed.whole.people

    @cached_property
    def order(self) -> Column:
        """The tasks by their records."""
        return self.people.carrier.order(self.owed.number)

    @cached_property
    def numbers(self) -> Column:
        """The records, rising."""
        return self.owed.number[self.order]

    def of(self, case: Case) -> list[str]:
        """Tell of one record."""
        carrier, number = self.people.carrier, self.people.number_of(case)
        begin, end = carrier.list(carrier.lower(self.numbers, carrier.of([number, number + 1])))
        mine = self.owed.only(self.order[begin:end]).in_order()
        days, titles = carrier.list(mine.day), carrier.list(mine.title)
        return [
            f"{self.owed.whole.titles[title]} ({self.write(date.fromordinal(day))})"
            for day, title in zip(days, titles, strict=True)
        ]


def owed_of(overview: Overview, people: People) -> Owed:
    """Give everything that is owed."""
    spec, carrier = overview.ledger.spec, people.carrier
    kinds = list(spec.records)
    parts = [overview.owing(kind) for kind in kinds]
    owners: dict[tuple[int, str], Owner] = {}
    pairs = []
    places = {name: place for place, name in enumerate(spec.roles)}
    for part in parts:
        width = len(part.persons) + 1
        there, which = carrier.different((part.role + 1) * width + part.person + 1)
        mine = []
        for code in carrier.list(there):
            role = None if code < width else part.roles[code // width - 1]
            person = None if code % width == 0 else part.persons[code % width - 1]
            key = places.get(role or "", len(places)), person or ""
            owners[key] = Owner(role, person)
            mine.append(key)
        pairs.append((mine, which))
    ordered = sorted(owners)
    number_of = {key: place for place, key in enumerate(ordered)}
    owner = [carrier.of([number_of[key] for key in mine])[which] for mine, which in pairs]
    titles = list(dict.fromkeys(title for part in parts for title in part.titles))
    title = [carrier.of([titles.index(name) for name in part.titles])[part.title] for part in parts]
    return Owed(
        AllOwed(overview, people, [owners[key] for key in ordered], titles, kinds),
        carrier.joined([people.numbers(kind, part.record) for kind, part in zip(kinds, parts, strict=True)]),
        carrier.joined(owner),
        carrier.joined([part.urgency for part in parts]),
        carrier.joined([part.day for part in parts]),
        carrier.joined(title),
        carrier.joined([part.record * 0 + place for place, part in enumerate(parts)]),
        carrier.joined([part.row for part in parts]),
    )
