"""Blocks of Markdown that are specs: an extension of Python-Markdown, and a fence of pymdown's superfences.

The extension is named in the settings of whatever uses Python-Markdown (MkDocs, Zensical
and others) as `stepladder_dsl.embedding.markdown`. A block whose language is `ladder` is
shown as its diagram; blocks inside of other blocks stay what they are.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from stepladder_dsl.embedding.shown import Shown, show

LANGUAGE = "ladder"
_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*?)[ \t]*$")
_OPTION = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)'|(\S+))""")
_BEFORE_OTHER_FENCES = 27
"""Behind what cleans the lines (30), and before every other kind of fence (25)."""
# What logs under this name counts as a warning where MkDocs is strict.
_LOG = logging.getLogger("mkdocs.plugins.stepladder")


def makeExtension(**settings: Any) -> LadderExtension:  # noqa: N802 - Python-Markdown looks for this name
    """Give the extension, as Python-Markdown asks for it."""
    return LadderExtension(**settings)


class LadderExtension(Extension):
    """Shows blocks of the language `ladder` as diagrams and tables."""

    def __init__(self, **settings: Any) -> None:
        self.config = {"base": [".", "The folder beside which the option `file` looks for specs"]}
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown calls it so
        """Look at fences before others take them for code."""
        blocks = _Blocks(md, Path(self.getConfig("base")))
        md.preprocessors.register(blocks, "stepladder", _BEFORE_OTHER_FENCES)


@dataclass(frozen=True)
class _Fence:
    """An opened fence: how deep and with what it began, and what is said behind it."""

    indent: str
    mark: str
    info: str
    line: int

    def closes(self, line: str) -> bool:
        """Tell whether a line ends it."""
        end = line.strip()
        return len(end) >= len(self.mark) and set(end) == {self.mark[0]}


class _Blocks(Preprocessor):
    """Puts what blocks show in their place."""

    def __init__(self, md: Markdown, base: Path) -> None:
        super().__init__(md)
        self.base = base

    def run(self, lines: list[str]) -> list[str]:
        """Go through the lines of a page."""
        return list(self._shown(lines))

    def _shown(self, lines: list[str]) -> Iterator[str]:
        fence: _Fence | None = None
        inside: list[str] = []
        for number, line in enumerate(lines):
            if fence is None:
                fence = _opened(line, number)
                if fence is None or not _is_ours(fence.info):
                    yield line
            elif not fence.closes(line):
                (inside.append if _is_ours(fence.info) else _nothing)(line)
                if not _is_ours(fence.info):
                    yield line
            else:
                if _is_ours(fence.info):
                    yield from self._block(fence, inside)
                else:
                    yield line
                fence, inside = None, []
        if fence is not None and _is_ours(fence.info):
            # Never closed: whoever reads it sees what was written.
            yield from lines[fence.line :]

    def _block(self, fence: _Fence, inside: list[str]) -> Iterator[str]:
        text = "\n".join(line.removeprefix(fence.indent) for line in inside)
        shown = show(text, options_of(fence.info), folder=self.base, name="block.ladder")
        yield ""
        yield fence.indent + self.md.htmlStash.store(_told(shown))
        yield ""


def _nothing(_line: str) -> None:
    """Pass over a line of somebody else's block."""


def _opened(line: str, number: int) -> _Fence | None:
    found = _FENCE.match(line)
    return _Fence(found["indent"], found["fence"], found["info"], number) if found else None


def _is_ours(info: str) -> bool:
    words = info.strip("{} \t").split()
    return bool(words) and words[0].removeprefix(".") == LANGUAGE


def options_of(info: str) -> dict[str, str]:
    """Read what is said behind a fence: `ladder view=lanes`, or `{.ladder view="lanes"}`.

    >>> options_of('{.ladder view=lanes caption="Who does what"}')
    {'view': 'lanes', 'caption': 'Who does what'}
    """
    return {name: one or two or three for name, one, two, three in _OPTION.findall(info.strip("{} \t"))}


def _told(shown: Shown) -> str:
    """Give the piece of a page, and tell whoever builds it what is wrong."""
    if shown.findings:
        _LOG.warning("%s", shown.problem)
    return str(shown.html)


def validate(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, Any], md: Markdown
) -> bool:
    """Take the options of a fence of superfences; those that are none of ours are told in its place."""
    del language, attrs, md
    options.update(inputs)
    return True


def fence(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **settings: Any
) -> str:
    """Show a fence of superfences: `format` of a custom fence whose `validator` is `validate`."""
    del language, css_class, md
    attributes = settings.get("attrs") or {}
    asked = {str(name): str(value) for name, value in {**options, **attributes}.items()}
    return _told(show(source, asked, folder=Path.cwd(), name="block.ladder"))
