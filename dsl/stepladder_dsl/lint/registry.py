"""Finds the rules and runs them.

A rule is a module in a family's folder that has a `RULE`; its page lies beside
it as ``<module>.<language>.md``. There is no list to keep: a new file is a new rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import NamedTuple

from stepladder_dsl.diagnostics.codes import register
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Suppressed
from stepladder_dsl.lint.allowances import Allowances, hinders
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.lint.settings import DEFAULT, LintSettings
from stepladder_dsl.model.allowances import Allowance
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source


@cache
def discover() -> tuple[Rule, ...]:
    """Give every rule in the order of the codes, and make its code known."""
    found = []
    for package, stem in _modules():
        rule = import_module(f"{package}.{stem}").RULE
        register(rule.code, rule.name, rule.severity, package, stem)
        found.append(rule)
    return tuple(sorted(found, key=lambda rule: rule.code))


def register_all() -> None:
    """Make the codes of all rules known, as `explain` and the lists of codes need them."""
    discover()


class Linted(NamedTuple):
    """What the rules say of a text: what stands, what the text allows, and which rules could not run."""

    findings: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...] = ()
    ran: frozenset[str] = frozenset()
    """The codes of the rules that ran."""
    left_out: tuple[Rule, ...] = ()
    """Rules that are wanted and need a solver, where none is installed."""
    unsure: frozenset[str] = frozenset()
    """The codes of the rules that left questions open: what they do not find may still be there."""
    undecided: int = 0
    """How many questions to the solver were left open."""


def run_rules(spec: Spec, source: Source, settings: LintSettings = DEFAULT) -> list[Diagnostic]:
    """Give what the rules find, in the order of the text."""
    return list(lint(spec, source, settings).findings)


def lint(
    spec: Spec,
    source: Source,
    settings: LintSettings = DEFAULT,
    allowances: Sequence[Allowance] = (),
    found: Sequence[Diagnostic] = (),
    included: Sequence[Source] = (),
) -> Linted:
    """Run the rules, and set aside what the text allows of their findings and of those `found` before."""
    wanted = _wanted(settings)
    left_out = [rule for rule in wanted if rule.needs_solver and not has_solver()]
    allowed = Allowances(allowances)
    stand, suppressed = allowed.split([*map(settings.judged, found), *allowed.wrong()])
    context = LintContext(spec, source, included=tuple(included))
    ran: set[str] = set()
    unsure: set[str] = set()
    undecided = 0
    for rule in sorted(wanted, key=lambda rule: rule.comes_last):
        # A forgotten owner leaves a role unused: what errors bring along waits until they are mended.
        waits = settings.style_waits and (rule.is_about_style or rule.tells_stories) and not rule.comes_last
        if rule in left_out or (waits and hinders(stand)):
            continue
        if rule.comes_last:
            context = replace(context, unneeded=tuple(allowed.unneeded(ran - unsure)))
        more, more_suppressed = allowed.split([settings.judged(finding) for finding in rule.check(context)])
        stand += more
        suppressed += more_suppressed
        ran.add(rule.code)
        if not rule.comes_last and context.undecided > undecided:
            unsure.add(rule.code)
            undecided = context.undecided
    ordered = sorted(stand, key=lambda finding: finding.sort_key)
    return Linted(
        tuple(ordered), tuple(suppressed), frozenset(ran), tuple(left_out), frozenset(unsure), undecided
    )


def _wanted(settings: LintSettings) -> list[Rule]:
    """Give the rules that run by some settings."""
    wanted = [rule for rule in discover() if settings.wants(rule)]
    forbidding = [rule for rule in wanted if settings.forbids(rule)]
    # An error that speaks of what the other rules have found needs them all.
    fewer = settings.errors_only and not any(rule.comes_last for rule in forbidding)
    return forbidding if fewer else wanted


@cache
def has_solver() -> bool:
    """Say whether the solver is installed; to know that it need not be loaded."""
    return find_spec("z3") is not None


def _modules() -> Iterator[tuple[str, str]]:
    """Yield (package, module) of every rule: one reading of each family's folder."""
    parent = import_module("stepladder_dsl.lint")
    for family in iter_modules(parent.__path__):
        if family.ispkg:
            package = f"{parent.__name__}.{family.name}"
            folder = import_module(package)
            for module in iter_modules(folder.__path__):
                yield package, module.name
