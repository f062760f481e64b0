"""Reads Markdown suites: a heading is a case, the prose its reason, a `ladder` block its text.

A `findings` block holds what the text gives, one finding a line, as `line:column CODE sentence`; a
`message` block holds instead the whole answer of `check`, rules included, as a person reads it in the
text's own language; without either it gives nothing. A block `ladder below` is put behind the text of
every later case of the file: declarations may stand in any order, so that a case need only show what
it is about.

`STEPLADDER_ACCEPT=1 pytest tests/language/mistakes` writes the answers into the `message` blocks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.diagnostics.render_text import render_text
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source

_PART = re.compile(
    r"^#{2,} (?P<title>[^\n]+)$|^```(?P<kind>ladder below|ladder|findings|message)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)

_MESSAGE = re.compile(r"^```message\n.*?^```$", re.MULTILINE | re.DOTALL)


class WrongSuiteError(Exception):
    """A suite that would pass by showing nothing."""


@dataclass
class Case:
    """One case of a suite; `path` is the file as which its text is read, beside those that it includes."""

    title: str
    below: str
    text: str | None = None
    findings: str = ""
    message: str | None = None
    path: Path | None = None


def read_cases(text: str) -> list[Case]:
    """Give the cases of a suite; raises `WrongSuiteError` where one shows nothing."""
    cases: list[Case] = []
    below = ""
    for part in _PART.finditer(text):
        if part["title"] is not None:
            cases.append(Case(part["title"], below))
        elif part["kind"] == "ladder below":
            below = part["text"]
        elif not cases or (part["kind"] != "ladder" and cases[-1].text is None):
            raise WrongSuiteError(f"a block before its heading or text: {part['text'][:40]!r}")
        elif part["kind"] == "findings":
            cases[-1].findings = part["text"]
        elif part["kind"] == "message":
            cases[-1].message = part["text"]
        else:
            cases[-1].text = part["text"]
    without = [case.title for case in cases if case.text is None]
    if without or not cases:
        raise WrongSuiteError(f"without a text: {without}" if cases else "a suite without a case")
    return cases


def found_in(case: Case, *, lint: bool, settings: LintSettings | None = None) -> str:
    """Give the findings of a case, written as in a suite."""
    name = case.path.name if case.path else "suite.ladder"
    compiled = compile_text(
        Source(name, f"{case.text}{case.below}"), lint=lint, path=case.path, settings=settings
    )
    if case.message is not None:
        return render_text(compiled.diagnostics, compiled.sources, compiled.language).rstrip("\n") + "\n"
    return "".join(
        f"{finding.span.line}:{finding.span.column} {finding.code} {message(finding)}\n"
        for finding in compiled.diagnostics
    )


def write_message(path: Path, title: str, message: str) -> None:
    """Put a case's answer into its suite; whoever accepts it reads it in the difference to before."""
    before, heading, behind = path.read_text(encoding="utf-8").partition(f"\n## {title}\n")
    accepted = _MESSAGE.sub(lambda _: f"```message\n{message}```", behind, count=1)
    path.write_text(f"{before}{heading}{accepted}", encoding="utf-8")


class SuiteFile(pytest.File):
    """A Markdown file of cases."""

    lint = False

    def settings(self) -> LintSettings | None:
        """Which rules run on the file's cases (None: those that are on by default)."""
        return None

    def collect(self) -> Iterator[SuiteItem]:
        """Give the cases as tests."""
        for case in read_cases(self.path.read_text(encoding="utf-8")):
            item = SuiteItem.from_parent(self, name=case.title)
            item.case = case
            item.lint = self.lint
            item.settings = self.settings()
            yield item


class SuiteItem(pytest.Item):
    """One case as a test."""

    case: Case
    lint: bool
    settings: LintSettings | None

    @property
    def found(self) -> str:
        """What the text gives."""
        return found_in(self.case, lint=self.lint or self.case.message is not None, settings=self.settings)

    @property
    def expected(self) -> str:
        """What the suite says it gives."""
        return self.case.findings if self.case.message is None else self.case.message

    def runtest(self) -> None:
        """Compare what is found with what the suite says."""
        if os.environ.get("STEPLADDER_ACCEPT") and self.case.message is not None:
            # Two workers that write into one file would lose what the other has written.
            assert "PYTEST_XDIST_WORKER" not in os.environ, "accept answers without -n"
            write_message(self.path, self.case.title, self.found)
        else:
            assert self.found == self.expected

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> str:
        """Show both lists."""
        if isinstance(excinfo.value, AssertionError):
            return f"{self.path}: {self.name}\nexpected:\n{self.expected}found:\n{self.found}"
        return str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the test by its heading."""
        return self.path, None, self.name
