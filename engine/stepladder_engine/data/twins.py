"""Names and keys that look the same and are not: what a person never finds by looking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import looks_like, skeleton
from stepladder_dsl.keywords.dialect import normalize_name
from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.problems import Fault, note

_JOINERS = str.maketrans("", "", "\u200c\u200d\u0640")
_TOTALS = frozenset(
    {
        *("total", "totals", "grand total", "sum", "subtotal"),
        *("итого", "всего", "итог", "сумма", "общий итог"),
        *("общо", "всичко", "сума", "общо всичко"),
        *("جمع", "جمع کل", "مجموع", "کل"),
    }
)


def same_letters(name: str, columns: Iterable[str]) -> str | None:
    """Give the one column that is written with other forms of the same letters, the Arabic or Persian ones.

    >>> same_letters("مشتری", ["مشتري", "تاريخ"])
    'مشتري'
    """
    wanted = _one_form(name)
    found = [column for column in columns if column and _one_form(column) == wanted]
    return found[0] if len(found) == 1 else None


def look_alike(name: str, columns: Iterable[str]) -> str | None:
    """Give the column whose name has letters of another alphabet that look like those of the name.

    >>> look_alike("Cумма", ["Дата", "Сумма"])
    'Сумма'
    """
    return next((column for column in columns if looks_like(name, column)), None)


def total_word(key: str) -> bool:
    """Tell whether a key is what people write before totals.

    >>> total_word("Итого:"), total_word("Totalenergies")
    (True, False)
    """
    return normalize_name(key).casefold().rstrip(": ") in _TOTALS


class Twins:
    """The keys of records by what they look like, for those who ask for one that is not there."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = known
        self._by_look: dict[str, str] | None = None
        self._by_number: dict[str, str] = {}

    def unknown(self, record: str, key: str) -> Fault:
        """Say that there is no such record, and which one was probably meant."""
        if self._by_look is None:
            self._by_look = {_look(known): known for known in self._known}
            self._by_number = {_number(known): known for known in self._known}
        found = {"record": record, "key": key}
        near = self._by_look.get(_look(key))
        if near is not None:
            return Fault("SD051", "alike", {**found, "near": near})
        near = self._by_number.get(_number(key))
        return Fault("SD051", "", found) if near is None else Fault("SD051", "zeros", {**found, "near": near})


def keys_by_kind(spec: Spec, dataset: Dataset) -> dict[str, Iterable[str]]:
    """Give the keys of each kind of records: those of the data, or else those that events have."""
    made: dict[str, set[str]] = {kind: set() for kind in spec.records if kind not in dataset.sourced}
    for event in dataset.events:
        record = spec.events[event.kind].record
        if record in made:
            made[record].add(event.key)
    return {kind: dataset.records[kind] if kind in dataset.sourced else made[kind] for kind in spec.records}


def twin_keys(spec: Spec, keys: Mapping[str, Iterable[str]]) -> Iterator[Diagnostic]:
    """Say of each kind of records which keys look the same: perhaps they are one client."""
    for kind in spec.records:
        pairs = list(_pairs(keys[kind]))
        if pairs:
            first, second = pairs[0]
            yield note("alike_keys", kind=kind, count=len(pairs), first=first, second=second)


def _pairs(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give the keys that look like another one: a pair always has letters beyond ASCII."""
    beyond = sorted(key for key in keys if not key.isascii())
    looks = {_look(key): key for key in keys if key.isascii()} if beyond else {}
    for key in beyond:
        other = looks.setdefault(_look(key), key)
        if other != key:
            yield other, key


def _one_form(name: str) -> str:
    """Give a name with the Persian forms of letters that Arabic writes otherwise, and without joiners."""
    return normalize_name(name).translate(_JOINERS)


def _look(key: str) -> str:
    return skeleton(_one_form(key))


def _number(key: str) -> str:
    """Give a key as it is when a program has taken it for a number.

    >>> _number("0017"), _number("17.0"), _number("'17"), _number("A-17")
    ('17', '17', '17', 'A-17')
    """
    bare = key.removeprefix("'").removesuffix(".0").removesuffix(",0")
    return (bare.lstrip("0") or "0") if bare.isdecimal() else key
