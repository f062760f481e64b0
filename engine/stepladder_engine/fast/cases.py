"""The kernel's loop: one case after another, each from its first moment to the moment of the run.

Everything here is the queue of `runtime.schedule` for one record that sends events to itself only.
"""

from __future__ import annotations

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.clock import Memory, add
from stepladder_engine.fast.evaluate import begin_tally, holds, next_change, value_of
from stepladder_engine.fast.parts import part
from stepladder_engine.fast.rows import BY_APPEARING, BY_FIRST_EVENT, new_row
from stepladder_engine.fast.steps import (
    new_cause,
    next_due,
    place_all,
    position_at,
    stage_row,
    start,
    step_due,
    step_event,
    timer_at,
    timer_count,
    timer_way,
    way_row,
)
from stepladder_engine.fast.tasks import rule_row, rule_state


@part
def begin_case(m: Memory, case: int) -> None:
    """Forget the case before, and take up the fields and the events of this one."""
    for cell in range(m[at.CELLS], m[at.STACK]):
        m[cell] = 0
    m[at.ERROR] = at.FINE
    m[at.CASE] = m[at.CASE_FIRST] + case
    m[at.NOW] = 0
    m[at.STARTED] = at.UNKNOWN
    m[at.DUE] = at.INFINITE
    m[at.MORE_DUE] = 0
    m[at.TASKS_CHANGED] = 0
    m[at.LATEST_DONE] = at.UNKNOWN
    m[at.OWN_STEPS] = 0
    m[at.WAITS] = 0
    m[at.EVENT_KIND], m[at.EVENT], m[at.EVENT_ROW] = -1, -1, -1
    m[at.CAUSE], m[at.CHAIN_TIME], m[at.CHAIN_CAUSE] = -1, at.UNKNOWN, -1
    m[at.PHASE], m[at.TURN], m[at.TURN_ROW], m[at.TURN_ROUND], m[at.ROUNDS] = at.BY_DATA, -1, -1, 0, 0
    m[at.OWNER] = m[at.FIRST_OWNER] + m[at.CASE]
    m[at.ECHO_AT], m[at.ECHO_TURN], m[at.ECHO_ROUND] = at.UNKNOWN, -1, -1
    m[at.NEAR_AT] = at.UNKNOWN
    m[at.ARENA_USED] = 0
    await_arrivals(m, case)
    m[at.FIRST_TASK], m[at.FIRST_OFFER] = m[at.TASK_COUNT], m[at.OFFER_COUNT]
    for field in range(m[at.FIELDS]):
        column = m[m[at.FIELD_COLUMNS] + field]
        m[m[at.FIELD_STATE] + field] = at.UNKNOWN if column < 0 else m[column + case]
    for process in range(m[at.PROCESSES]):
        position = position_at(m, process)
        m[position + at.X_STAGE] = -1
        m[position + at.X_SINCE] = at.UNKNOWN
        m[position + at.X_ALERT] = -1
    for stage in range(m[at.STAGES]):
        m[m[at.STAGE_STATE] + stage * at.STAGE_STATE_WIDTH] = at.UNKNOWN
    for tally in range(m[at.TALLIES]):
        begin_tally(m, tally)
    for rule in range(m[at.RULES]):
        state = rule_state(m, rule)
        m[state + at.Q_HEAD], m[state + at.Q_TAIL], m[state + at.Q_CANONICAL] = -1, -1, at.UNKNOWN
    for offer in range(m[at.OFFERS]):
        state = m[at.OFFER_STATE] + offer * at.OFFER_STATE_WIDTH
        m[state + at.U_OPEN], m[state + at.U_WAITS] = -1, at.INFINITE
    for kind in range(m[at.KINDS]):
        state = m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH
        starts = m[m[at.START_COLUMNS] + kind] + case
        m[state + at.N_START], m[state + at.N_NEXT], m[state + at.N_END] = m[starts], m[starts], m[starts + 1]
        m[state + at.N_FIRST], m[state + at.N_LAST] = -1, -1
        look_at_head(m, kind)


@part
def await_arrivals(m: Memory, case: int) -> None:
    """Let the events wait that other cases have sent to this one, in their order."""
    first, last = m[m[at.ARRIVAL_COLUMN] + case], m[m[at.ARRIVAL_COLUMN] + case + 1]
    width = m[at.ARRIVAL_WIDTH]
    m[at.PENDING] = -1 if first == last else m[at.ARRIVALS] + first * width
    for row in range(first, last):
        node = m[at.ARRIVALS] + row * width
        back = m[node + at.B_BACK]
        m[node + at.B_NEXT] = -1 if row + 1 == last else node + width
        m[node + at.B_CAUSE] = -1 if back < 0 else node - back * width + at.B_COUNTS
        m[node + at.B_VALUES] = node + at.B_COUNTS + m[at.EMITS]
        for emit in range(m[at.EMITS]):
            m[node + at.B_COUNTS + emit] = 0


@part
def look_at_head(m: Memory, kind: int) -> None:
    """Note when the next event of a kind happens."""
    state = m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH
    row = m[state + at.N_NEXT]
    time = at.INFINITE if row >= m[state + at.N_END] else m[m[m[at.TIME_COLUMNS] + kind] + row]
    m[m[at.HEAD_STATE] + kind] = time


@part
def happen(m: Memory, kind: int, row: int, time: int, again: bool) -> None:
    """Let an event happen; a record that has not appeared yet does."""
    if m[at.STARTED] == at.UNKNOWN:
        start(m, time, BY_FIRST_EVENT, kind)
    m[at.NOW] = time
    step_event(m, kind, row, again)
    m[at.DUE] = next_due(m)


@part
def happen_emitted(m: Memory) -> None:
    """Let the first of the emitted events happen."""
    node = m[at.PENDING]
    m[at.PENDING] = m[node + at.B_NEXT]
    m[node + at.B_NEXT] = at.HAPPENED
    cause = m[node + at.B_CAUSE]
    again = cause >= 0 and m[at.CHAIN_CAUSE] == cause
    m[at.CAUSE] = cause if cause >= 0 else new_cause(m)
    m[at.CHAIN_TIME], m[at.CHAIN_CAUSE] = m[node + at.B_TIME], m[at.CAUSE]
    stand_in_queue(m, node)
    happen(m, m[node + at.B_KIND], -m[node + at.B_VALUES], m[node + at.B_TIME], again)
    if m[node + at.B_FOREIGN] == 0:
        count_own_step(m)


@part
def count_own_step(m: Memory) -> None:
    """Leave a case that moves by itself for ever to the reference executor, which stops it."""
    m[at.OWN_STEPS] += 1
    if m[at.OWN_STEPS] >= m[at.MOST_OWN_STEPS] and m[at.ERROR] == at.FINE:
        m[at.ERROR] = at.HANDED


@part
def stand_in_queue(m: Memory, node: int) -> None:
    """Note where the step that an emitted event leads to stands among all of its moment."""
    time, phase = m[node + at.B_TIME], m[node + at.B_PHASE]
    m[at.PHASE], m[at.TURN], m[at.TURN_ROW], m[at.TURN_ROUND] = at.BY_QUEUE, m[node + at.B_RANK], -1, 0
    if m[node + at.B_SENT] != time:
        return
    if m[node + at.B_NEAR] != 0:
        m[at.NEAR_AT] = time
    if phase >= at.BY_DUE:
        m[at.PHASE], m[at.TURN], m[at.TURN_ROUND] = phase, m[node + at.B_TURN], m[node + at.B_ROUND]
        if m[node + at.B_FOREIGN] != 0:
            m[at.ECHO_AT], m[at.ECHO_TURN], m[at.ECHO_ROUND] = time, m[at.TURN], m[at.TURN_ROUND]


@part
def has_to_wait(m: Memory, node: int) -> bool:
    """Say whether what falls due in this case goes before an event of the same moment from another case.

    That one was sent when something fell due there, which comes later; what that sent besides does not wait.
    """
    same = m[at.ECHO_TURN] == m[node + at.B_TURN] and m[at.ECHO_ROUND] == m[node + at.B_ROUND]
    return m[node + at.B_LATE] != 0 and not (same and m[at.ECHO_AT] == m[node + at.B_TIME])


@part
def fall_due(m: Memory) -> None:
    """Let what is due happen."""
    due, now = m[at.DUE], max(m[at.DUE], m[at.NOW])
    # A way that is due at once after an emitted event is a link of the same chain.
    m[at.CAUSE] = m[at.CHAIN_CAUSE] if m[at.CHAIN_TIME] == now else -1
    if due == now:
        # What was due earlier still belongs to the step before it.
        m[at.ROUNDS] += 1
        echoes = m[at.ECHO_AT] == now and m[at.OWNER] < m[at.ECHO_TURN]
        m[at.PHASE] = at.BY_ECHO if echoes else at.BY_DUE
        m[at.TURN], m[at.TURN_ROW], m[at.TURN_ROUND] = m[at.OWNER], -1, m[at.ROUNDS]
    step_due(m, due)
    if m[at.MORE_DUE] != 0:
        count_own_step(m)
    m[at.DUE] = next_due(m)


@part
def run_case(m: Memory, case: int) -> None:
    """Let everything happen to a case up to and including the run's moment."""
    until = m[at.UNTIL]
    appears = m[m[at.SINCE_COLUMN] + case]
    if appears == at.UNKNOWN:
        appears = at.INFINITE
    kinds, heads = m[at.KINDS], m[at.HEAD_STATE]
    while m[at.ERROR] == at.FINE:
        kind, time = -1, appears
        for number in range(kinds):
            if m[heads + number] < time:
                kind, time = number, m[heads + number]
        node, due = m[at.PENDING], m[at.DUE]
        emitted = node >= 0 and m[node + at.B_TIME] < time
        if emitted:
            time = m[node + at.B_TIME]
        # At exactly the same moment the event goes first.
        if time < due or (time == due and not (emitted and has_to_wait(m, node))):
            if time > until or time == at.INFINITE:
                break
            if emitted:
                happen_emitted(m)
                continue
            m[at.CAUSE] = -1
            m[at.PHASE], m[at.TURN], m[at.TURN_ROW], m[at.TURN_ROUND] = at.BY_DATA, kind, -1, 0
            if kind < 0:
                appears = at.INFINITE
                if m[at.STARTED] == at.UNKNOWN:
                    start(m, time, BY_APPEARING, -1)
                    m[at.DUE] = next_due(m)
                continue
            state = m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH
            row = m[state + at.N_NEXT]
            m[state + at.N_NEXT] = row + 1
            m[at.TURN_ROW] = row
            look_at_head(m, kind)
            happen(m, kind, row, time, False)
            continue
        if due > until:
            break
        fall_due(m)


# what time alone will still do


@part
def first_moment(m: Memory, guard: int, begins: int) -> int:
    """Give the first moment, from one on, at which a guard holds, as far as it can be seen."""
    for tally in range(m[at.TALLIES]):
        begin_tally(m, tally)
    moment = begins
    for _ in range(at.LOOKS):
        if moment == at.INFINITE or m[at.ERROR] != at.FINE:
            break
        m[at.NOW] = moment
        if holds(m, guard) == 1:
            return moment
        moment = next_change(m, guard)
    return at.INFINITE


@part
def look_ahead(m: Memory, process: int, row: int) -> None:
    """Find the first timer or condition of the stage that will be followed, and where it leads."""
    position, now = position_at(m, process), m[at.UNTIL]
    best, best_place, best_target = at.INFINITE, 0, -1
    if (
        m[position + at.X_STAGE] >= 0
        and m[position + at.X_SINCE] != at.UNKNOWN
        and m[position + at.X_STUCK] == 0
    ):
        stage = stage_row(m, m[position + at.X_STAGE])
        timers = timer_count(m, process)
        for number in range(timers + m[stage + at.S_AUTOMATIC_COUNT]):
            begins = now
            if number < timers:
                timer, way = timer_at(m, process, number), timer_way(m, process, number)
                if m[timer + at.I_DUE] == at.UNKNOWN or m[timer + at.I_SPENT] != 0:
                    continue
                begins = max(now, m[timer + at.I_DUE])
            else:
                way = m[m[stage + at.S_AUTOMATIC] + number - timers]
                if (m[position + at.X_SPENT] >> m[way_row(m, way) + at.W_PLACE]) & 1:
                    continue
            place, target = m[way_row(m, way) + at.W_PLACE], m[way_row(m, way) + at.W_TARGET]
            moment = first_moment(m, m[way_row(m, way) + at.W_GUARD], begins)
            if moment < best or (moment == best and moment < at.INFINITE and place < best_place):
                best, best_place = moment, place
                best_target = m[position + at.X_STAGE] if target < 0 else target
    m[row] = at.UNKNOWN if best == at.INFINITE else best
    m[row + 1] = best_target


@part
def comes_again(m: Memory, rule: int) -> bool:
    """Say whether a rule lasts until its next task comes into being."""
    table, state = rule_row(m, rule), rule_state(m, rule)
    for tally in range(m[at.TALLIES]):
        begin_tally(m, tally)
    m[at.NOW] = m[at.UNTIL]
    for _ in range(at.LOOKS):
        moment = m[state + at.Q_LATEST]
        moment = min(moment, next_change(m, m[table + at.R_CONDITION]))
        moment = min(moment, next_change(m, m[table + at.R_UNTIL]))
        m[at.NOW] = moment
        until = m[table + at.R_UNTIL]
        if (until >= 0 and value_of(m, until) == 1) or holds(m, m[table + at.R_CONDITION]) != 1:
            return False
        if m[at.NOW] >= m[state + at.Q_LATEST] or m[at.ERROR] != at.FINE:
            break
    return True


@part
def next_repetition(m: Memory, row: int) -> None:
    """Find the first task that will come into being by itself, of the rules that come again and again."""
    best, best_rule = at.INFINITE, -1
    for rule in range(m[at.RULES]):
        table, state = rule_row(m, rule), rule_state(m, rule)
        if m[state + at.Q_SERIES] == 0 or m[table + at.R_HAS_ROLE] == 0 or not comes_again(m, rule):
            continue
        moment = add(m, m[state + at.Q_BEGINS], m[table + at.R_AGAIN], m[state + at.Q_TIMES] + 1)
        if (
            best_rule < 0
            or moment < best
            or (moment == best and m[table + at.R_NAME_RANK] < m[rule_row(m, best_rule) + at.R_NAME_RANK])
        ):
            best, best_rule = moment, rule
    m[row] = at.UNKNOWN if best_rule < 0 else best
    m[row + 1] = best_rule


@part
def next_sent(m: Memory, row: int) -> None:
    """Find the next event that the spec itself has sent to the record for later."""
    best, best_kind, node = at.INFINITE, -1, m[at.PENDING]
    while node >= 0:
        time, kind = m[node + at.B_TIME], m[node + at.B_KIND]
        rank = m[m[at.KIND_TABLE] + kind * at.KIND_WIDTH + at.K_NAME_RANK]
        if time > m[at.UNTIL] and (
            best_kind < 0
            or time < best
            or (time == best and rank < m[m[at.KIND_TABLE] + best_kind * at.KIND_WIDTH + at.K_NAME_RANK])
        ):
            best, best_kind = time, kind
        node = m[node + at.B_NEXT]
    m[row] = at.UNKNOWN if best_kind < 0 else best
    m[row + 1] = best_kind


@part
def keep_state(m: Memory) -> None:
    """Keep what only the rebuilding of the whole record needs."""
    put(m, m[at.CASE])
    for process in range(m[at.PROCESSES]):
        position = position_at(m, process)
        put(m, m[position + at.X_REACHED])
        put(m, m[position + at.X_SPENT])
        for place in range(timer_count(m, process)):
            timer = timer_at(m, process, place)
            for cell in range(at.TIMER_WIDTH):
                put(m, m[timer + cell])
    for rule in range(m[at.RULES]):
        for cell in range(at.Q_SERIES, at.Q_LATEST + 1):
            put(m, m[rule_state(m, rule) + cell])
    node, count = m[at.PENDING], 0
    while node >= 0:
        count, node = count + 1, m[node + at.B_NEXT]
    put(m, count)
    node = m[at.PENDING]
    while node >= 0:
        put(m, m[node + at.B_TIME])
        put(m, m[node + at.B_KIND])
        node = m[node + at.B_NEXT]
    for kind in range(m[at.KINDS]):
        keep_history(m, kind)


@part
def keep_history(m: Memory, kind: int) -> None:
    """Keep the history of a kind of event: rows of the frame, and what the spec itself has sent."""
    state, table = m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH, m[at.KIND_TABLE] + kind * at.KIND_WIDTH
    if m[table + at.K_EMITTED] == 0:
        put(m, m[state + at.N_NEXT] - m[state + at.N_START])
        return
    node, count = m[state + at.N_FIRST], 0
    while node >= 0:
        count, node = count + 1, m[node + 2]
    put(m, count)
    node = m[state + at.N_FIRST]
    while node >= 0:
        put(m, m[node])
        put(m, m[node + 1] - m[state + at.N_START] if m[node + 1] >= 0 else -1)
        if m[node + 1] < 0:
            for column in range(m[table + at.K_COLUMN_COUNT]):
                put(m, m[column - m[node + 1]])
        node = m[node + 2]


@part
def put(m: Memory, value: int) -> None:
    """Keep one number."""
    m[new_row(m, at.STATE_ROWS, 1)] = value


@part
def exists(m: Memory, case: int) -> bool:
    """Say whether a record exists at the run's moment; one without a beginning stands there since ever."""
    if m[at.STARTED] != at.UNKNOWN:
        return True
    if m[m[at.SOURCED_COLUMN] + case] == 0 or m[m[at.SINCE_COLUMN] + case] != at.UNKNOWN:
        return False
    place_all(m, at.UNKNOWN)
    return True


@part
def end_case(m: Memory, case: int) -> None:
    """Write a case's last row."""
    row = new_row(m, at.FINAL_ROWS, m[at.FINAL_WIDTH])
    if not exists(m, case):
        m[row] = at.ABSENT
        return
    m[row] = at.PRESENT
    m[row + 1] = m[at.STARTED]
    cell = row + at.FINAL_POSITIONS
    for process in range(m[at.PROCESSES]):
        position = position_at(m, process)
        m[cell] = m[position + at.X_STAGE]
        m[cell + 1] = m[position + at.X_SINCE]
        m[cell + 2] = m[position + at.X_STUCK]
        cell += at.FINAL_POSITION_WIDTH
    for number in range(m[at.SET_FIELDS]):
        m[cell + number] = m[m[at.FIELD_STATE] + m[m[at.SET_TABLE] + number]]
    if m[at.DETAIL] & at.KEEPS_STATE:
        keep_state(m)
    next_sent(m, row + 2)
    m[row + 4], m[row + 5] = at.UNKNOWN, -1
    if m[at.LOOKS_AHEAD] != 0:
        next_repetition(m, row + 4)
    cell = row + at.FINAL_POSITIONS
    for process in range(m[at.PROCESSES]):
        m[cell + 3], m[cell + 4] = at.UNKNOWN, -1
        if m[at.LOOKS_AHEAD] != 0:
            look_ahead(m, process, cell + 3)
        cell += at.FINAL_POSITION_WIDTH


@part
def run_cases(m: Memory, first: int) -> int:
    """Run the cases of a block from one on; gives the first that there was no room for."""
    for case in range(first, m[at.CASE_COUNT]):
        tasks, offers, story = m[at.TASK_COUNT], m[at.OFFER_COUNT], m[at.STORY_COUNT]
        deviations, whys, effects = m[at.DEVIATION_COUNT], m[at.WHY_COUNT], m[at.EFFECT_COUNT]
        values, state, final = m[at.VALUE_COUNT], m[at.STATE_COUNT], m[at.FINAL_COUNT]
        sent = m[at.SENT_COUNT]
        if m[m[at.APART_COLUMN] + case] != 0:
            m[new_row(m, at.FINAL_ROWS, m[at.FINAL_WIDTH])] = at.LEFT
            continue
        begin_case(m, case)
        run_case(m, case)
        if m[at.ERROR] == at.FINE:
            end_case(m, case)
        if m[at.ERROR] == at.FINE:
            continue
        m[at.TASK_COUNT], m[at.OFFER_COUNT], m[at.STORY_COUNT] = tasks, offers, story
        m[at.DEVIATION_COUNT], m[at.WHY_COUNT], m[at.EFFECT_COUNT] = deviations, whys, effects
        m[at.VALUE_COUNT], m[at.STATE_COUNT], m[at.FINAL_COUNT] = values, state, final
        m[at.SENT_COUNT] = sent
        if m[at.ERROR] == at.FULL:
            return case
        # Moments or figures beyond what the kernel can hold.
        m[new_row(m, at.FINAL_ROWS, m[at.FINAL_WIDTH])] = at.LEFT
    return m[at.CASE_COUNT]
