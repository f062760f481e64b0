"""Files that are read in another way because they are large give what they give when they are small."""

from __future__ import annotations

from typing import Any

import pytest

from stepladder_engine.data import read_json, yaml_tree

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
