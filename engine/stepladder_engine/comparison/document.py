"""What changed between two specs as one JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from stepladder_dsl.diff.change import Change, Difference, Place, Sign
from stepladder_dsl.source import Span
from stepladder_engine.comparison.columns import compared_table
from stepladder_engine.comparison.runs import RunDifference
from stepladder_engine.comparison.sentences import Sentences, spans
from stepladder_engine.data.tables import Table
from stepladder_engine.data.write_plain import json_value
from stepladder_engine.texts.catalogue import tell_plainly

SIGNS = {Sign.ADDED: "added", Sign.REMOVED: "removed", Sign.CHANGED: "changed", Sign.SAME: "same"}


def document(difference: Difference, sentences: Sentences, sides: Sequence[str]) -> dict[str, Any]:
    """Give everything that changed; `sides` name the old and the new spec."""
    counts = Counter(SIGNS[change.sign] for change in difference.changes)
    return {
        "old": sides[0],
        "new": sides[1],
        "changed": difference.any,
        "counts": {name: counts[name] for name in SIGNS.values()},
        "changes": [_change(change, sentences) for change in difference.changes],
    }


def plain_sentence(change: Change, sentences: Sentences) -> str:
    """Tell a change on one line, without marks of direction."""
    return tell_plainly(sentences.tell(change).whole, sentences.language)


def place_text(change: Change, sentences: Sentences) -> str:
    """Name where a change stands, from the outside in."""
    return " / ".join(tell_plainly(sentences.heading(place), sentences.language) for place in change.place)


def _change(change: Change, sentences: Sentences) -> dict[str, Any]:
    old_span, new_span = spans(change)
    return {
        "sign": SIGNS[change.sign],
        "part": change.part,
        "how": None if change.how is None else change.how.value,
        "renamed": change.renamed,
        "place": [_place(place, sentences) for place in change.place],
        "old": None if change.old is None else sentences.side(change, new=False),
        "new": None if change.new is None else sentences.side(change, new=True),
        "text": plain_sentence(change, sentences),
        "stages": [stage.name for stage in change.stages],
        "flows_into": [_place(place, sentences) for place in change.flows],
        "examples": [
            {
                "let_through": "new" if example.now else "old",
                "client": sentences.client(example),
            }
            for example in change.examples
        ],
        "old_at": _at(old_span),
        "new_at": _at(new_span),
    }


def _place(place: Place, sentences: Sentences) -> dict[str, Any]:
    thing = place.thing
    name = getattr(thing, "name", None)
    if name is None:
        name = sentences.new.way(thing) if place.kind == "way" else sentences.new.piece(thing)
    return {"kind": place.kind, "name": name, "title": getattr(thing, "title", None)}


def _at(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"file": span.file, "line": span.line, "column": span.column}


def changes_table(difference: Difference, sentences: Sentences) -> Table:
    """Give the changes as a table."""
    return compared_table("changes", [_row(change, sentences) for change in difference.changes])


def _row(change: Change, sentences: Sentences) -> tuple[object, ...]:
    old_span, new_span = spans(change)
    return (
        SIGNS[change.sign],
        place_text(change, sentences),
        change.part,
        None if change.how is None else change.how.value,
        None if change.old is None else sentences.side(change, new=False),
        None if change.new is None else sentences.side(change, new=True),
        plain_sentence(change, sentences),
        old_span.file if old_span else None,
        old_span.line if old_span else None,
        new_span.file if new_span else None,
        new_span.line if new_span else None,
    )


def runs_document(runs: RunDifference) -> dict[str, Any]:
    """Give in what two runs differ."""
    found: dict[str, Any] = {
        "as_of": runs.new.result.program.zone.text(runs.new.result.as_of),
        "counts": runs.counts(),
    }
    for table in runs.written():
        found[table.name] = [
            {name: json_value(value) for name, value in zip(table.columns, row, strict=True)}
            for row in table.rows
        ]
    return found
