"""Pictures as parts of a page: letters embedded once for all, ids apart, things that can be chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from markupsafe import Markup

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.text import embedded_font
from stepladder_dsl.graph.items import item_id
from stepladder_dsl.webpage.page import own_markup

_SVG = "{http://www.w3.org/2000/svg}"
_FACES = re.compile(r"@font-face\{[^}]*\}")
_CHOSEN = {"stage", "card"}
"""The classes of what stands for a thing of the spec."""


@dataclass(frozen=True)
class Picture:
    """A picture without its letters: its markup, its size, and the lines that it shows, by whether bold."""

    svg: Markup
    width: float
    height: float
    texts: Mapping[bool, frozenset[str]]


def picture_of(svg: str, name: str, title: str, titles: Mapping[str, str]) -> Picture:
    """Take a picture of ours apart for a page.

    `name` keeps its ids apart from those of other pictures; `titles` has, by its id,
    what is read out of each thing that has a card and so can be chosen.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314 - we wrote it ourselves a moment ago
    texts: dict[bool, set[str]] = {False: set(), True: set()}
    for part in root.iter():
        part.tag = part.tag.removeprefix(_SVG)
        if part.tag == "text":
            texts[part.get("font-weight") == "bold"].add("".join(part.itertext()))
        if part.tag == "style":
            part.text = _FACES.sub("", part.text or "")
        if "id" in part.attrib:
            part.set("id", f"{name}-{part.get('id')}")
        _open_to_choice(part, titles)
    for process in root.iter("g"):
        if process.get("data-process") is not None:
            _open_phases(process, titles)
    # A title would follow the pointer all over the picture; and a picture hides what is inside it.
    for part in root.findall("title"):
        root.remove(part)
    root.set("role", "group")
    root.set("aria-label", title)
    width, height = (float(root.get(side, "0")) for side in ("width", "height"))
    markup = own_markup(ElementTree.tostring(root, encoding="unicode"))
    return Picture(markup, width, height, {bold: frozenset(lines) for bold, lines in texts.items()})


def _open_to_choice(part: ElementTree.Element, titles: Mapping[str, str]) -> None:
    """Let the keyboard reach what has a card; the box of a process bears the bare name."""
    name = part.get("data-name", "")
    card = name if name in titles else item_id("process", name)
    if card in titles and part.get("class") in _CHOSEN:
        _make_button(part, card, titles[card])


def _open_phases(process: ElementTree.Element, titles: Mapping[str, str]) -> None:
    """Let the keyboard reach phases, whose names hold in their process only."""
    for part in process.iter("rect"):
        name = f"phase:{process.get('data-process')}/{part.get('data-name')}"
        if part.get("class") == "phase" and name in titles:
            _make_button(part, name, titles[name])


def _make_button(part: ElementTree.Element, card: str, title: str) -> None:
    part.set("data-card", card)
    part.set("tabindex", "0")
    part.set("role", "button")
    part.set("aria-label", title)


def font_faces(pictures: Iterable[Picture]) -> str:
    """Give the style that embeds the letters of all the pictures, each weight once."""
    texts: dict[bool, set[str]] = {False: set(), True: set()}
    for picture in pictures:
        for bold, lines in picture.texts.items():
            texts[bold] |= lines
    return "".join(_face(sorted(lines), bold=bold) for bold, lines in texts.items() if lines)


def _face(lines: list[str], *, bold: bool) -> str:
    weight = "bold" if bold else "normal"
    source = f"src:url({embedded_font(lines, bold=bold)}) format('truetype')"
    return f"@font-face{{font-family:'{style.FONT}';font-weight:{weight};{source}}}\n"
