"""Finds the name that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable

_SHORTEST_BEGINNING = 3

_TWINS = str.maketrans("авеикмнорстухіјѕ", "abeukmhopctyxijs")
"""Cyrillic letters -> the Latin ones that look the same."""


def looks_like(word: str, other: str) -> bool:
    """Say whether two different words look the same, because they are written in different alphabets.

    >>> looks_like("ceo", "сео")
    True
    """
    return word.casefold() != other.casefold() and skeleton(word) == skeleton(other)


def skeleton(word: str) -> str:
    """Give the form that all words have that look the same: in small Latin letters where there are such."""
    return word.casefold().translate(_TWINS)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word most like `word`, or None where none is near enough.

    >>> nearest("ofer", ["sale", "offer"])
    'offer'

    The beginning of a word is enough, but a short word begins too many others.

    >>> nearest("quest", ["answer", "questionnaire"]), nearest("in", ["answer", "inspection"])
    ('questionnaire', None)
    """
    from difflib import get_close_matches

    by_form = {candidate.casefold(): candidate for candidate in known}
    beginning = [form for form in by_form if form.startswith(word.casefold())]
    if len(beginning) == 1 and len(word) >= _SHORTEST_BEGINNING:
        return by_form[beginning[0]]
    found = get_close_matches(word.casefold(), by_form, n=1, cutoff=0.7)
    return by_form[found[0]] if found else None
