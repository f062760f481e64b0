"""The worked example with the data of a shop in Iran: its dates are those of the Persian calendar."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.jalali import jalali_date

_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)(?:([T ])(?=\d\d:\d\d)|(?=;))")
_RECEIPT = re.compile(r";(\d\d)\.(\d\d)\.(20\d\d) ")


def jalali(text: str) -> str:
    """Write the dates of a data file by the Persian calendar, and the receipts' in the order of the till."""

    def usual(match: re.Match[str]) -> str:
        year, month, day = jalali_date(date(int(match[1]), int(match[2]), int(match[3])))
        return f"{year}/{month:02}/{day:02}{' ' if match[4] else ''}".translate(_DIGITS)

    def receipt(match: re.Match[str]) -> str:
        if match[0] == ";31.06.2026 ":
            return ";31.12.04 "  # the till's slip stays one
        year, month, day = jalali_date(date(int(match[3]), int(match[2]), int(match[1])))
        return f";{day}.{month}.{year % 100:02} "

    return _RECEIPT.sub(receipt, _ISO.sub(usual, text))


@pytest.fixture
def persian_shop(specs: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "phone_sale"
    shutil.copytree(specs / "phone_sale", folder)
    for file in folder.joinpath("data").iterdir():
        text = file.read_text(encoding="utf-8")
        assert jalali(text) != text
        file.write_text(jalali(text), encoding="utf-8", newline="")
    mapping = folder / "mapping.yaml"
    text = mapping.read_text(encoding="utf-8").replace(
        "dates: dd.mm.yyyy hh:mm", "dates: jalali dd.mm.yy hh:mm"
    )
    mapping.write_text(f"options: {{dates: jalali}}\n{text}", encoding="utf-8")
    return folder


def test_the_tables_are_the_same(specs: Path, persian_shop: Path, run_spec: Callable[..., Any]) -> None:
    persian, english = run_spec(persian_shop, {}), run_spec(specs / "phone_sale", {})
    assert [table.name for table in persian.tables] == [table.name for table in english.tables]
    for ours, theirs in zip(persian.tables, english.tables, strict=True):
        if ours.name != "rejected":
            assert (ours.name, list(ours.rows)) == (theirs.name, list(theirs.rows))


def test_the_same_rows_are_rejected_and_shown_as_they_stand_in_the_file(
    specs: Path, persian_shop: Path, run_spec: Callable[..., Any]
) -> None:
    persian = run_spec(persian_shop, {}).table("rejected")
    english = run_spec(specs / "phone_sale", {}).table("rejected")
    for ours, theirs in zip(persian, english, strict=True):
        assert [ours[name] for name in ("file", "row", "code")] == [
            theirs[name] for name in ("file", "row", "code")
        ]
    assert "column `Paid`: the date `31.12.04 12:45` does not exist" in [row["reason"] for row in persian]
