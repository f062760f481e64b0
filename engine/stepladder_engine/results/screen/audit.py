"""A review as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from stepladder_dsl.audit.document import Document
from stepladder_dsl.audit.review import SECTIONS
from stepladder_dsl.audit.texts import counted, digits, word
from stepladder_dsl.audit.told import fillings_of, new_first, what, who
from stepladder_engine.results.screen.console import cell
from stepladder_engine.results.screen.markup import escape
from stepladder_engine.texts.catalogue import END_ISOLATE, ISOLATE, isolated, paragraph

_COLOURS = {"answered": "green", "in_part": "yellow", "hole": "red"}
_MARKS = {"answered": "✓", "in_part": "◐", "hole": "✗"}
_MOST = 5
"""Pieces of evidence of one part that are shown; all of them stand in the other formats."""


def show_review(document: Document, console: Console, *, file: str) -> None:
    """Write a review: what is asked, what answers it and where, what is missing and what would say it."""
    _Screen(document, console, file).show()


class _Screen:
    """Writes one document."""

    def __init__(self, document: Document, console: Console, file: str) -> None:
        self.document = document
        self.console = console
        self.file = file
        self.language = str(document["language"])

    def show(self) -> None:
        """Write everything."""
        title = word("title", self.language, title=escape(self.document["title"]))
        self._print(f"[bold]{paragraph(self.language, title)}[/bold]")
        self._print(paragraph(self.language, self._counts()))
        self._print(paragraph(self.language, word("legend", self.language, file=escape(self.file))))
        self._data()
        for section in SECTIONS:
            self._print()
            self._print(f"[bold underline]{self._word(f'section.{section}')}[/bold underline]")
            for subject in self.document[section]:
                self._subject(subject, fillings=section in {"questions", "systems"})
        if self.document["other_systems"]:
            names = ", ".join(map(escape, self.document["other_systems"]))
            self._print(paragraph(self.language, word("other_systems", self.language, names=names)))
        self._print()
        self._print(self._word("explain", number=digits(17, self.language)), style="dim")

    def _counts(self) -> str:
        counts = (
            f"[{_COLOURS[status]}]{counted(f'count.{status}', count, self.language)}[/{_COLOURS[status]}]"
            for status, count in self.document["summary"].items()
        )
        return self._comma.join(counts)

    @property
    def _comma(self) -> str:
        return word("comma", self.language)

    def _word(self, key: str, **values: str) -> str:
        return paragraph(self.language, word(key, self.language, **values))

    def _print(self, line: str = "", style: str | None = None) -> None:
        self.console.print(line, style=style)

    def _data(self) -> None:
        data = self.document["data"]
        if data is None:
            return
        self._print()
        moment = digits(data["as_of"][:16].replace("T", " "), self.language)
        self._print(f"[bold]{self._word('as_of', when=f'{ISOLATE}{moment}{END_ISOLATE}')}[/bold]")
        table = Table.grid(padding=(0, 2))
        table.add_column(ratio=1)
        table.add_column(justify="right", no_wrap=True)
        for figure in data["figures"]:
            table.add_row(cell(escape(figure["label"])), cell(f"[bold]{escape(figure['text'])}[/bold]"))
        self.console.print(Padding(table, (0, 0, 0, 2)))

    # subjects

    def _subject(self, subject: Document, *, fillings: bool) -> None:
        status = subject["status"]
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=2, justify="right", no_wrap=True)
        table.add_column(ratio=1)
        table.add_column(justify="right", no_wrap=True)
        number = "" if subject["number"] is None else digits(subject["number"], self.language)
        mark = f"[{_COLOURS[status]}]{_MARKS[status]}[/{_COLOURS[status]}]"
        told = f"[{_COLOURS[status]}]{word(f'status.{status}', self.language)}[/{_COLOURS[status]}]"
        table.add_row(number or mark, cell(f"[bold]{escape(subject['title'])}[/bold]"), cell(told))
        self._print()
        self.console.print(table)
        for part, new, known in new_first(subject):
            self._part(part, new, known)
        if fillings and (pieces := fillings_of(subject)):
            self._fillings(pieces)

    def _part(self, part: Document, new: list[Document], known: list[Document]) -> None:
        colour, mark = _COLOURS[part["status"]], _MARKS[part["status"]]
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(ratio=1)
        table.add_column(justify="right", no_wrap=True)
        label = escape(part["label"])
        if not part["evidence"]:
            label = f"[{colour}]{label}: {word('missing', self.language)}[/{colour}]"
        places = self._comma.join(self._place(evidence) for evidence in known[:_MOST])
        if len(known) > _MOST:
            places += " …"
        table.add_row(f"[{colour}]{mark}[/{colour}]", cell(label), f"[dim]{places}[/dim]")
        for evidence in new[:_MOST]:
            place = f"[dim]{self._place(evidence)}[/dim]"
            table.add_row("", Padding(cell(self._told(evidence)), (0, 0, 0, 2)), place)
            for figure in evidence["figures"]:
                told = cell(f"[cyan]{escape(figure['text'])}[/cyan]")
                table.add_row("", Padding(told, (0, 0, 0, 4)), "")
        if len(new) > _MOST:
            more = word("more", self.language, count=digits(len(new) - _MOST, self.language))
            table.add_row("", Padding(cell(f"[dim]{more}[/dim]"), (0, 0, 0, 2)), "")
        self.console.print(Padding(table, (0, 0, 0, 3)))

    def _told(self, evidence: Document) -> str:
        parts = (what(evidence, self.language), who(evidence, self.language), evidence["when"])
        return " · ".join(isolated(escape(told)) for told in parts if told)

    def _place(self, evidence: Document) -> str:
        """The line; the file as well where it is not the spec's own."""
        line = f":{evidence['line']}"
        return line if evidence["file"] == self.file else f"{PurePath(evidence['file']).name}{line}"

    def _fillings(self, pieces: list[Document]) -> None:
        head = paragraph(self.language, word("fill", self.language) + ":")
        self.console.print(Padding(f"[dim]{head}[/dim]", (0, 0, 0, 3)))
        for line in self._lines(pieces):
            # What is copied from here has to stay whole, however narrow the terminal.
            self.console.print(line, soft_wrap=True)

    def _lines(self, pieces: list[Document]) -> Iterator[str]:
        place = None
        for number, piece in enumerate(pieces):
            if number:
                yield ""
            if piece["line"] is not None:
                line = digits(piece["line"], self.language)
                yield f"     [dim]{self._word('place.under', line=line)}[/dim]"
            elif place is not None:
                yield f"     [dim]{self._word('place.behind')}[/dim]"
            place = piece["line"]
            for row in piece["text"].rstrip("\n").split("\n"):
                yield f"       [italic]{isolated(escape(row))}[/italic]" if row else ""
