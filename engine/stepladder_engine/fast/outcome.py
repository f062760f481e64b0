"""What the kernel answers: columns of whole numbers, one outcome for each kind of record.

Names and sentences are not in it: a stage, a rule, an event or an offer is its place in the
spec, a reason is a code with what it is about. Whoever makes tables says each of them once.
`UNKNOWN` (see `frames`) stands for what is not known, `NONE` for what is not there. Codes and places
come in half words (32 bits), moments and values in whole ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from stepladder_dsl.record import record
from stepladder_engine.fast.frames import Frames, Values
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.state import Entity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

NONE = -1

TASK_KINDS = ("follow_up", "alert")
TASK_OUTCOMES = ("done", "cancelled")
MOVED = ("quiet_hours", "contact_cap", "quiet_hours_and_contact_cap")
OFFER_STATUSES = ("open", "accepted", "declined", "expired", "withdrawn")
DEVIATION_KINDS = ("not_in_process", "guard_not_true")
EFFECTS = ("cancelled", "did", "accepted", "declined")
"""What an event did that no way took: to the follow-up, or the offer, `about`."""

REASONS = (
    "record_appeared",
    "first_event",  # about the event
    "event",  # about the event
    "timer",  # about the way
    "condition",  # about the way
    "silence_ended",  # about the event
    "field_changed",  # about the field
    "case_ended",
    "condition_gone",
    "repeating_ended",
    "left_stage",
    "conditions_hold",
    "conditions_gone",
    "time_over",
    "transitions_loop",
    "emit_loops",  # about the event
    "emitted",  # about the event; the step's subject is the event itself
    "anchor_event",  # about the event
    "anchor_entering",  # about the stage
    "anchor_field",  # about the field
    "anchor_silence",  # about the event
    "moved_quiet_hours",  # about the moment to which a task was moved
    "moved_contact_cap",
    "moved_room",
    "value",  # about the value that a field was set to, scaled as the field is
    "deviation",  # about the row in the deviations
    "sent",  # about the line that sends an event to another record, by its place in the plan
    "sent_loops",  # about that line
    "field_unknown",  # about that line
    "no_record",  # about that line and, in the lower half, the word that names nobody
)
STEPS = (
    "start",
    "move",
    "stay",
    "set",
    "emit",
    "task",
    "task_moved",
    "task_done",
    "task_cancelled",
    "alert_closed",
    "offer",
    "offer_accepted",
    "offer_declined",
    "offer_expired",
    "offer_withdrawn",
    "deviation",
    "near_miss",
    "error",
    "emit_lost",
)
"""The kinds of steps in the journal; alerts that are raised and tasks that go on follow from the tasks."""


@record
class Positions:
    """Where the cases of one process stand, one row a case.

    `stage` is a place in the process's stages. At `move_at` the case goes by itself to
    `move_to`, if nothing else happens (`UNKNOWN`: it stays).
    """

    process: str
    stage: Whole
    since: Whole
    stuck: Whole
    move_at: Whole
    move_to: Whole


@record
class Tasks:
    """Tasks and alerts in the order of the cases and, in a case, as they came into being.

    `case` is a place in the outcome's cases, `kind` in `TASK_KINDS`. `rule` is a place in the
    spec's follow-ups; of an alert the place of its process, and `number` that of the stage.
    A follow-up's `number` counts from its anchor at `anchor`, `repeated` how often the same key
    was there before. `person` is a word (see `KindOutcome.words`) or `NONE`. Escalations follow
    from `due`. `text` is where the values of the rule's text begin in `KindOutcome.values`.
    """

    case: Whole
    kind: Whole
    rule: Whole
    number: Whole
    anchor: Whole
    repeated: Whole
    person: Whole
    created: Whole
    due: Whole
    wanted: Whole
    moved: Whole
    closed: Whole
    outcome: Whole
    reason: Whole
    about: Whole
    text: Whole


@record
class Offers:
    """Every time an offer was open. `offer` is a place in the spec's offers, `number` counts its times.

    A price or discount is a fraction of two whole numbers, with `UNKNOWN` above where there is none.
    """

    case: Whole
    offer: Whole
    number: Whole
    opened: Whole
    expires: Whole
    price: Whole
    price_divisor: Whole
    discount: Whole
    discount_divisor: Whole
    person: Whole
    status: Whole
    closed: Whole


@record
class Journal:
    """Steps as they came, empty unless asked for. `process`, `stage`, `to_stage` and `line` as in a step.

    `subject` is a task's row, an offer's row, an event or a field, as the step's kind has it.
    """

    case: Whole
    time: Whole
    kind: Whole
    process: Whole
    stage: Whole
    to_stage: Whole
    subject: Whole
    reason: Whole
    about: Whole
    line: Whole


@record
class Deviations:
    """Events that no way took. `row` is the event's row in its frame, `NONE` where the spec sent it.

    `whys` ways failed, told from `why` on in `KindOutcome.whys`; `effects` likewise.
    """

    case: Whole
    time: Whole
    process: Whole
    stage: Whole
    event: Whole
    kind: Whole
    row: Whole
    why: Whole
    whys: Whole
    effect: Whole
    effects: Whole


@record
class Whys:
    """Why a way was not taken: bit i of `unknown` says that the i-th source of its guard was not known.

    `NONE`: the guard was false.
    """

    way: Whole
    unknown: Whole


@record
class Effects:
    """What an event did all the same: `what` is a place in `EFFECTS`."""

    what: Whole
    about: Whole


@record
class KindOutcome:
    """The answer for one kind of record.

    `cases` are places in the keys of the record's frame, rising; `started` is when each appeared.
    `fields` holds the fields that the spec sets, one row a case; all others are as the frame has them.
    The event that the spec has sent for later comes at `sent_at`, the next task of what comes
    again and again at `again_at` (`UNKNOWN`: none). `others` are the cases that the kernel has
    left to the reference executor (too large figures, moments beyond its tables), by their place.
    """

    kind: str
    cases: Whole
    started: Whole
    positions: Sequence[Positions]
    fields: Mapping[str, Values]
    sent_at: Whole
    sent: Whole
    again_at: Whole
    again: Whole
    tasks: Tasks
    offers: Offers
    journal: Journal
    deviations: Deviations
    whys: Whys
    effects: Effects
    words: Sequence[str]
    values: Whole
    others: Mapping[int, Entity] = field(default_factory=dict)
    state: Whole | None = None
    """What only the rebuilding of whole records needs; None unless asked for."""


@record
class Handed:
    """A construct that the kernel cannot run yet: its records go to the reference executor."""

    kind: str
    construct: str
    line: int


@record
class Outcome:
    """The answer of a run, before any table is made."""

    program: Program
    frames: Frames
    as_of: int
    as_of_given: bool
    kinds: Mapping[str, KindOutcome]
    handed: Sequence[Handed] = ()
