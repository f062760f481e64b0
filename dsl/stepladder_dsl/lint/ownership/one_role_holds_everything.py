"""One role that has every duty of the spec: the owner in every box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from stepladder_dsl.analysis.duties import duties_of
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule

_FEWEST_DUTIES = 8
_FEWEST_KINDS = 3


def _check(context: LintContext) -> Iterator[Diagnostic]:
    duties = list(duties_of(context.spec))
    roles = {duty.role for duty in duties}
    kinds = Counter(duty.kind for duty in duties)
    # A short text may well be about the work of one person.
    if len(roles) != 1 or len(duties) < _FEWEST_DUTIES or len(kinds) < _FEWEST_KINDS:
        return
    role = context.spec.roles[roles.pop()]
    values = {
        "role": role.name,
        "stages": kinds["stage"],
        "alerts": kinds["alert"],
        "tasks": kinds["task"],
        "offers": kinds["offer"],
        "metrics": kinds["metric"],
        "count": len(duties),
    }
    variant = "others" if len(context.spec.roles) > 1 else ""
    yield Diagnostic("SL209", role.span, values, variant)


RULE = Rule("SL209", "one-role-holds-everything", Severity.INFO, _check)
