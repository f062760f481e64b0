"""XES logs as sources: traces and events are rows, and everything that is in neither is said."""

from __future__ import annotations

import gzip
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.source import Span
from stepladder_engine.data.event_logs.open_log import open_log
from stepladder_engine.data.typed_text import DateText, NumberText, TypedText

LOG = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="concept:name" value="__INVALID__"/></global>
  <global scope="event">
    <string key="concept:name" value="__INVALID__"/>
    <string key="org:resource" value="somebody"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00Z"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="The shop's own log"/>
  <trace>
    <string key="concept:name" value="C-1"/>
    <string key="channel" value="social"/>
    <event>
      <string key="concept:name" value="purchase"/>
      <date key="time:timestamp" value="2026-03-02T10:30:00.000+02:00"/>
      <string key="org:resource" value="Мария"/>
      <float key="total" value="1.9050E1"><string key="currency" value="EUR"/></float>
      <int key="pieces" value="2"/>
      <boolean key="paid" value="true"/>
      <id key="identity:id" value="7b0a1f5e-0000-4000-8000-000000000001"/>
      <list key="items"><values><string key="item" value="case"/></values></list>
    </event>
    <event>
      <string key="concept:name" value="visit"/>
      <date key="time:timestamp" value="2026-03-03T09:00:00"/>
    </event>
  </trace>
  <trace>
    <string key="concept:name" value="C-2"/>
    <event>
      <string key="concept:name" value="purchase"/>
      <float key="total" value="5"/>
    </event>
  </trace>
</log>
"""

MAPPING = """\
records:
  client:
    source: log.xes#traces
    key: concept:name
    fields: {name: = `concept:name`, channel: channel}
events:
  purchase:
    source: log.xes#events
    where: = `concept:name` = "purchase"
    key: case:concept:name
    time: time:timestamp
    id: identity:id
    fields: {amount: total, pieces: pieces, paid: paid}
  visit:
    source: log.xes#events
    where: = `concept:name` = "visit"
    key: case:concept:name
    time: time:timestamp
"""


def rows(content: str, part: str = "events") -> list[tuple[int, dict[str, str | None]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.xes"
        path.write_text(content, encoding="utf-8")
        table, problems = open_log(path, f"log.xes#{part}", part, "xes", Span("mapping.yaml", 1, 1, 2))
        assert table is not None, problems
        return [(row.number, dict(row.cells)) for row in table.rows()]


def log(*events: str) -> str:
    return f"<log><trace>{''.join(f'<event>{event}</event>' for event in events)}</trace></log>"


def cell(attribute: str) -> str | None:
    [(_, cells)] = rows(log(attribute))
    return next(iter(cells.values()))


def test_a_log_becomes_records_and_events(desk: Any) -> None:
    result = desk.load(MAPPING, {"log.xes": LOG})
    assert {key: row.fields for key, row in result.data.records["client"].items()} == {
        "C-1": {"name": "C-1", "channel": "social"},
        "C-2": {"name": "C-2", "channel": None},
    }
    assert [
        (event.kind, event.key, event.identity, event.fields, event.origin.file, event.origin.row)
        for event in result.data.events
    ] == [
        (
            "purchase",
            "C-1",
            "7b0a1f5e-0000-4000-8000-000000000001",
            {"amount": Decimal("19.05"), "pieces": Decimal(2), "paid": True},
            "log.xes#events",
            1,
        ),
        ("visit", "C-1", None, {}, "log.xes#events", 2),
    ]


def test_an_event_has_the_time_of_its_own_log_in_the_zone_of_the_mapping(desk: Any) -> None:
    with_offset, without = desk.load(MAPPING, {"log.xes": LOG}).data.events
    assert without.time - with_offset.time == (22 * 60 + 30) * 60 * 1_000_000


def test_no_declaration_of_the_log_gives_an_event_its_time(desk: Any) -> None:
    assert desk.load(MAPPING, {"log.xes": LOG}).reasons == [
        (3, "SD044", "column `time:timestamp` is empty, so nobody knows when it happened")
    ]


def test_what_the_log_declares_for_all_is_filled_in_and_said(desk: Any) -> None:
    assert [cells["org:resource"] for _, cells in rows(LOG)] == ["Мария", "somebody", "somebody"]
    assert (
        "`log.xes#events`: what rows lack and the log itself declares for all, filled in:"
        " `org:resource: 2 × somebody`"
    ) in desk.load(MAPPING, {"log.xes": LOG}).notes


def test_every_row_is_in_one_place(desk: Any) -> None:
    data = desk.load(MAPPING, {"log.xes": LOG}).data
    assert data.rows == {"log.xes#traces": 2, "log.xes#events": 6}
    assert len(data.events) + len(data.rejected) + sum(data.skipped.values()) == 6


def test_a_packed_log_gives_the_same_rows(desk: Any) -> None:
    plain = desk.load(MAPPING, {"log.xes": LOG})
    packed = desk.load(MAPPING.replace("log.xes", "log.xes.gz"), {"log.xes.gz": gzip.compress(LOG.encode())})
    assert [(event.key, event.time, event.fields) for event in packed.data.events] == [
        (event.key, event.time, event.fields) for event in plain.data.events
    ]


def test_several_logs_are_named_by_a_pattern(desk: Any) -> None:
    files = {"logs/a.xes": LOG, "logs/b.xes": LOG.replace("C-1", "C-3").replace("C-2", "C-4")}
    result = desk.load(MAPPING.replace("log.xes", "logs/*.xes").replace("    id: identity:id\n", ""), files)
    assert {(event.origin.file, event.key) for event in result.data.events} == {
        ("logs/a.xes#events", "C-1"),
        ("logs/b.xes#events", "C-3"),
    }


@pytest.mark.parametrize(
    ("attribute", "text", "kind"),
    [
        ('<string key="a" value="007"/>', "007", str),
        ('<string key="a" value="2026-03-02"/>', "2026-03-02", str),
        ('<id key="a" value="7"/>', "7", str),
        ('<int key="a" value="007"/>', "7", NumberText),
        ('<float key="a" value="19.90"/>', "19.9", NumberText),
        ('<float key="a" value="1E3"/>', "1000", NumberText),
        ('<float key="a" value="12,50"/>', "12,50", str),
        ('<float key="a" value="1E999999999"/>', "1E999999999", str),
        ('<float key="a" value="NaN"/>', "NaN", str),
        ('<boolean key="a" value="1"/>', "true", TypedText),
        ('<boolean key="a" value="maybe"/>', "maybe", str),
        ('<date key="a" value="2026-03-02T10:30:00.1234567Z"/>', "2026-03-02 10:30:00.123456Z", DateText),
        ('<date key="a" value="2026-03-02"/>', "2026-03-02", DateText),
        ('<date key="a" value="02.03.2026 10:30"/>', "02.03.2026 10:30", str),
    ],
)
def test_a_cell_is_what_its_attribute_says(attribute: str, text: str, kind: type) -> None:
    found = cell(attribute)
    assert (found, type(found)) == (text, kind)


def test_an_attribute_inside_another_is_named_after_both() -> None:
    [(_, first), *_] = rows(LOG)
    assert first["total/currency"] == "EUR"


def test_events_outside_of_every_trace_are_rows() -> None:
    name = '<string key="concept:name" value="{}"/>'
    trace = f"<trace>{name.format('C')}<event>{name.format('a')}</event></trace>"
    content = f"<log>{trace}<event>{name.format('b')}</event></log>"
    assert rows(content) == [
        (1, {"case:concept:name": "C", "concept:name": "a"}),
        (2, {"concept:name": "b"}),
    ]


def test_attributes_behind_the_events_of_a_trace_are_its_attributes() -> None:
    content = '<log><trace><event><int key="a" value="1"/></event><string key="b" value="x"/></trace></log>'
    assert rows(content) == [(1, {"a": "1", "case:b": "x"})]


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-16", "UTF-16"), ("windows-1251", "windows-1251"), ("koi8-r", "KOI8-R")]
)
def test_a_log_is_in_the_encoding_that_it_names(encoding: str, declared: str, desk: Any) -> None:
    content = LOG.replace('encoding="UTF-8"', f'encoding="{declared}"').replace("C-1", "Мария")
    result = desk.load(MAPPING, {"log.xes": content.encode(encoding)})
    assert [event.key for event in result.data.events] == ["Мария", "Мария"]


def events(desk: Any, content: str | bytes | None, source: str = "log.xes#events", more: str = "") -> Any:
    mapping = f"""\
events:
  visit:
    source: {source}
    key: k
    time: t
{more}"""
    return desk.load(mapping, {} if content is None else {source.partition("#")[0]: content})


ROW = '<string key="k" value="1"/><date key="t" value="2026-03-02T10:00:00Z"/>'


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        (ROW + '<string key="k" value="2"/>', ("SD018", "`k` stands more than once in the entry")),
        (ROW.replace("2026-03-02T10:00:00Z", "soon"), ("SD046", "column `t`: `soon` is not a date")),
        (ROW.replace('"1"', f'"{"x" * 1_000_001}"'), ("SD041", "the row is 1000021 characters long")),
    ],
)
def test_what_is_unclear_costs_its_own_row(attributes: str, reason: tuple[str, str], desk: Any) -> None:
    result = events(desk, log(ROW, attributes, ROW))
    assert [event.origin.row for event in result.data.events] == [1, 3]
    [(row, code, sentence)] = result.reasons
    assert (row, code) == (2, reason[0])
    assert sentence.startswith(reason[1])


def test_a_name_twice_does_no_harm_where_nobody_asks_for_it(desk: Any) -> None:
    result = events(desk, log(ROW + '<int key="a" value="1"/><int key="a" value="2"/>'))
    assert result.reasons == []
    assert len(result.data.events) == 1


def test_a_list_is_no_column_to_use(desk: Any) -> None:
    mapping = MAPPING.replace("{amount: total, pieces: pieces, paid: paid}", "{amount: items}")
    result = desk.load(mapping, {"log.xes": LOG})
    assert result.sentences == ["the cells of the column `items` of `log.xes#events` hold no single values"]


def test_what_is_no_part_of_a_log_is_passed_over_and_said(desk: Any) -> None:
    result = events(desk, f"<log><meta><string/></meta><trace><event>{ROW}</event></trace><x/></log>")
    assert len(result.data.events) == 1
    assert "`log.xes#events`: elements that are no part of the format, passed over: 2" in result.notes


BOMB = (
    '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<log><trace><event><string key="k" value="&b;"/></event></trace></log>'
)


@pytest.mark.parametrize(
    ("content", "place", "sentence"),
    [
        ("", ("log.xes", 1, 1, "SD021"), "`log.xes` is empty"),
        (LOG[:600], ("log.xes", 11, 1, "SD017"), "`log.xes` is not in order as XML: unclosed token"),
        ("{}", ("log.xes", 1, 1, "SD017"), "`log.xes` is not in order as XML: not well-formed"),
        (BOMB, ("log.xes", 1, 1, "SD017"), "`log.xes` declares entities of its own"),
        ("<html/>", ("log.xes", 1, 1, "SD017"), "`log.xes` begins with `<html>`, and an event log begins"),
        ("<log>" + "<trace>" * 60, ("log.xes", 1, 1, "SD017"), "`log.xes` is nested too deeply"),
        ('<?xml version="1.0" encoding="klingon"?><log/>', ("log.xes", 1, 1, "SD017"), "`log.xes` is not in"),
        ("<log><a b='" + "x" * 20_000_000, ("log.xes", 1, 1, "SD017"), "`log.xes` has a tag that does not"),
    ],
    ids=["empty", "cut off", "no XML", "entities", "another element", "nested", "encoding", "endless"],
)
def test_a_log_that_is_not_in_order_stops_the_run(
    content: str, place: tuple[str, int, int, str], sentence: str, desk: Any
) -> None:
    result = events(desk, content)
    assert result.dataset is None
    assert result.places == [place]
    assert result.sentences[0].startswith(sentence)


def test_a_packed_log_that_is_cut_off_stops_the_run(desk: Any) -> None:
    packed = gzip.compress(LOG.encode())
    result = events(desk, packed[: len(packed) // 2], "log.xes.gz#events")
    assert [place[3] for place in result.places] == ["SD020"]


@pytest.mark.parametrize(
    ("source", "sentence", "hint"),
    [
        (
            "log.xes",
            "the mapping does not say which part of the event log `log.xes` is meant",
            "write it behind the name; the parts are `#events` or `#traces`",
        ),
        ("log.xes#event", "`log.xes` has no part `event`", "did you mean `events`?"),
        ("log.xes#", "the mapping does not say which part of the event log `log.xes` is meant", None),
        (
            "orders.csv#March",
            "`March` stands behind the name of `orders.csv`, and only event logs have parts",
            None,
        ),
    ],
)
def test_the_part_of_a_log_has_to_be_named(source: str, sentence: str, hint: str | None, desk: Any) -> None:
    from stepladder_dsl.diagnostics import catalogue

    result = events(desk, LOG, source)
    assert [place[3] for place in result.places] == ["SD016"]
    assert result.sentences == [sentence]
    assert hint is None or hint in (catalogue.hint(result.diagnostics[0]) or "")


def test_a_file_may_have_the_mark_in_its_name(desk: Any) -> None:
    desk.put("log#2.xes", log(ROW))
    result = events(desk, None, '"log#2.xes#events"')
    assert [event.origin.file for event in result.data.events] == ["log#2.xes#events"]


def test_a_pattern_may_have_the_mark_in_it(desk: Any) -> None:
    result = desk.load(
        "events:\n  visit: {source: 'visits#*.csv', key: k, time: t}\n",
        {"visits#1.csv": "k,t\n1,2026-03-02\n", "visits#2.csv": "k,t\n2,2026-03-02\n"},
    )
    assert [event.key for event in result.data.events] == ["1", "2"]


@pytest.mark.parametrize("source", ["lo.xes#events", "lo.json#event:what?", "lo[1].json#event:a*"])
def test_a_log_that_is_missing_is_told(source: str, desk: Any) -> None:
    desk.put("log.xes", LOG)
    result = events(desk, None, f'"{source}"')
    assert [place[3] for place in result.places] == ["SD020"]


def test_a_log_with_another_ending_is_named_by_its_format(desk: Any) -> None:
    result = events(desk, log(ROW), "log.xml#events", "    options: {format: xes}\n")
    assert len(result.data.events) == 1


def test_a_log_without_events_is_fine(desk: Any) -> None:
    assert events(desk, "<log><trace/></log>").notes[0] == "`log.xes#events` has no rows for `visit`"


# What XML can hold: no surrogates, and of the control characters only three.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(st.lists(st.dictionaries(st.from_regex(r"[a-z]{1,3}", fullmatch=True), texts, max_size=4), max_size=5))
def test_every_text_comes_out_as_it_went_in(given_events: list[dict[str, str]]) -> None:
    written = [
        "".join(f"<string key={quoteattr(key)} value={quoteattr(text)}/>" for key, text in event.items())
        for event in given_events
    ]
    assert rows(log(*written)) == list(enumerate(given_events, start=1))


@given(st.binary(max_size=200), st.integers(0, len(LOG)))
def test_no_file_breaks_the_reader(noise: bytes, position: int) -> None:
    content = LOG.encode()[:position] + noise + LOG.encode()[position:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.xes"
        path.write_bytes(content)
        table, problems = open_log(path, "log.xes#events", "events", "xes", Span("mapping.yaml", 1, 1, 2))
        assert (table is None) == bool(problems)
        if table is not None:
            assert [row.number for row in table.rows()] == list(range(1, len(list(table.rows())) + 1))
