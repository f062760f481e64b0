from __future__ import annotations

import csv
import errno
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data import write_tables as module
from stepladder_engine.data.replace_folder import OWN_FILES
from stepladder_engine.data.tables import Table
from stepladder_engine.data.write_tables import Manner, write_tables

JSON = Manner(("json",))

TASKS = Table(
    "tasks",
    ("case", "price", "open", "due", "note", "raw"),
    [
        ("1", Decimal("1E+3"), True, date(2026, 3, 2), None, {"Имя": 'a,"b"\n'}),
        ("=cmd()", Decimal("-0.10"), False, None, 7, ["x", Decimal("0.1")]),
    ],
)
OTHER = Table("stages", ("stage",), [("bought",)])
SUMMARY = {"cases": 2, "spent": Decimal("19.90"), "seconds": 0.5}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_csv_is_plain_and_exact(tmp_path: Path) -> None:
    assert write_tables(tmp_path / "out", [TASKS], SUMMARY) == []
    text = (tmp_path / "out" / "tasks.csv").read_bytes().decode()
    assert text == (
        "case,price,open,due,note,raw\n"
        '1,1000,true,2026-03-02,,"{""Имя"": ""a,\\""b\\""\\n""}"\n'
        '=cmd(),-0.10,false,,7,"[""x"", ""0.1""]"\n'
    )
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8")) == {
        "cases": 2,
        "spent": "19.90",
        "seconds": 0.5,
    }
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == [OWN_FILES, "summary.json", "tasks.csv"]


def test_texts_that_look_like_formulas_are_marked_only_on_request(tmp_path: Path) -> None:
    write_tables(tmp_path / "out", [TASKS], {}, Manner(for_spreadsheets=True))
    with (tmp_path / "out" / "tasks.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [row[:2] for row in rows[1:]] == [["1", "1000"], ["'=cmd()", "-0.10"]]


def test_json_has_money_as_text(tmp_path: Path) -> None:
    assert write_tables(tmp_path / "out", [TASKS, Table("empty", ("a",), [])], {}, JSON) == []
    loaded = json.loads((tmp_path / "out" / "tasks.json").read_text(encoding="utf-8"))
    assert loaded[1] == {
        "case": "=cmd()",
        "price": "-0.10",
        "open": False,
        "due": None,
        "note": 7,
        "raw": ["x", "0.1"],
    }
    assert json.loads((tmp_path / "out" / "empty.json").read_text(encoding="utf-8")) == []


def test_an_old_result_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    write_tables(out, [TASKS, OTHER], {})
    assert write_tables(out, [OTHER], {}, JSON) == []
    assert names(out) == [OWN_FILES, "stages.json", "summary.json"]
    assert names(out.parent) == ["out"]


def test_files_of_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_tables(out, [TASKS], {})
    (out / "notes.txt").write_text("mine")
    (out / "photos").mkdir()
    assert write_tables(out, [OTHER], {}) == []
    assert names(out) == [OWN_FILES, "notes.txt", "photos", "stages.csv", "summary.json"]
    assert (out / "notes.txt").read_text() == "mine"


def test_a_file_of_somebody_with_the_name_of_a_result_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "tasks.csv").write_text("mine")
    (problem,) = write_tables(out, [TASKS], {})
    assert "already has a file `tasks.csv` that is not a result" in catalogue.message(problem)
    assert names(out) == ["tasks.csv"]
    assert (out / "tasks.csv").read_text() == "mine"


def test_a_list_of_own_files_that_points_elsewhere_is_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious").write_text("mine")
    (out / OWN_FILES).write_text("../precious\n..\n")
    (out / "foreign").write_text("")
    assert write_tables(out, [TASKS], {}) == []
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    (problem,) = write_tables(tmp_path / "out", [TASKS], {})
    assert "is a file, not a folder" in catalogue.message(problem)


def test_a_run_that_is_stopped_leaves_the_old_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_tables(out, [TASKS], {"cases": 1})
    with pytest.raises(TypeError):
        write_tables(out, [TASKS, Table("bad", ("x",), [(object(),)])], {"cases": 2})
    assert names(out) == [OWN_FILES, "summary.json", "tasks.csv"]
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == {"cases": 1}
    assert names(tmp_path) == ["out"]


def test_an_old_result_left_aside_by_a_killed_run_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_tables(out, [TASKS], {})
    out.rename(tmp_path / ".out.old")

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module._Writing, "_write_all", full)
    (problem,) = write_tables(out, [OTHER], {})
    assert "cannot be written" in catalogue.message(problem)
    assert names(out) == [OWN_FILES, "summary.json", "tasks.csv"]
