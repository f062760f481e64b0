"""How long reading, typing and linting a large spec takes, and whether it grows with its lines and no faster.

The spec is made up, valid and without a finding: a company of many branches. Every other branch follows a
kind of record of its own, the others all follow the one client, so that both many kinds and many stages
of one kind are looked up. It is the same on every machine: it is drawn from a seeded generator.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from measuring import HISTORY, record, seconds, stepladder

from stepladder_dsl.compile import compile_text
from stepladder_dsl.lint.registry import run_rules
from stepladder_dsl.model.lower import lower
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import aligned
from stepladder_dsl.syntax.parse import parse

SIZES = (5_000, 10_000, 20_000, 50_000)
PARTS = ("parse", "lower", "lint", "check")

HEAD = """\
language en

spec company "A company of many branches"
    currency EUR
    timezone Europe/Sofia
    quiet hours 20:00-09:00
    quiet days sun
    at most 3 contacts in 30 days

calendar office "The office"
    open mon-fri 09:00-18:00
    closed 2026-12-24 to 2026-12-31
    holidays BG

role director "Director"

record client "Client"
    name text
    channel one of social, press, "walked in" optional
    born date optional
"""

RECORD = """\

record {record} "Order of branch {number}"
    belongs to client as buyer
    subject text
    price money >= 0
    due date optional
    kind one of small, middle, large optional
    served yes/no optional
    wishes list of one of quick, cheap, safe optional
    patience duration optional
"""

BRANCH = """\

role seller_{number} "Seller {number}"
    reports to {superior}
role master_{number} "Master {number}"
    reports to seller_{number}

event asked_{number} "Asked" for {record}
    about text optional
event paid_{number} "Paid" for {record}
    amount money >= 0
    goods one of phone, case, plan
event called_{number} "Called" for {record}
    score number >= 0 <= 10
event refused_{number} "Refused" for {record}
event broke_{number} "Broke" for {record}
event mended_{number} "Mended" for {record}

let paid_times_{number} for {record} = count of paid_{number}
let spent_{number} for {record} = sum of paid_{number}.amount in last {months} months
let good_{number} for {record} = spent_{number} > {large} and paid_times_{number} >= {times} or {spent_before}
let silent_{number} for {record} = days since last paid_{number}

decide terms_{number} "What a good one gets" for {record}
    first match
{terms}

process work_{number} "Work of branch {number}" for {record}
    owner seller_{number}
    on refused_{number} go to gone_{number}

    # What happens before the first payment.
    phase sale_{number} "Before the payment"
        system sale
        on paid_{number} when amount > 0 and goods in (phone, plan) go to owns_{number}
            emit called_{number} after {days} days score = 5
        on paid_{number} stay

        stage new_{number} "Has asked"
            start
            do "Ask what it is for, and write it down"
            limit {hours} working hours, then alert seller_{number}
            on asked_{number} go to choosing_{number}
            after {weeks} weeks go to gone_{number}

        stage choosing_{number} "Is choosing"
            do "Show two or three that fit"
            do "Say what each costs a month"
            limit {days} days, then alert master_{number}
            on asked_{number} when about is known and about != "nothing" stay
            on called_{number} when score >= {score} go to decided_{number}
            after {days} working days since asked_{number} go to decided_{number}

        stage decided_{number} "Has decided"  # the money is not there yet
            on asked_{number} go to choosing_{number}
            after {weeks} weeks go to gone_{number}

    phase care_{number} "After the payment"
        system service
        on asked_{number} stay

        stage owns_{number} "Has got it"
            on broke_{number} go to repair_{number}
            on paid_{number} when good_{number} go to loyal_{number}
            on paid_{number} stay
            after no paid_{number} for {months} months go to gone_{number}

        stage repair_{number} "Waits for the repair"
            owner master_{number}
            limit 7 working days, then alert seller_{number}
            on mended_{number} go to owns_{number}
            after {months} months go to gone_{number}

        stage loyal_{number} "Comes again"
            on broke_{number} go to repair_{number}
            when silent_{number} >= 365 and not (spent_{number} > {huge}) go to gone_{number}

    stage gone_{number} "Is gone"
        end lost
        on asked_{number} go to choosing_{number}

offer first_{number} "Something beside it"
    kind upsell
    price if spent_{number} > {large} then {low} else {low} * 2 + 0.90
    to {record} in choosing_{number}, decided_{number}
    when paid_times_{number} = 0 or (count of paid_{number} where goods = case) < {times}
    by seller_{number} via shop
    valid {days} days
    at most {times} times
    accepted on paid_{number} when goods = case
    declined on refused_{number}

offer plan_{number} "The yearly plan"
    kind subscription
    price {low} + spent_{number} / 100
    discount {low} * terms_{number}.percent / 100
    to {record} in owns_{number}, loyal_{number}
    when good_{number} and silent_{number} between 10 and 300
    by master_{number} via phone
    valid {weeks} weeks
    accepted on paid_{number} when goods = plan

follow up care_{number} "How is it?"
    after paid_{number} in {days} days, {weeks} weeks when amount >= {low}
    when now in owns_{number}
    by master_{number} via phone
    text "Does it work? You have paid {{paid_times_{number}}} times: {{terms_{number}.words}}."
    done on called_{number} when score >= 1
    cancelled on refused_{number}
    escalate to seller_{number} after {days} days

follow up again_{number} "A year of silence"
    after no paid_{number} for {months} months
    again every {months} months until silent_{number} > 700
    quiet hours 18:00-10:00
    when paid_times_{number} >= 1
    by seller_{number} via letter
    done on called_{number}

metric reached_{number} "From asking to having"
    = (count of {record} reaching owns_{number}) / (count of {record} reaching choosing_{number})
    target >= {score}0%
    owner seller_{number}

metric spent_mean_{number} "What a good one spends"
    = average of {record}.spent_{number} where good_{number}
    target > {low}
    owner director
    by channel

scenario "Branch {number}: asked, paid, mended"
    given {record} {given}
    2026-03-02 10:00 asked_{number} about = "a new one"
    2026-03-03 10:00 paid_{number} amount = {huge}, goods = phone
    expect stage owns_{number}
    2026-03-04 broke_{number}
    expect stage repair_{number}
"""


def terms(number: int, times: int, large: int) -> str:
    """Lay out the rows of a branch's decision table."""
    rows = (
        (f"paid_times_{number}", f"spent_{number}", "percent number", "words"),
        (f">= {times}", "-", "15", '"our best terms"'),
        ("1, 2", f"between {large} and {large * 2}", "10", '"thank you"'),
        ("-", f">= {large}", "5", '"thank you"'),
        ("-", "-", "0", "-"),
    )
    laid_out = aligned(rows, [("|", "|", "||", "|", "|")] * len(rows))
    return "\n".join(f"    {row}" for row in laid_out)


def branches(lines: int, seed: int) -> Iterator[str]:
    """Yield the head and so many branches that the lines are reached."""
    draw = random.Random(seed)  # noqa: S311 - a repeatable spec, no secret
    written = HEAD.count("\n")
    yield HEAD
    number = 0
    while written < lines:
        number += 1
        record_name = f"order_{number}" if number % 2 else "client"
        earlier = draw.randrange(2, number, 2) if number % 2 == 0 and number > 2 else None
        text = (RECORD if number % 2 else "") + BRANCH
        times, large = draw.randrange(2, 6), draw.randrange(200, 900)
        text = text.format(
            number=number,
            terms=terms(number, times, large),
            times=times,
            large=large,
            record=record_name,
            superior="director" if number == 1 else f"seller_{draw.randrange(1, number)}",
            spent_before=f"spent_{earlier} > 10" if earlier else "no",
            given='buyer = "K1", subject = "x", price = 5' if number % 2 else 'name = "Anna"',
            months=draw.randrange(2, 25),
            weeks=draw.randrange(2, 9),
            # Less than two weeks: the second call comes after the first.
            days=draw.randrange(2, 14),
            hours=draw.randrange(2, 9),
            score=draw.randrange(1, 9),
            low=draw.randrange(5, 50),
            huge=draw.randrange(1_000, 9_000),
        )
        written += text.count("\n")
        yield text


def measured_once(source: Source) -> dict[str, float]:
    """Give the processor's seconds of each part for a text, which has to be without a finding."""
    times = [time.process_time()]
    tree = parse(source)
    times.append(time.process_time())
    spec, findings = lower(tree)
    times.append(time.process_time())
    if spec is None or findings or tree.diagnostics:
        sys.exit(f"the made-up spec has mistakes: {[*tree.diagnostics, *findings][:3]}")
    found = run_rules(spec, source)
    times.append(time.process_time())
    if found or compile_text(source).diagnostics:
        sys.exit(f"the made-up spec has findings: {found[:3]}")
    taken = [after - before for before, after in pairwise(times)]
    return dict(zip(PARTS, taken, strict=False))


def measure_sizes(sizes: Sequence[int], rounds: int, seed: int) -> dict[int, tuple[int, dict[str, float]]]:
    """Give the lines and the medians of each size; the sizes take turns."""
    times: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        sources = {}
        for size in sizes:
            file = Path(folder) / f"company_{size}.ladder"
            file.write_text("".join(branches(size, seed)), encoding="utf-8")
            sources[size] = Source(str(file), file.read_text(encoding="utf-8"))
        measured_once(next(iter(sources.values())))
        for _ in range(rounds):
            for size, source in sources.items():
                taken = measured_once(Source(source.name, source.text))
                gc.collect()
                times[size].append(taken | {"check": seconds([stepladder(), "check", source.name])})
    return {
        size: (
            sources[size].text.count("\n"),
            {part: median(one[part] for one in taken) for part in PARTS},
        )
        for size, taken in times.items()
    }


def table(results: dict[int, tuple[int, dict[str, float]]]) -> str:
    """Lay out the seconds of each part, and the time a line against that of the first size."""
    head = "".join(f"{part + ' s':>10}" for part in PARTS)
    lines = [f"{'lines':>7}{head}{'µs/line':>10}{'ratio':>7}"]
    first = None
    for count, medians in results.values():
        each = sum(medians[part] for part in ("parse", "lower", "lint")) / count
        first = first or each
        shown = "".join(f"{medians[part]:10.2f}" for part in PARTS)
        lines.append(f"{count:>7}{shown}{each * 1e6:10.1f}{each / first:7.2f}")
    return "\n".join(lines)


def main() -> None:
    """Make the specs, measure, show, and with `--record` write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="lines (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default: %(default)s)")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
    parser.add_argument("--print", action="store_true", dest="show", help="only print the smallest spec")
    options = parser.parse_args()
    if options.show:
        print("".join(branches(min(options.sizes), options.seed)), end="")
        return
    gc.disable()  # as the command does
    results = measure_sizes(sorted(options.sizes), options.rounds, options.seed)
    print(table(results))
    print("parse, lower, lint: processor time, and all three a line; check: the whole command by the clock")
    if options.record:
        for size, (_, medians) in results.items():
            record(f"check_large_spec {size}", medians, options.rounds)


if __name__ == "__main__":
    main()
