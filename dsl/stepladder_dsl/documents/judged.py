"""The chapters that judge what is described: a consultant's questions, and what the check still finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from stepladder_dsl.audit.document import Document as ReviewDocument
from stepladder_dsl.audit.document import as_document
from stepladder_dsl.audit.review import SECTIONS, review
from stepladder_dsl.audit.texts import counted, word
from stepladder_dsl.audit.told import what, who
from stepladder_dsl.diagnostics.catalogue import hint, message, severity, words
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Suppressed
from stepladder_dsl.diagram.telling import formula_text
from stepladder_dsl.documents.book import Book
from stepladder_dsl.documents.content import Block, Paragraph, Run, Section, Table, Text
from stepladder_dsl.source import Span

_SHOWN = 3
"""How much of what answers a question is shown; `stepladder audit` shows all of it."""


def reviewed(book: Book) -> Section:
    """Give the chapter with the seventeen questions: what answers each, or that nothing does."""
    language = book.tell.language
    document = as_document(review(book.spec), language)
    counts = [counted(f"count.{status}", count, language) for status, count in document["summary"].items()]
    head = tuple(book.tell(f"review.{name}") for name in ("question", "status", "answer"))
    rows = tuple(
        (
            (Run(f"{book.tell.number(subject['number'])}. {subject['title']}"),),
            (Run(word(f"status.{subject['status']}", language), strong=subject["status"] != "answered"),),
            _answer(book, subject),
        )
        for subject in document["questions"]
    )
    lead = Paragraph(book.tell("review.lead", counts=book.tell.word("join.comma").join(counts)))
    others = tuple(
        Section(
            f"review-{section}",
            (Run(word(f"section.{section}", language)),),
            (_states(book, document[section]),),
        )
        for section in SECTIONS
        if section != "questions"
    )
    return Section("review", book.tell("review"), (lead, Table(head, rows)), others)


def _states(book: Book, subjects: Sequence[ReviewDocument]) -> Table:
    """Give the state of each subject, and what it is missing."""
    language = book.tell.language
    head = tuple(book.tell(f"review.{name}") for name in ("subject", "status", "missing"))
    return Table(
        head,
        tuple(
            (
                (Run(subject["title"]),),
                (Run(word(f"status.{subject['status']}", language), strong=subject["status"] != "answered"),),
                (Run(book.tell.word("join.list").join(_missing(subject))),),
            )
            for subject in subjects
        ),
    )


def _missing(subject: ReviewDocument) -> list[str]:
    return [part["label"] for part in subject["parts"] if part["status"] == "hole"]


def _answer(book: Book, subject: ReviewDocument) -> Text:
    """Say what answers a question, the first pieces of it, and what is missing."""
    language = book.tell.language
    told: dict[str, None] = {}
    for part in subject["parts"]:
        for evidence in part["evidence"]:
            by = who(evidence, language)
            told[formula_text(language, what(evidence, language)) + (f" ({by})" if by else "")] = None
    shown = list(told)[:_SHOWN]
    if len(told) > _SHOWN:
        shown.append(word("more", language, count=book.tell.number(len(told) - _SHOWN)))
    missing = [f"{word('missing', language)}: {label}" for label in _missing(subject)]
    return (Run(book.tell.word("join.list").join([*shown, *missing]), given=True),)


def findings(book: Book, found: Sequence[Diagnostic], suppressed: Sequence[Suppressed]) -> Section:
    """Give the chapter with what the check of the spec still finds, and what is allowed with its reason."""
    tell = book.tell
    blocks: list[Block] = [Paragraph(tell("findings.some" if found else "findings.none"))]
    if found:
        head = tuple(tell(f"findings.{name}") for name in ("what", "advice", "place"))
        blocks.append(Table(head, tuple(_finding(book, one) for one in found)))
    allowed = list(_allowed(book, suppressed))
    if allowed:
        head = (tell("findings.what"), tell("findings.reason"), tell("findings.place"))
        blocks += [Paragraph(tell("findings.allowed")), Table(head, tuple(allowed))]
    return Section("findings", tell("findings"), tuple(blocks))


def _finding(book: Book, found: Diagnostic) -> tuple[Text, ...]:
    language = book.tell.language
    level = words(language)[severity(found).value]
    head = (Run(f"{level} {found.code}", strong=True), Run(f": {message(found, language)}", given=True))
    return head, (Run(hint(found, language) or "", given=True),), _place(found.span)


def _allowed(book: Book, suppressed: Sequence[Suppressed]) -> Iterator[tuple[Text, ...]]:
    language = book.tell.language
    for known in suppressed:
        found = known.diagnostic
        head = (Run(found.code, strong=True), Run(f": {message(found, language)}", given=True))
        yield head, (Run(known.reason, given=True),), _place(found.span)


def _place(span: Span) -> Text:
    """Say where something stands; of the file only the name, which is the same on every machine."""
    return (Run(f"{PurePath(span.file).name}:{span.line}", given=True),) if span.file else ()
