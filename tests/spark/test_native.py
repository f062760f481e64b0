"""The workers read the files themselves: the same answer as from one machine, however files are cut."""

from __future__ import annotations

import gzip
import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.data.replace_folder import OWN_FILES
from stepladder_engine.data.tables import Table
from stepladder_engine.data.write_tables import Manner, write_tables
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.execute import execute
from stepladder_engine.spark.exchange import (
    TO_THE_START,
    Addressed,
    Exchange,
    Moving,
    Row,
    Server,
    Unreachable,
)
from stepladder_engine.spark.execute import execute_on_spark
from stepladder_engine.spark.merge import SparkAnswer
from stepladder_engine.spark.splits import Split


def sent(thing: Any) -> Any:
    """Give what arrives of a thing that is sent to another process."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


@dataclass
class Here:
    """Things on their way, all in one process."""

    things: list[Addressed]

    def told(self) -> list[Any]:
        return [thing for address, thing in self.things if address == TO_THE_START]

    def forget(self) -> None:
        self.things.clear()


@dataclass
class InOneProcess(Exchange):
    """Does what Spark does, in an order that nobody may lean on."""

    bytes_at_once: int = 150
    cores: int = 3
    splits: list[Any] = field(default_factory=list)
    parts: int = 0

    def each(self, things: Sequence[Any], work: Callable[[Any], Iterator[Any]]) -> list[Any]:
        return [sent(found) for thing in things for found in work(sent(thing))]

    def spread(
        self, things: Sequence[Any], work: Callable[[Any], Iterator[Addressed]], *, at_once: int = 1
    ) -> Here:
        assert at_once
        self.splits += things
        found = [pair for thing in things for pair in self.each([thing], work)]
        Random(len(found)).shuffle(found)  # noqa: S311 - any order will do
        return Here(found)

    def query(
        self, server: Server, queries: Sequence[str], work: Callable[[Iterator[Row]], Iterator[Addressed]]
    ) -> Here:
        raise Unreachable

    def meet(
        self, moving: Sequence[Moving], count: int, work: Callable[[int, list[Any]], Iterator[Addressed]]
    ) -> Here:
        self.parts = count
        parts: list[list[Any]] = [[] for _ in range(count)]
        for given in moving:
            assert isinstance(given, Here)
            for address, thing in given.things:
                if address != TO_THE_START:
                    parts[address].append(sent(thing))
        return Here([pair for number, part in enumerate(parts) for pair in work(number, part)])


SHOP = """\
language en
spec shop
    currency EUR
    timezone Europe/Sofia
role seller
record city
    name text
record client
    budget money optional
    home city optional
event visit for client
    note text optional
event purchase for client
    amount money
process sale for client
    owner seller
    stage new
        start
        on purchase when amount > 10 go to regular
        after 1 month go to lost
    stage regular
        on visit go to regular
        after 3 months go to lost
    stage lost
        end lost
follow up care
    after entering regular in 1 month
    again every 1 month
    by seller
metric turnover
    = sum of purchase.amount
"""
SOURCED = "  client: {source: clients.csv, key: code, fields: {budget: budget, home: city}}\n"
MAPPING = """\
records:
  city: {source: cities.csv, key: code, fields: {name: code}}
%s\
events:
  visit: {source: visits*.csv, key: who, time: when, fields: {note: note}}
  purchase:
    source: %s
    key: who
    time: when
    %s
    fields: {amount: paid}
    where: kind = "buy"
options: {max_rejected: 100%%}
"""


@pytest.fixture(scope="module")
def shop() -> Spec:
    compiled = compile_text(Source("shop.ladder", SHOP), lint=False)
    assert not compiled.errors
    assert compiled.spec is not None
    return compiled.spec


def cell(choose: Random, *usual: str) -> str:
    return choose.choice([*usual] * (60 // len(usual)) + ["", "?", " x "])


def write_data(folder: Path, seed: int, *, quotes: bool, line_end: str = "\n") -> None:
    """Write small files in which everything occurs that is put aside, repeated, or told of."""
    choose = Random(seed)  # noqa: S311 - a seed makes the same files again
    keys = [f"C{number}" for number in range(12)] + ["Иван", "С1"]

    def table(name: str, header: str, rows: int, make: Callable[[int], Sequence[str]]) -> None:
        lines = [header]
        for number in range(rows):
            lines.append(",".join(make(number)))
            lines += [""] * (choose.random() < 0.05) + [header] * (choose.random() < 0.03)
            lines += ["only"] * (choose.random() < 0.03)
            lines += ['Ivan,"a, b\n c",2026-01-01,buy,1'] * (quotes and choose.random() < 0.05)
        (folder / name).write_text(line_end.join(lines) + line_end, encoding="utf-8", newline="")

    def moment() -> str:
        return f"2026-{choose.randint(1, 3):02}-{choose.randint(1, 28):02}"

    def event(number: int) -> Sequence[str]:
        kind = cell(choose, "buy", "look")
        return [
            f"{number % 17}",
            cell(choose, *keys),
            cell(choose, moment()),
            kind,
            cell(choose, "5", "50.10"),
        ]

    table("cities.csv", "code", 2, lambda number: [f"T{number}"])
    table(
        "clients.csv",
        "code,budget,city",
        14,
        lambda number: [choose.choice(keys), cell(choose, "5"), cell(choose, "T1", "T9")],
    )
    for name in ("a", "b"):
        table(f"visits-{name}.csv", "who,when,note", 25, lambda _: [cell(choose, *keys), moment(), "hello"])
    table("log.csv", "number,who,when,kind,paid", 60, event)
    (folder / "log.csv.gz").write_bytes(gzip.compress((folder / "log.csv").read_bytes()))


def write_parquet_of(folder: Path) -> None:
    """Write the log once more, as columns, in groups of a few rows."""
    import csv

    import pyarrow
    from pyarrow import parquet

    with (folder / "log.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["paid"] is not None]
    columns = {
        name: pyarrow.array([row[name] for row in rows]) for name in ("number", "who", "when", "kind", "paid")
    }
    parquet.write_table(pyarrow.table(columns), folder / "log.parquet", row_group_size=7)


def everything(answer: Answer | None) -> str:
    """Give all that a user may see, as text: then kinds of numbers are compared as well."""
    assert answer is not None
    tables = {table.name: [list(row) for row in table.rows] for table in answer.all_tables()}
    return json.dumps([tables, answer.summary | {"engine": ""}], default=str, ensure_ascii=False, indent=0)


def one_machine_and_many(
    shop: Spec, folder: Path, log: str, choose: Random, bytes_at_once: int = 150
) -> tuple[Answer | None, Answer | None, InOneProcess]:
    """Run both, with ids or without, and with a source of clients or none."""
    identity, sourced = choose.choice(["id: number", ""]), choose.choice([SOURCED, ""])
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING % (sourced, log, identity), encoding="utf-8")
    exchange = InOneProcess(bytes_at_once)
    found, _ = execute_on_spark(shop, mapping, parts=choose.randint(1, 5), exchange=exchange)
    expected, _ = execute(shop, mapping, engine="reference")
    assert expected is not None
    assert expected.dataset.rejected
    assert identity or not expected.summary["duplicates"]
    return found, expected, exchange


def splits_of(exchange: InOneProcess, name: str) -> list[Any]:
    return [thing for thing in exchange.splits if isinstance(thing, Split) and thing.file.name == name]


SEEDS = [*range(2), *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(2, 100))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("log", ["log.csv", "log.parquet", "log.csv.gz"])
def test_it_is_the_answer_of_one_machine(
    shop: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: str, seed: int
) -> None:
    choose = Random(seed)  # noqa: S311 - a seed makes the same files again
    quotes = log != "log.csv" and choose.random() < 0.5
    write_data(tmp_path, seed, quotes=quotes, line_end=choose.choice(["\r\n", "\n"]))
    if log == "log.parquet":
        write_parquet_of(tmp_path)
    monkeypatch.setattr("stepladder_engine.spark.splits.ROWS_AT_ONCE", 14)
    found, expected, exchange = one_machine_and_many(shop, tmp_path, log, choose)
    assert everything(found) == everything(expected)
    assert isinstance(found, SparkAnswer)
    assert not found.read_at_start
    # What is packed cannot be entered in its midst.
    assert (len(splits_of(exchange, log)) > 4) == (log != "log.csv.gz")


@pytest.mark.parametrize(
    ("what", "log"),
    [
        ("quotes", "log.csv"),
        ("ends of lines as they were once", "log.csv"),
        ("another encoding", "log.csv"),
    ],
)
def test_lines_that_cannot_be_counted_are_read_in_one_piece(
    shop: Spec, tmp_path: Path, what: str, log: str
) -> None:
    write_data(tmp_path, 3, quotes=what == "quotes", line_end="\r" if "lines" in what else "\n")
    if "encoding" in what:
        text = (tmp_path / log).read_text(encoding="utf-8")
        (tmp_path / log).write_text(text, encoding="utf-16")
    found, expected, exchange = one_machine_and_many(shop, tmp_path, log, Random(3))  # noqa: S311
    assert everything(found) == everything(expected)
    assert len(splits_of(exchange, log)) == 1


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a letter of another encoding far below", b"\xff"),
        ("a header with other columns far below", b"who,number,else\n"),
        ("a number of many digits", b"1,C1,2026-01-01,buy,12345678901234567890\n"),
    ],
)
def test_what_the_reference_reader_has_to_see_is_read_at_the_start(
    shop: Spec, tmp_path: Path, what: str, text: bytes
) -> None:
    write_data(tmp_path, 4, quotes=False)
    with (tmp_path / "log.csv").open("ab") as stream:
        stream.write(b"x" * 70_000 + b",C1,2026-01-01,buy,1\n" + text)
    found, expected, _ = one_machine_and_many(shop, tmp_path, "log.csv", Random(4), 30_000)  # noqa: S311
    assert everything(found) == everything(expected)
    assert isinstance(found, SparkAnswer)
    assert found.read_at_start


WIDE = """\
events:
  visit: {source: log.csv, key: who, time: came%s}
  purchase: {source: log.csv, key: who, time: came, fields: {amount: paid}%s}
"""
WHERE = ', where: kind = "%s"'


@pytest.mark.parametrize(
    ("visits", "purchases", "parts"),
    [
        # 240 rows, of which each is one thing or the other.
        (WHERE % "look", WHERE % "buy", 3),
        # A row is both.
        ("", "", 5),
        ("", WHERE % "buy", 5),
    ],
)
def test_there_are_as_many_parts_as_events_need(
    shop: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visits: str, purchases: str, parts: int
) -> None:
    monkeypatch.setattr("stepladder_engine.spark.execute.EVENTS_IN_A_PART", 100)
    rows = "".join(f"C{number % 9},2026-01-02,buy,1\n" for number in range(240))
    (tmp_path / "log.csv").write_text("who,came,kind,paid\n" + rows, encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(WIDE % (visits, purchases), encoding="utf-8")
    exchange = InOneProcess(cores=1)
    found, problems = execute_on_spark(shop, mapping, exchange=exchange)
    assert found is not None, problems
    assert exchange.parts == parts


def test_the_parts_write_their_tables_themselves(shop: Spec, tmp_path: Path) -> None:
    from pyarrow import parquet

    write_data(tmp_path, 5, quotes=False)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING % (SOURCED, "log.csv", "id: number"), encoding="utf-8")
    expected, _ = execute(shop, mapping, engine="reference")
    assert expected is not None
    assert expected.summary["duplicates"]
    manner = Manner(("parquet",), timezone=shop.timezone)
    write_tables(tmp_path / "one", expected.all_tables(), expected.summary, manner)
    for _ in range(2):  # the second time it takes the place of the first
        place = tmp_path / "place"
        place.mkdir()
        found, _ = execute_on_spark(shop, mapping, parts=3, parts_in=place, exchange=InOneProcess())
        assert found is not None
        assert found.summary | {"engine": ""} == expected.summary | {"engine": ""}
        assert list(found.summary["offers"]) == list(expected.summary["offers"])
        assert not write_tables(tmp_path / "two", found.all_tables(), found.summary, manner)
        place.rmdir()
    for path in (tmp_path / "one").glob("*.parquet"):
        one, two = (parquet.read_table(tmp_path / folder / path.name) for folder in ("one", "two"))
        assert two.schema.equals(one.schema), path
        rows = [sorted(table.to_pylist(), key=str) for table in (one, two)]
        assert rows[0] == rows[1], path
    assert len(list((tmp_path / "two" / "positions.parquet").glob("part-*.parquet"))) > 1
    # The next run of one machine writes a file where the folder was.
    assert not write_tables(tmp_path / "two", expected.all_tables(), expected.summary, manner)
    assert (tmp_path / "two" / "positions.parquet").is_file()


def test_a_file_of_somebody_else_among_the_parts_stays(shop: Spec, tmp_path: Path) -> None:
    own = tmp_path / "out" / "tasks.parquet"
    own.mkdir(parents=True)
    (own / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "out" / OWN_FILES).write_text("tasks.parquet\n", encoding="utf-8")
    table = Table("tasks", ("a",), [("1",)])
    problems = write_tables(tmp_path / "out", [table], {}, Manner(("parquet",)))
    assert [(problem.code, problem.variant) for problem in problems] == [("SD060", "foreign")]
    assert (own / "notes.txt").read_text(encoding="utf-8") == "mine"
