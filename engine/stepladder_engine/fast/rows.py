"""The rows of the kernel's answer, and its journal."""

from __future__ import annotations

from stepladder_engine.fast import layout as at
from stepladder_engine.fast import outcome as words
from stepladder_engine.fast.clock import Memory
from stepladder_engine.fast.parts import part

STEP = {name: number for number, name in enumerate(words.STEPS)}
REASON = {name: number for number, name in enumerate(words.REASONS)}

# The kernel knows constants only, no tables of names.
STEP_START, STEP_MOVE, STEP_STAY, STEP_SET = (STEP[name] for name in ("start", "move", "stay", "set"))
STEP_EMIT, STEP_TASK, STEP_TASK_MOVED = (STEP[name] for name in ("emit", "task", "task_moved"))
STEP_TASK_DONE, STEP_ALERT_CLOSED = STEP["task_done"], STEP["alert_closed"]
STEP_OFFER, STEP_DEVIATION, STEP_NEAR_MISS = (STEP[name] for name in ("offer", "deviation", "near_miss"))
STEP_ERROR, STEP_EMIT_LOST = STEP["error"], STEP["emit_lost"]
BY_APPEARING, BY_FIRST_EVENT, BY_EVENT, BY_TIMER, BY_CONDITION = range(5)
BY_SILENCE_ENDED, BY_FIELD_CHANGED = REASON["silence_ended"], REASON["field_changed"]
BY_CASE_ENDED, BY_CONDITION_GONE = REASON["case_ended"], REASON["condition_gone"]
BY_REPEATING_ENDED, BY_LEFT_STAGE = REASON["repeating_ended"], REASON["left_stage"]
BY_CONDITIONS_HOLD, BY_CONDITIONS_GONE = REASON["conditions_hold"], REASON["conditions_gone"]
BY_TIME_OVER, BY_LOOP, BY_EMIT_LOOP = REASON["time_over"], REASON["transitions_loop"], REASON["emit_loops"]
BY_EMITTED, BY_ANCHOR, BY_MOVING = REASON["emitted"], REASON["anchor_event"], REASON["moved_quiet_hours"]
BY_VALUE, BY_DEVIATION = REASON["value"], REASON["deviation"]
BY_SENT, BY_SENT_LOOP = REASON["sent"], REASON["sent_loops"]
BY_FIELD_UNKNOWN, BY_NO_RECORD = REASON["field_unknown"], REASON["no_record"]
DONE, CANCELLED = range(2)
OPEN, ACCEPTED, DECLINED, EXPIRED, WITHDRAWN = range(5)
DID_CANCEL, DID_DO, DID_ACCEPT = range(3)


@part
def new_row(m: Memory, rows: int, width: int) -> int:
    """Give the address of a new row; where there is no room, of one that is written for nothing."""
    count = m[rows + 1]
    if count >= m[rows + 2]:
        m[at.ERROR] = at.FULL
        return m[rows] + m[rows + 2] * width
    m[rows + 1] = count + 1
    return m[rows] + count * width


@part
def note(
    m: Memory,
    kind: int,
    process: int,
    stage: int,
    to_stage: int,
    subject: int,
    reason: int,
    about: int,
    line: int,
) -> None:
    """Write a step into the case's story, where somebody wants to read it; of loops a summary tells, too."""
    if kind == STEP_ERROR or m[at.DETAIL] & at.TELLS:
        write_step(m, kind, process, stage, to_stage, subject, reason, about, line)


@part
def write_step(
    m: Memory,
    kind: int,
    process: int,
    stage: int,
    to_stage: int,
    subject: int,
    reason: int,
    about: int,
    line: int,
) -> None:
    """Write a step into the case's story."""
    row = new_row(m, at.STORY_ROWS, at.STORY_WIDTH)
    m[row] = m[at.CASE]
    m[row + 1] = m[at.NOW]
    m[row + 2] = kind
    m[row + 3] = process
    m[row + 4] = stage
    m[row + 5] = to_stage
    m[row + 6] = subject
    m[row + 7] = reason
    m[row + 8] = about
    m[row + 9] = line


@part
def effect(m: Memory, what: int, about: int) -> None:
    """Note what an event did besides moving a case."""
    row = new_row(m, at.EFFECT_ROWS, at.EFFECT_ROW_WIDTH)
    m[row], m[row + 1] = what, about


@part
def person_for(m: Memory, people: int) -> int:
    """Give the person who acts in a role: the first field that names one. `people`: how many, then which."""
    for number in range(m[people]):
        cell = people + 1 + 2 * number
        value = m[m[at.FIELD_STATE] + m[cell]]
        if value != at.UNKNOWN and value != m[cell + 1]:
            return value
    return -1
