"""Events that rules make happen, and that lead back to the same rules without end."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.chains import Chain, Chains
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Route, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Emit


def _check(context: LintContext) -> Iterator[Diagnostic]:
    if not any(isinstance(part, Emit) for part in context.parts):
        return
    for chain in Chains(context.spec).endless():
        # An event that leads to itself later, once, is a reminder.
        if chain.at_once or chain.grows:
            yield _found(chain)


def _found(chain: Chain) -> Diagnostic:
    events = [arrival.event for arrival in chain.arrivals]
    return Diagnostic(
        "SL312",
        chain.links[0].emit.span,
        {"way": Route.of([*events, events[0]])},
        "" if not chain.grows else "grows" if chain.at_once else "multiplies",
        tuple(
            Label(
                link.emit.span,
                "step",
                {"event": arrival.event, "process": arrival.process, "next": link.emit.event},
            )
            for arrival, link in zip(chain.arrivals, chain.links, strict=True)
        ),
    )


RULE = Rule("SL312", "rules-trigger-each-other", Severity.WARNING, _check)
