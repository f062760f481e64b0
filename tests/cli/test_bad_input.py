"""Bad data and bad mappings: a clear message, the right exit status, nothing half-written, no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

_PURCHASES = "client,time,amount\n"


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        pytest.param("purchases.csv", b"", "is empty", id="empty file"),
        pytest.param("clients.csv", b"\x81\x8d\x8f\x90\x9d,\xff\n", "encoding", id="wrong encoding"),
        pytest.param("purchases.csv", b"client,time\nC1,2026-03-02\n", "`amount`", id="missing column"),
        pytest.param(
            "purchases.csv", b"PK\x03\x04\x00\x00\x00\x00", "is a workbook or an archive", id="binary file"
        ),
        pytest.param("purchases.csv", None, "purchases.csv", id="missing file"),
        pytest.param("mapping.yaml", b"records: [\n", "mapping.yaml", id="broken mapping"),
        pytest.param("mapping.yaml", b"record: {}\n", "records", id="unknown key"),
        pytest.param("mapping.yaml", b"", "mapping.yaml", id="empty mapping"),
    ],
)
def test_what_cannot_be_read_at_all_ends_with_2_and_writes_nothing(
    stepladder: Run, shop: Path, file: str, content: bytes | None, says: str
) -> None:
    if content is None:
        (shop / file).unlink()
    else:
        (shop / file).write_bytes(content)
    found = stepladder("run", "shop", "--out", "out")
    assert found.status == 2
    assert says in found.err
    assert found.out == ""
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("file", "content", "row", "code"),
    [
        pytest.param(
            "purchases.csv", _PURCHASES + "C1,2026-03-02,cheap\n", 2, "SD045", id="text in a money field"
        ),
        pytest.param(
            "purchases.csv", _PURCHASES + "C1,2026-02-30,5\n", 2, "SD046", id="a date that does not exist"
        ),
        pytest.param("purchases.csv", _PURCHASES + "C9,2026-03-02,5\n", 2, "SD051", id="an unknown client"),
        pytest.param(
            "clients.csv",
            "id,name,channel,since\nC1,Ana,social,2026-03-01\nC2,Bo,radio,2026-03-01\n",
            3,
            "SD047",
            id="an unknown value",
        ),
        pytest.param(
            "clients.csv",
            "id,name,channel,since\nC1,Ana,social,2026-03-01\nC2,Bo,press,2026-03-01\nC1,Al,press,2026-03-01\n",
            4,
            "SD050",
            id="the same key twice",
        ),
        pytest.param("purchases.csv", _PURCHASES + "C1,2026-03-02,5,6,7\n", 2, "SD040", id="too many cells"),
    ],
)
def test_a_bad_row_is_put_aside_with_its_number_and_reason(
    stepladder: Run, shop: Path, file: str, content: str, row: int, code: str
) -> None:
    (shop / file).write_text(content, encoding="utf-8")
    found = stepladder("run", "shop", "--out", "out", "--format", "json", "--limit-rejected", "99%")
    assert found.status == 0
    rejected = json.loads((Path("out") / "rejected.json").read_text(encoding="utf-8"))
    assert (rejected[0]["file"], rejected[0]["row"], rejected[0]["code"]) == (file, row, code)
    assert rejected[0]["reason"]


def test_a_stray_quote_costs_its_own_line_only(stepladder: Run, shop: Path) -> None:
    rows = [
        "C1,Ana,social,2026-03-01",
        '"C2,Bo,press,2026-03-01',
        "C3,Cy,press,2026-03-01",
        '"C4",Di,press,2026-03-01',
    ]
    (shop / "clients.csv").write_text("\n".join(["id,name,channel,since", *rows, ""]), encoding="utf-8")
    (shop / "visits.csv").write_text("client,time\nC1,2026-03-02T10:00\n", encoding="utf-8")
    stepladder("run", "shop", "--out", "out", "--format", "json", "--limit-rejected", "99%")
    rejected = json.loads((Path("out") / "rejected.json").read_text(encoding="utf-8"))
    assert [(row["row"], row["code"]) for row in rejected] == [(3, "SD042")]
    positions = json.loads((Path("out") / "positions.json").read_text(encoding="utf-8"))
    assert [row["case"] for row in positions] == ["C1", "C3", "C4"]


def test_a_line_of_ten_megabytes_ends_clearly(stepladder: Run, shop: Path) -> None:
    (shop / "clients.csv").write_text(
        "id,name,channel,since\nC1," + "x" * 10_000_000 + ",social,2026-03-01\n", encoding="utf-8"
    )
    found = stepladder("run", "shop", "--as-of", "2026-03-01")
    assert found.status in {0, 1, 2}
    assert len(found.out) + len(found.err) < 10_000


def test_a_spec_of_ten_megabytes_in_one_line_ends_clearly(stepladder: Run, shop: Path) -> None:
    (shop / "shop.ladder").write_text("spec x " + "y" * 10_000_000 + "\n", encoding="utf-8")
    found = stepladder("check", "shop")
    assert found.status == 1
    assert len(found.out) < 10_000


def test_no_data_at_all_asks_for_a_moment(stepladder: Run, shop: Path) -> None:
    (shop / "clients.csv").write_text("id,name,channel,since\n", encoding="utf-8")
    for name in ("visits.csv", "purchases.csv"):
        file = shop / name
        file.write_text(file.read_text(encoding="utf-8").split("\n", 1)[0] + "\n", encoding="utf-8")
    found = stepladder("run", "shop")
    assert found.status == 2
    assert "SD071" in found.err
    assert stepladder("run", "shop", "--as-of", "2026-03-01").status == 0
