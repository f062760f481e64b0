"""Follow-ups in the kernel: which tasks come into being, and what closes them (see `runtime.follow_ups`)."""

from __future__ import annotations

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.clock import Memory, add, add_to_day, next_open, start_of, written
from stepladder_engine.fast.evaluate import holds, next_change, value_of
from stepladder_engine.fast.parts import part
from stepladder_engine.fast.rows import (
    BY_ANCHOR,
    BY_CASE_ENDED,
    BY_CONDITION_GONE,
    BY_EVENT,
    BY_FIELD_CHANGED,
    BY_MOVING,
    BY_REPEATING_ENDED,
    BY_SILENCE_ENDED,
    CANCELLED,
    DID_CANCEL,
    DID_DO,
    DONE,
    STEP_TASK,
    STEP_TASK_DONE,
    STEP_TASK_MOVED,
    effect,
    new_row,
    note,
    person_for,
)


@part
def rule_row(m: Memory, rule: int) -> int:
    """Give where a rule stands in the tables."""
    return m[at.RULE_TABLE] + rule * at.RULE_WIDTH


@part
def rule_state(m: Memory, rule: int) -> int:
    """Give where a rule's state of the case lies."""
    return m[at.RULE_STATE] + rule * at.RULE_STATE_WIDTH


@part
def task_at(m: Memory, task: int) -> int:
    """Give where a task's row lies."""
    return m[at.TASK_ROWS] + task * at.TASK_WIDTH


@part
def link(m: Memory, rule: int, task: int) -> None:
    """Put a task among the open ones of its rule: by due time, at one time as they came."""
    state, row = rule_state(m, rule), task_at(m, task)
    due = m[row + at.J_DUE]
    before = m[state + at.Q_TAIL]
    while before >= 0:
        other = m[task_at(m, before) + at.J_DUE]
        if other < due or (other == due and before < task):
            break
        before = m[task_at(m, before) + at.J_BEFORE]
    after = m[state + at.Q_HEAD] if before < 0 else m[task_at(m, before) + at.J_NEXT]
    m[row + at.J_BEFORE], m[row + at.J_NEXT] = before, after
    if before < 0:
        m[state + at.Q_HEAD] = task
    else:
        m[task_at(m, before) + at.J_NEXT] = task
    if after < 0:
        m[state + at.Q_TAIL] = task
    else:
        m[task_at(m, after) + at.J_BEFORE] = task


@part
def unlink(m: Memory, rule: int, task: int) -> None:
    """Take a task out of the open ones of its rule."""
    state, row = rule_state(m, rule), task_at(m, task)
    before, after = m[row + at.J_BEFORE], m[row + at.J_NEXT]
    if before < 0:
        m[state + at.Q_HEAD] = after
    else:
        m[task_at(m, before) + at.J_NEXT] = after
    if after < 0:
        m[state + at.Q_TAIL] = before
    else:
        m[task_at(m, after) + at.J_BEFORE] = before


@part
def times_before(m: Memory, rule: int, number: int, anchor: int) -> int:
    """Give how often a task of the same rule, anchor and number was there before."""
    seen, told = 0, written(m, anchor)
    for task in range(m[at.FIRST_TASK], m[at.TASK_COUNT]):
        row = task_at(m, task)
        if (
            m[row + at.J_KIND] == at.FOLLOW_UP
            and m[row + at.J_RULE] == rule
            and m[row + at.J_NUMBER] == number
            and written(m, m[row + at.J_ANCHOR]) == told
        ):
            seen += 1
    return seen


@part
def message_values(m: Memory, first: int, count: int) -> int:
    """Compute the values of a rule's text; gives where they stand."""
    begins = m[at.VALUE_COUNT]
    for number in range(count):
        guard = m[first + number]
        value = value_of(m, guard)
        divisor = m[m[at.STACK] + 1]
        row = new_row(m, at.VALUE_ROWS, 2)
        m[row], m[row + 1] = value, divisor
    return begins


@part
def note_moved(m: Memory, task: int, why: int) -> None:
    """Write into the story to when a task has been moved."""
    row = task_at(m, task)
    note(m, STEP_TASK_MOVED, -1, -1, -1, task, BY_MOVING + why, m[row + at.J_DUE], m[row + at.J_LINE])


@part
def add_task(m: Memory, rule: int, anchor: int, number: int, wanted: int) -> None:
    """Let one task come into being."""
    table, state = rule_row(m, rule), rule_state(m, rule)
    moment = next_open(m, m[table + at.R_HOURS], wanted)
    repeated = times_before(m, rule, number, anchor) if m[state + at.Q_TWICE] != 0 else 0
    text = m[at.VALUE_COUNT]
    if m[table + at.R_TEXT_COUNT] > 0:
        text = message_values(m, m[table + at.R_TEXT], m[table + at.R_TEXT_COUNT])
    task = m[at.TASK_COUNT]
    row = new_row(m, at.TASK_ROWS, at.TASK_WIDTH)
    if m[at.ERROR] != at.FINE:
        return
    m[row + at.J_CASE] = m[at.CASE]
    m[row + at.J_KIND] = at.FOLLOW_UP
    m[row + at.J_RULE] = rule
    m[row + at.J_NUMBER] = number
    m[row + at.J_ANCHOR] = anchor
    m[row + at.J_REPEATED] = repeated
    m[row + at.J_PERSON] = person_for(m, m[table + at.R_PEOPLE])
    m[row + at.J_CREATED] = m[at.NOW]
    m[row + at.J_DUE] = moment
    m[row + at.J_WANTED] = at.UNKNOWN
    m[row + at.J_MOVED] = -1
    m[row + at.J_CLOSED] = at.UNKNOWN
    m[row + at.J_OUTCOME] = -1
    m[row + at.J_REASON] = -1
    m[row + at.J_ABOUT] = -1
    m[row + at.J_TEXT] = text
    m[row + at.J_PLACED] = 0
    m[row + at.J_LINE] = m[table + at.R_LINE]
    m[at.TASKS_CHANGED] = 1
    link(m, rule, task)
    reason = BY_ANCHOR + m[table + at.R_ANCHOR]
    note(m, STEP_TASK, -1, -1, -1, task, reason, m[table + at.R_ABOUT], m[table + at.R_LINE])
    if moment != wanted:
        m[row + at.J_WANTED], m[row + at.J_MOVED] = wanted, 0
        note_moved(m, task, 0)


@part
def close_task(m: Memory, rule: int, task: int, outcome: int, reason: int, about: int) -> None:
    """Mark a task as done or cancelled now."""
    row = task_at(m, task)
    m[row + at.J_CLOSED] = m[at.NOW]
    m[row + at.J_OUTCOME] = outcome
    m[row + at.J_REASON] = reason
    m[row + at.J_ABOUT] = about
    # For the caps, several that are done at one moment are one contact, which the first of them stands for.
    m[row + at.J_PLACED] = 1 if outcome == DONE and m[at.LATEST_DONE] != m[at.NOW] else 0
    if outcome == DONE:
        m[at.LATEST_DONE] = m[at.NOW]
    m[at.TASKS_CHANGED] = 1
    unlink(m, rule, task)
    note(m, STEP_TASK_DONE + outcome, -1, -1, -1, task, reason, about, m[row + at.J_LINE])


@part
def close_all(m: Memory, rule: int, reason: int, about: int) -> None:
    """Cancel the open tasks of a rule."""
    state = rule_state(m, rule)
    while m[state + at.Q_HEAD] >= 0:
        close_task(m, rule, m[state + at.Q_HEAD], CANCELLED, reason, about)


@part
def close_answered(m: Memory, rule: int, event: int) -> None:
    """Mark the tasks that are due by now as done, or else the next one."""
    state = rule_state(m, rule)
    first = True
    while m[state + at.Q_HEAD] >= 0:
        task = m[state + at.Q_HEAD]
        if not first and m[task_at(m, task) + at.J_DUE] > m[at.NOW]:
            break
        late = m[task_at(m, task) + at.J_DUE] <= m[at.NOW]
        close_task(m, rule, task, DONE, BY_EVENT, event)
        first = False
        if not late:
            break


@part
def stop_series(m: Memory, rule: int) -> None:
    """End what comes again and again; what is not due yet does not come."""
    state = rule_state(m, rule)
    if m[state + at.Q_SERIES] == 0:
        return
    m[state + at.Q_SERIES] = 0
    task = m[state + at.Q_HEAD]
    while task >= 0:
        following = m[task_at(m, task) + at.J_NEXT]
        if m[task_at(m, task) + at.J_DUE] > m[at.NOW]:
            close_task(m, rule, task, CANCELLED, BY_REPEATING_ENDED, -1)
        task = following


@part
def comes_no_more(m: Memory, rule: int) -> bool:
    """Say whether a rule comes no more again."""
    until = m[rule_row(m, rule) + at.R_UNTIL]
    return until >= 0 and value_of(m, until) == 1


@part
def go_on(m: Memory) -> None:
    """Let the next task of what comes again and again come into being once the one before is due."""
    for place in range(m[at.AGAIN_COUNT]):
        rule = m[m[at.AGAIN_TABLE] + place]
        state = rule_state(m, rule)
        if m[state + at.Q_SERIES] == 0 or m[state + at.Q_LATEST] > m[at.NOW]:
            continue
        if comes_no_more(m, rule):
            stop_series(m, rule)
            continue
        again = m[rule_row(m, rule) + at.R_AGAIN]
        while m[state + at.Q_LATEST] <= m[at.NOW] and m[at.ERROR] == at.FINE:
            m[state + at.Q_TIMES] += 1
            m[state + at.Q_LATEST] = add(m, m[state + at.Q_BEGINS], again, m[state + at.Q_TIMES])
        m[state + at.Q_NUMBER] += 1
        add_task(m, rule, m[state + at.Q_ANCHOR], m[state + at.Q_NUMBER], m[state + at.Q_LATEST])


@part
def create(m: Memory, rule: int, anchor: int, day: int) -> None:
    """Create the tasks of a rule that count from an anchor, or from a day, unless its condition fails."""
    table, state = rule_row(m, rule), rule_state(m, rule)
    if holds(m, m[table + at.R_CONDITION]) != 1:
        return
    told = written(m, anchor)
    twice = m[state + at.Q_CANONICAL] == told
    if m[table + at.R_ANCHOR] == at.A_FIELD:
        # A field may come back to a value that it had before.
        twice = m[state + at.Q_CANONICAL] != at.UNKNOWN
    m[state + at.Q_TWICE] = 1 if twice else 0
    m[state + at.Q_CANONICAL] = told
    count, latest = m[table + at.R_INTERVAL_COUNT], at.UNKNOWN
    for number in range(count):
        interval = m[m[table + at.R_INTERVALS] + number]
        wanted = add(m, anchor, interval, 1) if day == at.UNKNOWN else add_to_day(m, day, interval)
        latest = max(latest, wanted)
        add_task(m, rule, anchor, number + 1, wanted)
    if m[table + at.R_AGAIN] >= 0:
        # A new anchor begins a new rhythm; what the old one has led to stays.
        m[state + at.Q_SERIES] = 1
        m[state + at.Q_ANCHOR] = anchor
        m[state + at.Q_NUMBER] = count
        m[state + at.Q_BEGINS] = latest
        m[state + at.Q_TIMES] = 0
        m[state + at.Q_LATEST] = latest
        go_on(m)


@part
def create_at_field(m: Memory, rule: int) -> None:
    """Create the tasks of a rule that is anchored at a field."""
    table = rule_row(m, rule)
    value = m[m[at.FIELD_STATE] + m[table + at.R_ABOUT]]
    if value == at.UNKNOWN:
        return
    if m[table + at.R_INSTANT] != 0:
        create(m, rule, value, at.UNKNOWN)
    else:
        create(m, rule, start_of(m, value), value)


@part
def matches(m: Memory, patterns: int, count: int, kind: int) -> bool:
    """Say whether an event is one of some patterns."""
    for number in range(count):
        cell = patterns + 2 * number
        if m[cell] == kind and holds(m, m[cell + 1]) == 1:
            return True
    return False


@part
def take_event(m: Memory, kind: int) -> None:
    """Let an event do and cancel tasks."""
    row = m[at.KIND_TABLE] + kind * at.KIND_WIDTH
    for place in range(m[row + at.K_TAKE_COUNT]):
        rule = m[m[row + at.K_TAKES] + place]
        table, state = rule_row(m, rule), rule_state(m, rule)
        if m[state + at.Q_HEAD] < 0 and m[state + at.Q_SERIES] == 0:
            continue
        for number in range(m[table + at.R_CANCELLED_COUNT]):
            if matches(m, m[table + at.R_CANCELLED] + 2 * number, 1, kind):
                m[state + at.Q_SERIES] = 0
                if m[state + at.Q_HEAD] >= 0:
                    close_all(m, rule, BY_EVENT, kind)
                    effect(m, DID_CANCEL, rule)
        if m[state + at.Q_HEAD] >= 0 and matches(m, m[table + at.R_DONE], m[table + at.R_DONE_COUNT], kind):
            close_answered(m, rule, kind)
            effect(m, DID_DO, rule)
        if m[table + at.R_ANCHOR] == at.A_SILENCE and m[table + at.R_ABOUT] == kind:
            m[state + at.Q_SERIES] = 0
            close_all(m, rule, BY_SILENCE_ENDED, kind)


@part
def start_event(m: Memory, kind: int) -> None:
    """Create the tasks that an event gives rise to."""
    row = m[at.KIND_TABLE] + kind * at.KIND_WIDTH
    for place in range(m[row + at.K_START_COUNT]):
        rule = m[m[row + at.K_STARTS] + place]
        table = rule_row(m, rule)
        if m[table + at.R_ANCHOR] == at.A_SILENCE or holds(m, m[table + at.R_TRIGGER]) == 1:
            create(m, rule, m[at.NOW], at.UNKNOWN)


@part
def start_record(m: Memory) -> None:
    """Create the tasks that the record's appearance gives rise to: silence and date fields."""
    for rule in range(m[at.RULES]):
        anchor = m[rule_row(m, rule) + at.R_ANCHOR]
        if anchor == at.A_SILENCE:
            create(m, rule, m[at.NOW], at.UNKNOWN)
        elif anchor == at.A_FIELD:
            create_at_field(m, rule)


@part
def start_entering(m: Memory, stage: int) -> None:
    """Create the tasks that entering a stage gives rise to."""
    row = m[at.STAGE_TABLE] + stage * at.STAGE_WIDTH
    for place in range(m[row + at.S_ENTERING_COUNT]):
        create(m, m[m[row + at.S_ENTERING] + place], m[at.NOW], at.UNKNOWN)


@part
def field_changed(m: Memory, field: int) -> None:
    """Move the tasks that are anchored at a field which has a new value."""
    row = m[at.FIELD_TABLE] + field * at.FIELD_WIDTH
    for place in range(m[row + at.F_RULE_COUNT]):
        rule = m[m[row + at.F_RULES] + place]
        m[rule_state(m, rule) + at.Q_SERIES] = 0
        close_all(m, rule, BY_FIELD_CHANGED, field)
        create_at_field(m, rule)


@part
def all_ended(m: Memory) -> bool:
    """Say whether every case of the record stands in an end stage."""
    if m[at.PROCESSES] == 0:
        return False
    for process in range(m[at.PROCESSES]):
        stage = m[m[at.POSITION_STATE] + process * at.POSITION_WIDTH + at.X_STAGE]
        if stage >= 0 and m[m[at.STAGE_TABLE] + stage * at.STAGE_WIDTH + at.S_END] == 0:
            return False
    return True


@part
def cancel_at_end(m: Memory, process: int) -> None:
    """Cancel what is open when a case enters an end stage."""
    ended = all_ended(m)
    for rule in range(m[at.RULES]):
        table, state = rule_row(m, rule), rule_state(m, rule)
        if m[table + at.R_GOES_ON] != 0:
            continue
        if ended or (m[table + at.R_ANCHOR] == at.A_ENTERING and m[table + at.R_PROCESS] == process):
            m[state + at.Q_SERIES] = 0
            close_all(m, rule, BY_CASE_ENDED, -1)


@part
def recheck(m: Memory) -> None:
    """Cancel the open tasks of rules whose condition no longer holds."""
    for place in range(m[at.ASKED_COUNT]):
        rule = m[m[at.ASKED_TABLE] + place]
        state = rule_state(m, rule)
        if m[state + at.Q_HEAD] < 0 and m[state + at.Q_SERIES] == 0:
            continue
        condition = m[rule_row(m, rule) + at.R_CONDITION]
        if condition >= 0 and value_of(m, condition) != 1:
            m[state + at.Q_SERIES] = 0
            close_all(m, rule, BY_CONDITION_GONE, -1)
        elif m[state + at.Q_SERIES] != 0 and comes_no_more(m, rule):
            stop_series(m, rule)


@part
def next_rule_change(m: Memory) -> int:
    """Give the next moment at which time alone may end a rule's condition, or lets it come again."""
    earliest = at.INFINITE
    for place in range(m[at.TIMED_COUNT]):
        rule = m[m[at.TIMED_TABLE] + place]
        table, state = rule_row(m, rule), rule_state(m, rule)
        if m[state + at.Q_SERIES] != 0:
            earliest = min(earliest, m[state + at.Q_LATEST])
        elif m[state + at.Q_HEAD] < 0:
            continue
        if m[table + at.R_CONDITION] >= 0:
            earliest = min(earliest, next_change(m, m[table + at.R_CONDITION]))
        if m[table + at.R_UNTIL] >= 0:
            earliest = min(earliest, next_change(m, m[table + at.R_UNTIL]))
    return earliest
