"""Every command that a page shows exists: the real command line reads it, and the files it names are there.

What stands in capitals (`SPEC`, `DIR`) is for the reader to fill in. At night those on the samples are run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import COMMANDS, cli

_FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`+(stepladder [^`]+)`")
_SHOWN = re.compile(
    r"(?:^|^\$ |^- run: |\| |^[A-Z_]+=\S+ |^[A-Z_]+=\"[^\"]*\" )(stepladder [^|\n]+)", re.MULTILINE
)
_IS_AN_EXAMPLE_OF_A_MISTAKE = re.compile(r"/(rules|pages)/")
_WRITTEN = {"-o", "--out", "--write-baseline"}


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it."""

    page: str
    line: str

    @property
    def words(self) -> list[str]:
        """Give what stands behind `stepladder`, without the marks of what may be left out."""
        return shlex.split(re.sub(r"[\[\]]|\.\.\.", "", self.line), comments=True)[1:]


def pages(root: Path) -> Iterator[Path]:
    yield from (root / "README.md", root / "CONTRIBUTING.md")
    for folder in ("docs", "specs", "dsl", "engine"):
        yield from sorted((root / folder).rglob("*.md"))


def shown(root: Path) -> Iterator[Shown]:
    """Every command in blocks and in the text of every page."""
    for page in pages(root):
        text = page.read_text(encoding="utf-8")
        name = str(page.relative_to(root))
        for fence in _FENCE.finditer(text):
            yield from (Shown(name, line) for line in _SHOWN.findall(fence["text"]))
        yield from (Shown(name, line) for line in _INLINE.findall(_FENCE.sub("", text)))


def is_for_the_reader(word: str) -> bool:
    return re.fullmatch(r"[A-Z_{][A-Z_,{}a-z]*", word) is not None and word[:2].upper() == word[:2]


def value_left_out(command: click.Command, words: list[str]) -> list[str]:
    """A text may speak of `fmt --to` without the value that the option takes."""
    takes = {
        name
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag and not option.count
        for name in option.opts
    }
    return ["VALUE"] if words and words[-1] in takes else []


def problems(command: Shown, root: Path) -> Iterator[str]:
    """What the command line would refuse, and which files are missing."""
    name, *rest = command.words
    if name not in COMMANDS:
        yield f"no command `{name}`"
        return
    real = cli.get_command(click.Context(cli), name)
    assert real is not None
    context = click.Context(real, info_name=name)
    try:
        values, _, _ = real.make_parser(context).parse_args([*rest, *value_left_out(real, rest)])
        for parameter in real.params:
            value = values.get(parameter.name or "")
            if (
                isinstance(value, str)
                and isinstance(parameter.type, click.Choice)
                and not is_for_the_reader(value)
            ):
                parameter.type.convert(value, parameter, context)
    except click.UsageError as error:
        yield error.format_message()
    written = {after for before, after in pairwise(rest) if before in _WRITTEN}
    for word in set(rest) - written:
        if word.startswith(("specs/", "tests/")) and "*" not in word and not (root / word).exists():
            yield f"no file `{word}`"


def test_every_command_on_every_page_is_one_of_the_command_line(root: Path) -> None:
    found = [
        f"{command.page}: {command.line}: {problem}"
        for command in shown(root)
        if command.words and not is_for_the_reader(command.words[0]) and not command.words[0].startswith("-")
        for problem in problems(command, root)
    ]
    assert found == []


def test_commands_are_found_where_pages_show_them(root: Path) -> None:
    by_page = {command.page for command in shown(root)}
    assert {
        "README.md",
        "docs/diagrams.md",
        "docs/scale.md",
        "docs/language/scenario.md",
        "specs/shop/README.md",
    } <= by_page


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("stepladder chekc SPEC", "no command `chekc`"),
        ("stepladder check SPEC --fixx", "No such option '--fixx'"),
        ("stepladder run specs/nowhere", "no file `specs/nowhere`"),
        ("stepladder tasks SPEC --format pages", "is not one of"),
        ("stepladder check --lang SPEC specs/shop --as-of", "No such option '--as-of'"),
    ],
)
def test_a_page_with_a_mistake_is_found(root: Path, line: str, said: str) -> None:
    (problem,) = problems(Shown("page.md", line), root)
    assert said in problem


def statuses(root: Path, folder: Path, *, on_public_data: bool) -> dict[str, int]:
    """Run what pages show about the samples, with results in a folder, and give the exit statuses."""
    (folder / "specs").symlink_to(root / "specs")
    lines = dict.fromkeys(
        command.line
        for command in shown(root)
        if re.search(r" specs/\w+", command.line) and not _IS_AN_EXAMPLE_OF_A_MISTAKE.search(command.page)
    )
    public = re.compile(r"run specs/(b2b_pipeline|repeat_purchase)\b")
    words = [
        shlex.split(line, comments=True) for line in lines if bool(public.search(line)) == on_public_data
    ]
    complete = [line for line in words if not any(map(is_for_the_reader, line))]
    return {" ".join(line): CliRunner().invoke(cli, line[1:]).exit_code for line in complete}


@pytest.mark.nightly
def test_every_command_on_the_samples_runs(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = statuses(root, tmp_path, on_public_data=False)
    assert len(found) > 40
    # A review with a hole ends with 1, as its page says; so does checking a drawing that was never made.
    with_findings = (
        "stepladder audit specs/phone_sale",
        "stepladder draw specs/shop -o docs/shop.svg --check",
    )
    assert [line for line, status in found.items() if status and not line.startswith(with_findings)] == []


@pytest.mark.nightly
@pytest.mark.shared
def test_the_commands_on_public_data_run(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPLADDER_DATA", str(shared / "data"))
    assert set(statuses(root, tmp_path, on_public_data=True).values()) == {0}
