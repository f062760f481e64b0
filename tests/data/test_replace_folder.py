"""A result takes the place of the old one as a whole, whatever happens in between."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data import replace_folder
from stepladder_engine.data.replace_folder import OWN_FILES, exchange
from stepladder_engine.data.tables import Table
from stepladder_engine.data.write_tables import Manner, write_tables

OLD, NEW = Table("tasks", ("case",), [("old",)]), Table("tasks", ("case",), [("new",)])
FILES = [OWN_FILES, "summary.json", "tasks.csv"]
needs_folder_locks = pytest.mark.skipif(os.name == "nt", reason="Windows has no locks of folders")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def told(out: Path) -> str:
    return (out / "tasks.csv").read_text(encoding="utf-8").split("\n")[1]


def write(out: Path, table: Table = NEW) -> list[str]:
    return [catalogue.message(problem) for problem in write_tables(out, [table], {})]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with an old result, and nothing beside it."""
    assert write(tmp_path / "out", OLD) == []
    return tmp_path / "out"


def test_two_folders_exchange_their_names_in_one_step(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / f"in {folder.name}").touch()
    if not exchange(one, other):
        pytest.skip("needs a system, and a disk, with such a step")
    assert (names(one), names(other)) == (["in other"], ["in one"])
    with pytest.raises(FileNotFoundError):
        exchange(one, tmp_path / "nowhere")


class Waiting(Sequence[tuple[Any, ...]]):
    """Rows that stop before they give the first one until somebody lets them go on."""

    def __init__(self, row: str) -> None:
        self.row = row
        self.asked, self.go_on = threading.Event(), threading.Event()

    def __len__(self) -> int:
        return 1

    def __getitem__(self, _place: Any) -> Any:
        raise NotImplementedError

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        self.asked.set()
        assert self.go_on.wait(30)
        yield (self.row,)


def test_while_a_slow_disk_takes_the_new_result_the_old_one_is_read(out: Path) -> None:
    rows = Waiting("new")
    thread = threading.Thread(target=write, args=(out, Table("tasks", ("case",), rows)))
    thread.start()
    assert rows.asked.wait(30)
    assert (names(out), told(out)) == (FILES, "old")
    rows.go_on.set()
    thread.join()
    assert (names(out), told(out)) == (FILES, "new")
    assert names(out.parent) == ["out"]


def test_a_file_that_somebody_puts_there_meanwhile_is_not_lost(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(one: Path, other: Path) -> bool:
        (out / "notes.txt").write_text("mine")
        return exchange(one, other)

    monkeypatch.setattr(replace_folder, "exchange", late)
    assert write(out) == []
    assert (names(out), told(out), names(out.parent)) == (
        [OWN_FILES, "notes.txt", *FILES[1:]],
        "new",
        ["out"],
    )


def test_of_two_runs_into_one_folder_at_a_time_the_last_one_stays_whole(out: Path) -> None:
    first, second = Waiting("first"), Waiting("second")
    threads = []
    for rows in (first, second):
        threads.append(threading.Thread(target=write, args=(out, Table("tasks", ("case",), rows))))
        threads[-1].start()
        assert rows.asked.wait(30)
    # The one that began later has not taken what the first one writes for rubbish.
    for rows, thread, says in ((first, threads[0], "first"), (second, threads[1], "second")):
        rows.go_on.set()
        thread.join()
        assert (names(out), told(out)) == (FILES, says)
    assert names(out.parent) == ["out"]


def test_two_first_runs_at_a_time_leave_one_whole_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    rows = Waiting("late")
    thread = threading.Thread(target=write, args=(out, Table("tasks", ("case",), rows)))
    thread.start()
    assert rows.asked.wait(30)
    assert write(out) == []
    rows.go_on.set()
    thread.join()
    assert (names(out), told(out), names(tmp_path)) == (FILES, "late", ["out"])


def test_a_folder_that_another_run_takes_for_a_leftover_is_made_again(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = replace_folder._locked
    taken: list[Path] = []

    def late(folder: Path, *, wait: bool) -> int | None:
        if wait and not taken:
            taken.append(folder)
            folder.rmdir()
        return lock(folder, wait=wait)

    monkeypatch.setattr(replace_folder, "_locked", late)
    assert write(out) == []
    assert (len(taken), told(out), names(out.parent)) == (1, "new", ["out"])


@needs_folder_locks
def test_what_a_killed_run_has_left_is_gone_after_the_next(out: Path) -> None:
    left = out.with_name(".out.new-0a1b2c3d")
    (left / replace_folder.PARTS).mkdir(parents=True)
    (left / replace_folder.PARTS / "tmp1").touch()
    (left / OWN_FILES).write_text("tasks.csv\n")
    (left / "tasks.csv").touch()
    out.with_name(".out.new-empty123").mkdir()
    assert write(out) == []
    assert names(out.parent) == ["out"]


@pytest.mark.parametrize(
    "made",
    [
        ["tasks.csv"],
        [OWN_FILES, "tasks.csv", "mine.txt"],
        [OWN_FILES, "tasks.csv", "folder/"],
    ],
)
def test_a_folder_of_somebody_that_only_looks_like_a_leftover_stays(out: Path, made: list[str]) -> None:
    left = out.with_name(".out.new-0a1b2c3d")
    left.mkdir()
    for name in made:
        (left / name).mkdir() if name.endswith("/") else (left / name).write_text("tasks.csv\nfolder\n")
    before = names(left)
    assert write(out) == []
    assert names(left) == before


def test_a_link_that_looks_like_a_leftover_is_not_followed(out: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    write(mine, OLD)
    out.with_name(".out.new-0a1b2c3d").symlink_to(mine)
    out.with_name(".out.old").symlink_to(mine)
    assert write(out) == []
    assert (names(mine), told(mine)) == (FILES, "old")


def refuse(number: int) -> Callable[..., Any]:
    def act(*_given: object, **_named: object) -> Any:
        raise OSError(number, os.strerror(number))

    return act


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EXDEV])
def test_a_folder_that_cannot_be_moved_is_filled_where_it_is(
    out: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    # As where the folder is a volume of its own.
    monkeypatch.setattr(replace_folder, "exchange", refuse(number))
    before = out.stat().st_ino
    assert write(out) == []
    assert (names(out), told(out), out.stat().st_ino) == (FILES, "new", before)
    assert names(out.parent) == ["out"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_beside_which_nothing_may_be_made_is_filled_where_it_is(
    out: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    made = replace_folder._new_folder

    def only_inside(target: Path, place: Path) -> Any:
        return made(target, place) if place == target else refuse(number)()

    monkeypatch.setattr(replace_folder, "_new_folder", only_inside)
    assert write(out) == []
    assert (names(out), told(out), names(out.parent)) == (FILES, "new", ["out"])
    # A first result has no folder yet in which it could be made.
    monkeypatch.chdir(out.parent)
    assert write(Path("other")) == [f"the results cannot be written to `other`: {os.strerror(number)}"]


def test_without_such_a_step_the_folders_are_renamed_one_after_the_other(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replace_folder, "exchange", lambda _one, _other: False)
    assert write(out) == []
    assert (names(out), told(out), names(out.parent)) == (FILES, "new", ["out"])


WRITE = """
import pathlib
from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data.tables import Table
from stepladder_engine.data.write_tables import Manner, write_tables
table = Table("tasks", ("case",), [(str(number) * 40,) for number in range(200_000)])
for form in ("csv", "json", "parquet", "xlsx"):
    (problem,) = write_tables(pathlib.Path("disk/out"), [table], {}, Manner((form,)))
    print(problem.code, catalogue.message(problem))
"""


def on_a_disk(folder: Path, then: str) -> list[str]:
    """Write results on a small disk of our own, and list what is there afterwards."""
    (folder / "disk").mkdir()
    small = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = "mount -t tmpfs -o size=2m none disk"
    if not runs([*small, mount], folder):
        pytest.skip("needs a system that lets us have a small disk of our own")
    command = f"{mount} && mkdir disk/out && {then} && '{sys.executable}' -c \"$0\"; ls -A disk disk/out"
    found = subprocess.run([*small, command, WRITE], cwd=folder, capture_output=True, text=True, check=False)
    assert found.stderr == ""
    return found.stdout.splitlines()


def runs(command: list[str], folder: Path) -> bool:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.parametrize(
    ("then", "problem"),
    [("true", "No space left on device"), ("mount -o remount,ro disk", "Read-only file system")],
)
def test_a_disk_that_takes_nothing_more_is_said_and_nothing_is_left_on_it(
    tmp_path: Path, then: str, problem: str
) -> None:
    sentence = f"SD060 the results cannot be written to `disk/out`: {problem}"
    assert on_a_disk(tmp_path, then) == [*[sentence] * 4, "disk:", "out", "", "disk/out:"]


def test_a_folder_that_may_only_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    closed = Path("closed")
    closed.mkdir(0o500)
    try:
        if os.access(closed, os.W_OK):
            pytest.skip("needs a user whom the rights of files hold back")
        assert write(closed / "out") == ["the results cannot be written to `closed/out`: Permission denied"]
    finally:
        closed.chmod(0o700)


def test_the_path_of_a_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    assert write(Path("file")) == ["`file` is a file, not a folder"]
    assert write(Path("file", "out")) == ["the results cannot be written to `file/out`: Not a directory"]
    assert (tmp_path / "file").read_text() == "mine"
    assert names(tmp_path) == ["file"]


def test_a_workbook_leaves_no_parts_of_it_anywhere(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert write_tables(out, [NEW], {}, Manner(("xlsx",))) == []
    with pytest.raises(TypeError):
        write_tables(out, [Table("bad", ("x",), [(object(),)])], {}, Manner(("xlsx",)))
    assert names(out) == [OWN_FILES, "summary.json", "tables.xlsx"]
    assert (names(out.parent), names(elsewhere)) == (["elsewhere", "out"], [])
