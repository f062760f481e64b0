"""Checks the form of a mapping with its JSON Schema, and says in plain words what is wrong and where."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.kept import keep, look_up
from stepladder_engine.data.problems import finding, listed, shown
from stepladder_engine.data.yaml_tree import Path, Tree

_KINDS = {"object": "<yaml:keys>", "array": "<yaml:list>", "string": "<yaml:text>", "null": "<yaml:nothing>"}


@cache
def mapping_schema() -> dict[str, Any]:
    """Give the JSON Schema of the mapping."""
    folder = resources.files(__package__)
    text = folder.joinpath("schemas", "mapping.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def check_form(tree: Tree) -> list[Diagnostic]:
    """Give what is wrong with the form of the mapping, in the order of the text."""
    if look_up("mapping", mapping_schema(), tree.value) is not None:
        return []
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(mapping_schema())
    found: list[Diagnostic] = []
    for error in validator.iter_errors(tree.value):
        found.extend(_explain(error, tree))
    if not found:
        keep((), "mapping", mapping_schema(), tree.value)
    return sorted(set_of(found), key=lambda diagnostic: diagnostic.sort_key)


def set_of(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Give the findings without repetitions."""
    kept: list[Diagnostic] = []
    for diagnostic in found:
        if diagnostic not in kept:
            kept.append(diagnostic)
    return kept


def key_path(path: Path) -> str:
    """Give a path as a message shows it: `events.purchase.source[0]`.

    >>> key_path(("events", "purchase", "source", 0))
    'events.purchase.source[0]'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".") or "<yaml:mapping>"


def _explain(error: Any, tree: Tree) -> Iterator[Diagnostic]:
    """Turn an error of the schema validator into findings."""
    path: Path = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties":
            yield from _unknown_keys(error, path, tree)
        case "required":
            yield from _missing_keys(error, path, tree)
        case "type" | "minLength" | "minItems":
            yield _wrong_kind(error, path, tree)
        case "enum":
            yield _wrong_choice(error, path, tree)
        case _:
            yield finding(
                "SD006",
                tree.value_span(path),
                "pattern",
                path=key_path(path),
                value=shown(str(error.instance)),
            )


def _unknown_keys(error: Any, path: Path, tree: Tree) -> Iterator[Diagnostic]:
    known = error.schema.get("properties", {})
    for key in error.instance:
        if key not in known:
            yield finding(
                "SD004",
                tree.key_span((*path, key)),
                key=shown(key),
                path=key_path(path),
                known=listed(known),
                suggestion=nearest(key, known),
            )


def _missing_keys(error: Any, path: Path, tree: Tree) -> Iterator[Diagnostic]:
    for key in error.validator_value:
        if key not in error.instance:
            yield finding("SD005", tree.key_span(path), path=key_path(path), key=key)


def _wrong_kind(error: Any, path: Path, tree: Tree) -> Diagnostic:
    wanted = error.validator_value if error.validator == "type" else "string"
    names = [wanted] if isinstance(wanted, str) else wanted
    expected = [_KINDS[name] for name in names]
    return finding(
        "SD006", tree.value_span(path), path=key_path(path), expected=expected, found=_kind(error.instance)
    )


def _wrong_choice(error: Any, path: Path, tree: Tree) -> Diagnostic:
    choices = [str(choice) for choice in error.validator_value]
    value = error.instance
    if not isinstance(value, str):
        return finding(
            "SD006", tree.value_span(path), path=key_path(path), expected=_KINDS["string"], found=_kind(value)
        )
    return finding(
        "SD006",
        tree.value_span(path),
        "choice",
        path=key_path(path),
        value=shown(value),
        choices=listed(choices),
        suggestion=nearest(value, choices),
    )


def _kind(value: Any) -> str:
    match value:
        case None | "" | []:
            return _KINDS["null"]
        case dict():
            return _KINDS["object"]
        case list():
            return _KINDS["array"]
        case _:
            return _KINDS["string"]
