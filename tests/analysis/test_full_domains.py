"""What an expression over a record can ever be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stepladder_dsl.analysis.full_domains import full_domain
from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source

SPEC = """\
spec shop
    currency EUR
role seller
record client
    level one of low, high optional
    points number >= 0 <= 10
    score number >= 1 <= 10
    grade number >= 1 <= 10
    since_when date optional
    newsletter yes/no
event visit for client
    stars number >= 1 <= 5
    shift number optional
event purchase for client
    amount money > 0
let visits for client = count of visit
let spent for client = sum of purchase.amount
let moved for client = sum of visit.shift
let mean for client = average of visit.stars
let lowest for client = min of visit.stars
let days for client = days since last visit
let age for client = days since since_when
let came for client = reached bought
let late for client = days since last visit > 3
let same for client = visits
let the_level for client = level
let the_points for client = points
let the_score for client = score
let the_grade for client = grade
let the_newsletter for client = newsletter
let double for client = points * 2
process sale for client
    owner seller
    stage choosing
        on visit stay
            set score = stars + 6
            set grade = 3
        on purchase go to bought
    stage bought
        end won
"""


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("the_level", ["low", "high", None], ["other"]),
        ("the_points", ["0", "2.5", "10"], ["-0.1", "11", None]),
        ("the_score", ["11", "-3", None], []),
        ("the_grade", ["1", "10"], ["11", None]),
        ("the_newsletter", [True, False], [None]),
        ("visits", ["0", "7"], ["-1", "0.5", None]),
        ("same", ["0", "7"], ["-1", "0.5", None]),
        ("spent", ["0", "0.01"], ["-1", None]),
        ("moved", ["0", "-0.5"], [None]),
        ("mean", ["1", "4.5", None], ["0", "6"]),
        ("lowest", ["1", "5", None], ["0"]),
        ("days", ["0", "3", None], ["-1", "0.5"]),
        ("age", ["-2", "3", None], ["0.5"]),
        ("came", [True, False], [None]),
        ("late", [True, False, None], []),
        ("double", ["-1", "0.3", None], []),
    ],
)
def test_the_full_domain_of_a_named_value(name: str, inside: list[Any], outside: list[Any]) -> None:
    spec = compile_text(Source("shop.ladder", SPEC), lint=False).spec
    assert spec is not None
    found = full_domain(spec.lets[name].value, spec, "client")
    assert found is not None
    for value in inside:
        assert found.contains(_read(value)), value
    for value in outside:
        assert not found.contains(_read(value)), value


def _read(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and value.strip("-")[0].isdigit() else value
