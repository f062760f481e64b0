"""`run --memory`: the answer of any other run, a temporary file that nobody finds, words about sizes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_engine.results.execute import LEAST_MEMORY, parse_size

pytest.importorskip("numpy", reason="the fast executor needs numpy (the extra `fast`)")

RUN = ("run", "shop", "--as-of", "2026-03-09")
# Everything waits in the file at once, few cases are run at a time, and the process ends where it is told to.
TIGHT = """
import os, signal, sys
from stepladder_engine.data import spool
from stepladder_engine.fast.read import spilled
from stepladder_engine.results.by_columns import room
spilled._FEW = -1
room.room_within = lambda budget: room.Room(at_once=2, in_a_window=2, in_a_range=4, kept=0)
puts, last, how = 0, int(sys.argv[1]), int(sys.argv[2])
put = spool.Spool.put
def counted(self, data):
    global puts
    puts += 1
    if puts == last:
        os.kill(os.getpid(), how)
    return put(self, data)
spool.Spool.put = counted
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0:3] = ["stepladder"]
from stepladder_engine.cli.main import main
try:
    main()
finally:
    print(puts)
"""


def tight(
    *arguments: str, last: int = 0, how: int = 0, temporary: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run where almost nothing fits into memory."""
    command = [sys.executable, "-c", TIGHT, str(last), str(how), *RUN, *arguments]
    environment = dict(os.environ) | ({} if temporary is None else {"TMPDIR": str(temporary)})
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


def files(folder: str) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


@pytest.mark.parametrize("form", ["csv", "ndjson", "json", "parquet", "xlsx"])
def test_the_answer_is_that_of_a_run_without_a_budget(
    shop: Path, stepladder: Callable[..., Any], form: str
) -> None:
    del shop
    for package in {"parquet": ("pyarrow",), "xlsx": ("xlsxwriter",)}.get(form, ()):
        pytest.importorskip(package)
    found = tight("--memory", "1GB", "--out", "within", "--format", form, "-q")
    assert found.returncode == 0, found.stderr
    stepladder(*RUN, "--out", "without", "--format", form, "--engine", "fast", "-q")
    within, without = files("within"), files("without")
    assert within.keys() == without.keys()
    if form in {"parquet", "xlsx"}:
        # Both are packed in groups of rows, which are others here; a test of the writers compares the rows.
        assert within["summary.json"] == without["summary.json"]
    else:
        assert within == without


@pytest.mark.skipif(os.name == "nt", reason="needs signals as Unix has them")
@pytest.mark.parametrize(
    ("how", "share"), [("SIGKILL", 0.1), ("SIGKILL", 0.5), ("SIGKILL", 0.9), ("SIGINT", 0.6)]
)
def test_whoever_stops_it_finds_the_old_result_and_no_temporary_file(
    shop: Path, tmp_path: Path, stepladder: Callable[..., Any], how: str, share: float
) -> None:
    del shop
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    stepladder("run", "shop", "--as-of", "2026-03-05", "--out", "out", "-q")
    old = files("out")
    steps = int(tight("--memory", "1GB", "--out", "other", "-q", temporary=temporary).stdout.split()[-1])
    assert steps > 9
    assert list(temporary.iterdir()) == []
    at = {"last": int(steps * share), "how": int(getattr(signal, how))}
    stopped = tight("--memory", "1GB", "--out", "out", **at, temporary=temporary)
    assert stopped.returncode != 0
    assert files("out") == old
    assert list(temporary.iterdir()) == []


def test_a_folder_that_takes_no_file_is_said(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del shop
    if not Path("/dev/full").exists():
        pytest.skip("a disk that is always full is a file of Linux")
    # The file is made, and the disk is full as soon as something is written to it.
    full = (
        'import tempfile\ntempfile.TemporaryFile = lambda **_: open("/dev/full", "wb", buffering=0)\n' + TIGHT
    )
    command = [sys.executable, "-c", full, "0", "0", *RUN, "--memory", "1GB", "--out", "out", "--lang", "en"]
    monkeypatch.setenv("COLUMNS", "200")
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    assert found.returncode == 2
    assert "SD074" in found.stderr
    assert "No space left on device" in found.stderr
    assert not Path("out").exists()


SIZES = [
    ("2GB", 2_000_000_000),
    ("2 GiB", 2 * 1024**3),
    ("1.5g", 1_500_000_000),
    ("1,5 ГБ", 1_500_000_000),
    ("800МиБ", 800 * 1024**2),
    ("۲GB", 2_000_000_000),
    (" 1 tb ", 10**12),
]


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "2", "GB", "-2GB", "2GBs", "two GB", "2 PB", "1.2.3GB", "1e3MB", "2[b]G"]
)
def test_what_is_no_size_is_not_guessed(text: str) -> None:
    assert parse_size(text) is None


@given(number=st.integers(0, 10**6), unit=st.sampled_from("KMGT"), binary=st.booleans())
def test_any_whole_size_is_exact(number: int, unit: str, binary: bool) -> None:
    step = 1024 if binary else 1000
    assert parse_size(f"{number}{unit}{'i' if binary else ''}B") == number * step ** ("KMGT".index(unit) + 1)


@pytest.mark.parametrize("language", ["en", "ru", "bg", "fa"])
@pytest.mark.parametrize(("text", "told"), [("2", "SD073"), ("much]GB", "SD073"), ("100MB", "512MB")])
def test_a_wrong_size_is_said_before_anything_is_read(
    shop: Path, stepladder: Callable[..., Any], text: str, told: str, language: str
) -> None:
    (shop / "mapping.yaml").unlink()
    Path("shop/mapping.yaml").write_text("records: {}\n")
    found = stepladder(*RUN, "--memory", text, "--lang", language, "--out", "out")
    assert found.status == 2
    assert told in found.err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--engine", "reference"),
        ("--engine", "spark"),
        ("--event-log", "log.xes"),
        ("--standard-metrics",),
    ],
)
def test_what_needs_all_records_does_not_go_with_a_budget(
    shop: Path, stepladder: Callable[..., Any], options: tuple[str, ...]
) -> None:
    del shop
    found = stepladder(*RUN, "--memory", "1GB", *options)
    assert found.status == 2
    assert "--memory" in found.err
    assert LEAST_MEMORY == 512_000_000


def test_the_screen_says_where_the_cases_are(shop: Path) -> None:
    del shop
    found = tight("--memory", "1GB", "--lang", "en")
    assert found.returncode == 0
    assert "see the tables that --out writes" in found.stderr
