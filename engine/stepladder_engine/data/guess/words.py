"""How alike two names are: in any language, in other letters, in another form, or by their meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import combining, normalize

from stepladder_dsl.keywords.dialect import normalize_word

_WORD = re.compile(r"[^\W_]+|№")
_HUMP = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])|(?<=[A-Z])(?=[A-Z][a-z])")
_LITTLE_WORDS = """
of the a an and in is to for by
и в на по из от за с до
به از با و در را می که
"""
_PASSED_OVER = frozenset(_LITTLE_WORDS.split())
_WEAK = frozenset({"id", "time", "money", "type"})
"""What such a word says is said of many columns, so that it tells them less apart."""

_SAME, _MEANT, _FORM, _SLIP = 1.0, 0.95, 0.85, 0.8
_LETTERS = """
а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts ч=ch ш=sh
щ=sht ъ=a ы=y ь= э=e ю=yu я=ya є=e і=i ї=i ґ=g ђ=dj ј=j љ=lj њ=nj ћ=c џ=dz
"""
_LATIN = str.maketrans(dict(pair.split("=") for pair in _LETTERS.split()))


@cache
def _meanings() -> dict[str, frozenset[str]]:
    """Give what each known word can mean; the words of one meaning are those of all languages."""
    file = Path(__file__).with_name("words.json")
    found: dict[str, set[str]] = {}
    for meaning, words in json.loads(file.read_text(encoding="utf-8")).items():
        for word in words.split():
            found.setdefault(_plain(word), set()).add(meaning)
    return {word: frozenset(meanings) for word, meanings in found.items()}


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """Give the words of a name, in small letters and without those that say nothing.

    >>> words_of("FirstSeen"), words_of("Дата регистрации"), words_of("number_of_cds")
    (('first', 'seen'), ('дата', 'регистрации'), ('number', 'cds'))
    """
    words = [_plain(word) for part in _HUMP.split(name) for word in _WORD.findall(part)]
    return tuple(word for word in words if word not in _PASSED_OVER) or tuple(words)


def _plain(word: str) -> str:
    """Give a word in small letters without the marks that some writers leave out."""
    small = normalize_word(word)
    if small.isascii():
        return small
    return "".join(sign for sign in normalize("NFD", small) if not combining(sign) or sign == "\u0306")


@lru_cache(maxsize=20_000)
def _latin(word: str) -> str:
    """Give a Cyrillic word in Latin letters, as people write it who have no others."""
    return normalize("NFC", word).translate(_LATIN)


@lru_cache(maxsize=20_000)
def meanings_of(word: str) -> frozenset[str]:
    """Give what a word can mean; a known word in another form means the same."""
    known = _meanings()
    if word in known:
        return known[word]
    forms = [other for other in known if _is_form(word, other)]
    return known[max(forms, key=lambda other: _beginning(word, other))] if forms else frozenset()


def means(name: str, meaning: str) -> bool:
    """Tell whether one of the words of a name has a meaning.

    >>> means("order_date", "time"), means("Кога", "time"), means("city", "time")
    (True, True, False)
    """
    return any(meaning in meanings_of(word) for word in words_of(name))


def _is_form(word: str, other: str) -> bool:
    """Tell whether two words begin alike, so that the one may be a form of the other."""
    same = _beginning(word, other)
    return same >= 4 and same >= 0.6 * max(len(word), len(other))


def _beginning(word: str, other: str) -> int:
    """Count the letters with which both words begin."""
    same = (index for index, (one, two) in enumerate(zip(word, other, strict=False)) if one != two)
    return next(same, min(len(word), len(other)))


@lru_cache(maxsize=100_000)
def _likeness_of_words(one: str, other: str) -> float:
    """Say how alike two words are, from 0 to 1."""
    if one == other:
        return _SAME
    if meanings_of(one) & meanings_of(other):
        return _MEANT
    first, second = _latin(one), _latin(other)
    if first == second:
        return _MEANT
    if _is_form(first, second):
        return _FORM
    if min(len(first), len(second)) >= 5:
        from difflib import SequenceMatcher

        if SequenceMatcher(None, first, second).ratio() >= 0.82:
            return _SLIP
    return 0.0


def _weight(word: str) -> float:
    return 0.4 if meanings_of(word) & _WEAK else 1.0


def _covered(words: Sequence[str], by: Sequence[str]) -> float:
    """Say how much of the words has its like among others."""
    weights = [_weight(word) for word in words]
    found = [max((_likeness_of_words(word, other) for other in by), default=0.0) for word in words]
    whole = sum(weights)
    return sum(weight * like for weight, like in zip(weights, found, strict=True)) / whole if whole else 0.0


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> float:
    """Say how alike two names are, from 0 to 1.

    >>> likeness("unit_price", "UnitPrice"), likeness("amount", "colour")
    (1.0, 0.0)
    >>> likeness("клиент", "customer_id") > 0.7, likeness("agent", "sales_agent") > 0.7
    (True, True)
    """
    first, second = words_of(one), words_of(other)
    if not first or not second:
        return 0.0
    if "".join(first) == "".join(second):
        return _SAME
    return (_covered(first, second) + _covered(second, first)) / 2


def is_said_in(name: str, title: str) -> float:
    """Say how much of a short name is found in a title, such as `told` in `The client is told`."""
    return _covered(words_of(name), words_of(title))


def best(name: str, known: Iterable[str]) -> tuple[str | None, float]:
    """Give the most alike of several names and how alike it is; of equals, the first."""
    scored = [(likeness(name, candidate), candidate) for candidate in known]
    if not scored:
        return None, 0.0
    score = max(score for score, _ in scored)
    return next(candidate for found, candidate in scored if found == score), score
