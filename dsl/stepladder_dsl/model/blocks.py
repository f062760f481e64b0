"""How blocks of lines are read: the one line of a kind, what is said twice, parts that are missing."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Fix, Label
from stepladder_dsl.diagnostics.fixes import without_block
from stepladder_dsl.model.spec import Field
from stepladder_dsl.model.symbols import Symbols
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n


def of_kind(kind: type, blocks: Iterable[n.Block]) -> Iterator[n.Block]:
    """Yield the blocks whose line is of a kind."""
    return (block for block in blocks if isinstance(block.statement, kind))


def title_of(text: n.String | None) -> str | None:
    """Give the text of a title, where there is one."""
    return text.text if text is not None else None


def _say_the_same(first: n.Block, second: n.Block) -> bool:
    """Say whether two blocks are the same, line for line."""
    return (
        (first.text, len(first.children)) == (second.text, len(second.children))
        and not (first.broken or second.broken)
        and all(map(_say_the_same, first.children, second.children))
    )


class BlockReader:
    """Reads blocks; reports what is said twice or missing."""

    def __init__(self, symbols: Symbols) -> None:
        """Take the declared names, which also keep the findings."""
        self.symbols = symbols
        self.report = symbols.report
        self._twice: set[Span] = set()

    def named(self, kind: type, blocks: Iterable[n.Block]) -> ItemsView[str, n.Block]:
        """Give the first block of each name of a kind; later ones of the same name are reported once."""
        found: dict[str, n.Block] = {}
        for block in of_kind(kind, blocks):
            self.declare(block.statement.name, found, block)
        return found.items()

    def declare(self, name: n.Name, table: dict[str, Any], value: Any) -> bool:
        """Put a declaration into a table; report a second one of the same name."""
        first = table.get(name.text)
        if first is None:
            table[name.text] = value
            return True
        if isinstance(first, n.Block):
            fix = self._without(value) if isinstance(value, n.Block) and _say_the_same(first, value) else None
            self.twice(name, first.statement.name.span, fix)
        else:
            self.twice(name, first.span)
        return False

    def twice(self, name: n.Name, first: Span, fix: Fix | None = None) -> None:
        """Report a name that is declared for the second time, once for each place."""
        if name.span not in self._twice:
            self._twice.add(name.span)
            self.report("SL102", name.span, name=name.text, labels=(Label(first, "first"),), fix=fix)

    def _without(self, block: n.Block) -> Fix | None:
        """Give the text without a block that says again what another one says."""
        source = self.symbols.sources.get(block.span.file)
        if source is None:
            return None
        edits = without_block(source, block.span.line)
        # What belongs to a block by its sense and not by its indentation would be left behind.
        return Fix(edits) if _last_line(block) <= edits[-1].span.line else None

    def single(self, block: n.Block, kind: type) -> Any | None:
        """Give the one line of a kind in a block; report further ones."""
        found = list(of_kind(kind, block.children))
        for again in found[1:]:
            variant = "condition" if kind is n.ConditionLine else ""
            labels = (Label(found[0].span, "first"),)
            fix = self._without(again) if _say_the_same(found[0], again) else None
            self.report("SL108", again.span, variant, labels=labels, fix=fix, text=again.text)
        return found[0].statement if found else None

    def owner(self, block: n.Block) -> str | None:
        """Give the role that a block names as its owner."""
        line = self.single(block, n.OwnerLine)
        return self.symbols.role(line.role) if line is not None else None

    @staticmethod
    def is_broken(block: n.Block, *keywords: str) -> bool:
        """Say whether a line of one of these kinds stands in the block with an error already reported."""
        return any(
            child.broken and (not isinstance(child.statement, n.Broken) or child.statement.kind in keywords)
            for child in block.children
        )

    def missing(self, block: n.Block, what: str, *keywords: str) -> None:
        """Report a part that a block needs, unless it is there with an error."""
        if not block.broken and not self.is_broken(block, *keywords):
            name = getattr(block.statement, "name", None)
            span = name.span if name is not None else block.span
            self.report("SL104", span, what, name=name.text if name is not None else "")

    def require_fields(self, fields: Mapping[str, Field], values: Mapping[str, Any], name: n.Name) -> None:
        """Report the fields that have to have a value and have none."""
        missing = [known.name for known in fields.values() if not known.optional and known.name not in values]
        if missing:
            self.report("SL111", name.span, name=name.text, fields=tuple(f"`{field}`" for field in missing))


def _last_line(block: n.Block) -> int:
    return max([block.span.line, *map(_last_line, block.children)])
