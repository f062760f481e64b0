"""The interactive page, as somebody uses it: with a mouse, a keyboard, a phone, in the dark, in Persian."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_file, compile_text
from stepladder_dsl.diagram.live import Live, OfferFigures, StageFigures
from stepladder_dsl.diagram.picture import UnknownProcessError
from stepladder_dsl.model.spec import (
    Event,
    Offer,
    OnEvent,
    Outcome,
    Phase,
    Process,
    Record,
    Role,
    Spec,
    Stage,
    Transition,
)
from stepladder_dsl.source import Source
from stepladder_dsl.viewer.page import viewer_page, words_for

Open = Callable[..., Any]

PAGES = {
    "en": {"file": "phone_sale.ladder", "stage": "sale/paid", "title": "Has paid and waits for the phone"},
    "fa": {
        "file": "phone_sale.fa.ladder",
        "stage": "فروش/پرداخت‌کرده",
        "title": "پرداخت کرده و منتظر گوشی است",
    },
}


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    return {
        language: page_of(root / "specs" / "phone_sale" / given["file"]) for language, given in PAGES.items()
    }


def page_of(file: Path, **options: Any) -> str:
    compiled = compile_file(file)
    assert compiled.spec
    return viewer_page(compiled.spec, compiled.sources, **options)


def written(text: str, **options: Any) -> str:
    compiled = compile_text(Source("shop.ladder", text), lint=False)
    assert compiled.spec, compiled.diagnostics
    return viewer_page(compiled.spec, compiled.sources, **options)


def stage(shown: Any, name: str) -> Any:
    return shown.locator(f'.view.shown [data-card="{name}"]')


def card_title(shown: Any) -> str:
    return str(shown.locator(".thing.shown h2").inner_text())


def scale(shown: Any) -> float:
    return float(
        shown.evaluate(
            "new DOMMatrix(getComputedStyle(document.querySelector('.view.shown > svg')).transform).a"
        )
    )


def place(shown: Any) -> tuple[float, float]:
    box = shown.locator(".view.shown > svg").bounding_box()
    return round(box["x"]), round(box["y"])


@pytest.mark.parametrize("language", PAGES)
def test_every_view_is_a_tab(open_page: Open, pages: dict[str, str], language: str) -> None:
    shown = open_page(pages[language])
    words = words_for(language)
    names = ["process", "lanes", "ladder", "offers", "roles", "overview"]
    assert shown.locator("[role=tab]").all_inner_texts() == [words[f"view.{name}"] for name in names]
    for name in names:
        shown.click(f"#tab-{name}")
        assert shown.locator(".view:visible").evaluate_all("views => views.map(view => view.id)") == [
            f"view-{name}"
        ]
        assert shown.locator(f"#view-{name} > svg text").count() > 0


@pytest.mark.parametrize("language", PAGES)
def test_a_click_on_a_stage_shows_its_card_and_its_lines(
    open_page: Open, pages: dict[str, str], root: Path, language: str
) -> None:
    given = PAGES[language]
    shown = open_page(pages[language])
    stage(shown, given["stage"]).click()
    assert card_title(shown) == given["title"]
    lines = (root / "specs" / "phone_sale" / given["file"]).read_text(encoding="utf-8").split("\n")
    numbers = shown.locator(".thing.shown .lines li").evaluate_all("rows => rows.map(row => row.value)")
    said = shown.locator(".thing.shown .lines code").all_inner_texts()
    assert [lines[number - 1].strip() for number in numbers] == [line.strip() for line in said]
    assert given["title"] in said[0]
    assert len(said) > 5


@pytest.mark.parametrize(("language", "edge"), [("en", "left"), ("fa", "right")])
def test_the_side_where_reading_starts_stays_when_a_card_opens(
    open_page: Open, pages: dict[str, str], language: str, edge: str
) -> None:
    shown = open_page(pages[language])
    picture = f"Math.round(document.querySelector('.view.shown > svg').getBoundingClientRect().{edge})"
    before = shown.evaluate(picture)
    shown.locator("#view-process g.stage").first.click()
    assert shown.evaluate(picture) == before
    shown.click("#close")
    assert shown.evaluate(picture) == before


def test_a_card_says_who_what_how_long_and_where_to(open_page: Open, pages: dict[str, str]) -> None:
    shown = open_page(pages["en"])
    stage(shown, "sale/paid").click()
    assert shown.locator(".thing.shown dt").all_inner_texts() == [
        "Answers for it",
        "Phase",
        "Steps",
        "Time limit",
        "Ways out",
        "Noted here without a move",
        "Ways in",
        "Follow-ups",
        "Offers",
    ]
    facts = shown.locator(".thing.shown dd").all_inner_texts()
    assert "Cashier and dispatch" in facts
    assert "Check the box against the receipt" in facts
    assert "at most 2 days: Shop manager" in facts
    event, guard = "Receives the phone, shown and set up", "when phones = 1 and invited\u00a0by is known"
    assert f"{event} {guard}: First weeks with the phone" in facts


def test_things_of_a_card_lead_to_their_cards(open_page: Open, pages: dict[str, str]) -> None:
    shown = open_page(pages["en"])
    stage(shown, "sale/paid").click()
    shown.click(".thing.shown button.to:text-is('Shop manager')")
    assert card_title(shown) == "Shop manager"
    # The role stands in one view only, which is shown then.
    assert shown.locator(".view.shown").get_attribute("id") == "view-roles"


def test_a_process_of_the_overview_opens_its_card(open_page: Open, pages: dict[str, str]) -> None:
    shown = open_page(pages["en"])
    shown.click("#tab-overview")
    stage(shown, "process:warranty").click()
    assert card_title(shown) == "Repairing or replacing a phone"
    assert "Fault written down" in shown.locator(".thing.shown dd").all_inner_texts()


@pytest.mark.parametrize("language", PAGES)
def test_the_keyboard_opens_and_closes_a_card(open_page: Open, pages: dict[str, str], language: str) -> None:
    given = PAGES[language]
    shown = open_page(pages[language])
    stage(shown, given["stage"]).focus()
    shown.keyboard.press("Enter")
    assert card_title(shown) == given["title"]
    assert shown.evaluate("document.activeElement.tagName") == "H2"
    shown.keyboard.press("Escape")
    assert shown.locator(".side").is_hidden()
    assert shown.evaluate("document.activeElement.dataset.card") == given["stage"]


def test_every_stage_can_be_reached_by_tab(open_page: Open, pages: dict[str, str]) -> None:
    shown = open_page(pages["en"])
    shown.locator("#view-process").focus()
    reached = []
    for _ in range(shown.locator("#view-process [data-card]").count()):
        shown.keyboard.press("Tab")
        reached.append(shown.evaluate("document.activeElement.dataset.card"))
        box = shown.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        assert 0 <= box["x"] <= 1280, reached[-1]
        assert 0 <= box["y"] <= 900, reached[-1]
    assert {"sale/aware", "sale/lost", "phase:sale/selling"} <= set(reached)
    assert len(reached) == len(set(reached))


def test_arrows_of_the_keyboard_change_the_tab(open_page: Open, pages: dict[str, str]) -> None:
    for language, ahead in (("en", "ArrowRight"), ("fa", "ArrowLeft")):
        shown = open_page(pages[language])
        shown.locator("#tab-process").focus()
        shown.keyboard.press(ahead)
        assert shown.evaluate("document.activeElement.id") == "tab-lanes"
        shown.keyboard.press("End")
        assert shown.locator(".view:visible").get_attribute("id") == "view-overview"


@pytest.mark.parametrize("language", PAGES)
def test_wheel_buttons_and_keys_zoom(open_page: Open, pages: dict[str, str], language: str) -> None:
    shown = open_page(pages[language])
    first = scale(shown)
    shown.click("#zoom-in")
    assert scale(shown) == pytest.approx(first * 1.25, rel=1e-3)
    shown.mouse.move(600, 500)
    under = stage_at(shown, 600, 500)
    shown.mouse.wheel(0, -200)
    assert scale(shown) > first * 1.25
    assert stage_at(shown, 600, 500) == under
    shown.locator("#view-process").focus()
    shown.keyboard.press("0")
    whole = scale(shown)
    box, room = (
        shown.locator("#view-process > svg").bounding_box(),
        shown.locator("#view-process").bounding_box(),
    )
    assert box["height"] <= room["height"] + 1
    shown.keyboard.press("-")
    assert scale(shown) == pytest.approx(whole * 0.8, rel=1e-3)


def stage_at(shown: Any, x: int, y: int) -> Any:
    card = "document.elementFromPoint(x, y).closest('[data-card]')?.dataset.card ?? null"
    return shown.evaluate(f"([x, y]) => {card}", [x, y])


@pytest.mark.parametrize(("language", "name"), [("en", "sale/talking"), ("fa", "فروش/در_حال_انتخاب")])
def test_mouse_and_keys_move_the_picture_and_a_drag_is_no_click(
    open_page: Open, pages: dict[str, str], language: str, name: str
) -> None:
    shown = open_page(pages[language])
    box = stage(shown, name).bounding_box()
    x, y = box["x"] + 20, box["y"] + 20
    before = place(shown)
    shown.mouse.move(x, y)
    shown.mouse.down()
    shown.mouse.move(x - 50, y - 30, steps=4)
    shown.mouse.up()
    assert place(shown) == (before[0] - 50, before[1] - 30)
    assert shown.locator(".side").is_hidden()
    shown.locator("#view-process").focus()
    shown.keyboard.press("ArrowRight")
    assert place(shown) == (before[0] - 110, before[1] - 30)


def test_the_picture_can_not_be_lost(open_page: Open, pages: dict[str, str]) -> None:
    shown = open_page(pages["en"])
    shown.locator("#view-process").focus()
    for _ in range(40):
        shown.keyboard.press("Shift+ArrowRight")
    box, room = (
        shown.locator("#view-process > svg").bounding_box(),
        shown.locator("#view-process").bounding_box(),
    )
    assert box["x"] + box["width"] > room["x"]


@pytest.mark.parametrize(
    ("language", "asked", "first"),
    [
        ("en", "PAYS", "Pays"),
        ("en", "waits phone", "Has paid and waits for the phone"),
        ("en", "purchase new_phone", "Talks about what the phone is for"),
        ("fa", "منتظر گوشي", "پرداخت کرده و منتظر گوشی است"),
        ("fa", "نمی رود", None),
    ],
)
def test_search_finds_however_it_is_written(
    open_page: Open, pages: dict[str, str], language: str, asked: str, first: str | None
) -> None:
    shown = open_page(pages[language])
    shown.keyboard.press("/")
    shown.keyboard.insert_text(asked)
    found = shown.locator("#found [role=option] > bdi")
    if first is None:
        assert shown.locator("#found").inner_text() == words_for(language)["script.nothing_found"]
        return
    assert first in found.all_inner_texts()
    shown.keyboard.press("Escape")
    assert shown.locator("#found").is_hidden()


@pytest.mark.parametrize("language", PAGES)
def test_search_opens_a_card_by_keyboard_alone(open_page: Open, pages: dict[str, str], language: str) -> None:
    given = PAGES[language]
    shown = open_page(pages[language])
    shown.keyboard.press("/")
    shown.keyboard.insert_text(given["title"])
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("ArrowUp")
    shown.keyboard.press("Enter")
    assert card_title(shown) == given["title"]


def test_kinds_of_digits_are_one(open_page: Open, root: Path) -> None:
    shown = open_page(page_of(root / "specs" / "phone_sale" / "phone_sale.fa.ladder"))
    shown.fill("#search", "12 ماه")
    with_latin_digits = shown.locator("#found [role=option]").all_inner_texts()
    shown.fill("#search", "۱۲ ماه")
    assert shown.locator("#found [role=option]").all_inner_texts() == with_latin_digits != []


@pytest.mark.parametrize("language", PAGES)
def test_dark_is_dark_all_over(open_page: Open, pages: dict[str, str], language: str) -> None:
    shown = open_page(pages[language], color_scheme="dark")
    paint = "part => getComputedStyle(part)"
    for selector, kind in (
        ("body", "backgroundColor"),
        (".view.shown > svg > rect", "fill"),
        (".view.shown g.stage > *:first-child", "fill"),
    ):
        colour = shown.locator(selector).first.evaluate(f"({paint})")[kind]
        red, green, blue = map(int, colour.removeprefix("rgb(").removesuffix(")").split(","))
        assert red + green + blue < 200, (selector, colour)
    shown.click("button.theme")
    assert (
        shown.locator(".view.shown > svg > rect").first.evaluate(f"({paint})")["fill"] == "rgb(255, 255, 255)"
    )


@pytest.mark.parametrize("language", PAGES)
def test_a_phone_shows_everything_without_scrolling_sideways(
    open_page: Open, pages: dict[str, str], language: str
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    shown = open_page(pages[language], **phone)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    for selector in ("#search", "#zoom-in", "#fit", "button.theme", "#tab-process"):
        box = shown.locator(selector).bounding_box()
        assert box["x"] >= 0, selector
        assert box["x"] + box["width"] <= 360, selector
    shown.locator("#view-process g.stage").first.tap()
    side = shown.locator(".side").bounding_box()
    assert (side["x"], side["width"]) == (0, 360)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360


def test_two_fingers_zoom(open_page: Open, pages: dict[str, str]) -> None:
    shown = open_page(pages["en"], has_touch=True)
    first = scale(shown)
    session = shown.context.new_cdp_session(shown)

    def touch(kind: str, *points: tuple[int, int]) -> None:
        at = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (500, 500), (600, 500))
    for step in range(1, 6):
        touch("touchMove", (500 - 20 * step, 500), (600 + 20 * step, 500))
    touch("touchEnd")
    assert scale(shown) == pytest.approx(first * 3, rel=0.05)
    assert shown.locator(".side").is_hidden()


def test_an_address_leads_to_a_card(open_page: Open, pages: dict[str, str], tmp_path: Path) -> None:
    shown = open_page(pages["en"])
    stage(shown, "sale/paid").click()
    address = shown.url
    assert address.endswith("#sale%2Fpaid")
    shown.goto("about:blank")
    shown.goto(address)
    assert card_title(shown) == "Has paid and waits for the phone"
    shown.goto("about:blank")
    shown.goto(address.split("#")[0] + "#%E0%A4%A")
    assert shown.locator(".side").is_hidden()


def test_without_scripts_everything_can_be_read(open_page: Open, pages: dict[str, str]) -> None:
    shown = open_page(pages["en"], java_script_enabled=False)
    assert shown.locator("#view-process > svg").is_visible()
    assert shown.locator(".thing h2", has_text="Has paid and waits for the phone").is_visible()


def test_figures_of_a_run_stand_on_picture_and_card(open_page: Open, root: Path) -> None:
    live = Live(
        "1 May 2024", {"sale/paid": StageFigures(now=3, through=41)}, offers={"glass": OfferFigures(9, 4, 1)}
    )
    shown = open_page(page_of(root / "specs" / "phone_sale" / "phone_sale.ladder", live=live))
    assert "Data as of 1 May 2024" in shown.locator("h1").inner_text()
    assert "now: 3" in stage(shown, "sale/paid").text_content().replace("\u00a0", " ")
    stage(shown, "sale/paid").click()
    assert (
        shown.locator(".thing.shown dd").first.inner_text().replace("\u00a0", " ")
        == "now: 3 · have been here: 41"
    )


def test_one_view_and_one_process_may_be_all(root: Path) -> None:
    text = page_of(root / "specs" / "phone_sale" / "phone_sale.ladder", views=("ladder",), process="sale")
    assert text.count('role="tab"') == 1
    assert "The ladder of the relation" in text


def test_an_unknown_process_is_named(root: Path) -> None:
    with pytest.raises(UnknownProcessError):
        page_of(root / "specs" / "phone_sale" / "phone_sale.ladder", process="sail")


def test_views_that_show_nothing_have_no_tab(open_page: Open) -> None:
    shown = open_page(written('spec shop "Shop"\n'))
    assert shown.locator("[role=tab]").count() == 0
    assert shown.locator("p.view").is_visible()
    assert shown.locator("p.view").inner_text() == "There is nothing to draw here."


def test_it_works_inside_of_another_page(open_page: Open, pages: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "inner.html").write_text(pages["en"], encoding="utf-8")
    frame = '<iframe src="inner.html" sandbox="allow-scripts" width="1200" height="800"></iframe>'
    shown = open_page(f"<!doctype html>{frame}").frame_locator("iframe")
    shown.locator('#view-process [data-card="sale/talking"]').click()
    assert shown.locator(".thing.shown h2").inner_text() == "Talks about what the phone is for"
    shown.locator("#close").click()
    assert shown.locator(".side").is_hidden()


@pytest.mark.parametrize("language", PAGES)
def test_whoever_only_hears_the_page_is_told_its_keys(pages: dict[str, str], language: str) -> None:
    assert f'<p id="keys" class="unseen">{words_for(language)["keys"]}</p>' in pages[language]


def test_the_same_spec_gives_the_same_page(root: Path) -> None:
    file = root / "specs" / "phone_sale" / "phone_sale.fa.ladder"
    assert page_of(file) == page_of(file)


NASTY = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]> --> {{ 7 * 7 }} {% raw %}",
    "a\u202eb\u2066c",
    "👩‍👩‍👧 & co",
    "long " * 60,
    "javascript:alert(1)",
)


@pytest.mark.parametrize("title", NASTY)
def test_no_title_gets_out_of_its_place(open_page: Open, title: str) -> None:
    text = (
        f'spec shop "{title}"\nrole seller "{title}"\nrecord client "{title}"\n'
        f'event buy "{title}" for client\n'
        f'process sale "{title}" for client\n    # {title}\n    stage one "{title}"\n        owner seller\n'
        f'        do "{title}"\n        on buy go to two\n    stage two "{title}"\n        end won\n'
    )
    shown = open_page(written(text))
    shown.on("dialog", lambda dialog: pytest.fail("a title has run as a script"))
    stage(shown, "sale/one").click()
    expected = title.strip().replace("\u202e", "<U+202E>").replace("\u2066", "<U+2066>")
    assert card_title(shown) == " ".join(expected.split())
    shown.fill("#search", title)
    assert shown.locator("#found [role=option]").count() > 0
    assert shown.locator("img").count() == 0


def test_paper_has_a_page_for_each_view(open_page: Open, pages: dict[str, str]) -> None:
    pypdf = pytest.importorskip("pypdf", reason="needs the package pypdf, a reader of PDF")
    shown = open_page(pages["en"])
    stage(shown, "sale/talking").click()
    printed = pypdf.PdfReader(BytesIO(shown.pdf(format="A4")))
    assert len(printed.pages) == shown.locator("[role=tab]").count()
    assert "Ways out" not in "".join(page.extract_text() for page in printed.pages)


class _Kinds(HTMLParser):
    """The kinds of elements and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"{tag}[{name}]" for name, _ in attrs)}


def shop(title: str) -> Spec:
    """A spec whose every text is given."""
    way = Transition(OnEvent("buy"), None, "two", guard_text=title)
    stages = {
        "one": Stage(
            "one", title, "inside", "seller", steps=(title,), transitions=(way,), own_transitions=(way,)
        ),
        "two": Stage("two", title, end=Outcome.WON),
    }
    phases = {"inside": Phase("inside", title)}
    return Spec(
        "shop",
        title,
        roles={"seller": Role("seller", title)},
        records={"client": Record("client", title)},
        events={"buy": Event("buy", "client", title)},
        processes={"sale": Process("sale", "client", title, phases=phases, stages=stages)},
        offers={"case": Offer("case", "client", title, channel=title, stages=(("sale", "one"),))},
    )


@given(
    title=st.text(
        st.sampled_from("<>&\"'`=/\\{}%#|-! aя۳\u202e\u2028\n\t") | st.characters(codec="utf-8"), min_size=1
    )
)
@settings(max_examples=15)
def test_property_no_text_becomes_markup(title: str) -> None:
    assert _Kinds(viewer_page(shop(title), {})).found <= _Kinds(viewer_page(shop("x"), {})).found


def test_every_language_has_every_word(root: Path) -> None:
    keys = {language: set(words_for(language)) for language in ("en", "ru", "bg", "fa")}
    assert keys["ru"] == keys["bg"] == keys["fa"] == keys["en"]
