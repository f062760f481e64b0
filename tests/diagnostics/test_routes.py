"""A way from name to name is shown with arrows, in the direction in which the reader's language is read."""

from __future__ import annotations

import pytest

from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Route
from stepladder_dsl.lint.registry import register_all
from stepladder_dsl.source import NOWHERE

register_all()


def shown(names: list[str], language: str) -> str:
    finding = Diagnostic("SL208", NOWHERE, {"role": names[0], "circle": Route.of(names)})
    return message(finding, language).partition(":")[2].strip()


@pytest.mark.parametrize(("language", "way"), [("en", "`a` → `b` → `a`"), ("fa", "`a` ← `b` ← `a`")])
def test_a_way_has_arrows_between_its_names(language: str, way: str) -> None:
    assert shown(["a", "b", "a"], language) == way


def test_of_a_long_way_the_beginning_and_the_end_are_shown() -> None:
    names = [f"role_{number}" for number in range(30)]
    first, last = names[:5], names[-5:]
    assert shown(names, "en") == " → ".join(
        [*(f"`{name}`" for name in first), "…", *(f"`{name}`" for name in last)]
    )
