"""Writes the tables of `docs/performance.md` and `docs/scale.md` from the last runs in the history.

A table stands between `<!-- figures: NAME -->` and `<!-- end of figures -->`. A test looks whether the pages
are what the history says.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from contestants import everybody
from measuring import HISTORY, ROOT

PAGES = (ROOT / "docs" / "performance.md", ROOT / "docs" / "scale.md")
_BLOCK = re.compile(r"(<!-- figures: (?P<name>[a-z ]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)
_FORMS = {"parquet": "Parquet", "csv": "CSV"}
BESIDE = ("DuckDB, hash", "DuckDB, sort", "by hand, polars")
_TOO_SHORT = 0.05
"""Seconds of the processor above the start that are too few to make a pace of."""

Entry = dict[str, Any]


class Kind(NamedTuple):
    """What one comparison was about."""

    form: str
    clients: int
    long_case: int
    dirty: float


def last_runs(history: Path = HISTORY) -> dict[Kind, Entry]:
    """Give the last comparison of each kind: by format, then by size."""
    found: dict[Kind, Entry] = {}
    for line in history.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        word, _, rest = entry["benchmark"].partition(" ")
        if word == "compare":
            form = rest.split()[0]
            found[Kind(form, entry["clients"], entry["long_case"], entry["dirty"])] = entry
    return dict(sorted(found.items(), key=lambda item: (list(_FORMS).index(item[0].form), item[0][1:])))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table; all columns but the first stand to the right."""
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _caption(kind: Kind, entry: Entry) -> str:
    rounds = entry["rounds"]
    counted = "one round" if rounds == 1 else f"medians of {rounds} rounds"
    day = entry["when"].partition("T")[0]
    where = (
        f"{entry['cores']} cores with a load of {entry['load']}, {entry['system']}, Python {entry['python']}"
    )
    what = f"{_FORMS[kind.form]}, {kind.clients:,} clients, {entry['events']:,} events"
    return f"{what} ({counted}; {day}; {where})"


def _seconds(milliseconds: float | None) -> str:
    if milliseconds is None:
        return "–"
    return f"{milliseconds / 1000:.2f}" if milliseconds < 100_000 else f"{milliseconds / 1000:.0f}"


def _pace(entry: Entry, name: str) -> float | None:
    """Give the events per second of the processor, without the start."""
    one = entry["contenders"][name]
    seconds = (one["cpu_ms"] - one["start_cpu_ms"]) / 1000
    return None if seconds < _TOO_SHORT else entry["events"] / seconds


def _rounded(number: float) -> str:
    """Show two digits that count: the third differs from run to run."""
    if number < 1:
        return f"{number:.2g}"
    shown = round(number, 2 - len(str(int(number))))
    return f"{shown:,.0f}" if shown >= 10 else f"{shown:.1f}"


def contenders(runs: dict[Kind, Entry]) -> str:
    """Say what each contender that has run does of the work."""
    have_run = {name for entry in runs.values() for name in entry["contenders"]}
    rows = [(one.name, one.does) for one in everybody() if one.name in have_run]
    return _table(("contender", "does"), rows).replace("---:", "---")


def comparisons(runs: dict[Kind, Entry]) -> str:
    """Show every size and format: time, ratio to the limit, pace, memory."""
    parts = []
    for kind, entry in runs.items():
        if kind.long_case or kind.dirty:
            continue
        rows = []
        for name, one in entry["contenders"].items():
            pace = _pace(entry, name)
            against = (one[f"x_limit_{part}"] for part in ("wall", "cpu"))
            rows.append(
                (
                    f"**{name}**" if one["group"] == "ours" else name,
                    _seconds(entry["median_ms"][name]),
                    _seconds(one["cpu_ms"]),
                    *("–" if ratio is None else _rounded(ratio) for ratio in against),
                    "–" if pace is None else _rounded(pace),
                    f"{one['peak_mb']:,.0f}",
                )
            )
        head = ("", "wall s", "CPU s", "× limit, wall", "× limit, CPU", "events per CPU second", "peak MB")
        parts.append(f"{_caption(kind, entry)}:\n\n{_table(head, rows)}")
        answering = [name for name, one in entry["contenders"].items() if one["group"] != "limit"]
        if len(answering) == 1:
            parts.append(f"Only *{answering[0]}* gave an answer at this size: it was held to nobody's.")
    return "\n\n".join(parts)


def _best_paces(runs: dict[Kind, Entry], form: str) -> dict[str, tuple[str, float]]:
    """Give each contender's pace at the largest size that it has run: name -> (group, events a second)."""
    found: dict[str, tuple[str, float]] = {}
    for kind, entry in runs.items():
        if kind.form != form or kind.long_case or kind.dirty:
            continue
        for name, one in entry["contenders"].items():
            pace = _pace(entry, name)
            if pace is not None:
                found[name] = (one["group"], pace)
    return found


def ratios(runs: dict[Kind, Entry]) -> str:
    """Show how many events per second of the processor our executors do for each one of the others."""
    paces = _best_paces(runs, "parquet")
    ours = {name: pace for name, (group, pace) in paces.items() if group == "ours"}
    head = ("from Parquet", "events per CPU second", *(f"{name}: times as many" for name in ours))
    others = [(pace, name) for name, (group, pace) in paces.items() if group not in {"ours", "limit"}]
    rows = [
        (name, _rounded(pace), *(_rounded(mine / pace) for mine in ours.values()))
        for pace, name in sorted(others, reverse=True)
    ]
    return _table(head, rows)


def starts(runs: dict[Kind, Entry]) -> str:
    """Show what a start over a single client costs, and what has to be installed, for each format."""
    found: dict[str, dict[str, Entry]] = {}
    for kind, entry in runs.items():
        for name, one in entry["contenders"].items():
            found.setdefault(name, {})[kind.form] = one
    rows = []
    for name, forms in found.items():
        cells = [
            f"{forms[form][part]:.0f}" if form in forms else "–"
            for part in ("start_cpu_ms", "install_mb")
            for form in _FORMS
        ]
        rows.append((name, *cells))
    head = ("", *(f"{what}, {form}" for what in ("CPU ms", "installed MB") for form in _FORMS.values()))
    return _table(head, rows)


def sizes(runs: dict[Kind, Entry]) -> str:
    """Show what our executors cost from size to size, and beside them the limit and the script by hand."""
    rows = []
    before: dict[tuple[str, str], tuple[int, float]] = {}
    for kind, entry in runs.items():
        for name, one in entry["contenders"].items():
            if kind.long_case or kind.dirty or not (one["group"] == "ours" or name in BESIDE):
                continue
            events, peak = entry["events"], one["peak_mb"]
            pace = _pace(entry, name)
            each = "–" if pace is None else f"{1e6 / pace:.2f}"
            growth = "–"
            if (kind.form, name) in before:
                fewer, less = before[kind.form, name]
                growth = f"{max(0.0, peak - less) * 1000 / (events - fewer):.2f}"
            before[kind.form, name] = (events, peak)
            cells = (f"{kind.clients:,}", f"{events:,}", _seconds(entry["median_ms"][name]))
            label = f"{name}, {_FORMS[kind.form]}"
            rows.append((label, *cells, _seconds(one["cpu_ms"]), each, f"{peak:,.0f}", growth))
    rows.sort(key=lambda row: row[0])
    head = ("", "clients", "events", "wall s", "CPU s", "CPU µs an event", "peak MB", "kB each further event")
    return _table(head, rows)


def special(runs: dict[Kind, Entry]) -> str:
    """Show one case that is much longer than all others, and dirty data, against the same size without."""
    rows = []
    for kind, entry in runs.items():
        plain = runs.get(Kind(kind.form, kind.clients, 0, 0.0))
        if plain is None or not (kind.long_case or kind.dirty):
            continue
        what = [f"one case of {kind.long_case:,} events"] if kind.long_case else []
        what += [f"{kind.dirty:.0%} of the rows broken"] if kind.dirty else []
        for name, one in entry["contenders"].items():
            if one["group"] != "ours" or name not in plain["contenders"]:
                continue
            pace, without = _pace(entry, name), _pace(plain, name)
            if pace is not None and without is not None:
                shown = f"{name}, {_FORMS[kind.form]}, {kind.clients:,} clients"
                rows.append((shown, ", ".join(what), f"{entry['events']:,}", f"{without / pace:.2f}"))
    return _table(("", "with", "events", "× CPU an event without it"), rows)


FIGURES: dict[str, Callable[[dict[Kind, Entry]], str]] = {
    "contenders": contenders,
    "comparisons": comparisons,
    "ratios": ratios,
    "starts": starts,
    "sizes": sizes,
    "special": special,
}


def renewed(page: str, runs: dict[Kind, Entry]) -> str:
    """Give a page with the figures of the last runs."""
    return _BLOCK.sub(lambda block: f"{block[1]}{FIGURES[block['name']](runs)}\n{block[3]}", page)


def renew() -> None:
    """Write the pages."""
    runs = last_runs()
    for page in PAGES:
        page.write_text(renewed(page.read_text(encoding="utf-8"), runs), encoding="utf-8")


if __name__ == "__main__":
    renew()
    print(*(page.relative_to(ROOT) for page in PAGES), sep="\n", file=sys.stderr)
