"""How often letters stand in the languages of clients: what the encoding of a file is guessed by."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from stepladder_dsl.record import record


@record
class Alphabet:
    """The letters of a language beyond ASCII, each with the logarithm of its share.

    `stands_alone` says that words are written in these letters only, with no ASCII among them.
    """

    name: str
    weights: Mapping[str, float]
    stands_alone: bool


def _counted(name: str, shares: str) -> Alphabet:
    """Make an alphabet from `letter share` pairs, the shares in parts of a thousand or so."""
    parts = shares.split()
    given = {letter: float(share) for letter, share in zip(parts[::2], parts[1::2], strict=True)}
    total = sum(given.values())
    return Alphabet(name, {letter: log(share / total) for letter, share in given.items()}, stands_alone=True)


def _accented(name: str, letters: str) -> Alphabet:
    """Make an alphabet of letters that stand among ASCII ones; each is as likely as the others."""
    return Alphabet(name, dict.fromkeys(letters, -log(len(letters))), stands_alone=False)


CYRILLIC = _counted(
    "Cyrillic",
    "о 102 а 98 и 81 е 82 н 67 т 67 р 50 с 51 в 45 л 39 к 35 д 31 п 28 м 28 у 20 з 19 я 18 г 16 б 16 ь 9 ч 14"
    " ы 9 й 9 ъ 8 ж 8 х 9 ш 6 ц 6 ю 5 щ 5 ф 4 э 2 ё 1 і 4 ї 1 є 1",
)
"""Russian and Bulgarian taken together, with a little Ukrainian."""

ARABIC = _counted(
    "Arabic",
    "ا 140 ل 75 ي 65 ی 45 ن 70 م 65 ر 65 د 50 و 60 ت 48 ه 50 ب 38 س 32 ش 24 ع 24 ف 20 ک 14 ك 14 ق 16 ح 16"
    " ز 18 خ 13 ج 14 ة 12 پ 8 گ 11 ص 10 ط 10 چ 4 آ 6 أ 10 ض 6 غ 5 ى 5 ذ 5 ث 4 ظ 3 ء 3 ئ 3 ژ 1 إ 3 ؤ 1",
)
"""Persian and Arabic taken together."""

GREEK = _counted(
    "Greek",
    "α 80 ο 80 ι 70 ε 65 τ 70 σ 45 ν 55 η 40 υ 35 ρ 40 π 38 κ 38 λ 28 μ 30 ς 35 ω 18 ά 20 ί 20 ό 18 έ 15 ή 15"
    " ύ 8 ώ 8 γ 16 δ 16 θ 10 χ 10 φ 8 β 7 ζ 4 ξ 4 ψ 2",
)

HEBREW = _counted(
    "Hebrew",
    "י 110 ו 100 ה 100 ל 70 א 60 ר 60 ת 55 ב 50 ש 50 מ 50 ם 30 נ 30 ן 15 ד 30 ע 30 ק 20 כ 25 ח 25 פ 20 ט 13"
    " ג 13 צ 10 ס 15 ז 13 ך 8 ף 2 ץ 1",
)

WESTERN = (
    _accented("German", "äöüß"),
    _accented("French", "éèêëàâçîïôùûœæ"),
    _accented("Spanish", "áéíóúñü"),
    _accented("Portuguese", "ãõáéíóúâêôçà"),
    _accented("Italian", "àèéìòù"),
    _accented("Nordic", "åäöæøé"),
    _accented("Icelandic", "áðéíóúýþæö"),
)
CENTRAL = (
    _accented("Polish", "ąćęłńóśźż"),
    _accented("Czech", "áčďéěíňóřšťúůýž"),
    _accented("Slovak", "áäčďéíĺľňóôŕšťúýž"),
    _accented("Hungarian", "áéíóöőúüű"),
    _accented("Romanian", "ăâîşţ"),
    _accented("Croatian", "čćđšž"),
    # German words are written the same in both families of encodings.
    _accented("German", "äöüß"),
)
TURKISH = (_accented("Turkish", "çğıöşüİâî"),)
BALTIC = (_accented("Baltic", "āčēģīķļņšūžąęėįųõäöü"),)
