"""The story of one case, as `why` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepladder_engine.results import story
from stepladder_engine.results.screen.markup import escape, safe
from stepladder_engine.results.screen.page import Page
from stepladder_engine.results.screen.screen import Screen
from stepladder_engine.texts.catalogue import FROM_THE_RIGHT, isolated, paragraph


def show_story(
    told: dict[str, Any], fields: Mapping[str, Any], file: str, screen: Screen, language: str
) -> None:
    """Write the story of one case: its steps, where it stands, and what is owed."""
    _Story(told, fields, file, Page(screen, language)).show()


class _Story:
    """Writes the story of one case."""

    def __init__(self, told: dict[str, Any], fields: Mapping[str, Any], file: str, page: Page) -> None:
        self.told = told
        self.fields = fields
        self.file = file
        self.page = page
        self.text = page.text

    def show(self) -> None:
        told = self.told
        case = f"[bold]{escape(told['record'])} {escape(told['case'])}[/bold]"
        when = self.page.moment(datetime.fromisoformat(told["as_of"]))
        self.page.print(self.text("why.heading", case=case, when=when))
        fields = [
            f"{isolated(escape(name))} = {isolated(escape(self._shown(value)))}"
            for name, value in self.fields.items()
            if value is not None
        ]
        if fields:
            line = self.text("list.comma").join(fields)
            whole = paragraph(self.page.language, line)
            from_the_right = whole.startswith(FROM_THE_RIGHT)
            # Broken into lines, marks around the whole would be torn.
            self.page.screen.print(whole if from_the_right else line, breaks=not from_the_right)
        self._steps()
        self.page.screen.print(
            paragraph(self.page.language, self.text("why.lines", file=escape(self.file))),
            breaks=True,
            mark="dim",
        )
        for position in told["positions"]:
            self.page.print(self._stands(position))
        for task in told["open_tasks"]:
            self.page.print(
                self.text(
                    "why.task",
                    status=self.text(f"task.status.{task['status']}"),
                    task=escape(task["title"]),
                    date=self._day(task["due"]),
                    who=escape(task["role"] or self.text("nobody")),
                )
            )
        for offer in told["open_offers"]:
            self.page.print(self.text("why.offer", offer=escape(offer["title"])))

    def _day(self, moment: str) -> str:
        return self.page.day(datetime.fromisoformat(moment))

    def _shown(self, value: Any) -> str:
        if isinstance(value, bool):
            return self.text("value.yes" if value else "value.no")
        return str(value)

    def _steps(self) -> None:
        table = self.page.table("when", "what", "why", "line")
        for step in self.told["steps"]:
            when = self.page.moment(datetime.fromisoformat(step["time"]))
            shown = {name: safe(value) for name, value in step.items()}
            told, why = story.sentence(shown, self.page.language), story.reason(shown, self.page.language)
            table.add_row(when, told, why, self.page.number(step["line"], "d"))
        self.page.show(table)

    def _stands(self, position: dict[str, Any]) -> str:
        """Say where a case stands, since when, and who is next."""
        place = {"process": escape(position["process"]), "stage": escape(position["stage_title"])}
        since = position["since"]
        if since:
            stands = self.text("why.stands", date=self._day(since), **place)
        else:
            stands = self.text("why.stands_unknown", **place)
        if position["outcome"] is not None and not position["next_due"]:
            return stands
        who = escape(position["next_person"] or position["next_role"] or self.text("nobody"))
        if not position["next_due"]:
            return self.text("why.next", stands=stands, who=who)
        return self.text("why.next_on", stands=stands, who=who, date=self._day(position["next_due"]))
