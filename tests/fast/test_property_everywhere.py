"""Businesses with all constructs of the language, run in every way there is: always the reference's answer.

A case is the history of one client under one random spec.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepladder_dsl.source import Source
from stepladder_dsl.syntax.parse import parse

pytestmark = pytest.mark.usefixtures("the_usual_cache")

HERE = Path(__file__).parent
CLIENTS = 40
NOT_IN_A_RUN = {
    *("LANGUAGE", "INCLUDE"),
    # Scenarios have runs of their own.
    *("SCENARIO", "GIVEN", "AT", "EXPECT", "FOR_CASE", "ALERT_TO", "NO_ALERT", "TASK", "NO_TASK", "NO_OFFER"),
    *("FORGOTTEN", "NOT_FORGOTTEN", "DEVIATION", "NO_DEVIATION", "PLANNED", "DUE", "OVERDUE", "DONE"),
    *("CANCELLED", "ESCALATED", "OPEN", "ACCEPTED", "DECLINED", "EXPIRED", "WITHDRAWN"),
}


@pytest.fixture(scope="session")
def business(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Specs at random."""
    return load_helper(HERE / "random_business.py")


@pytest.fixture(scope="session")
def logs(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Logs at random."""
    return load_helper(HERE / "random_log.py")


@pytest.fixture(scope="session")
def everywhere(load_helper: Callable[[Path], ModuleType]) -> Callable[..., list[str]]:
    """Every way to run a history."""
    ways, equal = (load_helper(HERE / f"{name}.py") for name in ("everywhere", "equal"))
    parts = load_helper(HERE.parent / "spark" / "test_property_parts.py")

    def differences(*given: Any) -> list[str]:
        found: list[str] = ways.differences(equal, parts, *given)
        return found

    return differences


def agree(
    business: ModuleType,
    logs: ModuleType,
    everywhere: Callable[..., list[str]],
    folder: Path,
    chances: tuple[Random, Random],
    clients: int,
) -> None:
    """Run many clients under one random spec; of some the records touch, and few only the reference runs."""
    of_spec, of_log = chances
    what = of_spec.random()
    text = business.text_of(of_spec, alone=what > 0.1, signals=0.1 < what < 0.5)
    dataset, moment = logs.log_of(of_log, clients)
    how = of_log.randrange(12), of_log.randrange(12)
    assert everywhere(folder, (business.spec_of(text), dataset, moment), how) == [], text


@pytest.mark.parametrize("number", range(3))
def test_some_businesses(
    business: ModuleType, logs: ModuleType, everywhere: Callable[..., list[str]], tmp_path: Path, number: int
) -> None:
    agree(business, logs, everywhere, tmp_path, (logs.chance(number), logs.chance(number)), 6)


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(4))
@settings(max_examples=650, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(of_spec=st.randoms(use_true_random=False), log=st.integers(0, 2**32))
def test_a_hundred_thousand_cases(
    business: ModuleType,
    logs: ModuleType,
    everywhere: Callable[..., list[str]],
    tmp_path: Path,
    part: int,
    of_spec: Random,
    log: int,
) -> None:
    """Four parts of 650 specs with 40 clients each: 104,000 cases."""
    del part
    agree(business, logs, everywhere, tmp_path, (of_spec, logs.chance(log)), CLIENTS)


@pytest.mark.nightly
def test_every_word_of_the_language_comes_up(business: ModuleType, logs: ModuleType, root: Path) -> None:
    words = json.loads((root / "dsl/stepladder_dsl/keywords/en.json").read_text("utf-8"))["keywords"]
    texts = [business.text_of(logs.chance(number), alone=number % 3 > 0) for number in range(100)]
    said = {token.type for text in texts for line in parse(Source("s", text)).lines for token in line.tokens}
    assert set(words) - said == NOT_IN_A_RUN


@pytest.mark.nightly
def test_dates_of_the_persian_calendar_come_up(business: ModuleType, logs: ModuleType) -> None:
    texts = (business.text_of(logs.chance(number), alone=True) for number in range(40))
    assert any("\u06f1\u06f4\u06f0\u06f5" in text for text in texts)


@pytest.mark.nightly
@pytest.mark.parametrize("compiler", ["cc", "none"])
def test_everything_here_holds_without_llvmlite(root: Path, compiler: str, tmp_path: Path) -> None:
    """All tests of this folder, in a process that has no llvmlite: with a compiler of C, and with none."""
    lines = ["import sys, pytest", "sys.modules['llvmlite'] = None"]
    if compiler == "none":
        lines.append("from stepladder_engine.machine_code import c_library")
        lines.append("c_library.compiler = lambda: None")
    lines.append("sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', sys.argv[1]]))")
    command = [sys.executable, "-c", "\n".join(lines), str(HERE)]
    variables = {
        **os.environ,
        "STEPLADDER_CACHE": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(root / "dsl"), str(root / "engine")]),
    }
    found = subprocess.run(command, cwd=root, env=variables, check=False, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
