"""Text and model are two sides of one thing: what is printed from a model is read as that model."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.model import expressions, spec, types
from stepladder_dsl.model.print_spec import print_spec
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    # A translation is the same model as its original: other tests hold that.
    pytest.param(file, marks=[pytest.mark.nightly] if "." in file.stem else [])
    for file in sorted(
        (*ROOT.glob("specs/*/*.ladder"), *ROOT.glob("engine/stepladder_engine/templates/*/en/*.ladder"))
    )
]
LISTS = """\
language en

spec x
    timezone UTC

record client
    tags list of one of vip, cheap
    scores list of number
    patience duration optional

event visit for client
    tags list of one of vip, cheap
"""
HEAD = """\
language en

spec x
    timezone UTC

record client
    a number
    b number
    c number

event visit for client
    n number
"""
# A model takes some hundred choices: a tenth of the examples shows much.
of_models = settings(
    max_examples=max(settings().max_examples // 10, 20),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def read(text: str) -> Spec:
    """Give the model of a text without findings, as if it were English."""
    compiled = compile_text(Source("printed.ladder", text), lint=False)
    # A condition of which a value may be unknown is no mistake, only worth a word.
    found = [f"{finding.span}: {message(finding)}" for finding in compiled.errors]
    assert not found, f"{found}\n{text}"
    assert compiled.spec
    return replace(compiled.spec, language="en")


def of_the_page() -> Spec:
    """Give the model of the language's reference, which shows every construct."""
    page = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    return read("".join(re.findall(r"^```ladder\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)))


def formatted(text: str, language: str | None = None) -> str:
    found = format_text(Source("printed.ladder", text), language)
    assert found.text is not None, f"{found.diagnostics}\n{text}"
    return found.text


@of_models
@given(st.data())
def test_property_what_is_printed_is_read_as_the_same_model(
    made_models: ModuleType, data: st.DataObject
) -> None:
    model = data.draw(made_models.specs())
    for language in LANGUAGES:
        assert read(print_spec(model, language)) == model


@of_models
@given(st.data())
def test_property_the_formatter_keeps_a_printed_text_and_its_meaning(
    made_models: ModuleType, data: st.DataObject
) -> None:
    model = data.draw(made_models.specs())
    for language in LANGUAGES:
        text = formatted(print_spec(model, language))
        assert formatted(text) == text
        assert read(text) == model


@of_models
@given(st.data())
def test_property_round_the_four_languages_a_printed_text_comes_back(
    made_models: ModuleType, data: st.DataObject
) -> None:
    model = data.draw(made_models.specs())
    original = text = formatted(print_spec(model, "en"))
    for language in ("ru", "bg", "fa", "en"):
        text = formatted(text, language)
        assert text == formatted(print_spec(model, language))
    assert text == original


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_spec_is_printed_in_its_canonical_layout(file: Path, language: str) -> None:
    model = read(file.read_text(encoding="utf-8"))
    text = print_spec(model, language)
    assert read(text) == model
    assert formatted(text) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_reference_shows_is_printed_in_its_canonical_layout(language: str) -> None:
    model = of_the_page()
    text = print_spec(model, language)
    assert read(text) == model
    assert formatted(text) == text


@pytest.mark.parametrize(
    "expression",
    [
        "a - b - c",
        "a - (b - c)",
        "(a + b) * c",
        "a + b * c",
        "a / (b * c)",
        "-(a + b) * -c",
        "a > 1 and (b > 1 or c > 1)",
        "a > 1 and b > 1 or c > 1",
        "(a > 1 and b > 1) and c > 1",
        "not (a > 1 and not b > 1)",
        "(if a > 1 then b else c) > (count of visit where n > 1)",
        "if a > 1 then (if b > 1 then a else b) else count of visit where n > 1 or n < 0",
        "(a > 1) = (b not in (1, 2, c))",
        "(a is known) in (yes, no)",
    ],
)
def test_brackets_stand_where_they_are_needed_and_nowhere_else(expression: str) -> None:
    text = f"{HEAD}\nlet d for client = {expression}\n"
    assert print_spec(read(text)) == text


@pytest.mark.parametrize(
    "expression",
    [
        "tags = (vip) or tags != (vip, cheap)",
        "tags = ()",
        "tags = (if vip in tags then (cheap) else (vip, cheap))",
        "cheap not in (last visit.tags)",
        "5 in (if vip in tags then scores else (1, 2))",
        "patience = 30 days and days since last visit >= 30 days",
    ],
)
def test_lists_and_lengths_of_time_are_printed_as_they_are_read(expression: str) -> None:
    text = f"{LISTS}\nlet d for client = {expression}\n"
    model = read(text)
    for language in LANGUAGES:
        assert read(print_spec(model, language)) == model


def test_a_list_of_one_and_a_negative_number_in_a_list_stand_in_a_scenario() -> None:
    scenario = (
        'scenario "x"\n    given client tags = ("vip"), scores = (-1, 2)\n    expect scores = (-1, 2)\n'
    )
    text = f"{LISTS}\n{scenario}"
    model = read(text)
    assert model.scenarios[0].given[0].values == {"tags": ("vip",), "scores": (Decimal(-1), Decimal(2))}
    assert print_spec(model) == text


def test_a_single_thing_in_brackets_has_to_be_of_the_kind_that_is_looked_for() -> None:
    text = f'{LISTS}\nlet d for client = patience in ("long")\n'
    found = compile_text(Source("x", text), lint=False).diagnostics
    assert [(finding.code, finding.variant) for finding in found] == [("SL103", "comparison")]


def test_a_value_that_is_no_name_or_begins_a_keyword_somewhere_stands_in_quotes() -> None:
    """`да` is yes in Russian, and the last value holds a Cyrillic letter among Latin ones."""
    text = 'spec x\n\nrecord client\n    a one of да, "in the street", normal, "2", "сale"\n'
    model = read(text)
    assert 'a one of "да", "in the street", normal, "2", "сale"\n' in print_spec(model, "en")
    assert 'a یکی از "да"، "in the street"، normal، "2"، "сale"\n' in print_spec(model, "fa")


# What no text can say otherwise, or at all: columns stand in mappings only.
NOT_DRAWN = {("Spec", "language"), *((name, "type") for name in expressions.__dict__)}
OF_MAPPINGS = {expressions.ColumnField, types.ColumnType}


def classes() -> Iterator[type]:
    """Give every class that a model is made of, and every enumeration."""
    for module in (spec, expressions, types):
        for one in vars(module).values():
            is_enumeration = isinstance(one, type) and issubclass(one, Enum)
            if (is_dataclass(one) or is_enumeration) and one.__module__ == module.__name__:
                yield one


def compared(kind: type) -> list[Field[Any]]:
    """Give the fields of a class that equality looks at."""
    return [part for part in fields(kind) if part.compare] if is_dataclass(kind) else []


def collect(value: Any, met: dict[tuple[str, str], set[str]]) -> None:
    """Note every class and member inside a value, and what stands in every field."""
    met[type(value).__name__, ""].add(repr(value))
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for part in value:
            collect(part, met)
    elif is_dataclass(value):
        for part in compared(type(value)):
            inner = getattr(value, part.name)
            met[type(value).__name__, part.name].add(repr(inner))
            collect(inner, met)


def test_the_made_models_hold_every_construct_with_every_part_in_several_ways(
    made_models: ModuleType,
) -> None:
    """A new class or field of the model has to be made, and so printed, before this passes again."""
    met: dict[tuple[str, str], set[str]] = defaultdict(set)
    kinds = set(classes()) - OF_MAPPINGS
    members = {repr(one) for kind in kinds if issubclass(kind, Enum) for one in kind}
    parts = {(kind.__name__, part.name) for kind in kinds for part in compared(kind)}

    def missing() -> set[object]:
        never = {kind.__name__ for kind in kinds if not met[kind.__name__, ""]}
        without = {one for one in members if not any(one in met[kind.__name__, ""] for kind in kinds)}
        return never | without | {part for part in parts if len(met[part]) < 2} - NOT_DRAWN

    # What is rare may not come in the first hundreds: then more are made, each time others.
    for number in range(12):

        @seed(number)
        @settings(max_examples=200, database=None, suppress_health_check=list(HealthCheck))
        @given(made_models.specs())
        def look(model: Spec) -> None:
            collect(model, met)

        look()
        if not missing():
            break
    assert missing() == set()
