"""Which form of a word stands behind a number, in each human language (categories of CLDR)."""

from __future__ import annotations


def plural_category(count: int, language: str) -> str:
    """Give ``one``, ``few``, ``many`` or ``other`` for a whole number.

    Russian has one, few and many; English and Bulgarian one and other; so has
    Persian, where nought goes with one.

    >>> plural_category(21, "ru"), plural_category(3, "ru"), plural_category(3, "fa")
    ('one', 'few', 'other')
    """
    if language == "ru":
        if count % 10 == 1 and count % 100 != 11:
            return "one"
        return "few" if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else "many"
    if language == "fa":
        return "one" if count <= 1 else "other"
    return "one" if count == 1 else "other"
