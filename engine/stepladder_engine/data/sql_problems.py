"""What a database answers when it does not give rows, said in our own words and without its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from stepladder_engine.data.database_url import hide
from stepladder_engine.data.problems import Fault, shown

_BY_STATE = {
    "28P01": ("SD033", ""),
    "28000": ("SD033", ""),
    "3D000": ("SD033", "database"),
    "42501": ("SD033", "rights"),
    "42P01": ("SD035", "table"),
    "3F000": ("SD035", "table"),
    "42703": ("SD035", "column"),
    "57014": ("SD035", "time"),
    "55P03": ("SD035", "time"),
    "25006": ("SD034", "database"),
    "57P01": ("SD032", "lost"),
    "57P03": ("SD032", ""),
    "53300": ("SD032", ""),
}
_BY_NUMBER = {
    1045: ("SD033", ""),
    1698: ("SD033", ""),
    1044: ("SD033", "rights"),
    1142: ("SD033", "rights"),
    1143: ("SD033", "rights"),
    1049: ("SD033", "database"),
    1146: ("SD035", "table"),
    1054: ("SD035", "column"),
    1205: ("SD035", "time"),
    3024: ("SD035", "time"),
    1792: ("SD034", "database"),
    2002: ("SD032", ""),
    2003: ("SD032", ""),
    2006: ("SD032", "lost"),
    2013: ("SD032", "lost"),
}
_BY_WORDS = (
    (r"no such table", "SD035", "table"),
    (r"no such column", "SD035", "column"),
    (r"database is locked|^interrupted", "SD035", "time"),
    (r"readonly database|not authorized", "SD034", "database"),
    (r"is not a database|malformed|is encrypted|disk I/O", "SD032", "broken"),
    (r"unable to open", "SD032", "closed"),
    (r"password authentication failed|no password supplied|no pg_hba", "SD033", ""),
    (r"role .* does not exist", "SD033", ""),
    (r"database .* does not exist", "SD033", "database"),
    (r"timeout|timed out", "SD032", "time"),
    (r"refused|resolve|translate host|[Nn]o route|unreachable|[Nn]ame or service|No such file", "SD032", ""),
    (r"closed the connection|connection .*lost|terminat", "SD032", "lost"),
)
_QUOTED = re.compile("[\"'`«„“](?P<name>[^\"'`»“”]+)[\"'`»“”]")
_PLAIN = re.compile(r"no such (?:table|column): (?P<name>.+)")
_QUALIFIED = re.compile(r"\b(?P<name>\w+\.\w+)\b")


def fault_of(error: BaseException, secrets: Sequence[str]) -> Fault:
    """Give what a driver's error means; where nothing is known of it, in its own words."""
    # SQLAlchemy keeps the driver's own error, and puts the statement into the sentence of its own.
    own = getattr(error, "orig", None) or error
    text = shown(hide(_first_line(own), secrets), 200)
    code, variant = _kind(own, text)
    values: dict[str, Any] = {"problem": text}
    if (code, variant) in {("SD035", "table"), ("SD035", "column")}:
        values["name"] = shown(_name_in(text))
    return Fault(code, variant, values)


def _kind(error: BaseException, text: str) -> tuple[str, str]:
    """Give the code and the variant of an error."""
    # MySQL's states say less than its numbers.
    number = error.args[0] if error.args else None
    if isinstance(number, int) and number in _BY_NUMBER:
        timeout = number == 2003 and "timed out" in text
        return ("SD032", "time") if timeout else _BY_NUMBER[number]
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _BY_STATE.get(state, ("SD032", "lost") if state.startswith("08") else ("SD035", ""))
    found = ((code, variant) for pattern, code, variant in _BY_WORDS if re.search(pattern, text))
    return next(found, ("SD035", ""))


def _first_line(error: BaseException) -> str:
    """Give the sentence of an error: of several, the first says what happened."""
    diagnosis = getattr(getattr(error, "diag", None), "message_primary", None)
    if diagnosis:
        return str(diagnosis)
    numbered = len(error.args) > 1 and isinstance(error.args[0], int)
    lines = str(error.args[1] if numbered else error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _name_in(text: str) -> str:
    """Give the name that the database does not know: without the table or the schema before it."""
    match = _PLAIN.search(text) or _QUOTED.search(text) or _QUALIFIED.search(text)
    name = match["name"] if match else text
    return name.rpartition(".")[2].strip("\"'`[]")


def with_nearest(fault: Fault, known: Iterable[str], nearest: str | None) -> Fault:
    """Give a fault that also says what there is."""
    return Fault(fault.code, fault.variant, {**fault.values, "known": list(known)}, nearest)
