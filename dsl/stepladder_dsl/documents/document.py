"""A compiled spec as a process document: the one content tree that every format is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import PurePath

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Suppressed
from stepladder_dsl.documents.book import Book, sentences
from stepladder_dsl.documents.content import (
    Block,
    Document,
    Facts,
    Paragraph,
    Run,
    Section,
    Text,
    without_loose_links,
)
from stepladder_dsl.documents.figures import decisions, metrics
from stepladder_dsl.documents.instructions import instructions
from stepladder_dsl.documents.judged import findings, reviewed
from stepladder_dsl.documents.pictures import Pictures
from stepladder_dsl.documents.processes import processes
from stepladder_dsl.documents.reference import follow_ups, glossary, hours, offers, responsibilities
from stepladder_dsl.documents.translated import in_language
from stepladder_dsl.model.spec import Process, Spec
from stepladder_dsl.source import Source

_DIGITS = 8


@dataclass(frozen=True)
class Edition:
    """What a document says about itself; both are what somebody gave, never what a clock says."""

    day: date | None = None
    version: str | None = None


def process_document(
    spec: Spec,
    *,
    language: str | None = None,
    edition: Edition | None = None,
    sources: Mapping[str, Source] | None = None,
    found: Sequence[Diagnostic] = (),
    suppressed: Sequence[Suppressed] = (),
) -> Document:
    """Tell a spec as a document.

    Args:
        spec: what is told.
        language: in which language; without it in the spec's own. What the spec says itself stays as it is.
        edition: version and date, which stand on the first page.
        sources: the texts of the spec, by name.
        found: what the check of the spec finds.
        suppressed: findings that the spec allows, with its reasons.
    """
    told_in = language or spec.language
    spec = in_language(spec, told_in)
    texts = sources or {}
    book = Book(spec, told_in, texts)
    pictures = Pictures(spec, book.tell)
    chapters = [
        _overview(book, pictures),
        instructions(book),
        processes(book, pictures),
        offers(book, pictures),
        follow_ups(book),
        decisions(book),
        metrics(book),
        responsibilities(book, pictures),
        hours(book),
        glossary(book),
        reviewed(book),
        findings(book, found, suppressed),
    ]
    return Document(
        name=spec.name,
        title=spec.label,
        kind=book.tell.word("document"),
        language=told_in,
        direction=book.tell.words.direction,
        facts=_facts(book, edition or Edition(), texts),
        chapters=tuple(chapter for chapter in chapters if chapter.blocks or chapter.sections),
    )


def _facts(book: Book, edition: Edition, sources: Mapping[str, Source]) -> Facts:
    """Say what the document is made from: version, date, and the text with a mark that changes with it."""
    digest = sha256()
    for source in sources.values():
        digest.update(source.text.encode())
    names = ", ".join(PurePath(name).name for name in sources)
    mark = digest.hexdigest()[:_DIGITS]
    return book.facts(
        [
            ("fact.version", Run(edition.version, given=True) if edition.version else None),
            ("fact.date", book.read.day(edition.day) if edition.day else None),
            (
                "fact.source",
                book.tell("fact.source_mark", file=Run(names, given=True), mark=mark) if names else None,
            ),
            ("fact.currency", book.spec.currency),
            ("fact.timezone", book.spec.timezone),
        ]
    )


def _overview(book: Book, pictures: Pictures) -> Section:
    """Give the first chapter: what there is, and where whom begins to read."""
    tell, spec = book.tell, book.spec
    counts = [
        Run(tell.counted(f"count.{name}", count), target=anchor)
        for name, count, anchor in (
            ("process", len(spec.processes), "processes"),
            ("stage", sum(len(process.stages) for process in spec.processes.values()), "processes"),
            ("role", len(spec.roles), "instructions"),
            ("offer", len(spec.offers), "offers"),
            ("follow_up", len(spec.follow_ups), "follow-ups"),
            ("metric", len(spec.metrics), "metrics"),
        )
        if count
    ]
    blocks: list[Block] = [Paragraph(tell("overview.about"), "lead")]
    if counts:
        blocks.append(Paragraph(tell("overview.counts", parts=tell.joined(counts))))
    if spec.roles:
        blocks.append(Paragraph(tell("overview.roles", roles=tell.joined(map(book.role, spec.roles)))))
    blocks += [Paragraph(_process(book, process)) for process in spec.processes.values() if process.stages]
    blocks += [*pictures.overview(), *pictures.ladder()]
    return Section("overview", tell("overview"), tuple(blocks))


def _process(book: Book, process: Process) -> Text:
    """Tell a process in a few sentences."""
    tell = book.tell
    name = tell.name(process.label, f"process-{process.name}", strong=True)
    told = [tell("overview.process", process=name, record=book.record(process.record))]
    if process.start:
        told.append(tell("overview.begins", stage=book.stage(process.name, process.start)))
    phases = [phase.label for phase in process.phases.values() if phase.parent is None]
    if phases:
        told.append(tell("overview.phases", phases=tell.joined(map(tell.name, phases))))
    ends = [(process.name, stage.name) for stage in process.stages.values() if stage.end is not None]
    told.append(tell("overview.ends", stages=book.stages(ends, "or")) if ends else tell("overview.endless"))
    return sentences(*told)


def name_of(spec: Spec, role: str | None = None) -> str:
    """Give the name of a spec's document, or of the instruction of a role."""
    return spec.name if role is None else f"{spec.name}-{role}"


def only_role(document: Document, role: str) -> Document:
    """Give the instruction of one role as a document of its own."""
    for chapter in document.chapters:
        for section in chapter.sections:
            if section.anchor == f"role-{role}":
                alone = replace(document, name=f"{document.name}-{role}", chapters=(section,))
                return without_loose_links(alone)
    raise KeyError(role)
