"""Forgotten and overdue work, by whoever owes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from stepladder_engine.metrics.standard.figure import StandardFigure, number, share
from stepladder_engine.metrics.standard.ledger import Ledger
from stepladder_engine.runtime.result import DUE, ESCALATED, OVERDUE

NOBODY = "nobody"


def work(ledger: Ledger) -> Iterator[StandardFigure]:
    """Yield the tasks that are owed, and cases that nobody will ever be asked to touch; then by owner.

    Owed is what is due, overdue or escalated; late is what is overdue or escalated. A task that went on
    to somebody else is owed by that role; a forgotten case is its stage's owner's. `done_share` is
    tasks done, of those done or late.
    """
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    cases: dict[str, Counter[bool]] = defaultdict(Counter)
    found = ledger.work()
    for (role, status), count in found.tasks.items():
        statuses[role or NOBODY][status] += count
    for (owner, is_forgotten), count in found.cases.items():
        cases[owner or NOBODY][is_forgotten] += count
    yield from _figures(sum(statuses.values(), Counter()), sum(cases.values(), Counter()))
    for role in [*ledger.spec.roles, NOBODY]:
        for figure in _figures(statuses[role], cases[role]):
            yield figure.of(("owner", role))


def _figures(statuses: Counter[str], cases: Counter[bool]) -> Iterator[StandardFigure]:
    late = statuses[OVERDUE] + statuses[ESCALATED]
    owed = statuses[DUE] + late
    if statuses.total():
        yield number("tasks_owed", owed, owed)
    yield share("tasks_late_share", late, owed)
    yield share("tasks_done_share", statuses["done"], statuses["done"] + late)
    yield share("forgotten_share", cases[True], cases.total())
