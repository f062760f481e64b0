"""Two things of one kind that have the same title, so that nobody can tell them apart."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.names import Named, named_things
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule

_TOLD_APART_BY_TITLE = ("stage", "role", "record", "process", "offer")
"""Follow-ups may have one title, as the same call is made on several occasions; so may branches' figures."""


def _check(context: LintContext) -> Iterator[Diagnostic]:
    first: dict[tuple[tuple[str, ...], str], Named] = {}
    for thing in named_things(context.spec):
        if thing.title is None or thing.kind not in _TOLD_APART_BY_TITLE:
            continue
        key = (_scope(context, thing), " ".join(thing.title.casefold().split()))
        other = first.setdefault(key, thing)
        if other is not thing:
            values = {
                "kind": f"<{thing.kind}>",
                "name": thing.name,
                "other": other.name,
                "title": thing.title,
            }
            yield Diagnostic("SL807", thing.span, values, labels=(Label(other.span, "other"),))


def _scope(context: LintContext, thing: Named) -> tuple[str, ...]:
    """Give among what a thing has to be told apart: offers among those that are open in the same stages."""
    if thing.kind == "offer":
        offer = context.spec.offers[thing.name]
        return (thing.kind, offer.record, *(f"{process}.{stage}" for process, stage in offer.stages))
    return thing.space


RULE = Rule("SL807", "duplicate-title", Severity.WARNING, _check)
