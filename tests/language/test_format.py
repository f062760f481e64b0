"""The formatter: one layout, nothing lost, the same meaning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted(ROOT.glob("specs/*/*.ladder"))
ENGLISH = [file for file in SPECS if file.read_text(encoding="utf-8").startswith("language en")]
TEMPLATES = sorted(ROOT.glob("engine/stepladder_engine/templates/*/en/*.ladder"))

MESSY = """\

# A shop of phones.
spec   shop  "Shop"   # the name


  currency EUR
calendar  shop
  open mon - fri 9:00 - 13:00 ,14:00-18:00
  closed 2026-1-2 to 2026-01-05
role seller
record client
      kind one of phone,   case,
          "screen glass"    optional
      # how much
      age  number>=0
event purchase for client
  amount money

let spent   for client=sum of purchase . amount*( 1+- 2 )/3
process sale for client
    owner seller
    stage choosing
        start
        # Not before somebody has looked.
        on purchase when amount>10   go to bought  # at last
    # the end
    stage bought
        END won

scenario "one"
    given client
    2026-3-2 9:05 purchase amount=12.50
    expect stage bought
"""

NEAT = """\
language en

# A shop of phones.
spec shop "Shop"  # the name

    currency EUR
calendar shop
    open mon-fri 09:00-13:00, 14:00-18:00
    closed 2026-01-02 to 2026-01-05
role seller
record client
    kind one of phone, case, "screen glass" optional
    # how much
    age number >= 0
event purchase for client
    amount money

let spent for client = sum of purchase.amount * (1 + -2) / 3
process sale for client
    owner seller
    stage choosing
        start
        # Not before somebody has looked.
        on purchase when amount > 10 go to bought  # at last
    # the end
    stage bought
        end won

scenario "one"
    given client
    2026-03-02 09:05 purchase amount = 12.50
    expect stage bought
"""


def formatted(text: str) -> str:
    found = format_text(Source("x.ladder", text))
    assert found.text is not None, found.diagnostics
    return found.text


def test_a_messy_text_is_laid_out() -> None:
    assert formatted(MESSY) == NEAT


def test_a_neat_text_stays_as_it_is() -> None:
    assert formatted(NEAT) == NEAT


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.stem)
def test_the_shipped_specs_are_formatted(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert formatted(text) == text


@pytest.mark.parametrize("file", [*ENGLISH, *TEMPLATES], ids=lambda file: file.stem)
def test_round_the_four_languages_and_back_gives_the_same_bytes(file: Path) -> None:
    original = file.read_text(encoding="utf-8")
    model = compile_text(Source("x", original)).spec
    assert model is not None
    text = original
    for language in ("ru", "bg", "fa", "en"):
        found = format_text(Source("x", text), language)
        assert found.text is not None, found.diagnostics
        text = found.text
        compiled = compile_text(Source("x", text))
        assert compiled.diagnostics == ()
        assert compiled.spec is not None
        assert replace(compiled.spec, language="en") == model
    assert text == original


def test_a_name_that_would_become_a_keyword_is_no_translation() -> None:
    text = "language en\n\nspec shop\n\nrecord client\n    да number\n\nlet x for client = да + 1\n"
    assert formatted(text) == text
    found = format_text(Source("x", text), "ru")
    assert found.text is None
    assert [(finding.code, finding.span.line) for finding in found.diagnostics] == [("SL117", 8)]


def test_a_long_line_keeps_its_breaks_and_the_comments_inside_it() -> None:
    text = (
        "language en\n\nspec shop\n\nrecord client\n"
        "    channel one of press,  # the paper\n"
        "            social,\n"
        "            walk_in  # from the street\n"
    )
    assert formatted(text) == text


def test_a_text_with_errors_is_left_alone() -> None:
    found = format_text(Source("x.ladder", 'spec shop "Shop\nrole\n'))
    assert found.text is None
    assert [finding.code for finding in found.diagnostics] == ["SL002", "SL008"]


def in_a_shop(lines: str) -> str:
    """Give a text whose lines speak of a client."""
    head = "language en\n\nspec shop\n\nrecord client\n    born date optional\n\nevent visit for client\n\n"
    return head + lines


def test_keywords_in_the_braces_of_a_text_are_those_of_the_language() -> None:
    text = in_a_shop(
        "follow up greet\n    after visit in 3 days\n"
        '    text "{ days since last   visit } \\"days\\" {born is known} {"\n'
    )
    neat = text.replace("{ days since last   visit }", "{days since last visit}")
    russian = format_text(Source("x", text), "ru").text
    assert russian is not None
    assert '"{дней с момента последнего события visit} \\"days\\" {born имеется} {"' in russian
    assert format_text(Source("x", russian), "en").text == neat
    model = compile_text(Source("x", text), lint=False).spec
    again = compile_text(Source("x", russian), lint=False).spec
    assert model is not None
    assert again == replace(model, language="ru")


def test_unknown_in_a_cell_is_told_by_its_place_in_every_language() -> None:
    """Russian has one word for `is unknown` and `unknown`."""
    text = in_a_shop(
        "decide gift for client\n    first match\n    | born || worth number |\n"
        "    | unknown || is unknown |\n    | is known || unknown |\n"
    )
    neat = in_a_shop(
        "decide gift for client\n    first match\n    | born       || worth number |\n"
        "    | is unknown || unknown      |\n    | is known   || unknown      |\n"
    )
    assert formatted(text) == neat
    for language in ("ru", "bg", "fa"):
        other = format_text(Source("x", text), language).text
        assert other is not None
        assert format_text(Source("x", other), "en").text == neat


def test_what_a_minus_and_a_slash_stand_between() -> None:
    text = in_a_shop(
        "let a for client = days since last visit - 5\n"
        "let b for client = (count of visit in last 30 days - 5) / -2\n\n"
        "decide gift for client\n    first match\n    | a || given yes/no |\n    | 1 || yes          |\n"
    )
    assert formatted(text) == text


def test_carriage_returns_and_a_mark_at_the_beginning_go() -> None:
    assert formatted("\ufefflanguage en\r\n\r\nspec shop\r\n") == "language en\n\nspec shop\n"


@given(st.data())
def test_however_it_is_spaced_the_layout_and_the_model_are_the_same(data: st.DataObject) -> None:
    """Spaces between words, depth of indentation and blank lines are nobody's meaning."""
    step = data.draw(st.integers(1, 7))
    lines = []
    for line in NEAT.splitlines():
        depth = (len(line) - len(line.lstrip())) // 4
        words = line.strip()
        if "#" not in words and '"' not in words:
            words = words.replace(" ", " " * data.draw(st.integers(1, 3)))
        lines.append(" " * (step * depth) + words)
        if not words:
            lines += [""] * data.draw(st.integers(0, 2))
    text = "\n".join(lines)
    assert formatted(text) == NEAT
    assert (
        compile_text(Source("x", text), lint=False).spec == compile_text(Source("x", NEAT), lint=False).spec
    )
