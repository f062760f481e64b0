"""Which rules run on a text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from stepladder_dsl.diagnostics.codes import Code, known_code
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import Rule


@dataclass(frozen=True)
class LintSettings:
    """Rules by their codes, beginnings of codes such as `SL2`, or names.

    `select` empty stands for every rule that is on by default; `extend` adds to them; `ignore` takes away.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    """How bad a finding is, by code or name, where it is not as bad as its code says."""

    def wants(self, rule: Rule) -> bool:
        """Say whether a rule runs."""
        if _is_among(rule, self.ignore):
            return False
        if _is_among(rule, self.extend):
            return True
        return _is_among(rule, self.select) if self.select else rule.on_by_default

    def shows(self, code: Code) -> bool:
        """Say whether findings of a code that is no rule's are shown."""
        return not _is_among(code, self.ignore) and (not self.select or _is_among(code, self.select))

    def judged(self, finding: Diagnostic) -> Diagnostic:
        """Give a finding as bad as the settings say."""
        code = known_code(finding.code) if self.severity else None
        if code is None:
            return finding
        levels = [
            level for word, level in self.severity if word.casefold() in {code.code.casefold(), code.name}
        ]
        return replace(finding, severity=levels[-1]) if levels else finding


def _is_among(rule: Rule | Code, wanted: Collection[str]) -> bool:
    return any(
        rule.code.startswith(word.strip().upper()) or rule.name == word.strip().lower()
        for word in wanted
        if word.strip()
    )


DEFAULT = LintSettings()
