"""How one piece of evidence of a document is told in a line, on a screen and on a page."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.audit.document import Document
from stepladder_dsl.audit.texts import word
from stepladder_dsl.graph.words import words_of


def what(evidence: Document, language: str) -> str:
    """Say which construct it is."""
    kind, title, words = evidence["kind"], evidence["title"], evidence["words"]
    is_way = kind == "transition"
    told = f"{evidence['kind_label']} {words_of(language).quoted.format(title=words if is_way else title)}"
    if is_way:
        return f"{told} ({title})"
    if evidence["offer_kind"] is not None:
        told += f" ({word('part.kind.' + evidence['offer_kind'], language)})"
    return f"{told}: {words}" if words else told


def who(evidence: Document, language: str) -> str:
    """Say who answers, behind an arrow who hears of it next, and by which channel."""
    roles = word("then", language).join(role["title"] for role in evidence["who"])
    if evidence["channel"] is None:
        return roles
    channel = word("via", language, channel=evidence["channel"].replace("_", " "))
    return f"{roles}{word('comma', language)}{channel}" if roles else channel


def new_first(subject: Document) -> Iterator[tuple[Document, list[Document], list[Document]]]:
    """Yield the parts of a subject, each with the evidence that is new there and that was shown before."""
    shown: set[tuple[str, int]] = set()
    for part in subject["parts"]:
        places = [(evidence["file"], evidence["line"]) for evidence in part["evidence"]]
        pairs = list(zip(places, part["evidence"], strict=True))
        yield (
            part,
            [evidence for place, evidence in pairs if place not in shown],
            [evidence for place, evidence in pairs if place in shown],
        )
        shown |= set(places)


def fillings_of(subject: Document) -> list[Document]:
    """Give what would fill the holes of a subject, each piece once; what stands at the end comes last."""
    found = {
        (filling["text"], filling["file"], filling["line"]): filling
        for part in subject["parts"]
        for filling in part["fillings"]
    }
    return sorted(found.values(), key=lambda filling: (filling["line"] is None, filling["line"] or 0))
