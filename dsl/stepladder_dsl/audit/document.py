"""A review as plain values in the reader's language; `schemas/audit.schema.json` describes the document.

What stands in the spec, and what would fill a hole, is in the language of the spec.
"""

from __future__ import annotations

from typing import Any

from stepladder_dsl.audit.findings import Evidence, Filling, Part, Status, Subject
from stepladder_dsl.audit.registry import stem_of
from stepladder_dsl.audit.review import Review
from stepladder_dsl.audit.snippets import in_keywords_of
from stepladder_dsl.audit.texts import label, page, word
from stepladder_dsl.graph.words import duration_text, durations_text
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import NOWHERE

Document = dict[str, Any]


def as_document(review: Review, language: str) -> Document:
    """Give a review as plain values; figures are added by who has data."""
    spec = review.spec
    teller = _Teller(spec, language)
    return {
        "spec": spec.name,
        "title": spec.label,
        "spec_language": spec.language,
        "language": language,
        "summary": {status.value: count for status, count in review.counts.items()},
        **{
            section: [teller.subject(subject) for subject in subjects]
            for section, subjects in review.sections.items()
        },
        "other_systems": list(review.other_systems),
        "data": None,
    }


class _Teller:
    """Tells the parts of one review."""

    def __init__(self, spec: Spec, language: str) -> None:
        self.spec = spec
        self.language = language

    def subject(self, subject: Subject) -> Document:
        return {
            "number": subject.number,
            "key": subject.key,
            "title": self._title(subject),
            "status": subject.status.value,
            "parts": [self._part(part) for part in subject.parts],
        }

    def _title(self, subject: Subject) -> str:
        stem = None if subject.number is None else stem_of(subject.number)
        if stem is None:
            return word(f"subject.{subject.key}", self.language)
        return page(stem, self.language).sentences["question"]

    def _part(self, part: Part) -> Document:
        return {
            "key": part.key,
            "label": label(part.page, part.key, self.language),
            "status": (Status.ANSWERED if part.is_there else Status.HOLE).value,
            "evidence": [self._evidence(evidence) for evidence in part.evidence],
            "fillings": [self._filling(filling) for filling in part.fillings],
        }

    def _evidence(self, evidence: Evidence) -> Document:
        return {
            "kind": evidence.kind,
            "kind_label": word(f"kind.{evidence.kind}", self.language),
            "name": evidence.name,
            "title": evidence.label,
            "words": evidence.words,
            "offer_kind": evidence.offer_kind.value if evidence.offer_kind else None,
            "who": [{"role": name, "title": self._role(name)} for name in evidence.who],
            "channel": evidence.channel,
            "when": self._when(evidence),
            "file": evidence.span.file,
            "line": evidence.span.line,
            "figures": [],
        }

    def _role(self, name: str) -> str:
        role = self.spec.roles.get(name)
        return role.label if role else name

    def _when(self, evidence: Evidence) -> str:
        if evidence.moment is None:
            return ""
        times = durations_text(evidence.times, self.language)
        told = word(f"moment.{evidence.moment}", self.language, times=times)
        if evidence.again is not None:
            told += word("again", self.language, times=duration_text(evidence.again, self.language))
        return told

    def _filling(self, filling: Filling) -> Document:
        behind = filling.place == NOWHERE
        return {
            "text": in_keywords_of(filling, self.spec.language),
            "file": None if behind else filling.place.file,
            "line": None if behind else filling.place.line,
        }
