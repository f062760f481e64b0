"""Pictures as PDF, one a page, with their letters embedded; the extra `pdf` does the work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from stepladder_dsl.diagram.text import FONT_FILES

_SIZE = re.compile(r'<svg [^>]*?\bwidth="([\d.]+)" height="([\d.]+)"')
_FACES = re.compile(r"@font-face\{[^}]*\}")
_POINTS = 0.75
"""Points to a pixel."""
_MARGIN = 28.35
_PAPERS = ((595.28, 841.89), (841.89, 595.28), (841.89, 1190.55), (1190.55, 841.89))
"""A4 and A3, upright and across, in points."""
_READABLE = 0.62
"""A picture that would have to be made smaller than this gets the next larger paper."""


def pdf_is_possible() -> bool:
    """Tell whether what makes PDF is installed."""
    return find_spec("typst") is not None


def pdf_of(pictures: Sequence[str], title: str, keywords: str = "") -> bytes:
    """Put pictures into one document; the same pictures give the same bytes."""
    import typst

    files = {"main.typ": _document(pictures).encode()}
    files |= {f"{number}.svg": _FACES.sub("", picture).encode() for number, picture in enumerate(pictures)}
    compiled: Any = typst.compile  # its types know nothing of several files in memory
    made = compiled(
        files,
        font_paths=sorted({str(file.parent) for file in FONT_FILES.values()}),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"title": title, "keywords": keywords},
    )
    return bytes(made)


def _document(pictures: Sequence[str]) -> str:
    """Write what puts each picture onto a page of its own."""
    pages = "".join(_page(number, *_size(picture)) for number, picture in enumerate(pictures))
    # A date would make each run another file.
    told = (
        'title: sys.inputs.title, keywords: if sys.inputs.keywords != "" { sys.inputs.keywords } else { () }'
    )
    return f"#set document({told}, date: none)\n{pages}"


def _page(number: int, width: float, height: float) -> str:
    paper_width, paper_height, scale = _paper(width, height)
    page = f"width: {paper_width:.2f}pt, height: {paper_height:.2f}pt, margin: {_MARGIN}pt"
    return f'#page({page})[#align(center, image("{number}.svg", width: {width * scale:.2f}pt))]\n'


def _paper(width: float, height: float) -> tuple[float, float, float]:
    """Give the paper for a picture, and how much smaller the picture becomes on it.

    >>> _paper(500, 700), _paper(700, 300)[:2], _paper(4000, 100)[2]
    ((595.28, 841.89, 1.0), (841.89, 595.28), 1.0)
    """
    fitting = [(_fit(paper, width, height), paper) for paper in _PAPERS]
    for papers in (fitting[:2], fitting[2:]):
        scale, (across, down) = max(papers, key=lambda pair: pair[0])
        if scale >= _READABLE:
            return across, down, min(scale, 1.0)
    # Larger than any printer at hand: a page of its own size, for the screen and for posters.
    return width + 2 * _MARGIN, height + 2 * _MARGIN, 1.0


def _fit(paper: tuple[float, float], width: float, height: float) -> float:
    across, down = (side - 2 * _MARGIN for side in paper)
    return min(across / width, down / height)


def _size(picture: str) -> tuple[float, float]:
    """Give the size of a picture in points."""
    found = _SIZE.search(picture)
    if found is None:
        raise ValueError("a picture without its size is none of ours")
    return float(found[1]) * _POINTS, float(found[2]) * _POINTS
