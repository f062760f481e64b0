"""One business in two kinds of logs: the same answer, and once more from the log that the run writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stepladder_engine.results.event_logs.write import log_bytes

FOLDER = Path(__file__).parent / "repair_logs"
MAPPINGS = ("xes.yaml", "ocel.yaml")
AS_OF = date(2026, 3, 20)


@pytest.fixture
def ran(compile_folder: Callable[[Path], Any], run_with: Callable[..., Any]) -> Callable[..., Any]:
    def run(mapping: Path) -> Any:
        spec = compile_folder(FOLDER).spec
        assert spec is not None
        return run_with(spec, mapping, {}, AS_OF)

    return run


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_each_claim_stands_where_its_log_says(mapping: str, ran: Callable[..., Any]) -> None:
    result = ran(FOLDER / mapping)
    shown = [(row["case"], row["stage"], row["since"], row["deadline"]) for row in result.table("positions")]
    assert shown == [
        ("W-1", "closed", "2026-03-06T12:00:00+02:00", None),
        ("W-2", "closed", "2026-03-06T12:00:00+02:00", None),
        ("W-3", "bench", "2026-03-04T15:30:00+02:00", "2026-03-11T15:30:00+02:00"),
        ("W-4", "ready", "2026-03-12T10:00:00+02:00", None),
    ]
    assert [(row["case"], row["kind"], row["status"]) for row in result.table("tasks")] == [
        ("W-3", "alert", "overdue")
    ]
    assert str(result.metrics["earned"].value) == "70.50"
    data = result.result.dataset
    assert data.rejected == []
    assert sum(data.rows.values()) == sum(data.skipped.values()) + len(data.events) + 4


def test_both_logs_give_the_same_tables(ran: Callable[..., Any]) -> None:
    first, second = (ran(FOLDER / mapping).tables for mapping in MAPPINGS)
    assert first == second


BACK = {
    ".xes": """\
records:
  claim:
    source: log.xes#traces
    where: = `stepladder.record` = "claim"
    key: concept:name
    fields: {model: model, price: price}
events:
  taken: {source: log.xes#events, where: "= `concept:name` = \\"taken\\"", TIMED}
  repaired: {source: log.xes#events, where: "= `concept:name` = \\"repaired\\"", TIMED, fields: {cost: cost}}
  paid: {source: log.xes#events, where: "= `concept:name` = \\"paid\\"", TIMED, fields: {amount: amount}}
""".replace("TIMED", "key: case:concept:name, time: time:timestamp"),
    ".sqlite": """\
records:
  claim: {source: log.sqlite#object:claim, key: stepladder.key, fields: {model: model, price: price}}
events:
  taken: {source: log.sqlite#event:taken, TIMED}
  repaired: {source: log.sqlite#event:repaired, TIMED, fields: {cost: cost}}
  paid: {source: log.sqlite#event:paid, TIMED, fields: {amount: amount}}
""".replace("TIMED", "key: stepladder.key, time: ocel:time"),
}


@pytest.mark.parametrize("ending", BACK)
def test_the_log_of_a_run_gives_the_same_run(ending: str, ran: Callable[..., Any], tmp_path: Path) -> None:
    before = ran(FOLDER / "xes.yaml")
    (tmp_path / f"log{ending}").write_bytes(log_bytes(before.result, ending))
    (tmp_path / "mapping.yaml").write_text(BACK[ending], encoding="utf-8")
    assert ran(tmp_path / "mapping.yaml").tables == before.tables
