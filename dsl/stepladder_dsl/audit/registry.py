"""Finds the seventeen questions: a module in their folder that has a `QUESTION` is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from stepladder_dsl.audit import questions as folder
from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Part, Subject
from stepladder_dsl.audit.question import Question


@cache
def discover() -> Mapping[str, Question]:
    """Give every question by the name of its module and pages, in the order of the numbers."""
    found = {
        module.name: import_module(f"{folder.__name__}.{module.name}").QUESTION
        for module in iter_modules(folder.__path__)
    }
    return dict(sorted(found.items(), key=lambda item: item[1].number))


def stem_of(number: int) -> str | None:
    """Give the name of a question's pages, or None where there is no such question."""
    return next((stem for stem, question in discover().items() if question.number == number), None)


def answers(facts: Facts) -> list[Subject]:
    """Ask a spec every question."""
    return [
        Subject(question.name, _parts(stem, question, facts), question.number)
        for stem, question in discover().items()
    ]


def _parts(stem: str, question: Question, facts: Facts) -> tuple[Part, ...]:
    return tuple(replace(part, page=stem) for part in question.find(facts))
