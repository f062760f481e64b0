"""Rows that the kernel has written, block by block -> the outcome of one kind of record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stepladder_dsl.record import record
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.frames import Values
from stepladder_engine.fast.memory import WIDTHS, Block, Prepared
from stepladder_engine.fast.outcome import (
    REASONS,
    STEPS,
    Deviations,
    Effects,
    Journal,
    KindOutcome,
    Offers,
    Positions,
    Tasks,
    Whys,
)
from stepladder_engine.runtime.state import Entity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_FIRST_OFFER_STEP = STEPS.index("offer")
_LAST_OFFER_STEP = STEPS.index("offer_withdrawn")
_TASK_STEPS = tuple(
    STEPS.index(name) for name in ("task", "task_moved", "task_done", "task_cancelled", "alert_closed")
)


_KEPT = {at.TASK_ROWS: at.J_TEXT + 1}
"""Of tasks only what somebody asks for later; of all other rows everything."""
_NARROW = {
    at.TASK_ROWS: {
        at.J_CASE,
        at.J_KIND,
        at.J_RULE,
        at.J_NUMBER,
        at.J_REPEATED,
        at.J_PERSON,
        at.J_MOVED,
        at.J_OUTCOME,
        at.J_REASON,
        at.J_ABOUT,
    },
    at.OFFER_ROWS: {at.L_CASE, at.L_OFFER, at.L_NUMBER, at.L_PERSON, at.L_STATUS},
    at.STORY_ROWS: {0, 2, 3, 4, 5, 7, 9},
    at.DEVIATION_ROWS: {0, 2, 3, 4, 5, 8, 10},
}
"""Columns of codes and places: half a word is enough for them, and millions of rows want room."""

Columns = list[Any]


@record
class Written:
    """The rows of some cases as the kernel has written them, column by column."""

    rows: Mapping[int, Columns]
    final: Whole
    sent: Whole
    """The events that the cases have sent to others, one row each."""


def written(block: Block) -> Written:
    """Take the rows out of a block's memory."""
    import numpy as np

    rows: dict[int, Columns] = {}
    for cell, width in WIDTHS.items():
        found, narrow = block.rows(cell, width), _NARROW.get(cell, set())
        rows[cell] = [
            found[:, place].astype(np.int32 if place in narrow else np.int64)
            for place in range(_KEPT.get(cell, width))
        ]
    events, row_of = rows[at.DEVIATION_ROWS][4], rows[at.DEVIATION_ROWS][6]
    # The kernel counts rows from the beginning of its block.
    begins = np.array([starts[block.first] for starts in block.prepared.starts] or [0], np.int64)
    row_of += np.where(row_of >= 0, begins[events], 0)
    sent = block.rows(at.SENT_ROWS, block.prepared.sent_width).copy()
    by_data = (sent[:, at.Z_PHASE] == at.BY_DATA) & (sent[:, at.Z_TURN_ROW] >= 0)
    sent[by_data, at.Z_TURN_ROW] += begins[sent[by_data, at.Z_TURN]]
    return Written(rows, block.rows(at.FINAL_ROWS, block.prepared.final_width).copy(), sent)


def _joined(parts: Sequence[Written]) -> tuple[dict[int, Columns], Whole]:
    """Put the rows of all blocks one behind the other; what speaks of rows counts from the first of all."""
    import numpy as np

    before = dict.fromkeys(WIDTHS, 0)
    speaks_of_task = np.isin(np.arange(len(STEPS)), _TASK_STEPS)
    for part in parts:
        rows = part.rows
        rows[at.TASK_ROWS][at.J_TEXT] += before[at.VALUE_ROWS]
        rows[at.DEVIATION_ROWS][7] += before[at.WHY_ROWS]
        rows[at.DEVIATION_ROWS][9] += before[at.EFFECT_ROWS]
        story = rows[at.STORY_ROWS]
        kinds, subjects = story[2], story[6]
        if before[at.TASK_ROWS]:
            subjects[speaks_of_task[kinds]] += before[at.TASK_ROWS]
        if before[at.OFFER_ROWS]:
            subjects[(kinds >= _FIRST_OFFER_STEP) & (kinds <= _LAST_OFFER_STEP)] += before[at.OFFER_ROWS]
        if before[at.DEVIATION_ROWS]:
            story[8][story[7] == REASONS.index("deviation")] += before[at.DEVIATION_ROWS]
        for cell in WIDTHS:
            before[cell] += len(rows[cell][0])
    joined: dict[int, Columns] = {cell: [] for cell in WIDTHS}
    for cell, columns in joined.items():
        for place in range(len(parts[0].rows[cell])):
            columns.append(np.concatenate([part.rows[cell][place] for part in parts]))
            for part in parts:
                # Nobody needs the pieces any more, and there may be gigabytes of them.
                part.rows[cell][place] = None
    return joined, np.concatenate([part.final for part in parts])


def _without_forgotten(rows: dict[int, Columns]) -> None:
    """Drop the alerts that never came into being, and let the story count without them."""
    import numpy as np

    tasks, story = rows[at.TASK_ROWS], rows[at.STORY_ROWS]
    real = tasks[at.J_KIND] != at.FORGOTTEN
    if real.all():
        return
    for place, column in enumerate(tasks):
        tasks[place] = column[real]
    speaks = np.isin(story[2], _TASK_STEPS)
    if speaks.any():
        story[6][speaks] = (np.cumsum(real) - 1)[story[6][speaks]]


def outcome_of(
    prepared: Prepared, parts: Sequence[Written], others: Mapping[int, Entity], *, detail: bool
) -> KindOutcome:
    """Give the outcome of all blocks of one kind, and take the rows out of the blocks."""
    import numpy as np

    from stepladder_engine.data.code_loops import renamed

    rows, final = _joined(parts)
    _without_forgotten(rows)
    plan = prepared.plan
    present = final[:, 0] == at.PRESENT
    cases = np.flatnonzero(present)
    place_of = (np.cumsum(present) - 1).astype(np.int32)
    for cell in (at.TASK_ROWS, at.OFFER_ROWS, at.STORY_ROWS, at.DEVIATION_ROWS):
        rows[cell][0] = renamed(rows[cell][0], place_of)
    final = final[present]
    _name_places(prepared, rows[at.TASK_ROWS], rows[at.OFFER_ROWS])
    return KindOutcome(
        plan.record.record.name,
        cases,
        final[:, 1].copy(),
        _positions(prepared, final),
        _fields(prepared, final),
        final[:, 2].copy(),
        final[:, 3].copy(),
        final[:, 4].copy(),
        final[:, 5].copy(),
        Tasks(*rows[at.TASK_ROWS]),
        Offers(*rows[at.OFFER_ROWS]),
        Journal(*rows[at.STORY_ROWS]),
        Deviations(*rows[at.DEVIATION_ROWS]),
        Whys(*rows[at.WHY_ROWS]),
        Effects(*rows[at.EFFECT_ROWS]),
        prepared.words,
        np.stack(rows[at.VALUE_ROWS], axis=1),
        others,
        rows[at.STATE_ROWS][0] if detail else None,
    )


def _name_places(prepared: Prepared, tasks: Columns, offers: Columns) -> None:
    """Let rules and offers be their places in the spec."""
    import numpy as np

    plan = prepared.plan
    rules = np.array([found.index for found in plan.record.follow_ups] or [0], dtype=np.int32)
    ours = tasks[at.J_KIND] == at.FOLLOW_UP
    tasks[at.J_RULE][ours] = rules[tasks[at.J_RULE][ours]]
    made = np.array([found.index for found in plan.record.offers] or [0], dtype=np.int32)
    offers[at.L_OFFER] = made[offers[at.L_OFFER]]


def _positions(prepared: Prepared, final: Whole) -> list[Positions]:
    found = []
    for number, process in enumerate(prepared.plan.record.processes):
        first = at.FINAL_POSITIONS + number * at.FINAL_POSITION_WIDTH
        cells = [final[:, first + cell].copy() for cell in range(at.FINAL_POSITION_WIDTH)]
        found.append(Positions(process.process.name, *cells))
    return found


def _fields(prepared: Prepared, final: Whole) -> dict[str, Values]:
    plan = prepared.plan
    first = at.FINAL_POSITIONS + at.FINAL_POSITION_WIDTH * len(plan.record.processes)
    found = {}
    for number, place in enumerate(plan.set_fields):
        column = plan.fields[place]
        is_word = column.shape.kind in {"word", "duration"}
        words = prepared.words if is_word else ()
        values = final[:, first + number].copy()
        kind: Any = "word" if is_word else column.shape.kind
        found[column.name] = Values(kind, values, column.shape.scale, words)
    return found
