"""A page asks nobody for anything, takes no markup from strangers, and is read by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from stepladder_dsl.webpage.page import data_block, filled, web_page

ENGLISH = {"theme": "Light or dark", "skip": "To the content"}


def a_page(content: Markup, **changes: Any) -> str:
    given = {"title": "Shop", "language": "en", "direction": "ltr", "words": ENGLISH, **changes}
    return web_page(content, **given)


def filled_in(folder: Path, template: str, **values: Any) -> Markup:
    (folder / "one.html").write_text(template, encoding="utf-8")
    return filled(folder, "one.html", **values)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<b>", "&lt;b&gt;"),
        ("a & b", "a &amp; b"),
        ('"x"', "&#34;x&#34;"),
        ("a\u202eb", "a&lt;U+202E&gt;b"),
        ("می\u200cروم", "می\u200cروم"),
        ("two\nlines", "two\nlines"),
        (Markup("<b>"), "<b>"),
        (12, "12"),
    ],
)
def test_a_value_of_a_template_is_text_and_no_markup(tmp_path: Path, written: object, shown: str) -> None:
    assert filled_in(tmp_path, "{{ value }}", value=written) == shown


def test_a_value_that_nobody_gave_is_an_error_and_no_gap(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        filled_in(tmp_path, "{{ forgotten }}")


@pytest.mark.parametrize("name", ["keys", "items", "values", "get", "title"])
def test_a_word_of_any_name_is_that_word_and_no_method(tmp_path: Path, name: str) -> None:
    assert filled_in(tmp_path, f"{{{{ words.{name} }}}}", words={name: "shown"}) == "shown"


def test_a_function_in_the_place_of_a_value_is_an_error(tmp_path: Path) -> None:
    """What would be shown holds an address of memory, which is another one on every run."""
    with pytest.raises(TypeError, match="shows a function"):
        filled_in(tmp_path, "{{ words.keys }}", words={})


def test_a_page_bears_its_title_language_and_direction() -> None:
    text = a_page(Markup("<p>سلام</p>"), title="<فروشگاه>", language="fa", direction="rtl")
    assert '<html lang="fa" dir="rtl">' in text
    assert "<title>&lt;فروشگاه&gt;</title>" in text
    assert "<p>سلام</p>" in text


def test_no_style_or_script_ends_its_own_element() -> None:
    text = a_page(Markup(""), styles=["/* </style> */"], scripts=["let a = '</script>'"])
    assert text.count("</style>") == text.count("<style>")
    assert text.count("</script>") == text.count("<script>")


def test_data_reaches_a_script_whole(open_page: Callable[..., Any]) -> None:
    data = {"name": "</script><!-- \u2028 & 'x' \"y\" \u202e", "way": [1.5, None, True]}
    shown = open_page(a_page(data_block(data, "data")))
    assert shown.evaluate("JSON.parse(document.getElementById('data').textContent)") == data


def test_light_and_dark_follow_the_system_until_the_button_is_used(open_page: Callable[..., Any]) -> None:
    shown = open_page(a_page(Markup("<p>x</p>")), color_scheme="dark")
    theme = "document.documentElement.dataset.theme"
    assert shown.evaluate(theme) == "dark"
    shown.click("button.theme")
    assert shown.evaluate(theme) == "light"


def test_the_keyboard_gets_past_the_head(open_page: Callable[..., Any]) -> None:
    shown = open_page(a_page(Markup("<p>x</p>")))
    shown.keyboard.press("Tab")
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.id") == "content"


def test_a_page_can_not_ask_anybody_for_anything(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(a_page(Markup('<img src="https://example.invalid/a.png">')), encoding="utf-8")
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda told: refused.append(told.text))
    page.goto(file.as_uri())
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in text for text in refused)
    page.close()
