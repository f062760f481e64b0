"""Compares several things: in a row, where their order counts, and where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from stepladder_dsl.diff.change import Place, Sign
from stepladder_dsl.diff.meaning import words
from stepladder_dsl.diff.sequences import in_order, moved, out_of_order, paired
from stepladder_dsl.diff.walk import At, Changes, Special, span_of
from stepladder_dsl.model import spec as m


def any_order(at: At, olds: Sequence[Any], news: Sequence[Any]) -> Changes:
    """Handle things whose order says nothing."""
    yield from at.comparison.pieces(at, _changed_pairs(paired(olds, news, words)))


def in_a_row(*likeness: Callable[[Any], Any]) -> Special:
    """Handle things whose order counts; those that are alike are compared part by part."""

    def special(at: At, olds: Sequence[Any], news: Sequence[Any]) -> Changes:
        yield from at.comparison.pieces(at, paired(olds, news, words, *likeness))
        if out_of_order(olds, news, words, *likeness):
            yield at.reordered(tuple(olds), tuple(news))

    return special


def alike(*likeness: Callable[[Any], Any]) -> Special:
    """Handle things whose order says nothing; those that are alike are compared part by part."""
    return lambda at, olds, news: at.comparison.pieces(at, paired(olds, news, words, *likeness))


def _changed_pairs(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    return (pair for pair in pairs if None in pair or words(pair[0]) != words(pair[1]))


def parts_of(*names: str) -> Callable[[Any], Any]:
    """Give a likeness: being of one class and the same in some parts."""
    return lambda piece: (type(piece).__name__, *(words(getattr(piece, name, None)) for name in names))


def opened_days(at: At, olds: Sequence[Any], news: Sequence[Any]) -> Changes:
    """Handle a calendar's open days: where two speak of one day the first counts."""
    yield from at.comparison.pieces(at, _changed_pairs(paired(olds, news, words)))
    found = moved(list(olds), list(news), words, lambda one, other: one[0] <= other[1] and other[0] <= one[1])
    if found:
        yield at.reordered(in_order(olds, found, words), tuple(found))


def decision_rows(at: At, olds: Sequence[m.DecisionRow], news: Sequence[m.DecisionRow]) -> Changes:
    """Handle the rows of a decision table, whose order counts where the first that matches is taken."""
    table = _replace_rows(at.new_owner, ())
    likeness = (words, parts_of("tests"), parts_of("values"), lambda _: "a row")
    flows = at.comparison.flows.of(at.new_owner)
    for old, new in paired(olds, news, *likeness):
        if words(old) != words(new):
            sign = Sign.REMOVED if new is None else Sign.ADDED if old is None else Sign.CHANGED
            spans = {"old_span": span_of(old), "new_span": span_of(new)}
            yield at.change(
                sign, at.label, _in_table(table, old), _in_table(table, new), flows=flows, **spans
            )
    in_turn = {m.HitPolicy.FIRST, m.HitPolicy.COLLECT}
    if at.new_owner.policy in in_turn and out_of_order(olds, news, *likeness):
        rows = [tuple(_in_table(table, row) for row in several) for several in (olds, news)]
        yield at.reordered(*rows, flows=flows)


def _replace_rows(table: m.Decision, rows: tuple[m.DecisionRow, ...]) -> m.Decision:
    """Give a decision table with other rows."""
    return replace(table, rows=rows)


def _in_table(table: m.Decision, row: m.DecisionRow | None) -> m.Decision | None:
    """Give a row so that it can be written: as a table of one row."""
    return None if row is None else _replace_rows(table, (row,))


def scenarios(at: At, olds: Sequence[m.Scenario], news: Sequence[m.Scenario]) -> Changes:
    """Handle the scenarios: those of one title are compared step by step."""
    for old, new in paired(olds, news, words, lambda one: one.title, parts_of("given", "steps")):
        if new is None:
            yield at.gone(at.label, old)
        elif old is None:
            yield at.came(at.label, new)
        else:
            inner = (*at.place, Place(at.label, new))
            yield from at.comparison.inside(old, new, inner, at.old_span, at.new_span)
