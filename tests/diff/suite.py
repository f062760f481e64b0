"""Reads Markdown suites of changes: a heading is a case, the prose its reason, the blocks the rest.

A case has a `ladder old` and a `ladder new` block, or one `ladder` block and a `new` block of lines
`old text => new text` that make the new spec from it, and a `changes` block: a line for each change, what
else is said of it on lines of its own below. Empty, it says that nothing changed. A block `ladder below`
is put behind both specs of every later case of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.diff.change import Difference
from stepladder_dsl.diff.compare import compare
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.comparison.document import place_text, plain_sentence
from stepladder_engine.comparison.render_text import in_tree_order
from stepladder_engine.comparison.sentences import Sentences

_PART = re.compile(
    r"^#{2,} (?P<title>[^\n]+)$|^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


class WrongSuiteError(Exception):
    """A suite that would pass by showing nothing."""


@dataclass
class Case:
    """One case of a suite."""

    title: str
    below: str
    old: str = ""
    new: str = ""
    changes: str | None = None


def read_cases(text: str) -> list[Case]:
    """Give the cases of a suite; raises `WrongSuiteError` where one shows nothing."""
    cases: list[Case] = []
    below = ""
    for part in _PART.finditer(text):
        kind, block = part["kind"], part["text"]
        if part["title"] is not None:
            cases.append(Case(part["title"], below))
        elif kind == "ladder below":
            below = block
        elif kind in {"ladder", "ladder old"}:
            cases[-1].old = block
        elif kind == "ladder new":
            cases[-1].new = block
        elif kind == "new":
            cases[-1].new = edited(cases[-1], block)
        elif kind == "changes":
            cases[-1].changes = block
        else:
            raise WrongSuiteError(f"a block that nobody reads: {kind}")
    empty = [case.title for case in cases if case.changes is None or not (case.new or case.old)]
    if empty or not cases:
        raise WrongSuiteError(f"shows nothing: {empty}" if cases else "a suite without a case")
    return cases


def edited(case: Case, lines: str) -> str:
    """Make the new spec of a case from its old one, and from what is behind all of them."""
    text = case.old + case.below
    case.old, case.below = text, ""
    for line in lines.splitlines():
        before, _, after = f"{line} ".partition(" => ")
        before, after = before.replace(r"\n", "\n"), after.removesuffix(" ").replace(r"\n", "\n")
        if text.count(before) != 1:
            raise WrongSuiteError(
                f"{case.title}: `{before}` stands {text.count(before)} times in the old spec"
            )
        text = text.replace(before, after)
    return text


def read_spec(text: str) -> Spec:
    """Compile a spec that has no mistake."""
    compiled = compile_text(Source("suite.ladder", text), lint=False)
    assert not compiled.errors, [f"{error.span.line}: {message(error)}" for error in compiled.errors]
    assert compiled.spec
    return compiled.spec


SIGNS = {"added": "+", "removed": "-", "changed": "~", "same": "="}


def told(old: Spec, new: Spec, difference: Difference) -> Iterator[str]:
    """Give the lines of a `changes` block."""
    sentences = Sentences(old, new, new.language)
    for change in in_tree_order(difference.changes):
        place = place_text(change, sentences)
        where = f"{place}: " if place else ""
        yield f"{change.sign.value} {where}{plain_sentence(change, sentences)}"
        yield from (f"    {line}" for line in sentences.rest(change))


def found_in(case: Case) -> str:
    """Give what changed in a case."""
    old, new = read_spec(case.old + case.below), read_spec(case.new + case.below)
    return "".join(f"{line}\n" for line in told(old, new, compare(old, new)))


class SuiteFile(pytest.File):
    """A Markdown file of cases."""

    def collect(self) -> Iterator[SuiteItem]:
        """Give the cases as tests."""
        for case in read_cases(self.path.read_text(encoding="utf-8")):
            item = SuiteItem.from_parent(self, name=case.title)
            item.case = case
            yield item


class SuiteItem(pytest.Item):
    """One case as a test."""

    case: Case

    def runtest(self) -> None:
        """Compare what changed with what the suite says."""
        assert found_in(self.case) == self.case.changes

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: object) -> str:
        """Show both lists."""
        if isinstance(excinfo.value, AssertionError) and not str(excinfo.value).startswith("["):
            return f"{self.path}: {self.name}\nexpected:\n{self.case.changes}found:\n{found_in(self.case)}"
        return str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the test by its heading."""
        return self.path, None, self.name
