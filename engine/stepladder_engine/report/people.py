"""The records of all kinds, each by a number, and lists of them, put in order as far as they are read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from stepladder_engine.metrics.standard.carrier import Carrier, Column
from stepladder_engine.metrics.standard.ledger import Ledger
from stepladder_engine.report.document import Case


class People:
    """All records: numbers are in the order of kinds and keys, as texts."""

    def __init__(self, ledger: Ledger) -> None:
        """Take the answers of a run."""
        self.ledger = ledger
        self.carrier: Carrier = ledger.carrier
        self._first: dict[str, int] = {}
        count = 0
        for kind in sorted(ledger.spec.records):
            self._first[kind] = count
            count += len(ledger.keys(kind))
        self.count = count

    @cached_property
    def keys(self) -> dict[str, Sequence[str]]:
        """The keys of each kind of record, rising."""
        return {kind: self.ledger.keys(kind) for kind in self._first}

    def numbers(self, kind: str, places: Column) -> Column:
        """Give the numbers of records of a kind by their places."""
        return places + self._first[kind]

    def number_of(self, case: Case) -> int:
        """Give the number of a record."""
        return self._first[case[0]] + bisect_left(self.keys[case[0]], case[1])

    def place_of(self, case: Case) -> tuple[str, int] | None:
        """Give a record by its kind and place; None of what is no record."""
        kind, key = case
        if kind not in self.keys:
            return None
        place = bisect_left(self.keys[kind], key)
        return (kind, place) if self.keys[kind][place : place + 1] == [key] else None

    def place(self, number: int) -> tuple[str, int]:
        """Give a record by its kind and place."""
        kind = max(
            (first, kind) for kind, first in self._first.items() if first <= number and self.keys[kind]
        )[1]
        return kind, number - self._first[kind]

    def case(self, number: int) -> Case:
        """Give a record by its number."""
        kind, place = self.place(number)
        return kind, self.keys[kind][place]

    def in_order(self, numbers: Column, *by: Column) -> Cases:
        """Give records in the rising order of columns; equal ones stand by their numbers."""
        order = self.carrier.order(*by, numbers)
        return Cases(self, self.carrier.upto(len(numbers)), numbers[order])

    def nobody(self) -> Column:
        """Give the numbers of nobody."""
        return self.carrier.of([])


class Cases(Sequence[Case]):
    """Some records: `ranks` say which ones and in which order, `numbers` has the record of each rank."""

    def __init__(self, people: People, ranks: Column, numbers: Column) -> None:
        """Take the ranks as they come."""
        self.people = people
        self.ranks = ranks
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self.ranks)

    def __iter__(self) -> Iterator[Case]:
        return iter(self[:])

    @overload
    def __getitem__(self, place: int) -> Case: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Case]: ...
    def __getitem__(self, place: int | slice) -> Case | Sequence[Case]:
        """Give records; of the first few only these are put in order."""
        carrier = self.people.carrier
        if not isinstance(place, slice):
            return self[:][place]
        _, stop, _ = place.indices(len(self))
        ranks = carrier.smallest(self.ranks, stop)
        return [self.people.case(number) for number in carrier.list(self._numbers[ranks])[place]]
