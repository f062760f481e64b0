"""Where clients leak out, and what that costs."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial

from stepladder_dsl.diagram.rungs import rungs_of
from stepladder_dsl.graph.items import stage_id
from stepladder_dsl.model.spec import After, OnEvent, Outcome, Process, Silence, Stage, Transition, Trigger
from stepladder_engine.expressions.tally import divide
from stepladder_engine.metrics.standard.carrier import Column, Numbers
from stepladder_engine.metrics.standard.purchases import Clients
from stepladder_engine.metrics.standard.retention import silent
from stepladder_engine.report.document import Row, Section, Table
from stepladder_engine.report.sections.money import purchase_span
from stepladder_engine.report.view import View

SILENCES = (90, 180, 365)
YEAR = 365


def leaks(view: View) -> Section:
    """Give who is lost on which rung, by which way, and which buyers have fallen silent."""
    processes = [process for process in view.source.facts.processes if _lost_ends(process)]
    buyers = view.source.buyers
    tables = [table for process in processes for table in (_rungs(view, process), _ways(view, process))]
    if buyers is not None and buyers.buyers:
        tables.append(_silent(view, buyers))
    tables = [table for table in tables if table.rows]
    if not tables:
        return view.missing("leaks", "report.leaks.missing")
    return view.section("leaks", tables=tuple(tables))


def _lost_ends(process: Process) -> set[str]:
    return {stage.name for stage in process.stages.values() if stage.end is Outcome.LOST}


def mean(amounts: Numbers) -> Decimal | None:
    """Give the arithmetic mean, None of nothing."""
    found: Decimal | None = divide(amounts.total, Decimal(len(amounts)))
    return found


def _rungs(view: View, process: Process) -> Table:
    """Give for each rung who went on, who is still there, and who was lost from it, with the cost of that."""
    lost_ends = _lost_ends(process)
    source, names = view.source, list(process.stages)
    highest, stage_of = source.climbs(process)
    is_lost = source.carrier.truths(name in lost_ends for name in names)[stage_of]

    def people(chosen: Column) -> Column:
        return source.people.numbers(process.record, source.carrier.places(chosen))

    with_money = view.source.buyers is not None and view.source.buyers.with_money
    columns = (
        view.column("rung", "text"),
        view.column("reached"),
        view.column("went_on"),
        view.column("went_on_share", "share", good="more"),
        view.column("still_here"),
        view.column("lost", bar=not with_money, good="less"),
        *([view.column("cost", "money", bar=True, good="less")] if with_money else []),
    )
    rows = []
    rungs = rungs_of(process)
    for number, name in enumerate(rungs):
        stage = process.stages[name]
        further, here = people(highest > number), highest == number
        lost, still = people(here & is_lost), people(here & ~is_lost)
        reached = len(further) + len(lost) + len(still)
        share = divide(Decimal(len(further)), Decimal(reached)) if number < len(rungs) - 1 else None
        costs = [cost_of(view, lost, further)] if with_money else []
        went_on = len(further) if number < len(rungs) - 1 else None
        values = (stage.label, reached, went_on, share, len(still), len(lost), *costs)
        lists = {
            "reached": source.carrier.joined([further, still, lost]),
            "went_on": further,
            "still_here": still,
        }
        if number == len(rungs) - 1:
            del lists["went_on"]
        rows.append(
            Row(
                name,
                values,
                view.by_spending(lost),
                view.at(stage.span),
                lists={column: partial(view.by_spending, cases) for column, cases in lists.items()},
            )
        )
    title = view.text("report.leaks.rungs", process=process.label)
    note = view.text("report.leaks.cost") if with_money else None
    return Table(f"rungs/{process.name}", title, columns, tuple(rows), note)


def cost_of(view: View, lost: Column, further: Column) -> Decimal | None:
    """Give what those who were lost would have paid more, had they gone on as the others did.

    The mean spend of those who went on, less that of those who were lost, times these; nothing where
    the lost ones had paid more, unknown where nobody went on.
    """
    if not len(lost):
        return Decimal(0)
    went_on, stayed = (mean(view.source.spent_by(numbers)) for numbers in (further, lost))
    if went_on is None or stayed is None:
        return None
    return max(Decimal(0), (went_on - stayed) * len(lost)).quantize(Decimal("0.01"))


def _ways(view: View, process: Process) -> Table:
    """Give the ways that lead to a loss, the busiest first."""
    lost_ends = _lost_ends(process)
    columns = (
        view.column("from_stage", "text"),
        view.column("way", "text"),
        view.column("owner", "text"),
        view.column("times", bar=True, good="less"),
        view.column("share", "share"),
        view.column("median_days", "days"),
    )
    live = view.source.live
    ends = {stage_id(process.name, name) for name in lost_ends}
    nodes = [stage_id(process.name, name) for name in process.stages]
    found = [(way, figures) for way, figures in live.ways.items() if way[1] in ends and figures.count]
    whole = sum(figures.count for _, figures in found)
    names = {stage.name: names_of_ways(stage) for stage in process.stages.values()}
    rows = []
    for (source, target, line), figures in sorted(found, key=lambda pair: (-pair[1].count, pair[0])):
        stage = next(one for one in process.stages.values() if stage_id(process.name, one.name) == source)
        way = next((one for one in stage.transitions if one.span.line == line), None)
        span = way.span if way else stage.span
        owner = view.role(stage.owner) if stage.owner else ""
        share = divide(Decimal(figures.count), Decimal(whole))
        told = way_text(view, way)
        values = (stage.label, told, owner, figures.count, share, figures.median_days)
        went = view.source.went(process, nodes.index(source), nodes.index(target), line)
        name = names[stage.name].get(line, target)
        rows.append(Row(f"{stage.name}/{name}", values, view.by_spending(went), view.at(span)))
    title = view.text("report.leaks.ways", process=process.label)
    return Table(f"ways/{process.name}", title, columns, tuple(rows))


def names_of_ways(stage: Stage) -> dict[int, str]:
    """Name the ways out of a stage by what they wait for and where they lead, by their lines.

    Lines move whenever something is written above them, these names do not: so a figure is found
    again in another version of the spec. Of several that are alike the second has a 2 behind it.
    """
    names: dict[int, str] = {}
    alike: Counter[str] = Counter()
    for way in stage.transitions:
        name = f"{_trigger_name(way.trigger)}/{way.target or stage.name}"
        alike[name] += 1
        names[way.span.line] = name if alike[name] == 1 else f"{name}/{alike[name]}"
    return names


def _trigger_name(trigger: Trigger) -> str:
    match trigger:
        case OnEvent(event):
            return event
        case Silence(event=event):
            return f"no.{event}"
        case After():
            return "after"
        case _:
            return "when"


def way_text(view: View, way: Transition | None) -> str:
    """Write a way as the spec has it."""
    return "" if way is None else view.line(way.span)


def _silent(view: View, buyers: Clients) -> Table:
    """Give the buyers who have not bought for long, and what a buyer brings in a year."""
    columns = (
        view.column("silent_days", "days"),
        view.column("buyers", bar=not buyers.with_money, good="less"),
        view.column("share", "share", good="less"),
        *([view.column("cost", "money", bar=True, good="less")] if buyers.with_money else []),
    )
    yearly = _spent_in_a_year(buyers)
    rows = []
    for days in SILENCES:
        quiet = view.source.among_buyers(silent(buyers, days))
        share = divide(Decimal(len(quiet)), Decimal(buyers.buyers))
        cost = None if yearly is None else (yearly * len(quiet)).quantize(Decimal("0.01"))
        values = (days, len(quiet), share, *([cost] if buyers.with_money else []))
        rows.append(Row(str(days), values, view.by_spending(quiet)))
    told = view.words.value(None if yearly is None else yearly.quantize(Decimal("0.01")), "money")
    note = view.text("report.leaks.silent_cost", amount=told) if yearly is not None else None
    title, at = view.text("report.leaks.silent"), view.at(purchase_span(view))
    return Table("silent", title, columns, tuple(rows), note, at=at)


def _spent_in_a_year(buyers: Clients) -> Decimal | None:
    """Give what those who bought in the last 365 days have paid in them, on average."""
    recent = buyers.today - buyers.day < YEAR
    who, which = buyers.carrier.different(buyers.buyer[recent])
    return mean(buyers.amounts(buyers.carrier.added(buyers.amount[recent], which, len(who))))
