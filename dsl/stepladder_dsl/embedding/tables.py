"""Tables of a spec: its stages, offers, follow-ups, roles, metrics and decisions, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stepladder_dsl.graph.words import words_of
from stepladder_dsl.model.print_pieces import Pieces
from stepladder_dsl.model.spec import Decision, Spec
from stepladder_dsl.viewer.cards import Card
from stepladder_dsl.viewer.collect import cards_of
from stepladder_dsl.viewer.page import words_for

_COLUMNS = {
    "stages": ("stage", ("owner", "steps", "limit", "ways_out")),
    "offers": ("offer", ("offer_kind", "price", "stages", "owner", "valid", "accepted_on")),
    "follow_ups": ("follow_up", ("begins", "due", "owner", "channel", "escalates")),
    "roles": ("role", ("reports_to", "answers", "tasks", "hears")),
    "events": ("event", ("about", "leads", "follow_ups")),
    "metrics": ("metric", ("target", "owner")),
}
_BEGINNINGS = ("begins", "silence", "entering", "field")
"""What a follow-up may begin with: one column for all of them."""
TABLES = (*_COLUMNS, "decisions")


@dataclass(frozen=True)
class Table:
    """A table: its title, the heads of its columns, and rows of cells, each of some lines."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]


def tables_of(spec: Spec, kind: str, process: str | None = None) -> tuple[Table, ...]:
    """Give the tables of a kind of `TABLES`; stages are a table for each process."""
    if kind == "decisions":
        return tuple(_decision(spec, decision) for decision in spec.decisions.values())
    cards = cards_of(spec, {})
    if kind == "stages":
        names = [process] if process else list(spec.processes)
        return tuple(_stages(spec, cards, name) for name in names)
    word, columns = _COLUMNS[kind]
    rows = [card for card in cards if card.kind == word]
    return (_table(spec, words_for(spec.language)[word], word, columns, rows),) if rows else ()


def _stages(spec: Spec, cards: tuple[Card, ...], process: str) -> Table:
    word, columns = _COLUMNS["stages"]
    rows = [card for card in cards if card.kind == word and card.id.startswith(f"{process}/")]
    return _table(spec, spec.processes[process].label, word, columns, rows)


def _table(spec: Spec, title: str, first: str, columns: tuple[str, ...], cards: list[Card]) -> Table:
    """Put cards into a table; a column in which nothing stands is left out."""
    words = words_for(spec.language)
    cells = {column: [tuple(_cell(spec, card, column)) for card in cards] for column in columns}
    used = [column for column in columns if any(cells[column])]
    heads = (words[first], *(words[column] for column in used))
    rows = tuple(
        ((card.title,), *(cells[column][number] for column in used)) for number, card in enumerate(cards)
    )
    return Table(title, heads, rows)


def _cell(spec: Spec, card: Card, column: str) -> Iterator[str]:
    for fact in card.facts:
        if fact.key == column or (column == "begins" and fact.key in _BEGINNINGS):
            for item in fact.items:
                text = f"{item.before}{item.text}" + (f" {item.behind}" if item.behind else "")
                yield _without(spec, text) if fact.key == "silence" else text


def _without(spec: Spec, event: str) -> str:
    return words_of(spec.language).silence.format(duration="\u2026", event=event)


def _decision(spec: Spec, decision: Decision) -> Table:
    pieces = Pieces(spec, spec.language)
    inputs = tuple(pieces.w.expression(value) for value in decision.inputs)
    outputs = tuple(name.replace("_", " ") for name in decision.outputs)
    rows = tuple(
        (
            *((pieces.w.cell(*pair),) for pair in zip(decision.inputs, row.tests, strict=True)),
            *((pieces.w.value_cell(value),) for value in row.values),
        )
        for row in decision.rows
    )
    return Table(decision.label, (*inputs, *outputs), rows)
