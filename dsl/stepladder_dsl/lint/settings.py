"""Which rules run on a text, and how bad their findings are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.codes import Code, known_code
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.record import record

if TYPE_CHECKING:
    from stepladder_dsl.lint.rule import Rule


@record
class LintSettings:
    """Rules by their codes, beginnings of codes such as `SL2`, or names.

    `select` empty stands for every rule that is on by default; `extend` adds to them, and so does a
    `severity`, for who says how bad a finding is wants to see it; `ignore` takes away.
    What these settings do not decide, those `behind` them do: the command line stands before a folder's
    settings, and those before the file's.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    """How bad a finding is, by code or name, where it is not as bad as its code says."""
    behind: LintSettings | None = None
    style_waits: bool = True
    """Whether rules about style run only where no error is found: what errors bring along is noise."""
    errors_only: bool = False
    """Whether only errors are asked for: rules that find nothing worse need not run."""

    def wants(self, rule: Rule) -> bool:
        """Say whether a rule runs."""
        decided = self._decides(rule)
        return rule.on_by_default if decided is None else decided

    def shows(self, code: Code) -> bool:
        """Say whether findings of a code that is no rule's are shown."""
        return self._decides(code) is not False

    def judged(self, finding: Diagnostic) -> Diagnostic:
        """Give a finding as bad as the settings say."""
        level = self._level(finding.code)
        return finding if level is None else replace(finding, severity=level)

    def forbids(self, rule: Rule) -> bool:
        """Say whether findings of a rule are errors."""
        return (self._level(rule.code) or rule.severity) is Severity.ERROR

    def _decides(self, rule: Rule | Code) -> bool | None:
        """Say whether a rule is wanted; None where nothing is said of it."""
        if is_among(rule, self.ignore):
            return False
        if is_among(rule, self.extend):
            return True
        if any(word.strip() for word in self.select):
            return is_among(rule, self.select)
        if any(is_among(rule, (word,)) for word, _ in self.severity):
            return True
        return self.behind._decides(rule) if self.behind else None  # noqa: SLF001 - the same class

    def _level(self, finding: str) -> Severity | None:
        code = known_code(finding) if self.severity else None
        own = [level for word, level in self.severity if code and known_code(word) == code]
        if own:
            return own[-1]
        return self.behind._level(finding) if self.behind else None  # noqa: SLF001 - the same class


def is_among(rule: Rule | Code, wanted: Collection[str]) -> bool:
    """Say whether one of some words names a rule: its code, the beginning of its code, or its name."""
    return any(
        rule.code.startswith(word.strip().upper()) or rule.name == word.strip().lower()
        for word in wanted
        if word.strip()
    )


DEFAULT = LintSettings()
