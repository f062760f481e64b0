"""Fences of Markdown become diagrams and tables; what is wrong is told in their place."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.diagram.picture import ALL_VIEWS

markdown = pytest.importorskip("markdown", reason="needs Python-Markdown")

from stepladder_dsl.embedding.markdown import fence, options_of, validate  # noqa: E402 - it needs Python-Markdown
from stepladder_dsl.embedding.tables import TABLES  # noqa: E402 - the same


def page(text: str, *others: str, **settings: Any) -> str:
    ours = "stepladder_dsl.embedding.markdown"
    made: str = markdown.markdown(text, extensions=[ours, *others], extension_configs={ours: settings})
    return made


def block(text: str, info: str = "ladder", mark: str = "```") -> str:
    return f"{mark}{info}\n{text}{mark}\n"


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


def test_a_block_becomes_its_diagram(shop: str) -> None:
    made = page(f"# How we sell\n\n{block(shop)}\nAnd *more*.\n")
    assert made.startswith("<h1>How we sell</h1>")
    assert made.rstrip().endswith("<p>And <em>more</em>.</p>")
    assert made.count("<svg") == 1
    assert "Knows us" in made
    assert "Is &lt;b&gt;choosing&lt;/b&gt;" in re.sub("[\u2066-\u2069]", "", made)


@pytest.mark.parametrize("view", ALL_VIEWS)
def test_every_view_can_be_asked_for(shop: str, view: str) -> None:
    assert page(block(shop, f"ladder view={view}")).count("<svg") == 1


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            "stages",
            [
                ["Stage", "Answers for it", "Steps", "Time limit", "Ways out"],
                ["Knows us", "Seller", "", "", "Comes in: Is &lt;b&gt;choosing&lt;/b&gt;"],
                [
                    "Is &lt;b&gt;choosing&lt;/b&gt;",
                    "Seller",
                    "Ask what it is for",
                    "at most 2 days: Seller",
                    "Pays: Has bought",
                ],
                ["Has bought", "Seller", "", "", ""],
            ],
        ),
        (
            "offers",
            [
                ["Offer", "Price", "Stages", "Accepted by"],
                ["A case", "20", "Is &lt;b&gt;choosing&lt;/b&gt;", "Pays"],
            ],
        ),
        (
            "roles",
            [
                ["Role", "Answers for", "Hears when it is late"],
                [
                    "Seller",
                    "Knows us<br>Is &lt;b&gt;choosing&lt;/b&gt;<br>Has bought",
                    "Is &lt;b&gt;choosing&lt;/b&gt;",
                ],
            ],
        ),
    ],
)
def test_a_table_has_a_row_for_each_thing(shop: str, table: str, rows: list[list[str]]) -> None:
    assert cells(page(block(shop, f"ladder table={table}"))) == rows


def test_every_table_can_be_asked_for(shop: str) -> None:
    for table in TABLES:
        assert "stepladder-error" not in page(block(shop, f"ladder table={table}"))


def test_a_decision_table_is_its_rows(root: Path) -> None:
    made = page(
        block("", 'ladder file=phone_sale.ladder table="decisions"'), base=str(root / "specs" / "phone_sale")
    )
    assert cells(made)[:3] == [
        ["friends", "spent", "share"],
        ["&gt;= 2", "-", "0.15"],
        ["-", "&gt;= 1500", "0.15"],
    ]


def test_a_file_is_looked_for_beside_the_base(root: Path) -> None:
    made = page(block("", "ladder file=phone_sale/phone_sale.fa.ladder"), base=str(root / "specs"))
    assert 'lang="fa" dir="rtl"' in made
    assert "فروش گوشی" in made


def test_caption_and_source_stand_below(shop: str) -> None:
    made = page(block(shop, '{.ladder caption="Our <sale>" source=yes}'))
    assert "<figcaption>Our &lt;sale&gt;</figcaption>" in made
    assert "stage choosing &#34;Is &lt;b&gt;choosing&lt;/b&gt;&#34;" in made


@pytest.mark.parametrize("mark", ["```", "~~~", "``````"])
@pytest.mark.parametrize("others", [(), ("fenced_code",), ("pymdownx.superfences",), ("extra",)])
def test_it_goes_with_other_fences(shop: str, mark: str, others: tuple[str, ...]) -> None:
    if "pymdownx.superfences" in others:
        pytest.importorskip("pymdownx", reason="needs pymdown-extensions")
    made = page(f"{block(shop, mark=mark)}\n```python\nprint(1)\n```\n", *others)
    assert made.count("<svg") == 1
    assert "print" in made


def test_a_block_inside_of_a_block_stays_what_it_is(shop: str) -> None:
    made = page(f"````markdown\n{block(shop)}````\n\n{block(shop)}", "fenced_code")
    assert made.count("<svg") == 1
    assert "```ladder" in made


def test_a_block_in_a_list_is_part_of_its_item(shop: str) -> None:
    inside = "".join(f"    {line}\n" for line in block(shop).splitlines())
    made = page(f"1. First\n\n{inside}\n2. Second\n")
    assert made.count("<li>") == 2
    assert made.count("<svg") == 1


def test_a_block_that_nobody_closed_is_left_as_it_is() -> None:
    made = page("Text\n\n```ladder\nspec shop\n")
    assert "<svg" not in made
    assert "spec shop" in made


def test_two_pictures_of_a_page_have_no_id_in_common(shop: str) -> None:
    made = page(block(shop) + "\n" + block(shop, "ladder view=lanes"))
    ids = re.findall(r' id="([^"]+)"', made)
    assert len(ids) == len(set(ids)) > 2


@pytest.mark.parametrize(
    ("info", "told"),
    [
        ("ladder view=lane", "SD100 there is no view `lane`"),
        ("ladder view=lane", "did you mean `lanes`?"),
        ("ladder table=stage", "SD100 there is no table `stage`"),
        ("ladder veiw=lanes", "SD100 a diagram has no option `veiw`"),
        ("ladder process=sail", "SD100 there is no process `sail`"),
        ("ladder view=lanes table=stages", "SD100 a block shows either a view or a table"),
        ("ladder source=maybe", "SD100 `source` can not be `maybe`"),
        ("ladder file=nowhere.ladder", "SD100 `nowhere.ladder` can not be read: No such file or directory"),
        ("ladder file=.", "SD100 `.` can not be read: Is a directory"),
    ],
)
def test_a_wrong_option_is_told_in_the_place_of_the_block(
    shop: str, caplog: pytest.LogCaptureFixture, tmp_path: Path, info: str, told: str
) -> None:
    with caplog.at_level(logging.WARNING):
        made = page(f"Before\n\n{block(shop, info)}\nBehind\n", base=str(tmp_path))
    assert 'class="stepladder-error" role="alert"' in made
    assert told in made.replace("&#x27;", "'")
    assert made.startswith("<p>Before</p>")
    assert made.rstrip().endswith("<p>Behind</p>")
    assert told in caplog.text


def test_an_error_of_the_spec_shows_the_finding(wrong: str, caplog: pytest.LogCaptureFixture) -> None:
    made = page(block(wrong))
    assert "<svg" not in made
    lines = wrong.split("\n")
    number = next(number for number, line in enumerate(lines) if "chosing" in line)
    place = f"block.ladder:{number + 1}:{lines[number].index('chosing') + 1}"
    assert f"{place}: error SL101 unknown stage `chosing`" in made
    assert "SL101" in caplog.text


@pytest.mark.parametrize(
    ("head", "told"),
    [("язык ru", "ошибка"), ("език bg", "грешка"), ("زبان fa", "خطا")],
    ids=["ru", "bg", "fa"],
)
def test_an_error_is_told_in_the_language_of_the_spec(head: str, told: str) -> None:
    made = page(block(f"{head}\n\n???\n"))
    assert told in made


@given(text=st.text(max_size=200), info=st.text(st.characters(exclude_characters="\n\r`"), max_size=30))
def test_property_no_block_ever_crashes_a_page(text: str, info: str) -> None:
    page(f"```ladder {info}\n{text}\n```\n\nEnd.\n")


@given(
    title=st.text(
        st.sampled_from("<>&\"'`\\]}{/*#|a ا\u202e\n") | st.characters(exclude_categories=["Cs"]), max_size=30
    )
)
def test_property_no_title_becomes_markup(title: str) -> None:
    quoted = title.replace("\\", "").replace('"', "").replace("\n", " ")
    made = page(
        block(
            f'spec shop\nrecord client\nprocess sale for client\n    stage one "{quoted}"\n',
            "ladder table=stages",
        )
    )
    kinds = set(re.findall(r"</?([a-z]+)", made))
    assert kinds <= {"figure", "table", "caption", "thead", "tbody", "tr", "th", "td", "br", "pre", "p"}


@pytest.mark.parametrize(
    ("info", "options"),
    [
        ("ladder", {}),
        ("ladder view=lanes", {"view": "lanes"}),
        ('{.ladder view="lanes" caption=\'a "b"\'}', {"view": "lanes", "caption": 'a "b"'}),
        ("ladder file=specs/a.ladder source=yes", {"file": "specs/a.ladder", "source": "yes"}),
    ],
)
def test_options_are_read(info: str, options: dict[str, str]) -> None:
    assert options_of(info) == options


def test_a_fence_of_superfences_shows_the_same(shop: str) -> None:
    pytest.importorskip("pymdownx", reason="needs pymdown-extensions")
    fences = [{"name": "ladder", "class": "ladder", "format": fence, "validator": validate}]
    settings = {"pymdownx.superfences": {"custom_fences": fences}}
    for info in ("ladder", '{.ladder view="lanes"}', 'ladder view="lanes"'):
        made = markdown.markdown(
            block(shop, info), extensions=["pymdownx.superfences"], extension_configs=settings
        )
        assert made.count("<svg") == 1
    made = markdown.markdown(
        block(shop, 'ladder view="lane"'), extensions=["pymdownx.superfences"], extension_configs=settings
    )
    assert "SD100 there is no view `lane`" in made
