"""The sentences and explanations of findings, in the reader's language.

A page is a Markdown file ``<stem>.<language>.md``. It begins with the sentences,
one a line, as ``message: …`` and ``hint: …`` (``message.VARIANT: …`` where a code
has several) and ``label.NAME: …`` for its other places, with the finding's values in
braces; behind a line ``---`` comes the explanation that `explain` shows. Where a
language has no page, English serves. The English page also names the codes that are
close to its own, as ``related: SL302, SL303``, for all languages.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.codes import Code, known_code
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Route, Severity
from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.record import record

_LONGEST_VALUE = 60
_RELATED = "related"
_FIRST_SENTENCE = re.compile(r".*?[.!?؟](?=\s|$)", re.DOTALL)


@record
class Page:
    """The sentences of a code by name, its explanation as Markdown, and the codes that are close to it."""

    sentences: dict[str, str]
    text: str
    related: tuple[str, ...] = ()


@cache
def words(language: str) -> dict[str, str]:
    """Give the words that all messages share, such as the names of the kinds of thing."""
    folder = Path(__file__).parent
    table: dict[str, str] = json.loads(folder.joinpath("words.en.json").read_text(encoding="utf-8"))
    own = folder.joinpath(f"words.{language}.json")
    if language != "en" and own.is_file():
        table |= json.loads(own.read_text(encoding="utf-8"))
    return table


@cache
def page(code: Code, language: str) -> Page:
    """Load a code's page in a language, or the English one."""
    folder = Path(import_module(code.package).__path__[0])
    file = folder.joinpath(f"{code.stem}.{language}.md")
    if not file.is_file():
        file = folder.joinpath(f"{code.stem}.en.md")
    return parse_page(file.read_text(encoding="utf-8"))


def parse_page(text: str) -> Page:
    """Split a page into its sentences, its explanation and the codes close to it."""
    head, _, body = text.partition("\n---\n")
    sentences = {}
    for line in head.splitlines():
        name, _, sentence = line.partition(": ")
        if sentence:
            sentences[name.strip()] = sentence.strip()
    related = sentences.pop(_RELATED, "").split(", ")
    return Page(sentences, body.strip() + "\n", tuple(name for name in related if name))


def related(code: Code) -> list[Code]:
    """Give the codes that are close to one, as far as they are known."""
    found = (known_code(name) for name in page(code, "en").related)
    return [known for known in found if known is not None]


def explained(code: Code, language: str = "en") -> str:
    """Give the explanation of a code as Markdown, with the codes that are close to it."""
    text, close = page(code, language).text, related(code)
    if not close:
        return text
    shared = words(language)
    names = shared["comma"].join(f"{other.code} {other.name}" for other in close)
    return f"{text}\n**{shared['related']}** {names}\n"


def severity(diagnostic: Diagnostic) -> Severity:
    """Give how bad the finding is."""
    return diagnostic.severity or _code(diagnostic).severity


def rule_name(diagnostic: Diagnostic) -> str:
    """Give the readable name of the finding's code."""
    return _code(diagnostic).name


def message(diagnostic: Diagnostic, language: str = "en") -> str:
    """Give the sentence that says what is wrong."""
    return _fill(_sentence(diagnostic, "message", language) or "", diagnostic.values, language)


def hint(diagnostic: Diagnostic, language: str = "en") -> str | None:
    """Give what to do about it, or None where the page has nothing to say."""
    if diagnostic.suggestion is not None:
        return _fill(words(language)["did_you_mean"], {"name": diagnostic.suggestion}, language)
    sentence = _sentence(diagnostic, "hint", language)
    return _fill(sentence, diagnostic.values, language) if sentence else None


def label(diagnostic: Diagnostic, index: int, language: str = "en") -> str:
    """Give the sentence of one of the finding's other places."""
    other = diagnostic.labels[index]
    sentences = page(_code(diagnostic), language).sentences
    return _fill(sentences[f"label.{other.message}"], {**diagnostic.values, **other.values}, language)


def explanation(diagnostic: Diagnostic, language: str = "en") -> str:
    """Give the page that explains the finding's code, as Markdown."""
    return explained(_code(diagnostic), language)


def summary(code: Code, language: str = "en") -> str:
    """Give the first sentence of a code's explanation."""
    text = page(code, language).text
    paragraphs = (part for part in text.split("\n\n") if part.strip() and not part.startswith("#"))
    description = " ".join(next(paragraphs, text).split())
    sentence = _FIRST_SENTENCE.match(description)
    return sentence.group() if sentence else description


def address(diagnostic: Diagnostic) -> str:
    """Give where the code's page lies in the repository."""
    return f"docs/rules/{diagnostic.code}.md"


def counted(thing: str, count: int, language: str = "en") -> str:
    """Write a number of things as the language does: `1 error`, `2 errors`."""
    shared = words(language)
    form = f"{thing}.{plural_category(count, language)}"
    return shared.get(form, shared[f"{thing}.other"]).format(count=_in_digits(count, language))


def _code(diagnostic: Diagnostic) -> Code:
    code = known_code(diagnostic.code)
    if code is None:
        text = f"no such code: {diagnostic.code}"
        raise KeyError(text)
    return code


def _sentence(diagnostic: Diagnostic, part: str, language: str) -> str | None:
    sentences = page(_code(diagnostic), language).sentences
    if diagnostic.variant and (own := sentences.get(f"{part}.{diagnostic.variant}")):
        return own
    return sentences.get(part)


class _Values(dict[str, str]):
    """Values as words; a name that nobody gave is a mistake of ours and shows as such."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _fill(sentence: str, values: Any, language: str) -> str:
    return sentence.format_map(_Values({name: _as_words(value, language) for name, value in values.items()}))


def _in_digits(number: int | Decimal, language: str) -> str:
    """Write a number of ours in the reader's digits; a piece of the text keeps those of its writer."""
    shared = words(language)
    return str(number).translate(str.maketrans("0123456789.", shared["digits"] + shared["decimal_mark"]))


def _as_words(value: Any, language: str) -> str:
    """Give a value as words: a list with "or", a tuple with "and", `<kind>` by its name in the language."""
    shared = words(language)
    if isinstance(value, Route):
        return shared["path"].join(_as_words(part, language) for part in value)
    if isinstance(value, list | tuple):
        parts = [_as_words(part, language) for part in value]
        if len(parts) > 1:
            joined = shared["or" if isinstance(value, list) else "and"]
            return joined.format(first=shared["comma"].join(parts[:-1]), last=parts[-1])
        return parts[0] if parts else shared["nothing"]
    if isinstance(value, int | Decimal):
        return _in_digits(value, language)
    text = str(value)
    if text.startswith("<") and text.endswith(">"):
        return shared.get(text, text)
    return printable(text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…")
