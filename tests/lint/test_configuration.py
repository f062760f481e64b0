"""`stepladder.toml` is understood, and what is not is told with its place."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.diagnostics.diagnostic import Severity
from stepladder_dsl.lint.configuration import Configuration, read_configuration
from stepladder_dsl.lint.registry import discover
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source

RULES = {rule.code: rule for rule in discover()}
WHOLE = """\
[lint]
select = ["SL2", "SL3"]
ignore = ["dead-end"]
extend = ["SL801"]
baseline = "known.json"

[lint.severity]
SL201 = "warning"
dead-end = "info"

[[lint.paths]]
glob = "drafts/**"
ignore = ["SL2"]

[[lint.paths]]
glob = "drafts/new/*.ladder"
extend = ["missing-owner"]
"""


def read(text: str) -> Configuration:
    found, findings = read_configuration(Source("stepladder.toml", text))
    assert findings == []
    return found


def told(text: str) -> list[tuple[int, int, str, str | None]]:
    _, findings = read_configuration(Source("stepladder.toml", text))
    assert {finding.code for finding in findings} <= {"SL132"}
    return [
        (finding.span.line, finding.span.column, message(finding), finding.suggestion) for finding in findings
    ]


def running(settings: LintSettings, *codes: str) -> list[str]:
    return [code for code in codes if settings.wants(RULES[code])]


def test_a_whole_file_is_understood(root: Path) -> None:
    found = read(WHOLE)
    assert found.baseline == "known.json"
    assert found.settings == LintSettings(
        ("SL2", "SL3"),
        ("dead-end",),
        ("SL801",),
        (("SL201", Severity.WARNING), ("SL302", Severity.INFO)),
    )
    schema: Any = json.loads((root / "schemas" / "configuration.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(WHOLE), schema)


def test_an_empty_file_changes_nothing() -> None:
    assert read("") == read("[lint]\n") == Configuration()


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("shop.ladder", ["SL201", "SL202", "SL301", "SL801"]),
        ("drafts/shop.ladder", ["SL301", "SL801"]),
        ("drafts/new/shop.ladder", ["SL201", "SL301", "SL801"]),
        ("drafts/new/deep/shop.ladder", ["SL301", "SL801"]),
        ("other/drafts/shop.ladder", ["SL201", "SL202", "SL301", "SL801"]),
    ],
)
def test_the_last_pattern_that_fits_a_path_decides_first(path: str, found: list[str]) -> None:
    settings = read(WHOLE).settings_for(path)
    assert running(settings, "SL201", "SL202", "SL301", "SL302", "SL801", "SL802") == found


def test_the_command_line_goes_before_the_file() -> None:
    behind = read(WHOLE).settings
    asked = LintSettings(extend=("SL302",), ignore=("SL201",), behind=behind)
    assert running(asked, "SL201", "SL202", "SL302", "SL802") == ["SL202", "SL302"]
    only = LintSettings(select=("SL302", "SL802"), behind=behind)
    assert running(only, "SL201", "SL302", "SL802") == ["SL302", "SL802"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[lnt]\n", (1, 2, "there is no setting `lnt` here", "lint")),
        ('[lint]\n\nselct = ["SL2"]\n', (3, 1, "there is no setting `selct` here", "select")),
        ('[lint]\nselect = "SL2"\n', (2, 1, "`select` takes a list", None)),
        ("[lint]\nbaseline = 3\n", (2, 1, "`baseline` takes a text", None)),
        ("lint = 3\n", (1, 1, "`lint` takes keys with values", None)),
        (
            "[lint]\nignore = [3]\n",
            (2, 1, "`ignore` takes a list of texts, and something else stands in it", None),
        ),
        (
            '[lint]\nextend = [\n  "SL2",\n  "ded-end",\n]\n',
            (
                4,
                4,
                "there is no code or name of a finding that is or begins with `ded-end`",
                "dead-end",
            ),
        ),
        (
            '[lint]\n[lint.severity]\nSL201 = "warnin"\n',
            (3, 1, "`warnin` is no severity", "warning"),
        ),
        ("[lint.severity]\nSL201 = 3\n", (2, 1, "`3` is no severity", None)),
        ("[lint.severity]\nSL201 = [3]\n", (2, 1, "`[3]` is no severity", None)),
        (
            '[lint.severity]\nSL2 = "info"\n',
            (2, 1, "`SL2` stands for several findings, and a severity is set for one", None),
        ),
        (
            '[lint.severity]\nSL101 = "info"\n',
            (2, 1, "`SL101` is an error of the language and stays one", None),
        ),
        (
            '[[lint.paths]]\nglob = "a"\n[[lint.paths]]\nignore = ["SL2"]\n',
            (3, 1, "these settings do not say for which specs they are", None),
        ),
        (
            '[[lint.paths]]\nglob = "a"\n[[lint.paths]]\nglob = "b"\nselect = ["SL2", "SLX"]\n',
            (5, 19, "there is no code or name of a finding that is or begins with `SLX`", None),
        ),
        ("[lint]\npaths = [3]\n", (2, 1, "`paths` takes keys with values", None)),
        ("[lint\n", (1, 6, "this is no TOML: Expected ']' at the end of a table declaration", None)),
        ('lint.selct = ["SL2"]\n', (1, 6, "there is no setting `selct` here", "select")),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(
    text: str, found: tuple[int, int, str, str | None]
) -> None:
    assert told(text) == [found]


def test_a_warning_of_the_language_can_be_made_an_error() -> None:
    assert read('[lint.severity]\nSL122 = "error"\n').settings.severity == (("SL122", Severity.ERROR),)


@pytest.mark.parametrize(
    ("settings", "runs"),
    [
        ("", False),
        ('[lint.severity]\nSL806 = "warning"\n', True),
        ('[lint.severity]\nuntested-stage = "error"\n', True),
        ('[lint]\nignore = ["SL8"]\n[lint.severity]\nSL806 = "warning"\n', False),
        ('[lint]\nselect = ["SL2"]\n[lint.severity]\nSL806 = "warning"\n', False),
        ('[lint.severity]\nSL803 = "warning"\n', False),
    ],
)
def test_who_says_how_bad_a_finding_is_wants_to_see_it(settings: str, runs: bool) -> None:
    """`untested-stage` is off by default."""
    assert read(settings).settings.wants(RULES["SL806"]) is runs


def test_what_the_command_line_selects_goes_before_a_severity_of_the_file() -> None:
    file = read('[lint.severity]\nSL806 = "warning"\n').settings
    assert not LintSettings(select=("SL2",), behind=file).wants(RULES["SL806"])
    assert LintSettings(extend=("SL2",), behind=file).wants(RULES["SL806"])


def test_what_the_schema_refuses_is_told(root: Path) -> None:
    schema: Any = json.loads((root / "schemas" / "configuration.schema.json").read_text(encoding="utf-8"))
    for text in (
        "[lnt]\n",
        "[lint]\nselect = 3\n",
        "[lint]\nignore = [3]\n",
        "[[lint.paths]]\n",
        '[lint.severity]\nSL201 = "x"\n',
    ):
        assert told(text)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(text), schema)
