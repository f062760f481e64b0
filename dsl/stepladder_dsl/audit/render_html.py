"""A review as one HTML page that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path, PurePath
from urllib.parse import quote

from stepladder_dsl.audit.document import Document
from stepladder_dsl.audit.review import SECTIONS
from stepladder_dsl.audit.texts import counted, digits, word
from stepladder_dsl.audit.told import fillings_of, new_first, what, who
from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.keywords.dialect import load_dialect

_MARKS = {"answered": "✓", "in_part": "◐", "hole": "✗"}


def render_html(document: Document, to_sources: str = ".") -> str:
    """Write a review; `to_sources` is the way from the page to where the names of the files begin."""
    return "\n".join(_Page(document, to_sources).lines()) + "\n"


class _Page:
    """Writes one document; every method gives HTML, in which what the document says is escaped."""

    def __init__(self, document: Document, to_sources: str) -> None:
        self.document = document
        self.to_sources = to_sources
        self.language = str(document["language"])

    def lines(self) -> Iterator[str]:
        """Yield the whole page."""
        direction = word("direction", self.language)
        title = self._word("title", title=self.document["title"])
        yield "<!doctype html>"
        yield f'<html lang="{_attribute(self.language)}" dir="{direction}">'
        yield '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        yield f"<title>{title}</title>"
        yield f"<style>\n{Path(__file__).with_name('review.css').read_text(encoding='utf-8')}</style></head>"
        yield "<body>"
        yield f"<h1>{title}</h1>"
        yield from self._summary()
        yield from self._data()
        for section in SECTIONS:
            yield f'<section id="{section}"><h2>{self._word(f"section.{section}")}</h2>'
            for subject in self.document[section]:
                yield from self._subject(section, subject)
            yield from self._other_systems(section)
            yield "</section>"
        yield "</body></html>"

    def _word(self, key: str, **values: str) -> str:
        return _text(word(key, self.language, **values))

    def _summary(self) -> Iterator[str]:
        """The counts, and a square for each question that leads to it."""
        yield '<ul class="counts">'
        for status, count in self.document["summary"].items():
            told = _text(counted(f"count.{status}", count, self.language))
            yield f'<li class="pill {status}">{told}</li>'
        yield '</ul><ol class="strip">'
        for subject in self.document["questions"]:
            number = digits(subject["number"], self.language)
            status, title = subject["status"], _attribute(subject["title"])
            yield f'<li><a class="{status}" href="#q{subject["number"]}" title="{title}">{number}</a></li>'
        yield '</ol><ul class="sections">'
        for section in SECTIONS:
            yield f'<li><a href="#{section}">{self._word(f"section.{section}")}</a></li>'
        yield "</ul>"

    def _data(self) -> Iterator[str]:
        data = self.document["data"]
        if data is None:
            return
        moment = digits(data["as_of"][:16].replace("T", " "), self.language)
        told = self._word("as_of", when="{when}").format(when=f'<bdi dir="ltr">{_text(moment)}</bdi>')
        yield f'<div class="data"><strong>{told}</strong><dl>'
        for figure in data["figures"]:
            yield f"<dt>{_text(figure['label'])}</dt><dd><bdi>{_text(figure['text'])}</bdi></dd>"
        yield "</dl></div>"

    def _other_systems(self, section: str) -> Iterator[str]:
        names = self.document["other_systems"]
        if section == "systems" and names:
            joined = word("comma", self.language).join(names)
            yield f'<p class="note">{self._word("other_systems", names=joined)}</p>'

    # subjects

    def _subject(self, section: str, subject: Document) -> Iterator[str]:
        status = subject["status"]
        number = subject["number"]
        name = f"q{number}" if number is not None else f"{section}-{subject['key']}"
        yield f'<article class="subject is-{status}" id="{_attribute(name)}"><header>'
        if number is not None:
            yield f'<span class="number">{digits(number, self.language)}</span>'
        yield f"<h3>{_text(subject['title'])}</h3>"
        yield f'<span class="pill {status}">{self._word(f"status.{status}")}</span></header>'
        yield '<ul class="parts">'
        for part, new, known in new_first(subject):
            yield from self._part(part, new, known)
        yield "</ul>"
        if section in {"questions", "systems"}:
            yield from self._fillings(fillings_of(subject))
        yield "</article>"

    def _part(self, part: Document, new: list[Document], known: list[Document]) -> Iterator[str]:
        status = part["status"]
        missing = "" if part["evidence"] else f": {self._word('missing')}"
        yield f'<li class="{"missing" if missing else "found"}">'
        yield f'<span class="mark {status}" aria-hidden="true">{_MARKS[status]}</span>'
        yield f'<span class="label">{_text(part["label"])}{missing}</span>'
        if known:
            yield f'<span class="again">{" ".join(self._link(evidence) for evidence in known)}</span>'
        if new:
            yield '<ul class="evidence">'
            for evidence in new:
                yield f"<li>{''.join(self._evidence(evidence))}</li>"
            yield "</ul>"
        yield "</li>"

    def _evidence(self, evidence: Document) -> Iterator[str]:
        yield f'<span class="what"><bdi>{_text(what(evidence, self.language))}</bdi></span>'
        yield f'<span class="who"><bdi>{_text(who(evidence, self.language))}</bdi></span>'
        yield f'<span class="when"><bdi>{_text(evidence["when"])}</bdi></span>'
        yield self._link(evidence)
        if evidence["figures"]:
            told = "".join(f"<li>{_text(figure['text'])}</li>" for figure in evidence["figures"])
            yield f'<ul class="figures">{told}</ul>'

    def _link(self, evidence: Document) -> str:
        file, line = evidence["file"], evidence["line"]
        shown = f"{PurePath(file).name}:{line}"
        if not file or file.startswith("<"):
            return f'<span class="place" dir="ltr">{_text(shown)}</span>'
        address = file if PurePath(file).is_absolute() else f"{self.to_sources}/{file}"
        target = f"{quote(address, safe='/:')}#L{line}"
        return f'<a class="place" dir="ltr" href="{_attribute(target)}">{_text(shown)}</a>'

    def _fillings(self, pieces: list[Document]) -> Iterator[str]:
        if not pieces:
            return
        direction = load_dialect(self.document["spec_language"]).direction
        yield f'<div class="fill"><h4>{self._word("fill")}</h4>'
        for place, texts in _by_place(pieces):
            if place is not None:
                yield f"<p>{self._word('place.under', line=digits(place, self.language))}</p>"
            elif len(pieces) > 1 or pieces[0]["line"] is None:
                yield f"<p>{self._word('place.behind')}</p>"
            text = "\n".join(texts).rstrip("\n")
            language = _attribute(self.document["spec_language"])
            yield f'<pre dir="{direction}" lang="{language}">{_text(text, lines=True)}</pre>'
        yield "</div>"


def _by_place(pieces: Iterable[Document]) -> Iterator[tuple[int | None, list[str]]]:
    """Yield the pieces that stand at one place together, those under a line first."""
    found: dict[int | None, list[str]] = {}
    for piece in pieces:
        found.setdefault(piece["line"], []).append(piece["text"])
    yield from sorted(found.items(), key=lambda item: (item[0] is None, item[0] or 0))


def _text(words: str, *, lines: bool = False) -> str:
    """Make a text safe in a page: neither markup nor marks that turn what stands beside it."""
    if lines:
        return "\n".join(escape(printable(line), quote=False) for line in words.split("\n"))
    return escape(printable(words), quote=False)


def _attribute(words: str) -> str:
    return escape(printable(words))
