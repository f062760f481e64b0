"""What stands between the cells of a line, and how to find it out."""

from __future__ import annotations

WHITESPACE = "whitespace"
"""The delimiter of tables whose columns are set with spaces."""

_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", WHITESPACE: WHITESPACE}
_USUAL = {"csv": ",;\t|", "txt": "\t;,|", "tsv": "\t"}


def delimiter_of(name: str) -> str | None:
    """Give the delimiter that a mapping names, or None where it names none."""
    if name in _NAMES:
        return _NAMES[name]
    usable = len(name) == 1 and not name.isalnum() and name not in '"\r\n '
    return name if usable else None


def guessed_delimiter(header: str, form: str) -> str:
    """Give the usual delimiter that is most frequent in the header line, outside of quotes.

    >>> guessed_delimiter('id;"name, first";city', "csv")
    ';'
    """
    bare = "".join(header.split('"')[::2])
    usual = _USUAL[form]
    return max(usual, key=lambda mark: (bare.count(mark), -usual.index(mark)))
