"""Findings as commands that a GitHub workflow shows beside the lines of a change."""

from __future__ import annotations

from collections.abc import Sequence

from stepladder_dsl.diagnostics.catalogue import hint, message, rule_name, severity
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_IN_TEXT = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_IN_PROPERTY = (*_IN_TEXT, (":", "%3A"), (",", "%2C"))


def render_github(diagnostics: Sequence[Diagnostic], language: str = "en") -> str:
    """Write one command for each finding."""
    return "".join(_command(diagnostic, language) + "\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic, language: str) -> str:
    span = diagnostic.span
    place = {
        "file": span.file,
        "line": str(span.line),
        "endLine": str(span.line),
        "col": str(span.column),
        "endColumn": str(max(span.end_column - 1, span.column)),
    }
    # A finding about no text, such as a wrong option, has no place.
    properties = {**(place if span.file else {}), "title": f"{diagnostic.code} {rule_name(diagnostic)}"}
    listed = ",".join(f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items())
    advice = hint(diagnostic, language)
    text = message(diagnostic, language) + (f"\n{advice}" if advice else "")
    return f"::{_COMMANDS[severity(diagnostic)]} {listed}::{_escaped(text, _IN_TEXT)}"


def _escaped(text: str, replacements: tuple[tuple[str, str], ...]) -> str:
    for character, escape in replacements:
        text = text.replace(character, escape)
    return text
