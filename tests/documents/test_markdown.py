"""Whatever stands in a name stays a name in Markdown: a reader of Markdown gives the same letters back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.documents.as_markdown import as_markdown, escaped
from stepladder_dsl.documents.content import Document, Facts, Listing, Paragraph, Run, Section, Table

ODD = [
    "a|b",
    "`code` and ``more``",
    "*bold* _slanted_ ~gone~",
    "[link](https://example.com)",
    "![picture](x.png)",
    "<b>bold</b> <script>alert(1)</script>",
    "# no heading",
    "- no list",
    "1. no number",
    "12) no number",
    "> no quotation",
    "a \\ b \\| c",
    "&amp; &lt;",
    "$x$",
    "| --- |",
    "=====",
    "two\nlines",
    "a\u202eb",
    "سلام (دنیا)",
    "🚲 😀",
    "http://example.com/a_b_c",
]


class _Letters(HTMLParser):
    """The letters of a page, and the kinds of element that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


def read(markdown: str) -> _Letters:
    letters = _Letters()
    letters.feed(MarkdownIt("gfm-like", {"linkify": False}).disable("linkify").render(markdown))
    return letters


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def one_line(text: str) -> str:
    return squeezed(printable(" ".join(text.split("\n"))))


@pytest.mark.parametrize("text", ODD)
def test_a_name_in_a_table_stays_in_its_cell(text: str) -> None:
    found = read(f"| a | b |\n| --- | --- |\n| {escaped(text)} | end |\n")
    assert squeezed(found.text) == squeezed(f"a b {one_line(text)} end")
    assert found.tags == {"table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("text", ODD)
def test_a_name_on_a_line_makes_nothing_else_of_it(text: str) -> None:
    found = read(escaped(text))
    assert squeezed(found.text) == one_line(text)
    assert found.tags == {"p"}


@given(
    st.text(st.characters(exclude_categories=("Cs", "Zs", "Zl", "Zp"), include_characters=" "), min_size=1)
)
def test_any_name_in_a_list_is_read_as_itself(text: str) -> None:
    found = read(f"- x {escaped(text)}\n")
    assert squeezed(found.text) == squeezed(f"x {one_line(text)}")
    assert found.tags == {"ul", "li"}


def given_run(text: str) -> tuple[Run, ...]:
    return (Run(text, given=True),)


@given(
    st.text(st.characters(exclude_categories=("Cs", "Zs", "Zl", "Zp"), include_characters=" "), min_size=1)
)
def test_a_document_says_a_name_everywhere_alike(text: str) -> None:
    if not one_line(text):
        return
    name = given_run(text)
    link = (Run(text, strong=True, target="part", given=True),)
    section = Section(
        "part",
        name,
        (
            Paragraph(link),
            Listing((name,)),
            Table((name, name), ((name, link),)),
            Facts(((name, (name, link)),)),
        ),
    )
    document = Document("x", text, "kind", "en", "ltr", Facts(((name, (name,)),)), (section,))
    found = read(as_markdown(document))
    assert found.text.count(one_line(text)) >= 12
    assert found.tags <= {
        "h1",
        "h2",
        "p",
        "a",
        "strong",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }


def test_odd_titles_of_a_spec_change_nothing_around_them(document_from: Callable[..., Document]) -> None:
    odd = r"a | b `c` <i>d</i> [e](f) *g* \"h\" # 😀"
    text = (
        f'language en\n\nspec shop "{odd}"\n\nrole seller "{odd}"\n\nrecord client "{odd}"\n\n'
        f'event visit "{odd}" for client\n\nprocess sale "{odd}" for client\n    owner seller\n'
        f'    stage new "{odd}"\n        start\n        do "{odd}"\n        on visit go to old\n'
        f'    stage old "{odd} again"\n        end won\n'
    )
    plain = document_from(re.sub(r'"a \|.*?😀', '"plain', text))
    assert read(as_markdown(document_from(text))).tags == read(as_markdown(plain)).tags
    assert read(as_markdown(document_from(text))).text.count("<i>d</i> [e](f) *g*") > 20
