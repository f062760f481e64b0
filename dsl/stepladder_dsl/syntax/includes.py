"""`include "other.ladder"`: a spec of several files, each in its own human language.

The blocks of the other file take the place of the line that includes it. A file that
is included several times, as when two files need the same roles, counts once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.parse import parse
from stepladder_dsl.syntax.tree import SyntaxTree

ReadSource = Callable[[Path, str], tuple[Source | None, list[Diagnostic]]]
"""Reads a file under a name that messages use: its text, or why there is none. Raises ``OSError``."""


def join_includes(tree: SyntaxTree, path: Path | None, read: ReadSource) -> None:
    """Put the blocks of the files that a tree includes into it.

    `path` is the tree's own file, beside which the others are looked for; None for a
    text that lies in no folder.
    """
    _Joiner(tree, read).join(tree.blocks, path, tree.source.name)


class _Joiner:
    """Joins the files of one spec."""

    def __init__(self, tree: SyntaxTree, read: ReadSource) -> None:
        self.tree = tree
        self.read = read
        self.open: dict[Path, Span | None] = {}
        """The files that are being read, each with the line that includes it."""
        self.known: set[Path] = set()

    def join(self, blocks: list[n.Block], path: Path | None, name: str, line: Span | None = None) -> None:
        """Replace the `include` lines among the blocks of one file."""
        if not any(isinstance(block.statement, n.IncludeLine) for block in blocks):
            return
        own = path.resolve() if path is not None else None
        if own is not None:
            self.open[own] = line
            self.known.add(own)
        joined: list[n.Block] = []
        for block in blocks:
            if isinstance(block.statement, n.IncludeLine):
                joined += self._included(block.statement.path, path, name)
            else:
                joined.append(block)
        blocks[:] = joined
        if own is not None:
            del self.open[own]

    def _included(self, written: n.String, path: Path | None, name: str) -> list[n.Block]:
        """Give the blocks of an included file, or none where it cannot be read."""
        if path is None:
            return self._without(Diagnostic("SL120", written.span, {"file": written.text}, "no_folder"))
        if not written.text.strip() or PurePosixPath(written.text).is_absolute() or "\\" in written.text:
            return self._without(Diagnostic("SL120", written.span, {"file": written.text}, "not_relative"))
        file = path.parent / written.text
        found = file.resolve()
        if found in self.open:
            line = self.open[found]
            return self._without(self._circle(written, line))
        if found in self.known:
            return []
        return self._read(written, file, str(PurePosixPath(name).parent / written.text))

    def _read(self, written: n.String, file: Path, name: str) -> list[n.Block]:
        self.known.add(file.resolve())
        try:
            source, findings = self.read(file, name)
        except OSError:
            return self._without(self._no_file(written, file))
        self.tree.diagnostics += findings
        if source is None:
            self.tree.complete = False
            return []
        other = parse(source)
        self.tree.included.append(source)
        self.tree.languages[name] = other.language
        self.tree.diagnostics += other.diagnostics
        self.tree.unread |= other.unread
        self.join(other.blocks, file, name, written.span)
        return other.blocks

    def _without(self, finding: Diagnostic) -> list[n.Block]:
        """Report why a file is left out; what it declares is then not known to anybody."""
        self.tree.diagnostics.append(finding)
        self.tree.complete = False
        return []

    @staticmethod
    def _circle(written: n.String, line: Span | None) -> Diagnostic:
        """Say that a file is being read already, and where it was asked for."""
        values = {"file": written.text}
        if line is None:
            return Diagnostic("SL120", written.span, values, "circle")
        return Diagnostic("SL120", written.span, values, "circle", (Label(line, "circle"),))

    @staticmethod
    def _no_file(written: n.String, file: Path) -> Diagnostic:
        """Say that there is no such file, with the one of the folder that may be meant."""
        folder = file.parent
        names = [found.name for found in folder.glob("*.ladder")] if folder.is_dir() else []
        meant = nearest(file.name, names)
        if meant is not None:
            meant = str(PurePosixPath(written.text).parent / meant)
        return Diagnostic("SL120", written.span, {"file": written.text}, suggestion=meant)
