"""A model at random, written with slips that people make: the safe fixes give that model back, or less."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stepladder_dsl.compile import Compiled, compile_text
from stepladder_dsl.keywords import LANGUAGES, load_dialect
from stepladder_dsl.model.print_spec import print_spec
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_engine.cli.fixing import mend

Slip = Callable[[str, int, str], str]
"""Writes a line of a text, given with its number and its language, as people slip."""


def _tabs(line: str, _number: int, _language: str) -> str:
    return re.sub(r"^ +", lambda found: "\t" * (len(found.group()) // 4), line)


def _spaces(line: str, _number: int, _language: str) -> str:
    return re.sub(r"^ +", lambda found: "\u00a0" * len(found.group()), line)


def _stop(line: str, _number: int, _language: str) -> str:
    return f"{line};" if line.strip() else line


def _bullet(line: str, _number: int, _language: str) -> str:
    return re.sub(r"^( +)(?=[^\W\d])", r"\1- ", line)


def _arrow(line: str, _number: int, language: str) -> str:
    keyword = load_dialect(language).spelling("GO_TO")
    return line.replace(f" {keyword} ", " -> ", 1) if '"' not in line else line


def _curved(line: str, _number: int, _language: str) -> str:
    return re.sub(r'"([^"\\]*)"', "“\\1”", line, count=1)


def _twice(line: str, _number: int, language: str) -> str:
    first = load_dialect(language).spelling("OWNER")
    return f"{line}\n{line}" if line.strip().startswith(f"{first} ") else line


def _remark(line: str, _number: int, _language: str) -> str:
    return f"{line}  // a remark" if line.strip() else line


def _colon(line: str, _number: int, _language: str) -> str:
    return f"{line}:" if line.strip() and not line.endswith('"') else line


SLIPS: dict[str, Slip] = {
    "tabs": _tabs,
    "spaces": _spaces,
    "stop": _stop,
    "bullet": _bullet,
    "arrow": _arrow,
    "curved": _curved,
    "twice": _twice,
    "remark": _remark,
    "colon": _colon,
}


def meaning(text: str) -> str | None:
    """Give what a text means, as the text of its model; None where it means nothing."""
    found = compile_text(Source("a.ladder", text), lint=False)
    return None if found.errors or found.spec is None else print_spec(found.spec)


def mended(text: str) -> str:
    def compile_all(instead: Mapping[str, str]) -> list[Compiled]:
        return [compile_text(Source("a.ladder", instead.get("a.ladder", text)), lint=False)]

    return mend(compile_all, unsafe=False).texts.get("a.ladder", text)


def slipped(text: str, slip: Slip, language: str, lines: set[int]) -> str:
    return "\n".join(
        slip(line, number, language) if number in lines else line
        for number, line in enumerate(text.split("\n"))
    )


@pytest.mark.parametrize("name", SLIPS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_safe_fixes_never_change_what_is_meant(
    name: str, made_models: ModuleType, data: st.DataObject
) -> None:
    spec: Spec = data.draw(made_models.specs())
    language = data.draw(st.sampled_from(LANGUAGES))
    text = format_text(Source("a.ladder", print_spec(spec)), language).text
    assert text is not None
    wanted = meaning(text)
    assume(wanted is not None)
    count = text.count("\n")
    lines = data.draw(st.sets(st.integers(1, max(count, 1)), max_size=4))
    wrong = slipped(text, SLIPS[name], language, lines)
    after = mended(wrong)
    assert meaning(after) in {None, wanted}
    assert mended(after) == after


@pytest.mark.parametrize("every", [8, pytest.param(2, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SLIPS)
def test_every_slip_is_mended_in_a_real_spec(name: str, language: str, every: int, root: Path) -> None:
    whole = (root / "specs/repeat_purchase/repeat_purchase.ladder").read_text(encoding="utf-8")
    text = format_text(Source("a.ladder", whole), language).text
    assert text is not None
    wanted = meaning(text)
    lines = text.split("\n")
    concerned = [number for number, line in enumerate(lines) if SLIPS[name](line, number, language) != line]
    tried = []
    for number in concerned[1::every]:
        after = meaning(mended(slipped(text, SLIPS[name], language, {number})))
        assert after in {None, wanted}, lines[number]
        tried.append(after is not None)
    assert any(tried)
