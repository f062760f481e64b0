"""What the rows of a decision table hold together: gaps, overlaps, rows that never count.

Each column's values fall into classes: the values that the same rows let through. A class is
known by two sets of rows, kept as the bits of one number: those that surely match, and (where a
cell compares with something that is no constant) those that may. So a question about all clients
becomes a search over combinations of classes. The search is bounded: where it is cut off, the
table says so in `gave_up`, and nothing is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import islice

from stepladder_dsl.analysis.domains import Domain
from stepladder_dsl.analysis.full_domains import FullDomains
from stepladder_dsl.analysis.intervals import WHOLE, Ranges
from stepladder_dsl.analysis.table_columns import Cell, Class, Column
from stepladder_dsl.analysis.truths import domain_of
from stepladder_dsl.analysis.witnesses import NoWitness, Witness, Witnesses
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import NumberType

_MOST_STEPS = 100_000
"""How many combinations are looked at for one table, over all questions."""
_MOST_STEPS_OF_A_QUESTION = 20_000
_MOST_CLIENTS = 40
"""For how many combinations it is tried to make an example client, for each question."""
_MOST_JOINED = 20
"""Of so many classes that two rows share a client's values are chosen."""
_MOST_COMPARED = 40
"""Beyond so many classes of a column it is not looked for those that others make superfluous."""


class OutOfSteps(Exception):
    """The search has taken as long as it may."""


Picks = tuple[Class, ...]


class Table:
    """One decision table, and what can be proved of it."""

    def __init__(
        self, decision: m.Decision, spec: m.Spec, full_domains: FullDomains, witnesses: Witnesses
    ) -> None:
        """Take the table, the spec around it, and who knows of its values and its clients."""
        self.decision = decision
        self.spec = spec
        self.full_domains = full_domains
        self.witnesses = witnesses
        self.gave_up: list[str] = []
        """The questions whose answer would have taken too long to find."""
        self._steps_left = 0
        self._steps_in_all = _MOST_STEPS
        self._clients_left = 0

    @cached_property
    def rows(self) -> tuple[m.DecisionRow, ...]:
        """The rows."""
        return self.decision.rows

    @property
    def picks_one_row(self) -> bool:
        """Whether the table gives what one row says, so that a client without a row gets nothing."""
        return self.decision.policy in {m.HitPolicy.FIRST, m.HitPolicy.UNIQUE} and bool(self.rows)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns, those that look at the same thing as one."""
        found: list[Column] = []
        for place, given in enumerate(self.decision.inputs):
            subject = self._unfolded(given)
            column = next((known for known in found if known.subject == subject), None)
            if column is None:
                column = Column(subject, [], self._full(subject))
                found.append(column)
            column.places.append(place)
        for column in found:
            column.cells = [self._cell(row, column) for row in self.rows]
        return found

    def _unfolded(self, expression: e.Expression) -> e.Expression:
        """Give what a named value stands for."""
        known: set[str] = set()
        while isinstance(expression, e.LetValue) and expression.name not in known:
            known.add(expression.name)
            if expression.name not in self.spec.lets:
                break
            expression = self.spec.lets[expression.name].value
        return expression

    def _full(self, subject: e.Expression) -> Domain | None:
        """Give every value, and unknown wherever a record may lack what it should have."""
        found = self.full_domains.of(subject, self.decision.record)
        always_known = isinstance(subject, e.IsKnown | e.Reached | e.NowIn) or (
            isinstance(subject, e.History) and subject.aggregate in {e.Aggregate.COUNT, e.Aggregate.SUM}
        )
        return found if found is None or always_known else Domain(found.values, unknown=True)

    def _cell(self, row: m.DecisionRow, column: Column) -> Cell:
        """Give what a row asks of a column, in all its places together."""
        joined: Domain | None = None
        says_nothing = False
        for place in column.places:
            test = row.tests[place]
            if test is None:
                continue
            found = domain_of(test, self.decision.inputs[place])
            if found is None or column.full is None:
                says_nothing = True
            else:
                joined = found if joined is None else joined.intersection(found)
        if column.full is not None and joined is not None and joined.covers(column.full):
            joined = None
        return Cell(joined, joined, says_nothing)

    # searching

    @cached_property
    def full_classes(self) -> list[list[Class]]:
        """The classes of each column over everything that can ever be."""
        return [column.classes(column.full) for column in self.columns]

    @cached_property
    def _classes_of_row(self) -> list[list[list[Class]]]:
        """For each column and each row the classes that the row may let through."""
        found = []
        for classes in self.full_classes:
            by_row: list[list[Class]] = [[] for _ in self.rows]
            for one in classes:
                for number in _numbers(one.may, len(self.rows)):
                    by_row[number].append(one)
            found.append(by_row)
        return found

    @cached_property
    def _giving(self) -> list[int]:
        """For each row the bits of all rows that give the same."""
        bits: dict[tuple[e.Expression | None, ...], int] = {}
        for number, row in enumerate(self.rows):
            bits[row.values] = bits.get(row.values, 0) | 1 << number
        return [bits[row.values] for row in self.rows]

    def _search(
        self,
        options: Sequence[Sequence[tuple[int, Class]]],
        start: int,
        accepts: Callable[[int, Picks], bool],
        is_enough: Callable[[int], bool],
    ) -> Picks | None:
        """Look for a class of each column whose numbers together are accepted.

        `is_enough` says of some columns' number that all others do not matter.
        """
        order = sorted(range(len(options)), key=lambda place: len(options[place]))
        sorted_options = [sorted(options[place], key=lambda one: one[0].bit_count()) for place in order]
        seen: set[tuple[int, int]] = set()
        chosen: list[Class] = []

        def visit(depth: int, mask: int) -> Picks | None:
            if depth == len(order):
                picks = [picked for _, picked in sorted(zip(order, chosen, strict=True), key=_by_place)]
                return tuple(picks) if accepts(mask, tuple(picks)) else None
            if (depth, mask) in seen:
                return None
            seen.add((depth, mask))
            for number, option in sorted_options[depth]:
                self._steps_left -= 1
                if self._steps_left < 0:
                    raise OutOfSteps
                chosen.append(option)
                found = visit(depth + 1, mask & number)
                chosen.pop()
                if found is not None:
                    return found
                if is_enough(mask):
                    break
            return None

        return visit(0, start)

    def _asked(self, question: str, ask: Callable[[], bool]) -> bool:
        """Give the answer to a question, and no where it would take too long."""
        self._steps_left = given = min(_MOST_STEPS_OF_A_QUESTION, self._steps_in_all)
        self._clients_left = _MOST_CLIENTS
        try:
            return ask()
        except OutOfSteps:
            self.gave_up.append(question)
            return False
        finally:
            self._steps_in_all -= given - max(self._steps_left, 0)

    @cached_property
    def every_row(self) -> int:
        """The bits of all rows."""
        return (1 << len(self.rows)) - 1

    @cached_property
    def always(self) -> int:
        """The bits of the rows that match whatever the values are."""
        mask = self.every_row
        for column in self.columns:
            mask &= column.any_value.sure
        return mask

    # rows that never count

    @cached_property
    def impossible_rows(self) -> dict[int, list[int]]:
        """Rows that nothing can meet, each with the places of the cells that contradict."""
        found: dict[int, list[int]] = {}
        for number in range(len(self.rows)):
            for column, by_row in zip(self.columns, self._classes_of_row, strict=True):
                if not by_row[number]:
                    found[number] = [place for place in column.places if self.rows[number].tests[place]]
                    break
        return found

    @cached_property
    def masked_rows(self) -> dict[int, int | None]:
        """Rows that are never reached, because earlier ones always match: with the one that does it alone."""
        found: dict[int, int | None] = {}
        for number in range(1, len(self.rows)):
            if number not in self.impossible_rows and self._asked(
                f"masked-row {number}", partial(self._is_masked, number)
            ):
                found[number] = self._masking(number)
        return found

    def _options(self, number: int, keep: int) -> list[list[tuple[int, Class]]]:
        """Give of each column the classes that a row lets through, with the sure rows of those to keep."""
        return [
            _smallest([(one.sure & keep, one) for one in by_row[number]]) for by_row in self._classes_of_row
        ]

    def _is_masked(self, number: int) -> bool:
        earlier = (1 << number) - 1
        if self.always & earlier:
            return True
        options = self._options(number, earlier)
        return self._search(options, earlier, lambda mask, _: mask == 0, lambda mask: mask == 0) is None

    def _masking(self, number: int) -> int | None:
        """Give the first earlier row that alone lets through all that a row does."""
        alone = (1 << number) - 1
        for by_row in self._classes_of_row:
            for one in by_row[number]:
                alone &= one.sure
        return (alone & -alone).bit_length() - 1 if alone else None

    @cached_property
    def is_complete(self) -> bool:
        """Whether some row matches whatever the values are, as far as that is certain."""
        if self.always:
            return True
        options = [_smallest([(one.sure, one) for one in classes]) for classes in self.full_classes]
        return self._asked("complete", lambda: self._search_gap(options) is None)

    def _search_gap(self, options: Sequence[Sequence[tuple[int, Class]]]) -> Picks | None:
        return self._search(options, self.every_row, lambda mask, _: mask == 0, lambda mask: mask == 0)

    @cached_property
    def is_constant(self) -> bool:
        """Whether the table gives the same whatever the values are."""
        return all(row.values == self.rows[0].values for row in self.rows) and self.is_complete

    @cached_property
    def redundant_rows(self) -> dict[int, int]:
        """Rows without which a later one gives the same to all who come to them, with the first such row."""
        found: dict[int, int] = {}
        for number, giving in enumerate(self._giving):
            same = list(_numbers(giving >> number + 1, 1))
            if not same or number in self.impossible_rows or number in self.masked_rows:
                continue
            if self._asked(f"redundant-row {number}", partial(self._is_redundant, number)):
                found[number] = number + 1 + same[0]
        return found

    def _is_redundant(self, number: int) -> bool:
        """Say whether nobody who comes to a row would get anything else without it."""
        count = len(self.rows)
        earlier = (1 << number) - 1
        later = self.every_row ^ earlier ^ 1 << number
        same, other = later & self._giving[number], later & ~self._giving[number]
        options = [
            [((one.sure & (earlier | same)) | ((one.may & other) << count), one) for one in by_row[number]]
            for by_row in self._classes_of_row
        ]

        def differs(mask: int, _: Picks) -> bool:
            if mask & earlier:
                return False
            first_same, first_other = mask & same, mask >> count
            if not first_same:
                return True
            return bool(first_other) and (first_other & -first_other) < (first_same & -first_same)

        everything = earlier | same | (other << count)
        return self._search(options, everything, differs, lambda mask: mask == 0) is None

    @cached_property
    def idle_places(self) -> list[int]:
        """Columns in which every row lets everything through."""
        return [
            place
            for place in range(len(self.decision.inputs))
            if all(row.tests[place] is None or self._lets_all_through(row, place) for row in self.rows)
        ]

    def _lets_all_through(self, row: m.DecisionRow, place: int) -> bool:
        test = row.tests[place]
        subject = self._unfolded(self.decision.inputs[place])
        full = next(column.full for column in self.columns if column.subject == subject)
        if test is None or full is None:
            return test is None
        found = domain_of(test, self.decision.inputs[place])
        return found is not None and found.covers(full)

    # gaps and overlaps, each with a client

    @cached_property
    def gap(self) -> Witness | None:
        """A client for whom something has happened and whom no row matches, all of whose values are known."""
        spaces = [self._certain(column) for column in self.columns]
        return self._client_in_gap([space.known if space is not None else None for space in spaces])

    @cached_property
    def unknown_gap(self) -> Witness | None:
        """A client whom no row matches because an optional field has no value."""
        if self.gap is not None or "gap" in self.gave_up:
            return None
        spaces = [self._certain(column) for column in self.columns]
        if not any(space is not None and space.unknown for space in spaces):
            return None
        witness = self._client_in_gap(spaces)
        lacks_something = witness is not None and any(value is None for _, value in witness.met)
        return witness if lacks_something else None

    def _certain(self, column: Column) -> Domain | None:
        if column.full is None:
            return None
        found = self.witnesses.certain(column.subject, self.decision.record)
        return None if found is None else _as_compared(found, column)

    def _client_in_gap(self, spaces: Sequence[Domain | None]) -> Witness | None:
        if self.always:
            return None
        options = []
        for column, space in zip(self.columns, spaces, strict=True):
            classes = [column.any_value] if space is None else column.classes(space)
            options.append(_smallest([(one.may, one) for one in classes]))
        found: list[Witness] = []

        def accepts(mask: int, picks: Picks) -> bool:
            if mask:
                return False
            needed = self._needed(picks)
            witness = self._client(needed) if needed else None
            found.extend([witness] if witness is not None else [])
            return witness is not None

        def search() -> bool:
            return self._search(options, self.every_row, accepts, lambda _: False) is not None

        return found[0] if self._asked("gap", search) else None

    def _needed(self, picks: Picks) -> list[tuple[Column, Domain]]:
        """Give of a gap's columns those without which there would be none."""
        kept = list(zip(self.columns, picks, strict=True))
        for column, pick in reversed(list(zip(self.columns, picks, strict=True))):
            mask = column.any_value.may
            for other, one in kept:
                if other is not column:
                    mask &= one.may
            if mask == 0:
                kept.remove((column, pick))
        return [(column, pick.values) for column, pick in kept if pick.values is not None]

    def _client(self, wanted: Sequence[tuple[Column, Domain]]) -> Witness | None:
        if self._clients_left <= 0:
            return None
        self._clients_left -= 1
        wishes = [(column.subject, values) for column, values in wanted]
        try:
            return self.witnesses.client(self.decision.record, wishes)
        except NoWitness:
            return None

    @cached_property
    def overlaps(self) -> list[tuple[int, int, Witness]]:
        """Pairs of rows that match one client together: for each row the first before it."""
        meeting = [_meeting(classes, len(self.rows)) for classes in self.full_classes]
        found = []
        self._clients_left = _MOST_CLIENTS
        for number in range(1, len(self.rows)):
            together = (1 << number) - 1
            for rows in meeting:
                together &= rows[number]
            for other in _numbers(together, _MOST_CLIENTS if self._clients_left > 0 else 0):
                witness = self._client_in_both(other, number)
                if witness is not None:
                    found.append((other, number, witness))
                    break
        if self._clients_left <= 0:
            self.gave_up.append("overlap")
        return found

    def _client_in_both(self, one: int, two: int) -> Witness | None:
        both = (1 << one) | (1 << two)
        wanted = []
        for column, by_row in zip(self.columns, self._classes_of_row, strict=True):
            if column.any_value.sure & both == both:
                continue
            fitting = (one.values for one in by_row[two] if one.sure & both == both)
            joined: Domain | None = None
            for values in islice(fitting, _MOST_JOINED):
                if values is not None:
                    joined = values if joined is None else joined.union(values)
            if joined is None:
                return None
            wanted.append((column, joined))
        return self._client(wanted)


def _by_place(placed: tuple[int, Class]) -> int:
    return placed[0]


def _numbers(mask: int, most: int) -> Iterator[int]:
    """Yield the places of the lowest bits."""
    for _ in range(most):
        if not mask:
            return
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _meeting(classes: Sequence[Class], count: int) -> list[int]:
    """Give for each row the rows that surely let through some value that it lets through too."""
    found = [0] * count
    for one in classes:
        for number in _numbers(one.sure, count):
            found[number] |= one.sure
    return found


def _smallest(options: Sequence[tuple[int, Class]]) -> list[tuple[int, Class]]:
    """Leave out the classes of which another one matches fewer rows; of equal ones the first stays."""
    first: dict[int, Class] = {}
    for number, one in options:
        first.setdefault(number, one)
    if len(first) > _MOST_COMPARED:
        return list(first.items())
    return [
        (number, one)
        for number, one in first.items()
        if not any(other != number and other & number == other for other in first)
    ]


def _as_compared(certain: Domain, column: Column) -> Domain:
    """Take a number for whole where a table compares it with whole numbers only.

    Nobody who writes `<= 6` and `>= 7` about a number of rooms has forgotten six and a half.
    """
    if not isinstance(certain.values, Ranges) or not isinstance(column.subject.type, NumberType):
        return certain
    bounds = [
        cut[0]
        for cell in column.cells
        if cell.may is not None and isinstance(cell.may.values, Ranges)
        for interval in cell.may.values.intervals
        for cut in (interval.low, interval.high)
        if cut is not None
    ]
    if any(bound != bound.to_integral_value() for bound in bounds):
        return certain
    return Domain(Ranges(WHOLE), unknown=True).intersection(certain)
