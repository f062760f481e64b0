from __future__ import annotations

import io
import logging
from types import ModuleType
from typing import Any

import pytest
from lark import Lark, logger

from stepladder_dsl.syntax.grammar import STARTS, grammar_text
from stepladder_dsl.syntax.lexer import LineLexer


def conflicts(grammar: str, **options: Any) -> list[str]:
    """Lark resolves a shift/reduce conflict in silence; only its debug log speaks of it."""
    log = io.StringIO()
    handler, level, disabled = logging.StreamHandler(log), logger.level, logger.disabled
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    # Other tools that run in this process, such as import-linter, switch foreign loggers off.
    logger.disabled = False
    try:
        Lark(grammar, parser="lalr", debug=True, **options)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.disabled = disabled
    return [line for line in log.getvalue().splitlines() if "conflict" in line.lower()]


def test_the_grammar_has_no_conflict() -> None:
    assert conflicts(grammar_text(), lexer=LineLexer, start=list(STARTS), maybe_placeholders=True) == []


def test_a_conflict_would_be_seen() -> None:
    assert conflicts('start: "if" start | "if" start "else" start | "x"')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "prose only",
        "## A case\n\nwithout a text",
        "```ladder\nspec a\n```\n",
        "## A\n\n```findings\nx\n```\n",
    ],
)
def test_a_suite_that_shows_nothing_fails(suites: ModuleType, text: str) -> None:
    with pytest.raises(suites.WrongSuiteError):
        suites.read_cases(text)


def test_a_suite_is_read_case_by_case(suites: ModuleType) -> None:
    text = (
        "## A\n\n```ladder below\nspec s\n```\n\n## B\n\n```ladder\nrole r\n```\n\n```findings\n1:1 X\n```\n"
    )
    with pytest.raises(suites.WrongSuiteError):
        suites.read_cases(text)
    (case,) = suites.read_cases(text.replace("## A\n", ""))
    assert (case.title, case.text, case.below, case.findings) == ("B", "role r\n", "spec s\n", "1:1 X\n")
