"""Which names are taken for each other, whatever stands in a text as a name."""

from __future__ import annotations

from stepladder_dsl.analysis.names import Named, confused_pairs
from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source, Span


def test_a_name_of_a_hundred_thousand_letters_does_not_hold_up_a_check() -> None:
    """The time once grew with the square of its length: such a name came to no end."""
    text = f"spec s\nrole {'ab' * 50_000}\nrole {'ba' * 50_000}\n"
    found = compile_text(Source("shop.ladder", text)).diagnostics
    assert {finding.code for finding in found} == {"SL801"}


def test_names_of_usual_length_are_compared() -> None:
    names = ["contacted", "cotnacted", "bought"]
    things = [Named("role", (), name, None, Span("a", line, 1, 2)) for line, name in enumerate(names, 1)]
    assert [(one.name, two.name) for one, two in confused_pairs(things)] == [("contacted", "cotnacted")]
