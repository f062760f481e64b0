"""Each bad file of the corpus gives what is written of it, and in each the rows add up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "bad_files"
MOST_MEMORY = 300
"""In megabytes, with the interpreter and everything that it loads."""
AT_LEAST = 60


@pytest.fixture(scope="session")
def cases(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    return load_helper(FOLDER / "cases.py")


@pytest.fixture(scope="session")
def make(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    return load_helper(FOLDER / "make.py")


def files() -> list[str]:
    """The files of the table, in its order."""
    lines = (FOLDER / "expected.md").read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("### ") for line in lines if line.startswith("### ")]


@pytest.mark.parametrize("file", files())
def test_a_bad_file_gives_what_is_written_of_it(file: str, cases: Any, make: Any, desk: Any) -> None:
    (case,) = (case for case in cases.read_cases() if case.file == file)
    result = cases.put_and_load(case, desk, make.content_of)
    assert cases.outcome(result, file) == case.expected
    if result.dataset is not None:
        counts = cases.accounted(result.dataset, file)
        assert counts.pop("rows") == sum(counts.values())


def test_every_file_of_the_corpus_stands_in_the_table(cases: Any, make: Any) -> None:
    named = {name for case in cases.read_cases() for name in (case.file, *make.SMALL) if name in case.mapping}
    assert {*files(), *named} == {*make.SMALL, *make.LARGE}
    assert len(files()) == len(set(files())) >= AT_LEAST


def test_the_files_are_those_that_the_script_writes(make: Any) -> None:
    written = {
        path.name: path.read_bytes()
        for path in FOLDER.iterdir()
        if path.is_file() and path.suffix not in {".py", ".md"}
    }
    assert written == {name: make.content_of(name) for name in make.SMALL}


MEASURED = """\
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import cases, make
desk = cases.plain_desk(Path(sys.argv[2]))
(case,) = [case for case in cases.read_cases() if case.file == sys.argv[3]]
desk.load(case.whole_mapping())
(highest,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
print(int(highest.split()[1]) // 1024)
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux tells the most memory like this"
)
@pytest.mark.parametrize(
    "file",
    [
        *("bomb.xlsx", "bomb_of_zeros.csv.gz", "bomb_of_one_line.csv.gz", "alias_bomb.yaml"),
        *("million_columns.csv", "columns_of_one_name.csv", "line_without_end.csv", "cell_without_end.csv"),
    ],
)
def test_no_file_takes_much_memory(file: str, make: Any, tmp_path: Path) -> None:
    (tmp_path / file).write_bytes(make.content_of(file))
    command = [sys.executable, "-B", "-c", MEASURED, str(FOLDER), str(tmp_path), file]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(ended.stdout) < MOST_MEMORY
