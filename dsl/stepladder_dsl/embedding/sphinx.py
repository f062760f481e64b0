"""A directive for Sphinx: `extensions = ["stepladder_dsl.embedding.sphinx"]`, then `.. ladder:: shop.ladder`.

Pictures stand in HTML as they are. Other builders get a table of the stages in their place,
for they have no way to take a picture that is part of a page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from stepladder_dsl.embedding.shown import Shown, show
from stepladder_dsl.embedding.tables import Table

_LOG = logging.getLogger(__name__)
_WIDEST = 40
"""Letters in a line of a column; longer lines are broken where a builder counts letters."""


class LadderDirective(SphinxDirective):
    """Shows a spec, in the block or in a file, as a diagram or as tables."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[Any] = {
        "view": directives.unchanged,
        "table": directives.unchanged,
        "process": directives.unchanged,
        "caption": directives.unchanged,
        "source": directives.unchanged,
        "name": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Give the nodes of the block."""
        options = {name: value or "" for name, value in self.options.items() if name != "name"}
        page = Path(self.env.doc2path(self.env.docname))
        folder = page.parent
        if self.arguments:
            _, found = self.env.relfn2path(self.arguments[0])
            options["file"] = Path(found).name
            folder = Path(found).parent
            self.env.note_dependency(found)
        text = "\n".join(self.content)
        name = page.relative_to(self.env.srcdir).as_posix()
        shown = show(text, options, folder=folder, name=name, line=self.content_offset + 1)
        for source in shown.sources:
            if source.name != name and (folder / source.name).is_file():
                self.env.note_dependency(str(folder / source.name))
        made = self._problem(shown) if shown.findings else _block(shown)
        self.add_name(made)
        return [made]

    def _problem(self, shown: Shown) -> nodes.Element:
        """Show what is wrong in the place of the block, and tell whoever builds the page."""
        _LOG.warning("%s", shown.problem, location=self.get_location(), type="stepladder")
        return nodes.literal_block("", shown.problem, language="text", classes=["stepladder-error"])


def _block(shown: Shown) -> nodes.Element:
    container = nodes.container(classes=["stepladder-block"])
    if shown.svg is not None:
        container += nodes.raw("", str(shown.html), format="html")
        container += _instead(shown)
        return container
    # Nodes know no direction; in HTML the language of the spec may run another way than the page.
    container += nodes.raw("", f'<div lang="{shown.language}" dir="{shown.direction}">', format="html")
    container += [_table(table) for table in shown.tables]
    if shown.caption:
        container += nodes.paragraph("", shown.caption, classes=["caption"])
    if shown.text:
        container += nodes.literal_block("", shown.text, language="text")
    container += nodes.raw("", "</div>", format="html")
    return container


def _instead(shown: Shown) -> nodes.Element:
    """Give what stands in the place of a picture where it can not: a table for every builder but HTML."""
    instead = addnodes.only(expr="not html")
    instead += [_table(table) for table in shown.instead]
    return instead


def _table(table: Table) -> nodes.table:
    """Give a table in nodes that every builder knows."""
    made = nodes.table(classes=["stepladder-table"])
    made += nodes.title("", table.title)
    group = nodes.tgroup(cols=len(table.heads))
    made += group
    group += [nodes.colspec(colwidth=_width(table, column)) for column in range(len(table.heads))]
    head = nodes.thead()
    head += _row(tuple((text,) for text in table.heads))
    body = nodes.tbody()
    body += [_row(row) for row in table.rows]
    group += [head, body]
    return made


def _width(table: Table, column: int) -> int:
    """Give how wide a column should be, in letters."""
    lines = [table.heads[column], *(line for row in table.rows for line in row[column])]
    return min(max(map(len, lines)), _WIDEST)


def _row(cells: tuple[tuple[str, ...], ...]) -> nodes.row:
    row = nodes.row()
    for lines in cells:
        entry = nodes.entry()
        entry += [nodes.paragraph("", line) for line in lines]
        row += entry
    return row


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known to Sphinx."""
    app.add_directive("ladder", LadderDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
