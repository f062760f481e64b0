"""What is known of each rule, and how it stands in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stepladder_dsl.record import record
from stepladder_engine.cli.settings import NOTHING, Asked, configuration, nearest_file
from stepladder_engine.cli.specs import settings_for
from stepladder_engine.texts.catalogue import text

if TYPE_CHECKING:
    from stepladder_dsl.diagnostics.diagnostic import Severity
    from stepladder_dsl.lint.rule import Rule


@record
class State:
    """A rule with the settings of a folder."""

    rule: Rule
    on: bool
    severity: Severity
    can_run: bool
    """Whether what it needs is installed."""

    def in_words(self, language: str) -> str:
        """Say whether it runs, and what it needs."""
        from stepladder_dsl.diagnostics.catalogue import words

        parts = [text(language, "rules.on" if self.on else "rules.off"), words(language)[self.severity.value]]
        if self.rule.needs_solver:
            parts.append(text(language, "rules.solver" if self.can_run else "rules.no_solver"))
        return words(language)["comma"].join(parts)


def state_in(folder: Path, code: str) -> State | None:
    """Give a rule as it stands in a folder; None for what is no rule, or where the settings are of no use.

    Whoever asks for the page about such settings is to see it.
    """
    file = nearest_file(folder / "a.ladder")
    if file is not None and (not file.is_file() or configuration(file)[0] is None):
        return None
    return next((state for state in states(folder) if state.rule.code == code), None)


def states(folder: Path, asked: Asked = NOTHING) -> list[State]:
    """Give every rule as it stands in a folder."""
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.lint.registry import discover, has_solver
    from stepladder_dsl.lint.settings import DEFAULT
    from stepladder_dsl.source import NOWHERE

    settings = settings_for(folder / "a.ladder", asked) or DEFAULT
    return [
        State(
            rule,
            settings.wants(rule),
            settings.judged(Diagnostic(rule.code, NOWHERE)).severity or rule.severity,
            has_solver() or not rule.needs_solver,
        )
        for rule in discover()
    ]
