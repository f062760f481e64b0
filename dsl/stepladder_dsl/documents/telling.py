"""Sentences of documents: one table of them for each human language, filled with names, numbers and links."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter

from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.documents.content import Run, Text
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.keywords.dialect import LANGUAGES, load_dialect
from stepladder_dsl.model.money import round_money
from stepladder_dsl.model.types import Duration

_FOLDER = Path(__file__).parent
_DEFAULT = "en"

Piece = str | Run | Text


@cache
def sentences(language: str) -> dict[str, str]:
    """Give the sentences of a language by key, or the English ones."""
    file = _FOLDER / f"words.{language if language in LANGUAGES else _DEFAULT}.json"
    table: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return table


def as_text(piece: Piece) -> Text:
    """Give a piece as a text: a string is our own words."""
    if isinstance(piece, str):
        return (Run(piece),) if piece else ()
    return (piece,) if isinstance(piece, Run) else piece


class Teller:
    """Says things in one language."""

    def __init__(self, language: str, calendars: Mapping[str, str] | None = None) -> None:
        """Take the language, and the titles of calendars by name: of several, working time names its own."""
        self.language = language
        self.calendars = calendars if calendars is not None and len(calendars) > 1 else {}
        self.sentences = sentences(language)
        self.words = words_of(language)
        self.dialect = load_dialect(language if language in LANGUAGES else _DEFAULT)

    def __call__(self, key: str, **values: Piece) -> Text:
        """Give a sentence with its values, each of which stays the run that it is."""
        runs: list[Run] = []
        for before, name, _, _ in Formatter().parse(self.sentences[key]):
            runs += as_text(before)
            if name is not None:
                runs += as_text(values[name])
        return tuple(runs)

    def word(self, key: str, **values: str) -> str:
        """Give a sentence as plain words."""
        return self.sentences[key].format_map(values)

    def counted(self, key: str, count: int) -> str:
        """Give a number of things in the form that goes with the number."""
        form = f"{key}.{plural_category(count, self.language)}"
        sentence = self.sentences.get(form) or self.sentences[f"{key}.other"]
        return sentence.format(count=self.number(count))

    def quoted(self, text: str) -> str:
        """Put a text into the quotation marks of the language."""
        return self.words.quoted.format(title=text)

    def name(self, text: str, target: str | None = None, *, strong: bool = False) -> Text:
        """Give a name out of the spec in quotation marks, perhaps as a link."""
        before, _, behind = self.words.quoted.partition("{title}")
        return (Run(before), Run(text, strong=strong, target=target, given=True), Run(behind))

    def joined(self, parts: Iterable[Piece], last: str = "and") -> Text:
        """Enumerate: with commas, and with `and` or `or` before the last one; `list` has semicolons."""
        texts = [as_text(part) for part in parts]
        between = self.sentences["join.list" if last == "list" else "join.comma"]
        runs: list[Run] = []
        for number, text in enumerate(texts):
            if number:
                is_last = number == len(texts) - 1
                runs.append(Run(self.sentences[f"join.{last}"] if is_last else between))
            runs += text
        return tuple(runs)

    def number(self, value: int | Decimal) -> str:
        """Write a number with the digits and marks of the language.

        >>> Teller("fa").number(Decimal("1234.5"))
        '۱٬۲۳۴٫۵'
        """
        marks = {",": self.sentences["number.thousands"], ".": self.sentences["number.decimal"]}
        written = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
        shown = "".join(marks.get(character, character) for character in written)
        return shown.translate(self.words.digits or {})

    def percent(self, share: Decimal) -> str:
        """Write a share of one in per cent."""
        return f"{self.number(_without_empty_places(share * 100))}{self.dialect.percent_sign}"

    def money(self, amount: Decimal, currency: str | None) -> str:
        """Write money with its currency, without empty decimal places."""
        rounded = round_money(amount, currency)
        whole = rounded == rounded.to_integral_value()
        written = self.number(int(rounded) if whole else rounded)
        return f"{written}\u00a0{currency}" if currency else written

    def duration(self, duration: Duration) -> str:
        """Write a length of time."""
        text = duration_text(duration, self.language)
        calendar = self.calendars.get(duration.calendar or "")
        return f"{text} ({self.quoted(calendar)})" if calendar else text

    def durations(self, durations: Iterable[Duration]) -> str:
        """Enumerate lengths of time; of one unit they share its name: `30, 60 and 90 days`."""
        found = list(durations)
        units = {(duration.unit, duration.calendar) for duration in found}
        if len(found) > 1 and len(units) == 1:
            parts = [self.number(duration.amount) for duration in found[:-1]]
        else:
            parts = [self.duration(duration) for duration in found[:-1]]
        return "".join(run.text for run in self.joined([*parts, self.duration(found[-1])]))


def _without_empty_places(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()
