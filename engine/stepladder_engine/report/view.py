"""What every section is made with: the answers of a run, the reader's words, and a few common turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from stepladder_dsl.source import Span
from stepladder_engine.metrics.standard.carrier import Column as Numbers
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.report.document import Case, Clients, Column, Definition, Figure, Good, Place, Section
from stepladder_engine.report.source import Source
from stepladder_engine.report.wording import Wording

GOOD_WHEN_MORE = frozenset(
    (
        *("buying_share", "purchases_per_client", "purchases_last_year", "income", "average_deal", "buyers"),
        *("lifetime", "lifetime_value", "median_spend", "repeat_rate", "value_to_cost", "referred_share"),
        *("referral_coefficient", "referrers", "frequent_referrers", "referrals_last_year", "clients"),
        *("recurring_income", "recurring_clients", "recurring_share", "recurring_cover", "won_share"),
        *("tasks_done_share", "spend_first_month", "spend_first_year", "median_deal"),
    )
)
GOOD_WHEN_LESS = frozenset(
    (
        *("acquisition_cost", "payback", "running_costs", "tasks_late_share", "forgotten_share"),
        *("tasks_owed", "days_between_purchases"),
    )
)


class View:
    """The one thing that every section gets."""

    def __init__(self, source: Source, wording: Wording, texts: Mapping[str, str]) -> None:
        """Take what the run answers, the words of the reader, and the texts of the spec by file."""
        self.source = source
        self.words = wording
        self._lines = {file: content.split("\n") for file, content in texts.items()}
        self.spec = source.spec
        self.text = wording.text

    def section(self, key: str, **parts: object) -> Section:
        """Give a section with its title and introduction."""
        title, intro = self.text(f"report.{key}.title"), self.text(f"report.{key}.intro")
        return Section(key, title, intro, **parts)  # type: ignore[arg-type]

    def missing(self, key: str, sentence: str) -> Section:
        """Give a section that cannot be filled, with what would fill it."""
        return self.section(key, missing=self.text(sentence))

    def column(
        self, key: str, unit: str = "number", *, bar: bool = False, good: Good | None = None
    ) -> Column:
        """Give a column with its heading."""
        return Column(key, self.text(f"report.column.{key}"), unit, bar, good)  # type: ignore[arg-type]

    def at(self, span: Span | None) -> Place | None:
        """Give a line of the spec."""
        return Place(span.file, span.line) if span is not None and span.line else None

    def line(self, span: Span) -> str:
        """Give a line of the spec as it stands there, without what is around it."""
        lines = self._lines.get(span.file, [])
        return lines[span.line - 1].strip() if 0 < span.line <= len(lines) else ""

    def role(self, name: str | None) -> str:
        """Name whoever answers."""
        role = self.spec.roles.get(name or "")
        return role.label if role else self.text("nobody")

    def standard(self, metric: str, clients: Clients | None = None, at: Span | None = None) -> Figure | None:
        """Give a standard figure over everything, if there is one."""
        found = self.source.figures.get((metric, (), ()))
        return None if found is None else self.of_standard(found, clients, at)

    def of_standard(self, found: StandardFigure, clients: Clients | None, at: Span | None) -> Figure:
        """Give a standard figure as one of the report."""
        good: Good | None = None
        if found.metric in GOOD_WHEN_MORE:
            good = "more"
        elif found.metric in GOOD_WHEN_LESS:
            good = "less"
        return Figure(
            found.metric,
            self.text(f"standard.{found.metric}"),
            found.value,
            found.unit,
            found.count,
            found.low,
            found.high,
            good,
            clients=clients,
            at=self.at(at),
        )

    def how(self, metrics: Iterable[str], *, intervals: bool = False) -> tuple[Definition, ...]:
        """Say how standard figures are made, and what their intervals are."""
        told = [Definition(name, self.text(f"standard.{name}"), self.text(f"how.{name}")) for name in metrics]
        if intervals:
            label = self.text("report.interval", interval="…")
            told.append(Definition("interval", label, self.text("how.interval")))
        return tuple(told)

    @cached_property
    def buyers(self) -> Clients:
        """Everybody who has bought."""
        return self.by_spending(self.source.all_buyers)

    def by_spending(self, numbers: Numbers) -> Clients:
        """Give clients, those who have paid most first, each with what that was."""
        return Clients(self.source.by_spending(numbers), self._paid)

    def _paid(self, case: Case) -> str:
        spent = self.source.paid(case)
        return "" if spent is None else self.words.value(spent, "money")

    @staticmethod
    def noted(cases: Sequence[Case], note: Callable[[Case], str]) -> Clients:
        """Give clients with something to say of each."""
        return Clients(cases, note)
