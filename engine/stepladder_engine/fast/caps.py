"""Contact caps in the kernel: at most so many contacts in any such time (see `runtime.contacts`)."""

from __future__ import annotations

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.clock import Memory, add, next_open
from stepladder_engine.fast.evaluate import room
from stepladder_engine.fast.parts import part
from stepladder_engine.fast.tasks import link, note_moved, rule_row, task_at, unlink

# A task that waits for its place: which, when its rule wants it outside quiet hours, and its earliest moment.
WAITING_WIDTH = 3


@part
def cap_row(m: Memory, cap: int) -> int:
    """Give where a cap stands: how many, in which duration."""
    return m[at.CAP_TABLE] + 2 * cap


@part
def add_contact(m: Memory, leaving: int, contact: int) -> None:
    """Count a contact: each cap remembers the last moments at which one leaves, in falling order."""
    cell = leaving
    for cap in range(m[at.CAPS]):
        count, value = m[cap_row(m, cap)], add(m, contact, m[cap_row(m, cap) + 1], 1)
        for place in range(count):
            if value > m[cell + place]:
                value, m[cell + place] = m[cell + place], value
        cell += count


@part
def free_from(m: Memory, leaving: int, moment: int) -> int:
    """Give the first moment from one on at which one more contact is allowed."""
    cell, free = leaving, moment
    for cap in range(m[at.CAPS]):
        cell += m[cap_row(m, cap)]
        free = max(free, m[cell - 1])
    return free


@part
def place_of(m: Memory, leaving: int, hours: int, earliest: int) -> int:
    """Give the first moment that is open for a rule and allowed by the caps."""
    moment = earliest
    while m[at.ERROR] == at.FINE:
        free = next_open(m, hours, free_from(m, leaving, moment))
        if free == moment:
            break
        moment = free
    return moment


@part
def wanted_of(m: Memory, row: int) -> int:
    """Give when a task was wanted."""
    return m[row + at.J_DUE] if m[row + at.J_WANTED] == at.UNKNOWN else m[row + at.J_WANTED]


@part
def goes_first(m: Memory, task: int, other: int) -> bool:
    """Say whether a task goes before another one where both could."""
    row, other_row = task_at(m, task), task_at(m, other)
    wanted, other_wanted = wanted_of(m, row), wanted_of(m, other_row)
    if wanted != other_wanted:
        return wanted < other_wanted
    if m[row + at.J_RULE] != m[other_row + at.J_RULE]:
        return m[row + at.J_RULE] < m[other_row + at.J_RULE]
    return task < other


@part
def move(m: Memory, waiting: int, due: int) -> None:
    """Give a task its due moment."""
    task, asked = m[waiting], m[waiting + 1]
    row = task_at(m, task)
    before = m[row + at.J_DUE]
    if due == before:
        return
    wanted, rule = wanted_of(m, row), m[row + at.J_RULE]
    unlink(m, rule, task)
    m[row + at.J_DUE] = due
    m[row + at.J_WANTED] = at.UNKNOWN if due == wanted else wanted
    if due == asked:
        m[row + at.J_MOVED] = -1 if due == wanted else 0
    else:
        m[row + at.J_MOVED] = 1 if asked == wanted else 2
    link(m, rule, task)
    note_moved(m, task, 1 if due > before else 2)


@part
def count_past(m: Memory, leaving: int) -> None:
    """Count the contacts there have been: those that were done, each moment once, and what has been due."""
    done = at.UNKNOWN
    for task in range(m[at.FIRST_TASK], m[at.TASK_COUNT]):
        row = task_at(m, task)
        if m[row + at.J_KIND] != at.FOLLOW_UP:
            continue
        if m[row + at.J_CLOSED] == at.UNKNOWN:
            if m[row + at.J_PLACED] != 0 and m[row + at.J_DUE] <= m[at.NOW]:
                add_contact(m, leaving, max(m[row + at.J_DUE], m[row + at.J_CREATED]))
        elif m[row + at.J_OUTCOME] == 0:
            again = False
            for earlier in range(task - 1, m[at.FIRST_TASK] - 1, -1):
                other = task_at(m, earlier)
                if (
                    m[other + at.J_KIND] == at.FOLLOW_UP
                    and m[other + at.J_OUTCOME] == 0
                    and m[other + at.J_CLOSED] == m[row + at.J_CLOSED]
                ):
                    again = True
                    break
            if not again and m[row + at.J_CLOSED] != done:
                done = m[row + at.J_CLOSED]
                add_contact(m, leaving, done)


@part
def gather(m: Memory, waiting: int) -> int:
    """List the tasks that are not due yet, or have just come, by the earliest moment of each."""
    count, now = 0, m[at.NOW]
    for task in range(m[at.FIRST_TASK], m[at.TASK_COUNT]):
        row = task_at(m, task)
        if m[row + at.J_KIND] != at.FOLLOW_UP or m[row + at.J_CLOSED] != at.UNKNOWN:
            continue
        if m[row + at.J_PLACED] != 0 and m[row + at.J_DUE] <= now:
            continue
        hours = m[rule_row(m, m[row + at.J_RULE]) + at.R_HOURS]
        asked = next_open(m, hours, wanted_of(m, row))
        earliest = asked if asked >= now else next_open(m, hours, now)
        place = count
        while place > 0 and m[waiting + (place - 1) * WAITING_WIDTH + 2] > earliest:
            for cell in range(WAITING_WIDTH):
                here = waiting + place * WAITING_WIDTH + cell
                m[here] = m[here - WAITING_WIDTH]
            place -= 1
        here = waiting + place * WAITING_WIDTH
        m[here], m[here + 1], m[here + 2] = task, asked, earliest
        count += 1
    return count


@part
def arrange(m: Memory) -> None:
    """Plan anew when the tasks to come are due, if something about the tasks has changed."""
    if m[at.CAPS] == 0 or m[at.TASKS_CHANGED] == 0:
        return
    m[at.TASKS_CHANGED] = 0
    used, size = m[at.ARENA_USED], 0
    for cap in range(m[at.CAPS]):
        size += m[cap_row(m, cap)]
    most = m[at.TASK_COUNT] - m[at.FIRST_TASK]
    leaving = room(m, size)
    waiting = room(m, most * WAITING_WIDTH + WAITING_WIDTH)
    if m[at.ERROR] == at.FINE:
        for cell in range(size):
            m[leaving + cell] = at.UNKNOWN
        count_past(m, leaving)
        count = gather(m, waiting)
        while count > 0 and m[at.ERROR] == at.FINE:
            place_next(m, waiting, count, leaving)
            count -= 1
    m[at.ARENA_USED] = used


@part
def place_next(m: Memory, waiting: int, count: int, leaving: int) -> None:
    """Place the task that can be due first, and take it off the list."""
    best, earliest = 0, at.INFINITE
    for number in range(count):
        found = waiting + number * WAITING_WIDTH
        if number > 0 and m[found + 2] > earliest:
            break
        hours = m[rule_row(m, m[task_at(m, m[found]) + at.J_RULE]) + at.R_HOURS]
        moment = place_of(m, leaving, hours, m[found + 2])
        if (
            number == 0
            or moment < earliest
            or (moment == earliest and goes_first(m, m[found], m[waiting + best * WAITING_WIDTH]))
        ):
            best, earliest = number, moment
    chosen = waiting + best * WAITING_WIDTH
    row = task_at(m, m[chosen])
    # A task that comes too late and has its place at once stays as late as it is.
    in_time = m[row + at.J_PLACED] != 0 or earliest != m[chosen + 2]
    due = earliest if in_time else m[chosen + 1]
    move(m, chosen, due)
    add_contact(m, leaving, max(due, m[row + at.J_CREATED]))
    m[row + at.J_PLACED] = 1
    for cell in range(chosen, waiting + (count - 1) * WAITING_WIDTH):
        m[cell] = m[cell + WAITING_WIDTH]
