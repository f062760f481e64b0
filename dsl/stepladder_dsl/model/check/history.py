"""What has happened so far: counts, sums, windows, times since, and the stages of a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.check.durations import UNITS, duration_of
from stepladder_dsl.model.check.kinds import ANY, MONEY, NUMBER, ORDERED, fits, type_word, untyped
from stepladder_dsl.model.check.scope import Scope, Typer
from stepladder_dsl.model.spec import Field
from stepladder_dsl.model.types import DatetimeType, DateType, NumberType, Type, Unit
from stepladder_dsl.syntax import nodes as n


def _window(typer: Typer, node: n.WindowNode | None) -> e.Window | None:
    if node is None:
        return None
    duration = duration_of(node.duration, typer.symbols)
    return e.LastWindow(duration) if node.last else e.FirstWindow(duration)


def aggregate(typer: Typer, node: n.AggregateNode, scope: Scope) -> e.Expression:
    """Type a count, sum, average, least, greatest, first or last of events, or of records in a metric."""
    name = node.kind.text
    if scope.columns is not None:
        typer.symbols.report("SL114", node.span)
        return untyped(node.span)
    if name in typer.symbols.records and name not in typer.symbols.events:
        return _population(typer, node, scope)
    event = typer.symbols.event(node.kind, scope.record) if name in typer.symbols.events else None
    if event is None:
        if name not in typer.symbols.events:
            known = [*typer.symbols.events, *(typer.symbols.records if scope.population else ())]
            typer.symbols.unknown("event_or_record" if scope.population else "event", node.kind, known)
        return untyped(node.span)
    if node.reaching is not None:
        typer.symbols.report("SL103", node.span, "reaching", name=name)
    where = None
    if node.where is not None:
        where = typer.condition(node.where, replace(scope, record=event.record, event=name, population=False))
    kind, field = _aggregated_field(typer, node, event.fields)
    return e.History(
        e.Aggregate(node.aggregate), name, field, _window(typer, node.window), where, kind, node.span
    )


def _aggregated_field(
    typer: Typer, node: n.AggregateNode, fields: Mapping[str, Field]
) -> tuple[Type, str | None]:
    """Give the type and the name of the field that is summed up; a number where events are counted."""
    if node.field is None:
        return NUMBER, None
    field = fields.get(node.field.text)
    if field is None:
        typer.symbols.unknown("field", node.field, fields)
        return ANY, node.field.text
    if node.aggregate in {"sum", "average"} and not fits(field.type, MONEY):
        typer.symbols.report(
            "SL103", node.field.span, found=type_word(field.type), expected=type_word(NUMBER)
        )
        return ANY, node.field.text
    if node.aggregate in {"min", "max"} and not isinstance(field.type, ORDERED):
        typer.symbols.report("SL103", node.field.span, "order", operator="<", found=type_word(field.type))
        return ANY, node.field.text
    return field.type, node.field.text


def _population(typer: Typer, node: n.AggregateNode, scope: Scope) -> e.Expression:
    """Type what is counted or summed up over all records of a kind."""
    record = node.kind.text
    if not scope.population:
        typer.symbols.report("SL114", node.span, "population", name=record)
        return untyped(node.span)
    inner = Scope(record=record, process=typer.symbols.only_process(record))
    conditions = _conditions_of_population(typer, node, inner)
    if node.window is not None:
        typer.symbols.report("SL114", node.window.span, "window", name=record)
    where = conditions[0] if len(conditions) == 1 else e.Logical("and", conditions) if conditions else None
    value = _value_of_population(typer, node, inner)
    kind = value.type if value is not None else NUMBER
    return e.Population(e.Aggregate(node.aggregate), record, value, where, kind, node.span)


def _conditions_of_population(typer: Typer, node: n.AggregateNode, inner: Scope) -> tuple[e.Expression, ...]:
    """Type what a record has to have reached, and what has to hold for it."""
    conditions: list[e.Expression] = []
    if node.reaching is not None:
        stage = typer.symbols.stage(node.reaching, node.kind.text)
        if stage is not None:
            conditions.append(e.Reached(stage.process, stage.name, span=node.reaching.span))
    if node.where is not None:
        conditions.append(typer.condition(node.where, inner))
    return tuple(conditions)


def _value_of_population(typer: Typer, node: n.AggregateNode, inner: Scope) -> e.Expression | None:
    """Type what each record gives to a sum; None where they are counted."""
    if node.field is None:
        return None
    value = typer.name(n.NameNode(node.field, node.field.span), inner, ANY)
    if node.aggregate in {"sum", "average", "min", "max"} and not fits(value.type, MONEY):
        typer.symbols.report(
            "SL103", node.field.span, found=type_word(value.type), expected=type_word(NUMBER)
        )
    if node.aggregate in {"first", "last"}:
        typer.symbols.report("SL114", node.span, "first_of_records", name=node.kind.text)
    return value


def elapsed(typer: Typer, node: n.ElapsedNode, scope: Scope) -> e.Expression:
    """Type the time since the stage was entered, an event, or the day in a field."""
    unit = UNITS[node.unit]
    if scope.record is None:
        typer.symbols.report("SL114", node.span)
        return untyped(node.span)
    if node.name is None:
        if scope.process is None:
            typer.symbols.report("SL114", node.span, "no_stage")
            return untyped(node.span)
        return e.Elapsed(unit, e.Anchor.ENTRY, scope.process, NumberType(unit), node.span)
    if node.which == "field":
        return _elapsed_since_field(typer, node, node.name, scope.record, unit)
    event = typer.symbols.event(node.name, scope.record)
    if event is None:
        return untyped(node.span)
    anchor = e.Anchor.LAST_EVENT if node.which == "last" else e.Anchor.FIRST_EVENT
    return e.Elapsed(unit, anchor, event.name, NumberType(unit), node.span)


def _elapsed_since_field(
    typer: Typer, node: n.ElapsedNode, name: n.Name, record: str, unit: Unit
) -> e.Expression:
    fields = typer.symbols.records[record].fields
    field = fields.get(name.text)
    if field is None:
        if name.text in typer.symbols.events:
            typer.symbols.report("SL103", node.span, "since_event", name=name.text)
        else:
            dates = [key for key, known in fields.items() if isinstance(known.type, DateType | DatetimeType)]
            typer.symbols.unknown("field", name, dates)
        return untyped(node.span)
    if not isinstance(field.type, DateType | DatetimeType):
        typer.symbols.report("SL103", name.span, found=type_word(field.type), expected=type_word(DateType()))
        return untyped(node.span)
    return e.Elapsed(unit, e.Anchor.FIELD, field.name, NumberType(unit), node.span)


def stage_test(typer: Typer, node: n.ReachedNode | n.NowInNode, name: n.Name, scope: Scope) -> e.Expression:
    """Type the question whether a stage was reached, or is the one of now."""
    if scope.record is None:
        typer.symbols.report("SL114", node.span)
        return untyped(node.span)
    stage = typer.symbols.stage(name, scope.record)
    if stage is None:
        return untyped(node.span)
    if isinstance(node, n.ReachedNode):
        return e.Reached(stage.process, stage.name, span=node.span)
    return e.NowIn(stage.process, stage.name, span=node.span)
