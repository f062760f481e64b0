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

DEFINED = sorted(key.removeprefix("how.") for key in table("en") if key.startswith("how."))
"""Those of which a report says how they are made."""


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_stands_on_the_page_with_its_formula(root: Path, figure: str) -> None:
    assert formula(root, figure.removesuffix("_so_far"))


@pytest.mark.parametrize("figure", [figure for figure in DEFINED if figure != "interval"])
def test_a_report_says_what_the_page_says(root: Path, figure: str) -> None:
    """Who gets a report has no page: both say the same."""
    assert formula(root, figure) == table("en")[f"how.{figure}"]


def formula(root: Path, figure: str) -> str:
    """Give what the page says a figure is."""
    page = (root / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    (told,) = (row for row in rows if f"`{figure}`" in row[1])
    return told[2].strip()
