"""Whatever stands in a text: there is an answer, it is complete, and it never is a traceback."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stepladder_dsl.compile import Compiled, compile_text
from stepladder_dsl.diagnostics.catalogue import hint, label, message
from stepladder_dsl.diagnostics.render_text import render_text
from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.source import Source

GOOD = """\
language en

spec phone_shop "Phone shop"
    currency EUR
    timezone Europe/Sofia

role seller "Shop assistant"
    reports to manager
role manager

record client
    name text optional
    channel one of social, press, walk_in
    budget money optional >= 0
    born date optional
    advisor person for seller optional
    invited_by client optional

event visit for client
event purchase for client
    item text
    amount money
event call for client
event thanks for client

let purchases for client = count of purchase
let spent for client = sum of purchase.amount in last 12 months

process sale "Selling a phone" for client
    owner seller
    after 24 months go to cold
    phase selling "In the shop"
        system sale
        stage choosing "Consultation"
            start
            do "Ask what the phone is for"
            limit 2 hours, then alert manager
            on purchase when amount > 0 and channel in (social, press) go to bought
                set budget = budget - amount
                emit thanks to invited_by after 1 day
            after 1 day since visit go to thinking
        stage thinking
            on purchase go to bought
            when days since last visit >= 30 go to cold
    stage bought
        end won
    stage cold
        end lost
        on visit go to choosing

offer starter_pack "Case and glass"
    kind upsell
    price if spent > 1000 then 9.90 else 19.90
    to client in choosing, bought
    when (count of purchase where item = "glass") = 0 and purchases > 0
    by seller via shop
    valid 1 day
    accepted on purchase when item = "starter pack"

follow up care "How is the new phone?"
    after purchase in 3 days, 30 days
    by seller via phone
    done on call
    escalate to manager after 2 days

follow up gratitude
    after thanks in 1 day
    by seller
    done on call

metric conversion
    = count of client reaching bought / count of client reaching choosing
    target >= 25%
    owner manager

scenario "A purchase"
    given client channel = social
    2026-03-02 10:00 visit
    2026-03-02 10:40 purchase item = "X20", amount = 499
    expect stage bought
    at 2026-03-06
    expect task care overdue
"""
LINES = GOOD.splitlines()
WORDS = sorted(
    {spelling for spellings in load_dialect("en").spellings.values() for spelling in spellings}
    | set(re.findall(r"\w+|[^\w\s]", GOOD))
    | {
        "\t",
        "\u00a0",
        "§",
        "“",
        "==",
        "30d",
        "19,90",
        '"',
        "\\",
        "`",
        "خریده",
        "покупка",
        "\u200c",
        "\u202e",
        "(" * 50,
    }
)


def check(text: str) -> Compiled:
    """Compile a text and look at the answer from all sides."""
    source = Source("text.ladder", text)
    compiled = compile_text(source)
    assert compiled.spec is not None or compiled.diagnostics
    for finding in compiled.diagnostics:
        assert 0 < finding.span.line <= len(source.lines)
        assert 0 < finding.span.column < finding.span.end_column
        others = [label(finding, index) for index in range(len(finding.labels))]
        assert message(finding)
        assert all(others)
        for sentence in (message(finding), hint(finding) or "", *others):
            assert not re.search(r"\{(found|expected|kind|name|text|values|homes)\}", sentence)
    assert render_text(compiled.diagnostics, {source.name: source})
    return compiled


def test_the_good_spec_gives_no_finding() -> None:
    assert [f"{finding.span} {message(finding)}" for finding in check(GOOD).diagnostics] == []


@given(st.text())
@example("\ufeffspec shop")
@example("\r\n\rspec shop\r")
@example('"')
@example("spec")
@example("language")
def test_property_any_text_has_an_answer(text: str) -> None:
    check(text)


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 0, 4, 4, 8, 12, 3]), st.lists(st.sampled_from(WORDS), max_size=8)),
        max_size=25,
    )
)
def test_property_any_soup_of_words_has_an_answer(lines: list[tuple[int, list[str]]]) -> None:
    check("spec shop\n" + "\n".join(" " * spaces + " ".join(words) for spaces, words in lines))


@given(st.data())
def test_property_any_change_of_a_good_spec_has_an_answer(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(lines) - 1))
        line = lines[number]
        words = re.findall(r"\s+|\w+|[^\w\s]", line) or [""]
        word = data.draw(st.integers(0, len(words) - 1))
        match data.draw(st.sampled_from(["drop", "double", "swap", "indent", "cut", "word", "insert"])):
            case "drop":
                del lines[number]
            case "double":
                lines.insert(number, line)
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[number], lines[other] = lines[other], line
            case "indent":
                lines[number] = " " * data.draw(st.integers(0, 13)) + line.lstrip()
            case "cut":
                lines[number] = line[: data.draw(st.integers(0, len(line)))]
            case "word":
                words[word] = data.draw(st.sampled_from(WORDS))
                lines[number] = "".join(words)
            case _:
                words.insert(word, f" {data.draw(st.sampled_from(WORDS))} ")
                lines[number] = "".join(words)
    check("\n".join(lines))


@pytest.mark.parametrize("number", range(len(LINES)))
def test_any_line_may_be_missing(number: int) -> None:
    check("\n".join(LINES[:number] + LINES[number + 1 :]))


@pytest.mark.parametrize("number", range(len(LINES)))
def test_any_line_may_be_cut_in_the_middle(number: int) -> None:
    check("\n".join([*LINES[:number], LINES[number][: len(LINES[number]) // 2 + 2], *LINES[number + 1 :]]))


NAMES = {
    "Cyrillic": {"client": "клиент", "purchase": "покупка", "seller": "продавец", "choosing": "выбор"},
    "Persian": {"client": "مشتری", "purchase": "خرید_کالا", "seller": "فروشنده", "choosing": "می\u200cپسندد"},
    "Greek": {"client": "πελάτης", "purchase": "αγορά", "seller": "πωλητής", "choosing": "επιλογή"},
    "Chinese": {"client": "客户", "purchase": "购买", "seller": "店员", "choosing": "选择"},
}


@pytest.mark.parametrize("script", NAMES)
def test_names_of_any_script_mean_the_same(script: str) -> None:
    text = GOOD
    for name, instead in NAMES[script].items():
        text = re.sub(rf"\b{name}\b", instead, text)
    compiled = check(text)
    assert compiled.diagnostics == ()
    assert compiled.spec
    assert NAMES[script]["choosing"] in compiled.spec.processes["sale"].stages


@pytest.mark.parametrize(
    "text",
    [
        "let a for client = " + "(" * 5000 + "1" + ")" * 5000,
        "let a for client = " + "not " * 5000 + "yes",
        "let a for client = 1" + " + 1" * 5000,
        "let a for client = " + "if yes then 1 else " * 3000 + "1",
        "\n".join(f"let a{number} for client = a{number + 1} + 1" for number in range(3000)),
        "process p for client\n"
        + "\n".join("    " + " " * depth + f"phase p{depth}" for depth in range(1500)),
        "x" * 1_000_000,
        '"' * 10_001,
    ],
    ids=["brackets", "not", "plus", "if", "lets", "phases", "long", "quotes"],
)
def test_no_depth_and_no_length_is_a_traceback(text: str) -> None:
    check(f"spec shop\nrecord client\n{text}\n")
