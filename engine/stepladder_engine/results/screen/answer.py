"""The answer of a run: where cases stand, what is owed and by whom, what the figures and the data are."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stepladder_engine.data.problems import sentence
from stepladder_engine.results.screen.cases import CaseTables
from stepladder_engine.results.screen.figures import MetricTable, show_offers
from stepladder_engine.results.screen.markup import escape
from stepladder_engine.results.screen.page import Page

if TYPE_CHECKING:
    from stepladder_engine.results.answer import Answer
    from stepladder_engine.results.screen.screen import Screen

ODDITIES = ("duplicates", "skipped", "events_later", "deviations", "near_misses", "unknown_since", "loops")
_MOST_REJECTED = 5


def show_answer(answer: Answer, screen: Screen, language: str) -> None:
    """Write where each case stands, what is owed and by whom, and what the figures say."""
    _Screen(answer, Page(screen, language)).show()


class _Screen:
    """Writes one answer."""

    def __init__(self, answer: Answer, page: Page) -> None:
        self.answer = answer
        self.run = answer.heading
        self.spec = self.run.program.spec
        self.zone = self.run.program.zone
        self.page = page
        self.text = page.text

    def show(self) -> None:
        """Write all parts, each as far as there is something to say."""
        summary = self.answer.summary
        self._heading(summary)
        self._stages(summary)
        if self.answer.lists_cases:
            listed = self.answer.listed
            cases = CaseTables(self.run, listed, self.page)
            cases.show_cases(summary["cases"])
            cases.show_tasks()
            show_offers(self.spec, listed.offers, summary["next_best"], self.page)
        MetricTable(self.spec, self.page).show(self.answer.metrics)
        self._data(summary)

    def _heading(self, summary: dict[str, Any]) -> None:
        key = "run.as_of" if summary["as_of_given"] else "run.as_of_latest"
        title = f"[bold]{escape(self.spec.label)}[/bold]"
        self.page.print(self.text(key, title=title, when=self._moment(self.run.as_of)))
        cases, events = (self.text(kind, count=summary[f"{kind}s"]) for kind in ("case", "event"))
        self.page.print(self.text("run.counts", cases=cases, events=events))

    def _stages(self, summary: dict[str, Any]) -> None:
        """Where the cases stand, stage by stage."""
        for name, counts in summary["stages"].items():
            process = self.spec.processes[name]
            self.page.title(self.text("run.where", process=escape(process.label)))
            most, longest = max(counts.values(), default=0), self.page.bar
            table = self.page.table("stage", "cases", "", "owner", "outcome")
            for stage_name, count in counts.items():
                stage = process.stages[stage_name]
                bar = "█" * (-(-count * longest // most) if most else 0)
                role = self.spec.roles.get(stage.owner or "")
                table.add_row(
                    escape(stage.label),
                    self.page.number(count),
                    bar,
                    escape(role.label) if role else "",
                    self.text(f"outcome.{stage.end.value}") if stage.end else "",
                )
            self.page.show(table)

    def _data(self, summary: dict[str, Any]) -> None:
        """What the data was like: what was put aside, what did not fit, what was guessed."""
        self.page.title(self.text("run.data"))
        # Each part reads well after one and after many.
        parts = [self.text("run.rows", count=summary["rows"])]
        if summary["rejected"]:
            key = "run.rejected_too_many" if self.answer.too_many_rejected else "run.rejected"
            share, limit = (self.page.percent(part) for part in self._rejected_shares())
            parts.append(self.text(key, count=summary["rejected"], share=share, limit=limit))
        parts += [self.text(f"run.odd.{key}", count=summary[key]) for key in ODDITIES if summary[key]]
        self.page.indented(self.text("list.semicolon").join(parts))
        if summary["forgotten"]:
            self.page.indented(f"[red]{self.text('run.forgotten', count=summary['forgotten'])}[/red]")
        rejected = self.run.dataset.rejected
        for row in rejected[:_MOST_REJECTED]:
            reason = escape(row.reason(self.page.language))
            place = {"file": escape(row.origin.file), "row": row.origin.row}
            self.page.indented(self.text("run.rejected_row", reason=reason, **place))
        if len(rejected) > _MOST_REJECTED:
            self.page.indented(self.text("run.more_rejected", count=len(rejected) - _MOST_REJECTED))
        for note in (*self.run.dataset.notes, *self.answer.endless):
            self.page.indented(self.text("run.note", text=escape(sentence(note, self.page.language))))

    def _rejected_shares(self) -> tuple[Decimal, Decimal]:
        return self.answer.rejected_share, self.answer.rejected_limit

    def _moment(self, instant: int) -> str:
        local = self.zone.local(instant)
        if local.time().isoformat("seconds") == "23:59:59":
            return self.text("run.end_of_day", date=self.page.day(local.date()))
        return self.page.moment(local)
