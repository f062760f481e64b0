"""The whole review of a spec: everything that is asked, with what the text answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Status, Subject
from stepladder_dsl.audit.registry import answers
from stepladder_dsl.audit.systems import other_systems, systems
from stepladder_dsl.audit.views import levers, processes, relation
from stepladder_dsl.model.spec import Spec

SECTIONS = ("questions", "systems", "processes", "levers", "relation")


@dataclass(frozen=True)
class Review:
    """What was asked of a spec, by section; `other_systems` are those that are none of the four."""

    spec: Spec
    sections: Mapping[str, tuple[Subject, ...]]
    other_systems: tuple[str, ...]

    @property
    def questions(self) -> tuple[Subject, ...]:
        """The seventeen questions."""
        return self.sections["questions"]

    @property
    def counts(self) -> dict[Status, int]:
        """How many questions are answered, in part, and not."""
        found = Counter(subject.status for subject in self.questions)
        return {status: found[status] for status in Status}

    @property
    def has_holes(self) -> bool:
        """Whether a question is not answered, or only in part."""
        return any(subject.status is not Status.ANSWERED for subject in self.questions)


def review(spec: Spec) -> Review:
    """Ask a spec everything."""
    facts = Facts(spec)
    questions = answers(facts)
    by_number = {subject.number: subject for subject in questions if subject.number is not None}
    sections = {
        "questions": tuple(questions),
        "systems": tuple(systems(facts)),
        "processes": tuple(processes(facts, by_number)),
        "levers": tuple(levers(facts, by_number)),
        "relation": tuple(relation(facts, by_number)),
    }
    return Review(spec, sections, tuple(other_systems(facts)))
