"""The standard figures of real data sets, against figures that other programs have computed.

Only what brings a set into the form of a till's export is done here: lines of an invoice are added up,
and months of a contract, which the file counts without dates, become dates.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source
from stepladder_engine.metrics.standard.compute import standard_figures
from stepladder_engine.metrics.standard.figure import StandardFigure
from stepladder_engine.metrics.standard.record_ledger import RecordLedger

pytestmark = pytest.mark.shared

Figures = dict[tuple[str, tuple[str, ...], tuple[str, ...]], StandardFigure]

SHOP = """\
language en
spec buyers
    currency USD
    timezone UTC
record client
    country text optional
event purchase for client
    amount money
let spent for client = sum of purchase.amount
process buying for client
    stage known
        start
        on purchase stay
"""


class Data:
    """A folder of real data with its truth, and one to write into."""

    def __init__(self, shared: Path, name: str, tmp: Path, folders: ModuleType) -> None:
        self.folder = shared / "data" / name
        if not self.folder.is_dir():
            pytest.skip(f"needs the real data set {name}")
        text = (self.folder / "truth.json").read_text(encoding="utf-8")
        self.truth: dict[str, Any] = json.loads(text, parse_float=Decimal)
        self.tmp = tmp
        self.folders = folders

    def figures(self, ladder: str, mapping: str, as_of: str, *by: str, **names: str) -> Figures:
        """Give the figures of a spec over the set, by name, fields and group."""
        compiled = compile_text(Source("spec.ladder", ladder), lint=False)
        assert compiled.spec, compiled.errors
        file = self.tmp / "mapping.yaml"
        file.write_text(mapping, encoding="utf-8")
        environment = {"SET": str(self.folder), "MADE": str(self.tmp)} | names
        ran = self.folders.run_mapped(compiled.spec, file, environment, date.fromisoformat(as_of))
        assert ran.result.dataset.rejected == []
        found = standard_figures(RecordLedger(ran.result), by or None)
        return {(figure.metric, figure.by, figure.group): figure for figure in found}

    def write(self, name: str, header: str, rows: Iterator[tuple[object, ...]]) -> None:
        """Write a table beside the mapping."""
        with (self.tmp / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header.split(","), *rows])


def same(figure: StandardFigure, expected: Any) -> bool:
    """Tell whether a figure is that of the truth."""
    assert figure.value is not None
    return bool(float(figure.value) == pytest.approx(float(expected), rel=1e-9))


@pytest.fixture
def data(shared: Path, tmp_path: Path, folders: ModuleType, request: pytest.FixtureRequest) -> Data:
    return Data(shared, request.param, tmp_path, folders)


CDNOW = """\
events:
  purchase:
    source: ${SET}/CDNOW_master.txt
    key: customer_id
    time: date
    fields: {amount: dollar_value}
options: {delimiter: whitespace, dates: yyyymmdd}
"""


@pytest.mark.parametrize("data", ["cdnow"], indirect=True)
def test_purchases_by_mail(data: Data) -> None:
    truth, found = data.truth, data.figures(SHOP, CDNOW, "1998-06-30")
    for metric, name in (
        ("buyers", "clients"),
        ("income", "total_spend"),
        ("repeat_rate", "repeat_rate_rows"),
        ("repeat_rate_days", "repeat_rate_distinct_days"),
        ("lifetime_value", "mean_total_spend_ltv"),
        ("spend_first_month", "mean_spend_first_30d_offset_lt"),
        ("spend_first_year", "mean_spend_first_365d_offset_lt"),
    ):
        assert same(found[metric, (), ()], truth[name]), metric
    assert found["average_deal", (), ()].count == truth["rows"]
    for days in ("30", "60", "90"):
        second = found["second_purchase", ("days",), (days,)]
        assert second.part == truth[f"clients_second_purchase_day_within_{days}d"]
    assert found["silent", ("days",), ("365",)].part == truth["silent_ge_365d_at_as_of"]
    recent = truth["recency_buckets_days_at_as_of"]
    assert found["silent", ("days",), ("90",)].part == sum(
        recent[bucket] for bucket in ("90-180", "180-365", "365-100000")
    )
    for month, cohort in truth["cohort_repeat_by_first_month"].items():
        again = found["cohort_repeat_rate", ("first_month",), (month,)]
        assert (again.part, again.count) == (cohort["repeat"], cohort["clients"])


@pytest.mark.parametrize("data", ["cdnow"], indirect=True)
@pytest.mark.parametrize("day", ["1997-09-30", "1997-12-31"])
def test_silence_as_of_an_earlier_day(data: Data, day: str) -> None:
    truth, found = data.truth[f"as_of_{day}"], data.figures(SHOP, CDNOW, day)
    assert found["buyers", (), ()].value == truth["clients"]
    silent = {days: found["silent", ("days",), (days,)].part for days in ("30", "60", "90")}
    assert silent == {days: truth[f"silent_ge_{days}"] for days in silent}
    income = sum(value for month, value in data.truth["revenue_by_month"].items() if month <= day[:7])
    assert same(found["income", (), ()], income)


ORDERS = """\
records:
  client:
    source: ${MADE}/clients.csv
    key: client
    fields: {country: country}
events:
  purchase:
    source: ${MADE}/orders.csv
    key: client
    time: time
    fields: {amount: amount}
"""


def orders(file: Path) -> tuple[dict[tuple[str, str], tuple[str, Decimal]], dict[str, str]]:
    """Add up the lines of each invoice: client and number -> (time, amount); and each client's country."""
    found: dict[tuple[str, str], tuple[str, Decimal]] = {}
    countries: dict[str, str] = {}
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            client, number = row["CustomerID"], row["InvoiceNo"]
            count, price = Decimal(row["Quantity"]), Decimal(row["UnitPrice"])
            if client and not number.startswith("C") and count > 0 and price > 0:
                time, amount = found.get((client, number), (row["InvoiceDate"], Decimal(0)))
                found[client, number] = min(time, row["InvoiceDate"]), amount + count * price
                countries.setdefault(client, row["Country"])
    return found, countries


@pytest.mark.parametrize("data", ["online_retail"], indirect=True)
def test_orders_of_a_shop_of_gifts(data: Data) -> None:
    found_orders, countries = orders(data.folder / "online_retail.csv.gz")
    data.write("orders.csv", "client,time,amount", ((key[0], *row) for key, row in found_orders.items()))
    data.write("clients.csv", "client,country", iter(countries.items()))
    truth, found = data.truth, data.figures(SHOP, ORDERS, data.truth["as_of"], "country")
    for metric, name in (
        ("buyers", "customers_with_sale"),
        ("repeat_rate", "repeat_rate_orders"),
        ("lifetime_value", "mean_ltv"),
        ("average_deal", "mean_order_value"),
        ("spend_first_month_so_far", "mean_spend_first_30d_offset_lt"),
        ("spend_first_year_so_far", "mean_spend_first_365d_offset_lt"),
    ):
        assert same(found[metric, (), ()], truth[name]), metric
    assert round(found["income", (), ()].value or 0, 2) == truth["sale_value"]
    assert found["average_deal", (), ()].count == truth["orders"]
    assert found["repeat_rate_days", (), ()].part == truth["customers_ge2_days"]
    for days, count in truth["second_order_day_within"].items():
        assert found["second_purchase_so_far", ("days",), (days,)].part == count
    recent = truth["recency_buckets_days"]
    assert found["silent", ("days",), ("180",)].part == recent["180-365"] + recent["365-99999"]
    # Some clients bought from two countries and count for the first; none from these two.
    for country in ("Germany", "France"):
        assert found["buyers", ("country",), (country,)].value == truth["customers_by_country_top5"][country]


@pytest.mark.parametrize("data", ["maven_crm"], indirect=True)
def test_deals_by_agent(data: Data, root: Path, shared: Path) -> None:
    folder = root / "specs" / "b2b_pipeline"
    found = data.figures(
        (folder / "b2b_pipeline.ladder").read_text(encoding="utf-8"),
        (folder / "mapping.yaml").read_text(encoding="utf-8"),
        data.truth["as_of"],
        "agent",
        STEPLADDER_DATA=str(shared / "data"),
    )
    truth, process = data.truth, ("process",)
    step = ("process", "stage", "to_stage")
    assert same(found["won_share", process, ("pipeline",)], truth["win_rate"])
    assert same(found["average_deal", (), ()], truth["mean_won_value"])
    assert found["income", (), ()].value == truth["won_value"]
    won, lost = ("pipeline", "engaging", "won"), ("pipeline", "engaging", "lost")
    assert same(found["step_days", step, won], truth["mean_days_won"])
    assert same(found["step_days", step, lost], truth["mean_days_lost"])
    assert same(found["step_days_median", step, won], truth["median_days_won"])
    for agent, expected in truth["by_agent"].items():
        share = found["won_share", ("agent", *process), (agent, "pipeline")]
        assert (share.part, share.count) == (expected["won"], expected["won"] + expected["lost"])
        assert same(share, expected["win_rate"])
        assert found["income", ("agent",), (agent,)].value == expected["value"]


NORTHWIND = """\
records:
  client:
    source: {url: "${NORTHWIND}", table: Customers}
    key: CustomerID
    fields: {country: Country}
events:
  purchase:
    source:
      url: ${NORTHWIND}
      sql: |
        select Orders.OrderID, CustomerID, OrderDate, sum(UnitPrice * Quantity * (1 - Discount)) as Amount
        from "Order Details" join Orders on Orders.OrderID = "Order Details".OrderID
        group by Orders.OrderID, CustomerID, OrderDate order by Orders.OrderID
    key: CustomerID
    time: OrderDate
    id: OrderID
    fields: {amount: Amount}
"""


@pytest.mark.parametrize("data", ["northwind"], indirect=True)
def test_orders_of_a_trading_house_out_of_its_database(data: Data) -> None:
    pytest.importorskip("sqlalchemy", reason="needs the extra sql")
    truth = data.truth["northwind"]
    url = f"sqlite:///{data.folder / 'northwind.sqlite'}"
    found = data.figures(SHOP, NORTHWIND, truth["order_date_min_max"][1], NORTHWIND=url)
    assert found["clients", (), ()].value == truth["customers"]
    assert found["buyers", (), ()].value == truth["customers_with_orders"]
    assert found["repeat_rate", (), ()].part == truth["customers_ge2_orders"]
    assert found["average_deal", (), ()].count == truth["orders"]
    assert same(found["income", (), ()], truth["revenue_after_discount"])
    assert found["silent", ("days",), ("90",)].part == truth["silent_ge_90d_at_last_order_date"]


CONTRACTS = """\
language en
spec contracts
    currency USD
    timezone UTC
role care
record client
    contract text
    paid_by text
event charge for client
    amount money
event left for client
let charged for client = sum of charge.amount
process contract for client
    owner care
    stage active
        start
        on charge stay
        on left go to gone
    stage gone
        end lost
offer plan
    kind subscription
    to client in active
    by care
    accepted on charge
"""
CONTRACTS_MAPPING = """\
records:
  client:
    source: ${SET}/Telco-Customer-Churn.csv
    key: customerID
    fields: {contract: Contract, paid_by: PaymentMethod}
events:
  charge:
    source: ${MADE}/charges.csv
    key: client
    time: time
    fields: {amount: amount}
  left:
    source: ${MADE}/left.csv
    key: client
    time: time
"""
TODAY = date(2020, 1, 31)


@pytest.mark.parametrize("data", ["telco_churn"], indirect=True)
def test_contracts_that_are_paid_by_the_month(data: Data) -> None:
    """A month is 30 days here: charged are the first and the last one, for those who left 60 days ago."""
    with (data.folder / "Telco-Customer-Churn.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))

    def charges() -> Iterator[tuple[object, ...]]:
        for row in rows:
            last = TODAY - timedelta(days=60 if row["Churn"] == "Yes" else 0)
            for day in {last, last - timedelta(days=30 * int(row["tenure"]))}:
                yield row["customerID"], day, row["MonthlyCharges"]

    gone = ((row["customerID"], TODAY - timedelta(days=59)) for row in rows if row["Churn"] == "Yes")
    data.write("charges.csv", "client,time,amount", charges())
    data.write("left.csv", "client,time", gone)
    truth = data.truth
    found = data.figures(CONTRACTS, CONTRACTS_MAPPING, TODAY.isoformat(), "contract", "paid_by")
    step, way = ("process", "stage", "to_stage"), ("contract", "active", "gone")
    left = found["step_conversion", step, way]
    assert (left.part, left.count) == (truth["churn"], truth["rows"])
    assert same(left, truth["churn_rate"])
    assert same(found["recurring_income", (), ()], truth["mrr_active"])
    assert found["recurring_clients", (), ()].value == truth["rows"] - truth["churn"]
    assert same(found["lifetime", (), ()], truth["mean_tenure"] * 30)
    for contract, expected in truth["by_contract"].items():
        left = found["step_conversion", ("contract", *step), (contract, *way)]
        assert (left.part, left.count) == (expected["churn"], expected["n"])
