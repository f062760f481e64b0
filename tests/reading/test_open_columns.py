"""How columns of texts come out of a Parquet file, whatever its writer had in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from stepladder_engine.fast.read.open_columns import open_columns
from stepladder_engine.fast.read.text_table import TextTable

CODES = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
MANY = [f"K{number}" for number in range(2000)]
FEW = ["visit", "call"] * 1000
EMPTY = [None] * 2000


@pytest.mark.parametrize(
    ("texts", "written", "beside", "read"),
    [
        (MANY, pyarrow.string(), pyarrow.timestamp("s"), pyarrow.string()),
        (MANY, CODES, pyarrow.timestamp("s"), pyarrow.string()),
        (FEW, pyarrow.string(), pyarrow.timestamp("s"), CODES),
        (FEW, CODES, pyarrow.timestamp("s"), CODES),
        (EMPTY, pyarrow.string(), pyarrow.timestamp("s"), CODES),
        # What the file says of a length of time stands only beside what it says of the dictionary.
        (MANY, CODES, pyarrow.duration("s"), CODES),
    ],
)
def test_few_texts_come_as_a_dictionary_and_many_as_they_are(
    texts: list[str | None],
    written: pyarrow.DataType,
    beside: pyarrow.DataType,
    read: pyarrow.DataType,
    tmp_path: Path,
) -> None:
    path = tmp_path / "log.parquet"
    columns = {"key": pyarrow.array(texts).cast(written), "time": pyarrow.array(range(2000)).cast(beside)}
    parquet.write_table(pyarrow.table(columns), path, row_group_size=700)

    with open_columns(path) as file:
        table = file.read()

    assert [table["key"].type, table["key"].to_pylist()] == [read, texts]
    assert len(table["time"]) == 2000


def test_a_file_without_rows_has_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    parquet.write_table(pyarrow.table({"key": pyarrow.array([], CODES)}), path)

    with open_columns(path) as file:
        assert file.read().num_rows == 0


def test_texts_with_zero_bytes_are_other_texts() -> None:
    texts = b"aa\0aa\0"
    bounds = np.array([0, 1, 3, 4, 6])
    assert TextTable().insert(
        np.frombuffer(texts, np.uint8), bounds[:-1], bounds[1:], zeros=True
    ).tolist() == [0, 1, 0, 1]
