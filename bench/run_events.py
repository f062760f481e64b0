"""How long the reference executor takes over a made-up history, against bare reading of the same file.

The history is the same on every machine: it is drawn from a seeded generator.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from measuring import HISTORY, measure, record, stepladder, table

SPEC = """\
language en

spec bench "Bench shop"
    currency EUR
    timezone Europe/Sofia

role seller "Seller"
    reports to manager
role manager "Manager"

record client "Client"

event visit for client
event purchase for client
    amount money
event call for client
event fault for client

let spent for client = sum of purchase.amount

process sale "Selling" for client
    owner seller
    stage choosing "Is choosing"
        start
        limit 2 days, then alert manager
        on purchase when amount > 0 go to bought
        on visit stay
        after 60 days go to cold
    stage bought "Has bought"
        on fault go to in_repair
        on purchase when count of purchase in last 12 months >= 5 go to loyal
        when days since last purchase >= 365 go to cold
    stage in_repair "In repair"
        limit 9 days, then alert manager
        on call go to bought
        after 30 days go to bought
    stage loyal "Loyal"
        on fault go to in_repair
        after 12 months since purchase go to cold
    stage cold "Lost"
        end lost
        on visit go to choosing
        on purchase go to bought

offer glass "Screen glass"
    kind upsell
    price 19.90
    to client in bought
    when spent >= 200
    by seller via shop
    valid 3 days
    accepted on purchase when amount < 50

follow up care "How is it?"
    after purchase in 3 days, 30 days
    by seller via phone
    done on call
    cancelled on purchase
    escalate to manager after 5 days
"""

MAPPING = """\
events:
""" + "".join(
    f"""\
  {name}:
    source: events.csv
    key: client
    time: time
    where: kind = "{name}"
{extra}"""
    for name, extra in (
        ("visit", ""),
        ("purchase", "    fields:\n      amount: amount\n"),
        ("call", ""),
        ("fault", ""),
    )
)

READ = "import csv, sys\nfor row in csv.DictReader(open(sys.argv[1], encoding='utf-8')): pass"


def write_history(file: Path, events: int, seed: int) -> None:
    """Write so many events, ten a client on average, over two years."""
    draw = random.Random(seed)  # noqa: S311 - a repeatable history, no secret
    start = datetime(2024, 1, 1, 9)  # noqa: DTZ001 - local times, as the file has them
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("client", "time", "kind", "amount"))
        for _ in range(events):
            client = f"C{draw.randrange(max(events // 10, 1)):06}"
            time = start + timedelta(minutes=draw.randrange(2 * 365 * 24 * 60))
            kind = draw.choices(("visit", "purchase", "call", "fault"), (4, 4, 3, 1))[0]
            amount = f"{draw.randrange(500, 90_000) / 100:.2f}" if kind == "purchase" else ""
            writer.writerow((client, time.isoformat(timespec="minutes"), kind, amount))


def main() -> None:
    """Make the history, measure, show, and with `--record` write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="how many (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default: %(default)s)")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "bench"
        shop.mkdir()
        (shop / "bench.ladder").write_text(SPEC, encoding="utf-8")
        (shop / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
        write_history(shop / "events.csv", options.events, options.seed)
        medians = measure(
            {
                "bare csv.DictReader": [sys.executable, "-c", READ, str(shop / "events.csv")],
                "stepladder run": [stepladder(), "run", str(shop), "-q"],
                "stepladder run --out": [stepladder(), "run", str(shop), "-q", "--out", str(shop / "out")],
            },
            options.rounds,
        )
    print(f"{options.events:,} events")
    print(table(medians))
    if options.record:
        record(f"run_events {options.events}", medians, options.rounds)


if __name__ == "__main__":
    main()
