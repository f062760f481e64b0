"""The kernel's stack machine: conditions and values of one case, with `UNKNOWN` as in SQL.

Aggregates are brought up to date before an expression is computed, so that no operation needs another
expression. A figure that grows too large hands the case over to the reference executor.
"""

from __future__ import annotations

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.clock import Memory, add, elapsed, start_of
from stepladder_engine.fast.parts import part


@part
def checked(m: Memory, value: int) -> int:
    """Give a figure, unless it is too large for sums and products to be exact."""
    if value > at.MOST or value < -at.MOST:
        m[at.ERROR] = at.HANDED
        return 0
    return value


@part
def product(m: Memory, left: int, right: int) -> int:
    """Multiply, unless the product is too large."""
    estimate = float(left) * float(right)
    if estimate > 4e18 or estimate < -4e18:
        m[at.ERROR] = at.HANDED
        return 0
    return left * right


@part
def half_up(above: int, below: int) -> int:
    """Divide and round, half away from zero."""
    negative = (above < 0) != (below < 0)
    rounded = (2 * abs(above) + abs(below)) // (2 * abs(below))
    return -rounded if negative else rounded


# The history of one kind of event: rows of the frame, or linked nodes where the spec emits the event too.


@part
def first_event(m: Memory, kind: int) -> int:
    """Give the first event of a kind that has happened, -1 where none has."""
    state = m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH
    return m[state + at.N_FIRST]


@part
def next_event(m: Memory, kind: int, event: int) -> int:
    """Give the event of the kind after one (after none, with -1: the first), -1 where there is none."""
    state = m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH
    if event < 0:
        return m[state + at.N_FIRST]
    if event == m[state + at.N_LAST]:
        return -1
    if m[m[at.KIND_TABLE] + kind * at.KIND_WIDTH + at.K_EMITTED] == 0:
        return event + 1
    return m[event + 2]


@part
def event_time(m: Memory, kind: int, event: int) -> int:
    """Give when an event of the history happened."""
    if m[m[at.KIND_TABLE] + kind * at.KIND_WIDTH + at.K_EMITTED] == 0:
        return m[m[m[at.TIME_COLUMNS] + kind] + event]
    return m[event]


@part
def event_value(m: Memory, kind: int, event: int, column: int) -> int:
    """Give a field of an event of the history; columns are numbered over all kinds."""
    row = event
    table = m[at.KIND_TABLE] + kind * at.KIND_WIDTH
    if m[table + at.K_EMITTED] != 0:
        row = m[event + 1]
        if row < 0:
            return m[-row + column - m[table + at.K_COLUMNS]]
    return m[m[m[at.EVENT_COLUMNS] + column] + row]


@part
def last_time(m: Memory, kind: int) -> int:
    """Give when the last event of a kind happened."""
    last = m[m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH + at.N_LAST]
    return at.UNKNOWN if last < 0 else event_time(m, kind, last)


@part
def first_time(m: Memory, kind: int) -> int:
    """Give when the first event of a kind happened."""
    first = m[m[at.HISTORY_STATE] + kind * at.HISTORY_WIDTH + at.N_FIRST]
    return at.UNKNOWN if first < 0 else event_time(m, kind, first)


@part
def room(m: Memory, cells: int) -> int:
    """Give the address of free cells for the case at hand."""
    used = m[at.ARENA_USED]
    if used + cells > m[at.ARENA_ROOM]:
        m[at.ERROR] = at.FULL
        return m[at.ARENA]
    m[at.ARENA_USED] = used + cells
    return m[at.ARENA] + used


@part
def anchor_time(m: Memory, anchor: int, about: int) -> int:
    """Give the moment from which an elapsed time counts."""
    if anchor == at.ANCHOR_ENTRY:
        return m[m[at.POSITION_STATE] + about * at.POSITION_WIDTH + at.X_SINCE]
    if anchor == at.ANCHOR_LAST:
        return last_time(m, about)
    if anchor == at.ANCHOR_FIRST:
        return first_time(m, about)
    value = m[m[at.FIELD_STATE] + about]
    if value != at.UNKNOWN and anchor == at.ANCHOR_DAY:
        return start_of(m, value)
    return value


@part
def compare(word: int, left: int, right: int) -> int:
    """Compare two known values."""
    if word == at.EQUAL:
        return 1 if left == right else 0
    if word == at.UNEQUAL:
        return 1 if left != right else 0
    if word == at.LESS:
        return 1 if left < right else 0
    if word == at.AT_MOST:
        return 1 if left <= right else 0
    if word == at.MORE:
        return 1 if left > right else 0
    return 1 if left >= right else 0


@part
def compare_fraction(m: Memory, word: int, above: int, below: int, bound: int, factor: int) -> int:
    """Compare a quotient with a bound, which is scaled by a factor; by zero it is unknown."""
    if above == at.UNKNOWN or below == at.UNKNOWN or bound == at.UNKNOWN or below == 0:
        return at.UNKNOWN
    one, other = product(m, above, factor), product(m, bound, below)
    if below < 0:
        return compare(word, -one, -other)
    return compare(word, one, other)


@part
def combine(word: int, left: int, right: int) -> int:
    """Give the and, or the or, of two truths."""
    deciding = 0 if word == at.AND else 1
    if left == deciding or right == deciding:
        return deciding
    if left == at.UNKNOWN or right == at.UNKNOWN:
        return at.UNKNOWN
    return 1 - deciding


@part
def arithmetic(m: Memory, word: int, left: int, right: int) -> int:
    """Add, subtract or multiply."""
    if left == at.UNKNOWN or right == at.UNKNOWN:
        return at.UNKNOWN
    if word == at.ADD:
        return checked(m, left + right)
    if word == at.SUBTRACT:
        return checked(m, left - right)
    return product(m, left, right)


@part
def keep(m: Memory, word: int, register: int, value: int) -> None:
    """Put a known value into a register: add it, or keep the least or the greatest."""
    cell = m[at.REGISTERS] + register
    if value == at.UNKNOWN:
        return
    if word == at.ADD_TO:
        m[cell] = checked(m, m[cell] + value)
    elif m[cell] == at.UNKNOWN or (word == at.LEAST_TO) == (value < m[cell]):
        m[cell] = value


@part
def tally_value(m: Memory, tally: int) -> int:
    """Give an aggregate that is up to date; of a quotient only the sum."""
    how = m[m[at.TALLY_TABLE] + tally * at.TALLY_WIDTH + at.Y_HOW]
    state = m[at.TALLY_STATE] + tally * at.TALLY_STATE_WIDTH
    if how == at.COUNT:
        return m[state + at.V_COUNT]
    if how == at.SUM:
        return m[state + at.V_TOTAL]
    if m[m[at.TALLY_TABLE] + tally * at.TALLY_WIDTH + at.Y_WINDOW] != at.LAST_WINDOW:
        return m[state + at.V_TOTAL] if m[state + at.V_COUNT] > 0 else at.UNKNOWN
    best, number, node = at.UNKNOWN, 0, m[state + at.V_HEAD]
    while node >= 0:
        value = m[node + 1]
        better = (
            best == at.UNKNOWN
            or (how == at.LEAST and value < best)
            or (how == at.GREATEST and value > best)
            or (how == at.FIRST and node < number)
            or (how == at.LAST and node > number)
        )
        if better:
            best, number = value, node
        node = m[node + 2]
    return best


@part
def run_code(m: Memory, code: int) -> int:
    """Compute an expression whose aggregates are up to date; a quotient leaves its divisor above."""
    top = m[at.STACK] - 1
    while True:
        word = m[code]
        if word == at.PUSH:
            top += 1
            m[top] = m[code + 1]
            code += 2
        elif word == at.FIELD:
            top += 1
            m[top] = m[m[at.FIELD_STATE] + m[code + 1]]
            code += 2
        elif word == at.EVENT_FIELD:
            top += 1
            m[top] = event_value(m, m[at.EVENT_KIND], m[at.EVENT], m[code + 1])
            code += 2
        elif word == at.TALLY:
            top += 1
            m[top] = tally_value(m, m[code + 1])
            code += 2
        elif word >= at.EQUAL and word <= at.AT_LEAST:
            top -= 1
            if m[top] == at.UNKNOWN or m[top + 1] == at.UNKNOWN:
                m[top] = at.UNKNOWN
            else:
                m[top] = compare(word, m[top], m[top + 1])
            code += 1
        elif word == at.END:
            return m[m[at.STACK]]
        elif word == at.JUMP_FALSE:
            code += m[code + 1] if m[top] == 0 else 2
        elif word == at.JUMP_TRUE:
            code += m[code + 1] if m[top] == 1 else 2
        elif word == at.AND or word == at.OR:
            top -= 1
            m[top] = combine(word, m[top], m[top + 1])
            code += 1
        elif word == at.NOT:
            if m[top] != at.UNKNOWN:
                m[top] = 1 - m[top]
            code += 1
        elif word == at.RESCALE:
            if m[top] != at.UNKNOWN:
                m[top] = product(m, m[top], m[code + 1])
            code += 2
        elif word == at.ELAPSED:
            top += 1
            anchor = anchor_time(m, m[code + 2], m[code + 3])
            m[top] = at.UNKNOWN if anchor == at.UNKNOWN else elapsed(m, anchor, m[at.NOW], m[code + 1])
            code += 4
        elif word == at.KNOWN:
            m[top] = 0 if m[top] == at.UNKNOWN else 1
            code += 1
        elif word == at.JUMP:
            code += m[code + 1]
        elif word == at.JUMP_NOT_TRUE:
            code += 2 if m[top] == 1 else m[code + 1]
            top -= 1
        elif word == at.BRANCH:
            if m[top] == at.UNKNOWN:
                code += m[code + 2]
            elif m[top] == 0:
                code += m[code + 1]
            else:
                code += 3
            top -= 1
        elif word == at.STORE:
            m[m[at.REGISTERS] + m[code + 1]] = m[top]
            top -= 1
            code += 2
        elif word == at.LOAD:
            top += 1
            m[top] = m[m[at.REGISTERS] + m[code + 1]]
            code += 2
        elif word == at.INCREASE:
            m[m[at.REGISTERS] + m[code + 1]] += 1
            code += 2
        elif word >= at.ADD_TO and word <= at.GREATEST_TO:
            keep(m, word, m[code + 1], m[top])
            top -= 1
            code += 2
        elif word >= at.ADD and word <= at.MULTIPLY:
            top -= 1
            m[top] = arithmetic(m, word, m[top], m[top + 1])
            code += 1
        elif word == at.NEGATE:
            if m[top] != at.UNKNOWN:
                m[top] = -m[top]
            code += 1
        elif word == at.REACHED:
            top += 1
            reached = m[m[at.POSITION_STATE] + m[code + 1] * at.POSITION_WIDTH + at.X_REACHED]
            m[top] = (reached >> m[code + 2]) & 1
            code += 3
        elif word == at.NOW_IN:
            top += 1
            stage = m[m[at.POSITION_STATE] + m[code + 1] * at.POSITION_WIDTH + at.X_STAGE]
            m[top] = 1 if stage == m[code + 2] else 0
            code += 3
        elif word == at.TALLY_TOTAL:
            state = m[at.TALLY_STATE] + m[code + 1] * at.TALLY_STATE_WIDTH
            top += 2
            m[top - 1], m[top] = m[state + at.V_TOTAL], m[state + at.V_COUNT]
            code += 2
        elif word == at.FRACTION_IS:
            top -= 2
            m[top] = compare_fraction(m, m[code + 1], m[top], m[top + 1], m[top + 2], m[code + 2])
            code += 3
        elif word == at.FRACTION_ROUND:
            top -= 1
            if m[top] == at.UNKNOWN or m[top + 1] == at.UNKNOWN or m[top + 1] == 0:
                m[top] = at.UNKNOWN
            else:
                m[top] = half_up(product(m, m[top], m[code + 1]), m[top + 1])
            code += 2
        elif word == at.FRACTION_KNOWN:
            top -= 1
            known = m[top] != at.UNKNOWN and m[top + 1] != at.UNKNOWN and m[top + 1] != 0
            m[top] = 1 if known else 0
            code += 1
        else:  # at.ROUND
            if m[top] != at.UNKNOWN:
                m[top] = half_up(m[top], m[code + 1])
            code += 2


# Aggregates are kept up to date: each event enters once, and leaves a window at most once.


@part
def begin_tally(m: Memory, tally: int) -> None:
    """Forget what an aggregate has taken in."""
    state = m[at.TALLY_STATE] + tally * at.TALLY_STATE_WIDTH
    m[state + at.V_SEEN] = -1
    m[state + at.V_COUNT] = 0
    m[state + at.V_TOTAL] = 0
    m[state + at.V_HEAD] = -1
    m[state + at.V_TAIL] = -1
    m[state + at.V_END] = at.UNKNOWN


@part
def basis_of(m: Memory, row: int) -> int:
    """Give how often the fields have changed that an aggregate's condition reads."""
    changes = 0
    for number in range(m[row + at.Y_BASIS_COUNT]):
        changes += m[m[at.VERSION_STATE] + m[m[row + at.Y_BASIS] + number]]
    return changes


@part
def put_inside(m: Memory, state: int, leaves: int, value: int) -> None:
    """Put a value among those inside a window, which are in the order in which they leave."""
    node = room(m, at.INSIDE_WIDTH)
    before = m[state + at.V_TAIL]
    while before >= 0 and m[before] > leaves:
        before = m[before + 3]
    after = m[state + at.V_HEAD] if before < 0 else m[before + 2]
    m[node], m[node + 1], m[node + 2], m[node + 3] = leaves, value, after, before
    if before < 0:
        m[state + at.V_HEAD] = node
    else:
        m[before + 2] = node
    if after < 0:
        m[state + at.V_TAIL] = node
    else:
        m[after + 3] = node


@part
def enter(m: Memory, row: int, state: int, value: int, time: int) -> None:
    """Take a value into an aggregate."""
    how = m[row + at.Y_HOW]
    m[state + at.V_COUNT] += 1
    if m[row + at.Y_WINDOW] == at.LAST_WINDOW:
        if how == at.SUM:
            m[state + at.V_TOTAL] = checked(m, m[state + at.V_TOTAL] + value)
        put_inside(m, state, add(m, time, m[row + at.Y_DURATION], 1), value)
    elif how == at.SUM:
        m[state + at.V_TOTAL] = checked(m, m[state + at.V_TOTAL] + value)
    elif how != at.COUNT:
        best = m[state + at.V_TOTAL]
        first = m[state + at.V_COUNT] == 1
        if (
            first
            or how == at.LAST
            or (how == at.LEAST and value < best)
            or (how == at.GREATEST and value > best)
        ):
            m[state + at.V_TOTAL] = value


@part
def refresh(m: Memory, tally: int) -> None:
    """Take in what has happened since an aggregate was last asked, and let go what has left."""
    row = m[at.TALLY_TABLE] + tally * at.TALLY_WIDTH
    state = m[at.TALLY_STATE] + tally * at.TALLY_STATE_WIDTH
    kind, window = m[row + at.Y_KIND], m[row + at.Y_WINDOW]
    if m[row + at.Y_AGAIN] != 0:
        begin_tally(m, tally)
    elif m[row + at.Y_BASIS_COUNT] > 0:
        basis = basis_of(m, row)
        if basis != m[state + at.V_BASIS]:
            begin_tally(m, tally)
            m[state + at.V_BASIS] = basis
    event = next_event(m, kind, m[state + at.V_SEEN])
    if event >= 0:
        where, column, factor = m[row + at.Y_WHERE], m[row + at.Y_COLUMN], m[row + at.Y_FACTOR]
        outer_kind, outer = m[at.EVENT_KIND], m[at.EVENT]
        if window == at.FIRST_WINDOW and m[state + at.V_END] == at.UNKNOWN:
            m[state + at.V_END] = add(m, first_time(m, kind), m[row + at.Y_DURATION], 1)
        while event >= 0 and m[at.ERROR] == at.FINE:
            m[state + at.V_SEEN] = event
            time = event_time(m, kind, event)
            value = 0 if column < 0 else event_value(m, kind, event, column)
            holds = 1
            if value == at.UNKNOWN or (window == at.FIRST_WINDOW and time >= m[state + at.V_END]):
                holds = 0
            elif where >= 0:
                m[at.EVENT_KIND], m[at.EVENT] = kind, event
                holds = run_code(m, m[m[at.GUARD_TABLE] + where * at.GUARD_WIDTH + at.G_CODE])
                m[at.EVENT_KIND], m[at.EVENT] = outer_kind, outer
            if holds == 1:
                enter(m, row, state, product(m, value, factor) if factor > 1 else value, time)
            event = next_event(m, kind, event)
    if window == at.LAST_WINDOW:
        leave(m, row, state)


@part
def leave(m: Memory, row: int, state: int) -> None:
    """Let go what leaves a window up to and including now."""
    node = m[state + at.V_HEAD]
    while node >= 0 and m[node] <= m[at.NOW]:
        m[state + at.V_COUNT] -= 1
        if m[row + at.Y_HOW] == at.SUM:
            m[state + at.V_TOTAL] -= m[node + 1]
        node = m[node + 2]
    m[state + at.V_HEAD] = node
    if node >= 0:
        m[node + 3] = -1
    else:
        m[state + at.V_TAIL] = -1


@part
def value_of(m: Memory, guard: int) -> int:
    """Compute an expression now; the divisor of a quotient is found in the second cell of the stack."""
    row = m[at.GUARD_TABLE] + guard * at.GUARD_WIDTH
    for number in range(m[row + at.G_TALLY_COUNT]):
        refresh(m, m[m[row + at.G_TALLIES] + number])
    return run_code(m, m[row + at.G_CODE])


@part
def holds(m: Memory, guard: int) -> int:
    """Say whether a condition holds: 1, 0 or unknown; without a condition it does."""
    return 1 if guard < 0 else value_of(m, guard)


@part
def bound_change(m: Memory, change: int) -> int:
    """Give the next moment at which an elapsed time reaches, or passes, what it is compared with."""
    anchor = anchor_time(m, m[change + at.C_ANCHOR], m[change + at.C_ABOUT])
    bound = value_of(m, m[change + at.C_BOUND])
    if anchor == at.UNKNOWN or bound == at.UNKNOWN:
        return at.INFINITE
    factor, earliest = m[change + at.C_FACTOR], at.INFINITE
    whole = -((-bound) // factor)
    moment = add(m, anchor, m[change + at.C_UNIT], whole)
    if moment > m[at.NOW]:
        earliest = moment
    after = (bound // factor if bound >= 0 else whole) + 1
    if after != whole:
        moment = add(m, anchor, m[change + at.C_UNIT], after)
        if moment > m[at.NOW] and moment < earliest:
            earliest = moment
    return earliest


@part
def next_change(m: Memory, guard: int) -> int:
    """Give the next moment at which time alone may change a condition."""
    if guard < 0:
        return at.INFINITE
    row = m[at.GUARD_TABLE] + guard * at.GUARD_WIDTH
    earliest = at.INFINITE
    for number in range(m[row + at.G_CHANGE_COUNT]):
        change = m[row + at.G_CHANGES] + number * at.CHANGE_WIDTH
        kind = m[change + at.C_KIND]
        moment = at.INFINITE
        if kind == at.C_COMPARISON:
            moment = bound_change(m, change)
        elif kind == at.C_TICK:
            anchor = anchor_time(m, m[change + at.C_ANCHOR], m[change + at.C_ABOUT])
            if anchor != at.UNKNOWN:
                unit = m[change + at.C_UNIT]
                moment = add(m, anchor, unit, elapsed(m, anchor, m[at.NOW], unit) + 1)
        else:
            refresh(m, m[change + at.C_ABOUT])
            node = m[m[at.TALLY_STATE] + m[change + at.C_ABOUT] * at.TALLY_STATE_WIDTH + at.V_HEAD]
            if node >= 0:
                moment = m[node]
        earliest = min(earliest, moment)
    return earliest
