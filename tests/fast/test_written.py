"""Files written from columns hold what those from rows do: CSV byte for byte, Parquet value for value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_engine.calendars.many import Moments
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data import cell_texts, write_columns
from stepladder_engine.data.cells import Chosen, ColumnRows, Flags, Joined, Times, Wholes, encoded
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.tables import Column, Table, table_of
from stepladder_engine.data.write_plain import write_csv
from stepladder_engine.runtime.run import NothingToRunAsOf

np = pytest.importorskip("numpy")

DAY = 86_400_000_000
UNKNOWN = -(2**63)
TEXTS = st.lists(st.text(alphabet='ab,"\r\n é中\ud83d😀=', max_size=4) | st.none(), min_size=1, max_size=6)
MOMENTS = st.one_of(
    st.just(UNKNOWN),
    st.integers(-25_000, 90_000).map(lambda day: day * DAY - 1),
    # The days on which clocks change, and the ends of the calendar.
    st.integers(1_774_700_000, 1_774_800_000).map(lambda second: second * 1_000_000),
    st.integers(-62_135_000_000, 253_402_000_000).map(lambda second: second * 1_000_000 + 7),
    st.integers(0, 2_000_000_000).map(lambda second: second * 1_000_000),
)
COLUMNS = (
    Column("key", "text", ""),
    Column("word", "code", "", optional=True),
    Column("time", "time", "", optional=True),
    Column("count", "whole", "", optional=True),
    Column("flag", "flag", ""),
    Column("said", "text", "", optional=True),
    Column("also", "code", "", optional=True),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of few rows, in columns of all kinds."""
    count = draw(st.integers(0, 6))

    def column(strategy: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(strategy, min_size=count, max_size=count))

    moments = Moments(Zone(draw(st.sampled_from(("Europe/Sofia", "Asia/Tehran", "UTC", "America/New_York")))))
    words = encoded(draw(TEXTS))
    keys = [text or "" for text in draw(TEXTS)]
    last = len(words.codes) - 1
    times = Times(np.array(column(MOMENTS.filter(lambda moment: moment != UNKNOWN)), np.int64), moments)
    said = [text or "" for text in draw(TEXTS)]
    key = Chosen(np.array(column(st.integers(0, len(keys) - 1)), np.int32), keys)
    return table_of(
        "made",
        COLUMNS,
        ColumnRows(
            [
                Joined((key, times)),
                words.take(np.array(column(st.integers(0, last)), np.int64)),
                Times(np.array(column(MOMENTS), np.int64), moments),
                Wholes(np.array(column(st.just(UNKNOWN) | st.integers(-(10**12), 10**12)), np.int64)),
                Flags(np.array(column(st.integers(0, 1)), np.bool_)),
                # What is put together of several lists may have a value twice.
                Chosen(np.array(column(st.integers(-1, 2 * len(said) - 1)), np.int32), said + said),
                words.take(np.array(column(st.integers(0, last)), np.int64)),
            ]
        ),
    )


def hold(table: Table, folder: Path) -> None:
    """Write a table both ways."""
    write_columns.write_csv_columns(folder / "columns.csv", table)
    write_csv(folder / "rows.csv", replace(table, rows=list(table.rows)))
    assert (folder / "columns.csv").read_bytes() == (folder / "rows.csv").read_bytes()
    parquet = pytest.importorskip("pyarrow.parquet")
    from stepladder_engine.data.write_parquet import write_parquet

    write_parquet(folder / "columns.parquet", table, "Europe/Sofia")
    write_parquet(folder / "rows.parquet", replace(table, rows=list(table.rows)), "Europe/Sofia")
    columns, rows = (parquet.read_table(folder / f"{name}.parquet") for name in ("columns", "rows"))
    assert columns.schema.equals(rows.schema, check_metadata=True)
    assert columns.to_pylist() == rows.to_pylist()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


@given(table=tables(), step=st.integers(1, 7), few=st.sampled_from((0, 2, 4, 1000)), data=st.data())
def test_any_table(
    folder: Path, loops: ModuleType, table: Table, step: int, few: int, data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch, loops.by_one_of_them(data):
        patch.setattr(cell_texts, "_FEW", few)
        patch.setattr(write_columns, "_LINES_AT_ONCE", step)
        patch.setattr(write_columns, "_ROWS_AT_ONCE", step)
        hold(table, folder)


@given(table=tables())
def test_any_table_without_compiled_loops(folder: Path, table: Table) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write_columns, "can_compile", lambda: False)
        hold(table, folder)


@given(data=st.data())
def test_every_result_table(made: ModuleType, equal: ModuleType, folder: Path, data: st.DataObject) -> None:
    spec = made.spec_of(data.draw(made.texts(alone=data.draw(st.booleans()))))
    dataset: Dataset = data.draw(made.datasets())
    try:
        found = equal.tables_by_columns(spec, dataset, data.draw(made.moments()))
    except NothingToRunAsOf:
        return
    for table in found:
        if isinstance(table.rows, ColumnRows):
            hold(table, folder)
