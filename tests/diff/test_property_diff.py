"""Nothing that a model says can change without a word, and nothing is told where nothing changed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from stepladder_dsl.analysis.solver import solve
from stepladder_dsl.compile import compile_text
from stepladder_dsl.diff.change import Key
from stepladder_dsl.diff.compare import compare
from stepladder_dsl.diff.meaning import compared, words
from stepladder_dsl.diff.rebuild import declared_keys, renamed
from stepladder_dsl.diff.renames import find_renames
from stepladder_dsl.diff.walk import WITHOUT_MEANING
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.model.print_spec import print_spec
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax.format import format_text
from stepladder_engine.comparison.document import document
from stepladder_engine.comparison.sentences import Sentences
from stepladder_engine.texts.catalogue import table

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    # A translation is the same model as its original: other tests hold that.
    pytest.param(file, marks=[pytest.mark.nightly] if "." in file.stem else [])
    for file in sorted(
        (*ROOT.glob("specs/*/*.ladder"), *ROOT.glob("engine/stepladder_engine/templates/*/*/*.ladder"))
    )
]
of_models = settings(
    max_examples=max(settings().max_examples // 5, 10),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
Path_ = tuple[Any, ...]


def read(text: str) -> m.Spec:
    """Give the model of a text without mistakes."""
    compiled = compile_text(Source("printed.ladder", text), lint=False)
    assert not compiled.errors, text
    assert compiled.spec
    return compiled.spec


@of_models
@given(st.data())
def test_property_a_spec_is_the_same_as_itself_in_every_language(
    made_models: ModuleType, data: st.DataObject
) -> None:
    model = data.draw(made_models.specs())
    for language in LANGUAGES:
        assert compare(model, read(print_spec(model, language))).changes == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_shipped_spec_is_the_same_laid_out_and_translated(file: Path, language: str) -> None:
    source = Source(str(file), file.read_text(encoding="utf-8"))
    formatted = format_text(source, language).text
    assert formatted is not None
    old, new = read(source.text), read(formatted)
    assert compare(old, new).changes == ()
    assert compare(new, old).changes == ()


@of_models
@given(st.data())
def test_property_every_name_of_a_model_is_known_where_it_stands(
    made_models: ModuleType, data: st.DataObject
) -> None:
    """Under other names it is read as it is printed, and called as before it is what it was."""
    model = data.draw(made_models.specs())
    names = {key: f"n_{key[-1]}" for key in declared_keys(model)}
    other = renamed(model, names)
    assert replace(read(print_spec(other)), language=model.language) == other
    back = {new_key(key, names): key[-1] for key in names}
    assert renamed(other, back) == model


def new_key(key: Key, names: Mapping[Key, str]) -> Key:
    outside = {"field": "record", "event_field": "event", "output": "decision"}
    if len(key) == 2:
        return (key[0], names[key])
    return (key[0], names[outside.get(key[0], "process"), key[1]], names[key])


@of_models
@given(st.data())
def test_property_what_is_renamed_is_never_taken_for_something_else(
    made_models: ModuleType, data: st.DataObject
) -> None:
    """Everything has another name: what is recognised is recognised rightly, and nothing else changed."""
    model = data.draw(made_models.specs())
    keys = list(declared_keys(model))
    chosen = data.draw(st.sets(st.sampled_from(keys), max_size=3))
    names = {key: f"n_{key[-1]}" for key in chosen}
    found = find_renames(model, renamed(model, names))
    # Two things that are alike in everything cannot be told apart, and are not.
    assert all(names.get(key) == name for key, name in found.items())
    if found == names:
        assert all(change.renamed for change in compare(model, renamed(model, names)).changes)


# every field of every record

DERIVED = {
    ("Stage", "owner"): "own_owner, and the owners around it",
    ("Stage", "transitions"): "own_transitions, and those around it",
}


def pieces(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Yield every record inside a value, with the way to it."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from pieces(part, (*path, ("key", key)))
    elif isinstance(value, tuple):
        for position, part in enumerate(value):
            yield from pieces(part, (*path, ("item", position)))
    elif is_dataclass(value) and not isinstance(value, Span):
        yield path, value
        for part in compared(type(value)):
            yield from pieces(getattr(value, part), (*path, ("part", part)))


def with_piece(value: Any, path: Path_, new: Any) -> Any:
    """Give the value with another piece at the end of the way."""
    if not path:
        return new
    (kind, name), *rest = path
    if kind == "key":
        return {
            key: with_piece(part, tuple(rest), new) if key == name else part for key, part in value.items()
        }
    if kind == "item":
        return (*value[:name], with_piece(value[name], tuple(rest), new), *value[name + 1 :])
    return replace(value, **{name: with_piece(getattr(value, name), tuple(rest), new)})


def record_classes() -> Iterator[type]:
    for module in (m, e, t):
        for kind in vars(module).values():
            if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__:
                yield kind


NOT_IN_SPECS = {e.ColumnField, t.ColumnType, m.Declared}
"""Columns stand in mappings only."""


def all_fields() -> set[tuple[str, str]]:
    kinds = set(record_classes()) - NOT_IN_SPECS
    return (
        {(kind.__name__, part) for kind in kinds for part in compared(kind)} - WITHOUT_MEANING - set(DERIVED)
    )


def of_the_page() -> m.Spec:
    """Give the model of the language's reference, which shows every construct."""
    page = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    return read("".join(re.findall(r"^```ladder\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)))


def mutants(model: m.Spec, wanted: set[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], m.Spec]]:
    """Yield the model with one field of one record changed: to the value of another record of the class."""
    found = list(pieces(model))
    known: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for _, piece in found:
        for part in compared(type(piece)):
            known[type(piece).__name__, part].append(getattr(piece, part))
    attempts: Counter[tuple[str, str]] = Counter()
    for path, piece in found:
        for part in compared(type(piece)):
            field = (type(piece).__name__, part)
            now = words(getattr(piece, part))
            if field in wanted and attempts[field] < MOST_ATTEMPTS:
                others = [
                    value for value in (*known[field], *plain(getattr(piece, part))) if words(value) != now
                ]
                for other in others[:1]:
                    attempts[field] += 1
                    yield field, with_piece(model, path, replace(piece, **{part: other}))


def plain(value: Any) -> list[Any]:
    """Give another value for one that no other record has: nothing, or its contrary."""
    match value:
        case Mapping():
            return [{}]
        case tuple():
            return [()]
        case m.Case(record=record, key=key):
            return [m.Case(record, f"{key}2")]
        case bool():
            return [not value]
        case str():
            return [f"{value}2"]
        case int():
            return [value + 1]
        case _:
            return [None]


MOST_ATTEMPTS = 4
"""How often a field is tried in one model: not every value fits everywhere."""


def try_fields(model: m.Spec, left: set[tuple[str, str]], silent: dict[tuple[str, str], m.Spec]) -> None:
    """Take from what is left what gives a change in this model; note what gives none."""
    for field, mutant in mutants(model, left):
        if field in left:
            try:
                is_told = told(model, mutant)
            except (KeyError, StopIteration, TypeError, AttributeError, ValueError):
                # A name or value that has no sense at this place is no change that a text can make.
                continue
            left.remove(field)
            if not is_told:
                silent[field] = mutant


def test_every_field_of_every_record_gives_a_change_when_it_changes(
    made_models: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new field of the model has to be told of before this passes again."""
    # The solver only says in which direction a condition changed.
    monkeypatch.setattr(solve, "works", lambda: False)
    left = all_fields()
    silent: dict[tuple[str, str], m.Spec] = {}
    try_fields(of_the_page(), left, silent)
    for number in range(20):

        @seed(number)
        @settings(
            max_examples=10, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        @given(made_models.specs())
        def look(model: m.Spec) -> None:
            try_fields(model, left, silent)

        if left:
            look()
    assert silent == {}
    assert left == set()


def told(old: m.Spec, new: m.Spec) -> bool:
    """Say whether there is a change, and more is said of it than that the texts differ."""
    difference = compare(old, new)
    unnamed = {change.part for change in difference.changes if f"part.{change.part}" not in table("en")}
    assert not unnamed
    assert document(difference, Sentences(old, new, "en"), ("old", "new"))["changes"]
    return any(change.part != "spec" for change in difference.changes)


def test_the_fields_that_only_repeat_others_are_fields() -> None:
    for kind, part in DERIVED:
        assert part in {field.name for field in fields(getattr(m, kind))}


@of_models
@given(st.data())
def test_property_two_models_are_told_apart_in_every_language(
    made_models: ModuleType, data: st.DataObject
) -> None:
    """Whatever came and went can be written, and stands in the document once."""
    old, new = data.draw(made_models.specs()), data.draw(made_models.specs())
    difference = compare(old, new)
    for language in LANGUAGES:
        found = document(difference, Sentences(old, new, language), ("old", "new"))
        assert len(found["changes"]) == len(difference.changes)
        assert found["changes"] or words(replace(old, language=new.language)) == words(new)
