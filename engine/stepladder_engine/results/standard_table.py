"""The standard figures as a table: `standard_metrics`, the same columns in every format."""

from __future__ import annotations

from collections.abc import Iterable

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.tables import Column, Table, table_of
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.texts.catalogue import text

NAME = "standard_metrics"
KEY = ("metric", "record", "by", "group")
COLUMNS = (
    Column("metric", "code", "Name of the figure; docs/metrics.md says how it is worked out"),
    Column("title", "code", "The same in the spec's language"),
    Column("record", "code", "Kind of record it is about; empty: all of them", optional=True),
    Column("by", "text", "By what it is told apart, with commas; empty: all of them", optional=True),
    Column("group", "text", "The values of this group, with commas", optional=True),
    Column("value", "number", "The figure; empty: unknown", optional=True),
    Column("unit", "code", "Currency, `share` (1 is 100 %), `days` or `number`", optional=True),
    Column("count", "whole", "How many clients, purchases, cases or tasks stand behind the figure"),
    Column("part", "whole", "Of a share: how many of them it holds for", optional=True),
    Column("low", "number", "Lower end of the 95 % interval", optional=True),
    Column("high", "number", "Upper end of the 95 % interval", optional=True),
)


def table_of_figures(figures: Iterable[StandardFigure], spec: Spec) -> Table:
    """Give figures as a table."""
    return table_of(NAME, COLUMNS, [_row(figure, spec) for figure in figures], KEY)


def _row(figure: StandardFigure, spec: Spec) -> tuple[object, ...]:
    return (
        figure.metric,
        text(spec.language, f"standard.{figure.metric}"),
        figure.record or None,
        ", ".join(figure.by) or None,
        ", ".join(figure.group) or None,
        figure.value,
        spec.currency if figure.unit == "money" else figure.unit,
        figure.count,
        figure.part,
        figure.low,
        figure.high,
    )
