"""What is written without rich looks as what rich writes; what does not fit, rich writes."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from stepladder_dsl.diagnostics.widths import width
from stepladder_engine.results.screen.markup import escape, plain, styled
from stepladder_engine.results.screen.screen import Screen
from stepladder_engine.results.screen.table import Table

ROWS = [
    ("Anna", "1,234", "[red]late[/red]"),
    ("Ан\u200bна й", "۱٬۲۳۴", ""),
    ("价格 ｶﾅ", "5", "[bold]a[/bold] b"),
    ("مریم \u2068x\u2069 محمدی", "12", "█████"),
    (escape("[bold] \\[x] \x1b[31m a\\"), "", "e\u0301\u0301"),
]


def table_of(rows: list[tuple[str, ...]]) -> Table:
    table = Table()
    for place, name in enumerate(("case", "تعداد", "")):
        table.add_column(name, to_the_right=place == 1)
    for row in rows:
        table.add_row(*row)
    return table


@pytest.mark.parametrize("rows", [[], *([row] for row in ROWS), ROWS], ids=str)
def test_a_table_that_fits_is_written_as_rich_writes_it(rows: list[tuple[str, ...]]) -> None:
    from stepladder_engine.results.screen.console import rich_table

    ours, theirs = StringIO(), StringIO()
    Screen(ours, colour=False, terminal=False).show(table_of(rows))
    Screen(theirs, colour=False, terminal=False).rich.print(rich_table(table_of(rows)))
    assert ours.getvalue() == theirs.getvalue()
    assert len({width(line) for line in ours.getvalue().splitlines()}) == 1


def test_a_table_that_does_not_fit_is_broken_into_lines() -> None:
    stream = StringIO()
    Screen(stream, colour=False, terminal=False).show(table_of([("word " * 40, "1", "x")]))
    lines = stream.getvalue().splitlines()
    assert sum("word" in line for line in lines) > 1
    assert max(map(width, lines)) <= 120


@pytest.mark.parametrize(
    ("colour", "shown"),
    [
        (True, "\x1b[1mAn\x1b[0m\x1b[1;31mna\x1b[0m is late\n"),
        (False, "\x1b[1mAn\x1b[0m\x1b[1mna\x1b[0m is late\n"),
    ],
)
def test_a_terminal_shows_marks_and_has_colours_only_where_they_are_wanted(
    monkeypatch: pytest.MonkeyPatch, *, colour: bool, shown: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = StringIO()
    Screen(stream, colour=colour, terminal=True).print("[bold]An[red]na[/red][/bold] is late")
    assert stream.getvalue() == shown


@given(st.text(st.sampled_from("[]\\/abold #@é ")).filter(lambda name: not name.endswith("\\\\")))
@settings(max_examples=60)
def test_a_name_is_never_a_mark_and_marks_are_read_as_rich_reads_them(name: str) -> None:
    words = f"[bold]{escape(name)}[/bold] is [red]late[/red]"
    assert plain(words) == f"{name} is late"
    assert styled(words, colour=True).count("\x1b[31m") == 1
    # Rich loses a backslash before a bracket that begins no mark.
    assert "\\[" in name or Text.from_markup(words, emoji=False).plain == plain(words)
