"""Which lines of a text belong to a thing, and which comment speaks of it."""

from __future__ import annotations

import pytest

from stepladder_dsl.source import Source, Span
from stepladder_dsl.viewer.lines import lines_of, note_above

TEXT = """\
spec shop

# ---- The sale ----
# How we sell.
process sale for client
    owner seller

    # Where everybody begins.
    stage one
        start

        on buy go to two
    # Behind it.
    stage two
        end won

# The end.
"""
SOURCES = {"shops/shop.ladder": Source("shops/shop.ladder", TEXT)}


def at(line: int) -> Span:
    return Span("shops/shop.ladder", line, 1, 2)


@pytest.mark.parametrize(
    ("line", "before", "numbers", "text"),
    [
        (1, None, [1], "spec shop"),
        (9, None, [9, 10, 11, 12], "stage one\n    start\n\n    on buy go to two"),
        (14, None, [14, 15], "stage two\n    end won"),
        (5, 9, [5, 6], "process sale for client\n    owner seller"),
    ],
)
def test_a_block_ends_where_the_text_comes_back(
    line: int, before: int | None, numbers: list[int], text: str
) -> None:
    found = lines_of(SOURCES, at(line), before)
    assert found
    assert [number for number, _ in found.lines] == numbers
    assert found.text == text
    assert found.file == "shop.ladder"


@pytest.mark.parametrize(
    ("line", "note"),
    [(1, None), (5, "The sale How we sell."), (9, "Where everybody begins."), (10, None), (14, "Behind it.")],
)
def test_the_comment_right_above_speaks_of_a_block(line: int, note: str | None) -> None:
    assert note_above(SOURCES, at(line)) == note


def test_what_no_text_says_has_no_lines() -> None:
    nowhere = Span("other.ladder", 3, 1, 2)
    assert lines_of(SOURCES, nowhere) is None
    assert note_above(SOURCES, nowhere) is None
