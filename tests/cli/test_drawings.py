"""What `draw` writes in each format, and how `--check` finds a drawing that is stale."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_engine.cli.made_with import mark_of, options_in

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.html", b"<!doctype html>"),
        ("a.pdf", b"%PDF-"),
        ("a.mmd", b"---\ntitle: "),
        ("a.d2", b"direction: down"),
    ],
)
def test_each_format_is_known_by_its_name(stepladder: Run, shop: Path, name: str, begins: bytes) -> None:
    assert stepladder("draw", "shop", "-o", name).status == 0
    assert Path(name).read_bytes().startswith(begins)


def test_figures_of_the_data_stand_on_the_page(stepladder: Run, shop: Path) -> None:
    found = stepladder("draw", "shop", "--data", "shop/mapping.yaml", "-o", "a.html")
    assert found.status == 0, found.err
    assert "Data as of" in Path("a.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "tab"),
    [(("--view", "case", "--case", "C2"), "The way of one case"), (("--view", "scenario"), "Scenarios")],
)
def test_ways_that_were_gone_are_a_page_too(
    stepladder: Run, shop: Path, open_page: Callable[..., Any], options: tuple[str, ...], tab: str
) -> None:
    found = stepladder("draw", "shop", *options, "-o", "a.html")
    assert found.status == 0, found.err
    shown = open_page(Path("a.html").resolve())
    assert shown.locator("[role=tab]").all_inner_texts() == [tab]
    shown.locator('.view.shown [data-card="sale/choosing"]').click()
    assert shown.locator(".thing.shown h2").inner_text() == "Is choosing"


def test_several_specs_are_drawn_beside_themselves(stepladder: Run, shop: Path) -> None:
    other = Path("other.ladder")
    other.write_bytes((shop / "shop.ladder").read_bytes())
    assert stepladder("draw", "shop", "other.ladder").status == 0
    assert (shop / "shop.svg").read_bytes() == Path("other.svg").read_bytes()
    found = stepladder("draw", "shop", "other.ladder", "-o", "one.svg")
    assert (found.status, "several specs" in found.err) == (2, True)


@pytest.mark.parametrize("form", ["svg", "png", "pdf", "html", "mmd", "d2", "dot", "json"])
def test_a_drawing_is_fresh_until_the_spec_changes(stepladder: Run, shop: Path, form: str) -> None:
    command = ("draw", "shop", "-o", f"docs/picture.{form}")
    found = stepladder(*command, "--check")
    assert found.status == 1
    assert "SD099 there is no drawing `docs/picture." in found.err
    assert stepladder(*command).status == 0
    assert stepladder(*command, "--check").status == 0
    spec = shop / "shop.ladder"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("Knows us", "Knows us well"), encoding="utf-8")
    found = stepladder(*command, "--check")
    assert found.status == 1
    assert "is not what the spec says now" in found.err
    assert stepladder(*command).status == 0
    assert stepladder(*command, "--check").status == 0


def test_without_a_name_every_drawing_beside_the_spec_is_compared(stepladder: Run, shop: Path) -> None:
    found = stepladder("draw", "shop", "--check")
    assert (found.status, found.out) == (0, "")
    assert "no drawing lies beside it" in found.err
    stepladder("draw", "shop")
    stepladder("draw", "shop", "--view", "lanes", "--format", "png")
    stepladder("draw", "shop", "--format", "mmd")
    found = stepladder("draw", "shop", "--check")
    assert found.status == 0
    assert "3 drawings" in found.err
    (shop / "shop.lanes.png").write_bytes(b"old")
    found = stepladder("draw", "shop", "--check")
    assert found.status == 1
    assert found.err.count("SD099") == 2, "the finding, and where it is explained"
    assert "shop.lanes.png" in found.err


FORMS = ("svg", "png", "pdf", "html", "mmd", "d2", "dot", "json", "bpmn", "dmn")
DRAWING = """
import sys
from stepladder_engine.cli.main import cli
spec, *names = sys.argv[1:]
for name in names:
    cli.main(["draw", spec, "-o", name], standalone_mode=False)
cli.main(["docs", spec, "-o", "book", "--format", "md,html,docx,pdf"], standalone_mode=False)
"""


@pytest.mark.nightly
@pytest.mark.parametrize("spec", ["phone_sale/phone_sale.fa", "six_processes/six_processes", "shop/shop"])
def test_a_run_of_its_own_gives_the_same_bytes_in_every_format(root: Path, tmp_path: Path, spec: str) -> None:
    """No order of sets and no address of memory decides anything: both are others in another process."""
    made = []
    path = os.pathsep.join([str(root / "dsl"), str(root / "engine")])
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        own = {"PYTHONHASHSEED": seed, "PYTHONPATH": path, "STEPLADDER_CACHE": str(folder / "cache")}
        names = [f"a.{form}" for form in FORMS]
        command = [sys.executable, "-c", DRAWING, str(root / "specs" / f"{spec}.ladder"), *names]
        subprocess.run(command, cwd=folder, env={**os.environ, **own}, capture_output=True, check=True)
        files = [*folder.glob("a.*"), *(one for one in folder.rglob("book/**/*") if one.is_file())]
        made.append({file.relative_to(folder): file.read_bytes() for file in files})
    first, second = made
    assert len(first) > len(FORMS)
    assert [name for name in first | second if first.get(name) != second.get(name)] == []


def test_lines_that_end_as_on_another_machine_are_no_change(stepladder: Run, shop: Path) -> None:
    stepladder("draw", "shop", "-o", "a.svg")
    kept = Path("a.svg").read_bytes()
    Path("a.svg").write_bytes(kept.replace(b"\n", b"\r\n"))
    assert stepladder("draw", "shop", "-o", "a.svg", "--check").status == 0


def test_what_comes_by_a_pipe_goes_on_by_one(root: Path, shop: Path) -> None:
    command = [sys.executable, "-m", "stepladder_engine", "draw", "-", "--format", "mmd"]
    path = os.pathsep.join([str(root / "dsl"), str(root / "engine")])
    text = (shop / "shop.ladder").read_bytes()
    ended = subprocess.run(
        command, input=text, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": path}
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"---\ntitle: ")


def test_a_check_writes_nothing(stepladder: Run, shop: Path) -> None:
    before = sorted(Path().rglob("*"))
    stepladder("draw", "shop", "-o", "a.svg", "--check")
    assert sorted(Path().rglob("*")) == before
    assert stepladder("draw", "shop", "-o", "-", "--check").status == 2


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.svg", ("--theme", "dark")),
        ("a.png", ("--view", "roles", "--theme", "dark")),
        ("a.pdf", ("--view", "lanes", "--process", "sale")),
        ("a.html", ("--view", "case", "--case", "C2", "--as-of", "2026-03-01")),
        ("a.svg", ("--data", "shop/mapping.yaml", "--as-of", "2026-03-01")),
        ("a.svg", ("--view", "scenario", "--scenario", "followed")),
        ("a.mmd", ("--process", "sale")),
        ("a.d2", ("--process", "sale")),
        ("a.dot", ("--process", "sale")),
        ("a.bpmn", ("--process", "sale", "--profile", "camunda")),
    ],
)
def test_a_drawing_knows_the_options_that_it_was_made_with(
    stepladder: Run, shop: Path, name: str, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stepladder("draw", "shop", "-o", name, *options)
    assert made.status == 0, made.err
    marked = Path(name).read_bytes()
    assert stepladder("draw", "shop", "-o", name, "--check").status == 0
    assert stepladder("draw", "shop", "-o", name).status == 0
    assert Path(name).read_bytes() != marked, "without options it is another drawing"
    Path(name).write_bytes(marked)
    # From another folder, too: the data lies where it lies beside the spec.
    monkeypatch.chdir(shop)
    assert stepladder("draw", ".", "-o", f"../{name}", "--check").status == 0


def test_what_is_asked_for_goes_before_what_a_drawing_says(stepladder: Run, shop: Path) -> None:
    stepladder("draw", "shop", "-o", "a.svg", "--theme", "dark")
    assert stepladder("draw", "shop", "-o", "a.svg", "--check", "--theme", "light").status == 1
    assert stepladder("draw", "shop", "-o", "a.svg", "--check", "--theme", "dark").status == 0


def test_drawings_beside_a_spec_are_compared_each_with_its_own_options(stepladder: Run, shop: Path) -> None:
    stepladder("draw", "shop", "--theme", "dark")
    stepladder("draw", "shop", "--view", "lanes", "--data", "shop/mapping.yaml")
    stepladder("draw", "shop", "--view", "case", "--case", "C2", "--format", "png")
    found = stepladder("draw", "shop", "--check")
    assert (found.status, "3 drawings" in found.err) == (0, True), found.err


@pytest.mark.parametrize("mark", ["view=nonsense", "theme=;;", "case=C2", "%zz=%ff", "data=no/such.yaml"])
def test_a_mark_that_somebody_else_wrote_is_no_crash(stepladder: Run, shop: Path, mark: str) -> None:
    Path("a.svg").write_text(f"<svg>stepladder-made-with:{mark}</svg>", encoding="utf-8")
    assert stepladder("draw", "shop", "-o", "a.svg", "--check").status in {1, 2}


def test_a_picture_with_a_mark_is_whole(stepladder: Run, shop: Path) -> None:
    stepladder("draw", "shop", "-o", "a.png", "--theme", "dark")
    content, parts = Path("a.png").read_bytes(), []
    at = 8
    while at < len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        assert struct.unpack(">I", content[at + 8 + size : at + 12 + size]) == (zlib.crc32(kind + body),)
        parts.append((kind, body[:9]))
        at += 12 + size
    assert parts[:2] == [(b"IHDR", parts[0][1]), (b"tEXt", b"Software\0")]
    assert parts[-1] == (b"IEND", b"")


WORDS = st.text(min_size=1, max_size=20) | st.sampled_from(["--", "-->", "%%{", "a;b=c&d", "\u202e", "]]>"])


@given(options=st.dictionaries(st.sampled_from(["case", "scenario", "data"]), WORDS, min_size=1))
def test_property_options_come_back_as_they_were_and_break_no_format(options: dict[str, str]) -> None:
    mark = mark_of(options)
    assert options_in(mark.encode()) == options
    assert re.fullmatch(r"[\w.~%+;=:-]+", mark, re.ASCII)
    assert "--" not in mark.removeprefix("stepladder-made-with")


@pytest.mark.parametrize(
    "options",
    [
        ("-o", "a.mmd", "--view", "roles"),
        ("-o", "a.d2", "--theme", "dark"),
        ("-o", "a.html", "--theme", "dark"),
        ("-o", "a.json", "--process", "sale"),
        ("-o", "a.mmd", "--data", "shop/mapping.yaml"),
        ("-o", "a.svg", "--as-of", "2026-03-01"),
    ],
)
def test_what_a_format_can_not_show_is_refused(stepladder: Run, shop: Path, options: tuple[str, ...]) -> None:
    assert stepladder("draw", "shop", *options).status == 2
    assert not Path(options[1]).exists()


def test_what_can_not_be_shown_is_told_in_the_language_of_the_spec(stepladder: Run, root: Path) -> None:
    found = stepladder("draw", str(root / "specs/two_step_sale"), "-o", "a.mmd", "--view", "roles")
    assert (found.status, "изглед" in found.err) == (2, True), found.err


def test_pdf_without_its_package_is_told_before_the_work(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stepladder_dsl.notation.pdf.pdf_is_possible", lambda: False)
    found = stepladder("draw", "shop", "-o", "a.pdf")
    assert found.status == 2
    assert "SD061" in found.err
    assert "stepladder[pdf]" in found.err


@pytest.mark.parametrize("language", ["ru", "bg", "fa"])
def test_a_stale_drawing_is_told_in_the_readers_language(stepladder: Run, shop: Path, language: str) -> None:
    found = stepladder("draw", "shop", "-o", "a.svg", "--check", "--lang", language)
    assert found.status == 1
    assert "SD099" in found.err
    assert "there is no" not in found.err


def test_a_file_without_a_name_is_wrong_usage(stepladder: Run, shop: Path) -> None:
    """As where a script's variable is empty."""
    assert stepladder("draw", "shop", "-o", "").status == 2
    assert not (shop / "shop.svg").exists()
