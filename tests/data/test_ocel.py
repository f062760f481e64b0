"""OCEL 2.0 logs as sources: three forms of one log give the same rows, and what is in none is said."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.source import Span
from stepladder_engine.data.event_logs import ocel_json
from stepladder_engine.data.event_logs.open_log import open_log

Log = dict[str, Any]

TYPES = {"string": "TEXT", "time": "TIMESTAMP", "integer": "INTEGER", "float": "REAL", "boolean": "BOOLEAN"}


def attribute(name: str, value: Any, time: str | None = None) -> dict[str, Any]:
    return {"name": name, "value": value} | ({} if time is None else {"time": time})


def related(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"objectId": identity, "qualifier": qualifier} for identity, qualifier in pairs]


START, LATER = "1970-01-01T00:00:00Z", "2026-03-05T12:00:00+02:00"
SHOP: Log = {
    "objectTypes": [
        {"name": "client", "attributes": [attribute("name", None) | {"type": "string"}]},
        {
            "name": "order",
            "attributes": [{"name": "price", "type": "float"}, {"name": "state", "type": "string"}],
        },
    ],
    "eventTypes": [
        {
            "name": "pay order",
            "attributes": [{"name": "amount", "type": "float"}, {"name": "paid", "type": "boolean"}],
        },
        {"name": "visit", "attributes": []},
    ],
    "objects": [
        {
            "id": "c1",
            "type": "client",
            "attributes": [attribute("name", "Мария", START)],
            "relationships": [],
        },
        {"id": "c2", "type": "client", "attributes": [attribute("name", "Ivan", START)], "relationships": []},
        {
            "id": "o1",
            "type": "order",
            "attributes": [
                attribute("price", "19.90", START),
                attribute("state", "open", START),
                attribute("state", "paid", LATER),
            ],
            "relationships": related(("c1", "placed by")),
        },
        {
            "id": "o2",
            "type": "order",
            "attributes": [attribute("price", "5", START)],
            "relationships": related(("c1", "placed by"), ("c9", "placed by")),
        },
    ],
    "events": [
        {
            "id": "e1",
            "type": "pay order",
            "time": "2026-03-05T12:00:00+02:00",
            "attributes": [attribute("amount", "24.90"), attribute("paid", "true")],
            "relationships": related(("o1", "paid"), ("o2", "paid"), ("c1", "payer"), ("c2", "cashier")),
        },
        {
            "id": "e2",
            "type": "visit",
            "time": "2026-03-02T10:30:00Z",
            "relationships": related(("c2", "guest")),
        },
        {"id": "e3", "type": "visit", "time": "2026-03-02T11:00:00Z", "relationships": []},
    ],
}


def as_json(log: Log) -> bytes:
    return json.dumps(log, ensure_ascii=False).encode()


def as_xml(log: Log) -> bytes:
    lines = ["<log>"]
    for family in ("object", "event"):
        lines.append(f"<{family}-types>")
        for kind in log[f"{family}Types"]:
            given_types = "".join(
                f"<attribute name={quoteattr(each['name'])} type={quoteattr(each['type'])}/>"
                for each in kind["attributes"]
            )
            head = f"<{family}-type name={quoteattr(kind['name'])}>"
            lines.append(f"{head}<attributes>{given_types}</attributes></{family}-type>")
        lines.append(f"</{family}-types>")
    for family in ("object", "event"):
        lines.append(f"<{family}s>")
        lines.extend(_xml_entry(family, entry) for entry in log[f"{family}s"])
        lines.append(f"</{family}s>")
    return "\n".join([*lines, "</log>"]).encode()


def _xml_entry(family: str, entry: dict[str, Any]) -> str:
    given_names = "".join(
        f" {name}={quoteattr(entry[name])}" for name in ("id", "type", "time") if name in entry
    )
    values = "".join(
        f"<attribute name={quoteattr(each['name'])}"
        + (f" time={quoteattr(each['time'])}" if "time" in each else "")
        + f">{escape(each['value'])}</attribute>"
        for each in entry.get("attributes", [])
    )
    others = "".join(
        f"<relationship object-id={quoteattr(each['objectId'])} qualifier={quoteattr(each['qualifier'])}/>"
        for each in entry.get("relationships", [])
    )
    return f"<{family}{given_names}><attributes>{values}</attributes><objects>{others}</objects></{family}>"


def as_sqlite(log: Log) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        database = sqlite3.connect(path)
        for family in ("event", "object"):
            _fill(database, family, log)
        database.execute("CREATE TABLE event_object (ocel_event_id, ocel_object_id, ocel_qualifier)")
        database.execute("CREATE TABLE object_object (ocel_source_id, ocel_target_id, ocel_qualifier)")
        for family, table in (("event", "event_object"), ("object", "object_object")):
            for entry in log[f"{family}s"]:
                for each in entry.get("relationships", []):
                    row = (entry["id"], each["objectId"], each["qualifier"])
                    database.execute(f"INSERT INTO {table} VALUES (?, ?, ?)", row)  # noqa: S608
        database.commit()
        database.close()
        return path.read_bytes()


def _fill(database: sqlite3.Connection, family: str, log: Log) -> None:
    database.execute(f"CREATE TABLE {family} (ocel_id TEXT, ocel_type TEXT)")
    database.execute(f"CREATE TABLE {family}_map_type (ocel_type TEXT, ocel_type_map TEXT)")
    for number, kind in enumerate(log[f"{family}Types"]):
        short = f"Type {number}"
        table = f'"{family}_{short}"'
        database.execute(f"INSERT INTO {family}_map_type VALUES (?, ?)", (kind["name"], short))  # noqa: S608
        names = [each["name"] for each in kind["attributes"]]
        columns = "".join(f', "{each["name"]}" {TYPES[each["type"]]}' for each in kind["attributes"])
        changed = ", ocel_changed_field TEXT" if family == "object" else ""
        database.execute(f"CREATE TABLE {table} (ocel_id TEXT, ocel_time TIMESTAMP{changed}{columns})")
        for entry in log[f"{family}s"]:
            if entry["type"] == kind["name"]:
                database.execute(f"INSERT INTO {family} VALUES (?, ?)", (entry["id"], entry["type"]))  # noqa: S608
                for row in _database_rows(family, entry, names):
                    marks = ", ".join("?" * len(row))
                    database.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608


def _database_rows(family: str, entry: dict[str, Any], names: list[str]) -> list[list[Any]]:
    values = entry.get("attributes", [])
    first = {each["name"]: each["value"] for each in values if each.get("time", START) == START}
    if family == "event":
        return [[entry["id"], entry["time"].replace("T", " "), *(first.get(name) for name in names)]]
    later = [each for each in values if each["time"] != START]
    return [
        [entry["id"], "1970-01-01 00:00:00", None, *(first.get(name) for name in names)],
        *(
            [
                entry["id"],
                each["time"],
                each["name"],
                *(each["value"] if name == each["name"] else None for name in names),
            ]
            for each in later
        ),
    ]


FORMS: dict[str, Callable[[Log], bytes]] = {"json": as_json, "xml": as_xml, "sqlite": as_sqlite}


def rows(content: bytes, part: str, name: str = "log.json") -> list[dict[str, str | None]]:
    """Read a part; cells that hold nothing do not count."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        table, problems = open_log(path, f"{name}#{part}", part, "ocel", Span("mapping.yaml", 1, 1, 2))
        assert table is not None, problems
        found = list(table.rows())
        assert [row.number for row in found] == list(range(1, len(found) + 1))
        assert all(set(row.cells) <= set(table.columns or ()) for row in found)
        return [{name: cell for name, cell in row.cells.items() if cell is not None} for row in found]


@pytest.mark.parametrize("form", FORMS)
def test_an_event_is_a_row_with_the_objects_that_it_is_about(form: str) -> None:
    assert rows(FORMS[form](SHOP), "event:visit") == [
        {
            "ocel:id": "e2",
            "ocel:type": "visit",
            "ocel:time": "2026-03-02 10:30:00Z",
            "object:client": "c2",
            "object:client/guest": "c2",
        },
        {"ocel:id": "e3", "ocel:type": "visit", "ocel:time": "2026-03-02 11:00:00Z"},
    ]


@pytest.mark.parametrize("form", FORMS)
def test_an_event_of_several_objects_is_a_row_for_each(form: str) -> None:
    found = rows(FORMS[form](SHOP), "event:pay order/order")
    wanted = ("ocel:id", "object:order", "ocel:qualifier", "amount", "paid", "object:client/payer")
    assert [{name: row[name] for name in wanted} for row in found] == [
        dict(zip(wanted, ("e1", order, "paid", "24.9", "true", "c1"), strict=True)) for order in ("o1", "o2")
    ]


@pytest.mark.parametrize("form", FORMS)
def test_an_event_without_such_an_object_is_a_row_all_the_same(form: str) -> None:
    found = rows(FORMS[form](SHOP), "event:visit/client")
    assert [(row["ocel:id"], row.get("object:client"), row.get("ocel:qualifier")) for row in found] == [
        ("e2", "c2", "guest"),
        ("e3", None, None),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_an_object_is_a_row_with_the_values_with_which_it_began(form: str) -> None:
    assert rows(FORMS[form](SHOP), "object:order") == [
        {
            "ocel:id": "o1",
            "ocel:type": "order",
            "price": "19.9",
            "state": "open",
            "object:client": "c1",
            "object:client/placed by": "c1",
        },
        {
            "ocel:id": "o2",
            "ocel:type": "order",
            "price": "5",
            "object:client": "c1",
            "object:client/placed by": "c1",
        },
    ]


@pytest.mark.parametrize("form", FORMS)
def test_later_values_are_rows_of_their_own(form: str) -> None:
    assert rows(FORMS[form](SHOP), "change:order") == [
        {
            "ocel:id": "o1",
            "ocel:type": "order",
            "ocel:time": "2026-03-05 12:00:00+02:00",
            "ocel:field": "state",
            "state": "paid",
        }
    ]


@pytest.mark.parametrize("form", FORMS)
def test_an_object_has_nothing_that_was_not_known_when_it_began(form: str) -> None:
    log = json.loads(json.dumps(SHOP))
    del log["objects"][2]["attributes"][1]
    assert [row.get("state") for row in rows(FORMS[form](log), "object:order")] == [None, None]
    assert [row["state"] for row in rows(FORMS[form](log), "change:order")] == ["paid"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_values_count_in_order_of_time_whatever_their_order_in_the_log(form: str) -> None:
    log = json.loads(json.dumps(SHOP))
    values = log["objects"][2]["attributes"]
    # Eleven o'clock in UTC is an hour after twelve o'clock two hours east of it.
    values[0]["time"] = values[2]["time"] = "2026-03-05T12:00:00+02:00"
    values[1]["time"] = "2026-03-05T11:00:00Z"
    assert [row.get("state") for row in rows(FORMS[form](log), "object:order")] == ["paid", None]
    assert [row["state"] for row in rows(FORMS[form](log), "change:order")] == ["open"]


MAPPING = """\
records:
  client:
    source: {file}#object:client
    key: ocel:id
    fields: {{name: name}}
events:
  purchase:
    source: {file}#event:pay order
    key: object:client/payer
    time: ocel:time
    id: ocel:id
    fields: {{amount: = amount * 2, paid: paid}}
  visit:
    source: {file}#event:visit
    key: object:client
    time: ocel:time
    id: ocel:id
"""


@pytest.mark.parametrize("form", FORMS)
def test_a_log_becomes_records_and_events(form: str, desk: Any) -> None:
    file = f"log.{form}"
    result = desk.load(MAPPING.format(file=file), {file: FORMS[form](SHOP)})
    assert {key: row.fields for key, row in result.data.records["client"].items()} == {
        "c1": {"name": "Мария"},
        "c2": {"name": "Ivan"},
    }
    assert [(event.kind, event.key, event.identity, event.fields) for event in result.data.events] == [
        ("purchase", "c1", "e1", {"amount": Decimal("49.8"), "paid": True}),
        ("visit", "c2", "e2", {}),
    ]
    assert [(origin, code) for origin, code, _ in result.reasons] == [(2, "SD044")]
    assert result.data.rows == {
        f"{file}#event:pay order": 1,
        f"{file}#event:visit": 2,
        f"{file}#object:client": 2,
    }


@pytest.mark.parametrize("form", FORMS)
def test_an_event_of_several_objects_is_rejected_where_the_mapping_wants_one(form: str, desk: Any) -> None:
    file = f"log.{form}"
    mapping = MAPPING.format(file=file).replace("object:client/payer", "object:client")
    result = desk.load(mapping, {file: FORMS[form](SHOP)})
    assert result.reasons[0] == (
        *(1, "SD018"),
        "the entry has 2 values for `object:client`, and a cell holds one",
    )


@pytest.mark.parametrize("form", FORMS)
def test_what_is_in_no_row_is_said(form: str, desk: Any) -> None:
    mapping = (
        "records:\n  client:\n    source: {}#object:order\n    key: ocel:id\n    fields: {{name: state}}\n"
    )
    result = desk.load(mapping.format(f"log.{form}"), {f"log.{form}": FORMS[form](SHOP)})
    part, change = f"`log.{form}#object:order`", f"`log.{form}#change:order`"
    assert result.notes[:2] == [
        f"{part}: relations to objects that the log does not have: 1",
        f"{part}: later values of attributes, which are not in these rows: 1; {change} has them",
    ]


def test_packed_logs_give_the_same_rows() -> None:
    for form in ("json", "xml"):
        plain = FORMS[form](SHOP)
        assert rows(gzip.compress(plain), "object:order", f"log.{form}.gz") == rows(plain, "object:order")


def problem(desk: Any, content: bytes, source: str = "log.json#event:visit") -> tuple[str, int, str]:
    mapping = f"events:\n  visit:\n    source: {source}\n    key: object:client\n    time: ocel:time\n"
    result = desk.load(mapping, {source.partition("#")[0]: content})
    assert result.dataset is None
    [(_, line, _, code)] = result.places
    return code, line, result.sentences[0]


JSON, XML, DATABASE = as_json(SHOP), as_xml(SHOP), as_sqlite(SHOP)


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"", "SD021", "`log.json` is empty"),
        (JSON[:-20], "SD017", "`log.json` is not in order as JSON"),
        (b"[]", "SD017", "`log.json` is no log of OCEL 2.0: it has no `eventTypes`"),
        (b'{"ocel:events": {}}', "SD017", "`log.json` is a log of OCEL 1.0"),
        (b'{"events": ' + b"[" * 100_000, "SD017", "`log.json` is nested too deeply"),
        (
            JSON.replace("Мария".encode(), b"\xff\xff"),
            "SD017",
            "`log.json` is in no encoding that JSON may have",
        ),
        (XML[:-20], "SD017", "`log.json` is not in order as XML"),
        (b"<log><events/></log>", "SD017", "`log.json` is no log of OCEL 2.0: it has no `object-types`"),
        (b"<log><global scope='event'/></log>", "SD017", "`log.json` is a log of OCEL 1.0"),
        (b"<!DOCTYPE log [<!ENTITY a 'a'>]><log/>", "SD017", "`log.json` declares entities of its own"),
        (DATABASE[:5000], "SD017", "`log.json` is not a whole database"),
        (b"SQLite format 3\0" + b"x" * 5000, "SD017", "`log.json` is not a whole database"),
    ],
    ids=[
        *("empty", "cut JSON", "no OCEL", "OCEL 1.0", "nested", "encoding", "cut XML", "sections", "old XML"),
        *("entities", "cut database", "no database"),
    ],
)
def test_a_log_that_is_not_in_order_stops_the_run(
    content: bytes, code: str, sentence: str, desk: Any
) -> None:
    found = problem(desk, content)
    assert found[0] == code
    assert found[2].startswith(sentence)


def test_a_database_in_an_archive_is_not_read(desk: Any) -> None:
    found = problem(desk, gzip.compress(DATABASE), "log.sqlite.gz#event:visit")
    assert found[2] == "`log.sqlite.gz` is a database in an archive, and is not read from there"


def test_a_log_in_json_that_unpacks_to_too_much_is_not_held(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocel_json, "LARGEST", 10 << 20)
    bomb = gzip.compress(b'{"events": [' + b" " * (11 << 20))
    found = problem(desk, bomb, "log.json.gz#event:visit")
    assert found[2] == "`log.json.gz` is larger than 10 MB, too large for JSON"


def test_a_view_is_not_asked(desk: Any) -> None:
    path = desk.put("log.sqlite", DATABASE)
    database = sqlite3.connect(path)
    database.execute("DROP TABLE event")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i FROM n"
    database.execute(f"CREATE VIEW event (ocel_id, ocel_type) AS {endless}")
    database.commit()
    database.close()
    found = problem(desk, path.read_bytes(), "log.sqlite#event:visit")
    assert found[2] == "`log.sqlite` is no log of OCEL 2.0: it has no table `event`"


def test_the_part_of_a_log_has_to_be_one_of_its_own(desk: Any) -> None:
    _, line, sentence = problem(desk, JSON, "log.json#event:visits")
    assert (line, sentence) == (3, "`log.json` has no part `event:visits`")
    assert problem(desk, JSON, "log.jsonocel")[0] == "SD016"
    assert problem(desk, JSON, "log.json#visit")[0] == "SD016"
    assert problem(desk, JSON, "log.json#event:visit/clients")[0] == "SD016"


@pytest.mark.parametrize(
    "entry",
    [
        {"attributes": "none"},
        {"relationships": [{"qualifier": "guest"}]},
        {"attributes": [{"value": 1}]},
        {"relationships": {"objectId": "c1"}},
    ],
)
def test_an_entry_of_another_form_costs_its_own_row(entry: dict[str, Any], desk: Any) -> None:
    broken = {"id": "e9", "type": "visit", "time": "2026-03-02T10:30:00Z"} | entry
    result = desk.load(
        MAPPING.format(file="log.json"), {"log.json": as_json(SHOP | {"events": [*SHOP["events"], broken]})}
    )
    assert result.reasons[-1] == (3, "SD018", "the entry `e9` is not written as OCEL 2.0 has it")
    assert len(result.data.events) == 2


def test_an_entry_without_a_type_is_in_no_part_and_said(desk: Any) -> None:
    log = SHOP | {"events": [*SHOP["events"], {"id": "e9"}, "e10"]}
    result = desk.load(MAPPING.format(file="log.json"), {"log.json": as_json(log)})
    assert "`log.json#event:visit`: entries of no type, which are in no part of the log: 2" in result.notes


def test_a_value_of_several_parts_is_rejected_where_the_mapping_uses_it(desk: Any) -> None:
    log = json.loads(json.dumps(SHOP))
    log["events"][0]["attributes"][1]["value"] = ["yes"]
    result = desk.load(MAPPING.format(file="log.json"), {"log.json": as_json(log)})
    assert result.reasons[0][1:] == (
        "SD018",
        "the value of `paid` is a list or an object, and a cell holds one value",
    )


def test_numbers_keep_their_digits() -> None:
    content = JSON.replace(b'"24.90"', b"1234567890123456789.90")
    [row] = rows(content, "event:pay order")
    assert row["amount"] == "1234567890123456789.9"


names = st.sampled_from(["a", "b", "Я", "a/b", 'x"y'])
times = st.sampled_from(["2026-03-01T00:00:00Z", "2026-03-02T10:00:00+02:00", START])
identities = st.sampled_from(["1", "2", "3"])


@st.composite
def logs(draw: Any) -> Log:
    """A log whose entries have types that it declares, and ids of their own."""
    kinds = draw(st.lists(names, min_size=1, max_size=3, unique_by=lambda name: name.casefold()))
    fields = draw(st.lists(st.sampled_from(["p", "q"]), unique=True))
    declared = [
        {"name": kind, "attributes": [{"name": each, "type": "string"} for each in fields]} for kind in kinds
    ]
    values = st.text("abc1é ", min_size=1, max_size=3).filter(lambda text: text.strip() == text)

    def entries(prefix: str) -> list[dict[str, Any]]:
        found = []
        for number in range(draw(st.integers(0, 4))):
            entry: dict[str, Any] = {"id": f"{prefix}{number}", "type": draw(st.sampled_from(kinds))}
            given_values = [attribute(each, draw(values)) for each in fields if draw(st.booleans())]
            if prefix == "e":
                entry["time"] = draw(times)
            else:
                given_values = [each | {"time": START} for each in given_values]
            entry["attributes"] = given_values
            pairs = draw(st.lists(st.tuples(identities.map("o{}".format), names), max_size=3, unique=True))
            entry["relationships"] = related(*pairs)
            found.append(entry)
        return found

    return {"objectTypes": declared, "eventTypes": declared, "objects": entries("o"), "events": entries("e")}


@given(logs(), st.data())
def test_three_forms_of_a_log_give_the_same_rows(log: Log, data: Any) -> None:
    kind = data.draw(st.sampled_from([each["name"] for each in log["eventTypes"]]))
    for part in (f"event:{kind}", f"object:{kind}", f"event:{kind}/{kind}"):
        found = [rows(make(log), part, f"log.{form}") for form, make in FORMS.items()]
        assert found[0] == found[1] == found[2]
        entries = [each for each in log[f"{part.partition(':')[0]}s"] if each["type"] == kind]
        assert [row["ocel:id"] for row in found[0]] == [each["id"] for each in entries] or "/" in part


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_no_file_breaks_the_reader(form: str, data: Any) -> None:
    content = bytearray(FORMS[form](SHOP))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    part = data.draw(
        st.sampled_from(["event:visit", "event:pay order/order", "object:order", "change:order"])
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(content)
        table, problems = open_log(path, f"log#{part}", part, "ocel", Span("mapping.yaml", 1, 1, 2))
        assert (table is None) == bool(problems)
        if table is not None:
            for row in table.rows():
                assert set(row.cells) <= set(table.columns or ())
