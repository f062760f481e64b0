"""Which rules run on a text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from stepladder_dsl.lint.rule import Rule


@dataclass(frozen=True)
class LintSettings:
    """Rules by their codes, beginnings of codes such as `SL2`, or names.

    `select` empty stands for every rule that is on by default; `extend` adds to them; `ignore` takes away.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()

    def wants(self, rule: Rule) -> bool:
        """Say whether a rule runs."""
        if _is_among(rule, self.ignore):
            return False
        if _is_among(rule, self.extend):
            return True
        return _is_among(rule, self.select) if self.select else rule.on_by_default


def _is_among(rule: Rule, wanted: Collection[str]) -> bool:
    return any(
        rule.code.startswith(word.strip().upper()) or rule.name == word.strip().lower()
        for word in wanted
        if word.strip()
    )


DEFAULT = LintSettings()
