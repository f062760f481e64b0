"""Offers in the kernel: open while their conditions hold (see `runtime.offers`)."""

from __future__ import annotations

from stepladder_engine.fast import layout as at
from stepladder_engine.fast.clock import Memory, add
from stepladder_engine.fast.evaluate import holds, next_change, value_of
from stepladder_engine.fast.parts import part
from stepladder_engine.fast.rows import (
    ACCEPTED,
    BY_CONDITIONS_GONE,
    BY_CONDITIONS_HOLD,
    BY_EVENT,
    BY_TIME_OVER,
    DECLINED,
    DID_ACCEPT,
    EXPIRED,
    OPEN,
    STEP_OFFER,
    WITHDRAWN,
    effect,
    new_row,
    note,
    person_for,
)
from stepladder_engine.fast.tasks import all_ended, matches


@part
def offer_row(m: Memory, offer: int) -> int:
    """Give where an offer stands in the tables."""
    return m[at.OFFER_TABLE] + offer * at.OFFER_WIDTH


@part
def offer_state(m: Memory, offer: int) -> int:
    """Give where an offer's state of the case lies."""
    return m[at.OFFER_STATE] + offer * at.OFFER_STATE_WIDTH


@part
def copy_at(m: Memory, copy: int) -> int:
    """Give where the row of one time that an offer was made lies."""
    return m[at.OFFER_ROWS] + copy * at.COPY_WIDTH


@part
def may_be_made(m: Memory, offer: int) -> bool:
    """Say whether an offer's stage and conditions hold."""
    table = offer_row(m, offer)
    count = m[table + at.O_STAGE_COUNT]
    if count > 0:
        found = False
        for number in range(count):
            cell = m[table + at.O_STAGES] + 2 * number
            if m[m[at.POSITION_STATE] + m[cell] * at.POSITION_WIDTH + at.X_STAGE] == m[cell + 1]:
                found = True
                break
        if not found:
            return False
    elif all_ended(m):
        return False
    return holds(m, m[table + at.O_CONDITION]) == 1


@part
def close_offer(m: Memory, offer: int, status: int, reason: int, about: int) -> None:
    """Close an open offer."""
    state = offer_state(m, offer)
    row = copy_at(m, m[state + at.U_OPEN])
    m[row + at.L_STATUS] = status
    m[row + at.L_CLOSED] = m[at.NOW]
    note(
        m,
        STEP_OFFER + status,
        -1,
        -1,
        -1,
        m[state + at.U_OPEN],
        reason,
        about,
        m[offer_row(m, offer) + at.O_LINE],
    )
    m[state + at.U_OPEN] = -1


@part
def free_again(m: Memory, offer: int, count: int, duration: int) -> int:
    """Give when a cap allows an offer again, `UNKNOWN` for now."""
    # Of those that count now, all but one less than the cap have to leave first; copies lie in order.
    left, number = count, m[at.OFFER_COUNT] - 1
    while number >= m[at.FIRST_OFFER] and left > 0:
        row = copy_at(m, number)
        if m[row + at.L_OFFER] == offer:
            leaves = add(m, m[row + at.L_OPENED], duration, 1)
            if leaves > m[at.NOW]:
                left -= 1
                if left == 0:
                    return leaves
        number -= 1
    return at.UNKNOWN


@part
def has_to_wait(m: Memory, offer: int) -> bool:
    """Say whether an offer whose conditions hold has to wait, and note until when where time tells."""
    table = offer_row(m, offer)
    ladder = m[table + at.O_LADDER]
    if ladder >= 0:
        for other in range(m[at.OFFERS]):
            row = offer_row(m, other)
            if (
                m[offer_state(m, other) + at.U_OPEN] >= 0
                and m[row + at.O_LADDER] == ladder
                and m[row + at.O_ORDER] != m[table + at.O_ORDER]
            ):
                return True
    until = at.UNKNOWN
    for number in range(m[table + at.O_CAP_COUNT]):
        cap = m[table + at.O_CAPS] + 2 * number
        until = max(until, free_again(m, offer, m[cap], m[cap + 1]))
    if until == at.UNKNOWN:
        return False
    m[offer_state(m, offer) + at.U_WAITS] = until
    return True


@part
def amount(m: Memory, row: int, guard: int) -> None:
    """Put a price or a discount into two cells: what is divided, and by what."""
    m[row] = at.UNKNOWN if guard < 0 else value_of(m, guard)
    m[row + 1] = m[m[at.STACK] + 1]


@part
def open_offer(m: Memory, offer: int) -> None:
    """Make an offer, unless it was made as often as it may be."""
    table, state = offer_row(m, offer), offer_state(m, offer)
    most = m[table + at.O_AT_MOST]
    if most >= 0 and m[state + at.U_TIMES] >= most:
        return
    m[state + at.U_TIMES] += 1
    copy = m[at.OFFER_COUNT]
    row = new_row(m, at.OFFER_ROWS, at.COPY_WIDTH)
    valid = m[table + at.O_VALID]
    m[row + at.L_CASE] = m[at.CASE]
    m[row + at.L_OFFER] = offer
    m[row + at.L_NUMBER] = m[state + at.U_TIMES]
    m[row + at.L_OPENED] = m[at.NOW]
    m[row + at.L_EXPIRES] = at.UNKNOWN if valid < 0 else add(m, m[at.NOW], valid, 1)
    amount(m, row + at.L_PRICE, m[table + at.O_PRICE])
    amount(m, row + at.L_DISCOUNT, m[table + at.O_DISCOUNT])
    m[row + at.L_PERSON] = person_for(m, m[table + at.O_PEOPLE])
    m[row + at.L_STATUS] = OPEN
    m[row + at.L_CLOSED] = at.UNKNOWN
    m[state + at.U_OPEN] = copy
    note(m, STEP_OFFER, -1, -1, -1, copy, BY_CONDITIONS_HOLD, -1, m[table + at.O_LINE])


@part
def update_offers(m: Memory) -> None:
    """Open and withdraw offers after something has changed: first what ends, so that a ladder is free."""
    for offer in range(m[at.OFFERS]):
        state = offer_state(m, offer)
        m[state + at.U_WAITS] = at.INFINITE
        # Kept beside what held before until the offer's turn comes.
        m[state + at.U_HELD] = (m[state + at.U_HELD] & 1) | (2 if may_be_made(m, offer) else 0)
    for offer in range(m[at.OFFERS]):
        state = offer_state(m, offer)
        if m[state + at.U_OPEN] >= 0 and m[state + at.U_HELD] < 2:
            close_offer(m, offer, WITHDRAWN, BY_CONDITIONS_GONE, -1)
    for turn in range(m[at.OFFERS]):
        offer = m[m[at.TURN_TABLE] + turn]
        state = offer_state(m, offer)
        if m[state + at.U_HELD] == 2:
            if has_to_wait(m, offer):
                m[state + at.U_HELD] = 0
                continue
            open_offer(m, offer)
        m[state + at.U_HELD] = m[state + at.U_HELD] >> 1


@part
def offers_take_event(m: Memory, kind: int) -> None:
    """Let an event accept and decline open offers."""
    row = m[at.KIND_TABLE] + kind * at.KIND_WIDTH
    for place in range(m[row + at.K_OFFER_COUNT]):
        offer = m[m[row + at.K_OFFERS] + place]
        table = offer_row(m, offer)
        if m[offer_state(m, offer) + at.U_OPEN] < 0:
            continue
        if matches(m, m[table + at.O_ACCEPTED], m[table + at.O_ACCEPTED_COUNT], kind):
            close_offer(m, offer, ACCEPTED, BY_EVENT, kind)
            effect(m, DID_ACCEPT, offer)
        elif matches(m, m[table + at.O_DECLINED], m[table + at.O_DECLINED_COUNT], kind):
            close_offer(m, offer, DECLINED, BY_EVENT, kind)
            effect(m, DID_ACCEPT + 1, offer)


@part
def expire(m: Memory) -> None:
    """Close the offers whose time is over, in the order in which they were made."""
    while True:
        chosen, first = -1, 0
        for offer in range(m[at.OFFERS]):
            copy = m[offer_state(m, offer) + at.U_OPEN]
            if copy < 0 or (chosen >= 0 and copy > first):
                continue
            expires = m[copy_at(m, copy) + at.L_EXPIRES]
            if expires != at.UNKNOWN and expires <= m[at.NOW]:
                chosen, first = offer, copy
        if chosen < 0:
            return
        close_offer(m, chosen, EXPIRED, BY_TIME_OVER, -1)


@part
def next_offer_change(m: Memory) -> int:
    """Give the next moment at which an offer expires or its condition may change by time."""
    earliest = at.INFINITE
    for offer in range(m[at.OFFERS]):
        state = offer_state(m, offer)
        if m[state + at.U_OPEN] >= 0:
            expires = m[copy_at(m, m[state + at.U_OPEN]) + at.L_EXPIRES]
            if expires != at.UNKNOWN:
                earliest = min(earliest, expires)
        earliest = min(earliest, m[state + at.U_WAITS])
        earliest = min(earliest, next_change(m, m[offer_row(m, offer) + at.O_CONDITION]))
    return earliest
