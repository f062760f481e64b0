"""The page of a document in a browser, in English and in Persian: search, keyboard, dark, a phone, paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from stepladder_dsl.documents.as_html import as_html
from stepladder_dsl.documents.content import Document
from stepladder_dsl.documents.document import only_role

ENGLISH = "specs/phone_sale/phone_sale.ladder"
PERSIAN = "specs/phone_sale/phone_sale.fa.ladder"
OPENED: dict[str, str] = {}

Open = Callable[..., Any]


@pytest.fixture
def show(open_page: Open, document_of: Callable[..., Document]) -> Open:
    """The way to open the page of a spec."""

    def shown(spec: str, **options: Any) -> Any:
        if spec not in OPENED:
            OPENED[spec] = as_html(document_of(spec))
        return open_page(OPENED[spec], **options)

    return shown


def hits(page: Any) -> list[str]:
    found: list[str] = page.locator("#found b").all_inner_texts()
    return found


@pytest.mark.parametrize(
    ("spec", "asked", "first"),
    [
        (ENGLISH, "satisfaction after", "Satisfaction after 30, 60 and 90 days"),
        (ENGLISH, "GLASS case", "Case and screen glass"),
        (PERSIAN, "هدفون", "هدفون با قیمت ویژهٔ مشتریان"),
        # Without the joiner, with Arabic letters and Latin digits: as people type.
        (PERSIAN, "رضايت 90", "رضایت پس از ۳۰، ۶۰ و ۹۰ روز"),
    ],
)
def test_the_search_finds_a_part_by_its_words(show: Open, spec: str, asked: str, first: str) -> None:
    page = show(spec)
    page.fill("#search", asked)
    assert hits(page)[0].startswith(first)
    page.keyboard.press("Enter")
    target = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    assert page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", target) < 200


def test_what_is_found_is_told_with_spaces_between_labels_and_answers(show: Open) -> None:
    page = show(ENGLISH)
    page.fill("#search", "channel")
    told = page.locator("#found span").all_inner_texts()
    assert any("Channel" in text for text in told)
    assert not [text for text in told if re.search("[a-z][A-Z]", text)]


def test_what_is_not_there_is_said_and_escape_clears(show: Open) -> None:
    page = show(ENGLISH)
    page.fill("#search", "zzzz")
    assert page.locator("#found").inner_text() == "Nothing found"
    page.keyboard.press("Escape")
    assert page.locator("#found").is_hidden()
    assert page.input_value("#search") == ""


@pytest.mark.parametrize(("spec", "asked"), [(ENGLISH, "discount"), (PERSIAN, "تخفیف")])
def test_the_keyboard_is_enough(show: Open, spec: str, asked: str) -> None:
    page = show(spec)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type(asked)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("decodeURIComponent(document.activeElement.hash)")
    page.keyboard.press("Enter")
    assert page.evaluate("decodeURIComponent(location.hash)") == second


@pytest.mark.parametrize(("spec", "direction"), [(ENGLISH, "ltr"), (PERSIAN, "rtl")])
def test_the_contents_lie_where_reading_starts(show: Open, spec: str, direction: str) -> None:
    page = show(spec)
    side, article = (page.locator(name).bounding_box() for name in (".side", "article"))
    assert (side["x"] < article["x"]) == (direction == "ltr")
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == direction


def test_every_link_of_the_contents_leads_to_its_part(show: Open) -> None:
    page = show(PERSIAN)
    loose = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter((link) =>"
        " !document.getElementById(decodeURIComponent(link.hash.slice(1)))).map((link) => link.hash)"
    )
    assert loose == []


@pytest.mark.parametrize("spec", [ENGLISH, PERSIAN])
def test_pictures_are_there_and_turn_dark_with_the_page(show: Open, spec: str) -> None:
    page = show(spec)
    sizes = page.evaluate(
        "Promise.all([...document.images].map((one) => one.decode().then(() => one.naturalWidth)))"
    )
    assert len(sizes) >= 4
    assert min(sizes) > 100
    picture = page.locator("figure img").first
    picture.scroll_into_view_if_needed()
    light = picture.screenshot()
    page.click("button.theme")
    assert picture.screenshot() != light


@pytest.mark.parametrize("spec", [ENGLISH, PERSIAN])
def test_a_picture_made_smaller_is_shown_in_its_own_size_and_back(show: Open, spec: str) -> None:
    page = show(spec, viewport={"width": 1000, "height": 700})
    smaller = page.locator("figure.smaller").first
    figure = page.locator("figure").nth(
        page.evaluate("[...document.querySelectorAll('figure')].findIndex((one) => one.matches('.smaller'))")
    )
    sizes = "(figure) => { const { clientWidth, naturalWidth } = figure.querySelector('img'); "
    assert smaller.evaluate(sizes + "return clientWidth < naturalWidth; }")
    figure.locator("button.size").focus()
    page.keyboard.press("Enter")
    assert figure.evaluate(sizes + "return clientWidth === naturalWidth; }")
    assert figure.locator("button.size").get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    figure.locator("button.size").click()
    assert figure.evaluate(sizes + "return clientWidth < naturalWidth; }")


@pytest.mark.parametrize("spec", [ENGLISH, PERSIAN])
def test_a_phone_shows_it_without_a_sideways_scroll(show: Open, spec: str) -> None:
    page = show(spec, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.querySelector('.side').open") is False
    page.click(".side summary")
    page.fill("#search", "30")
    page.locator("#found a").first.click()
    assert page.evaluate("document.querySelector('.side').open") is False


def test_on_paper_there_are_neither_contents_nor_buttons(show: Open) -> None:
    page = show(ENGLISH)
    page.emulate_media(media="print")
    assert page.locator(".side").is_hidden()
    assert page.locator("button.alone").first.is_hidden()
    assert page.locator("#role-seller").is_visible()


def test_one_instruction_is_printed_alone(show: Open) -> None:
    page = show(ENGLISH)
    page.evaluate("window.print = () => { window.asked = true; }")
    page.locator("#role-seller > button.alone").click()
    assert page.evaluate("window.asked") is True
    page.emulate_media(media="print")
    assert page.locator("#role-seller h3").is_visible()
    for other in ("#role-service h3", "#overview h2", "#offers h2", "article > header h1"):
        assert page.locator(other).first.is_hidden(), other
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#offers h2").is_visible()


def test_names_are_no_markup(open_page: Open, document_from: Callable[..., Document]) -> None:
    odd = "<img src=x onerror=alert(1)> & </script> <b>"
    text = (
        f'language en\n\nspec shop "{odd}"\n\nrole seller "{odd}"\n\nrecord client "{odd}"\n\n'
        f'event visit "{odd}" for client\n\nprocess sale "{odd}" for client\n    owner seller\n'
        f'    stage new "{odd}"\n        start\n        do "{odd}"\n        on visit go to old\n'
        f'    stage old "Old"\n        end won\n'
    )
    page = open_page(as_html(document_from(text)))
    assert page.title() == odd
    assert page.locator("article :is(b, script)").count() == 0
    assert page.locator("h1").inner_text() == odd
    page.fill("#search", "onerror")
    assert odd in hits(page)[0]


def test_the_page_of_one_role_has_no_loose_link(document_of: Callable[..., Document]) -> None:
    text = as_html(only_role(document_of(ENGLISH), "seller"))
    ids = set(re.findall(r' id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= ids
