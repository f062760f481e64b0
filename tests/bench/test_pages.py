"""The pages say what was measured last."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path


def test_the_tables_of_the_pages_are_those_of_the_last_runs(bench: Path) -> None:
    assert bench.is_dir()
    pages = import_module("pages")
    runs = pages.last_runs()
    for page in pages.PAGES:
        text = page.read_text(encoding="utf-8")
        assert pages.renewed(text, runs) == text, "run: python bench/pages.py"


def test_every_table_stands_on_a_page(bench: Path) -> None:
    assert bench.is_dir()
    pages = import_module("pages")
    text = "".join(page.read_text(encoding="utf-8") for page in pages.PAGES)
    assert {name for name in pages.FIGURES if f"<!-- figures: {name} -->\n" in text} == pages.FIGURES.keys()
