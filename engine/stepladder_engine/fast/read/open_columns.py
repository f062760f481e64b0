"""Opens Parquet so that texts come as they are quickest to number: few different ones as a dictionary."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

_BYTES_OF_A_CODE = 2
"""Where a text takes no more in the file, its place among a few thousand texts is all that stands there."""


def open_columns(path: Path) -> Any:
    """Open a file: columns with few different texts give dictionaries, all others the texts themselves.

    A dictionary of a million keys would be made anew for each part of the rows, with all keys in it.
    """
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        metadata = file.metadata
        few = _with_few_texts(metadata)
        kept = {name for name in few if "." not in name}
        many = [
            field.name
            for field in file.schema_arrow
            if _is_dictionary_of_texts(field.type) and field.name not in kept
        ]
        plain = _as_written(file) if many else None
    return parquet.ParquetFile(path, metadata=plain, read_dictionary=few)


def _with_few_texts(metadata: Any) -> list[str]:
    """Give the columns of texts that take hardly more than a place in a short list of them."""
    found = []
    for number in range(metadata.num_columns):
        groups = [metadata.row_group(group).column(number) for group in range(metadata.num_row_groups)]
        if not groups or groups[0].physical_type != "BYTE_ARRAY":
            continue
        size = sum(group.total_uncompressed_size for group in groups)
        if size < _BYTES_OF_A_CODE * sum(group.num_values for group in groups):
            found.append(groups[0].path_in_schema)
    return found


def _is_dictionary_of_texts(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_dictionary(kind) and types.is_string(kind.value_type))


def _as_written(file: Any) -> Any:
    """Give what a file says of its columns without the types that its writer had in memory.

    None where these tell more than which texts were a dictionary.
    """
    import pyarrow
    from pyarrow import parquet

    fields = [
        field.with_type(field.type.value_type) if _is_dictionary_of_texts(field.type) else field
        for field in file.schema_arrow
    ]
    plain = BytesIO()
    try:
        parquet.write_metadata(
            pyarrow.schema(fields).remove_metadata(), plain, store_schema=False, compression="none"
        )
        plain.seek(0)
        metadata = parquet.read_metadata(plain)
        if metadata.schema.to_arrow_schema().types != [field.type for field in fields]:
            return None
        metadata.append_row_groups(file.metadata)
    except (ValueError, OSError, RuntimeError, NotImplementedError):
        return None
    return metadata
