"""What could have stood at a place where something else stands, in few words."""

from __future__ import annotations

from stepladder_dsl.keywords.dialect import Dialect

NAME_BEHIND = {
    **dict.fromkeys(
        ("OWNER", "REPORTS_TO", "THEN_ALERT", "ALERT_TO", "BY", "ESCALATE_TO", "PERSON_FOR"), "role"
    ),
    **dict.fromkeys(("GO_TO", "AFTER_ENTERING", "REACHED", "REACHING", "NOW_IN"), "stage"),
    **dict.fromkeys(("ON", "ACCEPTED_ON", "DECLINED_ON", "DONE_ON", "CANCELLED_ON", "AFTER_NO"), "event"),
    **dict.fromkeys(("FOR", "GIVEN", "TO"), "record"),
}
"""Keyword -> the kind of thing whose name stands behind it."""

_UNITS = {"MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"}
_VALUES = {
    *("NUMBER", "STRING", "DATE", "YES", "NO", "UNKNOWN", "COLUMN", "IF", "NOT", "MINUS", "_LPAR"),
    *("COUNT_OF", "SUM_OF", "AVERAGE_OF", "MIN_OF", "MAX_OF", "FIRST_OF", "LAST_OF", "REACHED", "NOW_IN"),
}
_OPERATORS = {
    *("EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "MINUS", "STAR", "SLASH", "AND", "OR", "IN", "NOT_IN"),
    *("BETWEEN", "IS_KNOWN", "IS_UNKNOWN", "IN_LAST", "IN_FIRST", "PERCENT", "REACHING", "WHERE"),
}
_COMPARISONS = {"EQ", "NE", "LT", "LE", "GT", "GE"}
_KINDS = {
    "NAME": "name",
    "STRING": "text",
    "NUMBER": "number",
    "DATE": "date",
    "TIME": "time",
    "_COMMA": "comma",
    "_RPAR": "closing_bracket",
    "_LPAR": "opening_bracket",
    "_DOT": "dot",
    "_PIPE": "bar",
    "_DOUBLE_PIPE": "double_bar",
    "EQ": "equals_sign",
    "COLUMN": "column",
    "SLASH": "slash",
    "$END": "line_end",
}
_MANY = 5


def describe_expected(terminals: tuple[str, ...], dialect: Dialect) -> list[str]:
    """Give a short list of what could stand at a place, for a message.

    Keywords are given as `` `spelling` ``; everything else as ``<kind>``, for
    which the catalogue of the reader's language has the words.
    """
    # Nobody who slipped meant to say that a finding is fine.
    left = set(terminals) - {"ALLOW"}
    found: list[str] = []
    if len(left & _VALUES) >= _MANY:
        found.append("<value>")
        left -= _VALUES | _UNITS | {"NAME"}
    if "PLUS" not in left and left >= _COMPARISONS:
        found.append("<comparison>")
        left -= _OPERATORS
    if len(left & _OPERATORS) >= _MANY:
        found.append("<operator>")
        left -= _OPERATORS
    if len(left & _UNITS) >= _MANY:
        found.append("<unit>")
        left -= _UNITS
    if {"ONE_OF", "YES"} <= left:
        left -= {"YES"}
        found.append(f"`{dialect.spelling('YES')}/{dialect.spelling('NO')}`")
    keywords = sorted(f"`{dialect.spelling(name)}`" for name in left if name in dialect.spellings)
    kinds = sorted(f"<{_KINDS[name]}>" for name in left if name in _KINDS)
    dash = ["`-`"] if "MINUS" in left else []
    return keywords + dash + kinds + found


def special_lack(expected: tuple[str, ...]) -> str:
    """Give the name of the sentence for what is missing, where there is one that says it better."""
    wanted = set(expected) - {"STRING"}
    if wanted == {"FOR"}:
        return "for_whom"
    if wanted == {"ELSE"}:
        return "else"
    if wanted == {"_DOT"}:
        return "field"
    return "unit" if wanted >= _UNITS and not wanted & _OPERATORS else ""
