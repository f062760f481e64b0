"""`docs/language/*.md`, one page a construct, is exact: every block of every page is run.

    ```ladder           a spec: `check` finds nothing, it is laid out as `fmt` does, and its scenarios pass
    ```ladder below     is put behind every later spec of the page, so that each shows only what it is about
    ```ladder NAME      a file that later specs of the page include
    ```message          the whole answer of `check` about the spec above it, which then has a mistake
    ```result OPTIONS   what `stepladder test` prints for the spec above it
    ```ladder ru        the first spec of the page, as `fmt --to ru` writes it; so for every language

`STEPLADDER_ACCEPT=1 pytest tests/language/pages` writes the answers, the results and the translations;
read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from stepladder_dsl.compile import Compiled, compile_text
from stepladder_dsl.keywords import LANGUAGES, load_dialect
from stepladder_dsl.lint.settings import LintSettings
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_dsl.syntax.grammar import grammar_text
from stepladder_engine.cli.main import cli
from stepladder_engine.scenario.run import run_scenarios

ROOT = Path(__file__).resolve().parents[3]
OVERVIEW = ROOT / "docs" / "language.md"
PAGES = sorted((ROOT / "docs" / "language").glob("*.md"))
BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
OTHERS = [language for language in LANGUAGES if language != "en"]
FIRST_LINE = "language en\n\n"
WITHOUT_LEAKS = LintSettings(ignore=("SL404", "SL405", "SL406", "SL407", "SL408", "SL409"))
"""A page shows one construct; nobody is forgotten there, but so small a company wins nobody back."""


class WrongPageError(Exception):
    """A page with a block that nobody would run."""


@dataclass
class Example:
    """A spec of a page: in which line it stands, its own text, and what is read with it."""

    line: int
    own: str
    below: str
    files: dict[str, str]
    answered: list[str] = field(default_factory=list)
    """The kinds of the blocks behind it that say what it gives."""

    @property
    def text(self) -> str:
        return f"{self.own}\n{self.below}" if self.below else self.own

    @property
    def has_mistake(self) -> bool:
        return "message" in self.answered

    def written_to(self, folder: Path) -> Path:
        """Write the spec, and the files that it may include, into a folder."""
        for name, text in {**self.files, "shop.ladder": self.text}.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder / "shop.ladder"


def examples_of(page: str) -> Iterator[tuple[re.Match[str], Example]]:
    """Yield every block of a page with the spec that it is, or speaks of."""
    example: Example | None = None
    first: Example | None = None
    below = ""
    files: dict[str, str] = {}
    for block in BLOCK.finditer(page):
        kind, text = block["kind"], block["text"]
        if kind == "ladder":
            example = Example(page.count("\n", 0, block.start()) + 1, text, below, dict(files))
            first = first or example
            yield block, example
        elif kind == "ladder below" and first is not None:
            below, example = text, None
        elif re.fullmatch(r"ladder \w+\.ladder", kind):
            files[kind.split()[1]] = text
        elif kind in {f"ladder {language}" for language in OTHERS} and first is not None:
            yield block, first
        elif example is not None and re.fullmatch(r"message|result( --[a-z]+)*", kind):
            example.answered.append(kind.split()[0])
            yield block, example
        else:
            raise WrongPageError(f"a block that nobody reads: {block[0][:60]!r}")


def all_examples(*, with_mistakes: bool = True) -> Iterator[object]:
    """Give every spec of every page, named by its place."""
    for page in PAGES:
        found = list(examples_of(page.read_text(encoding="utf-8")))
        for block, example in found:
            if block["kind"] == "ladder" and (with_mistakes or not example.has_mistake):
                yield pytest.param(example, id=f"{page.stem}-{example.line}")


def all_translations() -> Iterator[object]:
    """Give every first spec in another language, named by page and language."""
    for page in PAGES:
        for block, first in examples_of(page.read_text(encoding="utf-8")):
            language = block["kind"].removeprefix("ladder ")
            if language in OTHERS:
                translation = Example(first.line, block["text"], "", first.files)
                yield pytest.param(translation, language, id=f"{page.stem}-{language}")


class Answers:
    """What `check`, `test` and `fmt` say about the specs of a page."""

    def __init__(self, suites: ModuleType, folder: Path) -> None:
        self.suites = suites
        self.folder = folder

    def page(self, page: str) -> str:
        """Give a page with every answer as it is today."""
        found = {block.start(): self.answer(block, example) for block, example in examples_of(page)}
        return BLOCK.sub(lambda block: found.get(block.start(), block[0]), page)

    def answer(self, block: re.Match[str], example: Example) -> str:
        kind, _, rest = block["kind"].partition(" ")
        match kind:
            case "message":
                path = example.written_to(self.folder)
                case = self.suites.Case("", "", text=example.text, message="", path=path)
                text = self.suites.found_in(case, lint=True)
            case "result":
                example.written_to(self.folder)
                text = CliRunner().invoke(cli, ["test", "shop.ladder", *rest.split()]).stdout
            case "ladder" if rest in OTHERS:
                text = format_text(Source("shop.ladder", example.own), rest).text or ""
            case _:
                return block[0]
        return f"```{block['kind']}\n{text}```"


@pytest.fixture
def answers(suites: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    monkeypatch.chdir(tmp_path)
    return Answers(suites, tmp_path)


def compiled(example: Example, folder: Path) -> Compiled:
    path = example.written_to(folder)
    return compile_text(Source(path.name, example.text), path=path, settings=WITHOUT_LEAKS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_answer_on_a_page_is_the_one_that_is_given(page: Path, answers: Answers) -> None:
    text = page.read_text(encoding="utf-8")
    today = answers.page(text)
    if os.environ.get("STEPLADDER_ACCEPT"):
        page.write_text(today, encoding="utf-8")
    else:
        assert text == today, "run: STEPLADDER_ACCEPT=1 pytest tests/language/pages"


@pytest.mark.parametrize("example", list(all_examples()))
def test_an_example_does_what_its_page_says(example: Example, tmp_path: Path) -> None:
    """A spec without a message has no findings, and its scenarios pass unless their result is shown."""
    found = compiled(example, tmp_path)
    if example.has_mistake:
        shown = example.own.count("\n")
        assert found.diagnostics != ()
        assert all(finding.span.line <= shown for finding in found.diagnostics), "speaks of a line below"
        return
    assert [(finding.span.line, finding.code, finding.values) for finding in found.diagnostics] == []
    assert found.spec
    results = run_scenarios(found.spec)
    failures = [failure for result in results for failure in result.failures]
    assert bool(failures) == ("result" in example.answered and not all(result.passed for result in results))


@pytest.mark.parametrize("example", list(all_examples(with_mistakes=False)))
def test_an_example_is_laid_out_as_the_formatter_does(example: Example) -> None:
    canonical = format_text(Source("shop.ladder", example.own)).text
    assert canonical
    assert example.own.removeprefix(FIRST_LINE) == canonical.removeprefix(FIRST_LINE)


@pytest.mark.parametrize(("translation", "language"), list(all_translations()))
def test_a_translation_is_a_spec_that_runs(translation: Example, language: str, tmp_path: Path) -> None:
    found = compiled(translation, tmp_path)
    assert found.language == language
    assert found.diagnostics == ()
    assert found.spec
    assert all(result.passed for result in run_scenarios(found.spec))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_right_and_wrong_specs_and_ends_in_every_language(page: Path) -> None:
    found = list(examples_of(page.read_text(encoding="utf-8")))
    examples = [example for block, example in found if block["kind"] == "ladder"]
    assert sum(not example.has_mistake for example in examples) > 1
    assert any(example.has_mistake for example in examples)
    assert examples[0].own.startswith(FIRST_LINE)
    last = [block["kind"] for block, _ in found][-len(OTHERS) :]
    assert sorted(last) == [f"ladder {language}" for language in sorted(OTHERS)]


def test_every_declaration_has_a_page() -> None:
    declarations = re.search(r"^\?file_line: ([^?]+)", grammar_text(), re.MULTILINE)
    assert declarations
    names = re.findall(r"\w+", declarations[1])
    assert len(names) > 10
    assert set(names) <= {page.stem for page in PAGES}


def test_the_overview_leads_to_every_page_and_back() -> None:
    overview = OVERVIEW.read_text(encoding="utf-8")
    for page in PAGES:
        assert f"(language/{page.name})" in overview
        assert "(../language.md)" in page.read_text(encoding="utf-8")


def test_every_keyword_is_documented() -> None:
    reference = "\n".join(page.read_text(encoding="utf-8") for page in (OVERVIEW, *PAGES))
    # The blocks in other languages hold English names, which document nothing.
    english = re.sub(r"^```ladder (?:ru|bg|fa)\n.*?^```$", "", reference, flags=re.MULTILINE | re.DOTALL)
    spellings = [words[0] for words in load_dialect("en").spellings.values()]
    missing = [word for word in spellings if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", english)]
    assert missing == []
