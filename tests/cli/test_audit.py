"""The command `audit`: what goes where, the three forms of a review, and its exit statuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stepladder_dsl.keywords import LANGUAGES

Run = Callable[..., Any]
FIRST = """
let early for client = sum of purchase.amount in first 30 days

metric first_month
    = average of client.early
    owner manager
"""


@pytest.fixture
def valid(root: Path) -> Callable[[Any], None]:
    schema = json.loads((root / "schemas" / "audit.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema).validate


class Tags(HTMLParser):
    """Checks that every element is closed in its turn, and keeps the texts and the attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)


def read(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert tags.open == []
    return tags


def filled(text: str, document: dict[str, Any]) -> str:
    """Put everything that the questions propose behind the text, or under its lines."""
    lines = text.rstrip("\n").split("\n")
    behind: dict[str, None] = {}
    for subject in document["questions"]:
        for part in subject["parts"]:
            for filling in part["fillings"]:
                assert filling["line"] is None
                behind[filling["text"]] = None
    return "\n".join([*lines, "", *behind])


def test_holes_end_with_1_and_are_told(stepladder: Run, shop: Path) -> None:
    found = stepladder("audit", "shop")
    assert (found.status, found.err) == (1, "")
    assert "what both sides get: missing" in found.out
    assert "kind referral" in found.out
    assert "follow-up “How is it?” · Seller → Manager, via phone · after 3 days" in found.out


def test_when_all_is_answered_it_ends_with_0(stepladder: Run, root: Path, shop: Path) -> None:
    """The phone shop without three of its figures, with what is proposed for these holes behind it."""
    whole = (root / "specs" / "phone_sale" / "phone_sale.ladder").read_text(encoding="utf-8")
    figures = ("metric first_year", "metric brought_this_year", "metric bring_often")
    text = "\n\n".join(block for block in whole.split("\n\n") if not block.startswith(figures))
    text = re.sub("^let spent_first_year .*\n", "", text, flags=re.MULTILINE)
    Path("phones.ladder").write_text(text, encoding="utf-8")
    before = stepladder("audit", "phones.ladder", "--format", "json")
    assert before.status == 1
    Path("phones.ladder").write_text(filled(text, json.loads(before.out)), encoding="utf-8")
    after = stepladder("audit", "phones.ladder", "--format", "json")
    assert after.status == 0
    assert json.loads(after.out)["summary"] == {"answered": 17, "in_part": 0, "hole": 0}
    assert stepladder("check", "phones.ladder").status == 0


def test_json_fits_its_schema_with_and_without_data(
    stepladder: Run, shop: Path, valid: Callable[[Any], None]
) -> None:
    for options in ((), ("--data", "shop/mapping.yaml")):
        document = json.loads(stepladder("audit", "shop", "--format", "json", *options).out)
        valid(document)
        assert (document["data"] is None) == (options == ())


def test_the_schema_refuses_what_the_command_does_not_write(
    stepladder: Run, shop: Path, valid: Callable[[Any], None]
) -> None:
    document = json.loads(stepladder("audit", "shop", "--format", "json").out)
    document["questions"][0]["status"] = "perhaps"
    with pytest.raises(jsonschema.ValidationError):
        valid(document)


def test_figures_come_from_the_data(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8") + FIRST, encoding="utf-8")
    data = ("--data", "shop/mapping.yaml", "--as-of", "2026-06-30")
    document = json.loads(stepladder("audit", "shop", "--format", "json", *data).out)
    figures = {figure["key"]: figure["value"] for figure in document["data"]["figures"]}
    assert figures["buyers"] == 1
    assert figures["spend_first_month"] == 20.5
    assert figures["spend_first_year"] is None
    assert figures["silent_year"] == 0
    evidence = {
        found["name"]: found["figures"]
        for subject in document["questions"]
        for part in subject["parts"]
        for found in part["evidence"]
    }
    (metric,) = evidence["first_month"]
    assert (metric["values"]["value"], metric["values"]["count"]) == (6.83, 3)
    (tasks,) = evidence["care"]
    assert tasks["values"] == {"open": 1, "done": 0}
    assert stepladder("audit", "shop", *data).out.count("20.50 EUR") == 1


def test_a_year_later_the_buyer_is_silent(stepladder: Run, shop: Path) -> None:
    data = ("--data", "shop/mapping.yaml", "--as-of", "2027-03-03")
    document = json.loads(stepladder("audit", "shop", "--format", "json", *data).out)
    figures = {figure["key"]: figure["value"] for figure in document["data"]["figures"]}
    assert (figures["silent_year"], figures["spend_first_year"]) == (1, 20.5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else(stepladder: Run, shop: Path, language: str) -> None:
    options = ("--format", "html", "--lang", language, "--data", "shop/mapping.yaml")
    page = stepladder("audit", "shop", *options).out
    tags = read(page)
    assert "U+20" not in page, "marks of direction are for terminals"
    assert not {"script", "link", "img", "iframe"} & set(tags.tags)
    assert "url(" not in page
    assert "@import" not in page
    links = [value for name, value in tags.attributes if name in {"href", "src"}]
    assert all(re.match(r"#|\./shop/shop\.ladder#L\d+$", link) for link in links)
    assert ("dir", "rtl" if language == "fa" else "ltr") in tags.attributes
    anchors = {f"#{value}" for name, value in tags.attributes if name == "id"}
    assert {link for link in links if link.startswith("#")} <= anchors


def test_the_page_leads_to_the_lines_from_where_it_lies(stepladder: Run, shop: Path) -> None:
    assert stepladder("audit", "shop", "--format", "html", "--out", "out/deep/review.html").status == 1
    page = Path("out/deep/review.html").read_text(encoding="utf-8")
    link = next(value for name, value in read(page).attributes if "#L" in value)
    file, line = link.split("#L")
    lines = (Path("out/deep") / file).read_text(encoding="utf-8").split("\n")
    assert lines[int(line) - 1].strip().startswith(("stage", "follow up", "after", "metric", "on "))


def test_what_stands_in_a_spec_is_no_markup(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    text = file.read_text(encoding="utf-8")
    evil = "<script>alert('x')</script>[bold]&\u202e"
    text = text.replace('"How is it?"', f'"{evil}"').replace('"Seller"', '"<b>S</b>"')
    file.write_text(text.replace('"Corner shop"', f'"{evil}"'), encoding="utf-8")
    page = stepladder("audit", "shop", "--format", "html").out
    tags = read(page)
    assert "script" not in tags.tags
    assert "b" not in tags.tags
    assert any("<script>alert('x')</script>[bold]&" in found for found in tags.texts)
    assert "\u202e" not in page
    out = stepladder("audit", "shop").out
    assert "[bold]" in out
    assert "\u202e" not in out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_every_language_tells_everything(stepladder: Run, shop: Path, language: str, form: str) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8") + FIRST, encoding="utf-8")
    options = ("--lang", language, "--format", form, "--data", "shop/mapping.yaml")
    found = stepladder("audit", "shop", *options)
    assert (found.status, found.err) == (1, "")
    assert "U+20" not in found.out
    assert "{" not in re.sub(r"<style>.*?</style>", "", found.out, flags=re.DOTALL) or form == "json"
    if language != "en" and form == "text":
        # Names, titles and pieces of the spec stay as they are; sentences of ours do not.
        assert "missing" not in found.out
        assert "answered" not in found.out


def test_a_question_is_explained_in_every_language(stepladder: Run, shop: Path) -> None:
    pages = {stepladder("audit", "--explain", "17", "--lang", language).out for language in LANGUAGES}
    assert len(pages) == len(LANGUAGES)
    assert "kind `referral`" in stepladder("audit", "--explain", "17").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "SPEC"),
        (("missing.ladder",), "no such file"),
        (("shop", "--as-of", "2026-03-01"), "--data"),
        (("shop", "--data", "nowhere.yaml"), "nowhere.yaml"),
        (("--explain", "18"), "18"),
        (("shop", "--out", "shop"), "shop: is a folder"),
    ],
)
def test_what_cannot_run_ends_with_2(
    stepladder: Run, shop: Path, arguments: tuple[str, ...], says: str
) -> None:
    found = stepladder("audit", *arguments)
    assert found.status == 2
    assert says in found.err
    assert found.out == ""


def test_a_spec_that_cannot_be_understood_ends_with_2(stepladder: Run, shop: Path) -> None:
    file = shop / "shop.ladder"
    file.write_text(file.read_text(encoding="utf-8").replace("by seller", "by seler"), encoding="utf-8")
    found = stepladder("audit", "shop")
    assert found.status == 2
    assert "SL101" in found.err


def test_a_missing_owner_is_shown_and_not_refused(stepladder: Run, shop: Path) -> None:
    """`check` calls it an error; here it is what the review is for."""
    file = shop / "shop.ladder"
    file.write_text(
        file.read_text(encoding="utf-8").replace("    by seller via phone\n", ""), encoding="utf-8"
    )
    document = json.loads(stepladder("audit", "shop", "--format", "json").out)
    assert document["questions"][12]["status"] == "hole"


def test_stdin_and_a_file_for_the_text(stepladder: Run, shop: Path) -> None:
    text = (shop / "shop.ladder").read_text(encoding="utf-8")
    assert stepladder("audit", "-", stdin=text).status == 1
    assert stepladder("audit", "-", "--format", "html", stdin=text).status == 1
    found = stepladder("audit", "shop", "--out", "review.txt")
    assert found.out == ""
    assert "review.txt" in found.err
    assert "Corner shop" in Path("review.txt").read_text(encoding="utf-8")
    assert not list(Path().glob(".review*"))
