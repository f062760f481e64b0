from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.diagnostics import catalogue
from stepladder_dsl.diagnostics.codes import all_codes, known_code
from stepladder_engine.data.mapping import load_mapping

GOOD = """\
timezone: Europe/Sofia
records:
  client:
    source: clients.csv
    key: Code
    fields:
      name: Name
events:
  purchase:
    source: orders.csv
    key: Client
    time: Date
    fields: {amount: Total}
"""
FILES = {"clients.csv": "Code,Name\n1,Anna\n", "orders.csv": "Client,Date,Total\n1,2026-03-02,5\n"}

BAD = {
    "unknown key": ("    key: Code", "    kee: Code", (3, 3, "SD005"), "records.client has no `key`"),
    "unknown option": (
        "timezone: Europe/Sofia",
        "time_zone: Europe/Sofia",
        (1, 1, "SD004"),
        "`time_zone` is not a key of the mapping",
    ),
    "wrong type": (
        "      name: Name",
        "      name: [Name]",
        (7, 13, "SD006"),
        "records.client.fields.name should be a text, and is a list",
    ),
    "nothing": (
        "    key: Code",
        "    key:",
        (5, 9, "SD006"),
        "records.client.key should be a text, and is nothing",
    ),
    "key twice": (
        "    key: Code",
        "    key: Code\n    key: Name",
        (6, 5, "SD003"),
        "the key `key` stands here a second time; the first is in line 5",
    ),
    "tab": ("    key: Code", "\tkey: Code", (5, 1, "SD002"), "a tab stands where YAML wants spaces"),
    "unknown record": ("  client:", "  clients:", (3, 3, "SD007"), "the spec has no record `clients`"),
    "unknown event": ("  purchase:", "  purchas:", (9, 3, "SD007"), "the spec has no event `purchas`"),
    "unknown field": (
        "{amount: Total}",
        "{amount: Total, piece: N}",
        (13, 29, "SD007"),
        "`purchase` has no field `piece`",
    ),
    "missing field": (
        "      name: Name",
        "      budget: Money",
        (3, 3, "SD008"),
        "`client` needs `name`, and the mapping does not say where to find it",
    ),
    "no time": ("    time: Date\n", "", (9, 3, "SD005"), "events.purchase has no `time`"),
    "variable": (
        "orders.csv",
        "${STEPLADDER_DATA}/orders.csv",
        (10, 13, "SD009"),
        "the variable `STEPLADDER_DATA` in `${STEPLADDER_DATA}/orders.csv` is not set",
    ),
    "zone": ("Europe/Sofia", "Europe/Sofa", (1, 11, "SD010"), "there is no time zone `Europe/Sofa`"),
    "dates": (
        "events:",
        "options: {dates: dd.mm}\nevents:",
        (8, 18, "SD010"),
        "`dd.mm` does not say how a date is written",
    ),
    "encoding": (
        "events:",
        "options: {encoding: klingon}\nevents:",
        (8, 21, "SD010"),
        "there is no encoding `klingon`",
    ),
    "encoding that is none for texts": (
        "events:",
        "options: {encoding: hex}\nevents:",
        (8, 21, "SD010"),
        "there is no encoding `hex`",
    ),
    "encoding of names in the net": (
        "events:",
        "options: {encoding: idna}\nevents:",
        (8, 21, "SD010"),
        "there is no encoding `idna`",
    ),
    "a name too long for any file": (
        "clients.csv",
        "x" * 5000 + ".csv",
        (4, 13, "SD020"),
        "cannot be read: File name too long",
    ),
    "delimiter": (
        "events:",
        "options: {delimiter: xx}\nevents:",
        (8, 22, "SD010"),
        "`xx` cannot stand between cells",
    ),
    "share": (
        "events:",
        "options: {max_rejected: some}\nevents:",
        (8, 25, "SD006"),
        "options.max_rejected cannot be `some`",
    ),
    "choice": (
        "events:",
        "options: {format: cvs}\nevents:",
        (8, 19, "SD006"),
        "options.format cannot be `cvs`",
    ),
    "translation": (
        "      name: Name",
        "      name: Name\n      channel: {column: C, values: {FB: socail}}",
        (8, 41, "SD011"),
        "`FB` is translated to `socail`, which `channel` cannot be",
    ),
    "tag": ("    key: Code", "    key: !!python/name:os Code", (5, 10, "SD002"), "asks for a special type"),
    "broken": ("    key: Code", '    key: "Code', (5, 10, "SD002"), "this is not YAML"),
    "source": ("clients.csv", "client.csv", (4, 13, "SD020"), "there is no file `client.csv`"),
    "column": ("key: Code", "key: Cod", (5, 10, "SD025"), "`clients.csv` has no column `Cod`"),
    "database": (
        "orders.csv",
        "sql:sqlite://x",
        (10, 13, "SD024"),
        "`sql:sqlite://x` is a database, which is named with its table",
    ),
    "formula": ("{amount: Total}", "{amount: = Totla * 2}", (13, 24, "SL"), "Totla"),
    "formula of the wrong kind": (
        "{amount: Total}",
        "{amount: = Total > 2}",
        (13, 24, "SD012"),
        "`= Total > 2` gives something else than `amount` is",
    ),
    "condition of the wrong kind": (
        "{amount: Total}",
        "{amount: Total}\n    where: Total * 2",
        (14, 12, "SD012"),
        "`Total * 2` is not a condition",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_in_a_mapping_is_said_with_its_place(case: str, desk: Any) -> None:
    good, bad, place, sentence = BAD[case]
    assert good in GOOD
    result = desk.load(GOOD.replace(good, bad, 1), FILES)
    assert result.dataset is None
    places = [(line, column, code[: len(place[2])]) for _, line, column, code in result.places]
    assert place in places
    # The sentences of SL codes are the language's own, and tested there.
    assert place[2] == "SL" or sentence in result.sentences[places.index(place)]


def test_a_mistake_in_a_mapping_is_said_in_the_reader_s_language(desk: Any) -> None:
    (found,) = desk.load(GOOD.replace("source: clients.csv", "source:", 1), FILES).diagnostics
    sentence = "records.client.source should be a text, and is nothing"
    assert catalogue.message(found) == sentence
    assert catalogue.message(found, "ru") == (
        "значение не того вида: records.client.source; ожидается текст, а стоит пустота"
    )


def test_the_good_mapping_loads(desk: Any) -> None:
    result = desk.load(GOOD, FILES)
    assert result.diagnostics == []
    assert [event.key for event in result.data.events] == ["1"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"# only a remark\n", "is empty"),
        (b"\x00\x01", "is not a text"),
        ("events: Ж".encode("windows-1251"), "is not written in UTF-8"),
        (b"a" * 1_000_001, "is larger than 1000000 bytes"),
        (b"- a\n- b\n", "the mapping should be keys with values, and is a list"),
        (b"\x01", "the character U+0001 may not stand in YAML"),
        (b"[" * 10_000, "nested more than 50 levels deep"),
        (b"[" * 100 + b"]" * 100, "nested more than 50 levels deep"),
        (b"? [a, b]\n: c\n", "a key has to be a plain text"),
        (b"events: *nothing\n", "`*` begins a reference"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(content: bytes, sentence: str, desk: Any) -> None:
    result = desk.load(content)
    assert result.dataset is None
    assert len(result.sentences) == 1
    assert sentence in result.sentences[0]


def test_a_text_that_names_itself_into_billions_of_values_is_refused(desk: Any) -> None:
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    result = desk.load("\n".join(["a0: &a0 [x]", *levels]))
    assert "references make this text grow" in result.sentences[0]


def test_a_text_that_contains_itself_is_refused(desk: Any) -> None:
    assert "nested more than" in desk.load("a: &a [*a]\n").sentences[0]


def test_a_mapping_that_is_missing_or_a_folder_is_said(desk: Any, tmp_path: Path) -> None:
    for path, sentence in ((tmp_path / "no.yaml", "there is no mapping"), (tmp_path, "is a folder")):
        mapping, diagnostics = load_mapping(path, desk.spec)
        assert mapping is None
        assert sentence in catalogue.message(diagnostics[0])


def test_plain_words_stay_texts(desk: Any) -> None:
    result = desk.load(
        "records:\n  client:\n    source: c.csv\n    key: no\n    fields: {name: 12:30, budget: 2024}\n",
        {"c.csv": "no,12:30,2024\n1,Anna,5\n"},
    )
    record = result.data.records["client"]["1"]
    assert (record.fields["name"], str(record.fields["budget"])) == ("Anna", "5")


def test_a_variable_leads_to_the_data_and_stays_out_of_the_names(desk: Any, tmp_path: Path) -> None:
    desk.environment = {"STEPLADDER_DATA": str(tmp_path / "far")}
    desk.put("far/orders-1.csv", FILES["orders.csv"])
    for pattern in ("orders-1.csv", "orders-*.csv"):
        result = desk.load(GOOD.replace("orders.csv", "${STEPLADDER_DATA}/" + pattern), FILES)
        assert [event.origin.file for event in result.data.events] == ["${STEPLADDER_DATA}/orders-1.csv"]


def test_names_of_the_spec_may_be_written_with_other_letters(desk: Any) -> None:
    # A decomposed letter is the same letter.
    assert desk.load(GOOD.replace("Anna", "A\u0301nna"), FILES).diagnostics == []


def test_the_schema_in_the_package_and_the_one_for_editors_are_the_same(root: Path) -> None:
    shipped = resources.files("stepladder_engine.data") / "schemas" / "mapping.schema.json"
    published = root / "schemas" / "mapping.schema.json"
    assert published.read_bytes() == shipped.read_bytes(), "copy the one in the package to schemas/"


def test_the_schema_is_in_order() -> None:
    from jsonschema import Draft202012Validator

    shipped = resources.files("stepladder_engine.data") / "schemas" / "mapping.schema.json"
    Draft202012Validator.check_schema(json.loads(shipped.read_text(encoding="utf-8")))


def test_every_data_code_has_a_page_with_all_its_parts() -> None:
    codes = [code for code in all_codes() if code.code.startswith("SD")]
    assert len(codes) > 30
    for code in codes:
        page = catalogue.page(code, "en")
        assert all(part in page.text for part in ("# ", "## Why it matters", "## Example", "## Instead")), (
            code
        )
        assert any(name.startswith("message") for name in page.sentences), code
        assert known_code(code.name) == code


def test_the_reference_of_the_mapping_names_every_key_and_its_example_is_in_order(root: Path) -> None:
    import yaml

    from stepladder_engine.data.mapping_schema import check_form, mapping_schema
    from stepladder_engine.data.yaml_tree import read_tree

    text = (root / "docs" / "mapping.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    tree, problems = read_tree(example, "mapping.md")
    assert tree is not None
    assert [*problems, *check_form(tree)] == []
    assert set(yaml.safe_load(example)) == set(mapping_schema()["properties"])
    for name in ("record", "event", "file_options"):
        assert all(f"`{key}`" in text for key in mapping_schema()["$defs"][name]["properties"])
