"""Who stops a run, at whatever moment and however hard, finds the old result whole, or the new one."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs signals as Unix has them")

# Counts what the run does to files here, and ends it for good before the step that is asked for.
KILLED_AT = """
import os, signal, sys
from pathlib import Path

place, last, steps = os.getcwd(), int(sys.argv[1]), 0

def is_here(name):
    return isinstance(name, str | Path) and str(name).startswith(place)

def watch(event, given):
    global steps
    if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.scandir"}:
        # A folder is cleared away through its handle, with names that begin nowhere.
        if any(map(is_here, given)) or (event in {"os.remove", "os.rmdir"} and given[1] != -1):
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)

# Who is started in the background of a shell script does not hear Ctrl-C, and passes that on.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.addaudithook(watch)
sys.argv[0:2] = ["stepladder"]
from stepladder_engine.cli.main import main
try:
    main()
finally:
    print(steps)
"""
OLD, NEW = "2026-03-05", "2026-03-09"
Result = dict[str, bytes]


def run_to(moment: str, *how: str) -> list[str]:
    return ["run", "shop", "--as-of", moment, "--out", "place/out", "--format", "csv,xlsx", "-q", *how]


def whole(moment: str, *how: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stepladder_engine", *run_to(moment, *how)]
    return subprocess.run(command, check=True, capture_output=True, text=True)


def killed_at(step: int, moment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED_AT, str(step), *run_to(moment)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def result() -> Result:
    folder = Path("place/out")
    return {file.name: file.read_bytes() for file in folder.iterdir()} if folder.exists() else {}


def rows_in_database() -> list[str]:
    """Give everything in the database, as text."""
    # To open it is what takes away what a killed process has left half-written.
    with closing(sqlite3.connect("place/results.db")) as database:
        return sorted(database.iterdump())


def check_that_rows_add_up() -> None:
    """See that each row of the data is used, left out, repeated or rejected."""
    told = json.loads(Path("place/out/summary.json").read_text("utf-8"))
    parts = ("cases", "events", "events_later", "skipped", "duplicates", "rejected")
    assert told["rows"] == sum(told[part] for part in parts) > 0


class Desk:
    """A folder with an old result and somebody's own things beside it."""

    def __init__(self, *how: str) -> None:
        self.how = how
        self.place = Path("place")
        (self.place / ".out.new-mine").mkdir(parents=True)
        (self.place / ".out.new-mine" / "notes.txt").write_text("mine")
        whole(NEW, *how)
        self.new = result()
        shutil.rmtree("place/out")
        begun = time.monotonic()
        whole(OLD, *how)
        self.seconds = time.monotonic() - begun
        self.old = result()
        assert self.old.keys() == self.new.keys()
        assert self.old != self.new
        shutil.copytree("place/out", "kept")

    def put_back(self) -> None:
        """Have the old result again, and what a killed run has left cleared away by the next."""
        self.check_the_next_run()
        shutil.rmtree("place/out")
        shutil.copytree("kept", "place/out")

    def check(self, *, first: bool = False) -> str:
        """See that one result is there whole, and say which."""
        found = result()
        assert found in ([{}, self.new] if first else [self.old, self.new])
        return "new" if found == self.new else "old"

    def check_the_next_run(self) -> None:
        """The next run leaves its result and nothing else; what is somebody's own is as it was."""
        whole(NEW, *self.how)
        assert result() == self.new
        check_that_rows_add_up()
        assert sorted(path.name for path in self.place.iterdir()) == [".out.new-mine", "out"]
        assert (self.place / ".out.new-mine" / "notes.txt").read_text() == "mine"


@pytest.fixture
def desk(shop: Path) -> Desk:
    return Desk()


def steps_of_a_run() -> int:
    found = killed_at(-1, NEW)
    assert found.returncode == 0, found.stderr
    return int(found.stdout)


def test_a_run_killed_at_some_of_its_steps_leaves_a_whole_result(desk: Desk) -> None:
    last = steps_of_a_run()
    found = []
    # The steps at the end, where the results change places, and some on the way there.
    for step in (*range(1, last, last // 5), last - 12, last - 2, last):
        desk.put_back()
        assert killed_at(step, NEW).returncode == -signal.SIGKILL
        found.append(desk.check())
    assert (found[0], found[-1]) == ("old", "new")
    desk.check_the_next_run()


def test_a_first_run_that_is_killed_leaves_nothing_or_a_whole_result(desk: Desk) -> None:
    shutil.rmtree("place/out")
    last = steps_of_a_run()
    for step in (last // 2, last - 3):
        shutil.rmtree("place/out", ignore_errors=True)
        assert killed_at(step, NEW).returncode == -signal.SIGKILL
        desk.check(first=True)
    desk.check_the_next_run()


@pytest.mark.nightly
def test_a_run_killed_at_any_of_its_steps_leaves_a_whole_result(desk: Desk) -> None:
    for step in range(1, steps_of_a_run() + 1):
        desk.put_back()
        assert killed_at(step, NEW).returncode == -signal.SIGKILL
        desk.check()
    desk.check_the_next_run()


WAYS = {
    "reference": ("--engine", "reference"),
    "fast": ("--engine", "fast", "--workers", "1"),
    "in threads": ("--engine", "fast", "--workers", "2"),
    "with a budget": ("--memory", "512MB"),
}


@pytest.mark.nightly
@pytest.mark.parametrize("way", WAYS)
def test_a_run_killed_at_fifty_random_moments_leaves_a_whole_result(shop: Path, way: str) -> None:
    desk = Desk(*WAYS[way])
    command = [sys.executable, "-m", "stepladder_engine", *run_to(NEW, *WAYS[way])]
    found = []
    for moment in moments(desk.seconds):
        desk.put_back()
        kill_after(moment, command)
        found.append(desk.check())
    desk.check_the_next_run()
    # Some were killed before they had their result; who lived long enough had it.
    assert "old" in found


@pytest.mark.nightly
@pytest.mark.parametrize("way", ["reference", "with a budget"])
def test_a_database_holds_one_result_whole_after_fifty_random_kills(
    shop: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    Path("place").mkdir()
    monkeypatch.setenv("RESULTS", f"sqlite:///{Path('place/results.db').resolve()}")
    how = (*WAYS[way], "--to-sql", "RESULTS")
    whole(NEW, *how)
    new = rows_in_database()
    Path("place/results.db").unlink()
    begun = time.monotonic()
    whole(OLD, *how)
    seconds = time.monotonic() - begun
    old = rows_in_database()
    assert old != new
    shutil.copyfile("place/results.db", "kept.db")
    command = [sys.executable, "-m", "stepladder_engine", *run_to(NEW, *how)]
    found = []
    for moment in moments(seconds):
        for file in Path("place").glob("results.db*"):
            file.unlink()
        shutil.copyfile("kept.db", "place/results.db")
        kill_after(moment, command)
        found.append([old, new].index(rows_in_database()))
    assert 0 in found
    whole(NEW, *how)
    assert rows_in_database() == new
    assert sorted(path.name for path in Path("place").iterdir()) == ["out", "results.db"]


def moments(seconds: float) -> list[float]:
    """Give fifty moments of a run that takes about so long, more of them towards its end."""
    chance = random.Random(5)  # noqa: S311 - no secret
    return [seconds * chance.uniform(0, 1.1) ** 0.5 for _ in range(50)]


def kill_after(moment: float, command: list[str]) -> None:
    """Start a run, and end it for good after some time."""
    process = subprocess.Popen(command)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()


def test_ctrl_c_ends_with_130_and_one_sentence_and_the_old_result_stays(desk: Desk) -> None:
    last = steps_of_a_run()
    for step in (last // 3, last // 2):
        desk.put_back()
        interrupted = KILLED_AT.replace("SIGKILL", "SIGINT")
        command = [sys.executable, "-c", interrupted, str(step), *run_to(NEW)]
        found = subprocess.run(command, check=False, capture_output=True, text=True)
        assert found.returncode == 130
        # The empty line is for the `^C` that a terminal shows.
        assert found.stderr == "\nstepladder: stopped; no file was left half-written\n"
        assert desk.check() == "old"
        # Nothing is left for the next run to clear away.
        assert sorted(path.name for path in desk.place.iterdir()) == [".out.new-mine", "out"]
