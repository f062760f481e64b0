"""How a document for Word looks: the same letters, colours and rules as on paper that we set ourselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as Word

_FONT = "DejaVu Sans"
_INK, _QUIET, ACCENT, _RULE, _CARD = "1F2D3A", "56656F", "1F5F91", "D5DDE4", "F4F7FA"
_SIZES = {
    # style: points, bold, colour, points above and below
    "Normal": (9.5, False, _INK, (0, 5)),
    "Title": (22, True, _INK, (4, 14)),
    "Subtitle": (9.5, False, _QUIET, (60, 4)),
    "Heading 1": (16, True, _INK, (18, 8)),
    "Heading 2": (12.5, True, _INK, (16, 6)),
    "Heading 3": (10.5, True, ACCENT, (13, 5)),
    "Heading 4": (9.5, True, _INK, (11, 4)),
    "Heading 5": (9.5, True, _INK, (11, 4)),
    "Heading 6": (9.5, True, _INK, (11, 4)),
    "Intense Quote": (9.5, False, _INK, (4, 8)),
    "List": (9.5, False, _INK, (0, 2)),
    "List Bullet": (9.5, False, _INK, (0, 2)),
    "List Bullet 2": (9, False, _INK, (0, 1)),
}
"""The rest of what Word knows of a style, such as its slanting, is not for letters of all scripts."""
_PLACES = {"en": "en-GB", "ru": "ru-RU", "bg": "bg-BG", "fa": "fa-IR"}


def set_styles(word: Word, language: str) -> None:
    """Give a new document its letters, sizes, colours and language."""
    defaults = word.styles.element.find(f"{name('w:docDefaults')}/{name('w:rPrDefault')}/{name('w:rPr')}")
    spoken = defaults.find(name("w:lang"))
    place = _PLACES.get(language, language)
    spoken.set(name("w:bidi" if language == "fa" else "w:val"), place)
    for style, (size, bold, colour, around) in _SIZES.items():
        _set_style(word.styles[style], size, bold, colour, around)
    quote = word.styles["Intense Quote"].element.get_or_add_pPr()
    for tag in ("w:pBdr", "w:ind"):
        _drop(quote, tag)
    quote.insert_element_before(_filled("w:shd", val="clear", color="auto", fill=_CARD), *_BEHIND_SHADING)
    _drop(word.styles["Title"].element.get_or_add_pPr(), "w:pBdr")


_BEHIND_SHADING = ("w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def _set_style(style: Any, size: float, bold: bool, colour: str, around: tuple[float, float]) -> None:
    """Write a style anew; letters of right-to-left scripts have a size and weight of their own."""
    from docx.shared import Pt

    looks = style.element.get_or_add_rPr()
    for part in list(looks):
        looks.remove(part)
    fonts = looks.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(name(f"w:{script}"), _FONT)
    for tag in ("w:b", "w:bCs"):
        looks.append(_filled(tag, val="1" if bold else "0"))
    looks.append(_filled("w:color", val=colour))
    for tag in ("w:sz", "w:szCs"):
        looks.append(_filled(tag, val=str(round(size * 2))))
    lines = style.paragraph_format
    lines.space_before, lines.space_after = (Pt(points) for points in around)
    lines.line_spacing = 1.2


def set_rules(table: Any, *, lines: bool) -> None:
    """Give a table thin lines between its rows, or none at all."""
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        seen = lines and side in ("top", "bottom", "insideH")
        borders.append(_filled(f"w:{side}", val="single" if seen else "nil", sz="4", space="0", color=_RULE))
    behind = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    table._tblPr.insert_element_before(borders, *behind)  # noqa: SLF001 - the library has no name for it
    for row in table.rows:
        # A row is one answer: it goes on to the next page as a whole.
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001 - the same


def shrink(line: Any, size: float = 8.5) -> None:
    """Make the words of a line as small as those of a table are."""
    from docx.shared import Pt

    line.paragraph_format.space_after = Pt(1)
    for run in _runs(line):
        looks = run.get_or_add_rPr()
        for tag in ("w:sz", "w:szCs"):
            _drop(looks, tag)
        points = str(round(size * 2))
        looks.insert_element_before(_filled("w:sz", val=points), "w:rtl", "w:cs", "w:lang")
        looks.insert_element_before(_filled("w:szCs", val=points), "w:rtl", "w:cs", "w:lang")


def quieten(line: Any) -> None:
    """Let the words of a line stand back behind others."""
    shrink(line)
    for run in _runs(line):
        looks = run.get_or_add_rPr()
        if looks.find(name("w:color")) is None:
            looks.insert_element_before(_filled("w:color", val=_QUIET), "w:sz", "w:szCs", "w:rtl", "w:cs")


def _runs(line: Any) -> Iterator[Any]:
    yield from line._p.iter(name("w:r"))  # noqa: SLF001 - the same: also those inside of links


def name(tag: str) -> Any:
    """Give the full name of an element or attribute."""
    from docx.oxml.ns import qn

    return qn(tag)


def element(tag: str) -> Any:
    """Make an element."""
    from docx.oxml import OxmlElement

    return OxmlElement(tag)


def _filled(tag: str, **values: str) -> Any:
    made = element(tag)
    for key, value in values.items():
        made.set(name(f"w:{key}"), value)
    return made


def _drop(parent: Any, tag: str) -> None:
    for part in parent.findall(name(tag)):
        parent.remove(part)
