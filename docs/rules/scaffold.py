"""Begins a new rule: `python3 make.py rule FAMILY NAME`.

Takes the next free code of the family and writes the module, a page in every language and two cases of
the family's suite. What is left to write is marked `WRITE ME`; the tests refuse a rule while a mark stands.
"""
# ruff: noqa: INP001, T201 - a script, no package; it prints

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "WRITE ME"
FAMILIES = {
    "ownership": "SL2",
    "flow": "SL3",
    "leaks": "SL4",
    "guards": "SL5",
    "tables": "SL5",
    "timing": "SL6",
    "offers": "SL7",
    "style": "SL8",
}
_RULES = Path("dsl") / "stepladder_dsl" / "lint"
_SUITES = Path("tests") / "lint"
_MODEL = "ownership/unanswered_follow_up"
"""The rule whose pages show the parts of a page and a small complete spec in each language."""
_CODE_OF_RULE = re.compile(r"Rule\(\s*\"(SL\d{3})\"")
_BLOCK = re.compile(r"^```ladder\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PART = re.compile(r"^\*\*(.+?)\*\*", re.MULTILINE)

_MODULE = '''\
"""{mark}: what is wrong, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    # {mark}: what is found. This one finds every role, so that the examples can be tried at once.
    for role in context.spec.roles.values():
        yield Diagnostic("{code}", role.span, {{"name": role.name}})


RULE = Rule("{code}", "{name}", Severity.WARNING, _check)
'''

_PAGE = """\
message: {mark} `{{name}}`
hint: {mark}
{related}---
# {code} {name}

{mark}: what the finding says.

**{why}** {mark}: the money, clients or people that it costs.

**{wrong}**

```ladder
{spec}```

**{right}**

```ladder
{spec}```

**{fix}** {mark}: what to do, and where another rule is the one to read.
"""

_CASES = """
## {mark}: what {code} finds

```ladder
{spec}```

```findings
{mark} {code}
```

## {mark}: what is near to it and is fine

```ladder
{spec}```
"""


class CannotBeginError(Exception):
    """A reason why no rule was begun, for the person at the keyboard."""


@dataclass(frozen=True)
class Begun:
    """A new rule: its code, and the files that were written."""

    code: str
    files: tuple[Path, ...]


def begin(root: Path, family: str, name: str) -> Begun:
    """Write the files of a new rule. Raises `CannotBeginError` where nothing was written."""
    stem = name.strip().lower().replace("-", "_")
    prefix = _prefix(root, family)
    if not re.fullmatch(r"[a-z]+(_[a-z]+)+", stem):
        raise CannotBeginError(f"`{name}` is no name of a rule; write a few words, as in `forgotten-client`")
    if taken := sorted((root / _RULES).glob(f"*/{stem}.py")):
        raise CannotBeginError(f"there is a rule of that name already: {taken[0].relative_to(root)}")
    code = _next_code(root, prefix)
    folder = root / _RULES / family
    texts = {folder / f"{stem}.py": _MODULE.format(mark=MARK, code=code, name=stem.replace("_", "-"))}
    texts |= _pages(root, folder / stem, code)
    texts |= _suite(root, family, code)
    if not (folder / "__init__.py").exists():
        texts |= {folder / "__init__.py": f'"""{MARK}: what the rules of this family speak of."""\n'}
    folder.mkdir(exist_ok=True)
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
    return Begun(code, tuple(texts))


def _prefix(root: Path, family: str) -> str:
    """Give the beginning of a family's codes: that of its rules, or the one that is kept for it."""
    own = _codes(sorted((root / _RULES / family).glob("*.py")))
    if own:
        return min(own)[:3]
    if family not in FAMILIES:
        raise CannotBeginError(f"there is no family `{family}`; there are {', '.join(_families(root))}")
    return FAMILIES[family]


def _families(root: Path) -> list[str]:
    folders = {file.parent.name for file in (root / _RULES).glob("*/__init__.py")}
    return sorted(folders | FAMILIES.keys())


def _codes(modules: Sequence[Path]) -> set[str]:
    return {code for module in modules for code in _CODE_OF_RULE.findall(module.read_text(encoding="utf-8"))}


def _next_code(root: Path, prefix: str) -> str:
    """Give the number behind the last one: a gap may be a code that was given up."""
    known = _codes(sorted((root / _RULES).glob("*/*.py")))
    known |= {page.stem for page in (root / "docs" / "rules").glob("SL*.md")}
    last = max((int(code[3:]) for code in known if code.startswith(prefix)), default=0)
    if last >= 99:
        raise CannotBeginError(f"all codes behind {prefix}99 are taken")
    return f"{prefix}{last + 1:02}"


def _pages(root: Path, page: Path, code: str) -> dict[Path, str]:
    """Give a page for each language in which the model rule has one, with that page's titles and spec."""
    pages = {}
    model = root / _RULES / _MODEL
    for file in sorted(model.parent.glob(f"{model.name}.*.md")):
        text = file.read_text(encoding="utf-8")
        why, wrong, right, fix = _PART.findall(text)
        titles = {"why": why, "wrong": wrong, "right": right, "fix": fix}
        spec = _BLOCK.findall(text)[1]
        name = page.name.replace("_", "-")
        # The English page names the codes that are close, for all languages.
        titles["related"] = f"related: {MARK}\n" if file.name.endswith(".en.md") else ""
        filled = _PAGE.format(mark=MARK, code=code, name=name, spec=f"# {MARK}\n{spec}", **titles)
        pages[page.with_name(f"{page.name}{file.suffixes[-2]}.md")] = filled
    return pages


def _suite(root: Path, family: str, code: str) -> dict[Path, str]:
    """Give the family's suite with two more cases."""
    suite = root / _SUITES / f"{family}.md"
    before = suite.read_text(encoding="utf-8") if suite.exists() else f"# {family.title()}\n"
    english = (root / _RULES / f"{_MODEL}.en.md").read_text(encoding="utf-8")
    # Declarations that stand below every case of a suite must not be said twice.
    spec = f"# {MARK}\n" if "```ladder below" in before else f"# {MARK}\n{_BLOCK.findall(english)[1]}"
    return {suite: before.rstrip("\n") + "\n" + _CASES.format(mark=MARK, code=code, spec=spec)}


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Read the command line, begin the rule, and say what to write where."""
    parser = argparse.ArgumentParser(prog="make.py rule", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("family", metavar="FAMILY", help=", ".join(_families(root)))
    parser.add_argument("name", metavar="NAME", help="its readable name, such as `forgotten-client`")
    options = parser.parse_args(arguments)
    try:
        begun = begin(root, options.family, options.name)
    except CannotBeginError as reason:
        print(reason, file=sys.stderr)
        return 2
    print(f"{begun.code} begins in:")
    for file in begun.files:
        print(f"  {file.relative_to(root).as_posix()}")
    print(f"Write what is marked `{MARK}`, then: python docs/rules/generate.py; pytest tests/lint")
    return 0


if __name__ == "__main__":
    sys.exit(main())
