"""Real sites are built with real programs: Sphinx, MkDocs, Zensical."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

Build = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def build(root: Path, tmp_path: Path) -> Build:
    """The way to run a program's module in the folder of a site."""

    def run(module: str, *words: str) -> subprocess.CompletedProcess[str]:
        if find_spec(module) is None:
            pytest.skip(f"needs {module}, which is not installed here")
        path = os.pathsep.join([str(root / "dsl"), str(root / "engine"), str(tmp_path)])
        command = [sys.executable, "-W", "ignore", "-m", module, *words]
        return subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )

    return run


def indented(text: str) -> str:
    return "".join(f"   {line}\n" if line else "\n" for line in text.splitlines())


def sphinx_site(folder: Path, page: str) -> None:
    (folder / "conf.py").write_text('extensions = ["stepladder_dsl.embedding.sphinx"]\n', encoding="utf-8")
    (folder / "index.rst").write_text(f"Shop\n====\n\n{page}\n", encoding="utf-8")


def sphinx_page(folder: Path) -> str:
    return (folder / "out" / "index.html").read_text(encoding="utf-8")


def test_sphinx_shows_blocks_and_files(build: Build, tmp_path: Path, shop: str) -> None:
    (tmp_path / "shop.ladder").write_text(shop, encoding="utf-8")
    page = (
        f".. ladder::\n   :caption: How <we> sell\n\n{indented(shop)}\n"
        ".. ladder:: shop.ladder\n   :view: lanes\n   :name: lanes\n\n"
        ".. ladder:: /shop.ladder\n   :table: stages\n   :source: yes\n"
    )
    sphinx_site(tmp_path, page)
    ended = build("sphinx", "-W", "-q", ".", "out")
    assert (ended.returncode, ended.stderr) == (0, "")
    made = sphinx_page(tmp_path)
    assert made.count("<svg") == 2
    assert "<figcaption>How &lt;we&gt; sell</figcaption>" in made
    assert 'id="lanes"' in made
    assert re.search(r"<th[^>]*>.*Answers for it", made)
    assert "Ask what it is for" in made


def test_sphinx_builds_a_page_anew_when_its_spec_changes(build: Build, tmp_path: Path, shop: str) -> None:
    spec = tmp_path / "shop.ladder"
    spec.write_text(shop, encoding="utf-8")
    sphinx_site(tmp_path, ".. ladder:: shop.ladder\n")
    assert build("sphinx", "-W", "-q", ".", "out").returncode == 0
    spec.write_text(shop.replace("Knows us", "Has heard of us"), encoding="utf-8")
    os.utime(spec, (2_000_000_000, 2_000_000_000))
    assert build("sphinx", "-W", "-q", ".", "out").returncode == 0
    assert "Has heard of us" in sphinx_page(tmp_path)


def test_sphinx_shows_what_is_wrong_and_goes_on(build: Build, tmp_path: Path, wrong: str) -> None:
    others = ".. ladder:: nowhere.ladder\n\n.. ladder::\n   :view: lane\n\n   spec x\n"
    page = f".. ladder::\n\n{indented(wrong)}\n{others}\nThe end.\n"
    sphinx_site(tmp_path, page)
    ended = build("sphinx", "-q", ".", "out")
    assert ended.returncode == 0
    made = sphinx_page(tmp_path)
    # The finding speaks of the line of the page.
    assert "index.rst:19:24: error SL101 unknown stage `chosing`" in made
    assert "SD100 `nowhere.ladder` can not be read" in made
    assert "SD100 there is no view `lane`" in made
    assert "The end." in made
    assert "SL101" in ended.stderr
    assert build("sphinx", "-W", "-E", "-q", ".", "out").returncode != 0


def test_a_table_runs_as_its_language_does(build: Build, tmp_path: Path, root: Path) -> None:
    spec = (root / "specs" / "phone_sale" / "phone_sale.fa.ladder").read_text(encoding="utf-8")
    (tmp_path / "shop.ladder").write_text(spec, encoding="utf-8")
    sphinx_site(tmp_path, ".. ladder:: shop.ladder\n   :table: roles\n   :caption: نقش‌ها\n")
    ended = build("sphinx", "-W", "-q", ".", "out")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.search(r'<div lang="fa" dir="rtl">\s*<table.*نقش‌ها.*</div>', sphinx_page(tmp_path), re.DOTALL)


@pytest.mark.parametrize("builder", ["text", "man", "latex"])
def test_other_builders_get_a_table(build: Build, tmp_path: Path, shop: str, builder: str) -> None:
    sphinx_site(tmp_path, f".. ladder::\n\n{indented(shop)}\n")
    ended = build("sphinx", "-W", "-q", "-b", builder, ".", "out")
    assert (ended.returncode, ended.stderr) == (0, "")
    made = "".join(
        file.read_text(encoding="utf-8")
        for file in (tmp_path / "out").iterdir()
        if file.suffix in {".txt", ".tex", ".1"}
    )
    assert "Ask what it is for" in made
    assert "<svg" not in made


MARKDOWN = """\
# How we sell

```ladder
{shop}```

```ladder file=specs/shop.ladder view=lanes
```

~~~ladder file=specs/shop.ladder table=stages
~~~
"""


def markdown_site(folder: Path, shop: str, settings: str) -> None:
    (folder / "docs").mkdir()
    (folder / "specs").mkdir()
    (folder / "specs" / "shop.ladder").write_text(shop, encoding="utf-8")
    (folder / "docs" / "index.md").write_text(MARKDOWN.replace("{shop}", shop), encoding="utf-8")
    (folder / "mkdocs.yml").write_text(f"site_name: Shop\n{settings}", encoding="utf-8")


def has_everything(made: str) -> None:
    assert made.count('class="stepladder"') == 2
    assert "stepladder-table" in made
    assert "stepladder-error" not in made


HOOK = (
    "from stepladder_dsl.embedding.mkdocs import on_config, on_serve\n\n__all__ = ['on_config', 'on_serve']\n"
)


@pytest.mark.parametrize("how", ["extension", "hook"])
def test_mkdocs_shows_blocks_and_files(build: Build, tmp_path: Path, shop: str, how: str) -> None:
    settings = (
        "hooks: [ladder_hook.py]\n"
        if how == "hook"
        else "markdown_extensions: [stepladder_dsl.embedding.markdown]\n"
    )
    markdown_site(tmp_path, shop, f"theme: mkdocs\n{settings}")
    (tmp_path / "ladder_hook.py").write_text(HOOK, encoding="utf-8")
    ended = build("mkdocs", "build", "--strict", "-q")
    assert ended.returncode == 0, ended.stderr
    has_everything((tmp_path / "site" / "index.html").read_text(encoding="utf-8"))


def test_mkdocs_shows_what_is_wrong_and_is_strict_where_asked(
    build: Build, tmp_path: Path, wrong: str
) -> None:
    markdown_site(tmp_path, wrong, "theme: mkdocs\nhooks: [ladder_hook.py]\n")
    (tmp_path / "ladder_hook.py").write_text(HOOK, encoding="utf-8")
    assert build("mkdocs", "build", "-q").returncode == 0
    made = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert made.count('role="alert"') == 3
    assert "SL101 unknown stage `chosing`" in made
    ended = build("mkdocs", "build", "--strict")
    assert ended.returncode != 0
    assert "SL101" in ended.stderr


def test_the_hook_watches_the_specs(tmp_path: Path, shop: str) -> None:
    pytest.importorskip("markdown", reason="needs Python-Markdown")
    from types import SimpleNamespace

    from stepladder_dsl.embedding.mkdocs import on_serve

    (tmp_path / "shop.ladder").write_text(shop, encoding="utf-8")
    watched: list[str] = []
    server: Any = SimpleNamespace(watch=watched.append)
    settings = SimpleNamespace(config_file_path=str(tmp_path / "mkdocs.yml"))
    assert on_serve(server, settings, None) is server
    assert watched == [str(tmp_path.resolve() / "shop.ladder")]


def test_zensical_shows_blocks_and_files(build: Build, tmp_path: Path, shop: str) -> None:
    settings = "markdown_extensions:\n  - pymdownx.superfences\n  - stepladder_dsl.embedding.markdown\n"
    markdown_site(tmp_path, shop, settings)
    ended = build("zensical", "build")
    assert ended.returncode == 0, ended.stderr
    has_everything((tmp_path / "site" / "index.html").read_text(encoding="utf-8"))


def test_a_picture_in_a_page_follows_its_theme(
    open_page: Callable[..., Any], build: Build, tmp_path: Path, shop: str
) -> None:
    sphinx_site(tmp_path, f".. ladder::\n\n{indented(shop)}\n")
    assert build("sphinx", "-W", "-q", ".", "out").returncode == 0
    shown = open_page(tmp_path / "out" / "index.html", color_scheme="dark")
    paper = "getComputedStyle(document.querySelector('svg.stepladder > rect')).fill"
    dark = shown.evaluate(paper)
    shown.evaluate("document.documentElement.dataset.theme = 'light'")
    assert shown.evaluate(paper) == "rgb(255, 255, 255)" != dark
