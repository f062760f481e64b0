"""The texts of a review: the page of each question, and the words that everything shares.

A page is a Markdown file `<question>.<language>.md` beside the question. Its head holds `title:`, and
`part.KEY:` for what an answer needs; behind the line `---` stands what `audit --explain` shows.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from stepladder_dsl.diagnostics.catalogue import Page, parse_page
from stepladder_dsl.diagnostics.plurals import plural_category

_FOLDER = Path(__file__).parent
_DEFAULT = "en"


@cache
def words(language: str) -> dict[str, str]:
    """Give the words of a language by key, or the English ones."""
    file = _FOLDER / f"words.{language}.json"
    if not file.is_file():
        file = _FOLDER / f"words.{_DEFAULT}.json"
    table: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return table


def word(key: str, language: str, **values: str) -> str:
    """Give a sentence with its values."""
    return words(language)[key].format_map(values)


def counted(key: str, count: int, language: str, **values: str) -> str:
    """Give a sentence in the form that goes with a number."""
    table = words(language)
    form = f"{key}.{plural_category(count, language)}"
    return table.get(form, table[f"{key}.other"]).format_map({"count": digits(count, language), **values})


def digits(number: int | str, language: str) -> str:
    """Write a number in the reader's digits."""
    return str(number).translate(str.maketrans("0123456789", words(language)["digits"]))


def new_word(key: str, language: str) -> str:
    """Give a name or title for something new, in the language of a spec."""
    return words(language)[f"new.{key}"]


@cache
def page(stem: str, language: str) -> Page:
    """Load the page of a question."""
    folder = _FOLDER / "questions"
    file = folder / f"{stem}.{language}.md"
    if not file.is_file():
        file = folder / f"{stem}.{_DEFAULT}.md"
    return parse_page(file.read_text(encoding="utf-8"))


def label(stem: str | None, key: str, language: str) -> str:
    """Give what a part of an answer is called: on the page of its question, or among the shared words."""
    if stem is not None:
        return page(stem, language).sentences[f"part.{key}"]
    return words(language)[f"part.{key}"]
