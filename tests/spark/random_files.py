"""Writes a random history as the files that somebody might have, with a mapping.

One log with a word for what happened, or a file for each kind; as CSV, as Parquet with types, or in a
database, which the workers cannot read. Some cells are broken, and some rows have the id of another one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset, EventRow, RecordRow

Row = dict[str, Any]


def write_files(folder: Path, spec: Spec, dataset: Dataset, chance: Random, form: str) -> Path:
    """Write the files and the mapping, of which the path is given."""
    broken = chance.choice((0.0, 0.05))
    # Texts with quotation marks keep a file of lines from being cut.
    quoted = form != "csv" or chance.random() < 0.3
    clients = [_client(row, quoted=quoted) for row in dataset.records["client"].values()]
    events = [_event(event, number, quoted=quoted) for number, event in enumerate(dataset.events)]
    if events and chance.random() < 0.5:
        for row in chance.sample(events, max(1, len(events) // 10)):
            row["id"] = chance.choice(events)["id"]
    for row in (*clients, *events):
        if chance.random() < broken and form != "parquet":
            row[chance.choice(list(row))] = chance.choice(("?", "", "2026-02-30", " x "))
    kinds = sorted({event.kind for event in dataset.events})
    files: dict[str, list[Row]] = {"clients": clients}
    one_log, has_ids = chance.random() < 0.5, chance.random() < 0.6
    for row in events:
        files.setdefault("log" if one_log else f"{row['kind']}", []).append(row)
    sources = {name: _write(folder, name, rows, chance, form) for name, rows in files.items() if rows}
    lines: list[str] = ["timezone: UTC", "records:" if "client" in dataset.sourced and clients else ""]
    if lines[-1]:
        lines += _kind(spec.records["client"].fields, clients, "client", sources["clients"], "since: since")
    lines += ["events:"] if kinds else ["events: {}"]
    for kind in kinds:
        name = "log" if one_log else kind
        more = [
            "time: time",
            *([chance.choice(("id: id", "id: [id, time]"))] if has_ids else []),
            *([f'where: kind = "{kind}"'] if one_log else []),
        ]
        rows = [row for row in files.get(name, ()) if name != "log" or row["kind"] == kind]
        fields = spec.events[kind].fields if kind in spec.events else {}
        lines += _kind(fields, rows, kind, sources[name], *more)
    path = folder / "mapping.yaml"
    path.write_text(
        "\n".join([*filter(None, lines), "options: {max_rejected: 100%}"]) + "\n", encoding="utf-8"
    )
    return path


def _kind(fields: Mapping[str, Any], rows: Sequence[Row], kind: str, source: str, *more: str) -> list[str]:
    """Give the lines of a mapping for a kind."""
    known = [name for name in fields if any(name in row for row in rows)]
    named = ", ".join(f"{name}: {name}" for name in known)
    lines = [f"  {kind}:", f"    source: {source}", "    key: key", *(f"    {line}" for line in more)]
    return [*lines, f"    fields: {{{named}}}"] if named else lines


def _client(row: RecordRow, *, quoted: bool) -> Row:
    since = None if row.since is None else moment_of(row.since)
    fields = {name: _value(name, value, quoted=quoted) for name, value in row.fields.items()}
    return {"key": _key(row.key, quoted=quoted), "since": since, **fields}


def _event(event: EventRow, number: int, *, quoted: bool) -> Row:
    fields = {name: _value(name, value, quoted=quoted) for name, value in event.fields.items()}
    head = {"id": f"n{number}", "key": _key(event.key, quoted=quoted), "time": moment_of(event.time)}
    return {**head, "kind": event.kind, **fields}


def _key(text: str, *, quoted: bool) -> str:
    return text if quoted else text.replace('"', "").replace(",", "")


def moment_of(instant: int) -> datetime:
    """Give a moment as Python has it."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)


def _value(name: str, value: Any, *, quoted: bool) -> Any:
    """Give a value as files hold it."""
    if name == "seen" and value is not None:
        return moment_of(value)
    if isinstance(value, tuple):
        return "; ".join(value) or None
    if isinstance(value, str):
        return _key(value, quoted=quoted) or None
    return value if isinstance(value, bool | Decimal | date | None) else str(value)


def _write(folder: Path, name: str, rows: list[Row], chance: Random, form: str) -> str:
    """Write rows in a form, perhaps in several files, and give the source for the mapping."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if form == "sqlite":
        _write_table(folder / "shop.sqlite", name, columns, rows)
        return f"{{url: 'sqlite:///shop.sqlite', table: {name}}}"
    middle = chance.randint(0, len(rows)) if chance.random() < 0.5 else len(rows)
    for number, some in enumerate((rows[:middle], rows[middle:])):
        if some:
            path = folder / f"{name}-{number}.{form}"
            write = _write_lines if form == "csv" else _write_columns
            write(path, columns, some)
    return f"{name}-*.{form}"


def _text(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def _write_lines(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row.get(column)) for column in columns] for row in rows)


def _write_columns(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write columns with types, in groups of a few rows."""
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table({column: _array([row.get(column) for row in rows]) for column in columns})
    parquet.write_table(table, path, row_group_size=max(1, len(rows) // 4))


def _array(values: Sequence[Any]) -> Any:
    import pyarrow

    known = [value for value in values if value is not None]
    if not known:
        return pyarrow.array(values, pyarrow.string())
    if isinstance(known[0], Decimal):
        return pyarrow.array(values, pyarrow.decimal128(18, 3))
    return pyarrow.array(values)


def _write_table(path: Path, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as connection:
        listed = ", ".join(f'"{column}"' for column in columns)
        connection.execute(f'create table "{name}" ("row" integer primary key, {listed})')
        places = ", ".join("?" for _ in columns)
        cells = ([_text(row.get(column)) or None for column in columns] for row in rows)
        connection.executemany(f'insert into "{name}" ({listed}) values ({places})', cells)  # noqa: S608
        connection.commit()
