from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# A run on a busy machine is slow now and then, which is no mistake of the code: no deadline. The same
# examples every time keep a red run about the change at hand; the nightly run looks for new ones.
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile("ci")


def load(file: Path) -> ModuleType:
    """Load a helper that lies beside tests, once: test folders are no packages."""
    name = f"tests_{file.parent.name}_{file.stem}"
    if name not in sys.modules:
        found = importlib.util.spec_from_file_location(name, file)
        assert found
        assert found.loader
        module = sys.modules[name] = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)
    return sys.modules[name]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Read Markdown as tests where a `suite.py` beside it, or up to two folders above, says how."""
    if file_path.suffix != ".md" or file_path.name == "README.md":
        return None
    readers = (folder / "suite.py" for folder in list(file_path.parents)[:3])
    reader = next((found for found in readers if found.is_file()), None)
    if reader is None:
        return None
    collector: pytest.Collector = load(reader).SuiteFile.from_parent(parent, path=file_path)
    return collector


@pytest.fixture(scope="session")
def load_helper() -> Callable[[Path], ModuleType]:
    """The way to a helper that lies beside tests."""
    return load


@pytest.fixture(scope="session")
def loops() -> ModuleType:
    """Loops over arrays as each compiler makes them."""
    return load(Path(__file__).parent / "loops.py")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests work out apart from what the user has kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEPLADDER_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the real data sets; a test that asks for it is skipped where there is none."""
    named = os.environ.get("STEPLADDER_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared"
    if not folder.is_dir():
        where = "STEPLADDER_SHARED" if named else "the folder `shared` beside the repository"
        pytest.skip(f"needs the real data sets, and {where} is no folder here")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser of this machine; a test that asks for it is skipped where there is none."""
    program = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    if program is None:
        pytest.skip("needs a browser, and neither chromium nor google-chrome is installed here")
    drivers = pytest.importorskip("playwright.sync_api", reason="needs playwright to drive the browser")
    with drivers.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """The way to open a page (its text, or its file); it must ask nobody for anything and have no mistake."""
    asked: list[str] = []
    mistakes: list[str] = []
    contexts: list[Any] = []

    def opened(page: str | Path, **options: Any) -> Any:
        file = page if isinstance(page, Path) else tmp_path / f"page{len(contexts)}.html"
        if isinstance(page, str):
            file.write_text(page, encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        shown = context.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("pageerror", lambda error: mistakes.append(str(error)))
        shown.on("console", lambda told: mistakes.extend([told.text] if told.type == "error" else []))
        shown.goto(file.as_uri())
        return shown

    yield opened
    for context in contexts:
        context.close()
    assert [address for address in asked if not address.startswith(("file:", "data:", "blob:"))] == []
    assert mistakes == []
