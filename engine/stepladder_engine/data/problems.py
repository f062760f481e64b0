"""Findings about mappings and data: how they are made, and how their sentences are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Any

import stepladder_engine.data.codes  # noqa: F401 (makes the codes known)
from stepladder_dsl.diagnostics import catalogue
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.record import record
from stepladder_dsl.source import NOWHERE, Span
from stepladder_engine.texts.catalogue import Phrase, tell

_SHOWN = 60
_LISTED = 20


@record
class Fault:
    """Why a cell or a row cannot be used: a code, and the values its sentence speaks of."""

    code: str
    variant: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    suggestion: str | None = None

    def at(self, span: Span, **more: Any) -> Diagnostic:
        """Give the finding that says this of a place."""
        return Diagnostic(self.code, span, {**self.values, **more}, self.variant, (), self.suggestion)


def finding(
    code: str, span: Span, variant: str = "", *, suggestion: str | None = None, **values: Any
) -> Diagnostic:
    """Give a finding with the values of its sentence."""
    return Diagnostic(code, span, values, variant, (), suggestion)


def in_file(name: str, line: int = 1) -> Span:
    """Give the span of the beginning of a line of a file."""
    return Span(name, line, 1, 2)


def shown(text: str, limit: int = _SHOWN) -> str:
    """Give the text as a message shows it: on one line, and cut where it is long."""
    flat = " ".join(text[: limit * 4].split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def listed(names: Iterable[str]) -> list[str]:
    """Give the names as a message lists them: not more of them than somebody reads."""
    quoted = [f"`{name}`" for name in names]
    return quoted if len(quoted) <= _LISTED else [*quoted[:_LISTED], "…"]


def reason(fault: Fault, column: str, language: str) -> str:
    """Give the sentence that says why a row was rejected, with the nearest name where there is one."""
    diagnostic = fault.at(NOWHERE, column=column)
    sentence = catalogue.message(diagnostic, language)
    return f"{sentence}; {catalogue.hint(diagnostic, language)}" if fault.suggestion else sentence


def is_error(found: Diagnostic) -> bool:
    """Tell a mistake from what is only worth knowing."""
    return catalogue.severity(found) is Severity.ERROR


def note(variant: str, **values: Any) -> Diagnostic:
    """Give something worth knowing that is not a mistake."""
    return finding("SD090", NOWHERE, variant, **values)


def sentence(told: Diagnostic, language: str) -> str:
    """Give the sentence of a note in a language."""
    return catalogue.message(in_language(told, language), language)


def in_language(told: Diagnostic, language: str) -> Diagnostic:
    """Give a finding with the phrases among its values in a language; untold they are English."""

    def words(value: Any) -> Any:
        if isinstance(value, list):
            return [words(part) for part in value]
        return tell(value, language) if isinstance(value, Phrase) else value

    return replace(told, values={name: words(value) for name, value in told.values.items()})
