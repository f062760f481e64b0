from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stepladder_dsl.compile import compile_file, compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.diagnostics.codes import known_code
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.lint.registry import discover, register_all, run_rules
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source

TEXT = """\
spec shop
role seller
record client
event visit for client
process sale for client
    stage choosing
        limit 2 hours
        on visit go to thinking
    stage thinking
        owner seller
metric clients
    = count of client
"""


FORGOTTEN_OWNER = """\
spec shop
role seller
record client
event purchase for client
process sale for client
    owner seller
    stage choosing
        start
        on purchase go to bought
    stage bought
        end won
role manager
event visit for client
process care for client
    stage waiting
        on visit go to cared_for
    stage cared_for
        end
"""


def findings(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> list[Diagnostic]:
    source = Source("shop.ladder", TEXT)
    spec = compile_text(source, lint=False).spec
    assert spec
    return run_rules(spec, source, LintSettings(select, ignore))


def codes(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> list[str]:
    return [finding.code for finding in findings(select, ignore)]


def test_every_rule_runs_and_findings_come_in_the_order_of_the_text() -> None:
    assert codes() == ["SL201", "SL202", "SL302", "SL204"]


@pytest.mark.parametrize(
    ("select", "ignore", "found"),
    [
        (("SL202",), (), ["SL202"]),
        (("SL2",), (), ["SL201", "SL202", "SL204"]),
        (("dead-end", "sl201"), (), ["SL201", "SL302"]),
        ((), ("SL2",), ["SL302"]),
        (("SL2",), ("missing-owner",), ["SL202", "SL204"]),
        (("SL999",), (), []),
        (("",), (), ["SL201", "SL202", "SL302", "SL204"]),
    ],
)
def test_rules_are_chosen_by_code_by_its_beginning_or_by_name(
    select: tuple[str, ...], ignore: tuple[str, ...], found: list[str]
) -> None:
    assert codes(select, ignore) == found


def test_every_rule_has_its_own_code_and_name_and_its_page_beside_it(root: Path) -> None:
    rules = discover()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
    register_all()
    for rule in rules:
        code = known_code(rule.code)
        assert code
        assert (code.name, code.severity) == (rule.name, rule.severity)
        assert code.stem.replace("_", "-") == rule.name
        assert (root / "dsl" / Path(*code.package.split(".")) / f"{code.stem}.en.md").is_file()


def test_the_rules_need_no_slow_library() -> None:
    program = (
        "import sys; from stepladder_dsl.lint.registry import register_all; register_all();"
        "sys.exit(bool({'networkx', 'jsonschema', 'yaml', 'lark'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


_CHECK = (
    "import sys; from pathlib import Path; from stepladder_dsl.compile import compile_file;"
    "from stepladder_dsl.lint.settings import LintSettings;"
    "compile_file(Path(sys.argv[1]), settings=LintSettings(ignore=tuple(sys.argv[2:])));"
    "sys.exit('z3' in sys.modules)"
)
"""Checks a spec, and fails where that has loaded the solver."""


def loads_the_solver(spec: Path, *ignored: str) -> bool:
    return subprocess.run([sys.executable, "-c", _CHECK, str(spec), *ignored], check=False).returncode != 0


def test_simple_conditions_are_checked_without_loading_the_solver(root: Path) -> None:
    templates = sorted(root.glob("engine/stepladder_engine/templates/*/en/*.ladder"))
    assert len(templates) >= 3
    assert [spec.name for spec in templates if loads_the_solver(spec)] == []


def test_the_solver_is_loaded_where_conditions_ask_for_it_and_no_rule_about_them_is_ignored(
    root: Path,
) -> None:
    spec = root / "specs" / "phone_sale" / "phone_sale.ladder"
    assert loads_the_solver(spec)
    assert not loads_the_solver(spec, "SL5")


def test_the_specs_of_this_repository_give_no_finding(root: Path) -> None:
    specs = sorted((root / "specs").rglob("*.ladder"))
    assert specs
    found = [
        f"{finding.span} {finding.code} {message(finding)}"
        for spec in specs
        for finding in compile_file(spec, name=spec.name).diagnostics
    ]
    assert found == []


def test_what_an_error_brings_along_waits_until_it_is_mended() -> None:
    found = compile_text(Source("shop.ladder", FORGOTTEN_OWNER)).diagnostics
    assert "SL201" in {finding.code for finding in found}
    assert "SL801" not in {finding.code for finding in found}
