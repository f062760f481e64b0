"""The other specs and the starter projects: what the review says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ANSWERS = {
    "specs/b2b_pipeline/b2b_pipeline.ladder": {
        4: "answered",
        5: "answered",
        9: "answered",
    },
    "specs/repeat_purchase/repeat_purchase.ladder": {
        2: "answered",
        6: "answered",
        10: "answered",
        14: "answered",
        15: "in_part",
    },
}
"""What is answered at all, by question; everything else is a hole."""


def found(document: dict[str, Any]) -> dict[int, str]:
    """Give the questions that are no holes."""
    return {
        subject["number"]: subject["status"]
        for subject in document["questions"]
        if subject["status"] != "hole"
    }


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_answered(name: str, root: Path, audit: Callable[..., Any]) -> None:
    assert found(audit((root / name).read_text(encoding="utf-8"))) == ANSWERS[name]
