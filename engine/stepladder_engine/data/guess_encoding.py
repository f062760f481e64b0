"""Guesses in which one-byte encoding a text is written, or refuses to.

Almost any bytes can be read in almost any of these encodings, so what counts is whether words come out:
letters that are frequent in a language, capitals where capitals stand, one alphabet in a word. A guess
is made only where it is far better than the next one that would give another text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from stepladder_dsl.record import record
from stepladder_engine.data.letters import (
    ARABIC,
    BALTIC,
    CENTRAL,
    CYRILLIC,
    GREEK,
    HEBREW,
    TURKISH,
    WESTERN,
    Alphabet,
)

MOST_WORDS = 5_000
"""So many different words decide; more would not change the answer."""

_CANDIDATES: dict[str, tuple[float, Sequence[Alphabet]]] = {
    # How rare the encoding itself is, and what is written in it. Of two that give the same text the first
    # is named.
    "windows-1251": (0, (CYRILLIC,)),
    "koi8-r": (-1, (CYRILLIC,)),
    "ibm866": (-1, (CYRILLIC,)),
    "iso-8859-5": (-3, (CYRILLIC,)),
    "x-mac-cyrillic": (-4, (CYRILLIC,)),
    "windows-1256": (0, (ARABIC,)),
    "iso-8859-6": (-2, (ARABIC,)),
    "windows-1253": (-1, (GREEK,)),
    "windows-1255": (-1, (HEBREW,)),
    "windows-1252": (0, WESTERN),
    "windows-1250": (0, CENTRAL),
    "iso-8859-2": (-2, CENTRAL),
    "windows-1254": (-1, TURKISH),
    "windows-1257": (-1, BALTIC),
    "cp850": (-2, WESTERN),
    "cp852": (-2, CENTRAL),
    "macintosh": (-4, WESTERN),
}
_FOR_SIGNS = "windows-1252"
_CODECS = {"x-mac-cyrillic": "mac_cyrillic", "maccyrillic": "mac_cyrillic", "macintosh": "mac_roman"}
_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_USUAL_SIGNS = frozenset("№«»„“”‘’–—…•€§©®°±×·₽™،؛؟٪")
_SPACES = frozenset("\u00a0\u202f\u200c\u200e\u200f")
_OF_AMOUNTS = frozenset("€£¥₽₴₺₹\u00a0\u202f")

_SPACE, _SIGN, _RARE_LETTER, _NO_TEXT = -3.0, -4.6, -7.5, -10.0
_SMALL, _CAPITAL, _CAPITAL_BEHIND_CAPITAL = -0.2, -1.2, -0.5
_CAPITAL_BEHIND_SMALL, _SMALL_BEHIND_SIGN, _SIGN_IN_A_WORD = -5.0, -3.0, -6.0
_OTHER_ALPHABET, _ACCENTS_TOGETHER = -7.0, -3.0
_OF_AN_AMOUNT, _DASH_ALONE, _LETTER_AT_A_NUMBER = -0.2, -2.0, -4.5

LEAST_AHEAD = 7.0
"""How far ahead of all others the best one has to be: about a thousand to one."""
LEAST_LIKELY = -4.5
"""Below this, by letter, the text is in none of the languages that are known here."""


def codec_of(encoding: str) -> str:
    """Give the name by which Python knows an encoding."""
    return _CODECS.get(encoding.casefold(), encoding)


@record
class Guess:
    """What an encoding makes of the words of a file, and how likely a text that is.

    `rank` also counts how rare the encoding itself is.
    """

    encoding: str
    words: tuple[str, ...]
    likely: float
    rank: float


def odd_words(chunk: bytes) -> Iterator[bytes]:
    """Give the words of a piece of a file that have bytes beyond ASCII.

    What stands alone beside a number, as the sign of a currency does, comes with a `0` for the number.
    """
    for found in _WORD.finditer(chunk):
        word = found[0]
        if len(word) > 1:
            yield word
        elif chunk[found.end() :][:2].lstrip(b" ")[:1].isdigit():
            yield word + b"0"
        elif chunk[max(found.start() - 2, 0) : found.start()].rstrip(b" ")[-1:].isdigit():
            yield b"0" + word
        else:
            yield word


def guesses(words: Iterable[bytes]) -> list[Guess]:
    """Give what each encoding makes of the words, the likeliest first."""
    given = tuple(words)
    made = [guess for encoding in _CANDIDATES if (guess := _guess(encoding, given)) is not None]
    return sorted(made, key=lambda guess: -guess.rank)


def decided(words: Iterable[bytes]) -> tuple[str | None, list[str]]:
    """Give the encoding that is beyond doubt, or None and those that are to be thought of."""
    given = set(words)
    found = guesses(given)
    letters = sum(byte >= 0x80 for word in given for byte in word)
    if not found or not letters or found[0].likely < LEAST_LIKELY * letters:
        return None, []
    near = [guess for guess in found if guess.rank > found[0].rank - LEAST_AHEAD]
    if all(guess.words == found[0].words for guess in near):
        names = [name for name in _CANDIDATES if any(guess.encoding == name for guess in near)]
        # Signs alone, as those of currencies, tell no language.
        signs_only = not any(map(str.isalpha, "".join(found[0].words)))
        return _FOR_SIGNS if signs_only and _FOR_SIGNS in names else names[0], []
    return None, [guess.encoding for guess in near]


def _guess(encoding: str, words: Sequence[bytes]) -> Guess | None:
    """Give what an encoding makes of the words, or None where some have bytes that it does not know."""
    try:
        texts = tuple(word.decode(codec_of(encoding)) for word in words)
    except UnicodeDecodeError:
        return None
    rarity, alphabets = _CANDIDATES[encoding]
    everyone = frozenset(letter for alphabet in alphabets for letter in alphabet.weights)
    likely = sum(max(_likely(text, alphabet, everyone) for alphabet in alphabets) for text in texts)
    return Guess(encoding, texts, likely, likely + rarity)


def _likely(text: str, alphabet: Alphabet, known: frozenset[str]) -> float:
    """Give the logarithm of how likely what is beyond ASCII in a word is in a language."""
    total = 0.0
    for index, character in enumerate(text):
        if character.isascii():
            continue
        before, behind = text[max(index - 1, 0) : index], text[index + 1 : index + 2]
        at_a_number = (before + behind).isdigit()
        if character.isalpha():
            total += _LETTER_AT_A_NUMBER if at_a_number else 0
            total += _letter(character, alphabet, known)
            total += _case(before, character) + _neighbours(before, behind, alphabet)
        else:
            at_a_number = at_a_number and character in _OF_AMOUNTS
            total += _OF_AN_AMOUNT if at_a_number else _sign(character, before, behind)
    return total


def _letter(character: str, alphabet: Alphabet, known: frozenset[str]) -> float:
    small = character if character in alphabet.weights else character.lower()
    if small in alphabet.weights:
        return alphabet.weights[small]
    return _RARE_LETTER if small in known else _NO_TEXT


def _sign(character: str, before: str, behind: str) -> float:
    if character in _SPACES:
        return _SPACE
    if character in "–—" and not before + behind:
        return _DASH_ALONE
    usual = _SIGN if character in _USUAL_SIGNS else _NO_TEXT
    return usual + (_SIGN_IN_A_WORD if before.isalpha() and behind.isalpha() else 0)


@cache
def _case(before: str, character: str) -> float:
    """Say how usual a capital or a small letter is behind the character before it."""
    if character.isupper():
        if before.islower():
            return _CAPITAL_BEHIND_SMALL
        return _CAPITAL_BEHIND_CAPITAL if before.isupper() else _CAPITAL
    behind_sign = before != "" and not before.isalpha() and before not in _SPACES
    return (_SMALL if character.islower() else 0) + (_SMALL_BEHIND_SIGN if behind_sign else 0)


def _neighbours(before: str, behind: str, alphabet: Alphabet) -> float:
    """Say how usual the letters beside a letter are: one word is of one alphabet, and accents are few."""
    if alphabet.stands_alone:
        beside = sum(letter.isascii() and letter.isalpha() for letter in (before, behind))
        return _OTHER_ALPHABET * beside
    return _ACCENTS_TOGETHER if before.isalpha() and not before.isascii() else 0
