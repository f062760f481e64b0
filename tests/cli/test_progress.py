"""The bar that shows how far a run has come: on a terminal, where it takes a while, and nowhere else."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from stepladder_engine.cli.progress import Screen
from stepladder_engine.data.opening import open_bytes
from stepladder_engine.data.watching import Watch, watched_by, watching

RUN = ["run", "shop", "--as-of", "2026-03-09", "--out", "out"]
# A small run is over before a bar appears, so these let it appear at once.
AT_ONCE = """
import sys
from stepladder_engine.cli import progress
from stepladder_engine.cli.main import main
progress.DELAY = progress._BETWEEN = 0
progress._AT_ONCE = 1
sys.argv[0] = "stepladder"
main()
"""


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A screen of our own, its clock, and what is seen there."""

    def __init__(self, language: str = "en") -> None:
        self.clock = Clock()
        self.file = StringIO()
        self.screen = Screen(language, self.console, self.clock)

    def console(self) -> Console:
        return Console(
            file=self.file, force_terminal=True, width=100, color_system=None, legacy_windows=False
        )

    def seen(self) -> str:
        """What the terminal shows now."""
        if self.screen.progress is None:
            return ""
        console = Console(file=StringIO(), width=100, color_system=None)
        console.print(self.screen.progress)
        assert isinstance(console.file, StringIO)
        return console.file.getvalue().strip()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def read(desk: Desk, rows: int, seconds: float, file: str = "visits.csv", bytes_each: int = 10) -> None:
    """Let rows of a file go by, as slowly as said."""
    for _ in desk.screen.rows(file, range(rows)):
        desk.screen.came(bytes_each)
        desk.clock.now += seconds / rows


def test_nothing_appears_before_half_a_second(desk: Desk) -> None:
    desk.screen.found("visits.csv", 10_240)
    desk.screen.begins("reading")
    read(desk, 1024, 0.4)
    assert desk.seen() == ""
    desk.screen.close()
    assert desk.file.getvalue() == ""


def test_reading_shows_rows_their_rate_and_the_time_left(desk: Desk) -> None:
    desk.screen.found("clients.csv", 10_240)
    desk.screen.found("visits.csv", 30_720)
    desk.screen.begins("reading")
    read(desk, 1024, 256, "clients.csv")
    assert desk.seen() == "━━━━━━━╸                       reading · 1,024 rows, 4/s · 12:48 left"
    read(desk, 1024, 256)
    # The second file has longer rows, or more of them: the time left is that of its bytes.
    assert desk.seen().endswith("reading · 2,048 rows, 4/s · 8:32 left")
    desk.screen.close()


def test_a_file_that_is_read_twice_does_not_come_to_more_than_all_of_it(desk: Desk) -> None:
    desk.screen.found("visits.csv", 5_120)
    desk.screen.found("calls.csv", 5_120)
    desk.screen.begins("reading")
    read(desk, 1024, 2, bytes_each=100)
    assert desk.screen.done == 5_120
    read(desk, 1024, 2, "calls.csv", bytes_each=100)
    assert desk.screen.done == desk.screen.total == 10_240


def test_cases_and_results_are_counted_from_the_beginning_of_that_work(desk: Desk) -> None:
    desk.clock.now += 50
    desk.screen.begins("running", 1024)
    for _ in desk.screen.going(range(512)):
        desk.clock.now += 0.25
    assert desk.seen().endswith("running the cases · 512 cases, 4/s · 2:08 left")
    desk.screen.begins("writing")
    assert desk.seen().endswith("writing the results")
    desk.screen.close()


@pytest.mark.parametrize(
    ("language", "shows"),
    [
        ("en", "reading · 1,024 rows, 4/s · 4:16 left"),
        ("ru", "чтение · 1\xa0024 строки, 4/с · осталось 4:16"),
        ("bg", "четене · 1\xa0024 реда, 4/с · остават 4:16"),
        ("fa", "خواندن · ۱٬۰۲۴ سطر، ۴ در ثانیه · ۴:۱۶ مانده"),
    ],
)
def test_the_bar_speaks_the_readers_language(language: str, shows: str) -> None:
    desk = Desk(language)
    desk.screen.found("visits.csv", 20_480)
    desk.screen.begins("reading")
    read(desk, 1024, 256)
    # Without the marks of direction.
    assert re.sub("[\u2067-\u2069]", "", desk.seen()).endswith(shows)
    desk.screen.close()


@pytest.mark.parametrize("name", ["visits.csv", "visits.csv.gz"])
def test_bytes_are_counted_as_they_come_from_the_disk(tmp_path: Path, name: str) -> None:
    text = b"client,time\n" + os.urandom(50_000)
    path = tmp_path / name
    path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)

    class Bytes(Watch):
        counts_bytes = True
        count = 0

        def came(self, count: int) -> None:
            self.count += count

    watch = Bytes()
    with watched_by(watch), open_bytes(path) as stream:
        assert watching() is watch
        assert stream.read() == text
    assert watch.count == path.stat().st_size
    assert watching() is not watch
    with open_bytes(path) as stream:
        assert stream.read() == text
    assert watch.count == path.stat().st_size


def on_a_terminal(*arguments: str) -> str:
    """What a terminal gets from a run."""
    pty = pytest.importorskip("pty", reason="needs terminals as Unix has them")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", AT_ONCE, *arguments]
    variables = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, env=variables)
    os.close(theirs)
    found = b""
    try:
        while part := os.read(ours, 65_536):
            found += part
    except OSError:
        pass  # the terminal is closed
    finally:
        os.close(ours)
    assert process.wait() == 0
    return found.decode()


def test_a_terminal_shows_the_bar_and_keeps_nothing_of_it(shop: Path) -> None:
    shown = on_a_terminal(*RUN)
    assert "writing the results" in shown
    # What is left is what the command says at the end; the cursor is there again.
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    left = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.rpartition("\x1b[2K")[2])
    assert left.split("\n")[-2].strip() == "tables written to out"


def test_a_quiet_run_shows_none(shop: Path) -> None:
    assert on_a_terminal(*RUN, "--quiet") == ""


def test_a_pipe_gets_none(shop: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", AT_ONCE, *RUN], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert found.stderr == "\ntables written to out\n"
    assert "\x1b" not in found.stdout
