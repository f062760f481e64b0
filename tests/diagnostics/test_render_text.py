from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.diagnostics.render_text import render_text, summary_words
from stepladder_dsl.diagnostics.widths import printable, width
from stepladder_dsl.lint.registry import register_all
from stepladder_dsl.source import Source, Span

register_all()


def unknown(line: str, piece: str, number: int = 1) -> Diagnostic:
    column = line.index(piece) + 1
    span = Span("shop.ladder", number, column, column + len(piece))
    return Diagnostic("SL101", span, {"kind": "<role>", "name": piece})


def shown(text: str, finding: Diagnostic, *, colour: bool = False) -> str:
    return render_text([finding], {"shop.ladder": Source("shop.ladder", text)}, "en", colour)


def marks(line: str, piece: str) -> tuple[str, str]:
    """The quoted line and the one with the underline, without the line number."""
    lines = shown(line, unknown(line, piece)).splitlines()
    return lines[2].removeprefix("1 | "), lines[3].removeprefix("  | ")


def test_a_finding_is_shown_as_a_whole() -> None:
    text = "role seller\nprocess sale for client\n    owner seler\n"
    finding = Diagnostic(
        "SL101", Span("shop.ladder", 3, 11, 16), {"kind": "<role>", "name": "seler"}, suggestion="seller"
    )
    assert shown(text, finding) == (
        "shop.ladder:3:11: error SL101 unknown role `seler`\n"
        "  |\n"
        "3 |     owner seler\n"
        "  |           ^^^^^\n"
        "  = help: did you mean `seller`?\n"
        "  = page: stepladder explain SL101\n"
        "\n"
        "1 error\n"
    )


def test_the_page_is_named_in_the_reader_s_language() -> None:
    finding = unknown("    owner seler", "seler")
    assert "  = подробнее: stepladder explain SL101 --lang ru\n" in render_text([finding], {}, "ru")


def test_a_second_place_is_a_note_with_its_own_line() -> None:
    text = "role seller\n" * 10
    finding = Diagnostic(
        "SL102",
        Span("shop.ladder", 10, 6, 12),
        {"name": "seller"},
        labels=(Label(Span("shop.ladder", 1, 6, 12), "first"),),
    )
    assert shown(text, finding) == (
        "shop.ladder:10:6: error SL102 `seller` is declared a second time\n"
        "   |\n"
        "10 | role seller\n"
        "   |      ^^^^^^\n"
        "   = note: the first one stands here (shop.ladder:1:6)\n"
        "   |\n"
        " 1 | role seller\n"
        "   |      ------\n"
        "   = help: give one of the two another name, or remove it\n"
        "   = page: stepladder explain SL102\n"
        "\n"
        "1 error\n"
    )


@pytest.mark.parametrize(
    ("line", "piece", "columns_before", "columns"),
    [
        ("    owner seler", "seler", 10, 5),
        ("    owner продовец", "продовец", 10, 8),
        ("on 价格 go to 客户", "客户", 14, 4),
        ("owner se\u0301ler", "se\u0301ler", 6, 5),
        ("owner ＡＢ x", "x", 11, 1),
        ("\towner seler", "seler", 10, 5),
    ],
)
def test_the_underline_stands_exactly_under_the_piece(
    line: str, piece: str, columns_before: int, columns: int
) -> None:
    _, underline = marks(line, piece)
    assert underline == " " * columns_before + "^" * columns


def test_a_persian_piece_is_marked_in_the_line_since_terminals_turn_it() -> None:
    quoted, rest = marks("    owner فروشنده # x", "فروشنده")
    assert quoted == "\u2068    owner [[فروشنده]] # x\u2069"
    assert rest.startswith("  = help")


def test_a_piece_before_the_persian_part_of_a_latin_line_is_underlined() -> None:
    assert marks('role seler "فروشنده"', "seler") == ('role seler "فروشنده"', "     ^^^^^")


def test_a_number_before_a_persian_text_is_marked_for_the_whole_line_may_turn() -> None:
    assert marks("  12 فروشنده", "12")[0] == "\u2068  [[12]] فروشنده\u2069"


def test_a_persian_sentence_keeps_its_order_whatever_names_stand_in_it() -> None:
    line = "    owner seler"
    lines = render_text([unknown(line, "seler")], {}, "fa").splitlines()
    sentences = [lines[0].partition("SL101 ")[2], lines[1].partition(": ")[2], lines[-1]]
    assert "`seler`" in sentences[0]
    assert all(text.startswith("\u2067") and text.endswith("\u2069") for text in sentences)


def test_persian_words_keep_their_zero_width_non_joiner() -> None:
    assert "می\u200cخرد" in marks("on می\u200cخرد", "می\u200cخرد")[0]


@pytest.mark.parametrize(
    ("sent", "seen"),
    [("\x1b[31mred", "␛[31mred"), ("a\u202eb", "a<U+202E>b"), ("a\rb", "a␍b"), ("a\x85b", "a<U+0085>b")],
)
def test_nothing_in_a_text_steers_the_terminal(sent: str, seen: str) -> None:
    assert marks(f"{sent} seler", "seler")[0] == f"{seen} seler"


def test_the_sentence_does_not_steer_the_terminal_either() -> None:
    finding = Diagnostic("SL101", Span("x", 1, 1, 2), {"kind": "<role>", "name": "a\x1b[31m\nb"})
    assert "unknown role `a␛[31m␊b`" in render_text([finding], {})


def test_a_line_of_ten_megabytes_is_cut_around_the_piece() -> None:
    line = "x" * 5_000_000 + " seler " + "y" * 5_000_000
    text = shown(line, unknown(line, "seler"))
    quoted, underline = text.splitlines()[2:4]
    assert len(text) < 1_000
    assert quoted.startswith("1 | …x")
    assert quoted.endswith("y…")
    start = quoted.index("seler")
    assert underline[start : start + 5] == "^^^^^"
    assert underline.strip(" |^") == ""


def test_a_very_long_piece_is_cut_too() -> None:
    line = "z" * 100_000
    text = shown(line, unknown(line, line))
    assert len(text) < 1_000
    assert "^" * 61 in text
    assert "zz…" in text


def test_a_place_without_a_text_at_hand_is_shown_without_a_line() -> None:
    finding = Diagnostic("SL009", Span("shop.ladder", 7, 3, 4), {"byte": "0xE9"})
    assert render_text([finding], {}).startswith(
        "shop.ladder:7:3: error SL009 this is no UTF-8 text: the byte 0xE9 cannot stand here\n  = help:"
    )


def test_a_place_behind_the_end_of_its_line_gets_one_mark() -> None:
    finding = Diagnostic("SL008", Span("shop.ladder", 1, 9, 10), {"expected": ["<name>"]})
    assert "  |         ^\n" in shown("go to ab", finding)


def test_colour_only_adds_colour() -> None:
    finding = unknown("owner seler", "seler")
    coloured = shown("owner seler", finding, colour=True)
    assert "\033[1;31merror SL101\033[0m" in coloured
    plain = coloured
    for style in ("1;31", "1;34", "1;32", "1"):
        plain = plain.replace(f"\033[{style}m", "")
    assert plain.replace("\033[0m", "") == shown("owner seler", finding)


def test_the_last_line_counts_errors_and_warnings() -> None:
    error = Diagnostic("SL101", Span("x", 1, 1, 2))
    warning = Diagnostic("SL801", Span("x", 1, 1, 2))
    assert summary_words([]) == "no findings"
    assert summary_words([warning]) == "1 warning"
    assert summary_words([error, warning, error]) == "2 errors, 1 warning"


@given(st.text(max_size=40))
def test_property_no_text_reaches_the_terminal_with_a_control_character(text: str) -> None:
    safe = printable(text)
    assert width(safe) >= 0
    assert not any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in safe)
    assert not any(
        unicodedata.bidirectional(character) in {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI"}
        for character in safe
    )


@given(st.text(max_size=60), st.integers(0, 70), st.integers(1, 20))
def test_property_every_place_can_be_shown(line: str, before: int, length: int) -> None:
    span = Span("shop.ladder", 1, before + 1, before + 1 + length)
    finding = Diagnostic("SL101", span, {"kind": "<role>", "name": line})
    source = Source("shop.ladder", line)
    assert render_text([finding], {"shop.ladder": source}).endswith("\n1 error\n")


def test_a_wrong_spec_is_shown_in_the_order_of_its_text() -> None:
    source = Source("shop.ladder", "spec shop\nrole a\n    reports to b\nprocess p for c\n")
    text = render_text(compile_text(source).diagnostics, {source.name: source})
    places = [line.split(" ")[0] for line in text.splitlines() if line.startswith("shop.ladder")]
    assert places == ["shop.ladder:3:16:", "shop.ladder:4:15:"]
