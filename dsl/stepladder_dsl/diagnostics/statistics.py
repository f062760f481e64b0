"""How often each code was found, and how many of its findings a fix mends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from stepladder_dsl.diagnostics.catalogue import rule_name, severity
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.diagnostics.fixes import fix_of
from stepladder_dsl.source import Source


class Count(NamedTuple):
    """The findings of one code that are equally severe."""

    code: str
    name: str
    severity: Severity
    number: int
    fixable: int
    """How many a safe fix mends."""
    fixable_unsafely: int
    """How many only a fix mends that may change what the spec means."""


def statistics(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> list[Count]:
    """Count findings by code, the most frequent first."""
    groups: dict[tuple[str, Severity], list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        groups.setdefault((diagnostic.code, severity(diagnostic)), []).append(diagnostic)
    counts = [_count(code, level, found, sources) for (code, level), found in groups.items()]
    return sorted(counts, key=lambda count: (-count.number, count.code))


def _count(code: str, level: Severity, found: list[Diagnostic], sources: Mapping[str, Source]) -> Count:
    fixes = [fix for diagnostic in found if (fix := fix_of(diagnostic, sources)) is not None]
    safe = sum(fix.safe for fix in fixes)
    return Count(code, rule_name(found[0]), level, len(found), safe, len(fixes) - safe)
