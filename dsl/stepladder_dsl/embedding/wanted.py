"""What a block of documentation asks for: a diagram or tables, of which spec, and of which part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.diagram.picture import ALL_VIEWS
from stepladder_dsl.embedding.codes import WRONG_EMBEDDING
from stepladder_dsl.embedding.tables import TABLES
from stepladder_dsl.source import Span

OPTIONS = ("file", "view", "table", "process", "caption", "source")
_FLAGS = {"": True, "yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a view, or else a table; `source` shows the text as well."""

    file: str | None = None
    view: str | None = "process"
    table: str | None = None
    process: str | None = None
    caption: str | None = None
    source: bool = False


def wanted_of(options: Mapping[str, str], place: Span) -> tuple[Wanted, list[Diagnostic]]:
    """Read options; what is wrong with them is a finding at the place, and the rest holds."""
    found = [unknown(place, "", name, OPTIONS) for name in options if name not in OPTIONS]
    view, table = options.get("view"), options.get("table")
    if view is not None and view not in ALL_VIEWS:
        found.append(unknown(place, "view", view, ALL_VIEWS))
    if table is not None and table not in TABLES:
        found.append(unknown(place, "table", table, TABLES))
    if view is not None and table is not None:
        found.append(Diagnostic(WRONG_EMBEDDING, place, variant="both"))
    source = options.get("source", "no").casefold()
    if source not in _FLAGS:
        found.append(unknown(place, "source", source, ("yes", "no")))
    wanted = Wanted(
        file=options.get("file"),
        view=None if table is not None else view or "process",
        table=table,
        process=options.get("process"),
        caption=options.get("caption"),
        source=_FLAGS.get(source, False),
    )
    return wanted, found


def unknown(place: Span, variant: str, name: str, known: Iterable[str]) -> Diagnostic:
    """Say that there is nothing of a name, and what there is."""
    names = list(known)
    values = {"name": name, "known": ", ".join(names)}
    return Diagnostic(WRONG_EMBEDDING, place, values, variant, (), nearest(name, names))
