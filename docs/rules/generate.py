"""Writes the pages of this folder from the pages beside the rules: `python docs/rules/generate.py`."""
# ruff: noqa: INP001 - a script, no package

from __future__ import annotations

import re
from pathlib import Path

import stepladder_engine.data.codes  # noqa: F401 - makes the data codes known
from stepladder_dsl.diagnostics.catalogue import page, related, words
from stepladder_dsl.diagnostics.codes import Code, all_codes
from stepladder_dsl.lint.registry import register_all

FOLDER = Path(__file__).resolve().parent
_LONGEST_SUMMARY = 140
_FAMILIES = {
    "SL0": "The form of the text",
    "SL1": "Names, types and values",
    "SL2": "Who answers for it",
    "SL3": "The ways of a process",
    "SL4": "Who gets forgotten",
    "SL5": "Conditions and tables",
    "SL6": "Time",
    "SL7": "Offers and money",
    "SL8": "Style, names, and what is never used",
    "SD00": "The mapping",
    "SD01": "The mapping's options and formulas",
    "SD02": "Whole data files",
    "SD03": "Databases",
    "SD04": "Rows of data: form and cells",
    "SD05": "Rows of data: keys and formulas",
    "SD06": "Results",
    "SD07": "What a command was asked",
    "SD09": "Notes, and drawings",
    "SD10": "What documents and reports were asked",
}
_TABLE_HEAD = ("| code | name | | what it says |", "| --- | --- | --- | --- |")
_INTRODUCTION = """\
# What the checks say

Every finding about a spec (SL…) and about data (SD…) has a code, which never changes its meaning. The page
of a code says what it means, why it matters to the business, and shows it wrong and right; `stepladder
explain SL101` prints the same. An error stops `stepladder run`; a warning does not.

This folder is written by `docs/rules/generate.py` from the pages beside the rules; change those.
"""


def pages() -> dict[str, str]:
    """Give every file of this folder by its name."""
    register_all()
    codes = all_codes()
    return {"README.md": _index(codes)} | {f"{code.code}.md": _page(code) for code in codes}


def _page(code: Code) -> str:
    text = page(code, "en").text
    heading, _, rest = text.partition("\n")
    close = ", ".join(f"[{other.code}]({other.code}.md) {other.name}" for other in related(code))
    rest += f"\n**{words('en')['related']}** {close}\n" if close else ""
    return f"{heading}\n\n*{code.severity.value}* · [all codes](README.md)\n{rest}"


def _index(codes: list[Code]) -> str:
    parts = [_INTRODUCTION]
    for beginning, title in _FAMILIES.items():
        rows = [_row(code) for code in codes if code.code.startswith(beginning)]
        if rows:
            parts.append("\n".join([f"## {title}\n", *_TABLE_HEAD, *rows, ""]))
    return "\n".join(parts)


def _row(code: Code) -> str:
    return f"| [{code.code}]({code.code}.md) | {code.name} | {code.severity.value} | {_summary(code)} |"


def _summary(code: Code) -> str:
    """Give the beginning of the explanation: the first paragraph, or of a long one the first sentence."""
    paragraph = page(code, "en").text.split("\n\n")[1].replace("\n", " ")
    return paragraph if len(paragraph) <= _LONGEST_SUMMARY else re.split(r"(?<=\.) (?=[A-Z])", paragraph)[0]


def main() -> None:
    """Write the folder, and remove pages of codes that exist no longer."""
    written = pages()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for old in FOLDER.glob("*.md"):
        if old.name not in written:
            old.unlink()


if __name__ == "__main__":
    main()
