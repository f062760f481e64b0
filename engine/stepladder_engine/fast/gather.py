"""Rows that the kernel has written, block by block -> the outcome of one kind of record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True)
class Written:
    """The rows of some cases, as the kernel has written them."""

    rows: Mapping[int, Whole]
    final: Whole


def written(block: Block) -> Written:
    """Take the rows out of a block's memory."""
    rows = {cell: block.rows(cell, width) for cell, width in WIDTHS.items()}
    deviations = rows[at.DEVIATION_ROWS]
    for kind, starts in enumerate(block.prepared.starts):
        # The kernel counts rows from the beginning of its block.
        own = (deviations[:, 4] == kind) & (deviations[:, 6] >= 0)
        deviations[own, 6] += int(starts[block.first])
    return Written(rows, block.rows(at.FINAL_ROWS, block.prepared.final_width))


def _joined(parts: Sequence[Written]) -> tuple[dict[int, Whole], Whole]:
    """Put the rows of all blocks one behind the other; what speaks of rows counts from the first of all."""
    import numpy as np

    before = dict.fromkeys(WIDTHS, 0)
    for part in parts:
        rows = part.rows
        tasks, story, deviations = rows[at.TASK_ROWS], rows[at.STORY_ROWS], rows[at.DEVIATION_ROWS]
        tasks[:, at.J_TEXT] += before[at.VALUE_ROWS]
        deviations[:, 7] += before[at.WHY_ROWS]
        deviations[:, 9] += before[at.EFFECT_ROWS]
        if len(story):
            kinds = story[:, 2]
            story[np.isin(kinds, _TASK_STEPS), 6] += before[at.TASK_ROWS]
            offers = (kinds >= _FIRST_OFFER_STEP) & (kinds <= _LAST_OFFER_STEP)
            story[offers, 6] += before[at.OFFER_ROWS]
            story[story[:, 7] == REASONS.index("deviation"), 8] += before[at.DEVIATION_ROWS]
        for cell in WIDTHS:
            before[cell] += len(rows[cell])
    joined = {cell: np.concatenate([part.rows[cell] for part in parts]) for cell in WIDTHS}
    return joined, np.concatenate([part.final for part in parts])


def _without_forgotten(rows: dict[int, Whole]) -> None:
    """Drop the alerts that never came into being, and let the story count without them."""
    import numpy as np

    tasks, story = rows[at.TASK_ROWS], rows[at.STORY_ROWS]
    real = tasks[:, at.J_KIND] != at.FORGOTTEN
    if real.all():
        return
    rows[at.TASK_ROWS] = tasks[real]
    if len(story):
        places = np.cumsum(real) - 1
        speaks = np.isin(story[:, 2], _TASK_STEPS)
        story[speaks, 6] = places[story[speaks, 6]]


def _columns(rows: Whole, cells: Sequence[int]) -> list[Any]:
    return [rows[:, cell].copy() for cell in cells]


def outcome_of(
    prepared: Prepared, parts: Sequence[Written], others: Mapping[int, Entity], *, detail: bool
) -> KindOutcome:
    """Give the outcome of all blocks of one kind."""
    import numpy as np

    rows, final = _joined(parts)
    _without_forgotten(rows)
    plan = prepared.plan
    present = final[:, 0] == at.PRESENT
    cases = np.flatnonzero(present)
    place_of = np.cumsum(present) - 1
    for cell in (at.TASK_ROWS, at.OFFER_ROWS, at.STORY_ROWS, at.DEVIATION_ROWS):
        rows[cell][:, 0] = place_of[rows[cell][:, 0]]
    final = final[present]
    tasks, offers, deviations = rows[at.TASK_ROWS], rows[at.OFFER_ROWS], rows[at.DEVIATION_ROWS]
    _name_places(prepared, tasks, offers)
    columns = (at.L_CASE, *range(at.L_OFFER, at.COPY_WIDTH))
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
        Tasks(*_columns(tasks, range(at.J_TEXT + 1))),
        Offers(*_columns(offers, columns)),
        Journal(*_columns(rows[at.STORY_ROWS], range(at.STORY_WIDTH))),
        Deviations(*_columns(deviations, range(at.DEVIATION_WIDTH))),
        Whys(*_columns(rows[at.WHY_ROWS], range(at.WHY_WIDTH))),
        Effects(*_columns(rows[at.EFFECT_ROWS], range(at.EFFECT_ROW_WIDTH))),
        prepared.words,
        rows[at.VALUE_ROWS],
        others,
        rows[at.STATE_ROWS][:, 0] if detail else None,
    )


def _name_places(prepared: Prepared, tasks: Whole, offers: Whole) -> None:
    """Let rules and offers be their places in the spec, and stages of alerts those in their process."""
    import numpy as np

    plan = prepared.plan
    rules = np.array([found.index for found in plan.record.follow_ups] or [0], dtype=np.int64)
    alerts = tasks[:, at.J_KIND] == at.ALERT
    tasks[~alerts, at.J_RULE] = rules[tasks[~alerts, at.J_RULE]]
    made = np.array([found.index for found in plan.record.offers] or [0], dtype=np.int64)
    offers[:, at.L_OFFER] = made[offers[:, at.L_OFFER]]


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
        words = prepared.words if column.shape.kind == "word" else ()
        values = final[:, first + number].copy()
        found[column.name] = Values(column.shape.kind, values, column.shape.scale, words)  # type: ignore[arg-type]
    return found
