# ruff: noqa: INP001 - a script
"""Writes the phone shop in the other languages, spec and mapping: `python translate.py`.

What stands in `phone_sale.ladder` and `mapping.yaml` is translated by the glossary
`names.csv`. The layout stays, so that the files can be laid beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_dsl.syntax.glossary import Glossary, read_glossary

FOLDER = Path(__file__).resolve().parent
LANGUAGES = ("ru", "bg", "fa")


def make() -> dict[str, str]:
    """Give every file by its name."""
    glossary, problems = read_glossary(read("names.csv"))
    if glossary is None:
        raise SystemExit("\n".join(f"{problem.span}: {message(problem)}" for problem in problems))
    made = {}
    for language in LANGUAGES:
        made[f"phone_sale.{language}.ladder"] = spec(glossary, language)
        made[f"mapping.{language}.yaml"] = mapping(read("mapping.yaml").text, glossary, language)
    return made


def read(name: str) -> Source:
    """Read a file of this folder."""
    return Source(name, (FOLDER / name).read_text(encoding="utf-8"))


def spec(glossary: Glossary, language: str) -> str:
    """Translate the spec."""
    found = format_text(read("phone_sale.ladder"), language, glossary)
    if found.text is None or found.missing:
        reasons = [f"{problem.span}: {message(problem)}" for problem in found.diagnostics]
        raise SystemExit("\n".join([*reasons, *(f"names.csv lacks {name}" for name in found.missing)]))
    return found.text


def mapping(text: str, glossary: Glossary, language: str) -> str:
    """Translate the mapping: what it names in the spec, its conditions and its comments."""
    english = {row: cell for row, _, cell in glossary.cells("en")}
    words = {english[row]: cell for row, _, cell in glossary.cells(language) if row in english}
    lines = [f"# {words[line[2:]]}" if line.startswith("# ") else line for line in text.split("\n")]
    text = "\n".join(lines)
    for node, is_condition in reversed(list(of_the_spec(yaml.compose(text, Loader=yaml.SafeLoader)))):
        instead = condition(node.value, language) if is_condition else words[node.value]
        text = text[: node.start_mark.index] + instead + text[node.end_mark.index :]
    return text


def of_the_spec(tree: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the pieces that name something of the spec, in their order, and whether it is a condition."""
    for _, kinds in tree.value:
        for name, body in kinds.value:
            yield name, False
            for part, value in body.value:
                if part.value == "where":
                    yield value, True
                elif part.value == "fields":
                    for field, source in value.value:
                        yield field, False
                        yield from ((choice, False) for choice in values_of(source))


def values_of(source: Any) -> list[Any]:
    """Give the values of the spec into which a column's values are translated."""
    parts = {part.value: value for part, value in source.value} if isinstance(source.value, list) else {}
    return [value for _, value in parts["values"].value] if "values" in parts else []


def condition(text: str, language: str) -> str:
    """Translate the keywords of a condition; the names of columns stay."""
    beginning = "let x for y = "
    found = format_text(Source("condition", beginning + text), language)
    if found.text is None:
        raise SystemExit(f"mapping.yaml: `{text}` cannot be translated")
    return found.text.rstrip("\n").split(" = ", maxsplit=1)[1]


if __name__ == "__main__":
    for name, content in make().items():
        (FOLDER / name).write_text(content, encoding="utf-8", newline="\n")
