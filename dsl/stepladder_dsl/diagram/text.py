"""Measures, wraps and embeds text with the bundled font, so that no label is ever guessed."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from stepladder_dsl.diagram.style import LINE_HEIGHT

_FOLDER = Path(__file__).with_name("fonts")
FONT_FILES = {False: _FOLDER / "DejaVuSans.ttf", True: _FOLDER / "DejaVuSans-Bold.ttf"}
"""The font files: regular under False, bold under True."""

BINDING_SPACE = "\u00a0"
"""Stands between words that should share a line."""

_COUNTED = re.compile(r"(?<=\d) (?!(?:and|or|и|или|و|یا)\b)(?=[^\W\d_])")
"""The space between a number and the word after it, which it counts; a conjunction is no such word."""
_RIGHT_TO_LEFT = ("R", "AL")
_PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
_ISOLATE, _LEFT_TO_RIGHT_ISOLATE, _END_OF_ISOLATE = "\u2067", "\u2066", "\u2069"
_UNSEEN = dict.fromkeys(map(ord, (_ISOLATE, _LEFT_TO_RIGHT_ISOLATE, _END_OF_ISOLATE)))
_INSIDE = re.compile(f"[{_ISOLATE}{_LEFT_TO_RIGHT_ISOLATE}][^{_END_OF_ISOLATE}]*{_END_OF_ISOLATE}?")
_QUOTED = re.compile("(?<=«)[^«»]+(?=»)|(?<=“)[^“”]+(?=”)|(?<=„)[^„“]+(?=“)")
_BETWEEN = ("\u00b7", "\u2013", "\u2014")
"""Signs between two parts of a line: none begins a line."""


@dataclass(frozen=True)
class Block:
    """Lines of one size and weight, measured; `right_to_left` is the direction of its sentences.

    `text` is what was wrapped, with the spaces in it that bind: to be wrapped anew for another width.
    """

    lines: tuple[str, ...]
    size: float
    bold: bool
    width: float
    right_to_left: bool
    text: str

    @property
    def line_height(self) -> float:
        """The distance from one line to the next."""
        return self.size * LINE_HEIGHT

    @property
    def height(self) -> float:
        """The height of all lines."""
        return self.line_height * len(self.lines)

    def shown(self, line: str) -> str:
        """Give a line as it has to be written into a picture.

        Painters lay a line out from the left unless it is isolated: a line that
        starts with a Persian digit would be torn apart.
        """
        return isolated(line, right_to_left=True) if self.right_to_left else line


def block(text: str, size: float, width: float, *, bold: bool = False, letters: int | None = None) -> Block:
    """Wrap a text into evenly filled lines, no wider than `width` and no longer than `letters`.

    A number shares the line of what it counts, where there is room.
    """
    right_to_left, given = is_right_to_left(text), text
    text = _QUOTED.sub(lambda found: apart(found[0], right_to_left=right_to_left), text)
    text = _COUNTED.sub(BINDING_SPACE, text)
    lines = _wrapped(text, size, bold, width, letters)
    words = [text_width(word, size, bold=bold) for word in _words(text, size, bold, width, letters)]
    narrow, wide = max([width / max(len(lines), 1), *(word for word in words if word <= width)]), width
    while wide - narrow > 1:
        middle = (narrow + wide) / 2
        attempt = _wrapped(text, size, bold, middle, letters)
        if len(attempt) > len(lines):
            narrow = middle
        else:
            wide, lines = middle, attempt
    widest = max((text_width(line, size, bold=bold) for line in lines), default=0.0)
    return Block(tuple(_each_closed(lines)), size, bold, widest, right_to_left, given)


def isolated(text: str, *, right_to_left: bool) -> str:
    """Mark a text that runs its own way inside a sentence."""
    return f"{_ISOLATE if right_to_left else _LEFT_TO_RIGHT_ISOLATE}{text}{_END_OF_ISOLATE}"


def apart(text: str, *, right_to_left: bool) -> str:
    r"""Mark a text, such as a title, that would tear a sentence of that direction apart, or be torn by it.

    >>> apart("Paid?", right_to_left=False), ascii(apart("Paid?", right_to_left=True))
    ('Paid?', "'\\u2066Paid?\\u2069'")
    """
    own = is_right_to_left(text)
    strange = own != right_to_left and any(map(str.isalpha, text))
    return isolated(text, right_to_left=own) if strange and not _INSIDE.search(text) else text


def _each_closed(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines such that what runs its own way in several of them does so in each."""
    opened: list[str] = []
    for line in lines:
        begun = "".join(opened)
        for character in line:
            if character in (_ISOLATE, _LEFT_TO_RIGHT_ISOLATE):
                opened.append(character)
            elif character == _END_OF_ISOLATE and opened:
                opened.pop()
        yield f"{begun}{line}{_END_OF_ISOLATE * len(opened)}"


def bound(text: str) -> str:
    """Keep the sides of a comparison on one line, where there is room."""
    return re.sub(r" (>=|<=|!=|[=<>≥≤≠]) ", rf"{BINDING_SPACE}\1{BINDING_SPACE}", text)


def unbroken(text: str) -> str:
    """Keep a short text on one line, where there is room."""
    return text.replace(" ", BINDING_SPACE)


def is_right_to_left(text: str) -> bool:
    """Tell whether the first letter with a direction, or Persian digit, runs from right to left.

    A line of nothing but Persian digits and signs is Persian, too: its parts follow each other to the left.
    What is marked as running its own way says nothing about the rest, unless there is no rest.
    """
    rest = _INSIDE.sub("", text)
    for character in rest if any(map(str.isalnum, rest)) else text:
        direction = unicodedata.bidirectional(character)
        if direction == "L" or direction in _RIGHT_TO_LEFT or character in _PERSIAN_DIGITS:
            return direction != "L"
    return False


def runs_both_ways(text: str) -> bool:
    """Tell whether there are letters of both directions in a text."""
    found = {unicodedata.bidirectional(character) for character in text}
    return "L" in found and not found.isdisjoint(_RIGHT_TO_LEFT)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Give the width of one line in pixels, shaped as a painter will shape it."""
    return _units(text, bold) * size / _units_of_em(bold)


@cache
def _units(text: str, bold: bool) -> int:
    return sum(_shaped_width("".join(run), bold) for _, run in groupby(text, _writes_backwards))


def _writes_backwards(character: str) -> bool:
    return unicodedata.bidirectional(character) in (*_RIGHT_TO_LEFT, "AN", "NSM", "BN")


def _shaped_width(run: str, bold: bool) -> int:
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(run)
    buffer.guess_segment_properties()
    uharfbuzz.shape(_font(bold), buffer)
    return sum(position.x_advance for position in buffer.glyph_positions)


@cache
def _face(bold: bool) -> Any:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob(FONT_FILES[bold].read_bytes()))


@cache
def _font(bold: bool) -> Any:
    import uharfbuzz

    return uharfbuzz.Font(_face(bold))


def _units_of_em(bold: bool) -> int:
    return int(_face(bold).upem)


def _wrapped(text: str, size: float, bold: bool, width: float, letters: int | None) -> list[str]:
    """Fill lines word by word."""
    lines: list[str] = []
    for word in filter(None, _words(text, size, bold, width, letters)):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and _fits(joined, size, bold, width, letters):
            lines[-1] = joined
        else:
            lines.extend(_pieces(word, size, bold, width, letters))
    return lines


def _words(text: str, size: float, bold: bool, width: float, letters: int | None) -> Iterator[str]:
    """Yield the words; those that belong together stay so where they fit on one line."""
    last = ""
    for word in _loose_words(text, size, bold, width, letters):
        joined = f"{last} {word}"
        if word in _BETWEEN and last and _fits(joined, size, bold, width, letters):
            last = joined
            continue
        if last:
            yield last
        last = word
    if last:
        yield last


def _loose_words(text: str, size: float, bold: bool, width: float, letters: int | None) -> Iterator[str]:
    for group in text.replace("\n", " ").split(" "):
        bound = group.replace(BINDING_SPACE, " ")
        if _fits(bound, size, bold, width, letters):
            yield bound
        else:
            yield from bound.split()


def _fits(line: str, size: float, bold: bool, width: float, letters: int | None) -> bool:
    short = letters is None or len(line.translate(_UNSEEN)) <= letters
    return short and text_width(line, size, bold=bold) <= width


def _pieces(word: str, size: float, bold: bool, width: float, letters: int | None) -> list[str]:
    """Give the word, or pieces of it where it is longer than a line."""
    pieces: list[str] = []
    while word and not _fits(word, size, bold, width, letters):
        end = next((n for n in range(len(word) - 1, 1, -1) if _fits(word[:n], size, bold, width, letters)), 1)
        end = word.rfind("-", 1, end) + 1 or end
        # A mark belongs to the letter before it.
        while end < len(word) - 1 and unicodedata.combining(word[end]):
            end += 1
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word] if word else pieces


def embedded_font(texts: Iterable[str], *, bold: bool) -> str:
    """Give the font as a data address, reduced to the letters of these texts and their joined forms."""
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update({ord(character) for text in texts for character in text})
    data = uharfbuzz.subset(_face(bold), wanted).blob.data
    return "data:font/ttf;base64," + b64encode(data).decode("ascii")
