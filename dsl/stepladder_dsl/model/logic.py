"""What the signs of comparisons mean, and three-valued logic: ``None`` is unknown, as in SQL and DMN."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

MIRRORED: Mapping[str, str] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""What a comparison is when its sides change places."""


def all_true(values: Iterable[bool | None]) -> bool | None:
    """Join with a three-valued `and`.

    >>> all_true([True, None]), all_true([None, False]), all_true([])
    (None, False, True)
    """
    found: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            found = None
    return found


def any_true(values: Iterable[bool | None]) -> bool | None:
    """Join with a three-valued `or`.

    >>> any_true([False, None]), any_true([None, True]), any_true([])
    (None, True, False)
    """
    found: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is None:
            found = None
    return found
