"""A document as Markdown (GitHub's kind): one text, and the pictures beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.documents.content import (
    Block,
    Document,
    Facts,
    Listing,
    Paragraph,
    Picture,
    Run,
    Saying,
    Section,
    Table,
    Text,
)

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
_AT_THE_START = re.compile(r"^(\s*)([-+=>]|\d+(?=[.)](?:\s|$)))")
_DEEPEST = 6
_OPENED = {"instructions", "processes"}
"""The chapters whose parts stand in the contents, too."""
FOLDER = "pictures"
"""Where the pictures lie, beside the text."""


def as_markdown(document: Document) -> str:
    """Write the whole document."""
    lines = [f"# {escaped(document.title)}", "", escaped(document.kind), ""]
    lines += _facts(document.facts)
    lines += _contents(document)
    for chapter in document.chapters:
        lines += _section(chapter, 2)
    return "\n".join(lines).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    r"""Keep a text from being read as marks of Markdown, and on one line.

    >>> escaped("a|b *c* <d>")
    'a\\|b \\*c\\* \\<d\\>'
    """
    line = printable(" ".join(text.split("\n")))
    # A soft space at an end would be lost, and two before a line's end are a mark.
    return _AT_THE_START.sub(_guarded, _MARKS.sub(r"\\\1", line))


def _guarded(found: re.Match[str]) -> str:
    """Guard what would begin a list or a quotation; a figure is no mark, what follows it is."""
    space, mark = found.groups()
    return f"{space}{mark}\\" if mark.isdecimal() else f"{space}\\{mark}"


def _inline(text: Text) -> str:
    return "".join(map(_run, text))


def _run(run: Run) -> str:
    text = escaped(run.text) if run.given else _MARKS.sub(r"\\\1", printable(run.text))
    if not text.strip():
        return text
    if run.strong:
        # Marks work beside letters only: spaces stay outside.
        inside = text.strip()
        text = text.replace(inside, f"**{inside}**", 1)
    return f"[{text}](#{_address(run.target)})" if run.target else text


def _address(anchor: str) -> str:
    """Give an anchor as links name it: letters of any script stay readable."""
    return "".join(letter if letter.isalnum() or letter in "-_\u200c" else quote(letter) for letter in anchor)


def _contents(document: Document) -> Iterator[str]:
    for chapter in document.chapters:
        yield f"- [{_inline(chapter.title)}](#{_address(chapter.anchor)})"
        for part in chapter.sections if chapter.anchor in _OPENED else ():
            yield f"  - [{_inline(part.title)}](#{_address(part.anchor)})"
    yield ""


def _section(section: Section, depth: int) -> Iterator[str]:
    yield f'<a id="{_address(section.anchor)}"></a>'
    yield ""
    yield f"{'#' * min(depth, _DEEPEST)} {_inline(section.title)}"
    yield ""
    for block in section.blocks:
        yield from _block(block)
    for part in section.sections:
        yield from _section(part, depth + 1)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text, kind="small"):
            yield f"**{_inline(text)}**"
            yield ""
        case Paragraph(text=text, kind="note"):
            yield f"*{_inline(text)}*"
            yield ""
        case Paragraph(text=text):
            yield _inline(text)
            yield ""
        case Listing(items=items, ordered=ordered):
            for number, item in enumerate(items, start=1):
                yield f"{f'{number}.' if ordered else '-'} {_inline(item)}"
            yield ""
        case Saying(text=text):
            yield f"> {_inline(text)}"
            yield ""
        case Facts():
            yield from _facts(block)
        case Table(head=head, rows=rows, centred=centred):
            yield from _table(head, rows, ":-:" if centred else "---")
        case Picture(name=name, description=description):
            yield f"![{escaped(description)}]({FOLDER}/{name}.svg)"
            yield ""


def _table(head: tuple[Text, ...], rows: tuple[tuple[Text, ...], ...], mark: str) -> Iterator[str]:
    yield "| " + " | ".join(map(_inline, head)) + " |"
    yield "| --- " + f"| {mark} " * (len(head) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(map(_inline, row)) + " |"
    yield ""


def _facts(facts: Facts) -> Iterator[str]:
    for label, lines in facts.pairs:
        if len(lines) == 1:
            yield f"- **{_inline(label)}:** {_inline(lines[0])}"
        else:
            yield f"- **{_inline(label)}:**"
            yield from (f"  - {_inline(line)}" for line in lines)
    if facts.pairs:
        yield ""
