"""However cases are put into parts, the parts together give the answer of one run: without Spark itself."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.fast.read.from_dataset import frames_of, without_rows
from stepladder_engine.results.columns import TABLES
from stepladder_engine.runtime.program import Program
from stepladder_engine.spark.merge import SparkAnswer, merged
from stepladder_engine.spark.parts import Data, bucket_of, parts_of
from stepladder_engine.spark.work import Work, answer_part

MORE_METRICS = """\
metric smallest
    = min of client.budget
metric largest
    = max of purchase.amount
    target > count of call
metric earliest
    = first purchase.amount
metric latest
    = last purchase.amount
metric usual
    = average of purchase.amount in last 2 weeks
    by budget
metric many_visits
    = (count of client where count of visit > 1) / count of client
    target >= 50%
metric bought_after
    = sum of purchase.amount
    by size_word, amount
"""


def in_parts(
    spec: Spec,
    dataset: Dataset,
    moment: Instant,
    *,
    count: int,
    rows: bool,
    chosen: tuple[str, ...] = TABLES,
) -> SparkAnswer:
    """Run a spec in parts, each of which goes through what a worker gets and gives."""
    data: Data = dataset if rows else frames_of(spec, dataset)
    work = Work(spec, moment, as_of_given=True, events=len(dataset.events), chosen=chosen)
    there = [sent(part) for part in parts_of(spec, data, count)]
    assert len(there) == count
    back = [piece for part in there for piece in sent(list(answer_part(sent(work), part)))]
    return merged(work, without_rows(dataset), Decimal(0), back)


def sent(thing: Any) -> Any:
    """Give what arrives of a thing that is sent to another process."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


def everything(answer: SparkAnswer) -> dict[str, Any]:
    tables: dict[str, Any] = {table.name: list(table.rows) for table in answer.all_tables()}
    assert answer.summary["engine"] == "spark"
    # Everything but who ran is that of the reference.
    return tables | {"summary": answer.summary | {"engine": "reference"}}


@given(st.data())
def test_parts_give_the_same_together(made: ModuleType, equal: ModuleType, data: st.DataObject) -> None:
    text = data.draw(made.texts(alone=data.draw(st.booleans()))) + MORE_METRICS
    spec = made.spec_of(text)
    dataset: Dataset = data.draw(made.datasets())
    moment = data.draw(made.moments())
    expected = equal.reference(spec, dataset, moment)
    # Records that open or signal others are never divided.
    count = 1 if Program(spec).cases_touch else data.draw(st.integers(1, 4))
    found = everything(in_parts(spec, dataset, moment, count=count, rows=data.draw(st.booleans())))
    assert found == expected
    assert json.dumps(found["summary"]) == json.dumps(expected["summary"])


@given(st.data())
def test_of_chosen_tables_they_give_the_same(
    made: ModuleType, equal: ModuleType, data: st.DataObject
) -> None:
    spec = made.spec_of(data.draw(made.texts(alone=True)))
    dataset: Dataset = data.draw(made.datasets())
    moment = data.draw(made.moments())
    expected = equal.reference(spec, dataset, moment)
    chosen = tuple(data.draw(st.sets(st.sampled_from(TABLES))))
    rows = data.draw(st.booleans())
    found = everything(in_parts(spec, dataset, moment, count=2, rows=rows, chosen=chosen))
    assert found == {name: expected[name] for name in (*chosen, "summary")}


@pytest.mark.parametrize(("key", "part"), [("", 0), ("A", 2), ("Ключ", 1), ("کلید", 4)])
def test_a_key_has_its_part_whichever_process_asks(key: str, part: int) -> None:
    assert bucket_of(key, 7) == part


def test_parts_without_any_record_count_nothing(made: ModuleType) -> None:
    answer = in_parts(made.spec_of(made.HEAD), Dataset(), 0, count=2, rows=False)
    assert answer.summary["cases"] == answer.summary["events"] == 0
    assert [len(table.rows) for table in answer.all_tables() if table.name != "metrics"] == [0] * 6
