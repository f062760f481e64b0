"""What a command prints is in the language of the spec, or of `--lang`."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.keywords import LANGUAGES
from stepladder_engine.texts.catalogue import table

Run = Callable[..., Any]
OTHERS = [language for language in LANGUAGES if language != "en"]
COMMANDS = [
    ("run", "shop", "--as-of", "2026-03-09"),
    ("why", "shop", "C1", "--as-of", "2026-03-09"),
    ("test", "shop", "--coverage"),
    ("draw", "shop", "-o", "a.svg"),
    ("fmt", "shop"),
    ("metrics", "shop"),
    ("tasks", "shop", "--as-of", "2026-03-09"),
]
_MARKS = str.maketrans("", "", "\u2067\u2068\u2069")
_ANY_MARK = re.compile("[\u2067\u2068\u2069]")


def plain(found: Any) -> str:
    """All that a command printed, without marks of direction."""
    return str(found.out + found.err).translate(_MARKS)


def english_sentences() -> set[str]:
    """The pieces of English sentences of two words and more, which no name in the shop's spec has."""
    pieces = (
        piece.strip(" :;,.()")
        for sentence in table("en").values()
        for piece in re.split(r"\{\w+\}", sentence)
    )
    return {piece for piece in pieces if " " in piece and re.search("[A-Za-z]", piece)}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_has_no_english_sentence_left(
    stepladder: Run, shop: Path, command: tuple[str, ...], language: str
) -> None:
    (shop / "clients.csv").write_text(
        "id,name,channel,since\nC1,Ana,social,2026-03-01\nC1,Boris,social,2026-03-01\n", encoding="utf-8"
    )
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")  # for `fmt` to change
    found = plain(stepladder(*command, "--lang", language))
    assert found
    assert "<U+" not in found
    assert [sentence for sentence in english_sentences() if sentence in found] == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_language_of_the_spec_is_the_default(stepladder: Run, shop: Path, language: str) -> None:
    assert stepladder("fmt", "shop", "--to", language).status == 0
    assert table(language)["run.data"] in plain(stepladder("run", "shop"))
    assert table(language)["column.why"] in plain(stepladder("why", "shop", "C1"))
    assert table(language)["test.passed"] in plain(stepladder("test", "shop"))
    refused = plain(stepladder("test", "shop", "-k", "zzz"))
    assert table(language)["test.no_title"].format(part="zzz") in refused
    assert "no scenario has `zzz`" in stepladder("test", "shop", "-k", "zzz", "--lang", "en").err


@pytest.mark.parametrize("language", OTHERS)
def test_a_scenario_that_fails_says_so_in_the_readers_language(
    stepladder: Run, shop: Path, language: str
) -> None:
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("expect task care due", "expect task care done"), encoding="utf-8")
    sentences = table(language)
    done = sentences["scenario.task"].format(task="care", status=sentences["task.status.done"])
    assert done in plain(stepladder("test", "shop", "--lang", language))
    document = json.loads(stepladder("test", "shop", "--lang", language, "--format", "json").out)
    assert document["scenarios"][0]["failures"][0]["expected"].translate(_MARKS) == done
    assert done in plain(stepladder("test", "shop", "--lang", language, "--format", "junit"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_that_is_not_there_fails_a_scenario_in_the_readers_language(
    stepladder: Run, shop: Path, language: str
) -> None:
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8")
    order = 'record order "Order"\n\nprocess making for order\n    owner seller\n'
    order += "    stage wanted\n        start\n        end\n\n"
    text = text.replace('process sale "Selling"', f'{order}process sale "Selling"')
    text = text.replace("    expect stage bought\n", "    expect stage wanted for order\n")
    file.write_text(text, encoding="utf-8")
    found = stepladder("test", "shop", "--lang", language)
    assert found.status == 1
    assert table(language)["scenario.no_record"] in plain(found)


def cells_by_table(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every table in a folder."""
    return {
        file.name: list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
        for file in folder.glob("*.csv")
    }


@pytest.mark.parametrize("language", OTHERS)
def test_the_tables_give_reasons_in_the_language_of_the_spec_and_all_else_alike(
    stepladder: Run, shop: Path, language: str
) -> None:
    """A guard lets C1 not through, a call that nobody waits for does a task all the same; C2 only calls."""
    visits, purchases, calls = (shop / f"{name}.csv" for name in ("visits", "purchases", "calls"))
    visits.write_text("client,time\nC1,2026-03-02T10:00\nC1,2026-04-20T10:00\n", encoding="utf-8")
    purchases.write_text(
        "client,time,amount\nC1,2026-03-02T10:30,0\nC1,2026-03-07T10:30,20.50\nC1,2026-03-20T10:30,9\n",
        encoding="utf-8",
    )
    calls.write_text("client,time\nC1,2026-03-06T10:00\nC2,2026-03-06T10:00\n", encoding="utf-8")
    told = {}
    for spoken in ("en", language):
        assert stepladder("fmt", "shop", "--to", spoken).status == 0
        # The reader's language is not the tables'.
        assert stepladder("run", "shop", "--out", spoken, "-q", "--lang", "en").status == 0
        told[spoken] = cells_by_table(Path(spoken))
    reasons = {
        cell
        for rows in told[language].values()
        for row in rows
        for column in ("reason", "effect")
        if (cell := row.pop(column, ""))
    }
    assert table(language)["reason.record_appeared"] in reasons
    assert table(language)["reason.nothing_waits"] in reasons
    assert table(language)["effect.did"].format(rule="care") in reasons
    assert not [reason for reason in reasons if _ANY_MARK.search(reason)]
    assert not [reason for reason in reasons for piece in english_sentences() if piece in reason]
    for rows in told["en"].values():
        for row in rows:
            row.pop("reason", ""), row.pop("effect", "")
    assert told[language] == told["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_story_gives_reasons_in_the_readers_language_also_as_json(
    stepladder: Run, shop: Path, language: str
) -> None:
    found = stepladder("why", "shop", "C1", "--format", "json", "--lang", language).out
    reasons = [step["reason"] for step in json.loads(found)["steps"]]
    sentences = table(language)
    assert reasons[:2] == [
        sentences["reason.record_appeared"],
        sentences["reason.event"].format(event="visit"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        ("check", "x"),
        ("run", "x"),
        ("why", "x", "C1"),
        ("test", "x"),
        ("draw", "x"),
        ("fmt", "x"),
        ("explain",),
    ],
    ids=lambda command: command[0],
)
def test_a_language_that_does_not_exist_is_wrong_usage_and_names_those_that_do(
    stepladder: Run, command: tuple[str, ...]
) -> None:
    found = stepladder(*command, "--lang", "de")
    assert found.status == 2
    assert "`de` is none of the languages there are: bg (Български), en (English)" in found.err


def test_a_refusal_before_any_spec_is_english_or_as_asked(stepladder: Run, shop: Path) -> None:
    assert stepladder("run", "nowhere").err == "stepladder: nowhere: there is no such file or folder\n"
    assert (
        stepladder("run", "nowhere", "--lang", "RU").err
        == "stepladder: nowhere: такого файла или папки нет\n"
    )
    assert stepladder("run", "nowhere").err == "stepladder: nowhere: there is no such file or folder\n"


def test_names_of_columns_and_words_of_documents_stay_as_programs_know_them(
    stepladder: Run, shop: Path
) -> None:
    assert stepladder("fmt", "shop", "--to", "ru").status == 0
    assert stepladder("run", "shop", "--as-of", "2026-03-09", "--out", "out", "-q").status == 0
    header, *rows = (Path("out") / "tasks.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("key,kind,rule,title,record,case")
    assert any(",escalated," in row for row in rows)
    document = json.loads(stepladder("why", "shop", "C1", "--format", "json", "--lang", "fa").out)
    assert document["open_offers"] == []
    assert document["steps"][0]["kind"] == "start"


def test_a_cell_from_right_to_left_is_kept_apart_from_its_neighbours(stepladder: Run, shop: Path) -> None:
    long_name = "سارا محمدی نوری کاظمی جعفری احمدی شریفی رضایی کریمی موسوی حسینی"
    file = shop / "clients.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("سارا", long_name), encoding="utf-8")
    lines = [line for line in stepladder("run", "shop", "--lang", "fa").out.splitlines() if "\u2068" in line]
    assert any("سارا" in line for line in lines)
    assert not any(long_name in line for line in lines)  # it was broken into lines
    for line in lines:
        opened = line.count("\u2068") + line.count("\u2067")
        assert opened == line.count("\u2069"), line


def test_no_bar_is_broken_on_a_narrow_terminal(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stepladder_engine.results.screen.screen.PLAIN_WIDTH", 80)
    lines = stepladder("run", "shop", "--lang", "ru").out.splitlines()
    bars = [line for line in lines if "█" in line]
    assert len(bars) == 3
    assert all(re.search(r"\d +█+ ", line) for line in bars)
