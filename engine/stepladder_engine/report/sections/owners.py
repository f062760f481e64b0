"""The load of each owner: open cases, work that is owed, late or yet to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.metrics.standard.work import NOBODY
from stepladder_engine.report.document import Clients, Row, Section, Table
from stepladder_engine.report.sections.today import clients_of
from stepladder_engine.report.view import View


def owners(view: View) -> Section:
    """Give what lies on each role."""
    if not view.spec.roles:
        return view.missing("owners", "report.owners.missing")
    columns = (
        view.column("owner", "text"),
        view.column("open_cases", bar=True),
        view.column("tasks_owed", good="less"),
        view.column("late_share", "share", good="less"),
        view.column("done_share", "share", good="more"),
        view.column("planned"),
        view.column("forgotten_share", "share", good="less"),
    )
    cases = _open_cases(view)
    rows = [_row(view, role, cases.get(role, ())) for role in [*view.spec.roles, NOBODY]]
    shown = tuple(row for row in rows if row.key != NOBODY or any(row.values[1:3]))
    table = Table("owners", view.text("report.owners.table"), columns, shown)
    how = view.how(("tasks_owed", "tasks_late_share", "tasks_done_share", "forgotten_share"))
    return view.section("owners", tables=(table,), notes=_one_for_all(view, cases), how=how)


def _open_cases(view: View) -> dict[str, list[Column]]:
    found: dict[str, list[Column]] = {}
    for (process, name), cases in view.source.stands.items():
        stage = view.spec.processes[process].stages[name]
        if stage.end is None:
            found.setdefault(stage.owner or NOBODY, []).append(cases)
    return found


def _row(view: View, role: str, parts: Sequence[Column]) -> Row:
    cases = view.source.carrier.joined(parts)

    def figure(metric: str) -> StandardFigure | None:
        return view.source.figures.get((metric, ("owner",), (role,)))

    owed = figure("tasks_owed")
    shares = {name: figure(name) for name in ("tasks_late_share", "tasks_done_share", "forgotten_share")}
    values = {name: found.value if found else None for name, found in shares.items()}
    span = view.spec.roles[role].span if role in view.spec.roles else None
    told = (
        view.role(role),
        len(cases),
        owed.value if owed else 0,
        values["tasks_late_share"],
        values["tasks_done_share"],
        view.source.planned["" if role == NOBODY else role],
        values["forgotten_share"],
    )
    return Row(role, told, view.by_spending(cases), view.at(span), lists=_lists(view, role))


def _lists(view: View, role: str) -> dict[str, Callable[[], Clients]]:
    """Give the ways to those for whom a role owes something, or will."""
    source, name = view.source, "" if role == NOBODY else role

    def owed() -> Clients:
        return clients_of(view, source.owed.of_role(name))

    def late() -> Clients:
        return clients_of(view, source.owed.of_role(name).late())

    def forgotten() -> Clients:
        mine = source.carrier.different(source.carrier.joined(_open_cases(view).get(role, ())))[0]
        all_ = source.once(numbers for numbers, _ in source.forgotten.values())
        both = source.carrier.joined([mine, all_])
        found, which = source.carrier.different(both)
        return view.by_spending(found[source.carrier.counted(which, len(found)) > 1])

    def planned() -> Clients:
        return view.by_spending(source.to_come(name))

    return {"tasks_owed": owed, "late_share": late, "planned": planned, "forgotten_share": forgotten}


def _one_for_all(view: View, cases: dict[str, list[Column]]) -> tuple[str, ...]:
    """Say so where one owner has most of everything."""
    counts = Counter({role: sum(map(len, found)) for role, found in cases.items()})
    if len(counts) < 2 or not counts.total():
        return ()
    role, most = counts.most_common(1)[0]
    if most * 3 < counts.total() * 2:
        return ()
    share = view.words.value(most / counts.total(), "share")
    return (view.text("report.owners.one_for_all", owner=view.role(role), share=share),)
