"""Pictures as PDF, with their letters embedded; the extra `pdf` does the work.

A picture has a page of its own. One that would become too small to read is cut into bands, or keeps its size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from stepladder_dsl.diagram.text import FONT_FILES
from stepladder_dsl.notation.bands import Sliced, Strip

_SIZE = re.compile(r'<svg [^>]*?\bwidth="([\d.]+)" height="([\d.]+)"')
_FACES = re.compile(r"@font-face\{[^}]*\}")
_POINTS = 0.75
"""Points to a pixel."""
_MARGIN = 28.35
_PAPERS = ((595.28, 841.89), (841.89, 595.28), (841.89, 1190.55), (1190.55, 841.89))
"""A4 and A3, upright and across, in points."""
_POSTERS = ((1190.55, 1683.78), (1683.78, 1190.55))
"""A2, for what is too wide to be cut."""
_READABLE = 0.62
"""A picture that would have to be made smaller than this gets the next larger paper."""
_COMFORTABLE = 0.667
"""The same for A4, where the smallest letters would be under six points."""
_LEGIBLE = 0.5
"""Bands may be as small as this on the largest paper: a poster would be printed smaller still."""

_KEYWORDS = 'if sys.inputs.keywords != "" { sys.inputs.keywords } else { () }'
# A date would make each run another file.
_ABOUT = f"#set document(title: sys.inputs.title, keywords: {_KEYWORDS}, date: none)"


def pdf_is_possible() -> bool:
    """Tell whether what makes PDF is installed."""
    return find_spec("typst") is not None


def pdf_of(pictures: Sequence[str], title: str, keywords: str = "") -> bytes:
    """Put pictures into one document; the same pictures give the same bytes."""
    import typst

    files: dict[str, bytes] = {}
    pages = [_page(sheet, files) for picture in pictures for sheet in sheets_of(picture)]
    files["main.typ"] = f"{_ABOUT}\n{''.join(pages)}".encode()
    compiled: Any = typst.compile  # its types know nothing of several files in memory
    made = compiled(
        files,
        font_paths=sorted({str(file.parent) for file in FONT_FILES.values()}),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"title": title, "keywords": keywords},
    )
    return bytes(made)


class Shown(NamedTuple):
    """A strip of a picture on a sheet, in points: the size of the whole picture, and what is seen of it."""

    picture: str
    width: float
    height: float
    top: float
    high: float


class SheetOfPaper(NamedTuple):
    """A sheet of paper in points, and what stands on it, one below the other."""

    width: float
    height: float
    margin: float
    strips: tuple[Shown, ...]


def sheets_of(picture: str) -> Iterator[SheetOfPaper]:
    """Yield the sheet that a picture can be read on, or those of its bands."""
    picture = _FACES.sub("", picture)
    width, height = size_of(picture)
    paper = _paper(_PAPERS[:2], width, height, _COMFORTABLE) or _paper(_PAPERS[2:], width, height, _READABLE)
    cut = None if paper else _cut(picture)
    if cut:
        paper, bands = cut
    else:
        # Larger than any printer at hand: a page of its own size, for the screen.
        paper = paper or _paper(_POSTERS, width, height, _READABLE)
        paper = paper or _Paper(width + 2 * _MARGIN, height + 2 * _MARGIN, 1.0)
        bands = [[Strip(0.0, height / _POINTS, picture)]]
    scale = paper.scale
    for band in bands:
        strips = (
            Shown(
                strip.picture,
                width * scale,
                height * scale,
                strip.top * _POINTS * scale,
                strip.height * _POINTS * scale,
            )
            for strip in band
        )
        yield SheetOfPaper(paper.width, paper.height, _MARGIN, tuple(strips))


def _page(sheet: SheetOfPaper, files: dict[str, bytes]) -> str:
    """Write what makes a page of a sheet, and keep what it shows."""
    shown = []
    for strip in sheet.strips:
        name = f"{len(files)}.svg"
        files[name] = strip.picture.encode()
        size = f"width: {strip.width:.2f}pt, height: {strip.height:.2f}pt"
        image = f'place(dy: {-strip.top:.2f}pt, image("{name}", {size}))'
        shown.append(f"box(width: {strip.width:.2f}pt, height: {strip.high:.2f}pt, clip: true, {image})")
    size = f"width: {sheet.width:.2f}pt, height: {sheet.height:.2f}pt, margin: {sheet.margin}pt"
    return f"#page({size})[#align(center, stack({', '.join(shown)}))]\n"


class _Paper(NamedTuple):
    """A sheet of paper in points, and how much smaller a picture becomes on it."""

    width: float
    height: float
    scale: float


def _paper(papers: Sequence[tuple[float, float]], width: float, height: float, least: float) -> _Paper | None:
    """Give the better of some papers for a picture, where it need not be made smaller than `least`.

    >>> _paper(_PAPERS[:2], 500, 700, 0.6), _paper(_PAPERS[:2], 700, 300, 0.6)[:2]
    (_Paper(width=595.28, height=841.89, scale=1.0), (841.89, 595.28))
    """
    fitting = (_Paper(*paper, min(_fit(paper, width, height), 1.0)) for paper in papers)
    best = max(fitting, key=lambda paper: paper.scale)
    return best if best.scale >= least else None


def _cut(picture: str) -> tuple[_Paper, Sequence[Sequence[Strip]]] | None:
    """Cut a picture that is too high into bands, for the smallest paper that is wide enough."""
    sliced = Sliced(picture)
    for paper, least in (*((paper, _READABLE) for paper in _PAPERS), (_PAPERS[-1], _LEGIBLE)):
        across, down = (side - 2 * _MARGIN for side in paper)
        scale = min(across / (sliced.width * _POINTS), 1.0)
        bands = sliced.bands(down / _POINTS / scale) if scale >= least else []
        if bands:
            return _Paper(*paper, scale), bands
    return None


def _fit(paper: tuple[float, float], width: float, height: float) -> float:
    across, down = (side - 2 * _MARGIN for side in paper)
    return min(across / width, down / height)


def size_of(picture: str) -> tuple[float, float]:
    """Give the size of a picture in points."""
    found = _SIZE.search(picture)
    if found is None:
        raise ValueError("a picture without its size is none of ours")
    return float(found[1]) * _POINTS, float(found[2]) * _POINTS
