"""What a fix makes of a text: only what it says, nothing twice, and no new mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from stepladder_dsl.compile import Compiled, compile_text
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from stepladder_dsl.diagnostics.fixes import fix_of, mended, without_block
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax.format import format_text

_BLOCK = re.compile(r"^```ladder\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOP = """\
spec shop

role seller

role manager "Manager"
    reports to seller

    cost 12 an hour

record client

event purchase for client

process sale for client
    owner seller
    stage choosing
        limit 3 days, then alert seller
        on purchase go to bought
    stage bought
        end won
"""


def edit(line: int, start: int, end: int, text: str = "", file: str = "a") -> Edit:
    return Edit(Span(file, line, start, end), text)


def made(text: str, *edits: Edit) -> str:
    return mended({"a": text}, [Fix((each,)) for each in edits]).texts["a"]


def compiled(text: str) -> Compiled:
    return compile_text(Source("shop.ladder", text), settings=LintSettings(style_waits=False))


def found(text: str, code: str) -> Diagnostic:
    (finding,) = (each for each in compiled(text).diagnostics if each.code == code)
    return finding


def after(text: str, code: str) -> tuple[str, bool]:
    """The text after the fix of its only finding of a code, and whether that is safe."""
    result = compiled(text)
    (finding,) = (each for each in result.diagnostics if each.code == code)
    fix = fix_of(finding, result.sources)
    assert fix
    return mended({"shop.ladder": text}, [fix]).texts["shop.ladder"], fix.safe


@pytest.mark.parametrize(
    ("text", "edits", "expected"),
    [
        ("one two\n", [edit(1, 5, 8, "three")], "one three\n"),
        ("one two\n", [edit(1, 1, 4, "1"), edit(1, 5, 8, "2")], "1 2\n"),
        ("one\n", [edit(1, 4, 4, " more")], "one more\n"),
        ("one\ntwo\n", [edit(1, 4, 4, "\n    under")], "one\n    under\ntwo\n"),
        ("one\r\ntwo\r\n", [edit(1, 4, 4, "\n    under")], "one\r\n    under\r\ntwo\r\n"),
        ("one\r\ntwo\r\n", [edit(1, 1, 4, "1")], "1\r\ntwo\r\n"),
        ("one\n  two\nthree\n", [edit(2, 3, 6)], "one\nthree\n"),
        ("one\n\ntwo\n\nthree\n", [edit(3, 1, 4)], "one\n\nthree\n"),
        ("one\n\n\nthree\n", [edit(1, 1, 2, "O")], "One\n\n\nthree\n"),
        ("one\ntwo", [edit(2, 1, 4)], "one"),
        ("one\n\ntwo\n", [edit(1, 1, 4)], "two\n"),
        ("one # why\n", [edit(1, 1, 5)], "# why\n"),
    ],
)
def test_edits_are_made(text: str, edits: list[Edit], expected: str) -> None:
    assert made(text, *edits) == expected


@pytest.mark.parametrize(
    "second",
    [edit(1, 1, 8, "all"), edit(1, 6, 7, "x"), edit(1, 5, 5, "x"), edit(1, 5, 8, "other")],
)
def test_of_two_fixes_of_one_piece_the_first_is_made(second: Edit) -> None:
    result = mended({"a": "one two\n"}, [Fix((edit(1, 5, 8, "2"),)), Fix((second, edit(9, 1, 1, "x")))])
    assert result.texts == {"a": "one 2\n"}
    assert len(result.fixes) == 1


def test_the_same_fix_twice_is_made_once_and_mends_both() -> None:
    result = mended({"a": "one two\n"}, [Fix((edit(1, 5, 8),)), Fix((edit(1, 5, 8),))])
    assert result.texts == {"a": "one\n"}
    assert len(result.fixes) == 2


def test_a_fix_in_a_text_that_is_not_at_hand_is_not_made() -> None:
    fix = Fix((edit(1, 1, 2, "x"), edit(1, 1, 2, "x", "b")))
    assert mended({"a": "one\n"}, [fix]).texts == {}


def test_a_block_goes_with_all_that_stands_under_it() -> None:
    source = Source("shop.ladder", SHOP)
    result = mended({"shop.ladder": SHOP}, [Fix(without_block(source, 5))]).texts["shop.ladder"]
    assert result == SHOP.replace(
        'role manager "Manager"\n    reports to seller\n\n    cost 12 an hour\n\n', ""
    )


@pytest.mark.parametrize(
    ("before", "wrong", "code", "safe"),
    [
        # what is written in another way elsewhere
        ("        on purchase go to bought", "        on purchase -> bought", "SL006", True),
        ("        on purchase go to bought", "        on purchase go to bought;", "SL006", True),
        ("    owner seller", "\towner seller", "SL005", True),
        ("    owner seller", "    ответственный seller", "SL007", True),
        ("event purchase for client", "event purchase client", "SL001", True),
        ("        on purchase go to bought", "        on purchase bought", "SL001", True),
        ("        on purchase go to bought", '        on purchase go to "bought"', "SL006", False),
        ("    owner seller", "    owner s\u0435ll\u0435r", "SL005", True),
        # what was probably meant
        ("    owner seller", "    owner seler", "SL101", False),
        ("    owner seller", "    ownr seller", "SL001", False),
        # what is said twice
        ("    owner seller", "    owner seller\n    owner seller", "SL108", True),
        ("role seller", "role seller\nrole seller", "SL102", True),
        (
            "    stage bought\n        end won",
            "    stage bought\n        end won\n    stage bought\n        end won",
            "SL102",
            True,
        ),
        # what nobody needs
        ("role seller", "role seller\nrole guide\n    cost 3 an hour", "SL801", False),
        ("        end won", '        end won\n        allow SL302 because "x"', "SL810", True),
        ("        end won", '        end won\n        allow SL302, SL303 because "x"', "SL810", True),
    ],
)
def test_a_finding_has_its_fix(before: str, wrong: str, code: str, safe: bool) -> None:
    right = SHOP.replace('role manager "Manager"\n    reports to seller\n\n    cost 12 an hour\n\n', "")
    assert compiled(right).diagnostics == ()
    assert right.count(before) == 1
    text = right.replace(before, wrong)
    result = compiled(text)
    fixes = [
        fix for each in result.diagnostics if each.code == code and (fix := fix_of(each, result.sources))
    ]
    assert [fix.safe for fix in fixes] == [safe] * len(fixes) != []
    assert mended({"shop.ladder": text}, fixes).texts["shop.ladder"] == right


@pytest.mark.parametrize(
    "wrong",
    ["    owner seller\n    owner manager", "    owner seller\n    owner  seller"],
)
def test_what_is_said_otherwise_is_nobody_elses_to_remove(wrong: str) -> None:
    text = SHOP.replace("    owner seller", wrong)
    result = compiled(text)
    (finding,) = (each for each in result.diagnostics if each.code == "SL108")
    assert fix_of(finding, result.sources) is None


def test_a_mistake_that_is_told_once_is_mended_everywhere() -> None:
    text = SHOP.replace("    ", "\t")
    assert after(text, "SL005") == (SHOP, True)


def test_part_of_what_is_allowed_goes() -> None:
    line = '    stage bought\n        allow SL302, SL303, dead-end because "x"\n'
    text = SHOP.replace("    stage bought\n        end won\n", line)
    result = compiled(text)
    fixes = [each.fix for each in result.diagnostics if each.code == "SL810" and each.fix]
    assert len(fixes) == 2
    once = mended({"shop.ladder": text}, fixes).texts["shop.ladder"]
    assert 'allow SL302 because "x"' in once or 'allow SL302, dead-end because "x"' in once


@pytest.fixture
def wrong_texts(root: Path, load_helper: Callable[[Path], ModuleType]) -> list[str]:
    """Every wrong text of the language's suites and of the codes' pages."""
    suite = load_helper(root / "tests" / "language" / "suite.py")
    texts = [
        f"{case.text}{case.below}"
        for file in sorted((root / "tests" / "language").rglob("*.md"))
        if file.name != "README.md"
        for case in suite.read_cases(file.read_text(encoding="utf-8"))
    ]
    for file in sorted((root / "dsl").rglob("*.en.md")):
        texts += _BLOCK.findall(file.read_text(encoding="utf-8"))
    return texts


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.nightly) for part in (1, 2))])
def test_no_safe_fix_brings_a_mistake_and_what_is_laid_out_stays_so(
    wrong_texts: list[str], part: int
) -> None:
    """Taken one by one: no more lines that cannot be read, and no more errors where all could be."""
    tried = 0
    for text in wrong_texts[part::3]:
        before = compiled(text)
        laid_out = format_text(Source("shop.ladder", text)).text == text
        for finding in before.diagnostics:
            fix = fix_of(finding, before.sources)
            if fix is None or not fix.safe:
                continue
            new = mended({"shop.ladder": text}, [fix]).texts["shop.ladder"]
            result = compiled(new)
            assert unreadable(result) <= unreadable(before), (finding, new)
            if laid_out:
                assert format_text(Source("shop.ladder", new)).text == new
            tried += 1
    assert tried > 40


def unreadable(result: Compiled) -> int:
    return sum(each.code.startswith("SL0") for each in result.diagnostics)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("кли\u0065нт", "клиент"),
        ("crm_кли\u0065нт", "crm_клиент"),
        ("\u0421RM", "CRM"),
        ("clien\u0442", None),  # this letter has a twin among the capital ones only
        ("\u0061а", None),  # nobody knows which was meant
    ],
)
def test_letters_of_two_alphabets_become_those_of_one(wrong: str, right: str | None) -> None:
    text = f"spec shop\nrecord {wrong}\n"
    (finding,) = (each for each in compiled(text).diagnostics if each.code == "SL005")
    if right is None:
        assert finding.fix is None
    else:
        assert after(text, "SL005") == (f"spec shop\nrecord {right}\n", True)


def test_control_characters_go_and_the_words_around_them_stay_apart() -> None:
    finding = found(SHOP.replace("spec shop", 'spec shop "\x1b[1mPhone\x0bshop\x07"'), "SL005")
    assert finding.fix
    assert finding.fix.safe
    assert [edit.text for edit in finding.fix.edits] == ['"[1mPhone shop"']
