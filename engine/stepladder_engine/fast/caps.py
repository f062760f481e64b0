"""Contact caps in the kernel: at most so many contacts in any such time (see `runtime.contacts`).

The moments that count for a cap lie in a heap, the earliest on top: that is the one that has to leave before
there is room for one more contact. The tasks that wait for their place lie rule by rule, in the order in
which they could be due, so that the next one is found by looking at the first of each rule.
"""

from __future__ import annotations

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.clock import Memory, add, next_open
from stepladder_engine.fast.evaluate import room
from stepladder_engine.fast.parts import part
from stepladder_engine.fast.tasks import link, note_moved, rule_row, rule_state, task_at, unlink

# A task that waits: which, when its rule wants it, when it does outside quiet hours, its earliest moment.
WAITING_WIDTH = 4
# The waiting tasks of a rule: the first, the first that the caps do not hold up, the end.
QUEUE_WIDTH = 3


@part
def cap_row(m: Memory, cap: int) -> int:
    """Give where a cap stands: how many, in which duration."""
    return m[at.CAP_TABLE] + 2 * cap


@part
def cap_size(m: Memory, cap: int) -> int:
    """Give how many contacts a cap has to remember: none where the client cannot come to so many."""
    count = m[cap_row(m, cap)]
    return count if count <= m[at.TASK_COUNT] - m[at.FIRST_TASK] else 0


@part
def keep_later(m: Memory, heap: int, size: int, moment: int) -> None:
    """Put a moment into a heap of the latest ones, in the place of the earliest of them."""
    if size == 0 or moment <= m[heap]:
        return
    place, below = 0, 1
    while below < size:
        if below + 1 < size and m[heap + below + 1] < m[heap + below]:
            below += 1
        if m[heap + below] >= moment:
            break
        m[heap + place] = m[heap + below]
        place, below = below, 2 * below + 1
    m[heap + place] = moment


@part
def add_contact(m: Memory, leaving: int, contact: int) -> None:
    """Count a contact: each cap remembers the last moments at which one leaves."""
    heap = leaving
    for cap in range(m[at.CAPS]):
        size = cap_size(m, cap)
        if size > 0:
            keep_later(m, heap, size, add(m, contact, m[cap_row(m, cap) + 1], 1))
        heap += size


@part
def free_from(m: Memory, leaving: int) -> int:
    """Give the first moment at which one more contact is allowed; it never comes to be an earlier one."""
    heap, free = leaving, at.UNKNOWN
    for cap in range(m[at.CAPS]):
        size = cap_size(m, cap)
        if size > 0:
            free = max(free, m[heap])
        heap += size
    return free


@part
def wanted_of(m: Memory, row: int) -> int:
    """Give when a task was wanted."""
    return m[row + at.J_DUE] if m[row + at.J_WANTED] == at.UNKNOWN else m[row + at.J_WANTED]


@part
def move(m: Memory, waiting: int, due: int) -> bool:
    """Give a task its due moment, and say whether that is another one than before."""
    task, wanted, asked = m[waiting], m[waiting + 1], m[waiting + 2]
    row = task_at(m, task)
    before = m[row + at.J_DUE]
    if due == before:
        return False
    m[row + at.J_DUE] = due
    m[row + at.J_WANTED] = at.UNKNOWN if due == wanted else wanted
    if due == asked:
        m[row + at.J_MOVED] = -1 if due == wanted else 0
    else:
        m[row + at.J_MOVED] = 1 if asked == wanted else 2
    note_moved(m, task, 1 if due > before else 2)
    return True


@part
def count_past(m: Memory, leaving: int, past: int, size: int) -> None:
    """Count the contacts there have been, the latest ones: those that were done, and what has been due."""
    for task in range(m[at.FIRST_TASK], m[at.TASK_COUNT]):
        row = task_at(m, task)
        if m[row + at.J_KIND] != at.FOLLOW_UP or m[row + at.J_PLACED] == 0:
            continue
        if m[row + at.J_CLOSED] == at.UNKNOWN:
            if m[row + at.J_DUE] <= m[at.NOW]:
                keep_later(m, past, size, max(m[row + at.J_DUE], m[row + at.J_CREATED]))
        elif m[row + at.J_OUTCOME] == 0:
            keep_later(m, past, size, m[row + at.J_CLOSED])
    for place in range(size):
        if m[past + place] != at.UNKNOWN:
            add_contact(m, leaving, m[past + place])


@part
def gather(m: Memory, rule: int, waiting: int) -> int:
    """List the tasks of a rule that are not due yet, or have just come, by the earliest moment of each."""
    count, now, hours = 0, m[at.NOW], m[rule_row(m, rule) + at.R_HOURS]
    task = m[rule_state(m, rule) + at.Q_HEAD]
    while task >= 0:
        row = task_at(m, task)
        if m[row + at.J_PLACED] == 0 or m[row + at.J_DUE] > now:
            wanted = wanted_of(m, row)
            asked = next_open(m, hours, wanted)
            earliest = asked if asked >= now else next_open(m, hours, now)
            # They stand nearly in this order already: the plan before had them so.
            put_by_earliest(m, waiting, count, task, wanted, asked, earliest)
            count += 1
        task = m[row + at.J_NEXT]
    return count


@part
def put_by_earliest(
    m: Memory, waiting: int, count: int, task: int, wanted: int, asked: int, earliest: int
) -> None:
    """Put a task among those of its rule that wait."""
    place = waiting + count * WAITING_WIDTH
    while place > waiting:
        before = place - WAITING_WIDTH
        if m[before + 3] < earliest or (m[before + 3] == earliest and goes_first(m, before, wanted, task)):
            break
        copy_waiting(m, before, place)
        place = before
    m[place], m[place + 1], m[place + 2], m[place + 3] = task, wanted, asked, earliest


@part
def copy_waiting(m: Memory, old: int, new: int) -> None:
    """Move a waiting task to another place of its list."""
    for cell in range(WAITING_WIDTH):
        m[new + cell] = m[old + cell]


@part
def goes_first(m: Memory, waiting: int, wanted: int, task: int) -> bool:
    """Say whether a waiting task goes before another one of its rule where both could."""
    return m[waiting + 1] < wanted or (m[waiting + 1] == wanted and m[waiting] < task)


@part
def arrange(m: Memory) -> None:
    """Plan anew when the tasks to come are due, if something about the tasks has changed."""
    if m[at.CAPS] == 0 or m[at.TASKS_CHANGED] == 0:
        return
    m[at.TASKS_CHANGED] = 0
    used, remembered, largest = m[at.ARENA_USED], 0, 0
    most = m[at.TASK_COUNT] - m[at.FIRST_TASK]
    for cap in range(m[at.CAPS]):
        remembered += cap_size(m, cap)
        largest = max(largest, min(m[cap_row(m, cap)], most))
    leaving, past = room(m, remembered), room(m, largest)
    queues, order = room(m, m[at.RULES] * QUEUE_WIDTH), room(m, most)
    waiting = room(m, most * WAITING_WIDTH + WAITING_WIDTH)
    if m[at.ERROR] == at.FINE:
        for cell in range(remembered):
            m[leaving + cell] = at.UNKNOWN
        for cell in range(largest):
            m[past + cell] = at.UNKNOWN
        count_past(m, leaving, past, largest)
        plan(m, leaving, queues, waiting, order)
    m[at.ARENA_USED] = used


@part
def plan(m: Memory, leaving: int, queues: int, waiting: int, order: int) -> None:
    """Place the tasks to come one after the other; `order` takes them down."""
    count = 0
    for rule in range(m[at.RULES]):
        queue, first = queues + rule * QUEUE_WIDTH, waiting + count * WAITING_WIDTH
        found = gather(m, rule, first)
        count += found
        m[queue], m[queue + 1], m[queue + 2] = first, first, first + found * WAITING_WIDTH
    moved = False
    for place in range(count):
        if m[at.ERROR] != at.FINE:
            break
        if place_next(m, queues, leaving, order + place):
            moved = True
    if moved and m[at.ERROR] == at.FINE:
        link_anew(m, order, count)


@part
def link_anew(m: Memory, order: int, count: int) -> None:
    """Put the tasks that were placed in line again: as they come in time, each goes behind the one before."""
    for place in range(count):
        task = m[order + place]
        unlink(m, m[task_at(m, task) + at.J_RULE], task)
    for place in range(count):
        task = m[order + place]
        link(m, m[task_at(m, task) + at.J_RULE], task)


@part
def hold_up(m: Memory, queue: int, free: int) -> None:
    """Let the tasks wait that the caps hold up: of a rule's, the one goes first that was wanted first."""
    while m[queue + 1] < m[queue + 2] and m[m[queue + 1] + 3] < free:
        place = m[queue + 1]
        task, wanted, asked, earliest = m[place], m[place + 1], m[place + 2], m[place + 3]
        while place > m[queue] and not goes_first(m, place - WAITING_WIDTH, wanted, task):
            copy_waiting(m, place - WAITING_WIDTH, place)
            place -= WAITING_WIDTH
        m[place], m[place + 1], m[place + 2], m[place + 3] = task, wanted, asked, earliest
        m[queue + 1] += WAITING_WIDTH


@part
def before_all(m: Memory, moment: int, waiting: int, best_moment: int, best: int) -> bool:
    """Say whether a waiting task of a later rule is to be placed before the best one so far."""
    if best < 0 or moment != best_moment:
        return best < 0 or moment < best_moment
    if m[waiting + 1] != m[best + 1]:
        return m[waiting + 1] < m[best + 1]
    rule, other = m[task_at(m, m[waiting]) + at.J_RULE], m[task_at(m, m[best]) + at.J_RULE]
    return rule < other or (rule == other and m[waiting] < m[best])


@part
def place_next(m: Memory, queues: int, leaving: int, order: int) -> bool:
    """Place the task that can be due first, and say whether it was moved."""
    free = free_from(m, leaving)
    best, best_moment, chosen = -1, at.INFINITE, 0
    for rule in range(m[at.RULES]):
        queue = queues + rule * QUEUE_WIDTH
        if m[queue] == m[queue + 2]:
            continue
        hold_up(m, queue, free)
        if m[queue] < m[queue + 1]:
            moment = next_open(m, m[rule_row(m, rule) + at.R_HOURS], free)
            if before_all(m, moment, m[queue], best_moment, best):
                best, best_moment, chosen = m[queue], moment, queue
        if m[queue + 1] < m[queue + 2]:
            first = m[queue + 1]
            if before_all(m, m[first + 3], first, best_moment, best):
                best, best_moment, chosen = first, m[first + 3], queue
    task = m[best]
    row = task_at(m, task)
    # A task that comes too late and has its place at once stays as late as it is.
    in_time = m[row + at.J_PLACED] != 0 or best_moment != m[best + 3]
    due = best_moment if in_time else m[best + 2]
    moved = move(m, best, due)
    m[order] = task
    add_contact(m, leaving, max(due, m[row + at.J_CREATED]))
    m[row + at.J_PLACED] = 1
    take_out(m, chosen, best)
    return moved


@part
def take_out(m: Memory, queue: int, waiting: int) -> None:
    """Take a task that was placed off its list: it is the first of those held up, or of the others."""
    if waiting == m[queue + 1]:
        place = waiting
        while place > m[queue]:
            copy_waiting(m, place - WAITING_WIDTH, place)
            place -= WAITING_WIDTH
        m[queue + 1] += WAITING_WIDTH
    m[queue] += WAITING_WIDTH
