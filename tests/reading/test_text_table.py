"""Texts are numbered as they come, wherever they lie in memory, and put in the order of their letters."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_engine.fast.read.text_table import TextTable

WORDS = st.text(st.sampled_from("ab0é\0۱"), max_size=9) | st.sampled_from(["a" * 8, "a" * 9, "a" * 16 + "b"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=40), max_size=3), st.integers(0, 9), st.integers(0, 9))
def test_each_text_has_the_number_that_it_was_given_first(
    parts: list[list[str]], before: int, behind: int
) -> None:
    table = TextTable()
    known: dict[str, int] = {}
    for words in parts:
        encoded = [word.encode() for word in words]
        places = np.array([*accumulate(map(len, encoded), initial=before)], np.int64)
        data = np.frombuffer(b"~" * before + b"".join(encoded) + b"~" * behind, np.uint8)

        numbers = table.insert(data, places[:-1], places[1:], zeros=bool((data == 0).any()))

        assert numbers.tolist() == [known.setdefault(word, len(known)) for word in words]

    assert [table.text(code) for code in range(len(table))] == list(known)
    ordered = table.in_order(np.arange(len(table), dtype=np.int32))
    assert [table.text(int(code)) for code in ordered] == sorted(known)


def test_many_keys_that_count_upwards_keep_their_order() -> None:
    table = TextTable()
    keys = [f"C{number:06}" for number in range(9_000)]

    numbers = table.add([*reversed(keys), *keys])

    assert len(table) == len(keys)
    assert all(after == before - 1 for before, after in pairwise(numbers[len(keys) :].tolist()))
    assert [table.text(int(code)) for code in table.in_order(numbers[: len(keys)])] == keys
