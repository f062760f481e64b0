from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from stepladder_dsl.diagnostics import catalogue
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Event, Field, Limit, Record, Spec
from stepladder_dsl.model.types import (
    ChoiceType,
    DatetimeType,
    DateType,
    MoneyType,
    NumberType,
    ReferenceType,
    TextType,
    YesNoType,
)
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import load_mapping


def fields(*declared: Field) -> dict[str, Field]:
    return {field.name: field for field in declared}


SHOP = Spec(
    "shop",
    timezone="Europe/Sofia",
    currency="EUR",
    records={
        "client": Record(
            "client",
            fields=fields(
                Field("name", TextType()),
                Field("channel", ChoiceType(("social", "press", "walk_in")), optional=True),
                Field("budget", MoneyType(), optional=True, limits=(Limit(">=", Decimal(0)),)),
                Field("invited_by", ReferenceType("client"), optional=True),
                Field("born", DateType(), optional=True),
                Field("code", TextType(), optional=True, limits=(Limit("matches", "[A-Z]{2}"),)),
            ),
        )
    },
    events={
        "purchase": Event(
            "purchase",
            "client",
            fields=fields(
                Field("amount", MoneyType()),
                Field("pieces", NumberType(), optional=True),
                Field("paid", YesNoType(), optional=True),
                Field("delivered", DatetimeType(), optional=True),
            ),
        ),
        "visit": Event("visit", "client"),
    },
)


@dataclass
class Result:
    """What came of a mapping and its files."""

    dataset: Dataset | None
    diagnostics: list[Diagnostic]

    @property
    def data(self) -> Dataset:
        assert self.dataset is not None, self.sentences
        return self.dataset

    @property
    def sentences(self) -> list[str]:
        return [catalogue.message(diagnostic) for diagnostic in self.diagnostics]

    @property
    def places(self) -> list[tuple[str, int, int, str]]:
        return [
            (Path(found.span.file).name, found.span.line, found.span.column, found.code)
            for found in self.diagnostics
        ]

    @property
    def reasons(self) -> list[tuple[int, str, str]]:
        return [(row.origin.row, row.code, row.reason("en")) for row in self.data.rejected]

    @property
    def notes(self) -> list[str]:
        return [catalogue.message(note) for note in self.data.notes]


class Desk:
    """A folder with a mapping and data files, and the shop's spec."""

    def __init__(self, folder: Path, telling: ModuleType | None = None) -> None:
        self.folder = folder
        self.telling = telling
        self.reads_columns_too = True
        self.spec = SHOP
        self.environment: Mapping[str, str] = {}

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self, mapping: str | bytes, files: Mapping[str, str | bytes] | None = None) -> Result:
        for name, content in (files or {}).items():
            self.put(name, content)
        path = self.put("mapping.yaml", mapping)
        read, diagnostics = load_mapping(path, self.spec, self.environment)
        if read is None:
            return Result(None, diagnostics)
        dataset, more = load_dataset(self.spec, read)
        # Every table of these tests is read as columns, too, which has to come to the same.
        if self.telling is not None and self.reads_columns_too:
            self.telling.hold_same(self.spec, read, dataset, more)
        return Result(dataset, diagnostics + more)

    def purchases(
        self, rows: str | bytes | None, options: str = "", name: str = "orders.csv", more: str = ""
    ) -> Result:
        """Load a file of purchases with the columns Client, Date and Total."""
        mapping = f"""\
events:
  purchase:
    source: {name}
    key: Client
    time: Date
    fields: {{amount: Total}}
    {more}
options: {{{options}}}
"""
        return self.load(mapping, {} if rows is None else {name: rows})


@pytest.fixture
def desk(tmp_path: Path, load_helper: Callable[[Path], ModuleType]) -> Desk:
    return Desk(tmp_path, load_helper(Path(__file__).parents[1] / "reading" / "telling.py"))


@pytest.fixture(scope="session")
def server(load_helper: Callable[[Path], ModuleType]) -> Iterator[str]:
    """The folder of a PostgreSQL server that lives as long as the tests; skipped where there is none."""
    kept = load_helper(Path(__file__).with_name("keeper.py")).kept
    with load_helper(Path(__file__).with_name("test_postgresql.py")).running(kept) as folder:
        yield folder


@pytest.fixture(scope="session")
def mysql_server(load_helper: Callable[[Path], ModuleType]) -> Iterator[str]:
    """The socket of a MariaDB server that lives as long as the tests; skipped where there is none."""
    kept = load_helper(Path(__file__).with_name("keeper.py")).kept
    with load_helper(Path(__file__).with_name("test_mysql.py")).running(kept) as socket:
        yield socket
