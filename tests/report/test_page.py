"""The page of a report in a browser: alone, readable on a phone and on paper, from right to left too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_engine.report.charts import Bar, bars

Run = Callable[..., Any]
Open = Callable[..., Any]
READERS = (("shop", "ru", "ltr"), ("phone_sale", "en", "ltr"), ("six_processes", "fa", "rtl"))
CLOSED = "document.querySelectorAll('details.behind[open]').length"


@pytest.fixture(scope="module")
def page_of(
    stepladder: Run, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Path]:
    """The way to the page of a spec in a language, written once."""
    folder = tmp_path_factory.mktemp("pages")

    def page(name: str, language: str) -> Path:
        file = folder / f"{name}.{language}.html"
        if not file.exists():
            found = stepladder("report", str(root / "specs" / name), "--lang", language, "-o", str(file))
            assert found.status == 0, found.err
        return file

    return page


@pytest.mark.parametrize(("name", "language", "direction"), READERS)
def test_a_page_opens_alone_in_its_language_and_direction(
    page_of: Callable[[str, str], Path], open_page: Open, name: str, language: str, direction: str
) -> None:
    shown = open_page(page_of(name, language))
    assert shown.evaluate("[document.documentElement.lang, document.dir]") == [language, direction]
    sections = shown.eval_on_selector_all("main > section", "found => found.map(one => one.id)")
    assert sections[:5] == ["today", "money", "ladder", "leaks", "growth"]
    # Neither an empty value nor a mark of direction, nor the key of a sentence, reaches a reader.
    words = shown.inner_text("main")
    assert not re.search(r"<U\+|\bNone\b|undefined|report\.[a-z]+\.", words)


@pytest.mark.parametrize(("name", "language", "direction"), READERS)
@pytest.mark.parametrize("width", [360, 390])
def test_a_phone_scrolls_tables_and_not_the_page(
    page_of: Callable[[str, str], Path], open_page: Open, name: str, language: str, direction: str, width: int
) -> None:
    shown = open_page(page_of(name, language), viewport={"width": width, "height": 800})
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    # Tasks have much to read: each is a card, of which nothing stands beside the screen.
    cards = "[...document.querySelectorAll('table.cards')].map(one => one.parentElement)"
    assert shown.evaluate(f"{cards}.length") > 0
    assert shown.evaluate(f"{cards}.every(one => one.scrollWidth <= one.clientWidth)")


def test_amounts_in_persian_run_from_right_to_left_and_their_pictures_speak_it(
    page_of: Callable[[str, str], Path],
) -> None:
    page = page_of("six_processes", "fa").read_text(encoding="utf-8")
    told = re.findall(r"<bdi([^>]*)>[۰-۹٬٫]+ IRR</bdi>", page)
    assert told
    assert set(told) == {' dir="rtl"'}
    assert "نردبان رابطه" in re.sub("[\u2066-\u2069]", "", page)


def test_everybody_behind_a_figure_folds_out(page_of: Callable[[str, str], Path], open_page: Open) -> None:
    shown = open_page(page_of("shop", "ru"))
    assert shown.evaluate(CLOSED) == 0
    shown.click("[id='today.owed'] summary")
    assert shown.evaluate(CLOSED) == 1
    assert len(shown.query_selector_all("[id='today.owed'] li")) == 10


def test_a_line_of_the_spec_is_one_click_away(page_of: Callable[[str, str], Path], open_page: Open) -> None:
    shown = open_page(page_of("phone_sale", "en"))
    link = shown.query_selector("#targets tbody tr .place a")
    number = link.inner_text().rpartition(":")[2]
    link.click()
    target = shown.query_selector("pre span:target")
    assert target.get_attribute("data-line") == number
    assert "metric" in target.inner_text()
    assert target.is_visible()


def test_every_chart_is_read_out_and_has_its_table(
    page_of: Callable[[str, str], Path], open_page: Open
) -> None:
    shown = open_page(page_of("shop", "ru"))
    for chart in shown.query_selector_all("svg.bars"):
        names = chart.get_attribute("aria-labelledby").split()
        assert all(shown.text_content(f"[id='{name}']") for name in names)
        assert len(chart.query_selector_all("rect")) == 24
    assert shown.evaluate(
        "[...document.querySelectorAll('figure.chart')].every("
        "one => one.nextElementSibling.querySelectorAll('tbody tr').length === 24)"
    )


def test_pictures_follow_the_page_into_the_dark(page_of: Callable[[str, str], Path], open_page: Open) -> None:
    shown = open_page(page_of("phone_sale", "en"), color_scheme="dark")
    paper = "getComputedStyle(document.querySelector('svg.stepladder > rect')).fill"
    dark = shown.evaluate(paper)
    shown.click("button.theme")
    assert shown.evaluate(paper) == "rgb(255, 255, 255)" != dark


def test_paper_has_every_figure_and_no_control(
    page_of: Callable[[str, str], Path], open_page: Open, tmp_path: Path
) -> None:
    shown = open_page(page_of("phone_sale", "en"))
    shown.emulate_media(media="print")
    assert not shown.is_visible("nav")
    assert not shown.is_visible("button.theme")
    assert shown.is_visible("[id='money.income'] .value")
    # What a screen folds up lies open, but for pictures as large as the spec; lines are explained.
    assert shown.is_visible("#money .made dd")
    assert shown.is_visible("#money details.kept tbody tr")
    assert not shown.is_visible("#ladder details.picture")
    assert "phone_sale.ladder" in shown.inner_text(".on-paper")
    written = shown.pdf(path=str(tmp_path / "report.pdf"), prefer_css_page_size=True)
    assert written.startswith(b"%PDF")
    wide = "[...document.querySelectorAll('table')].filter(one => one.offsetWidth > 720).length"
    shown.set_viewport_size({"width": 703, "height": 1000})  # A4 without its margins
    assert shown.evaluate(wide) == 0


def test_names_of_strangers_are_text_and_nothing_else(
    stepladder: Run, root: Path, tmp_path: Path, open_page: Open
) -> None:
    folder = tmp_path / "phone_sale"
    shutil.copytree(root / "specs" / "phone_sale", folder)
    clients = folder / "data" / "clients.csv"
    strange = '<img src=x onerror="alert(1)"> {{ 7*7 }} \u202etxt </script>'
    rows = clients.read_text(encoding="utf-8").split("\n")
    column = rows[0].split(",").index("name")
    cells = rows[1].split(",")
    cells[column] = '"' + strange.replace('"', '""') + '"'
    clients.write_text("\n".join([rows[0], ",".join(cells), *rows[2:]]), encoding="utf-8")
    found = stepladder("report", str(folder), "-o", str(tmp_path / "page.html"))
    assert found.status == 0, found.err
    shown = open_page(tmp_path / "page.html")
    assert shown.query_selector("img") is None
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=" in text
    assert "\u202e" not in text
    assert "&lt;U+202E&gt;" in text


def test_a_chart_from_the_right_begins_at_the_right() -> None:
    chart = [Bar("first", 1.0, "1"), Bar("last", 2.0, "2")]
    drawn = {
        side: [
            float(x)
            for x in re.findall(r'<rect x="([\d.]+)"', bars(chart, "c", "t", "d", from_the_right=side))
        ]
        for side in (False, True)
    }
    assert drawn[False] == sorted(drawn[False])
    assert drawn[True] == drawn[False][::-1]


@pytest.mark.parametrize("values", [[], [0.0], [0.0, 0.0], [-1.0, 3.0]])
def test_a_chart_of_nothing_has_no_bar_with_a_height(values: list[float]) -> None:
    chart = [Bar(str(number), value, str(value)) for number, value in enumerate(values)]
    drawn = str(bars(chart, "c", "t", "d", from_the_right=False))
    heights = [float(height) for height in re.findall(r'height="([\d.-]+)"', drawn)]
    assert [height > 0 for height in heights] == [value > 0 for value in values]
