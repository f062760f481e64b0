"""How long a small `stepladder check` takes, against a Python that does nothing."""

from __future__ import annotations

import argparse
import sys

from measuring import HISTORY, measure, record, stepladder, table


def main() -> None:
    """Measure, show, and with `--record` write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="measured rounds (default: 15)")
    parser.add_argument("--spec", default="specs/phone_sale", help="what is checked (default: %(default)s)")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
    options = parser.parse_args()
    medians = measure(
        {
            "python -c pass": [sys.executable, "-c", "pass"],
            "stepladder --version": [stepladder(), "--version"],
            f"stepladder check {options.spec}": [stepladder(), "check", options.spec],
        },
        options.rounds,
    )
    print(table(medians))
    if options.record:
        record("startup", medians, options.rounds)


if __name__ == "__main__":
    main()
