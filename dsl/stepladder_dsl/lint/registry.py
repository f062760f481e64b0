"""Finds the rules and runs them.

A rule is a module in a family's folder that has a `RULE`; its page lies beside
it as ``<module>.<language>.md``. There is no list to keep: a new file is a new rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from stepladder_dsl.diagnostics.catalogue import severity
from stepladder_dsl.diagnostics.codes import register
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.lint.settings import DEFAULT, LintSettings
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


def run_rules(spec: Spec, source: Source, settings: LintSettings = DEFAULT) -> list[Diagnostic]:
    """Give what the rules find, in the order of the text."""
    context = LintContext(spec, source)
    found: list[Diagnostic] = []
    for rule in discover():
        if not settings.wants(rule):
            continue
        # A forgotten owner leaves a role unused: what errors bring along waits until they are mended.
        if rule.is_about_style and any(severity(finding) is Severity.ERROR for finding in found):
            continue
        found.extend(rule.check(context))
    return sorted(found, key=lambda finding: finding.sort_key)


def _modules() -> Iterator[tuple[str, str]]:
    """Yield (package, module) of every rule: one reading of each family's folder."""
    parent = import_module("stepladder_dsl.lint")
    for family in iter_modules(parent.__path__):
        if family.ispkg:
            package = f"{parent.__name__}.{family.name}"
            folder = import_module(package)
            for module in iter_modules(folder.__path__):
                yield package, module.name
