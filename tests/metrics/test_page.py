"""The page of the standard figures explains each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stepladder_engine.texts.catalogue import table

FIGURES = sorted(
    key.removeprefix("standard.")
    for key in table("en")
    if key.startswith("standard.") and not key.startswith("standard.by.")
)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_stands_on_the_page_with_its_formula(root: Path, figure: str) -> None:
    page = (root / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    told = [row for row in rows if f"`{figure.removesuffix('_so_far')}`" in row[1]]
    assert len(told) == 1
    assert told[0][2].strip()
