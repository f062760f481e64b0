"""Files that are read in another way because they are large give what they give when they are small."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_engine.data import json_arrays, read_json, yaml_tree

LINES = """\
{"Client": "1", "Date": "2026-03-02", "Total": 5}

{"Client": "2", "Date": "2026-03-03", "Total": 6.50, "Note": "x"}
{"Client": "3", "Date":
"""
ENTRIES = """\
- {Client: "1", Date: 2026-03-02 10:30, Total: 5.10, Note: "Привет"}
- Client: no
  Date: 2026-03-03
  Total: |
    6
  Tags: &tags [a, ~]
- {Client: Иван, Date: 2026-03-03, Total: 7, Tags: *tags}
"""


def test_of_a_large_file_of_lines_no_row_is_kept(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small = desk.purchases(LINES, name="orders.ndjson")
    monkeypatch.setattr(read_json, "_KEPT", 0)
    large = desk.purchases(LINES, name="orders.ndjson")
    assert len(small.data.events) == 2
    assert [code for _, code, _ in small.reasons] == ["SD043"]
    assert (large.data, large.diagnostics) == (small.data, small.diagnostics)
    assert desk.purchases("\n\n", name="orders.ndjson").sentences == ["`orders.ndjson` is empty"]


OBJECTS = """\
[{"Client": "1", "Date": "2026-03-02", "Total": 5, "Note": {"a": [1]}},
 {"Client": "2", "Date": "2026-03-03", "Total": 6.50, "Note": "x"}, 5, [1],
 {"Client": "3", "Date": "2026-03-04", "Total": 1, "Total": 2},
 {"Client": "4", "Date": "2026-03-05", "Total": [1, 2]}]
"""


ROWS_ONLY = OBJECTS.replace(", 5, [1]", ", [1]")
LISTS = (
    '[["Client", "Date", "Total"], ["1", "2026-03-02", 5], ["2", "2026-03-03"], ["3", "2026-03-04", 1, 9]]'
)


@pytest.mark.parametrize(
    "text",
    [
        OBJECTS,
        OBJECTS.replace("]\n", "\n"),
        OBJECTS + "5",
        OBJECTS.replace(", 5, [1]", ",, 5"),
        f'{{"orders": {OBJECTS}}}',
        f'{{"page": 1, "result": {{"none": [], "numbers": [1], "orders": {ROWS_ONLY}}}, "more": null}}',
        f'{{"orders": {ROWS_ONLY}, "others": [[1]]}}',
        f'{{"orders": {OBJECTS}, "orders": []}}',
        f'{{"orders": {OBJECTS}',
        LISTS,
        LISTS.replace('"Total"', '"Date"'),
        LISTS.replace('["1"', '{"Client": 1}, ["1"'),
        f'{{"values": {LISTS}}}',
        "[[], [1]]",
        "[1, 2]",
        '{"a": 1}',
        "[]",
        "[{}]",
        "[" * 100_000,
        '"',
        "",
    ],
    ids=[
        *("in order", "cut off", "more behind", "two commas", "within an object", "deep within objects"),
        *("two of them", "one name for two", "an object cut off", "lists", "a column twice"),
        *("lists and an object", "lists within an object", "no header", "numbers", "no array", "nothing"),
        *("an empty object", "brackets", "a quote", "empty"),
    ],
)
def test_of_a_large_array_no_row_is_kept(text: str, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small = desk.purchases(text, name="orders.json")
    monkeypatch.setattr(read_json, "_KEPT", -1)
    monkeypatch.setattr(json_arrays, "_LETTERS_AT_ONCE", 7)
    large = desk.purchases(text, name="orders.json")
    assert (large.dataset, large.diagnostics) == (small.dataset, small.diagnostics)
    if text == OBJECTS:
        assert [row for row, _, _ in large.reasons] == [3, 4, 5, 6]
        assert len(large.data.events) == 2


@pytest.mark.parametrize(
    "text",
    [
        OBJECTS,
        LISTS,
        f'{{"page": 1, "result": {{"orders": {ROWS_ONLY}}}}}',
        f'{{"values": {LISTS}, "more": []}}',
    ],
)
def test_a_large_file_in_order_is_never_read_as_a_whole(
    text: str, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_json, "_KEPT", -1)
    monkeypatch.setattr(read_json, "_parse", lambda _: pytest.fail("read as a whole"))
    assert desk.purchases(text, name="orders.json").data.events


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=4,
)


def read_in_pieces(text: str, way: tuple[str, ...]) -> list[object]:
    found = list(json_arrays.ArrayReader(StringIO(text), json.JSONDecoder()).entries())
    assert all(path == way for path, _ in found)
    return [entry for _, entry in found]


@settings(max_examples=25)
@given(st.lists(VALUES, max_size=5), st.sampled_from((None, 1)), st.booleans(), st.data())
def test_an_array_is_read_in_pieces_of_any_size(
    entries: list[Any], indent: int | None, ascii_only: bool, more: st.DataObject
) -> None:
    text = json.dumps(entries, indent=indent, ensure_ascii=ascii_only)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_arrays, "_LETTERS_AT_ONCE", more.draw(st.sampled_from((1, 2, 5, 1_000))))
        assert read_in_pieces(text, ()) == entries
        assert read_in_pieces(f'{{"a": {{"b": {text}, "c": {{}}, "d": 1.5}}}}', ("a", "b")) == entries
        cut = text[: more.draw(st.integers(0, len(text) - 1))]
        with pytest.raises(json_arrays.NoArray):
            read_in_pieces(cut, ())


@pytest.mark.parametrize(
    "text",
    [ENTRIES, "- a: 'b\n", "- {a: 1, a: 2}\n", "- !run x\n", "[" * 3_000, "- \tx: 1\n", "- *gone\n"],
    ids=["in order", "a quote", "a name twice", "a tag", "brackets", "a tab", "an alias"],
)
def test_a_large_text_of_yaml_is_read_alike(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_tree, "_LARGE", len(text) + 1)
    small = told(*yaml_tree.read_tree(text, "orders.yaml"))
    monkeypatch.setattr(yaml_tree, "_LARGE", 0)
    assert told(*yaml_tree.read_tree(text, "orders.yaml")) == small


def told(tree: yaml_tree.Tree | None, problems: list[Any]) -> Any:
    """Give values with the places where they begin; where a block ends, each reader says otherwise."""
    if tree is None:
        return problems
    return tree.value, {path: (span.line, span.column) for path, span in tree.values.items()}
