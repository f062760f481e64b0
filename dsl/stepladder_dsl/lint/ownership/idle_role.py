"""A role to which others report and which has nothing to do."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.duties import duties_of
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Phase, Process, Spec, Stage
from stepladder_dsl.model.types import PersonType


def _check(context: LintContext) -> Iterator[Diagnostic]:
    busy = {duty.role for duty in duties_of(context.spec)} | _named(context)
    for role in context.spec.roles.values():
        below = _below(context.spec, role.name)
        # What nobody speaks of at all is unused, and `unused-declaration` says so.
        if role.name not in busy and below:
            values = {"role": role.name, "below": tuple(f"`{name}`" for name in below)}
            yield Diagnostic("SL211", role.span, values)


def _below(spec: Spec, superior: str) -> list[str]:
    return [role.name for role in spec.roles.values() if role.reports_to == superior != role.name]


def _named(context: LintContext) -> set[str]:
    """Give the roles that some place names as owner, though it has no stage of work, and those of persons."""
    found: set[str | None] = set()
    for part in context.parts:
        match part:
            case Process(owner=owner) | Phase(owner=owner) | Stage(own_owner=owner):
                found.add(owner)
            case PersonType(role=role):
                found.add(role)
    return {role for role in found if role is not None}


RULE = Rule("SL211", "idle-role", Severity.INFO, _check, on_by_default=False)
