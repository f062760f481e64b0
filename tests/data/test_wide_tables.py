"""One row with several dates becomes several events; a date that is empty is an event that did not happen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Event, Field, Record, Spec
from stepladder_dsl.model.types import MoneyType
from stepladder_engine.data.load import load_dataset, rejected_share
from stepladder_engine.data.mapping import parse_mapping

SPEC = Spec(
    "wide",
    timezone="Europe/Sofia",
    currency="EUR",
    records={"client": Record("client")},
    events={
        "registered": Event("registered", "client"),
        "visit": Event("visit", "client"),
        "purchase": Event("purchase", "client", fields={"amount": Field("amount", MoneyType())}),
    },
)
MAPPING = """\
events:
  registered: {source: clients.csv, key: Code, time: Registered}
  visit: {source: clients.csv, key: Code, time: {column: First visit, when_empty: skip}}
  purchase:
    source: clients.csv
    key: Code
    time: {column: Bought, when_empty: skip}
    fields: {amount: Total}
"""
HEAD = "Code,Registered,First visit,Bought,Total\n"


@pytest.fixture
def wide(desk: Any) -> Any:
    desk.spec = SPEC
    return desk


def test_a_row_becomes_an_event_for_each_date_that_it_has(wide: Any) -> None:
    rows = "1,2026-03-02,2026-03-05,2026-03-06,300\n2,2026-03-03,,,\n"
    data = wide.load(MAPPING, {"clients.csv": HEAD + rows}).data
    assert [(event.kind, event.key, event.origin.row) for event in data.events] == [
        ("registered", "1", 2),
        ("registered", "2", 3),
        ("visit", "1", 2),
        ("purchase", "1", 2),
    ]
    assert data.rejected == []
    assert (data.rows, data.skipped) == ({"clients.csv": 6}, {"clients.csv": 2})
    assert rejected_share(data) == 0


def test_an_empty_date_is_a_mistake_where_nobody_says_otherwise(wide: Any) -> None:
    row = "1,,,,\n"
    reasons = [(2, "SD044", "column `Registered` is empty, so nobody knows when it happened")]
    result = wide.load(MAPPING, {"clients.csv": HEAD + row})
    assert result.reasons == reasons
    result = wide.load(MAPPING.replace("skip", "reject"), {"clients.csv": HEAD + row})
    assert [code for _, code, _ in result.reasons] == ["SD044"] * 3


def test_a_date_that_cannot_be_read_is_rejected_and_not_left_out(wide: Any) -> None:
    result = wide.load(MAPPING, {"clients.csv": HEAD + "1,2026-03-02,2026-02-30,soon,1\n"})
    assert [code for _, code, _ in result.reasons] == ["SD046", "SD046"]
    assert result.data.skipped == {}


def test_what_is_called_unknown_is_empty_too(wide: Any) -> None:
    mapping = MAPPING + 'options: {unknown: ["-", 0000-00-00]}\n'
    data = wide.load(mapping, {"clients.csv": HEAD + "1,2026-03-02,-,0000-00-00,\n"}).data
    assert [event.kind for event in data.events] == ["registered"]
    assert data.skipped == {"clients.csv": 2}


def test_a_row_without_a_key_is_rejected_whatever_dates_it_has(wide: Any) -> None:
    result = wide.load(MAPPING, {"clients.csv": HEAD + ",2026-03-02,,,\n"})
    assert [code for _, code, _ in result.reasons] == ["SD044"] * 3


def test_mistakes_in_the_spelling_are_said_at_their_place(wide: Any) -> None:
    for good, bad, place, sentence in (
        ("when_empty: skip}}", "when_empty: leave}}", (3, 83, "SD006"), "cannot be `leave`"),
        ("when_empty: skip}}", "if_empty: skip}}", (3, 71, "SD004"), "`if_empty` is not a key"),
        ("{column: First visit, ", "{", (3, 43, "SD005"), "events.visit.time has no `column`"),
        ("column: First visit", "column: First vist", (3, 58, "SD025"), "has no column `First vist`"),
    ):
        assert good in MAPPING
        result = wide.load(MAPPING.replace(good, bad, 1), {"clients.csv": HEAD})
        (found,) = result.diagnostics
        assert (found.span.line, found.span.column, found.code) == place
        assert sentence in result.sentences[0]


def test_the_example_of_the_page_is_true(wide: Any, root: Path) -> None:
    part = (root / "docs" / "mapping.md").read_text(encoding="utf-8").split("### One row, several events")[1]
    rows = [
        ",".join(cell.strip() for cell in line.strip("|").split("|"))
        for line in re.findall(r"^\|.*$", part, re.MULTILINE)
    ]
    table = "\n".join([rows[0], *rows[2:4]]) + "\n"
    data = wide.load(part.split("```yaml\n")[1].split("```")[0], {"clients.csv": table}).data
    assert [(event.kind, event.key) for event in data.events] == [
        ("registered", "1"),
        ("registered", "2"),
        ("visit", "1"),
        ("purchase", "1"),
    ]
    assert data.rejected == []


cell = st.sampled_from(["", "2026-03-02", "2026-03-02 10:30", "soon", "-"])


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["", "1", "2"]), cell, cell, cell, st.sampled_from(["", "5", "x"]))
    )
)
def test_all_rows_are_used_left_out_or_rejected(
    rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("wide")
    text = HEAD + "".join(",".join(row) + "\n" for row in rows)
    (folder / "clients.csv").write_text(text, encoding="utf-8")
    mapping, problems = parse_mapping(MAPPING, folder / "mapping.yaml", SPEC, {})
    assert mapping is not None, problems
    data, problems = load_dataset(SPEC, mapping)
    assert data is not None, problems
    ended = len(data.events) + len(data.duplicates) + len(data.rejected) + sum(data.skipped.values())
    # A row without any content is a blank line of the table, and no row.
    assert ended == sum(data.rows.values()) == 3 * sum(any(row) for row in rows)
    empty = [bool(row[0]) and row[column] == "" for row in rows for column in (2, 3)]
    assert sum(data.skipped.values()) == sum(empty)
