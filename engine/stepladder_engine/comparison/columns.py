"""The columns of the tables in which two runs differ: their names, kinds and meanings, in order.

They are stable: programs read them. ``schemas/`` holds them as JSON Schemas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepladder_engine.data.tables import Column, Table, table_of

CHANGE = ("appears", "vanishes", "changed")
_CHANGE = Column(
    "change", "text", "Whether it is only in the new run, only in the old one, or another", values=CHANGE
)
_RECORD = Column("record", "text", "Kind of record, as the new spec calls it")
_CASE = Column("case", "text", "Key of the record in the data")
_PROCESS = Column("process", "text", "Name of the process, as the new spec calls it")

COMPARED: dict[str, tuple[Column, ...]] = {
    "changes": (
        Column(
            "sign",
            "text",
            "Whether it came, went, became something else, or only its text did",
            values=("added", "removed", "changed", "same"),
        ),
        Column("place", "text", "What it stands in, from the outside in"),
        Column("part", "text", "What it is"),
        Column("how", "text", "In which direction it changed", optional=True),
        Column("old", "text", "What stood there before", optional=True),
        Column("new", "text", "What stands there now", optional=True),
        Column("text", "text", "The whole as a sentence in the reader's language"),
        Column("old_file", "text", "File of the old text", optional=True),
        Column("old_line", "whole", "Line of the old text", optional=True),
        Column("new_file", "text", "File of the new text", optional=True),
        Column("new_line", "whole", "Line of the new text", optional=True),
    ),
    "changed_positions": (
        _RECORD,
        _CASE,
        _PROCESS,
        Column("old_stage", "text", "Stage by the old spec; empty: not in the process", optional=True),
        Column("new_stage", "text", "Stage by the new spec; empty: not in the process", optional=True),
        Column("old_since", "time", "Since when by the old spec", optional=True),
        Column("new_since", "time", "Since when by the new spec", optional=True),
    ),
    "changed_tasks": (
        _CHANGE,
        _RECORD,
        _CASE,
        Column("kind", "text", "Follow-up task, or alert of a stage's limit", values=("follow_up", "alert")),
        Column("rule", "text", "Name of the follow-up, or of the limit's process"),
        Column("title", "text", "What is to be done, or the stage whose limit has passed"),
        Column("old_role", "text", "Role that answers by the old spec", optional=True),
        Column("new_role", "text", "Role that answers by the new spec", optional=True),
        Column("old_due", "time", "When it is due by the old spec", optional=True),
        Column("new_due", "time", "When it is due by the new spec", optional=True),
        Column("old_status", "text", "How it stands by the old spec", optional=True),
        Column("new_status", "text", "How it stands by the new spec", optional=True),
    ),
    "changed_offers": (
        _CHANGE,
        _RECORD,
        _CASE,
        Column("offer", "text", "Name of the offer, as the new spec calls it"),
        Column("old_status", "text", "How it stands by the old spec", optional=True),
        Column("new_status", "text", "How it stands by the new spec", optional=True),
        Column("old_opened", "time", "When it opened by the old spec", optional=True),
        Column("new_opened", "time", "When it opened by the new spec", optional=True),
        Column("old_price", "number", "Price by the old spec", optional=True),
        Column("new_price", "number", "Price by the new spec", optional=True),
        Column("old_discount", "number", "Discount by the old spec", optional=True),
        Column("new_discount", "number", "Discount by the new spec", optional=True),
    ),
    "changed_forgotten": (
        _RECORD,
        _CASE,
        _PROCESS,
        Column("stage", "text", "Stage in which the case stands, by the run in which it is forgotten"),
        Column("forgotten", "flag", "Whether it is forgotten by the new spec; if not, it was by the old one"),
    ),
    "changed_metrics": (
        Column("metric", "text", "Name of the metric, as the new spec calls it"),
        Column("by", "text", "By what it is told apart, with commas; empty: all of them", optional=True),
        Column("group", "text", "The values of this group, with commas", optional=True),
        Column("old_value", "number", "The figure by the old spec; empty: unknown, or none", optional=True),
        Column("new_value", "number", "The figure by the new spec; empty: unknown, or none", optional=True),
        Column("old_count", "whole", "How many records or events stood behind it", optional=True),
        Column("new_count", "whole", "How many records or events stand behind it", optional=True),
        Column("old_target", "number", "What it had to reach", optional=True),
        Column("new_target", "number", "What it has to reach", optional=True),
        Column("old_met", "flag", "Whether it did", optional=True),
        Column("new_met", "flag", "Whether it does", optional=True),
    ),
}
"""Table name -> its columns."""

COMPARED_KEYS: dict[str, tuple[str, ...]] = {
    "changes": ("place", "part"),
    "changed_positions": ("record", "case", "process"),
    "changed_tasks": ("record", "case", "kind", "rule"),
    "changed_offers": ("record", "case", "offer"),
    "changed_forgotten": ("record", "case", "process"),
    "changed_metrics": ("metric", "by", "group"),
}
"""Table name -> the columns that tell its rows apart."""

COMPARED_IN_ORDER = ("changes", "changed_tasks", "changed_offers", "changed_metrics")
"""Tables whose rows may share a key: they are told apart by their order."""


def compared_table(name: str, rows: Sequence[tuple[Any, ...]]) -> Table:
    """Give one of these tables."""
    return table_of(name, COMPARED[name], rows, COMPARED_KEYS[name], and_order=name in COMPARED_IN_ORDER)
