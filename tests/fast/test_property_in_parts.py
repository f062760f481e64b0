"""However few cases are in memory at a time, and whatever waits in a file: the answer is that of one run."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_engine.data.cells import Chained, Chosen, ColumnRows, InPieces, Joined, Wholes
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.kept_numbers import keep_numbers
from stepladder_engine.data.kept_rows import Keeper, KeptRows, used_only
from stepladder_engine.data.spool import Spool
from stepladder_engine.data.tables import Table
from stepladder_engine.data.write_plain import write_csv
from stepladder_engine.fast.read.from_dataset import frames_of
from stepladder_engine.results.answer import Answer, RecordAnswer
from stepladder_engine.results.by_columns.answer import FastAnswer
from stepladder_engine.results.by_columns.room import Room
from stepladder_engine.results.story import story
from stepladder_engine.runtime.run import NothingToRunAsOf, run

np = pytest.importorskip("numpy")

UNKNOWN = -(2**63)
ROOMS = st.builds(
    Room,
    at_once=st.sampled_from((1, 3, 8, 1_000)),
    in_a_window=st.sampled_from((1, 4, 1_000)),
)
KEPT = st.sampled_from((0, 200, 1_000_000))


def everything(answer: FastAnswer) -> dict[str, Any]:
    tables: dict[str, Any] = {table.name: list(table.rows) for table in answer.all_tables()}
    # Everything but who ran is that of the reference.
    return tables | {"summary": answer.summary | {"engine": "reference"}, "screen": answer.listed}


@given(data=st.data(), room=ROOMS, kept=KEPT)
def test_parts_give_the_answer_of_the_reference(
    made: ModuleType, equal: ModuleType, data: st.DataObject, room: Room, kept: int
) -> None:
    alone, touching = data.draw(st.booleans()), data.draw(st.booleans())
    spec = made.spec_of(data.draw(made.texts(alone=alone, touching=touching)))
    dataset: Dataset = data.draw(made.datasets())
    moment = data.draw(st.one_of(st.none(), made.moments()))
    try:
        expected = equal.reference(spec, dataset, moment, screen=True)
    except NothingToRunAsOf:
        with pytest.raises(NothingToRunAsOf):
            FastAnswer(spec, frames_of(spec, dataset), moment, Decimal(0))
        return
    how: dict[str, Any] = {"room": room, "spool": Spool(kept)}
    found = everything(FastAnswer(spec, frames_of(spec, dataset), moment, Decimal(0), **how))
    for name, rows in found.items():
        assert rows == expected[name], name
    assert json.dumps(found["summary"]) == json.dumps(expected["summary"])


@given(data=st.data(), room=ROOMS, kept=KEPT)
def test_files_hold_the_same_bytes(
    made: ModuleType, folder: Path, data: st.DataObject, room: Room, kept: int
) -> None:
    write_columns = pytest.importorskip("stepladder_engine.data.write_columns")
    spec = made.spec_of(data.draw(made.texts(alone=data.draw(st.booleans()))))
    dataset: Dataset = data.draw(made.datasets())
    moment = data.draw(made.moments())
    how: dict[str, Any] = {"room": room, "spool": Spool(kept)}
    answer = FastAnswer(spec, frames_of(spec, dataset), moment, Decimal(0), **how)
    for table in answer.all_tables():
        if isinstance(table.rows, InPieces):
            write_columns.write_csv_columns(folder / "pieces.csv", table)
            write_csv(folder / "rows.csv", replace(table, rows=list(table.rows)))
            assert (folder / "pieces.csv").read_bytes() == (folder / "rows.csv").read_bytes(), table.name
            hold_parquet(folder, table)


def stories(answer: Answer, key: str) -> list[dict[str, Any]]:
    return [story(answer, entity) for entity in answer.records_with(key)]


@settings(max_examples=5)
@given(data=st.data())
def test_a_single_record_tells_what_it_tells_among_all(made: ModuleType, data: st.DataObject) -> None:
    spec = made.spec_of(
        data.draw(made.texts(alone=data.draw(st.booleans()), touching=data.draw(st.booleans())))
    )
    dataset: Dataset = data.draw(made.datasets())
    moment = data.draw(made.moments())
    alone = FastAnswer(spec, frames_of(spec, dataset), moment, Decimal(0), chosen=())
    whole = RecordAnswer(run(spec, dataset, moment), {}, Decimal(0))
    for key in ("nobody", *dataset.records["client"]):
        assert stories(alone, key) == stories(whole, key)


def hold_parquet(folder: Path, table: Table) -> None:
    """Write a table as Parquet in pieces, and as rows."""
    parquet = pytest.importorskip("pyarrow.parquet")
    from stepladder_engine.data.write_parquet import write_parquet

    write_parquet(folder / "pieces.parquet", table, "Europe/Sofia")
    write_parquet(folder / "rows.parquet", replace(table, rows=list(table.rows)), "Europe/Sofia")
    pieces, rows = (parquet.read_table(folder / f"{name}.parquet") for name in ("pieces", "rows"))
    assert pieces.schema.equals(rows.schema, check_metadata=True)
    assert pieces.to_pylist() == rows.to_pylist()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parts")


NUMBERS = st.one_of(
    st.just(UNKNOWN),
    st.sampled_from((0, 7, -1, 255, 256, 65_535, 2**32, 2**62, -(2**62))),
    st.integers(0, 10**9).map(lambda second: second * 1_000_000),
)


@given(numbers=st.lists(NUMBERS, min_size=1, max_size=9), kept=st.sampled_from((0, 10**6)), rows=st.data())
def test_numbers_come_back_as_they_were(numbers: list[int], kept: int, rows: st.DataObject) -> None:
    spool = Spool(kept)
    spool.put(b"before")
    found = keep_numbers(spool, np.array(numbers, np.int64), UNKNOWN)
    spool.put(b"behind")
    first = rows.draw(st.integers(0, len(numbers)))
    last = rows.draw(st.integers(first, len(numbers)))
    assert found.load(first, last).tolist() == numbers[first:last]


WORDS = st.sampled_from(("", "a", "b", "é", "中", None, Decimal("1.50"), Decimal("1.5")))


@given(pieces=st.lists(st.lists(WORDS, min_size=1, max_size=5), max_size=4), few=st.sampled_from((0, 3, 100)))
def test_values_come_back_as_they_were(pieces: list[list[Any]], few: int) -> None:
    from stepladder_engine.data import kept_rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_rows, "_FEW", few)
        keeper = Keeper(Spool(0))
        kept = []
        for words in pieces:
            values = [word for word in words if word is not None]
            codes = np.array([-1 if word is None else values.index(word) for word in words], np.int32)
            column = Chosen(codes, Chained([["not used"], values]) if values else [])
            column = Chosen(np.where(codes < 0, -1, codes + 1) if values else codes, column.values)
            texts = Joined((column.take(codes >= 0), column.take(codes >= 0)))
            rows = keeper.prepared(ColumnRows([column, Wholes(codes.astype(np.int64))]))
            kept.append(keeper.keep(rows, [0, len(words) // 2, len(words)]))
            assert used_only(column).cells() == column.cells()
            assert len(texts) == len(values)
        found = [row[0] for row in KeptRows(kept)]
    expected = [next((value for value in words if value == word), None) for words in pieces for word in words]
    assert list(map(str, found)) == list(map(str, expected))


def test_a_table_without_rows_has_none() -> None:
    assert list(KeptRows([])) == []
    assert len(KeptRows([])) == 0
    with pytest.raises(IndexError):
        KeptRows([])[0]
