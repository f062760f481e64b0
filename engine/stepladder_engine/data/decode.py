"""From the bytes of a data file to its text: finds the encoding, or says why it cannot be found."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stepladder_engine.data.opening import open_bytes, open_text
from stepladder_engine.data.problems import Fault

_CHUNK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CYRILLIC = re.compile("[А-Яа-яЁёЀ-ӿ]")
_FOREIGN = re.compile(r"[^\x00-\x7f№«»„“”‘’–—…•€§©®°\u00a0]")
_WORD = re.compile(r"[^\W\d_]+")
# A text in another encoding read as this one gives words such as `пРИВЕТ` or `Mьller`.
_ODD_WORD = re.compile("[а-яё][А-ЯЁ]|[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]|[ЂѓЃЉЊЌЋЏђљњќћџ]")
# Python knows these as encodings, but no file is written in them.
_NO_LETTERS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
_MOST_ODD = 0.05
_LEAST_CYRILLIC = 0.95


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file, and whether it is a guess."""

    name: str
    guessed: bool = False


def is_encoding(name: str) -> bool:
    """Tell whether a mapping's `encoding` is one that texts are written in."""
    if name == "auto":
        return True
    try:
        b"a".decode(name)
        return codecs.lookup(name).name not in _NO_LETTERS
    except (LookupError, ValueError):
        return False


def encoding_of(path: Path, wanted: str) -> Encoding | Fault:
    """Find the encoding of a file and make sure that the whole file can be read with it.

    Raises ``OSError`` where the file cannot be read.
    """
    if wanted != "auto":
        # A mark at the beginning is no part of the text, whether it was announced or not.
        name = "utf-8-sig" if codecs.lookup(wanted).name == "utf-8" else wanted
        return _fault(path, name) or Encoding(name)
    with open_bytes(path) as stream:
        start = stream.read(4)
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    if marked is not None:
        return _fault(path, marked) or Encoding(marked)
    fault = _fault(path, "utf-8")
    if fault is None:
        return Encoding("utf-8")
    if fault.variant == "utf-8" and _is_windows_1251(path):
        return Encoding("windows-1251", guessed=True)
    return fault


def _chunks(path: Path) -> Iterator[bytes]:
    with open_bytes(path) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _fault(path: Path, encoding: str) -> Fault | None:
    """Say where the bytes of a file stop being text of the encoding, if they do."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for chunk in _chunks(path):
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            if b"\0" in chunk and not encoding.startswith("utf-16"):
                return Fault("SD023", "", {"line": line})
            wrong = line + chunk.count(b"\n", 0, max(error.start, 0))
            return _not_in(encoding, wrong)
        if "\0" in text:
            return Fault("SD023", "", {"line": line + text.count("\n", 0, text.index("\0"))})
        line += text.count("\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Fault("SD022", "cut", {"line": line, "encoding": encoding})
    return None


def _not_in(encoding: str, line: int) -> Fault:
    plain = encoding.removesuffix("-sig")
    return Fault("SD022", "utf-8" if plain == "utf-8" else "", {"line": line, "encoding": plain})


def _is_windows_1251(path: Path) -> bool:
    """Tell whether the file reads as Cyrillic text in Windows-1251, and not as any other one byte code.

    Almost any bytes decode, so what counts is whether words come out.
    """
    foreign = cyrillic = words = odd = 0
    try:
        with open_text(path, "windows-1251") as stream:
            while text := stream.read(_CHUNK):
                foreign += len(_FOREIGN.findall(text))
                cyrillic += len(_CYRILLIC.findall(text))
                for word in _WORD.findall(text):
                    if not word.isascii():
                        words += len(word) > 2
                        odd += _ODD_WORD.search(word) is not None
    except UnicodeDecodeError:
        return False
    return words > 0 and cyrillic >= _LEAST_CYRILLIC * foreign and odd <= _MOST_ODD * words
