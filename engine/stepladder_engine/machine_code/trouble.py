"""What kept machine code from being made or kept: found on the way, and said once in the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

What = Literal["no_compiler", "compiler_failed", "not_kept"]
_FOUND: dict[What, str] = {}


def remember(what: What, where: str = "") -> None:
    """Remember the program that failed, or the folder that nobody may write to; the first is enough."""
    _FOUND.setdefault(what, where)


def troubles() -> Mapping[What, str]:
    """Give what was found."""
    return _FOUND
