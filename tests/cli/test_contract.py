"""The contract of the command line: exit statuses, what goes where, the fields of the documents."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from sarif_kit.validate import validation_errors

from stepladder_dsl.keywords import LANGUAGES
from stepladder_engine.cli.main import COMMANDS
from stepladder_engine.results.columns import COLUMNS
from stepladder_engine.results.schemas import all_schemas

Run = Callable[..., Any]


def _schema(root: Path, name: str) -> jsonschema.Draft202012Validator:
    text = (root / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(stepladder: Run, command: str) -> None:
    found = stepladder(command, "--help")
    assert found.status == 0
    assert "Example:" in found.out
    assert f"stepladder {command}" in found.out


def test_an_unknown_command_is_wrong_usage_and_names_the_nearest(stepladder: Run) -> None:
    found = stepladder("chekc")
    assert found.status == 2
    assert "Did you mean `check`?" in found.err


# check


def test_check_as_sarif_is_valid_and_proposes_the_name_that_was_meant(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8").replace("by seller", "by seler"), encoding="utf-8")
    document = json.loads(stepladder("check", "shop", "--format", "sarif").out)
    assert validation_errors(document) == []
    (run,) = document["runs"]
    assert run["tool"]["driver"]["version"] == version("stepladder")
    (fix,) = run["results"][0]["fixes"]
    replacement = fix["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"] == {"text": "seller"}


def test_check_of_a_good_spec_ends_with_0(stepladder: Run, shop: Path) -> None:
    found = stepladder("check", "shop")
    assert (found.status, found.out.strip(), found.err) == (0, "no findings", "")


def test_check_with_findings_ends_with_1_and_shows_place_line_and_help(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8").replace("by seller", "by seler"), encoding="utf-8")
    found = stepladder("check", "shop")
    assert found.status == 1
    assert "shop/shop.ladder:40:8" in found.out
    assert "unknown role `seler`" in found.out
    assert "did you mean `seller`?" in found.out


def test_a_copied_folder_has_one_spec_whatever_its_translations(stepladder: Run, shop: Path) -> None:
    (shop / "shop.fa.ladder").write_text("زبان fa\n", encoding="utf-8")
    copy = shop.rename("copy of shop")
    assert stepladder("check", str(copy)).status == 0
    (copy / "shop.older.ladder").write_text("", encoding="utf-8")
    found = stepladder("check", str(copy))
    assert found.status == 2
    assert "several specs (shop.ladder, shop.older.ladder)" in found.err.replace("`", "")


def test_check_as_json_is_one_document_that_fits_its_schema(stepladder: Run, shop: Path, root: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8").replace("by seller", "by seler"), encoding="utf-8")
    found = stepladder("check", "shop", "--format", "json")
    document = json.loads(found.out)
    _schema(root, "check").validate(document)
    assert found.status == 1
    assert document["summary"]["error"] == 1
    (finding,) = document["diagnostics"]
    assert (finding["code"], finding["line"], finding["column"]) == ("SL101", 40, 8)


def test_check_quiet_says_nothing(stepladder: Run, shop: Path) -> None:
    (shop / "shop.ladder").write_text("spec\n", encoding="utf-8")
    assert stepladder("check", "shop", "-q") == (1, "", "")


def test_check_reads_stdin(stepladder: Run, shop: Path) -> None:
    found = stepladder("check", "-", stdin=(shop / "shop.ladder").read_text(encoding="utf-8"))
    assert found.status == 0


def test_check_select_and_ignore_take_codes_and_families(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8").replace("by seller", "by seler"), encoding="utf-8")
    assert stepladder("check", "shop", "--ignore", "SL1").status == 0
    assert stepladder("check", "shop", "--select", "SL2,SL3").status == 0
    assert stepladder("check", "shop", "--select", "SL101").status == 1


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_code_that_does_not_exist_hides_nothing(stepladder: Run, shop: Path, option: str) -> None:
    found = stepladder("check", "shop", option, "SL2,SL999")
    assert found.status == 2
    assert "SL999" in found.err


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.ladder", None, "no such file"),
        ("binary.ladder", b"\x00\x01spec", "SL009"),
        ("cp1251.ladder", "spec магазин\n".encode("cp1251"), "SL009"),
        ("notepad.ladder", "spec shop\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2(
    stepladder: Run, shop: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    found = stepladder("check", name)
    assert found.status == 2
    assert says in found.out + found.err


def test_an_empty_spec_is_a_finding(stepladder: Run, shop: Path) -> None:
    (shop / "shop.ladder").write_text("", encoding="utf-8")
    found = stepladder("check", "shop")
    assert found.status == 1
    assert "SL104" in found.out


# run


def test_run_prints_where_cases_stand_and_who_owes_what(stepladder: Run, shop: Path) -> None:
    found = stepladder("run", "shop", "--as-of", "2026-03-06")
    assert found.status == 0
    for text in (
        "Corner shop",
        "Has bought",
        "C1 Ana",
        "Борис",
        "سارا",
        "Tasks due, by owner",
        "Manager",
        "limit",
    ):
        assert text in found.out


def test_run_writes_every_table_with_the_columns_of_its_schema(
    stepladder: Run, shop: Path, root: Path
) -> None:
    assert stepladder("run", "shop", "--out", "csv", "-q").status == 0
    assert stepladder("run", "shop", "--out", "json", "--format", "json", "-q").status == 0
    for name, columns in COLUMNS.items():
        header = (Path("csv") / f"{name}.csv").read_text(encoding="utf-8").split("\n", 1)[0]
        assert header == ",".join(column.name for column in columns)
        _schema(root, name).validate(json.loads((Path("json") / f"{name}.json").read_text(encoding="utf-8")))
    summary = json.loads((Path("csv") / "summary.json").read_text(encoding="utf-8"))
    _schema(root, "summary").validate(summary)
    assert "seconds" not in summary


def test_run_as_json_prints_the_summary_and_nothing_else(stepladder: Run, shop: Path, root: Path) -> None:
    found = stepladder("run", "shop", "--format", "json")
    document = json.loads(found.out)
    _schema(root, "summary").validate(document)
    assert document["cases"] == 3
    assert document["stages"]["sale"] == {"aware": 1, "choosing": 1, "bought": 1, "cold": 0}
    assert document["seconds"] >= 0
    assert found.err == ""


def test_the_schemas_in_the_repository_are_fresh(root: Path) -> None:
    for name, text in all_schemas().items():
        assert (root / "schemas" / name).read_text(encoding="utf-8") == text, f"write {name} again"


def test_run_without_as_of_uses_the_latest_event_and_says_so(stepladder: Run, shop: Path) -> None:
    found = stepladder("run", "shop")
    assert "as of 2026-03-03 10:00 (the latest event)" in found.out


def test_a_latest_event_far_from_all_others_is_pointed_out(stepladder: Run, shop: Path) -> None:
    file = shop / "visits.csv"
    file.write_text(file.read_text(encoding="utf-8") + "C2,2062-03-02T10:00\n", encoding="utf-8")
    assert "visits.csv row 4, is more than a year after all others" in stepladder("run", "shop").out
    assert "after all others" not in stepladder("run", "shop", "--as-of", "2026-03-06").out


def test_run_of_a_spec_with_errors_writes_nothing_and_ends_with_2(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8").replace("    owner seller\n", ""), encoding="utf-8")
    found = stepladder("run", "shop", "--out", "out")
    assert found.status == 2
    assert found.out == ""
    assert "SL201" in found.err
    assert not Path("out").exists()


def test_a_run_that_fails_leaves_the_old_result(stepladder: Run, shop: Path) -> None:
    assert stepladder("run", "shop", "--out", "out", "-q").status == 0
    before = (Path("out") / "positions.csv").read_bytes()
    (shop / "purchases.csv").unlink()
    assert stepladder("run", "shop", "--out", "out").status == 2
    assert (Path("out") / "positions.csv").read_bytes() == before


def test_too_many_rejected_rows_end_with_1(stepladder: Run, shop: Path) -> None:
    (shop / "purchases.csv").write_text("client,time,amount\nC1,2026-03-02,abc\n", encoding="utf-8")
    assert stepladder("run", "shop").status == 1
    assert stepladder("run", "shop", "--limit-rejected", "50%").status == 0
    assert stepladder("run", "shop", "--limit-rejected", "much").status == 2


@pytest.mark.parametrize("moment", ["30.06.2026", "2026-02-30", "soon", "", "2026-13-01"])
def test_an_impossible_moment_ends_with_2(stepladder: Run, shop: Path, moment: str) -> None:
    found = stepladder("run", "shop", "--as-of", moment)
    assert found.status == 2
    assert "SD070" in found.err


@pytest.mark.parametrize(
    ("moment", "tells"),
    [
        ("2026-03-04", "the end of 2026-03-04"),
        ("2026-03-04T12:00", "2026-03-04 12:00"),
        ("2026-03-04T12:00Z", "2026-03-04 14:00"),
        ("۲۰۲۶-۰۳-۰۴", "the end of 2026-03-04"),
    ],
)
def test_a_moment_is_a_date_or_a_time(stepladder: Run, shop: Path, moment: str, tells: str) -> None:
    assert f"as of {tells}" in stepladder("run", "shop", "--as-of", moment, "--lang", "en").out


@pytest.mark.parametrize(
    ("moment", "tells"),
    [
        ("1404-12-13", "the end of 2026-03-04"),
        ("۱۴۰۴/۱۲/۱۳", "the end of 2026-03-04"),
        ("۱۴۰۴/۱۲/۱۳ ۱۲:۰۰", "2026-03-04 12:00"),
        ("2026-03-04", "the end of 2026-03-04"),
    ],
)
def test_for_a_persian_spec_the_moment_may_be_of_the_persian_calendar(
    stepladder: Run, shop: Path, moment: str, tells: str
) -> None:
    assert stepladder("fmt", "shop", "--to", "fa").status == 0
    assert f"as of {tells}" in stepladder("run", "shop", "--as-of", moment, "--lang", "en").out
    assert stepladder("run", "shop", "--as-of", "1404-12-30").status == 2


def test_for_other_specs_it_is_a_slip(stepladder: Run, shop: Path) -> None:
    assert stepladder("run", "shop", "--as-of", "1404-12-13").status == 2


def test_a_folder_of_somebody_else_beside_the_results_stays(stepladder: Run, shop: Path) -> None:
    mine = Path(".out.old") / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("keep", encoding="utf-8")
    for _ in range(2):
        assert stepladder("run", "shop", "--out", "out", "-q").status == 0
    assert mine.read_text(encoding="utf-8") == "keep"


def test_results_written_into_the_working_folder_leave_it_in_place(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("here").mkdir()
    monkeypatch.chdir("here")
    for _ in range(2):
        assert stepladder("run", "../shop", "--out", ".", "-q").status == 0
        assert Path("positions.csv").is_file()


@pytest.mark.parametrize("command", ["run", "why"])
def test_control_characters_of_client_data_do_not_reach_the_terminal(
    stepladder: Run, shop: Path, command: str
) -> None:
    file = shop / "clients.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Ana", "A\x1b[31mna\u202e"), encoding="utf-8")
    found = stepladder(command, "shop", *(["C1"] if command == "why" else []))
    assert found.status == 0
    assert "\x1b" not in found.out
    assert "\u202e" not in found.out


def test_rows_that_the_mapping_leaves_out_do_not_dilute_the_rejected_ones(
    stepladder: Run, shop: Path
) -> None:
    rows = "".join(f"C1,2026-03-0{day},x\n" for day in range(1, 10)) + "C1,bad,y\n"
    (shop / "visits.csv").write_text("client,time,kind\n" + rows, encoding="utf-8")
    mapping = shop / "mapping.yaml"
    text = mapping.read_text(encoding="utf-8")
    where = '    time: time\n    where: kind = "y"\n  purchase'
    mapping.write_text(text.replace("    time: time\n  purchase", where), encoding="utf-8")
    assert stepladder("run", "shop", "--limit-rejected", "15%").status == 1


def test_the_same_input_twice_gives_the_same_bytes(stepladder: Run, shop: Path) -> None:
    for folder in ("one", "two"):
        assert stepladder("run", "shop", "--out", folder, "-q").status == 0
    for file in Path("one").iterdir():
        assert file.read_bytes() == (Path("two") / file.name).read_bytes(), file.name


# why, test, draw, explain, new


def test_why_tells_each_step_with_its_reason_and_line(stepladder: Run, shop: Path) -> None:
    found = stepladder("why", "shop", "C1", "--as-of", "2026-03-09")
    assert found.status == 0
    for text in ("Ana", "aware → choosing", "event visit", "task care 1", "escalated to manager", "line"):
        assert text in found.out


def test_why_as_json_holds_the_story(stepladder: Run, shop: Path) -> None:
    document = json.loads(stepladder("why", "shop", "C1", "--format", "json").out)
    assert [step["kind"] for step in document["steps"]] == ["start", "move", "move", "task"]
    assert document["positions"][0]["stage"] == "bought"


def test_why_of_an_unknown_case_ends_with_2_and_names_the_nearest(stepladder: Run, shop: Path) -> None:
    found = stepladder("why", "shop", "C11")
    assert found.status == 2
    assert "SD072" in found.err


def test_test_runs_scenarios_and_fails_with_1(stepladder: Run, shop: Path) -> None:
    found = stepladder("test", "shop", "--coverage")
    assert found.status == 0
    assert "1 passed, 0 failed" in found.out
    assert "not covered: sale/cold" in found.out
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("expect stage bought", "expect stage cold"), encoding="utf-8")
    found = stepladder("test", "shop")
    assert found.status == 1
    assert "expected stage cold; found stage bought" in found.out


def test_a_name_that_no_scenario_has_is_wrong_usage(stepladder: Run, shop: Path) -> None:
    found = stepladder("test", "shop", "-k", "zzz")
    assert found.status == 2
    assert "zzz" in found.err


def test_test_writes_json_and_junit(stepladder: Run, shop: Path) -> None:
    document = json.loads(stepladder("test", "shop", "--format", "json", "--coverage").out)
    assert document["summary"] == {"passed": 1, "failed": 0}
    assert document["coverage"]["stages"]["total"] == 4
    suite = ElementTree.fromstring(stepladder("test", "shop", "--format", "junit").out)  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


@pytest.mark.parametrize(
    ("name", "begins"), [("a.svg", b"<"), ("a.png", b"\x89PNG"), ("a.dot", b"digraph"), ("a.json", b"{")]
)
def test_draw_writes_the_format_of_the_name(stepladder: Run, shop: Path, name: str, begins: bytes) -> None:
    assert stepladder("draw", "shop", "-o", name).status == 0
    assert Path(name).read_bytes().startswith(begins)


@pytest.mark.parametrize("view", ["lanes", "ladder", "offers", "roles"])
def test_draw_shows_other_views_as_pictures(stepladder: Run, shop: Path, view: str) -> None:
    with (shop / "shop.ladder").open("a", encoding="utf-8") as spec:
        spec.write("\noffer cover\n    to client in bought\n    price 10\n")
    assert stepladder("draw", "shop", "--view", view).status == 0
    assert (shop / f"shop.{view}.svg").read_bytes().startswith(b"<svg")
    found = stepladder("draw", "shop", "--view", view, "-o", "a.dot")
    assert found.status == 2
    assert f"view `{view}` cannot be written as `dot`; known are svg, png" in found.err


def test_draw_refuses_an_unknown_format_or_process(stepladder: Run, shop: Path) -> None:
    assert stepladder("draw", "shop", "-o", "a.gif").status == 2
    found = stepladder("draw", "shop", "-o", "a.svg", "--process", "sail")
    assert found.status == 2
    assert "sale" in found.err
    assert not Path("a.svg").exists()


@pytest.mark.parametrize("code", ["SL201", "missing-owner", "sl101", "SD045"])
def test_explain_shows_a_page(stepladder: Run, code: str) -> None:
    found = stepladder("explain", code)
    assert found.status == 0
    assert found.out.startswith("# ")


def test_explain_of_an_unknown_code_ends_with_2(stepladder: Run) -> None:
    found = stepladder("explain", "SL2O1")
    assert found.status == 2
    assert "did you mean" in found.err


def test_fmt_changes_a_file_once_and_check_tells(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    neat = file.read_text(encoding="utf-8")
    assert stepladder("fmt", "shop", "--check") == (0, "", "")
    file.write_text(neat.replace("owner seller", "owner   seller"), encoding="utf-8")
    assert stepladder("fmt", "shop", "--check").status == 1
    found = stepladder("fmt", "shop", "--diff")
    assert found.status == 1
    assert "-    owner   seller\n+    owner seller\n" in found.out
    assert stepladder("fmt", "shop").status == 0
    assert file.read_text(encoding="utf-8") == neat


def test_fmt_translates_keywords_from_stdin_to_stdout(stepladder: Run, shop: Path) -> None:
    text = (shop / "shop.ladder").read_text(encoding="utf-8")
    russian = stepladder("fmt", "-", "--to", "ru", stdin=text)
    assert russian.status == 0
    assert russian.out.splitlines()[0].endswith(" ru")
    assert stepladder("fmt", "-", "--to", "en", stdin=russian.out).out == text


def test_fmt_leaves_a_wrong_spec_alone(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text('spec shop "Shop\n', encoding="utf-8")
    found = stepladder("fmt", "shop")
    assert found.status == 2
    assert "SL002" in found.err
    assert file.read_text(encoding="utf-8") == 'spec shop "Shop\n'
    assert stepladder("fmt", "shop", "--to", "xx").status == 2


NAMES = """\
en,ru
shop,лавка
Corner shop,Лавка на углу
seller,продавец
"""


def test_fmt_puts_in_the_names_of_a_glossary_and_tells_what_it_lacks(stepladder: Run, shop: Path) -> None:
    english = (shop / "shop.ladder").read_text(encoding="utf-8")
    (shop / "names.csv").write_text(NAMES, encoding="utf-8")
    russian = stepladder("fmt", "-", "--to", "ru", "--names", "shop/names.csv", stdin=english)
    assert russian.status == 0
    assert 'спецификация лавка "Лавка на углу"' in russian.out
    first, *lacking = russian.err.splitlines()
    assert "shop/names.csv" in first
    assert f"{len(lacking)} names and texts" in first
    assert {"  manager", '  "Seller"'} <= set(lacking)
    back = stepladder("fmt", "-", "--to", "en", "--names", "shop/names.csv", stdin=russian.out)
    assert back.out == english
    assert "нет перевода" in back.err


def test_fmt_strict_writes_nothing_where_the_glossary_lacks_something(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    before = file.read_text(encoding="utf-8")
    (shop / "names.csv").write_text(NAMES, encoding="utf-8")
    found = stepladder("fmt", "shop", "--to", "ru", "--names", "shop/names.csv", "--strict")
    assert found.status == 1
    assert "nothing was changed" in found.err
    assert file.read_text(encoding="utf-8") == before
    assert stepladder("fmt", "shop", "--to", "ru", "--names", "shop/names.csv").status == 0
    assert file.read_text(encoding="utf-8").startswith("язык ru\n\nспецификация лавка")


def test_fmt_shows_the_place_in_a_glossary_that_cannot_be_used(stepladder: Run, shop: Path) -> None:
    (shop / "names.csv").write_text(f"{NAMES}manager,продавец\n", encoding="utf-8")
    found = stepladder("fmt", "shop", "--to", "ru", "--names", "shop/names.csv")
    assert found.status == 2
    assert "shop/names.csv:5:9: error SL130" in found.err
    (shop / "names.csv").write_bytes(b"en,ru\nshop,\xff\n")
    found = stepladder("fmt", "shop", "--to", "ru", "--names", "shop/names.csv")
    assert found.status == 2
    assert "SL009" in found.err


def test_fmt_names_without_a_language_is_wrong_usage(stepladder: Run, shop: Path) -> None:
    (shop / "names.csv").write_text(NAMES, encoding="utf-8")
    assert stepladder("fmt", "shop", "--names", "shop/names.csv").status == 2
    assert stepladder("fmt", "shop", "--to", "ru", "--strict").status == 2
    assert stepladder("fmt", "shop", "--to", "ru", "--names", "nowhere.csv").status == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["phone-shop", "trading-company", "service"])
def test_new_makes_a_project_that_checks_runs_and_passes(
    stepladder: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str, language: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert stepladder("new", "mine", "--template", template, "--lang", language).status == 0
    assert stepladder("check", "mine", "--lang", "en") == (0, "no findings\n", "")
    assert stepladder("run", "mine", "--out", "out").status == 0
    assert stepladder("test", "mine").status == 0
    assert stepladder("draw", "mine", "-o", "mine.svg").status == 0


def test_new_never_overwrites(stepladder: Run, shop: Path) -> None:
    found = stepladder("new", "shop")
    assert found.status == 2
    assert "nothing was changed" in found.err


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_a_reader_that_has_enough_gets_no_findings_status(shop: Path) -> None:
    command = f"'{sys.executable}' -m stepladder_engine run shop | head -1; echo ${{PIPESTATUS[0]}}"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert found.stdout.splitlines()[-1] in {"0", "2"}
    assert "Traceback" not in found.stderr


def test_the_module_is_the_command(shop: Path) -> None:
    command = [sys.executable, "-m", "stepladder_engine", "run", "nowhere"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
