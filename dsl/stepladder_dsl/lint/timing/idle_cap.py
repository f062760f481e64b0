"""A cap that never holds anything back, because another one is always stricter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Cap, Offer


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec, durations = context.spec, Durations(context.spec.calendars)
    yield from _idle(spec.contact_caps, durations, spec.language)
    for offer in spec.offers.values():
        yield from _idle(offer.caps, durations, spec.language)
        yield from _above_total(offer, spec.language)


def _idle(caps: Sequence[Cap], durations: Durations, language: str) -> Iterator[Diagnostic]:
    """Yield the caps that allow no less in no longer a time than another one; of two equal ones the lower."""
    for place, cap in enumerate(caps):
        for other_place, other in enumerate(caps):
            if other_place == place or not _is_stricter(other, cap, durations):
                continue
            if other_place < place or not _is_stricter(cap, other, durations):
                values = {
                    "count": cap.count,
                    "time": duration_text(cap.duration, language),
                    "other": other.count,
                    "window": duration_text(other.duration, language),
                }
                yield Diagnostic("SL610", cap.span, values, labels=(Label(other.span, "other"),))
                break


def _is_stricter(other: Cap, cap: Cap, durations: Durations) -> bool:
    """Say whether whatever one cap lets through the other does too."""
    return other.count <= cap.count and durations.is_never_later(cap.duration, other.duration)


def _above_total(offer: Offer, language: str) -> Iterator[Diagnostic]:
    """Yield the caps of an offer that allow as often as it is made at all."""
    for cap in offer.caps:
        if offer.at_most is not None and offer.at_most <= cap.count:
            values = {
                "count": cap.count,
                "time": duration_text(cap.duration, language),
                "other": offer.at_most,
            }
            yield Diagnostic("SL610", cap.span, values, "total")


RULE = Rule("SL610", "idle-cap", Severity.WARNING, _check)
