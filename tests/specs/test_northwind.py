"""The orders of a trading house out of a database, against figures that plain SQL gives."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason="needs the extra sql")
FOLDER = Path(__file__).resolve().parent / "northwind"


def figures(ran: Any) -> dict[str, Any]:
    """Give the answers of a run under the names that the figures have in the truth."""
    metrics = {name: metric.value for name, metric in ran.metrics.items()}
    events = ran.result.dataset.events
    return {
        "orders": len(ran.result.dataset.records["order"]),
        "order_lines": sum(event.kind == "line" for event in events),
        "customers": len(ran.result.dataset.records["client"]),
        "customers_with_orders": metrics["clients_with_orders"],
        "employees_with_orders": len(sellers(ran)),
        "not_shipped": ran.stages["delivery"]["open"],
        "shipped_after_required": metrics["late_orders"],
        "customers_ge2_orders": metrics["clients_again"],
        "silent_ge_90d_at_last_order_date": metrics["silent"],
    }


def sellers(ran: Any) -> Counter[str]:
    return Counter(order.fields["seller"] for order in ran.result.dataset.records["order"].values())


def revenue(ran: Any) -> Decimal:
    lines = (event.fields["amount"] for event in ran.result.dataset.events if event.kind == "line")
    return sum(lines, start=Decimal(0))


def is_whole(ran: Any) -> bool:
    """Tell whether every row is used or left out, and none is rejected."""
    data = ran.result.dataset
    used = sum(len(rows) for rows in data.records.values()) + len(data.events) + len(data.duplicates)
    return not data.rejected and sum(data.rows.values()) == used + sum(data.skipped.values())


@pytest.mark.shared
def test_the_figures_of_the_truth_come_out(shared: Path, run_spec: Callable[..., Any]) -> None:
    folder = shared / "data" / "northwind"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["northwind"]
    last = date.fromisoformat(truth["order_date_min_max"][1])
    ran = run_spec(FOLDER, {"NORTHWIND": f"sqlite:///{folder / 'northwind.sqlite'}"}, last)
    found = figures(ran)
    assert found == {name: truth[name] for name in found}
    assert sellers(ran) == truth["by_employee"]
    # The truth has summed binary fractions; ours are exact, and only a metric is rounded to cents.
    assert revenue(ran) == round(Decimal(truth["revenue_after_discount"]), 4)
    assert ran.metrics["revenue"].value == round(revenue(ran), 2)
    assert sum(ran.result.dataset.skipped.values()) == truth["not_shipped"]
    assert is_whole(ran)


SMALL = """
create table Customers (CustomerID text primary key, CompanyName text);
create table Orders (
    OrderID integer primary key, CustomerID text, EmployeeID integer,
    OrderDate datetime, RequiredDate datetime, ShippedDate datetime
);
create table [Order Details] (
    OrderID integer, ProductID integer, UnitPrice numeric, Quantity integer, Discount real,
    primary key (OrderID, ProductID)
);
insert into Customers values ('ANA', 'Ana and sons'), ('BOB', 'Bob'), ('NEW', 'Nobody yet');
insert into Orders values
    (3, 'ANA', 2, '2018-05-06', '2018-06-03', null),
    (1, 'ANA', 1, '2018-01-10', '2018-02-07', '2018-02-08'),
    (2, 'BOB', 1, '2018-02-05', '2018-03-05', '2018-03-05');
insert into [Order Details] values
    (1, 1, 0.1, 3, 0.05), (1, 2, 19.9, 1, 0), (2, 1, 10, 2, 0.15), (3, 1, 7.25, 4, 0);
"""


def test_a_small_database_of_the_same_form(tmp_path: Path, run_spec: Callable[..., Any]) -> None:
    with closing(sqlite3.connect(tmp_path / "small.sqlite")) as connection:
        connection.executescript(SMALL)
    environment = {"NORTHWIND": f"sqlite:///{tmp_path / 'small.sqlite'}"}
    ran = run_spec(FOLDER, environment, date(2018, 5, 6))
    assert figures(ran) == {
        "orders": 3,
        "order_lines": 4,
        "customers": 3,
        "customers_with_orders": 2,
        "employees_with_orders": 2,
        "not_shipped": 1,
        "shipped_after_required": 1,
        "customers_ge2_orders": 1,
        "silent_ge_90d_at_last_order_date": 1,
    }
    assert sellers(ran) == {"1": 2, "2": 1}
    assert revenue(ran) == Decimal("66.185")
    assert ran.result.dataset.skipped == {"${NORTHWIND}: Orders": 1}
    assert is_whole(ran)
    # A month before, nobody had been silent for so long.
    assert run_spec(FOLDER, environment, date(2018, 4, 1)).metrics["silent"].value == 0
