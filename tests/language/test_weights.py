"""Values that name values that name values: what nobody can go through is told, and holds nothing up."""

from __future__ import annotations

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.source import Source

HEAD = """\
spec shop
role seller
record client
event visit for client
"""
PROCESS = """\
process sale for client
    owner seller
    stage choosing
        start
        on visit when last_one > 3 go to bought
        on visit stay
    stage bought
        end won
"""


def spec(lines: list[str]) -> str:
    return HEAD + "".join(f"{line}\n" for line in lines) + PROCESS


def chain(count: int, step: str) -> list[str]:
    lines = ["let v0 for client = count of visit"]
    lines += [f"let v{number} for client = {step.format(number - 1)}" for number in range(1, count)]
    return [*lines, f"let last_one for client = v{count - 1}"]


@pytest.mark.parametrize(("count", "step"), [(60, "v{0} + v{0}"), (3_000, "v{0} + 1"), (400, "v{0} + v{0}")])
def test_what_doubles_or_goes_on_for_ever_is_told_once(count: int, step: str) -> None:
    """The first once took all memory there was, and the second ended with a traceback."""
    found = compile_text(Source("shop.ladder", spec(chain(count, step)))).diagnostics
    assert [finding.code for finding in found] == ["SL116"]
    assert "stands more than can be followed" in message(found[0])


def test_tables_that_name_each_other_count_as_well() -> None:
    lines = ["let v0 for client = count of visit"]
    for number in range(1, 60):
        table = f"decide v{number} for client\n    first match\n    | v{number - 1} || worth number |\n"
        lines.append(f"{table}    | > v{number - 1} || v{number - 1} |\n    | - || 0 |")
    found = compile_text(Source("shop.ladder", spec([*lines, "let last_one for client = v59"]))).diagnostics
    assert [finding.code for finding in found] == ["SL116"]


def test_what_people_write_is_followed() -> None:
    text = spec(chain(8, "v{0} + v{0}"))
    assert not [
        finding
        for finding in compile_text(Source("shop.ladder", text)).diagnostics
        if finding.code == "SL116"
    ]
