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
_READABLE = 0.62
"""A picture that would have to be made smaller than this gets the next larger paper."""


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
    pages = [page for picture in pictures for page in _pages(_FACES.sub("", picture), files)]
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


def _pages(picture: str, files: dict[str, bytes]) -> Iterator[str]:
    """Yield what puts a picture onto one page, or its bands onto several, and keep what these show."""
    width, height = _size(picture)
    paper = _paper(width, height)
    cut = None if paper else _cut(picture)
    if cut:
        paper, bands = cut
    else:
        # Larger than any printer at hand: a page of its own size, for the screen and for posters.
        paper = paper or _Paper(width + 2 * _MARGIN, height + 2 * _MARGIN, 1.0)
        bands = [[Strip(0.0, height / _POINTS, picture)]]
    for band in bands:
        shown = []
        for strip in band:
            name = f"{len(files)}.svg"
            files[name] = strip.picture.encode()
            shown.append(_shown(name, strip, (width * paper.scale, height * paper.scale), paper.scale))
        size = f"width: {paper.width:.2f}pt, height: {paper.height:.2f}pt, margin: {_MARGIN}pt"
        yield f"#page({size})[#align(center, stack({', '.join(shown)}))]\n"


def _shown(name: str, strip: Strip, whole: tuple[float, float], scale: float) -> str:
    """Write what shows a strip of a picture, whose whole has that width and height on the paper."""
    size = f"width: {whole[0]:.2f}pt, height: {whole[1]:.2f}pt"
    image = f'place(dy: {-strip.top * _POINTS * scale:.2f}pt, image("{name}", {size}))'
    high = strip.height * _POINTS * scale
    return f"box(width: {whole[0]:.2f}pt, height: {high:.2f}pt, clip: true, {image})"


class _Paper(NamedTuple):
    """A sheet of paper in points, and how much smaller a picture becomes on it."""

    width: float
    height: float
    scale: float


def _paper(width: float, height: float) -> _Paper | None:
    """Give the paper that a picture can be read on as a whole, if there is one.

    >>> _paper(500, 700), _paper(700, 300)[:2], _paper(4000, 100)
    (_Paper(width=595.28, height=841.89, scale=1.0), (841.89, 595.28), None)
    """
    fitting = [_Paper(*paper, min(_fit(paper, width, height), 1.0)) for paper in _PAPERS]
    for papers in (fitting[:2], fitting[2:]):
        best = max(papers, key=lambda paper: paper.scale)
        if best.scale >= _READABLE:
            return best
    return None


def _cut(picture: str) -> tuple[_Paper, Sequence[Sequence[Strip]]] | None:
    """Cut a picture that is too high into bands, for the smallest paper that is wide enough."""
    sliced = Sliced(picture)
    for paper in _PAPERS:
        across, down = (side - 2 * _MARGIN for side in paper)
        scale = min(across / (sliced.width * _POINTS), 1.0)
        bands = sliced.bands(down / _POINTS / scale) if scale >= _READABLE else []
        if bands:
            return _Paper(*paper, scale), bands
    return None


def _fit(paper: tuple[float, float], width: float, height: float) -> float:
    across, down = (side - 2 * _MARGIN for side in paper)
    return min(across / width, down / height)


def _size(picture: str) -> tuple[float, float]:
    """Give the size of a picture in points."""
    found = _SIZE.search(picture)
    if found is None:
        raise ValueError("a picture without its size is none of ours")
    return float(found[1]) * _POINTS, float(found[2]) * _POINTS
