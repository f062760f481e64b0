"""`stepladder map`: what it writes where, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.keywords import LANGUAGES

Run = Callable[..., Any]
FILES = ("shop/clients.csv", "shop/visits.csv", "shop/purchases.csv", "shop/calls.csv")


def test_the_mapping_goes_to_stdout_and_runs(stepladder: Run, shop: Path) -> None:
    expected = stepladder("run", "shop", "--format", "json").out
    found = stepladder("map", *FILES, "--spec", "shop")
    assert (found.status, found.err) == (0, "")
    shop.joinpath("mapping.yaml").write_text(found.out, encoding="utf-8")
    assert (
        stepladder("run", "shop", "--format", "json").out.split('"seconds"')[0]
        == expected.split('"seconds"')[0]
    )


def test_a_mapping_is_never_overwritten_unasked(stepladder: Run, shop: Path) -> None:
    file = shop / "mapping.yaml"
    before = file.read_bytes()
    found = stepladder("map", *FILES, "--spec", "shop", "-o", "shop/mapping.yaml")
    assert (found.status, found.out) == (2, "")
    assert "--force" in found.err
    assert file.read_bytes() == before
    found = stepladder("map", *FILES, "--spec", "shop", "-o", "shop/mapping.yaml", "--force")
    assert (found.status, found.out) == (0, "")
    assert "wrote shop/mapping.yaml" in found.err
    assert file.read_bytes() != before
    assert stepladder("run", "shop").status == 0


def test_paths_start_at_the_folder_of_the_mapping(stepladder: Run, shop: Path) -> None:
    found = stepladder("map", *FILES, "--spec", "shop", "-o", "maps/here/mapping.yaml")
    assert found.status == 0
    text = Path("maps/here/mapping.yaml").read_text(encoding="utf-8")
    assert "source: ../../shop/clients.csv" in text
    assert stepladder("run", "shop", "--data", "maps/here/mapping.yaml").status == 0


def test_what_is_missing_is_said_and_gives_1(stepladder: Run, shop: Path) -> None:
    shop.joinpath("purchases.csv").write_text("client,time\nC1,2026-03-02\n", encoding="utf-8")
    found = stepladder("map", *FILES[:3], "--spec", "shop")
    assert found.status == 1
    assert "# amount: no column found, and the spec needs one" in found.out
    assert "purchase: no column found for amount" in found.err
    assert "no file found for call" in found.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_remarks_are_in_the_language_of_the_reader(stepladder: Run, shop: Path, language: str) -> None:
    shop.joinpath("purchases.csv").write_text("client,time\nC1,2026-03-02\n", encoding="utf-8")
    found = stepladder("map", *FILES[:3], "--spec", "shop", "--lang", language)
    english = stepladder("map", *FILES[:3], "--spec", "shop", "--lang", "en")
    plain = [line for line in found.out.splitlines() if "#" not in line]
    assert plain == [line for line in english.out.splitlines() if "#" not in line]
    assert (found.out == english.out) is (language == "en")
    assert (found.err == english.err) is (language == "en")


WRONG = {
    "no such file": (("shop/nothing.csv",), "shop/nothing.csv: there is no such file"),
    "a folder": (("shop",), "shop: is a folder"),
    "a file of no known form": (("shop/shop.ladder",), "SD024"),
    "no encoding": (("shop/clients.csv", "--encoding", "windows-9999"), "is no encoding"),
    "--force without a file": (("shop/clients.csv", "--force"), "--force needs -o"),
    "an empty file": (("shop/empty.csv",), "SD021"),
    "a file that fits nothing": (("shop/weather.csv",), "none of the files fits"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_done_gives_2_and_writes_nothing(stepladder: Run, shop: Path, case: str) -> None:
    shop.joinpath("empty.csv").write_text("", encoding="utf-8")
    shop.joinpath("weather.csv").write_text("city,rain\nSofia,5\n", encoding="utf-8")
    arguments, sentence = WRONG[case]
    found = stepladder("map", *arguments, "--spec", "shop")
    assert (found.status, found.out) == (2, "")
    assert sentence in found.err


def test_an_encoding_can_be_named(stepladder: Run, shop: Path) -> None:
    file = shop / "clients.csv"
    file.write_bytes(file.read_text(encoding="utf-8").replace("سارا", "Sara").encode("koi8-r"))
    found = stepladder("map", *FILES, "--spec", "shop", "--encoding", "koi8-r")
    assert found.status == 0
    assert "encoding: koi8-r" in found.out
