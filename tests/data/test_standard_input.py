"""What another program sends is read like a file."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAD = "Client,Date,Total\n"
ROWS = "Анна,2026-03-02,5\nB,soon,6\n"


def send(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_it_is_read_as_its_format_says(encoding: str, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    send((HEAD + ROWS).encode(encoding), monkeypatch)
    result = desk.purchases(None, "format: csv", '"-"')
    assert [(event.key, event.origin.file, event.origin.row) for event in result.data.events] == [
        ("Анна", "-", 2)
    ]
    assert [(row, code) for row, code, _ in result.reasons] == [(3, "SD046")]
    assert result.data.rows == {"-": 2}


def test_lines_of_json_are_read(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    send(b'{"Client": 1, "Date": "2026-03-02", "Total": 5}\n', monkeypatch)
    assert [event.key for event in desk.purchases(None, "format: ndjson", '"-"').data.events] == ["1"]


def test_two_kinds_may_read_it(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    send((HEAD + ROWS).encode(), monkeypatch)
    mapping = """\
events:
  visit: {source: "-", key: Client, time: Date}
  purchase: {source: "-", key: Client, time: Date, fields: {amount: Total}}
options: {format: csv}
"""
    result = desk.load(mapping)
    assert sorted(event.kind for event in result.data.events) == ["purchase", "visit"]
    assert result.data.rows == {"-": 4}


def test_it_may_stand_beside_files(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    send((HEAD + ROWS).encode(), monkeypatch)
    desk.put("a.csv", HEAD + "C,2026-03-03,7\n")
    result = desk.purchases(None, "format: csv", '["-", a.csv]')
    assert sorted((event.key, event.origin.file) for event in result.data.events) == [
        ("C", "a.csv"),
        ("Анна", "-"),
    ]


@pytest.mark.parametrize(
    ("options", "content", "sentence"),
    [
        ("", b"x", "nothing says how the standard input (`-`) is to be read"),
        ("format: xlsx", b"PK", "the standard input (`-`) cannot be read as xlsx"),
        ("format: parquet", b"PAR1", "the standard input (`-`) cannot be read as parquet"),
        ("format: csv", b"", "`-` is empty"),
        ("format: csv", b"\x1f\x8b\x08\0", "`-` is packed, and its name does not say so"),
    ],
)
def test_what_cannot_be_read_stops_the_run(
    options: str, content: bytes, sentence: str, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(content, monkeypatch)
    assert desk.purchases(None, options, '"-"').sentences == [sentence]


def test_the_command_reads_what_a_pipe_brings(tmp_path: Path) -> None:
    (tmp_path / "shop.ladder").write_text(
        "language en\n\nspec shop\n    currency EUR\n    timezone Europe/Sofia\n\n"
        "role seller\n\nrecord client\n\nevent purchase for client\n    amount money\n\n"
        "process sale for client\n    owner seller\n    stage new\n        start\n"
        "        on purchase go to done\n    stage done\n        end won\n",
        encoding="utf-8",
    )
    (tmp_path / "mapping.yaml").write_text(
        "events:\n  purchase:\n    source: '-'\n    key: Client\n    time: Date\n"
        "    fields: {amount: Total}\n    options: {format: csv}\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "stepladder_engine", "run", "shop.ladder", "--data", "mapping.yaml"]
    sent = f"{HEAD}A,2026-03-02,5\nB,2026-03-03,6\n"
    ended = subprocess.run(
        [*command, "--format", "json"], input=sent, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.returncode == 0, ended.stderr
    assert '"events": 2' in ended.stdout
