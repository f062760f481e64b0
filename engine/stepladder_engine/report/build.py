"""A run's answer -> its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from stepladder_dsl.diff.change import Key
from stepladder_dsl.model import spec as m
from stepladder_dsl.source import Span
from stepladder_engine.comparison.runs import RunDifference
from stepladder_engine.report.baseline import compared
from stepladder_engine.report.document import Case, Origin, Report
from stepladder_engine.report.present import Document, as_document
from stepladder_engine.report.sections.cohorts import cohorts
from stepladder_engine.report.sections.growth import growth
from stepladder_engine.report.sections.ladder import ladder
from stepladder_engine.report.sections.leaks import leaks
from stepladder_engine.report.sections.money import money
from stepladder_engine.report.sections.offers import offers
from stepladder_engine.report.sections.owners import owners
from stepladder_engine.report.sections.quality import quality
from stepladder_engine.report.sections.targets import targets
from stepladder_engine.report.sections.today import today
from stepladder_engine.report.source import Source
from stepladder_engine.report.view import View
from stepladder_engine.report.wording import Wording
from stepladder_engine.results.answer import Answer

SECTIONS = (today, money, ladder, leaks, growth, offers, cohorts, owners, targets, quality)
"""The sections in the order in which they stand."""


@dataclass(frozen=True)
class Made:
    """A report, what it is told with, and how records are called in it."""

    report: Report
    words: Wording
    name_of: Callable[[Case], str | None]

    @cached_property
    def document(self) -> Document:
        """The report as plain values."""
        return as_document(self.report, self.words, self.name_of)


def make_report(answer: Answer, origin: Origin, language: str) -> Made:
    """Make the report of a run in a reader's language."""
    source, words = Source(answer, language), Wording(language, answer.spec.currency)
    return Made(_report(source, words, origin), words, source.name_of)


def compare_reports(answer: Answer, made: Made, old: Answer, other: str, names: Mapping[Key, str]) -> Made:
    """Give a report with the figures of an older one beside its own.

    `other` says in words which one that is; `names` are the new names of what the new spec calls otherwise.
    """
    before = make_report(old, made.report.origin, made.words.language)
    runs = RunDifference(old, answer, names)
    return replace(made, report=compared(made.report, before.report, made.words, other, runs))


def _report(source: Source, words: Wording, origin: Origin) -> Report:
    answer, spec = source.answer, source.spec
    texts = _texts(spec)
    view = View(source, words, texts)
    sections = tuple(make(view) for make in SECTIONS)
    return Report(
        spec.name,
        spec.label,
        words.language,
        spec.language,
        spec.currency,
        answer.summary["as_of"],
        _moment(view),
        answer.summary["as_of_given"],
        origin,
        sections,
        sources=texts,
    )


def _moment(view: View) -> str:
    """Write the moment of the run: a day, with the time where it is not the end of that day."""
    zone, as_of = view.source.zone, view.source.as_of
    day = view.words.day(zone.day(as_of))
    if as_of == zone.end_of(zone.day(as_of)):
        return day
    clock = zone.text(as_of)[11:16]
    told = "".join(view.words.number(int(sign)) if sign.isdigit() else sign for sign in clock)
    return f"{day} {told}"


def _texts(spec: m.Spec) -> dict[str, str]:
    """Read the files of the spec that are there, by the names under which its lines are known."""
    found = {}
    for name in dict.fromkeys(span.file for span in _spans(spec)):
        file = Path(name)
        if name and file.is_file():
            found[name] = file.read_text(encoding="utf-8-sig", errors="replace")
    return found


def _spans(spec: m.Spec) -> Iterator[Span]:
    """Yield where the parts of the spec stand, the spec itself first."""
    yield spec.span
    for things in (spec.roles, spec.events, spec.processes, spec.offers, spec.follow_ups, spec.metrics):
        for thing in things.values():
            yield thing.span
    for process in spec.processes.values():
        for stage in process.stages.values():
            yield stage.span
