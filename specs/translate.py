# ruff: noqa: INP001 - a script
"""Writes specs and their mappings in other languages: `python specs/translate.py [NAME...]`.

What stands in `NAME/NAME.ladder` and `NAME/mapping.yaml` is translated by the glossary
`NAME/names.csv` into every language that it has. The layout stays, so that the files can
be laid beside each other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_dsl.syntax.glossary import Glossary, read_glossary
from stepladder_dsl.syntax.parse import parse

SPECS = Path(__file__).resolve().parent


def make(folder: Path) -> dict[str, str]:
    """Give every file of a spec's folder that is a translation, by its name."""
    glossary, problems = read_glossary(read(folder, "names.csv"))
    if glossary is None:
        raise SystemExit("\n".join(f"{problem.span}: {message(problem)}" for problem in problems))
    original = read(folder, f"{folder.name}.ladder")
    language = parse(original).language
    made = {}
    for other in glossary.languages:
        if other != language:
            made[f"{folder.name}.{other}.ladder"] = spec(original, glossary, other)
            text = mapping(read(folder, "mapping.yaml").text, glossary, (language, other))
            made[f"mapping.{other}.yaml"] = text
    return made


def read(folder: Path, name: str) -> Source:
    """Read a file of a folder."""
    return Source(name, (folder / name).read_text(encoding="utf-8"))


def spec(original: Source, glossary: Glossary, language: str) -> str:
    """Translate the spec."""
    found = format_text(original, language, glossary)
    if found.text is None or found.missing:
        reasons = [f"{problem.span}: {message(problem)}" for problem in found.diagnostics]
        raise SystemExit("\n".join([*reasons, *(f"names.csv lacks {name}" for name in found.missing)]))
    return found.text


def mapping(text: str, glossary: Glossary, languages: tuple[str, str]) -> str:
    """Translate the mapping: what it names in the spec, its conditions and its comments."""
    ours = {row: cell for row, _, cell in glossary.cells(languages[0])}
    words = {ours[row]: cell for row, _, cell in glossary.cells(languages[1]) if row in ours}
    lines = [f"# {words[line[2:]]}" if line.startswith("# ") else line for line in text.split("\n")]
    text = "\n".join(lines)
    for node, is_condition in reversed(list(of_the_spec(yaml.compose(text, Loader=yaml.SafeLoader)))):
        instead = condition(node.value, languages) if is_condition else words[node.value]
        text = text[: node.start_mark.index] + instead + text[node.end_mark.index :]
    return text


def of_the_spec(tree: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the pieces that name something of the spec, in their order, and whether it is a condition."""
    for _, kinds in (part for part in tree.value if part[0].value in {"records", "events"}):
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


def condition(text: str, languages: tuple[str, str]) -> str:
    """Translate the keywords of a condition; the names of columns stay."""
    ours = load_dialect(languages[0]).spellings
    line = f"language {languages[0]}\n\n{ours['LET'][0]} x {ours['FOR'][0]} y = {text}"
    found = format_text(Source("condition", line), languages[1])
    if found.text is None:
        raise SystemExit(f"mapping.yaml: `{text}` cannot be translated")
    return found.text.rstrip("\n").split(" = ", maxsplit=1)[1]


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(path.parent.name for path in SPECS.glob("*/names.csv")):
        for file, content in make(SPECS / name).items():
            (SPECS / name / file).write_text(content, encoding="utf-8", newline="\n")
