"""The columns of the result tables: their names, kinds and meanings, in order.

They are stable: programs read them. ``schemas/`` holds them as JSON Schemas,
written by ``python -m stepladder_engine.results.schemas``.
"""

from __future__ import annotations

from stepladder_engine.data.tables import Column

_RECORD = Column("record", "code", "Kind of record")
_CASE = Column("case", "text", "Key of the record in the data")
_PROCESS = Column("process", "code", "Name of the process")
_STAGE = Column("stage", "code", "Name of the stage")

TASK_STATUSES = ("planned", "due", "overdue", "escalated", "done", "cancelled")
MOVED = ("quiet_hours", "contact_cap", "quiet_hours_and_contact_cap")
OFFER_STATUSES = ("open", "accepted", "declined", "expired", "withdrawn")
STEP_KINDS = (
    *(
        "start",
        "move",
        "stay",
        "set",
        "emit",
        "emit_lost",
        "open",
        "task",
        "task_moved",
        "task_done",
        "task_cancelled",
        "escalated",
    ),
    *("alert", "alert_closed", "offer", "offer_accepted", "offer_declined", "offer_expired"),
    *("offer_withdrawn", "deviation", "near_miss", "error"),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "positions": (
        _RECORD,
        _CASE,
        _PROCESS,
        Column("stage", "code", "Name of the stage in which the case stands"),
        Column("stage_title", "code", "Title of the stage, or its name"),
        Column("phase", "code", "Title of the innermost phase around the stage", optional=True),
        Column(
            "outcome", "code", "What an end stage means", optional=True, values=("won", "lost", "neutral")
        ),
        Column("since", "time", "When the case entered the stage; empty: unknown", optional=True),
        Column("days_in_stage", "whole", "Whole calendar days in the stage", optional=True),
        Column("owner", "code", "Role that answers for the stage", optional=True),
        Column("person", "code", "Person who acts in that role for this record", optional=True),
        Column("deadline", "time", "When the stage's limit passes", optional=True),
        Column("next_due", "time", "When somebody must touch the case next", optional=True),
        Column("next_role", "code", "Role of whoever must", optional=True),
        Column("next_person", "code", "Person in that role for this record", optional=True),
        Column(
            "next_action",
            "text",
            "What says so: `follow_up NAME`, `limit STAGE`, `timer STAGE` or `event NAME`",
            optional=True,
        ),
        Column(
            "forgotten",
            "flag",
            "The case is open and, unless a further event happens, nobody will ever be asked to touch it",
        ),
    ),
    "tasks": (
        Column("key", "text", "Stable key: spec, rule, record, anchor and number in the series"),
        Column("kind", "code", "Follow-up task, or alert of a stage's limit", values=("follow_up", "alert")),
        Column("rule", "code", "Name of the follow-up, or of the limit's process"),
        Column("title", "code", "What is to be done, or the stage whose limit has passed"),
        _RECORD,
        _CASE,
        Column("process", "code", "Process of an alert", optional=True),
        Column("stage", "code", "Stage of an alert", optional=True),
        Column("role", "code", "Role that answers for the task", optional=True),
        Column("person", "code", "Person in that role for this record", optional=True),
        Column("channel", "code", "By which channel", optional=True),
        Column("text", "text", "What to say", optional=True),
        Column("created", "time", "When the task came into being"),
        Column("due", "time", "When it is due"),
        Column("wanted", "time", "When it would have been due, where something has moved it", optional=True),
        Column("moved", "code", "What has moved it", optional=True, values=MOVED),
        Column("status", "code", "How it stands as of the run's moment", values=TASK_STATUSES),
        Column("closed", "time", "When it was done or cancelled", optional=True),
        Column("reason", "text", "Why it was done or cancelled, in the spec's language", optional=True),
        Column("escalated_to", "code", "Role to which it went on", optional=True),
        Column("escalated_since", "time", "When it went on", optional=True),
    ),
    "offers": (
        Column("key", "text", "Stable key: spec, offer, record and how often it was made"),
        Column("offer", "code", "Name of the offer"),
        Column("title", "code", "Title of the offer, or its name"),
        Column("kind", "code", "Kind of offer", optional=True),
        _RECORD,
        _CASE,
        Column("role", "code", "Role that makes it", optional=True),
        Column("person", "code", "Person in that role for this record", optional=True),
        Column("channel", "code", "By which channel", optional=True),
        Column("price", "number", "Price when it opened", optional=True),
        Column("discount", "number", "Discount when it opened", optional=True),
        Column("currency", "code", "Currency of price and discount", optional=True),
        Column("status", "code", "How it stands as of the run's moment", values=OFFER_STATUSES),
        Column("opened", "time", "When its conditions began to hold"),
        Column("expires", "time", "When its time is over", optional=True),
        Column("closed", "time", "When it was accepted, declined, withdrawn, or expired", optional=True),
        Column("next_best", "flag", "It is open, and the earliest on the ladder for its record"),
        Column("ladder", "code", "Ladder of which it is a step", optional=True),
        Column("order", "whole", "Its place among the offers, or on its ladder", optional=True),
    ),
    "journal": (
        Column("time", "time", "When it happened"),
        _RECORD,
        _CASE,
        Column("process", "code", "Process, where the step belongs to one", optional=True),
        Column("kind", "code", "Kind of step", values=STEP_KINDS),
        Column("stage", "code", "Stage in which the case stood", optional=True),
        Column("to_stage", "code", "Stage that it entered", optional=True),
        Column("subject", "text", "Task, offer, role or field that the step is about", optional=True),
        Column(
            "reason",
            "text",
            "What caused it, in the spec's language; of `set`, `emit`, `open` the value, event, key",
        ),
        Column("line", "whole", "Line of the spec that says so"),
    ),
    "deviations": (
        Column("time", "time", "When the event happened"),
        _RECORD,
        _CASE,
        _PROCESS,
        _STAGE,
        Column("event", "code", "Name of the event"),
        Column(
            "kind",
            "code",
            "No way out of the stage waits for the event, or no guard let it through",
            values=("not_in_process", "guard_not_true"),
        ),
        Column("reason", "text", "Why nothing came of it, in the spec's language"),
        Column(
            "effect",
            "text",
            "What it did all the same to tasks and offers, in the spec's language",
            optional=True,
        ),
        Column("file", "code", "File of the event; empty where another step emitted it", optional=True),
        Column("row", "whole", "Row of the event in that file", optional=True),
    ),
    "rejected": (
        Column("file", "code", "File of the row"),
        Column("row", "whole", "Row in that file, as a spreadsheet counts"),
        Column("kind", "code", "Record or event that it was meant for"),
        Column("key", "text", "Key in the row, where it has one", optional=True),
        Column("code", "code", "Code of the reason; `stepladder explain CODE` tells more"),
        Column("reason", "text", "Why the row was put aside, in the spec's language"),
        Column("cells", "text", "The row's cells as a JSON object"),
    ),
    "metrics": (
        Column("metric", "code", "Name of the metric"),
        Column("title", "code", "Title of the metric, or its name"),
        Column("by", "text", "By what it is told apart, with commas; empty: all of them", optional=True),
        Column("group", "text", "The values of this group, with commas", optional=True),
        Column("value", "number", "The figure; empty: unknown", optional=True),
        Column("unit", "code", "Currency, `share` (1 is 100 %) or `number`", optional=True),
        Column("count", "whole", "How many records or events stand behind the figure"),
        Column("target", "number", "What it should reach", optional=True),
        Column("met", "flag", "Whether it does", optional=True),
        Column("owner", "code", "Role that answers for it", optional=True),
    ),
}
"""Table name -> its columns."""

TABLES = tuple(COLUMNS)
"""The names of the tables, in order."""

KEYS: dict[str, tuple[str, ...]] = {
    "positions": ("record", "case", "process"),
    "tasks": ("key",),
    "offers": ("key",),
    "journal": ("record", "case"),
    "deviations": ("record", "case"),
    "rejected": ("file", "row", "kind"),
    "metrics": ("metric", "by", "group"),
}
"""Table name -> the columns that tell its rows apart, in this run and in the next."""

IN_ORDER = ("journal", "deviations", "rejected", "metrics")
"""Tables whose rows may share a key: they are told apart by their order, which is stable too."""
