"""Puts the figures of a run beside what a review has found in the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from stepladder_dsl.audit.document import Document
from stepladder_dsl.audit.figures import wanted
from stepladder_dsl.audit.review import SECTIONS
from stepladder_dsl.audit.texts import word
from stepladder_dsl.model.types import MoneyType
from stepladder_engine.metrics.evaluate import MetricValue, evaluate_figures
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.summary import plain
from stepladder_engine.results.values import group_text, value_text
from stepladder_engine.texts.catalogue import Phrase, number, tell_plainly, text

_OPEN = ("due", "overdue", "escalated")


def with_figures(document: Document, answer: Answer, language: str) -> Document:
    """Give a review's document with the figures of a run: at each piece of evidence, and as a whole."""
    figures = _Figures(answer, language)
    for section in SECTIONS:
        for subject in document[section]:
            for part in subject["parts"]:
                for evidence in part["evidence"]:
                    evidence["figures"] = figures.of(evidence)
    return document | {"data": figures.whole()}


class _Figures:
    """The figures of one run, told in one language."""

    def __init__(self, answer: Answer, language: str) -> None:
        self.answer = answer
        self.spec = answer.result.program.spec
        self.language = language
        self.stages = {
            (stage.span.file, stage.span.line): answer.summary["stages"][process.name][stage.name]
            for process in self.spec.processes.values()
            for stage in process.stages.values()
        }
        self.tasks: dict[str, Counter[str]] = defaultdict(Counter)
        self.offers: dict[str, Counter[str]] = defaultdict(Counter)
        for entity in answer.result.entities:
            for task in entity.tasks:
                if task.kind == "follow_up":
                    self.tasks[task.rule][answer.result.status(task)] += 1
            for copy in entity.offers:
                self.offers[copy.offer.name][copy.status] += 1

    def of(self, evidence: Document) -> list[Document]:
        """Give what the data says of one piece of evidence."""
        name = evidence["name"]
        match evidence["kind"]:
            case "metric":
                return self._metric(self.answer.metrics[name])
            case "stage":
                return [self._told("cases", {"count": self.stages[evidence["file"], evidence["line"]]})]
            case "offer":
                statuses = self.offers[name]
                return [self._told("offers", {key: statuses[key] for key in ("open", "accepted")})]
            case "follow_up":
                statuses = self.tasks[name]
                left = sum(statuses[status] for status in _OPEN)
                return [self._told("tasks", {"open": left, "done": statuses["done"]})]
            case _:
                return []

    def _told(self, key: str, values: dict[str, int]) -> Document:
        told = {name: number(self.language, value) for name, value in values.items()}
        return {"key": key, "text": word(f"figure.{key}", self.language, **told), "values": values}

    def _metric(self, figure: MetricValue) -> list[Document]:
        groups = (self._metric_line(group_text(group), part) for group, part in figure.groups.items())
        return [self._metric_line("", figure), *groups]

    def _metric_line(self, group: str, figure: MetricValue) -> Document:
        value = self._amount(
            figure.value,
            percent=figure.metric.percent,
            money=isinstance(figure.metric.value.type, MoneyType),
        )
        told = word("figure.of", self.language, value=value, count=number(self.language, figure.count))
        if figure.met is not None:
            told += word("comma", self.language) + word("met" if figure.met else "missed", self.language)
        values = {
            "value": plain(figure.value),
            "count": figure.count,
            "target": plain(figure.target),
            "met": figure.met,
        }
        return {"key": "metric", "text": f"{group}: {told}" if group else told, "values": values}

    def _amount(self, value: Any, *, percent: bool = False, money: bool = False) -> str:
        if value is None:
            return word("figure.unknown", self.language)
        if isinstance(value, bool):
            return text(self.language, "value.yes" if value else "value.no")
        if not isinstance(value, int | Decimal):
            return value_text(value)
        if percent:
            share = Phrase("number.percent", {"value": number(self.language, value * 100, ",.1f")})
            return tell_plainly(share, self.language)
        short = number(self.language, value, ",.2f" if value != int(value) else ",.0f")
        return f"{short} {self.spec.currency or ''}".rstrip() if money else short

    def whole(self) -> Document:
        """Give what the data says of the questions, whether the spec asks it or not."""
        asked = wanted(self.spec)
        values = evaluate_figures(self.answer.result, [one.value for one in asked])
        figures = [
            {
                "key": one.key,
                "question": one.question,
                "label": word(f"figure.{one.key}", self.language),
                "text": self._amount(found.value, money=isinstance(one.value.type, MoneyType)),
                "value": plain(found.value),
                "count": found.count,
            }
            for one, found in zip(asked, values, strict=True)
        ]
        summary = self.answer.summary
        counts = {
            "open_tasks": sum(summary["tasks"][status] for status in _OPEN),
            "forgotten": summary["forgotten"],
        }
        figures += [
            {
                "key": key,
                "question": None,
                "label": word(f"figure.{key}", self.language),
                "text": number(self.language, count),
                "value": count,
                "count": count,
            }
            for key, count in counts.items()
        ]
        return {
            "as_of": summary["as_of"],
            "figures": figures,
        }
