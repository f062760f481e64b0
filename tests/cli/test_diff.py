"""`stepladder diff`: what it says, in which form, and with which exit status."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stepladder_dsl.keywords import LANGUAGES
from stepladder_engine.comparison.columns import COMPARED
from stepladder_engine.comparison.runs import RunDifference
from stepladder_engine.comparison.schemas import COUNTS, all_schemas

Stepladder = Callable[..., Any]


@pytest.fixture
def edited(shop: Path) -> Callable[..., Path]:
    """Give a function that puts a changed copy of the shop beside it: a folder `shop_new`."""

    def edit(*changes: tuple[str, str]) -> Path:
        folder = shop.parent / "shop_new"
        folder.mkdir(exist_ok=True)
        for file in shop.iterdir():
            (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
        spec = folder / "shop.ladder"
        text = spec.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        spec.write_text(text, encoding="utf-8")
        return folder

    return edit


def schema(root: Path, name: str) -> Any:
    return json.loads((root / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_nothing_changed(stepladder: Stepladder, edited: Callable[..., Path]) -> None:
    edited(("    limit 2 days, then alert manager", "    limit 2 days, then alert manager  # soon"))
    done = stepladder("diff", "shop", "shop_new")
    assert (done.status, done.err) == (0, "")
    assert "No change of meaning." in done.out


def test_a_change_with_both_places(stepladder: Stepladder, edited: Callable[..., Path]) -> None:
    edited(("limit 2 days", "limit 3 days"), ('role seller "Seller"', '\nrole seller "Seller"'))
    done = stepladder("diff", "shop", "shop_new")
    assert done.status == 1
    assert "1 change of meaning: 1 changed" in done.out
    line = next(line for line in done.out.splitlines() if "limit" in line)
    assert line == "    ~ limit, longer: 2 days → 3 days   shop/shop.ladder:27 → shop_new/shop.ladder:28"
    assert 'process sale "Selling"\n  stage choosing "Is choosing"\n' in done.out


def test_one_side_from_the_standard_input(stepladder: Stepladder, shop: Path) -> None:
    text = (shop / "shop.ladder").read_text(encoding="utf-8")
    assert stepladder("diff", "-", "shop", stdin=text).status == 0
    changed = stepladder("diff", "-", "shop", stdin=text.replace("after 30 days", "after 3 weeks"))
    assert changed.status == 1
    assert "<stdin>:25 → shop/shop.ladder:25" in changed.out
    both = stepladder("diff", "-", "-", stdin=text)
    assert (both.status, both.out) == (2, "")
    assert "only one" in both.err


def test_quiet_leaves_the_status(stepladder: Stepladder, edited: Callable[..., Path]) -> None:
    edited(("limit 2 days", "limit 3 days"))
    done = stepladder("diff", "shop", "shop_new", "--quiet")
    assert (done.status, done.out, done.err) == (1, "", "")
    same = stepladder("diff", "shop", "shop", "-q")
    assert (same.status, same.out, same.err) == (0, "", "")


@pytest.mark.parametrize("side", [0, 1])
def test_a_spec_with_a_mistake_on_either_side(
    stepladder: Stepladder, edited: Callable[..., Path], side: int
) -> None:
    edited(("go to choosing", "go to chosing"))
    names = ["shop", "shop"]
    names[side] = "shop_new"
    done = stepladder("diff", *names)
    assert (done.status, done.out) == (2, "")
    assert "SL101" in done.err


def test_a_file_that_is_not_there(stepladder: Stepladder, shop: Path) -> None:
    assert shop.is_dir()
    assert stepladder("diff", "shop", "nowhere.ladder").status == 2


def test_a_spec_in_which_clients_get_lost_can_be_compared_but_not_run(
    stepladder: Stepladder, edited: Callable[..., Path]
) -> None:
    edited(("    owner seller\n    stage aware", "    stage aware"), ("go to choosing", "go to bought"))
    assert stepladder("diff", "shop", "shop_new").status == 1


def test_the_json_fits_its_schema(stepladder: Stepladder, edited: Callable[..., Path], root: Path) -> None:
    edited(
        ("limit 2 days", "limit 3 days"),
        ("amount > 0", "amount > 10"),
        ('stage bought "Has bought"', 'stage bought "Has bought"\n        do "Smile"'),
        ("press optional", "press, radio optional"),
    )
    done = stepladder("diff", "shop", "shop_new", "--format", "json", "--data")
    assert done.status == 1
    found = json.loads(done.out)
    jsonschema.validate(found, schema(root, "diff"))
    guard = next(change for change in found["changes"] if change["part"] == "condition")
    assert (guard["how"], guard["old"], guard["new"]) == ("narrower", "amount > 0", "amount > 10")
    assert [place["kind"] for place in guard["place"]] == ["process", "stage", "way"]
    assert guard["old_at"]["line"] == guard["new_at"]["line"] == 28
    assert [example["let_through"] for example in guard["examples"]] == ["old"]
    assert found["counts"] == {"added": 1, "removed": 0, "changed": 3, "same": 0}


def test_the_schemas_in_the_repository_are_fresh(root: Path) -> None:
    for name, text in all_schemas().items():
        assert (root / "schemas" / name).read_text(encoding="utf-8") == text, f"write {name} again"


# with data


def test_whom_it_concerns(stepladder: Stepladder, edited: Callable[..., Path], root: Path) -> None:
    """C2 would have been given up after three days, and C1 would be called a day later, by somebody else."""
    edited(
        ("after 10 days go to cold", "after 3 days go to cold"),
        ("after purchase in 3 days", "after purchase in 4 days"),
        ("by seller via phone", "by manager via phone"),
    )
    done = stepladder("diff", "shop", "shop_new", "--data", "--as-of", "2026-03-08", "--format", "json")
    assert done.status == 1
    found = json.loads(done.out)
    jsonschema.validate(found, schema(root, "diff"))
    data = found["data"]
    stands = [(row["case"], row["old_stage"], row["new_stage"]) for row in data["changed_positions"]]
    assert stands == [("C2", "choosing", "cold")]
    tasks = {(row["case"], row["kind"], row["change"]): row for row in data["changed_tasks"]}
    care = tasks["C1", "follow_up", "changed"]
    assert (care["old_role"], care["new_role"]) == ("manager", "manager")
    assert (care["old_due"][:10], care["new_due"][:10]) == ("2026-03-05", "2026-03-06")
    assert ("C2", "alert", "changed") in tasks
    assert data["counts"]["positions"] == 1
    assert data["counts"]["tasks_change"] == len(tasks)


def test_who_becomes_forgotten_and_who_no_longer_is(
    stepladder: Stepladder, edited: Callable[..., Path]
) -> None:
    edited(("        after 30 days go to cold\n", ""))
    for sides, forgotten in ((("shop", "shop_new"), True), (("shop_new", "shop"), False)):
        done = stepladder("diff", *sides, "--data", "--format", "json")
        rows = json.loads(done.out)["data"]["changed_forgotten"]
        assert [(row["case"], row["stage"], row["forgotten"]) for row in rows] == [("C3", "aware", forgotten)]
    assert "1 case becomes forgotten" in stepladder("diff", "shop", "shop_new", "--data").out
    assert "1 case is no longer forgotten" in stepladder("diff", "shop_new", "shop", "--data").out


def test_what_is_offered_and_measured(stepladder: Stepladder, edited: Callable[..., Path]) -> None:
    edited(
        ("metric conversion", "offer glass\n    price 10\n    to client in choosing\n\nmetric conversion"),
        ("target >= 25%", "target >= 60%"),
    )
    done = stepladder("diff", "shop", "shop_new", "--data", "--format", "json")
    data = json.loads(done.out)["data"]
    offers = [
        (row["change"], row["case"], row["new_status"], row["new_price"]) for row in data["changed_offers"]
    ]
    assert ("appears", "C2", "open", "10.00") in offers
    assert data["counts"]["offers_open"] == 1
    metric = data["changed_metrics"][0]
    assert (metric["metric"], metric["old_met"], metric["new_met"]) == ("conversion", True, False)


def test_a_stage_that_is_only_called_otherwise_moves_nobody(
    stepladder: Stepladder, edited: Callable[..., Path]
) -> None:
    edited(
        ('stage choosing "Is choosing"', 'stage thinking "Thinks it over"'),
        ("go to choosing", "go to thinking"),
        ("reaching choosing", "reaching thinking"),
    )
    done = stepladder("diff", "shop", "shop_new", "--data", "--format", "json")
    found = json.loads(done.out)
    assert done.status == 1
    assert [change["renamed"] for change in found["changes"]] == [True]
    assert not any(found["data"]["counts"].values())


def test_the_tables(stepladder: Stepladder, edited: Callable[..., Path], root: Path, tmp_path: Path) -> None:
    edited(("after 10 days go to cold", "after 3 days go to cold"))
    done = stepladder("diff", "shop", "shop_new", "--data", "--as-of", "2026-03-08", "--out", "out")
    assert done.status == 1
    for name, columns in COMPARED.items():
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            assert next(csv.reader(stream)) == [column.name for column in columns]
    stepladder("diff", "shop", "shop_new", "--data", "--out", "json", "--format", "json", "--quiet")
    for name in COMPARED:
        rows = json.loads((tmp_path / "json" / f"{name}.json").read_text(encoding="utf-8"))
        jsonschema.validate(rows, schema(root, name))
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["data"]["counts"]["positions"] == 1


def test_the_tables_in_every_format(
    stepladder: Stepladder, edited: Callable[..., Path], tmp_path: Path
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra `parquet`")
    pytest.importorskip("xlsxwriter", reason="needs the extra `xlsx`")
    edited(("after 10 days go to cold", "after 3 days go to cold"))
    done = stepladder(
        "diff", "shop", "shop_new", "--data", "--out", "out", "--format", "ndjson,Parquet,xlsx,text"
    )
    assert (done.status, done.err.splitlines()[-1]) == (1, "tables written to out")
    assert "change of meaning" in done.out
    for name in COMPARED:
        rows = (tmp_path / "out" / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()
        assert parquet.read_metadata(tmp_path / "out" / f"{name}.parquet").num_rows == len(rows)
    assert {file.suffix for file in (tmp_path / "out").glob("[a-z]*")} == {
        *(".ndjson", ".parquet", ".xlsx", ".json")
    }
    alone = stepladder("diff", "shop", "shop_new", "--format", "xlsx")
    assert (alone.status, "--format xlsx needs --out DIR" in alone.err) == (2, True)
    wrong = stepladder("diff", "shop", "shop_new", "--format", "yaml")
    assert (wrong.status, "text, csv, json, ndjson, parquet, xlsx" in wrong.err) == (2, True)


def test_without_data_only_the_changes_are_written(
    stepladder: Stepladder, shop: Path, tmp_path: Path
) -> None:
    assert shop.is_dir()
    assert stepladder("diff", "shop", "shop", "--out", "out").status == 0
    assert {file.name for file in (tmp_path / "out").glob("*.csv")} == {"changes.csv"}


def test_a_mapping_that_does_not_fit_one_of_both(stepladder: Stepladder, edited: Callable[..., Path]) -> None:
    folder = edited(("event call for client", "event ring for client"), ("on call", "on ring"))
    (folder / "mapping.yaml").unlink()
    done = stepladder("diff", "shop", "shop_new", "--data", "shop/mapping.yaml")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("shop_new cannot be run over shop/mapping.yaml:")
    missing = stepladder("diff", "shop", "shop_new", "--data")
    assert (missing.status, missing.out) == (2, "")
    assert "shop_new: no mapping.yaml" in missing.err


def test_the_standard_input_has_the_mapping_of_the_other_side(stepladder: Stepladder, shop: Path) -> None:
    text = (shop / "shop.ladder").read_text(encoding="utf-8")
    done = stepladder("diff", "-", "shop", "--data", stdin=text)
    assert done.status == 0
    assert "No case, task, offer or figure is another." in done.out


def test_counts_are_those_of_the_schema(stepladder: Stepladder, shop: Path) -> None:
    assert shop.is_dir()
    data = json.loads(stepladder("diff", "shop", "shop", "--data", "--format", "json").out)["data"]
    assert tuple(data["counts"]) == COUNTS
    assert RunDifference.counts.__doc__


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_in_the_readers_language(
    stepladder: Stepladder, edited: Callable[..., Path], language: str
) -> None:
    edited(
        ("after 10 days go to cold", "after 3 days go to cold"),
        ("amount > 0", "amount > 10"),
        ("owner manager\n", "owner seller\n"),
        ("    by seller via phone\n", "    by manager via phone\n"),
    )
    done = stepladder("diff", "shop", "shop_new", "--data", "--as-of", "2026-03-08", "--lang", language)
    assert done.status == 1
    words = {
        "en": ("limit", "condition, narrower", "owner", "stands elsewhere"),
        "ru": ("условие, уже", "ответственный", "на другом этапе"),
        "bg": ("условие, по-тясно", "отговорник", "на друг етап"),
        "fa": ("شرط، محدودتر", "مسئول", "در جای دیگری"),
    }
    for word in words[language][-3:]:
        assert word in done.out
    if language in {"ru", "bg"}:
        assert not re.search(r"\b(condition|owner|after|days|when)\b", done.out)
    assert "<U+" not in done.out


OF_TWO_RECORDS = """\
language en

spec shop "Shop"
    currency EUR
    timezone Europe/Sofia

record client "Client"
    score number optional

record deal "Deal"
    score number optional

event visit for client

event purchase for {buyer}
    amount money

let spent for client = {spent}
let more for client = spent + 1
"""


def test_an_event_that_happens_to_something_else_now(stepladder: Stepladder, tmp_path: Path) -> None:
    old, new = tmp_path / "old.ladder", tmp_path / "new.ladder"
    old.write_text(OF_TWO_RECORDS.format(buyer="client", spent="count of purchase"), encoding="utf-8")
    new.write_text(OF_TWO_RECORDS.format(buyer="deal", spent="count of visit"), encoding="utf-8")
    done = stepladder("diff", str(old), str(new))
    assert (done.status, done.err) == (1, "")
    assert "count of purchase" in done.out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("old", "new"), [("phone_sale", "shop"), ("shop", "phone_sale")])
def test_specs_that_have_nothing_to_do_with_each_other(
    stepladder: Stepladder, root: Path, old: str, new: str, language: str
) -> None:
    done = stepladder("diff", str(root / "specs" / old), str(root / "specs" / new), "--lang", language)
    assert (done.status, done.err) == (1, "")
    assert "покупка" in done.out
    assert "part." not in done.out
