"""A report as one page that needs nothing else and prints."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path, PurePath
from typing import Any

from markupsafe import Markup, escape

from stepladder_dsl.diagram.theme import themed
from stepladder_dsl.webpage.page import filled, own_markup, safe_text, web_page
from stepladder_engine.report.charts import Bar, bars
from stepladder_engine.report.document import Report
from stepladder_engine.report.present import BETWEEN, Document
from stepladder_engine.report.wording import Wording
from stepladder_engine.texts.catalogue import from_the_right

_FOLDER = Path(__file__).parent
_IDENTITY = re.compile(r"""\sid=(?:"[^"]*"|'[^']*')""")
_MOST_LISTS = 6
_TURNED = re.compile("[\u0600-\u06ff]")
_LETTER = re.compile(r"[^\W\d_]")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)")
_MARKED = re.compile(r"[^\w-]+")


def render_html(report: Report, document: Document, words: Wording) -> str:
    """Write the page of a report; `document` is the same as plain values."""
    pictures = {
        picture.key: _picture(picture.draw()) for section in report.sections for picture in section.pictures
    }
    page = _Page(report, words)
    content = filled(
        _FOLDER,
        "page.html",
        report=document,
        pictures=pictures,
        sources=[_source(name, text) for name, text in report.sources.items()],
        page=page,
        tell=words.text,
        figure=words.number,
        command=f"stepladder report {report.origin.spec} --data {report.origin.mapping}",
    )
    return web_page(
        content,
        title=f"{safe_text(report.title)} · {words.text('report.title')}",
        language=report.language,
        direction="rtl" if from_the_right(report.language) else "ltr",
        words={"theme": words.text("report.theme"), "skip": words.text("report.skip")},
        styles=[(_FOLDER / "page.css").read_text(encoding="utf-8")],
    )


def _picture(svg: str) -> Markup:
    """Give a picture of ours for a page in which others stand too: names of parts would meet."""
    return own_markup(_IDENTITY.sub("", themed(svg, "auto")))


def _source(name: str, text: str) -> Mapping[str, Any]:
    return {"name": PurePath(name).name, "anchor": anchor(name), "lines": text.rstrip("\n").split("\n")}


def anchor(name: str) -> str:
    """Give a name that an address may end with.

    >>> anchor("specs/my shop.ladder")
    'specs-my-shop-ladder'
    """
    return _MARKED.sub("-", name).strip("-")


class _Page:
    """What the template asks while it is filled in."""

    def __init__(self, report: Report, words: Wording) -> None:
        self.report = report
        self.words = words

    def who(self, clients: Mapping[str, Any]) -> str:
        """Head the list behind a figure: of clients, of rows of the data, or of its sources."""
        return self.words.text(f"report.{clients['are']}", count=clients["count"])

    @staticmethod
    def some(lists: Sequence[Any]) -> Sequence[Any]:
        """Give lists to name; of a long row of cells that are named alike the first and the last."""
        return lists if len(lists) <= _MOST_LISTS else (lists[0], lists[-1])

    @staticmethod
    def option(name: str) -> str:
        """Write the option that lists all behind a cell, as a shell takes it."""
        return shlex.join(["--clients", name])

    def link(self, at: Mapping[str, Any]) -> str:
        """Give the way to a line of the spec at the end of the page; nothing where it is not there."""
        name, line = at["file"], at["line"]
        return f"#{anchor(name)}-{line}" if name in self.report.sources else ""

    def towards(self, text: str) -> Markup:
        """Give the direction of a text that begins with a number or sign, or has a word in our letters.

        Browsers go by the first letter: an amount would follow the letters of its currency, and a sentence
        of ours the name it begins with.
        """
        if not from_the_right(self.report.language):
            return Markup("")
        ours = _TURNED.search(text) or not _LETTER.match(text)
        return Markup(' dir="rtl"') if ours else Markup("")

    @staticmethod
    def whole_days(text: str) -> Markup:
        """Write a text whose days are not torn apart at the end of a line."""
        # Markup passes the page as it is: what would steer its direction has to be shown before.
        parts = _DAY.split(str(safe_text(text)))
        days = (Markup('<span class="day">{}</span>').format(day) for day in parts[1::2])
        return Markup("").join(one for pair in zip_longest(parts[::2], days, fillvalue="") for one in pair)

    def interval(self, text: str) -> Markup:
        """Write an interval; each of its ends keeps its own direction."""
        ends = [Markup("<bdi{}>{}</bdi>").format(self.towards(end), end) for end in text.split(BETWEEN)]
        return escape(self.words.text("report.interval", interval="{}")).format(escape(BETWEEN).join(ends))

    @staticmethod
    def file(at: Mapping[str, Any]) -> str:
        """Name the file of a line."""
        return PurePath(at["file"]).name

    @staticmethod
    def share(table: Document, row: Document, column: int) -> float:
        """Give how long the bar of a cell is, from 0 to 1 of the longest of its column."""
        values = [one["values"][column] for one in table["rows"]]
        largest = max((value for value in values if isinstance(value, int | float)), default=0)
        value = row["values"][column]
        return round(value / largest, 4) if largest and isinstance(value, int | float) else 0.0

    @staticmethod
    def tone(figure: Document) -> str:
        """Say whether a change is for the better."""
        before, good = figure["before"], figure["good"]
        if before is None or good is None or not before["change"]:
            return ""
        better = (before["change"] > 0) == (good == "more")
        return "better" if better else "worse"

    def chart(self, section: Document, table: Document) -> Markup:
        """Draw the first column of a table that has bars, along its rows."""
        column = next((number for number, one in enumerate(table["columns"]) if one["bar"]), None)
        if column is None:
            return Markup("")
        found = [
            Bar(row["texts"][0], float(row["values"][column] or 0), row["texts"][column])
            for row in table["rows"]
        ]
        label = table["columns"][column]["label"]
        description = self.words.text(
            "report.chart", first=found[0].label, last=found[-1].label, count=len(found)
        )
        name = f"chart-{section['key']}-{anchor(table['key'])}"
        return bars(
            found,
            name,
            f"{table['title']}: {label}",
            description,
            from_the_right=from_the_right(self.report.language),
        )
