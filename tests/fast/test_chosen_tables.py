"""Tables that nobody wants are not made, and everything else is as if they were."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_file, compile_text
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import HOUR
from stepladder_engine.data.dataset import Dataset, EventRow, Origin
from stepladder_engine.results.columns import TABLES
from stepladder_engine.results.execute import Engine, execute
from stepladder_engine.runtime.run import NothingToRunAsOf

STARTER = (
    Path(__file__).resolve().parents[2] / "engine" / "stepladder_engine" / "templates" / "phone-shop" / "en"
)
ROUND = """\
language en
spec round
    currency EUR
    timezone Europe/Sofia
role seller
record client
event visit for client
let visits for client = count of visit
process sale for client
    owner seller
    stage first
        start
        when visits > 1 go to second
    stage second
        when visits > 2 go to first
"""


@pytest.mark.parametrize("engine", ["reference", "fast"])
@pytest.mark.parametrize("table", [*TABLES, None])
def test_each_table_alone_is_that_of_the_whole_run(table: str | None, engine: Engine) -> None:
    spec = compile_file(next(STARTER.glob("*.ladder"))).spec
    assert spec
    chosen = [] if table is None else [table]
    alone, _ = execute(spec, STARTER / "mapping.yaml", engine=engine, tables=chosen)
    whole, _ = execute(spec, STARTER / "mapping.yaml", engine=engine)
    assert alone
    assert whole
    expected = {found.name: list(found.rows) for found in whole.all_tables() if found.name in chosen}
    assert {found.name: list(found.rows) for found in alone.all_tables()} == expected
    assert alone.summary == whole.summary


def test_a_run_without_a_journal_counts_the_loops_that_were_stopped(equal: ModuleType) -> None:
    spec = compile_text(Source("round.ladder", ROUND), lint=False).spec
    assert spec
    rows = [
        EventRow("visit", f"C{case}", hour * HOUR, (0, "v.csv", hour), None, {}, Origin("v.csv", hour))
        for case in range(3)
        for hour in range(1, case + 3)
    ]
    dataset = Dataset(records={"client": {}}, events=rows, rows={"visit": len(rows)})
    expected = equal.reference(spec, dataset, None)
    assert expected["summary"]["loops"] == 3
    found: dict[str, Any] = equal.chosen_tables(spec, dataset, None, ["positions"])
    assert found == {name: expected[name] for name in ("positions", "summary")}


@given(st.data())
def test_any_choice_is_a_part_of_the_whole(made: ModuleType, equal: ModuleType, data: st.DataObject) -> None:
    alone = data.draw(st.booleans())
    spec = made.spec_of(data.draw(made.texts(alone=alone, touching=not alone and data.draw(st.booleans()))))
    dataset: Dataset = data.draw(made.datasets())
    moment = data.draw(st.one_of(st.none(), made.moments()))
    chosen = data.draw(st.sets(st.sampled_from(TABLES)))
    try:
        expected = equal.reference(spec, dataset, moment)
    except NothingToRunAsOf:
        return
    found = equal.chosen_tables(spec, dataset, moment, chosen, block=data.draw(st.sampled_from((1, 100))))
    assert found == {name: expected[name] for name in (*chosen, "summary")}
