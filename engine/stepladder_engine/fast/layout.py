"""Where things lie in the memory of the kernel: one long row of whole numbers.

The first cells say where each table begins. Then come the tables of the spec, the state of the case
at hand, the columns of a block of cases, and the rows of the answer. One row of numbers, and not many
arrays, because each function of the kernel is handed it as one argument.
"""

from __future__ import annotations

UNKNOWN = -(2**63)
HAPPENED = -2
"""In place of what comes next behind an event that waits: it has happened, and waits no more."""
INFINITE = 2**63 - 1
"""As a moment: never."""
MOST = 4 * 10**18
"""A figure beyond this is left to the reference executor."""

MICROSECOND_DAY = 86_400_000_000
MINUTE = 60_000_000

# What the kernel says about the case at hand.
FINE, FULL, HANDED = range(3)

# What it keeps beside its answer: the story of the cases, and what rebuilding whole records needs.
TELLS, KEEPS_STATE = 1, 2

# Cells of the header.
(
    ERROR,
    UNTIL,
    DETAIL,
    LOOKS_AHEAD,
    MOST_EMITTED,
    NOW,
    STARTED,
    DUE,
    MORE_DUE,
    TASKS_CHANGED,
    LATEST_DONE,
    OWN_STEPS,
    MOST_OWN_STEPS,
    EVENT_KIND,
    EVENT,
    EVENT_ROW,
    CASE,
    FIRST_TASK,
    FIRST_OFFER,
    EFFECTS_FROM,
    CAUSE,
    CHAIN_TIME,
    CHAIN_CAUSE,
    CAUSES,
    PENDING,
    PROCESSES,
    STAGES,
    SET_FIELDS,
    SET_TABLE,
    KINDS,
    RULES,
    OFFERS,
    TALLIES,
    FIELDS,
    EMITS,
    CAPS,
    TIMERS,
    PROCESS_TABLE,
    STAGE_TABLE,
    ON_TABLE,
    WAY_TABLE,
    GUARD_TABLE,
    DURATION_TABLE,
    WORD_DURATIONS,
    TALLY_TABLE,
    RULE_TABLE,
    AGAIN_TABLE,
    AGAIN_COUNT,
    ASKED_TABLE,
    ASKED_COUNT,
    TIMED_TABLE,
    TIMED_COUNT,
    OFFER_TABLE,
    TURN_TABLE,
    CAP_TABLE,
    HOURS_TABLE,
    CALENDAR_TABLE,
    KIND_TABLE,
    FIELD_TABLE,
    ZONE_BREAKS,
    ZONE_LOCAL,
    ZONE_OFFSETS,
    ZONE_COUNT,
    ZONE_HINT,
    ZONE_LOCAL_HINT,
    ZONE_FIRST,
    ZONE_LAST,
    MONTH_STARTS,
    MONTH_COUNT,
    WAITS,
    FIELD_STATE,
    VERSION_STATE,
    POSITION_STATE,
    TIMER_STATE,
    STAGE_STATE,
    HEAD_STATE,
    HISTORY_STATE,
    TALLY_STATE,
    RULE_STATE,
    OFFER_STATE,
    LATEST_SENT,
    # Where the step at hand stands among all that happen at its moment, in whatever case.
    PHASE,
    TURN,
    TURN_ROW,
    TURN_ROUND,
    ROUNDS,
    OWNER,
    FIRST_OWNER,
    ECHO_AT,
    ECHO_TURN,
    ECHO_ROUND,
    NEAR_AT,
    SENT_WIDTH,
    ARRIVALS,
    ARRIVAL_WIDTH,
    ARRIVAL_COLUMN,
    APART_COLUMN,
    RECEIVER_COLUMNS,
    REGISTERS,
    CANDIDATES,
    STACK,
    CASE_FIRST,
    CASE_COUNT,
    SINCE_COLUMN,
    SOURCED_COLUMN,
    TIME_COLUMNS,
    START_COLUMNS,
    EVENT_COLUMNS,
    FIELD_COLUMNS,
    CELLS,
    # Rows that grow: where they begin, how many there are, how many have room.
    TASK_ROWS,
    TASK_COUNT,
    TASK_ROOM,
    OFFER_ROWS,
    OFFER_COUNT,
    OFFER_ROOM,
    STORY_ROWS,
    STORY_COUNT,
    STORY_ROOM,
    DEVIATION_ROWS,
    DEVIATION_COUNT,
    DEVIATION_ROOM,
    WHY_ROWS,
    WHY_COUNT,
    WHY_ROOM,
    EFFECT_ROWS,
    EFFECT_COUNT,
    EFFECT_ROOM,
    VALUE_ROWS,
    VALUE_COUNT,
    VALUE_ROOM,
    STATE_ROWS,
    STATE_COUNT,
    STATE_ROOM,
    SENT_ROWS,
    SENT_COUNT,
    SENT_ROOM,
    FINAL_ROWS,
    FINAL_COUNT,
    FINAL_ROOM,
    FINAL_WIDTH,
    ARENA,
    ARENA_USED,
    ARENA_ROOM,
    HEADER,
) = range(145)

# Widths of the tables' rows, and their cells.
PROCESS_WIDTH = 3
P_START, P_STAGES, P_KNOWS = range(PROCESS_WIDTH)
STAGE_WIDTH = 12
(
    S_END,
    S_LIMIT,
    S_LIMIT_PEOPLE,
    S_TIMERS,
    S_TIMER_COUNT,
    S_AUTOMATIC,
    S_AUTOMATIC_COUNT,
    S_ENTERING,
    S_ENTERING_COUNT,
    S_PROCESS,
    S_PLACE,
    S_LIMIT_LINE,
) = range(STAGE_WIDTH)
WAY_WIDTH = 12
(
    W_GUARD,
    W_TARGET,
    W_EFFECTS,
    W_EFFECT_COUNT,
    W_TRIGGER,
    W_DURATION,
    W_ABOUT,
    W_INSTANT,
    W_PLACE,
    W_LINE,
    W_NUMBER,
    W_LENGTH,
) = range(WAY_WIDTH)
T_EVENT, T_ENTRY, T_SINCE_EVENT, T_SINCE_FIELD, T_SILENCE, T_ALWAYS = range(6)
EFFECT_WIDTH = 11
(
    E_KIND,
    E_ABOUT,
    E_VALUE,
    E_NUMBER,
    E_DELAY,
    E_VALUES,
    E_VALUE_COUNT,
    E_LINE,
    E_TO,
    E_OWN,
    E_NEAR,
) = range(EFFECT_WIDTH)
E_SET, E_EMIT, E_SEND = range(3)
GUARD_WIDTH = 7
G_TALLIES, G_TALLY_COUNT, G_CODE, G_CHANGES, G_CHANGE_COUNT, G_SOURCES, G_SOURCE_COUNT = range(GUARD_WIDTH)
CHANGE_WIDTH = 6
C_KIND, C_ANCHOR, C_ABOUT, C_UNIT, C_BOUND, C_FACTOR = range(CHANGE_WIDTH)
C_COMPARISON, C_TICK, C_WINDOW = range(3)
DURATION_WIDTH = 3
D_HOW, D_AMOUNT, D_CALENDAR = range(DURATION_WIDTH)
EXACT, DAYS, MONTHS, WORKING_DAYS, WORKING_HOURS = range(5)
TALLY_WIDTH = 10
(
    Y_HOW,
    Y_KIND,
    Y_COLUMN,
    Y_WINDOW,
    Y_DURATION,
    Y_WHERE,
    Y_AGAIN,
    Y_BASIS,
    Y_BASIS_COUNT,
    Y_FACTOR,
) = range(TALLY_WIDTH)
COUNT, SUM, LEAST, GREATEST, FIRST, LAST = range(6)
NO_WINDOW, LAST_WINDOW, FIRST_WINDOW = range(3)
RULE_WIDTH = 23
(
    R_CONDITION,
    R_UNTIL,
    R_ANCHOR,
    R_ABOUT,
    R_INSTANT,
    R_TRIGGER,
    R_INTERVALS,
    R_INTERVAL_COUNT,
    R_AGAIN,
    R_DONE,
    R_DONE_COUNT,
    R_CANCELLED,
    R_CANCELLED_COUNT,
    R_GOES_ON,
    R_HOURS,
    R_PEOPLE,
    R_TEXT,
    R_TEXT_COUNT,
    R_PROCESS,
    R_LINE,
    R_PLACE,
    R_HAS_ROLE,
    R_NAME_RANK,
) = range(RULE_WIDTH)
A_EVENT, A_ENTERING, A_FIELD, A_SILENCE = range(4)
OFFER_WIDTH = 20
(
    O_CONDITION,
    O_STAGES,
    O_STAGE_COUNT,
    O_PRICE,
    O_DISCOUNT,
    O_VALID,
    O_AT_MOST,
    O_LADDER,
    O_ORDER,
    O_CAPS,
    O_CAP_COUNT,
    O_ACCEPTED,
    O_ACCEPTED_COUNT,
    O_DECLINED,
    O_DECLINED_COUNT,
    O_PEOPLE,
    O_PLACE,
    O_LINE,
    O_PRICE_DIVISOR,
    O_DISCOUNT_DIVISOR,
) = range(OFFER_WIDTH)
KIND_WIDTH = 12
(
    K_EMITTED,
    K_COLUMNS,
    K_COLUMN_COUNT,
    K_TAKES,
    K_TAKE_COUNT,
    K_OFFERS,
    K_OFFER_COUNT,
    K_STARTS,
    K_START_COUNT,
    K_NAME_RANK,
    K_PLACE,
    K_LINE,
) = range(KIND_WIDTH)
FIELD_WIDTH = 4
F_COLUMN, F_RULES, F_RULE_COUNT, F_PLACE = range(FIELD_WIDTH)
HOURS_WIDTH = 3
H_FIRST, H_DAYS, H_INDEX = range(HOURS_WIDTH)

# The state of the case at hand.
POSITION_WIDTH = 9
(
    X_STAGE,
    X_SINCE,
    X_STEPS,
    X_STUCK,
    X_SPENT,
    X_REACHED,
    X_ALERT,
    X_MISSED,
    X_WHY,
) = range(POSITION_WIDTH)
TIMER_WIDTH = 4
I_DUE, I_WAITING, I_SPENT, I_FIRED = range(TIMER_WIDTH)
STAGE_STATE_WIDTH = 2
HISTORY_WIDTH = 5
N_START, N_NEXT, N_END, N_FIRST, N_LAST = range(HISTORY_WIDTH)
NODE_WIDTH = 3
TALLY_STATE_WIDTH = 7
V_SEEN, V_COUNT, V_TOTAL, V_HEAD, V_TAIL, V_BASIS, V_END = range(TALLY_STATE_WIDTH)
INSIDE_WIDTH = 4
RULE_STATE_WIDTH = 10
Q_HEAD, Q_TAIL, Q_SERIES, Q_ANCHOR, Q_NUMBER, Q_BEGINS, Q_TIMES, Q_LATEST, Q_CANONICAL, Q_TWICE = range(
    RULE_STATE_WIDTH
)
OFFER_STATE_WIDTH = 4
U_OPEN, U_HELD, U_WAITS, U_TIMES = range(OFFER_STATE_WIDTH)
# An event that waits for its moment; those that other cases have sent are `B_FOREIGN`, and lie in the data.
PENDING_WIDTH = 13
(
    B_TIME,
    B_KIND,
    B_VALUES,
    B_CAUSE,
    B_NEXT,
    B_SENT,
    B_PHASE,
    B_TURN,
    B_ROUND,
    B_FOREIGN,
    B_LATE,
    B_NEAR,
    B_RANK,
) = range(PENDING_WIDTH)
# Behind an event from another case: how many rows before it the first with the same cause stands (-1: it has
# none), that cause's name among all cases, its counts, and the event's values.
B_BACK = PENDING_WIDTH
B_NAME = B_BACK + 1
B_COUNTS = B_NAME + 1
# What a step belongs to: an event of the data, an event that was sent, what falls due, and what falls due
# because of what fell due in another case at the same moment.
BY_DATA, BY_QUEUE, BY_DUE, BY_ECHO = range(4)

# Rows of the answer.
TASK_WIDTH = 20
(
    J_CASE,
    J_KIND,
    J_RULE,
    J_NUMBER,
    J_ANCHOR,
    J_REPEATED,
    J_PERSON,
    J_CREATED,
    J_DUE,
    J_WANTED,
    J_MOVED,
    J_CLOSED,
    J_OUTCOME,
    J_REASON,
    J_ABOUT,
    J_TEXT,
    J_PLACED,
    J_NEXT,
    J_BEFORE,
    J_LINE,
) = range(TASK_WIDTH)
FOLLOW_UP, ALERT, FORGOTTEN = range(3)
COPY_WIDTH = 12
(
    L_CASE,
    L_OFFER,
    L_NUMBER,
    L_OPENED,
    L_EXPIRES,
    L_PRICE,
    L_PRICE_DIVISOR,
    L_DISCOUNT,
    L_DISCOUNT_DIVISOR,
    L_PERSON,
    L_STATUS,
    L_CLOSED,
) = range(COPY_WIDTH)
STORY_WIDTH = 10
DEVIATION_WIDTH = 11
# An event that was sent to another case; behind these cells are its values.
SENT_VALUES = 11
(
    Z_CASE,
    Z_SEND,
    Z_TO,
    Z_TIME,
    Z_SENT,
    Z_PHASE,
    Z_TURN,
    Z_TURN_ROW,
    Z_ROUND,
    Z_CAUSE,
    Z_CAUSE_IS,
) = range(SENT_VALUES)
NO_CAUSE, OWN_CAUSE, OTHER_CAUSE = range(3)
WHY_WIDTH = 2
EFFECT_ROW_WIDTH = 2
# A case's last row: whether it exists, its moments, then five cells a process, then the fields that are set.
FINAL_POSITIONS = 6
FINAL_POSITION_WIDTH = 5
ABSENT, PRESENT, LEFT = range(3)

# The operations of the stack machine.
(
    END,
    PUSH,
    FIELD,
    EVENT_FIELD,
    TALLY,
    TALLY_TOTAL,
    ELAPSED,
    REACHED,
    NOW_IN,
    NEGATE,
    ADD,
    SUBTRACT,
    MULTIPLY,
    RESCALE,
    EQUAL,
    UNEQUAL,
    LESS,
    AT_MOST,
    MORE,
    AT_LEAST,
    NOT,
    AND,
    OR,
    JUMP,
    JUMP_FALSE,
    JUMP_TRUE,
    JUMP_NOT_TRUE,
    BRANCH,
    KNOWN,
    STORE,
    LOAD,
    INCREASE,
    ADD_TO,
    LEAST_TO,
    GREATEST_TO,
    FRACTION_IS,
    FRACTION_ROUND,
    FRACTION_KNOWN,
    ROUND,
) = range(39)
ANCHOR_ENTRY, ANCHOR_INSTANT, ANCHOR_DAY, ANCHOR_LAST, ANCHOR_FIRST = range(5)
LOOKS = 400
"""How often a guard is looked at again; the same as the reference executor's."""
