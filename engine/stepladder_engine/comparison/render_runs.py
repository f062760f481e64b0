"""In what two runs over the same data differ, as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from stepladder_dsl.model.spec import Metric, Spec
from stepladder_dsl.model.types import MoneyType
from stepladder_engine.comparison.runs import RunDifference
from stepladder_engine.results.screen.console import cell
from stepladder_engine.results.screen.markup import escape
from stepladder_engine.texts.catalogue import number, paragraph, text

MOST_ROWS = 12
_COLOURS = {"appears": "green", "vanishes": "red", "changed": "yellow"}


def show_runs(difference: RunDifference, console: Console, language: str) -> None:
    """Write whom the change concerns: the first so many of each kind."""
    _Screen(difference, console, language).show()


_CLOSED = {"done", "cancelled", None}


def _no_longer_open(row: Sequence[Any]) -> bool:
    """Say whether a task is closed on both sides: those that somebody still owes stand first."""
    return set(row[-2:]) <= _CLOSED


def _no_longer_offered(row: Sequence[Any]) -> bool:
    """Say whether an offer is open on no side."""
    return "open" not in row[4:6]


class _Screen:
    """Writes the difference of two runs."""

    def __init__(self, difference: RunDifference, console: Console, language: str) -> None:
        self.difference = difference
        self.console = console
        self.language = language
        self.tables = difference.tables
        self.counts = difference.counts()
        self.old: Spec = difference.old.result.program.spec
        self.new: Spec = difference.new.result.program.spec

    def text(self, key: str, **values: Any) -> str:
        """Give a sentence; its values are safe to print already."""
        return text(self.language, key, **values)

    def title(self, line: str) -> None:
        self.console.print()
        self.console.print(f"[bold]{paragraph(self.language, line)}[/bold]")

    def show(self) -> None:
        result = self.difference.new.result
        moment = result.program.zone.local(result.as_of).isoformat(" ", "minutes")[:16]
        self.title(self.text("diff.data.as_of", when=moment))
        if not self.difference.any:
            self.console.print(paragraph(self.language, self.text("diff.data.none")))
            return
        self._positions()
        self._forgotten()
        self._tasks()
        self._offers()
        self._metrics()

    def _part(
        self, key: str, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], **counts: int
    ) -> None:
        """Write one kind of difference: how often, and the first rows."""
        if not rows:
            return
        self.title(self.text(key, **counts))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
        for column in columns:
            table.add_column(cell(self.text(f"column.{column}")), overflow="fold")
        for row in rows[:MOST_ROWS]:
            table.add_row(*map(cell, row))
        self.console.print(table)
        if len(rows) > MOST_ROWS:
            more = self.text("diff.data.more", count=len(rows) - MOST_ROWS, file=f"{name}.csv")
            self.console.print(paragraph(self.language, more))

    def _positions(self) -> None:
        rows = [
            (escape(case), self._stage(process, old), self._stage(process, new), self._day(since))
            for _, case, process, old, new, _, since in self.tables["changed_positions"]
            if old != new
        ]
        columns = ("case", "before", "now", "since")
        self._part("diff.data.positions", "changed_positions", columns, rows, count=len(rows))

    def _stage(self, process: str, name: str | None) -> str:
        known = self.new.processes.get(process) or self.old.processes.get(process)
        if name is None:
            return self.text("diff.nothing_there")
        stage = known.stages.get(name) if known else None
        return escape(stage.label if stage else name)

    def _forgotten(self) -> None:
        found = self.tables["changed_forgotten"]
        for becomes, key in ((True, "diff.data.forgotten"), (False, "diff.data.no_longer_forgotten")):
            rows = [
                (escape(case), self._stage(process, stage))
                for _, case, process, stage, forgotten in found
                if forgotten is becomes
            ]
            self._part(key, "changed_forgotten", ("case", "stage"), rows, count=len(rows))

    def _tasks(self) -> None:
        rows = [
            (
                self._change(change),
                escape(case),
                escape(title),
                self._both(self._role(old_role), self._role(new_role)),
                self._both(self._day(old_due), self._day(new_due)),
            )
            for change, _, case, _, _, title, old_role, new_role, old_due, new_due, *_ in sorted(
                self.tables["changed_tasks"], key=_no_longer_open
            )
        ]
        counts = {name: self.counts[f"tasks_{name}"] for name in ("appear", "vanish", "change")}
        columns = ("change", "case", "task", "who", "due")
        self._part("diff.data.tasks", "changed_tasks", columns, rows, **counts)

    def _role(self, name: str | None) -> str:
        role = self.new.roles.get(name or "") or self.old.roles.get(name or "")
        return escape(role.label if role else name or "")

    def _offers(self) -> None:
        rows = [
            (
                self._change(change),
                escape(case),
                escape(self._offer(offer)),
                self._both(self._status(old), self._status(new)),
                self._both(self._money(old_price), self._money(new_price)),
            )
            for change, _, case, offer, old, new, _, _, old_price, new_price, _, _ in sorted(
                self.tables["changed_offers"], key=_no_longer_offered
            )
        ]
        counts = {"opens": self.counts["offers_open"], "closes": self.counts["offers_no_longer_open"]}
        columns = ("change", "case", "offer", "status", "price")
        self._part("diff.data.offers", "changed_offers", columns, rows, **counts)

    def _offer(self, name: str) -> str:
        offer = self.new.offers.get(name) or self.old.offers.get(name)
        return offer.label if offer else name

    def _metrics(self) -> None:
        rows = []
        for row in self.tables["changed_metrics"]:
            name, _, group, old, new, old_count, new_count, old_target, new_target, *_ = row
            metric = self.new.metrics.get(name) or self.old.metrics.get(name)
            label = escape(metric.label if metric else name)
            counts = [
                self._number(Decimal(count)) if count is not None else "" for count in (old_count, new_count)
            ]
            rows.append(
                (
                    f"{label}: {escape(group)}" if group else label,
                    self._figure(metric, old),
                    self._figure(metric, new),
                    self._both(
                        *(
                            self._figure(metric, one) if one is not None else ""
                            for one in (old_target, new_target)
                        )
                    ),
                    self._both(*counts),
                )
            )
        columns = ("figure", "before", "now", "target", "count")
        self._part("diff.data.metrics", "changed_metrics", columns, rows, count=self.counts["metrics"])

    # words

    def _change(self, change: str) -> str:
        return f"[{_COLOURS[change]}]{self.text(f'diff.data.{change}')}[/{_COLOURS[change]}]"

    def _both(self, old: str, new: str) -> str:
        """Give two sides as one where they are the same, or where there is but one."""
        if old == new or not old or not new:
            return new or old
        return self.text("diff.sides", old=old, new=new)

    def _status(self, status: str | None) -> str:
        return "" if status is None else self.text(f"offer.status.{status}")

    def _money(self, value: Decimal | None) -> str:
        return "" if value is None else self._number(value)

    def _figure(self, metric: Metric | None, value: Any) -> str:
        if value is None:
            return self.text("value.unknown")
        if not isinstance(value, Decimal):
            return escape(str(value))
        if metric is not None and metric.percent:
            return self.text("number.percent", value=number(self.language, value * 100, ",.1f"))
        shown = self._number(value)
        is_money = metric is not None and isinstance(metric.value.type, MoneyType)
        return f"{shown} {self.new.currency or ''}".rstrip() if is_money else shown

    def _number(self, value: Decimal) -> str:
        whole = value == value.to_integral_value()
        return number(self.language, int(value) if whole else value, "," if whole else ",.2f")

    def _day(self, moment: str | None) -> str:
        return "" if moment is None else moment[:10]
