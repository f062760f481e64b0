"""`stepladder test --mutate`: which changes of a spec its scenarios would notice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_engine.cli.main import cli

SPEC = """\
spec shop
role seller
record client
event visit for client
process sale for client
    owner seller
    stage new
        on visit go to known
        after 30 days go to lost
    stage known
        end won
    stage lost
        end lost

scenario "Comes in"
    given client
    2026-03-02 10:00 visit
    expect stage known
"""


def run_tests(*words: str) -> Result:
    return CliRunner().invoke(cli, ["test", *words])


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "shop.ladder"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_what_nobody_notices_is_shown_with_what_would(spec: Path) -> None:
    found = run_tests(str(spec), "--mutate")
    assert found.exit_code == 0
    assert found.output.replace(str(spec), "shop.ladder") == ANSWER


ANSWER = """\
passed  Comes in
not caught  shop.ladder:9  ways left out
        - after 30 days go to lost
        would be caught by a story that begins as "Comes in" and breaks off:
            given client
            at 2026-03-02 10:00
            at 2026-04-01
            expect stage lost
not caught  shop.ladder:9  ways that lead elsewhere
        - after 30 days go to lost
        + after 30 days go to new
        would be caught by a story that begins as "Comes in" and breaks off:
            given client
            at 2026-03-02 10:00
            at 2026-04-01
            expect stage lost
not caught  shop.ladder:9  times
        - after 30 days go to lost
        + after 31 days go to lost
        would be caught by a story that begins as "Comes in" and breaks off:
            given client
            at 2026-03-02 10:00
            at 2026-04-01
            expect stage lost
not caught  shop.ladder:9  times
        - after 30 days go to lost
        + after 29 days go to lost
        would be caught by a story that begins as "Comes in" and breaks off:
            given client
            at 2026-03-02 10:00
            at 2026-03-31
            expect stage new
2 of 6 changes caught (33.3 %)
        ways left out: 1 of 2
        ways that lead elsewhere: 1 of 2
        times: 0 of 2
1 passed, 0 failed
"""


@pytest.mark.parametrize(("share", "status"), [("10", 0), ("33", 0), ("34", 1), ("100", 1)])
def test_a_share_may_be_asked_for(spec: Path, share: str, status: int) -> None:
    found = run_tests(str(spec), "--mutate", "--at-least", share)
    assert found.exit_code == status
    assert ("fewer than" in found.stderr) == bool(status)


def test_a_gate_that_had_nothing_to_measure_does_not_open(tmp_path: Path) -> None:
    bare = tmp_path / "bare.ladder"
    bare.write_text("spec bare\n", encoding="utf-8")
    found = run_tests(str(bare), "--mutate", "--at-least", "90")
    assert "nothing in this spec can be changed" in found.stdout
    assert found.exit_code == 1


def test_a_program_gets_everything(spec: Path) -> None:
    found = run_tests(str(spec), "--mutate", "--format", "json", "--suggest", "1")
    document = json.loads(found.stdout)
    (mutation,) = document["mutation"]
    assert (mutation["spec"], mutation["possible"], mutation["tried"], mutation["caught"]) == (
        "shop",
        6,
        6,
        2,
    )
    assert mutation["families"] == {
        "ways": {"caught": 1, "tried": 2},
        "targets": {"caught": 1, "tried": 2},
        "durations": {"caught": 0, "tried": 2},
    }
    assert [survivor["line"] for survivor in mutation["survivors"]] == [9, 9, 9, 9]
    assert [survivor["suggestion"] is None for survivor in mutation["survivors"]] == [False, True, True, True]
    assert all(survivor["advice"] for survivor in mutation["survivors"])


def test_a_budget_says_how_many_were_tried(spec: Path) -> None:
    found = run_tests(str(spec), "--mutate", "--budget", "3", "--suggest", "0")
    assert "3 of 6 changes tried, spread over the text" in found.output


def test_changes_wait_for_scenarios_that_pass(spec: Path) -> None:
    spec.write_text(SPEC.replace("expect stage known", "expect stage lost"), encoding="utf-8")
    found = run_tests(str(spec), "--mutate")
    assert found.exit_code == 1
    assert "changes are tried once all scenarios pass" in found.stderr
    assert "not caught" not in found.output


@pytest.mark.parametrize(
    "words",
    [("--budget", "3"), ("--at-least", "90"), ("--mutate", "-k", "Comes"), ("--mutate", "--format", "junit")],
)
def test_options_that_do_not_go_together_are_refused(spec: Path, words: tuple[str, ...]) -> None:
    assert run_tests(str(spec), *words).exit_code == 2


@pytest.mark.parametrize(
    ("language", "missed"), [("ru", "не замечено"), ("bg", "незабелязано"), ("fa", "دیده نشد")]
)
def test_what_is_proposed_is_in_the_language_of_the_spec(spec: Path, language: str, missed: str) -> None:
    """Read again, the lines that are proposed are lines of the spec's language."""
    translated = format_text(Source("shop", SPEC), language).text
    assert translated
    spec.write_text(translated, encoding="utf-8")
    found = json.loads(run_tests(str(spec), "--mutate", "--format", "json").stdout)
    lines = found["mutation"][0]["survivors"][0]["suggestion"]["lines"]
    story = "\n".join(['scenario "x"', *(f"    {line}" for line in lines)])
    title = translated.splitlines()[-4].split(" ", 1)[0]
    spec.write_text(f"{translated}\n{story.replace('scenario', title, 1)}\n", encoding="utf-8")
    again = run_tests(str(spec), "--mutate")
    assert again.exit_code == 0
    assert missed in again.output
