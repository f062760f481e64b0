"""One step of one case in the kernel: it appears, an event happens, or something falls due.

The order of things inside a step is that of `runtime.step`; where that one keeps objects, here are
cells of the memory.
"""

from __future__ import annotations

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.caps import arrange
from stepladder_engine.fast.clock import Memory, add, add_to_day, written
from stepladder_engine.fast.evaluate import holds, last_time, next_change, room, value_of
from stepladder_engine.fast.ladders import expire, next_offer_change, offers_take_event, update_offers
from stepladder_engine.fast.parts import part
from stepladder_engine.fast.rows import (
    BY_CONDITION,
    BY_DEVIATION,
    BY_EMIT_LOOP,
    BY_EMITTED,
    BY_EVENT,
    BY_FIELD_UNKNOWN,
    BY_LEFT_STAGE,
    BY_LOOP,
    BY_NO_RECORD,
    BY_SENT,
    BY_SENT_LOOP,
    BY_TIMER,
    BY_VALUE,
    STEP_ALERT_CLOSED,
    STEP_DEVIATION,
    STEP_EMIT,
    STEP_EMIT_LOST,
    STEP_ERROR,
    STEP_MOVE,
    STEP_NEAR_MISS,
    STEP_SET,
    STEP_START,
    STEP_STAY,
    new_row,
    note,
    person_for,
)
from stepladder_engine.fast.tasks import (
    cancel_at_end,
    field_changed,
    go_on,
    next_rule_change,
    recheck,
    start_entering,
    start_event,
    start_record,
    take_event,
    task_at,
)


@part
def position_at(m: Memory, process: int) -> int:
    """Give where the state of a process's case lies."""
    return m[at.POSITION_STATE] + process * at.POSITION_WIDTH


@part
def stage_row(m: Memory, stage: int) -> int:
    """Give where a stage stands in the tables."""
    return m[at.STAGE_TABLE] + stage * at.STAGE_WIDTH


@part
def way_row(m: Memory, way: int) -> int:
    """Give where a way stands in the tables."""
    return m[at.WAY_TABLE] + way * at.WAY_WIDTH


@part
def timer_at(m: Memory, process: int, place: int) -> int:
    """Give where the state of a timer of the present stage lies."""
    return m[at.TIMER_STATE] + (process * m[at.TIMERS] + place) * at.TIMER_WIDTH


@part
def timer_count(m: Memory, process: int) -> int:
    """Give how many timers run for a case; none where nobody knows since when it stands there."""
    position = position_at(m, process)
    if m[position + at.X_STAGE] < 0 or m[position + at.X_SINCE] == at.UNKNOWN:
        return 0
    return m[stage_row(m, m[position + at.X_STAGE]) + at.S_TIMER_COUNT]


@part
def timer_way(m: Memory, process: int, place: int) -> int:
    """Give the way of a timer of the present stage."""
    stage = stage_row(m, m[position_at(m, process) + at.X_STAGE])
    return m[m[stage + at.S_TIMERS] + place]


# timers


@part
def timer_due(m: Memory, process: int, way: int) -> int:
    """Give when a timer is due, as its anchor stands now."""
    row, since = way_row(m, way), m[position_at(m, process) + at.X_SINCE]
    trigger, duration, about = m[row + at.W_TRIGGER], m[row + at.W_DURATION], m[row + at.W_ABOUT]
    if duration < 0:
        length = m[m[at.FIELD_STATE] + m[row + at.W_LENGTH]]
        if length == at.UNKNOWN:
            return at.UNKNOWN
        duration = m[m[at.WORD_DURATIONS] + length]
    if trigger == at.T_ENTRY:
        return add(m, since, duration, 1)
    if trigger == at.T_SILENCE:
        return add(m, max(since, last_time(m, about)), duration, 1)
    if trigger == at.T_SINCE_EVENT:
        last = last_time(m, about)
        return at.UNKNOWN if last == at.UNKNOWN else add(m, last, duration, 1)
    value = m[m[at.FIELD_STATE] + about]
    if value == at.UNKNOWN:
        return at.UNKNOWN
    return add(m, value, duration, 1) if m[row + at.W_INSTANT] != 0 else add_to_day(m, value, duration)


@part
def anchor_again(m: Memory, process: int, event: int, field: int) -> None:
    """Compute anew when the timers are due that count from an event, or from a field."""
    for place in range(timer_count(m, process)):
        way = timer_way(m, process, place)
        row = way_row(m, way)
        trigger, about = m[row + at.W_TRIGGER], m[row + at.W_ABOUT]
        by_event = event >= 0 and about == event and (trigger == at.T_SILENCE or trigger == at.T_SINCE_EVENT)
        by_field = field >= 0 and (
            (about == field and trigger == at.T_SINCE_FIELD) or m[row + at.W_LENGTH] == field
        )
        if by_event or by_field:
            timer, due = timer_at(m, process, place), timer_due(m, process, way)
            if due != m[timer + at.I_DUE]:
                # A new anchor is a new timer, even for a way that was already tried.
                m[timer + at.I_WAITING] = 0
                m[timer + at.I_SPENT] = 0
            m[timer + at.I_DUE] = due


# standing in a stage


@part
def stand(m: Memory, process: int, stage: int, since: int) -> None:
    """Let the case stand in a stage: its timers and its limit begin to run."""
    position, row = position_at(m, process), stage_row(m, stage)
    m[position + at.X_STAGE] = stage
    m[position + at.X_SINCE] = since
    m[position + at.X_SPENT] = 0
    m[position + at.X_REACHED] |= 1 << m[row + at.S_PLACE]
    for place in range(timer_count(m, process)):
        timer = timer_at(m, process, place)
        m[timer + at.I_DUE] = timer_due(m, process, timer_way(m, process, place))
        m[timer + at.I_WAITING] = 0
        m[timer + at.I_SPENT] = 0
        m[timer + at.I_FIRED] = at.UNKNOWN
    if m[row + at.S_LIMIT] >= 0 and since != at.UNKNOWN:
        expect_alert(m, process, stage, since)


@part
def expect_alert(m: Memory, process: int, stage: int, since: int) -> None:
    """Note the alert that comes if the case is still there at the limit."""
    row, seen = stage_row(m, stage), m[at.STAGE_STATE] + stage * at.STAGE_STATE_WIDTH
    told = written(m, since)
    m[seen + 1] = m[seen + 1] + 1 if m[seen] == told else 0
    m[seen] = told
    alert = m[at.TASK_COUNT]
    task = new_row(m, at.TASK_ROWS, at.TASK_WIDTH)
    due = add(m, since, m[row + at.S_LIMIT], 1)
    m[task + at.J_CASE] = m[at.CASE]
    m[task + at.J_KIND] = at.ALERT
    m[task + at.J_RULE] = process
    m[task + at.J_NUMBER] = stage
    m[task + at.J_ANCHOR] = since
    m[task + at.J_REPEATED] = m[seen + 1]
    m[task + at.J_PERSON] = person_for(m, m[row + at.S_LIMIT_PEOPLE])
    m[task + at.J_CREATED] = due
    m[task + at.J_DUE] = due
    m[task + at.J_WANTED] = at.UNKNOWN
    m[task + at.J_MOVED] = -1
    m[task + at.J_CLOSED] = at.UNKNOWN
    m[task + at.J_OUTCOME] = -1
    m[task + at.J_REASON] = -1
    m[task + at.J_ABOUT] = -1
    m[task + at.J_TEXT] = -1
    m[task + at.J_PLACED] = 0
    m[task + at.J_NEXT] = -1
    m[task + at.J_BEFORE] = -1
    m[task + at.J_LINE] = m[row + at.S_LIMIT_LINE]
    m[position_at(m, process) + at.X_ALERT] = alert


@part
def leave_stage(m: Memory, process: int) -> None:
    """End the wait for the stage's limit: an alert that was raised is closed, any other never was."""
    position = position_at(m, process)
    alert = m[position + at.X_ALERT]
    if alert < 0:
        return
    m[position + at.X_ALERT] = -1
    row = task_at(m, alert)
    if m[row + at.J_DUE] >= m[at.NOW]:
        m[row + at.J_KIND] = at.FORGOTTEN
        if alert == m[at.TASK_COUNT] - 1:
            m[at.TASK_COUNT] = alert
        return
    m[row + at.J_CLOSED] = m[at.NOW]
    m[row + at.J_OUTCOME] = 0
    m[row + at.J_REASON] = BY_LEFT_STAGE
    stage = m[row + at.J_NUMBER]
    note(m, STEP_ALERT_CLOSED, process, stage, -1, alert, BY_LEFT_STAGE, -1, m[row + at.J_LINE])


@part
def enter_stage(m: Memory, process: int, stage: int) -> None:
    """Enter a stage now."""
    stand(m, process, stage, m[at.NOW])
    if m[stage_row(m, stage) + at.S_END] != 0:
        cancel_at_end(m, process)
    start_entering(m, stage)


# taking a way


@part
def set_field(m: Memory, process: int, row: int) -> None:
    """Give a field a new value."""
    field, value = m[row + at.E_ABOUT], value_of(m, m[row + at.E_VALUE])
    cell = m[at.FIELD_STATE] + field
    changed = m[cell] != value
    m[cell] = value
    note(m, STEP_SET, process, -1, -1, field, BY_VALUE, value, m[row + at.E_LINE])
    if not changed:
        return
    m[m[at.VERSION_STATE] + field] += 1
    for other in range(m[at.PROCESSES]):
        anchor_again(m, other, -1, field)
    field_changed(m, field)


@part
def cause_of_now(m: Memory) -> int:
    """Give the number of what has caused the step at hand; it gets one when it emits for the first time."""
    if m[at.CAUSE] < 0:
        m[at.CAUSE] = new_cause(m)
    return m[at.CAUSE]


@part
def new_cause(m: Memory) -> int:
    """Give a new cause, which has emitted nothing yet; its number is the address of its counts.

    Before them stands its name among all cases: this one is known in no other case yet.
    """
    cells = room(m, m[at.EMITS] + 1)
    m[cells] = -1
    for emit in range(m[at.EMITS]):
        m[cells + 1 + emit] = 0
    return cells + 1


@part
def emits_in_a_loop(m: Memory, row: int) -> bool:
    """Count an event that is emitted at once: who does so because of another one sees its own loop."""
    cause = cause_of_now(m)
    m[at.CHAIN_TIME], m[at.CHAIN_CAUSE] = m[at.NOW], cause
    if m[at.ERROR] != at.FINE:
        return True
    counts = cause + m[row + at.E_NUMBER]
    m[counts] += 1
    return m[counts] > m[at.MOST_EMITTED]


@part
def emitted_values(m: Memory, kind: int, row: int) -> int:
    """Compute what an event for the same record carries; gives where it lies."""
    columns = m[m[at.KIND_TABLE] + kind * at.KIND_WIDTH + at.K_COLUMN_COUNT]
    values = room(m, max(columns, 1))
    for place in range(columns):
        m[values + place] = at.UNKNOWN
    for number in range(m[row + at.E_VALUE_COUNT]):
        cell = m[row + at.E_VALUES] + 2 * number
        m[values + m[cell]] = value_of(m, m[cell + 1])
    return values


@part
def arrival_time(m: Memory, row: int) -> int:
    """Give when an emitted event happens."""
    return m[at.NOW] if m[row + at.E_DELAY] < 0 else add(m, m[at.NOW], m[row + at.E_DELAY], 1)


@part
def emit(m: Memory, process: int, row: int) -> None:
    """Put an event for the same record into the queue."""
    kind, line = m[row + at.E_ABOUT], m[row + at.E_LINE]
    # What it carries is computed before the step is told, as any effect is.
    values = emitted_values(m, kind, row)
    note(m, STEP_EMIT, process, -1, -1, -1, BY_EMITTED, kind, line)
    time, cause = arrival_time(m, row), -1
    if time == m[at.NOW]:
        if emits_in_a_loop(m, row):
            if m[at.ERROR] == at.FINE:
                note(m, STEP_ERROR, -1, -1, -1, -1, BY_EMIT_LOOP, kind, line)
            return
        cause = m[at.CAUSE]
    queue(m, time, kind, values, cause, m[row + at.E_NUMBER])


@part
def send(m: Memory, process: int, row: int) -> None:
    """Send an event to the record that a field names."""
    number, line = m[row + at.E_ABOUT], m[row + at.E_LINE]
    note(m, STEP_EMIT, process, -1, -1, -1, BY_SENT, number, line)
    name, to = value_of(m, m[row + at.E_VALUE]), m[row + at.E_TO]
    if name == at.UNKNOWN:
        note(m, STEP_EMIT_LOST, -1, -1, -1, -1, BY_FIELD_UNKNOWN, number, line)
        return
    # Where the field changes, the name tells the place; else that stands beside it.
    receiver = value_of(m, to) if to >= 0 else m[m[m[at.RECEIVER_COLUMNS] - 1 - to] + name]
    if receiver < 0:
        note(m, STEP_EMIT_LOST, -1, -1, -1, -1, BY_NO_RECORD, (number << 32) + name, line)
        return
    time, cause = arrival_time(m, row), -1
    if time == m[at.NOW]:
        if emits_in_a_loop(m, row):
            if m[at.ERROR] == at.FINE:
                note(m, STEP_ERROR, -1, -1, -1, -1, BY_SENT_LOOP, number, line)
            return
        cause = m[at.CAUSE]
    own = m[row + at.E_OWN]
    if own >= 0 and receiver == m[at.CASE]:
        queue(m, time, own, emitted_values(m, own, row), cause, m[row + at.E_NUMBER])
        return
    if cause >= 0 and m[row + at.E_NEAR] != 0 and m[at.NEAR_AT] == m[at.NOW]:
        # It may come back at the same moment: in what order, only the reference executor says.
        m[at.ERROR] = at.HANDED
        return
    write_sent(m, row, receiver, time, cause)


@part
def write_sent(m: Memory, row: int, receiver: int, time: int, cause: int) -> None:
    """Write down an event for another case, and where its step stands among all of its moment."""
    found = new_row(m, at.SENT_ROWS, m[at.SENT_WIDTH])
    if m[at.ERROR] != at.FINE:
        return
    m[found + at.Z_CASE] = m[at.CASE]
    m[found + at.Z_SEND] = m[row + at.E_ABOUT]
    m[found + at.Z_TO] = receiver
    m[found + at.Z_TIME] = time
    m[found + at.Z_SENT] = m[at.NOW]
    m[found + at.Z_PHASE] = m[at.PHASE]
    m[found + at.Z_TURN] = m[at.TURN]
    m[found + at.Z_TURN_ROW] = m[at.TURN_ROW]
    m[found + at.Z_ROUND] = m[at.TURN_ROUND]
    m[found + at.Z_CAUSE] = -1
    m[found + at.Z_CAUSE_IS] = at.NO_CAUSE
    if cause >= 0:
        known = m[cause - 1]
        m[found + at.Z_CAUSE] = cause - m[at.ARENA] if known < 0 else known
        m[found + at.Z_CAUSE_IS] = at.OWN_CAUSE if known < 0 else at.OTHER_CAUSE
    for number in range(m[row + at.E_VALUE_COUNT]):
        m[found + at.SENT_VALUES + number] = value_of(m, m[m[row + at.E_VALUES] + 2 * number + 1])


@part
def queue(m: Memory, time: int, kind: int, values: int, cause: int, line: int) -> None:
    """Put an emitted event behind all that are queued for its time or before.

    Mostly that is not far behind what the same line has emitted last, so that nobody looks at all of them.
    """
    node = room(m, at.PENDING_WIDTH)
    if m[at.ERROR] != at.FINE:
        return
    m[node + at.B_TIME], m[node + at.B_KIND] = time, kind
    m[node + at.B_VALUES], m[node + at.B_CAUSE] = values, cause
    m[node + at.B_SENT], m[node + at.B_PHASE] = m[at.NOW], m[at.PHASE]
    m[node + at.B_TURN], m[node + at.B_ROUND] = m[at.TURN], m[at.TURN_ROUND]
    m[node + at.B_FOREIGN], m[node + at.B_LATE], m[node + at.B_NEAR], m[node + at.B_RANK] = 0, 0, 0, -1
    before, after, latest = -1, m[at.PENDING], m[m[at.LATEST_SENT] + line]
    if latest != 0 and m[latest + at.B_NEXT] != at.HAPPENED and m[latest + at.B_TIME] <= time:
        before, after = latest, m[latest + at.B_NEXT]
    m[m[at.LATEST_SENT] + line] = node
    while after >= 0 and goes_before(m, after, node):
        before, after = after, m[after + at.B_NEXT]
    m[node + at.B_NEXT] = after
    if before < 0:
        m[at.PENDING] = node
    else:
        m[before + at.B_NEXT] = node


@part
def goes_before(m: Memory, waits: int, comes: int) -> bool:
    """Say whether an event that waits goes before one that the case has just sent to itself.

    What other cases send is known beforehand, though it may be sent later than what comes.
    """
    if m[waits + at.B_TIME] != m[comes + at.B_TIME] or m[waits + at.B_FOREIGN] == 0:
        return m[waits + at.B_TIME] <= m[comes + at.B_TIME]
    if m[waits + at.B_SENT] != m[comes + at.B_SENT]:
        return m[waits + at.B_SENT] < m[comes + at.B_SENT]
    one, other = m[waits + at.B_PHASE], m[comes + at.B_PHASE]
    if min(one, at.BY_DUE) != min(other, at.BY_DUE):
        return one < other
    if one == at.BY_DUE and other == at.BY_DUE and m[waits + at.B_TURN] != m[comes + at.B_TURN]:
        return m[waits + at.B_TURN] < m[comes + at.B_TURN]
    # Sent in the same stretch of the same moment: only the reference executor knows which was first.
    m[at.ERROR] = at.HANDED
    return True


@part
def take(m: Memory, process: int, way: int, reason: int, about: int) -> None:
    """Leave the stage, let the effects happen in order, enter the target."""
    row, position = way_row(m, way), position_at(m, process)
    target = m[row + at.W_TARGET]
    kind = STEP_STAY if target < 0 else STEP_MOVE
    note(m, kind, process, m[position + at.X_STAGE], target, -1, reason, about, m[row + at.W_LINE])
    if target >= 0:
        leave_stage(m, process)
    for number in range(m[row + at.W_EFFECT_COUNT]):
        found = m[row + at.W_EFFECTS] + number * at.EFFECT_WIDTH
        if m[found + at.E_KIND] == at.E_SET:
            set_field(m, process, found)
        elif m[found + at.E_KIND] == at.E_EMIT:
            emit(m, process, found)
        else:
            send(m, process, found)
    if target >= 0:
        enter_stage(m, process, target)


@part
def step_allowed(m: Memory, process: int, way: int, again: bool) -> bool:
    """Stop a loop of automatic steps at one moment after as many as the process has stages."""
    if m[way_row(m, way) + at.W_TARGET] < 0 and not again:
        return True
    position = position_at(m, process)
    m[position + at.X_STEPS] += 1
    if m[position + at.X_STEPS] <= m[m[at.PROCESS_TABLE] + process * at.PROCESS_WIDTH + at.P_STAGES]:
        return True
    m[position + at.X_STUCK] = 1
    # The line of a stage is found by whoever tells the story.
    note(m, STEP_ERROR, process, m[position + at.X_STAGE], -1, -1, BY_LOOP, -1, -1)
    return False


@part
def take_condition(m: Memory, process: int, way: int) -> bool:
    """Take a `when` way if its guard holds."""
    position, row = position_at(m, process), way_row(m, way)
    if m[position + at.X_STUCK] != 0 or holds(m, m[row + at.W_GUARD]) != 1:
        return False
    if not step_allowed(m, process, way, False):
        return False
    if m[row + at.W_TARGET] < 0:
        m[position + at.X_SPENT] |= 1 << m[row + at.W_PLACE]
    take(m, process, way, BY_CONDITION, way)
    return True


@part
def automatic_once(m: Memory, process: int) -> bool:
    """Take the first `when` way of the present stage that holds."""
    position = position_at(m, process)
    stage = stage_row(m, m[position + at.X_STAGE])
    for number in range(m[stage + at.S_AUTOMATIC_COUNT]):
        way = m[m[stage + at.S_AUTOMATIC] + number]
        if (m[position + at.X_SPENT] >> m[way_row(m, way) + at.W_PLACE]) & 1:
            continue
        if take_condition(m, process, way):
            return True
    return False


@part
def has_conditions(m: Memory, process: int) -> bool:
    """Say whether the present stage has `when` ways at all."""
    return m[stage_row(m, m[position_at(m, process) + at.X_STAGE]) + at.S_AUTOMATIC_COUNT] > 0


@part
def automatic(m: Memory, process: int) -> bool:
    """Take `when` ways until none holds, each time the first of the text."""
    changed, position = False, position_at(m, process)
    while (
        m[at.ERROR] == at.FINE
        and m[position + at.X_STAGE] >= 0
        and m[position + at.X_SINCE] != at.UNKNOWN
        and automatic_once(m, process)
    ):
        changed = True
    return changed


@part
def fire(m: Memory, process: int, place: int) -> bool:
    """Take the way of a timer that is due, unless its guard does not hold: then it waits."""
    timer, way = timer_at(m, process, place), timer_way(m, process, place)
    row = way_row(m, way)
    waiting = holds(m, m[row + at.W_GUARD]) != 1
    m[timer + at.I_WAITING] = 1 if waiting else 0
    if waiting:
        m[at.WAITS] = 1
        return False
    again = m[timer + at.I_FIRED] == m[at.NOW]
    if not step_allowed(m, process, way, again):
        return False
    m[timer + at.I_SPENT] = 1 if m[row + at.W_TARGET] < 0 else 0
    m[timer + at.I_FIRED] = m[at.NOW]
    take(m, process, way, BY_TIMER, way)
    return True


@part
def waiting_timers(m: Memory, process: int) -> bool:
    """Look again at timers whose guard did not hold when they were due, the earliest due first."""
    if m[position_at(m, process) + at.X_STUCK] != 0:
        return False
    last_due, last_place = at.UNKNOWN, -1
    while m[at.ERROR] == at.FINE:
        # The next one in order behind the last one tried; those that are tried stay as they are.
        chosen, chosen_due = -1, at.INFINITE
        for place in range(timer_count(m, process)):
            timer = timer_at(m, process, place)
            if m[timer + at.I_WAITING] == 0 or m[timer + at.I_SPENT] != 0:
                continue
            due = m[timer + at.I_DUE]
            if due == at.UNKNOWN:
                due = 0
            behind = due > last_due or (due == last_due and place > last_place)
            if behind and (chosen < 0 or due < chosen_due):
                chosen, chosen_due = place, due
        if chosen < 0:
            return False
        if fire(m, process, chosen):
            return True
        last_due, last_place = chosen_due, chosen
    return False


# what follows from a change


@part
def update(m: Memory) -> None:
    """Cancel tasks, plan those to come, open and withdraw offers, as the new state has it."""
    if m[at.AGAIN_COUNT] > 0:
        go_on(m)
    if m[at.ASKED_COUNT] > 0:
        recheck(m)
    if m[at.CAPS] > 0:
        arrange(m)
    if m[at.OFFERS] > 0:
        update_offers(m)


@part
def settle(m: Memory) -> None:
    """Take what has become possible until nothing more changes, then update tasks and offers."""
    changed = True
    while changed and m[at.ERROR] == at.FINE:
        changed = False
        for process in range(m[at.PROCESSES]):
            if has_conditions(m, process) and automatic(m, process):
                changed = True
            # Once any timer of the case has waited.
            if m[at.WAITS] != 0 and waiting_timers(m, process):
                changed = True
    m[at.MORE_DUE] = 0
    update(m)


# appearing


@part
def place_all(m: Memory, since: int) -> None:
    """Put the record's cases into their start stages without a story."""
    for process in range(m[at.PROCESSES]):
        stand(m, process, m[m[at.PROCESS_TABLE] + process * at.PROCESS_WIDTH + at.P_START], since)


@part
def start(m: Memory, now: int, reason: int, about: int) -> None:
    """Let the record appear: each case enters its start stage."""
    m[at.STARTED] = now
    m[at.NOW] = now
    place_all(m, now)
    for process in range(m[at.PROCESSES]):
        stage = m[position_at(m, process) + at.X_STAGE]
        note(m, STEP_START, process, -1, stage, -1, reason, about, -1)
    start_record(m)
    for process in range(m[at.PROCESSES]):
        stage = m[position_at(m, process) + at.X_STAGE]
        if m[stage_row(m, stage) + at.S_END] != 0:
            cancel_at_end(m, process)
        start_entering(m, stage)
    settle(m)


# events


@part
def why_not(m: Memory, way: int) -> None:
    """Say why a guard did not let an event through: false, or unknown because of what."""
    guard = m[way_row(m, way) + at.W_GUARD]
    unknown = -1
    if holds(m, guard) == at.UNKNOWN:
        unknown = 0
        row = m[at.GUARD_TABLE] + guard * at.GUARD_WIDTH
        for number in range(m[row + at.G_SOURCE_COUNT]):
            if is_unknown(
                m, m[m[row + at.G_SOURCES] + 2 * number], m[m[row + at.G_SOURCES] + 2 * number + 1]
            ):
                unknown |= 1 << number
    found = new_row(m, at.WHY_ROWS, at.WHY_WIDTH)
    m[found], m[found + 1] = way, unknown


@part
def is_unknown(m: Memory, guard: int, fraction: int) -> bool:
    """Say whether a part of a guard is unknown; a mean of nothing has the divisor 0."""
    value = value_of(m, guard)
    return value == at.UNKNOWN or (fraction != 0 and m[m[at.STACK] + 1] == 0)


@part
def knows(m: Memory, process: int, kind: int) -> bool:
    """Say whether any way of a process waits for a kind of event."""
    row = m[at.PROCESS_TABLE] + process * at.PROCESS_WIDTH
    return m[m[row + at.P_KNOWS] + kind] != 0


@part
def transitions(m: Memory, kind: int) -> None:
    """Offer the event to each case: the first way that matches and whose guard is true is taken."""
    awaited, somebody_knows, missed = False, False, False
    for process in range(m[at.PROCESSES]):
        position = position_at(m, process)
        stage = m[position + at.X_STAGE]
        cell = m[at.ON_TABLE] + 2 * (stage * m[at.KINDS] + kind)
        first, count = m[cell], m[cell + 1]
        taken = -1
        for number in range(count):
            if holds(m, m[way_row(m, m[first + number]) + at.W_GUARD]) == 1:
                taken = m[first + number]
                break
        m[position + at.X_MISSED] = -1
        if count > 0:
            awaited = True
        if taken >= 0:
            take(m, process, taken, BY_EVENT, kind)
            if has_conditions(m, process):
                automatic(m, process)
            continue
        m[position + at.X_MISSED] = stage
        m[position + at.X_WHY] = m[at.WHY_COUNT]
        missed = True
        if count > 0:
            for number in range(count):
                why_not(m, m[first + number])
        elif knows(m, process, kind):
            somebody_knows = True
    if missed:
        record_deviations(m, kind, awaited, somebody_knows)


@part
def record_deviations(m: Memory, kind: int, awaited: bool, somebody_knows: bool) -> None:
    """Keep what nobody waited for; among several processes only those that know the event speak of it."""
    for process in range(m[at.PROCESSES]):
        position = position_at(m, process)
        stage = m[position + at.X_MISSED]
        if stage < 0:
            continue
        ways = m[m[at.ON_TABLE] + 2 * (stage * m[at.KINDS] + kind) + 1]
        if awaited:
            if ways == 0:
                continue
        elif somebody_knows and not knows(m, process, kind):
            continue
        number = m[at.DEVIATION_COUNT]
        row = new_row(m, at.DEVIATION_ROWS, at.DEVIATION_WIDTH)
        m[row] = m[at.CASE]
        m[row + 1] = m[at.NOW]
        m[row + 2] = process
        m[row + 3] = stage
        m[row + 4] = kind
        m[row + 5] = 1 if ways > 0 else 0
        m[row + 6] = m[at.EVENT_ROW]
        m[row + 7] = m[position + at.X_WHY]
        m[row + 8] = ways
        m[row + 9] = m[at.EFFECTS_FROM]
        m[row + 10] = m[at.EFFECT_COUNT] - m[at.EFFECTS_FROM]
        line = m[m[at.KIND_TABLE] + kind * at.KIND_WIDTH + at.K_LINE]
        note(
            m,
            STEP_NEAR_MISS if ways > 0 else STEP_DEVIATION,
            process,
            stage,
            -1,
            -1,
            BY_DEVIATION,
            number,
            line,
        )


@part
def take_in(m: Memory, kind: int, row: int) -> int:
    """Put an event into the history of its kind; `row` is one of the frame, or minus where its values lie."""
    state = m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH
    event = row
    if m[m[at.KIND_TABLE] + kind * at.KIND_WIDTH + at.K_EMITTED] != 0:
        event = room(m, at.NODE_WIDTH)
        m[event], m[event + 1], m[event + 2] = m[at.NOW], row, -1
        if m[state + at.N_LAST] >= 0:
            m[m[state + at.N_LAST] + 2] = event
    if m[state + at.N_FIRST] < 0:
        m[state + at.N_FIRST] = event
    m[state + at.N_LAST] = event
    return event


@part
def step_event(m: Memory, kind: int, row: int, again: bool) -> None:
    """Let an event happen to the record now; `again`: it belongs to what the last one has led to."""
    event = take_in(m, kind, row)
    if m[at.ERROR] != at.FINE:
        return
    m[at.EVENT_KIND], m[at.EVENT], m[at.EVENT_ROW] = kind, event, max(row, -1)
    m[at.EFFECTS_FROM] = m[at.EFFECT_COUNT]
    row_of_kind = m[at.KIND_TABLE] + kind * at.KIND_WIDTH
    if m[row_of_kind + at.K_TAKE_COUNT] > 0:
        take_event(m, kind)
    if m[row_of_kind + at.K_OFFER_COUNT] > 0:
        offers_take_event(m, kind)
    for process in range(m[at.PROCESSES]):
        if not again:
            position = position_at(m, process)
            m[position + at.X_STEPS] = 0
            m[position + at.X_STUCK] = 0
        anchor_again(m, process, kind, -1)
    deviations = m[at.DEVIATION_COUNT]
    transitions(m, kind)
    if m[at.DEVIATION_COUNT] == deviations:
        m[at.EFFECT_COUNT] = m[at.EFFECTS_FROM]
    if m[row_of_kind + at.K_START_COUNT] > 0:
        start_event(m, kind)
    settle(m)


# time


@part
def next_due(m: Memory) -> int:
    """Give the next moment at which time alone does something to the record."""
    earliest = m[at.NOW] if m[at.MORE_DUE] != 0 else at.INFINITE
    for process in range(m[at.PROCESSES]):
        position = position_at(m, process)
        stage = m[position + at.X_STAGE]
        if stage < 0 or m[position + at.X_SINCE] == at.UNKNOWN or m[position + at.X_STUCK] != 0:
            continue
        for place in range(timer_count(m, process)):
            timer = timer_at(m, process, place)
            due = m[timer + at.I_DUE]
            if m[timer + at.I_SPENT] != 0 or due == at.UNKNOWN:
                continue
            if m[timer + at.I_WAITING] != 0:
                due = next_change(m, m[way_row(m, timer_way(m, process, place)) + at.W_GUARD])
            earliest = min(earliest, due)
        row = stage_row(m, stage)
        for number in range(m[row + at.S_AUTOMATIC_COUNT]):
            way = way_row(m, m[m[row + at.S_AUTOMATIC] + number])
            if not (m[position + at.X_SPENT] >> m[way + at.W_PLACE]) & 1:
                earliest = min(earliest, next_change(m, m[way + at.W_GUARD]))
    if m[at.OFFERS] > 0:
        earliest = min(earliest, next_offer_change(m))
    if m[at.TIMED_COUNT] > 0:
        earliest = min(earliest, next_rule_change(m))
    return earliest


@part
def take_due(m: Memory, moment: int) -> bool:
    """Take the first way that is due by a moment: earliest due time first, then the order of the text."""
    # Each candidate: when, process, place in the text, its timer or -1, its way.
    count, now, found = 0, m[at.NOW], m[at.CANDIDATES]
    for process in range(m[at.PROCESSES]):
        position = position_at(m, process)
        stage = m[position + at.X_STAGE]
        if stage < 0 or m[position + at.X_STUCK] != 0 or m[position + at.X_SINCE] == at.UNKNOWN:
            continue
        row = stage_row(m, stage)
        if moment >= now:
            for number in range(m[row + at.S_AUTOMATIC_COUNT]):
                way = m[m[row + at.S_AUTOMATIC] + number]
                if not (m[position + at.X_SPENT] >> m[way_row(m, way) + at.W_PLACE]) & 1:
                    count = candidate(m, found, count, now, process, way, -1)
        for place in range(m[row + at.S_TIMER_COUNT]):
            timer = timer_at(m, process, place)
            due = m[timer + at.I_DUE]
            if due != at.UNKNOWN and due <= moment and m[timer + at.I_SPENT] == 0:
                count = candidate(m, found, count, due, process, timer_way(m, process, place), place)
    taken = False
    for number in range(count):
        cell = found + 5 * number
        process, place, way = m[cell + 1], m[cell + 3], m[cell + 4]
        taken = fire(m, process, place) if place >= 0 else take_condition(m, process, way)
        if taken or m[at.ERROR] != at.FINE:
            if m[way_row(m, way) + at.W_TARGET] >= 0:
                automatic(m, process)
            break
    return taken


@part
def candidate(m: Memory, found: int, count: int, due: int, process: int, way: int, place: int) -> int:
    """Put what is due among the others, in its order; gives how many there are."""
    index = m[way_row(m, way) + at.W_PLACE]
    number = count
    while number > 0:
        cell = found + 5 * (number - 1)
        if m[cell] < due or (
            m[cell] == due and (m[cell + 1] < process or (m[cell + 1] == process and m[cell + 2] < index))
        ):
            break
        for part_of in range(5):
            m[cell + 5 + part_of] = m[cell + part_of]
        number -= 1
    cell = found + 5 * number
    m[cell], m[cell + 1], m[cell + 2], m[cell + 3], m[cell + 4] = due, process, index, place, way
    return count + 1


@part
def step_due(m: Memory, now: int) -> None:
    """Let everything happen that falls due for the record at this moment."""
    if now > m[at.NOW]:
        m[at.NOW] = now
        for process in range(m[at.PROCESSES]):
            m[position_at(m, process) + at.X_STEPS] = 0
    if m[at.OFFERS] > 0:
        expire(m)
    if take_due(m, now):
        m[at.MORE_DUE] = 1
        # An event that this step emitted at once goes before whatever else is due now.
        update(m)
    else:
        settle(m)
