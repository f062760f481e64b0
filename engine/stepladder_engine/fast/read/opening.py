"""Opens the sources of a mapping for reading by columns, where that can be done."""

from __future__ import annotations

import codecs

from stepladder_engine.data.decode import Encoding
from stepladder_engine.data.delimiters import WHITESPACE
from stepladder_engine.data.files import SourceFile, open_file
from stepladder_engine.data.guess_encoding import codec_of
from stepladder_engine.data.mapping_model import KindMapping
from stepladder_engine.data.opening import MissingExtra, ending, open_bytes, read_errors
from stepladder_engine.data.row_plans import Shared
from stepladder_engine.data.rows import Opened, SourceTable
from stepladder_engine.data.signatures import known_form
from stepladder_engine.fast.read.blocks import RowsOnly, Source
from stepladder_engine.fast.read.column_files import ColumnFileSource
from stepladder_engine.fast.read.cut_lines import DelimitedSource

_LOOKED_AT = 1 << 16
_TABLES_OF_LINES = {".csv", ".tsv", ".txt"}


def open_table(file: SourceFile, mapping: KindMapping) -> Opened:
    """Open a file: without a look at all of it, where reading it by columns makes sure of it on the way."""
    if _form(file, mapping) == ".parquet":
        return open_file(file, mapping.sources[0], mapping.options, whole=False)
    encoding = _encoding_at_first_sight(file, mapping)
    if encoding is not None:
        opened = open_file(file, mapping.sources[0], mapping.options, encoding=encoding)
        if opened[0] is not None and _can_be_cut(opened[0]):
            return opened
    return open_file(file, mapping.sources[0], mapping.options)


def source_of(shared: Shared) -> Source:
    """Give what reads an open file."""
    table = shared.table
    if table.columnar is not None:
        return ColumnFileSource(table, table.columnar)
    if table.layout is not None and _can_be_cut(table):
        return DelimitedSource(table, table.layout)
    return RowsOnly(table, shared.rows)


def _can_be_cut(table: SourceTable) -> bool:
    """Tell whether the lines of a table fall into cells at single bytes."""
    layout = table.layout
    if layout is None or layout.delimiter == WHITESPACE:
        return False
    return layout.delimiter.isascii() and layout.encoding.damaged is None


def _form(file: SourceFile, mapping: KindMapping) -> str:
    """Give the ending that files of this form usually have."""
    return f".{mapping.options.format}" if mapping.options.format else ending(file.path)


def _encoding_at_first_sight(file: SourceFile, mapping: KindMapping) -> Encoding | None:
    """Give the encoding that a table of lines has by its beginning, if that is UTF-8."""
    options = mapping.options
    if _form(file, mapping) not in _TABLES_OF_LINES or file.part:
        return None
    named = options.encoding != "auto"
    if named and codecs.lookup(codec_of(options.encoding)).name not in {"utf-8", "utf-8-sig"}:
        return None
    try:
        with open_bytes(file.path) as stream:
            start = stream.read(_LOOKED_AT)
    except MissingExtra:
        return None
    except read_errors(file.path):
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return None
    if b"\0" in start or known_form(start) is not None:
        return None
    has_mark = start.startswith(codecs.BOM_UTF8)
    return Encoding(options.encoding if named else "utf-8", "utf-8-sig" if named or has_mark else "utf-8")
