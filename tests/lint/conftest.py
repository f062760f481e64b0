from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from stepladder_dsl.diagnostics.codes import all_codes
from stepladder_dsl.lint.registry import register_all
from stepladder_dsl.lint.settings import LintSettings

_PATH = Path(__file__).parent.parent / "language" / "suite.py"
_FOUND = importlib.util.spec_from_file_location("lint_suite", _PATH)
assert _FOUND
assert _FOUND.loader
suite = importlib.util.module_from_spec(_FOUND)
sys.modules[_FOUND.name] = suite
_FOUND.loader.exec_module(suite)


class FamilySuite(suite.SuiteFile):  # type: ignore[misc, name-defined]
    """A suite named `FAMILY.md` or `FAMILY.WHAT.md`: only that family's rules run, also those off by default.

    A line `Rules: SL401, SL402` leaves the others of the family out.
    """

    lint = True

    def settings(self) -> LintSettings:
        """Give the rules of the family; a suite of any other name would show nothing.

        A rule with a suite of its own, `FAMILY.RULE.md`, runs only there: one that is off by default
        and finds something in every text would drown the others.
        """
        family, _, rule = self.path.stem.partition(".")
        names = {
            code.name: code.code for code in all_codes() if code.package == f"stepladder_dsl.lint.{family}"
        }
        alone = {path.stem.partition(".")[2] for path in self.path.parent.glob(f"{family}.*.md")}
        said = re.search(r"^Rules: (.+)$", self.path.read_text(encoding="utf-8"), re.MULTILINE)
        if said:
            codes = tuple(name for name, code in names.items() if code in said[1])
        else:
            codes = tuple(names.keys() & {rule} if rule else names.keys() - alone)
        assert codes, f"no family or rule is named {self.path.stem}"
        return LintSettings(select=codes)


register_all()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Read the suites of this folder: each is named after the family of rules that it is about."""
    if file_path.suffix != ".md":
        return None
    collector: pytest.Collector = FamilySuite.from_parent(parent, path=file_path)
    return collector
