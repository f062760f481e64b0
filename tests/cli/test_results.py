"""What `run` writes: formats, and what cannot be written."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from stepladder_engine.data import write_tables
from stepladder_engine.data.write_plain import cell_text
from stepladder_engine.data.write_tables import FORMS
from stepladder_engine.fast import parts
from stepladder_engine.results.columns import COLUMNS

Run = Callable[..., Any]
RUN = ("run", "shop", "--as-of", "2026-03-09")


def rows_of(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def test_every_table_is_written_in_every_format_that_is_named(stepladder: Run, shop: Path) -> None:
    found = stepladder(*RUN, "--out", "out", "--format", "csv,json", "--format", "ndjson,parquet,xlsx")
    assert found.status == 0
    # JSON among them: the summary goes to stdout, and nothing else does.
    assert json.loads(found.out) | {"seconds": 0} == json.loads(
        Path("out/summary.json").read_text(encoding="utf-8")
    ) | {"seconds": 0}
    names = {path.name for path in Path("out").iterdir()}
    plain = {f"{table}.{form}" for table in COLUMNS for form in FORMS if form != "xlsx"}
    assert names == plain | {"tables.xlsx", "summary.json", ".stepladder-files"}


@pytest.mark.parametrize("table", COLUMNS)
def test_every_format_tells_the_same(stepladder: Run, shop: Path, table: str) -> None:
    (shop / "visits.csv").write_text("client,time\nC1,2026-03-02T10:00\nC2,soon\n", encoding="utf-8")
    assert (
        stepladder(*RUN, "--out", "out", "--format", ",".join(FORMS), "--limit-rejected", "50%").status == 0
    )
    rows = rows_of(Path("out") / f"{table}.csv")
    objects = json.loads((Path("out") / f"{table}.json").read_text(encoding="utf-8"))
    assert [[cell_text(value) for value in found.values()] for found in objects] == rows
    lines = (Path("out") / f"{table}.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == objects
    typed = parquet.read_table(Path("out") / f"{table}.parquet").to_pylist()
    for found, row in zip(typed, rows, strict=True):
        for column, value, text in zip(COLUMNS[table], found.values(), row, strict=True):
            match column.kind:
                case "time" if value is not None:
                    assert value.isoformat() == text
                case "number" if value is not None:
                    assert value == pytest.approx(type(value)(text))
                case _:
                    assert cell_text(value) == text


def test_csv_is_for_spreadsheets_on_request(stepladder: Run, shop: Path) -> None:
    clients = (shop / "clients.csv").read_text(encoding="utf-8").replace("C3,", "=C3,")
    (shop / "clients.csv").write_text(clients, encoding="utf-8")
    for folder, options in (("plain", ()), ("safe", ("--for-spreadsheets",))):
        assert stepladder(*RUN, "--out", folder, "-q", *options).status == 0
    assert {row[1] for row in rows_of(Path("plain/positions.csv"))} == {"C1", "C2", "=C3"}
    assert {row[1] for row in rows_of(Path("safe/positions.csv"))} == {"C1", "C2", "'=C3"}
    assert Path("safe/positions.csv").read_bytes().startswith(b"\xef\xbb\xbfrecord,")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--out", "out", "--format", "xls"), "`xls` is none of the formats there are: csv, json, ndjson"),
        (("--format", "xlsx"), "--format xlsx needs --out DIR"),
        (("--out", "out", "--format", "xlsx", "--for-spreadsheets"), "--for-spreadsheets is about CSV"),
        (
            ("--out", "out", "--tables", "tasks,people"),
            "`people` is none of the tables there are: positions,",
        ),
        (("--out", "out", "--tables", ""), "`` is none of the tables there are"),
        (("--tables", "tasks"), "--tables needs --out DIR or --to-sql NAME"),
        (("--workers", "0"), "0 is not in the range x>=1"),
        (("--workers", "two"), "'two' is not a valid integer range"),
        (("--workers", "2", "--engine", "spark"), "leave out --engine spark"),
        (("--event-log", "log.xes", "--engine", "fast"), "leave out --engine fast"),
    ],
)
def test_a_wrong_use_of_options_is_said_before_the_run(
    stepladder: Run, shop: Path, options: tuple[str, ...], says: str
) -> None:
    found = stepladder(*RUN, *options)
    assert found.status == 2
    assert says in found.err
    assert not Path("out").exists()


@pytest.mark.parametrize("engine", ["reference", "fast"])
@pytest.mark.parametrize("named", [("tasks",), ("journal", "metrics"), ("Positions, deviations", "rejected")])
def test_only_the_tables_that_are_named_are_written(
    stepladder: Run, shop: Path, engine: str, named: tuple[str, ...]
) -> None:
    (shop / "visits.csv").write_text("client,time\nC1,2026-03-02T10:00\nC2,soon\n", encoding="utf-8")
    options = ("--limit-rejected", "50%", "--engine", engine, "--format", "csv,parquet,ndjson")
    asked = [word for name in named for word in ("--tables", name)]
    assert stepladder(*RUN, *options, "--out", "all").status == 0
    # What an earlier run has left of other tables goes: it would not belong to the new summary.
    assert stepladder(*RUN, *options, "--out", "some").status == 0
    assert stepladder(*RUN, *options, "--out", "some", *asked).status == 0
    names = [part.strip().lower() for name in named for part in name.split(",")]
    files = {f"{name}.{form}" for name in names for form in ("csv", "parquet", "ndjson")}
    assert {path.name for path in Path("some").iterdir()} == files | {"summary.json", ".stepladder-files"}
    for file in files - {f"{name}.parquet" for name in names}:
        assert (Path("some") / file).read_bytes() == (Path("all") / file).read_bytes()
    for name in names:
        typed = [parquet.read_table(Path(folder) / f"{name}.parquet") for folder in ("some", "all")]
        assert typed[0].equals(typed[1])
    summaries = [(Path(folder) / "summary.json").read_text(encoding="utf-8") for folder in ("some", "all")]
    assert summaries[0] == summaries[1]


def test_any_number_of_workers_gives_the_same(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("llvmlite", reason="threads work on the compiled kernel (the extra `fast`)")
    monkeypatch.setattr(parts, "_WORTH_LOADING", 0)
    monkeypatch.setattr(parts, "_WORTH_COMPILING", 0)
    given = [("--workers", "1"), ("--workers", "3"), ()]
    for number, workers in enumerate(given):
        options = ("--engine", "fast", "--format", "csv,ndjson", "--out", str(number))
        assert stepladder(*RUN, *options, *workers).status == 0
    names = {path.name for path in Path("0").iterdir()}
    for number in range(1, len(given)):
        assert {path.name for path in Path(str(number)).iterdir()} == names
        assert all(
            (Path(str(number)) / name).read_bytes() == (Path("0") / name).read_bytes() for name in names
        )


def test_in_a_database_the_tables_that_are_not_named_stay(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlalchemy", reason="needs the extra sql")
    monkeypatch.setenv("RESULTS", "sqlite:///results.sqlite")

    def rows(table: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect("results.sqlite")) as connection:
            return connection.execute(f"select * from stepladder_{table}").fetchall()  # noqa: S608

    first = ("run", "shop", "--as-of", "2026-03-02", "--to-sql", "RESULTS")
    assert stepladder(*first, "--tables", "positions,tasks").status == 0
    before = rows("positions")
    assert before
    assert stepladder(*RUN, "--to-sql", "RESULTS", "--tables", "journal").status == 0
    assert rows("positions") == before
    assert rows("journal")


def test_a_missing_package_is_said_before_the_run(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_tables, "find_spec", lambda _name: None)
    (shop / "mapping.yaml").write_text("not read\n", encoding="utf-8")
    found = stepladder(*RUN, "--out", "out", "--format", "parquet")
    assert found.status == 2
    assert 'pip install "stepladder[parquet]"' in found.err
    assert "SD061" in found.err


def test_the_sheets_of_a_persian_spec_run_from_the_right(stepladder: Run, shop: Path) -> None:
    import zipfile

    assert stepladder("fmt", "shop", "--to", "fa").status == 0
    assert stepladder(*RUN, "--out", "out", "--format", "xlsx", "-q").status == 0
    with zipfile.ZipFile("out/tables.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == len(COLUMNS) + 1
    assert all('rightToLeft="1"' in sheet for sheet in sheets)


def test_results_go_to_a_database_and_the_next_run_changes_them(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlalchemy", reason="needs the extra sql")
    monkeypatch.setenv("RESULTS", "sqlite:///results.sqlite")
    for moment in ("2026-03-05", "2026-03-09"):
        found = stepladder("run", "shop", "--as-of", moment, "--to-sql", "RESULTS", "--out", moment)
        assert found.status == 0
        assert found.err.splitlines()[-1] == "tables written to the database of ${RESULTS}"
        with closing(sqlite3.connect("results.sqlite")) as connection:
            for table in COLUMNS:
                if table == "metrics":
                    continue  # its shares are binary floating point in SQLite
                names = ", ".join(f'"{column.name}"' for column in COLUMNS[table])
                rows = connection.execute(f"select {names} from stepladder_{table}").fetchall()  # noqa: S608
                assert sorted(shown(table, row) for row in rows) == sorted(
                    rows_of(Path(moment) / f"{table}.csv")
                )


def shown(table: str, row: tuple[Any, ...]) -> list[str]:
    """The row as CSV has it: SQLite knows no yes and no."""
    flags = [column.kind == "flag" for column in COLUMNS[table]]
    return [cell_text(bool(value) if flag else value) for value, flag in zip(row, flags, strict=True)]


def test_without_an_address_nothing_is_run(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESULTS", raising=False)
    (shop / "mapping.yaml").write_text("not read\n", encoding="utf-8")
    found = stepladder(*RUN, "--to-sql", "RESULTS")
    assert (found.status, found.out) == (2, "")
    assert "the environment variable `RESULTS`" in found.err
    assert "SD064" in found.err


def test_what_cannot_be_written_is_said_in_the_language_of_the_spec(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESULTS", raising=False)
    monkeypatch.setattr(write_tables, "find_spec", lambda _name: None)
    assert stepladder("fmt", "shop", "--to", "ru").status == 0
    assert "переменная окружения `RESULTS`" in stepladder(*RUN, "--to-sql", "RESULTS").err
    assert "для записи в xlsx нужен пакет" in stepladder(*RUN, "--out", "out", "--format", "xlsx").err


def test_a_record_that_moves_without_end_is_stopped_and_named(stepladder: Run, shop: Path) -> None:
    spec = shop / "shop.ladder"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("after 30 days go to cold", "after 1 minute go to aware"), encoding="utf-8")
    mapping = shop / "mapping.yaml"
    steps = "options:\n  most_steps: 7\n"
    mapping.write_text(mapping.read_text(encoding="utf-8") + steps, encoding="utf-8")
    found = stepladder(*RUN, "--quiet", "--out", "out")
    assert found.status == 0
    said = json.loads(Path("out/summary.json").read_text(encoding="utf-8"))["notes"]
    assert any("stopped after 7 steps" in note for note in said)
