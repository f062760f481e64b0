"""A baseline: the findings that an existing spec has, so that a check shows only what is new."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stepladder_dsl.diagnostics.catalogue import message, rule_name
from stepladder_dsl.diagnostics.codes import known_code
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Suppressed
from stepladder_dsl.diagnostics.fingerprints import around, fingerprint
from stepladder_dsl.lint.allowances import can_be_allowed
from stepladder_dsl.source import NOWHERE, Source

_VERSION = 1

Naming = Callable[[str], str]
"""Gives the name of a file as the baseline has it, of the one under which findings speak of it."""


@dataclass(frozen=True)
class Entry:
    """A finding that is known: as many of a kind as `count` says."""

    file: str
    code: str
    fingerprint: str
    count: int = 1
    within: str = ""
    message: str = ""
    """For whoever reads the file; not compared."""

    @property
    def key(self) -> tuple[str, str]:
        """By what the entry is found."""
        return (self.file, self.fingerprint)


@dataclass
class Baseline:
    """The entries of a file, and which of them were found."""

    entries: tuple[Entry, ...]
    _found: Counter[tuple[str, str]] = field(default_factory=Counter)

    def split(
        self, findings: Sequence[Diagnostic], sources: Mapping[str, Source], name: Naming
    ) -> tuple[list[Diagnostic], list[Suppressed]]:
        """Part the findings of one spec that are new from those that are known."""
        known = Counter({entry.key: entry.count for entry in self.entries})
        found: Counter[tuple[str, str]] = Counter()
        new: list[Diagnostic] = []
        suppressed: list[Suppressed] = []
        for finding in findings:
            key = (name(finding.span.file), fingerprint(finding, sources))
            if found[key] < known[key] and can_be_known(finding):
                found[key] += 1
                suppressed.append(Suppressed(finding))
            else:
                new.append(finding)
        # A file that two specs include is found in both.
        self._found |= found
        return new, suppressed

    def gone(self, looked_for: Callable[[Entry], bool]) -> list[Entry]:
        """Give what was looked for and is not found, or not as often, any more."""
        return [entry for entry in self.entries if self._found[entry.key] < entry.count and looked_for(entry)]


def can_be_known(finding: Diagnostic) -> bool:
    """Say whether a finding may stand in a baseline: nobody can live with an error of the language."""
    code = known_code(finding.code)
    return code is not None and can_be_allowed(code)


def entries_of(
    findings: Iterable[Diagnostic], sources: Mapping[str, Source], name: Naming
) -> dict[tuple[str, str], Entry]:
    """Give the entries of one spec's findings by their keys."""
    entries: dict[tuple[str, str], Entry] = {}
    for finding in findings:
        if not can_be_known(finding):
            continue
        within = " / ".join(around(finding.span, sources))
        entry = Entry(
            name(finding.span.file),
            finding.code,
            fingerprint(finding, sources),
            within=within,
            message=message(finding),
        )
        before = entries.get(entry.key)
        entries[entry.key] = replace(before, count=before.count + 1) if before else entry
    return entries


def write_baseline(entries: Iterable[Entry]) -> str:
    """Give the text of a baseline; `schemas/baseline.schema.json` describes it."""
    ordered = sorted(entries, key=lambda entry: (entry.file, entry.code, entry.within, entry.fingerprint))
    document = {"version": _VERSION, "findings": [_as_values(entry) for entry in ordered]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _as_values(entry: Entry) -> dict[str, Any]:
    return {
        "file": entry.file,
        "code": entry.code,
        "rule": rule_name(Diagnostic(entry.code, NOWHERE)),
        "within": entry.within,
        "message": entry.message,
        "count": entry.count,
        "fingerprint": entry.fingerprint,
    }


def read_baseline(text: str) -> Baseline | None:
    """Read a baseline; None where the text is none."""
    try:
        document = json.loads(text.removeprefix("\ufeff"))
        if document["version"] != _VERSION or not isinstance(document["findings"], list):
            return None
        entries = [
            Entry(
                str(found["file"]),
                str(found["code"]),
                str(found["fingerprint"]),
                int(found.get("count", 1)),
                str(found.get("within", "")),
                str(found.get("message", "")),
            )
            for found in document["findings"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return Baseline(tuple(entries))
