"""Lists and lengths of time in cells, and events of records that the spec opens itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.model.types import Duration, Unit
from stepladder_dsl.source import Source

TEXT = """\
spec shop
role seller
record client
    tags list of one of vip, cheap optional
    days list of date optional
    term duration optional
record claim
    belongs to client
event complaint for client
event solved for claim
process sale for client
    owner seller
    stage one
        on complaint stay
            open claim
process claims for claim
    owner seller
    stage received
        on solved go to done
    stage done
        end won
"""
MAPPING = """\
records:
  client: {source: clients.csv, key: key, fields: {tags: tags, days: days, term: term}}
  claim: {source: claims.csv, key: key, fields: {client: client}}
events:
  solved: {source: solved.csv, key: key, time: time}
"""
CLAIMS = "key,client\nK1,A\n"
SOLVED = "key,time\nK1,2026-03-02\n"


@pytest.fixture
def shop(desk: Any) -> Any:
    spec = compile_text(Source("shop.ladder", TEXT), lint=False).spec
    assert isinstance(spec, Spec)
    desk.spec = replace(spec, timezone="Europe/Sofia")
    return desk


def load(shop: Any, clients: str, solved: str = SOLVED) -> Any:
    files = {"clients.csv": f"key|tags|days|term\n{clients}", "claims.csv": CLAIMS, "solved.csv": solved}
    return shop.load(MAPPING, files)


@pytest.mark.parametrize(
    ("cell", "tags"),
    [("vip", ("vip",)), ("vip; cheap", ("vip", "cheap")), ("cheap,vip", ("cheap", "vip")), ("", None)],
)
def test_a_list_has_its_values_in_one_cell(shop: Any, cell: str, tags: tuple[str, ...] | None) -> None:
    fields = load(shop, f"A|{cell}||\n").data.records["client"]["A"].fields
    assert fields["tags"] == tags


FROM_JSON = MAPPING.replace("clients.csv", "%s").replace(
    "tags: tags", 'tags: {column: tags, values: {"VIP; gold": vip, thrifty: cheap}}'
)


@pytest.mark.parametrize(
    ("tags", "known", "days"),
    [
        ('["vip", "thrifty"]', ("vip", "cheap"), '["2026-03-02"]'),
        # A value may hold what stands between values elsewhere.
        ('["VIP; gold"]', ("vip",), "[]"),
        ("[]", (), "null"),
        ('[null, " vip ", ""]', ("vip",), "[null]"),
        ("null", None, '"2026-03-02, 2026-03-03"'),
        ('"vip, cheap"', None, "null"),
    ],
)
@pytest.mark.parametrize("name", ["clients.json", "clients.ndjson", "clients.yaml"])
def test_an_array_of_json_is_a_list(
    shop: Any, name: str, tags: str, known: tuple[str, ...] | None, days: str
) -> None:
    entry = f'{{"key": "A", "tags": {tags}, "days": {days}, "term": "P3D", "more": [{{"unused": 1}}]}}'
    content = entry if name.endswith(".ndjson") else f"[{entry}]"
    files = {name: content, "claims.csv": CLAIMS, "solved.csv": SOLVED}
    found = shop.load(FROM_JSON % name, files)
    if tags == '"vip, cheap"':
        # A text is looked up as a whole, and its values stand for themselves.
        known = ("vip", "cheap")
    assert found.reasons == []
    fields = found.data.records["client"]["A"].fields
    assert fields["tags"] == known
    assert [str(day) for day in fields["days"] or ()] == re.findall(r"\d{4}-\d\d-\d\d", days)


@pytest.mark.parametrize(
    ("tags", "code"),
    [('["gold"]', "SD047"), ('["vip", ["cheap"]]', "SD043"), ('{"a": "vip"}', "SD043"), ("[5]", "SD047")],
)
def test_an_array_that_is_no_list_of_such_values_rejects_the_row(shop: Any, tags: str, code: str) -> None:
    entry = f'[{{"key": "A", "tags": {tags}, "days": null, "term": null}}]'
    files = {"clients.json": entry, "claims.csv": CLAIMS, "solved.csv": SOLVED}
    found = shop.load(FROM_JSON % "clients.json", files)
    assert [found_code for _, found_code, _ in found.reasons] == [code]


def test_one_wrong_value_of_a_list_rejects_the_row(shop: Any) -> None:
    found = load(shop, "A|vip; gold||\nB|vip|2026-02-30|\n")
    assert [(row, code) for row, code, _ in found.reasons] == [(2, "SD047"), (3, "SD046")]


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ("30 days", Duration(30, Unit.DAY)),
        ("2 недели", Duration(2, Unit.WEEK)),
        ("۳ ماه", Duration(3, Unit.MONTH)),
        ("P1Y", Duration(1, Unit.YEAR)),
        ("PT90M", Duration(90, Unit.MINUTE)),
    ],
)
def test_a_length_of_time_is_read_in_any_language(shop: Any, cell: str, term: Duration) -> None:
    assert load(shop, f"A|||{cell}\n").data.records["client"]["A"].fields["term"] == term


@pytest.mark.parametrize("cell", ["soon", "30", "0 days", "1.5 days", "P1M2D", "days 30"])
def test_what_is_no_length_of_time_rejects_the_row(shop: Any, cell: str) -> None:
    found = load(shop, f"A|||{cell}\n")
    assert [(row, code) for row, code, _ in found.reasons] == [(2, "SD052")]


def test_an_event_may_speak_of_a_record_that_the_spec_opens(shop: Any) -> None:
    """Its key says who opens it; any other unknown key stays a mistake of the data."""
    solved = f"{SOLVED}client:A/1,2026-03-02\nclient:A/0,2026-03-02\nK2,2026-03-02\norder:A/1,2026-03-02\n"
    found = load(shop, "A|||\n", solved)
    assert [event.key for event in found.data.events] == ["K1", "client:A/1"]
    assert [(row, code) for row, code, _ in found.reasons] == [(4, "SD051"), (5, "SD051"), (6, "SD051")]
