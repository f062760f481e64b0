"""A small shop in a folder of its own, and a way to run the command on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import cli

SPEC = """\
language en

spec shop "Corner shop"
    currency EUR
    timezone Europe/Sofia

role seller "Seller"
    reports to manager
role manager "Manager"

record client "Client"
    name text
    channel one of social, press optional

event visit for client
event purchase for client
    amount money
event call for client

process sale "Selling" for client
    owner seller
    stage aware "Knows us"
        start
        on visit go to choosing
        after 30 days go to cold
    stage choosing "Is choosing"
        limit 2 days, then alert manager
        on purchase when amount > 0 go to bought
        after 10 days go to cold
    stage bought "Has bought"
        on purchase stay
        on call stay
        after 12 months since purchase go to cold
    stage cold "Lost"
        end lost
        on visit go to choosing

follow up care "How is it?"
    after purchase in 3 days
    by seller via phone
    done on call
    escalate to manager after 2 days

metric conversion "Door to till"
    = count of client reaching bought / count of client reaching choosing
    target >= 25%
    owner manager

scenario "a purchase is followed up"
    given client name = "Ana"
    2026-03-02 10:00 visit
    2026-03-02 10:30 purchase amount = 20
    expect stage bought
    at 2026-03-05
    expect task care due
"""

MAPPING = """\
records:
  client:
    source: clients.csv
    key: id
    since: since
    fields:
      name: name
      channel: channel
events:
  visit:
    source: visits.csv
    key: client
    time: time
  purchase:
    source: purchases.csv
    key: client
    time: time
    fields:
      amount: amount
  call:
    source: calls.csv
    key: client
    time: time
"""

DATA = {
    "clients.csv": (
        "id,name,channel,since\nC1,Ana,social,2026-03-01\nC2,Борис,press,2026-03-01\nC3,سارا,,2026-03-01\n"
    ),
    "visits.csv": "client,time\nC1,2026-03-02T10:00\nC2,2026-03-03T10:00\n",
    "purchases.csv": "client,time,amount\nC1,2026-03-02T10:30,20.50\n",
    "calls.csv": "client,time\n",
}


class Outcome(NamedTuple):
    """What a command did: its exit status, stdout and stderr."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _nothing_kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Find anew in every test what another one may have kept: some change the rules under the same text."""
    monkeypatch.setenv("STEPLADDER_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder `shop` in the working folder, with a spec, its mapping and its data."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "shop.ladder").write_text(SPEC, encoding="utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    for name, text in DATA.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def stepladder() -> Callable[..., Outcome]:
    """Give a function that runs the command; anything but a clean exit is an error of the test."""

    def run(*arguments: str, stdin: str | bytes | None = None) -> Outcome:
        result = CliRunner().invoke(cli, arguments, input=stdin, prog_name="stepladder")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run
