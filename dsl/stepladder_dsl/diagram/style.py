"""How pictures look: every colour, size and stroke in one place.

Colours are of the Okabe-Ito family, which people with any colour vision tell
apart; nothing is said by colour alone (outcomes differ in shape and mark,
transitions in stroke), so that a picture also works on a black-and-white printer.
Pictures are drawn in the light colours; each is different from all others, even where the
eye sees none, because the other themes (`diagram.theme`) find a colour's part by its value.
Sizes are CSS pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

PAPER = "#ffffff"
ON_COLOUR = "#fdfdfd"
"""Signs and digits on a disc of a strong colour."""
INK = "#1f2d3a"
QUIET = "#56656f"
RULE = "#d5dde4"
FONT = "DejaVu Sans"
FONT_FAMILY = "'DejaVu Sans', Verdana, Tahoma, sans-serif"


@dataclass(frozen=True)
class Look:
    """Fill, outline and text of a card, and the mark it carries."""

    fill: str
    line: str
    ink: str
    width: float = 1.3
    mark: str | None = None


CARDS = {
    "stage": Look("#fefefe", "#4f6d86", INK),
    "won": Look("#e2f3ec", "#00795a", "#00533e", 1.8, "won"),
    "lost": Look("#fbe8dc", "#b34a00", "#7a3300", 1.8, "lost"),
    "neutral": Look("#eceef0", "#5f6b74", "#38434b", 1.8, "neutral"),
}


QUIET_CARD = Look(PAPER, "#8d99a3", QUIET, 1.0)
"""A card that stands back behind others."""


@dataclass(frozen=True)
class Stroke:
    """Colour and dashes of a transition's line, as SVG and as graphviz name them."""

    colour: str
    dashes: str | None
    graphviz: str
    width: float = 1.4


STROKES = {
    "event": Stroke("#1f5f91", None, "solid"),
    "timer": Stroke("#8a5a00", "7 4", "dashed"),
    "when": Stroke("#962a5e", "1.6 3.6", "dotted", 1.8),
}

FRAME_FILLS = ("#f4f7fa", "#e9eff5", "#dee7ef")
FRAME_LINE = "#c3d0db"
FRAME_INK = "#3f5b73"

TITLE_SIZE = 19.0
SUBTITLE_SIZE = 12.0
CARD_TITLE_SIZE = 13.0
SMALL_SIZE = 12
FRAME_SIZE = 12.5
LINE_HEIGHT = 1.24

PAGE_MARGIN = 10.0
SHEET_GAP = 40.0
CARD_PADDING = 8.0
CARD_MIN_WIDTH = 128.0
CARD_TEXT_WIDTH = 204.0
CARD_RADIUS = 8.0
CARD_GAP = 4.0
MARK_SIZE = 11.0
MARK_GAP = 5.0
STROKE_SIZE = 26.0
"""The length of the little arrows in a legend."""
LABEL_TEXT_WIDTH = 164.0
LABEL_LETTERS = 24
LABEL_PADDING = 4.0
FRAME_PADDING = 10.0
FRAME_TEXT_WIDTH = 240.0
HEADING_TEXT_WIDTH = 960.0
BETWEEN_EVENTS = "\u00a0\u00b7 "
COMMON_LEAST = 2
"""In how many cards a follow-up may stand, however small the process."""
CARD_CLEARANCE = 5.0
"""How far lines stay away from cards that they pass."""
LABEL_CLEARANCE = 3.0
WON_RADIUS = 24.0
LOST_CUT = 11.0
NEUTRAL_RADIUS = 2.0
ARROW_LENGTH = 8.0
LEGEND_GAP = 18.0
LEGEND_TEXT_WIDTH = 400.0

NODE_SEPARATION = 26.0
RANK_SEPARATION = 9.0
HEADING_GAP = 10.0
LEGEND_ROW = 18.0
MANY = 25
"""From how many stages on fewer layouts of a picture are tried."""
LONG = 60
"""From how many stages on a process is written in as many columns as it needs."""
USUAL_CELL = (230.0, 125.0)
"""The room that a card and the ways beside it take in a grid, about."""
FOLDED_FROM = 7
"""From how many stages on a picture may have two columns."""
GUTTER = 44.0
GATE = 10.0
"""How far an arrow between columns runs straight out of a card."""
BEND = 60.0
"""How far an arrow between columns keeps to its first direction, at most."""
PARTING = 5.0
"""How far two arrows there and back move aside."""
LONG_LINE = 320.0
"""From which length on a line has its label near its source."""

# What makes one layout better than another: see `layout.costs`.
SHRINKING_COST = 2.2
POOR_COST = 8.0
"""From here on a layout is so small on paper, or so tangled, that another way is worth its time."""
LONG_WAY = 1200.0
CROSSING_COST = 0.015
CLASH_COST = 0.015
COVERING_COST = 0.3
ORDER_COST = 0.6
TOGETHER_COST = 0.03
TOGETHER = 7.0
"""How near lines come before a reader takes one for the other."""

# With the figures of a run on it.
UNUSED = QUIET_CARD.line
LOST_WAY = CARDS["lost"].line
THINNEST, WIDEST = 1.2, 7.0
"""How wide a way is that nobody and that most have taken."""
WAYS = {"unused": UNUSED, "lost": LOST_WAY, **{kind: stroke.colour for kind, stroke in STROKES.items()}}
"""The colour of a way by how it looks."""


def wing(width: float) -> float:
    """Give how far the head of a way of that width reaches to each side."""
    return ARROW_LENGTH * 0.45 + max(width - 2, 0.0) / 2


LONG_MARKS = frozenset((*STROKES, "volume", "lost_way", "unused_way", "gone"))

# A way through a process.
GONE = 0.35
"""How wide a way is that was gone, between the thinnest and the widest."""

# Lanes.
LANE_LEAST = 190.0
TRACK = 11.0
"""How far ways run apart in a gap between rows or columns."""
GAP_PADDING = 15.0
"""How far ways in a gap stay away from cards."""
PORTS = 22.0
"""How far ways stand apart at the side of a card, at most."""
ASIDE = 3.0
"""How far ends on facing sides of two cards move apart."""
TURN = 7.0
"""The radius of a bend."""
LABEL_IN_THE_WAY = 400.0
"""What a label weighs that finds no free place."""

# Views that are no graphs: stairs, tables, lanes.
STEP_WIDTH = 300.0
STEP_TEXT_WIDTH = 262.0
STEP_INDENT = 34.0
STEPS_INDENT = 340.0
"""How far the top of a staircase stands from its foot, at most."""
STEP_GAP = 14.0
LIFT_HEIGHT = 24.0
LIFT_INDENT = 26.0
LIFT_TEXT_WIDTH = 300.0
MATRIX_TITLE_WIDTH = 280.0
ROLE_WIDTH = 142.0
REPORTS_STEP = 44.0
BADGE = 22.0
BAR_HEIGHT = 7.0
BAR = STROKES["event"].colour

SCALE = 2.0
"""How many dots of a PNG make one pixel."""

PAGES = ((1047.0, 718.0), (718.0, 1047.0))
"""A4 across and upright, less margins of 1 cm: what a picture should fit on."""


LIGHT = {
    "paper": PAPER,
    "ink": INK,
    "quiet": QUIET,
    "rule": RULE,
    "on-colour": ON_COLOUR,
    "unused": UNUSED,
    "frame-line": FRAME_LINE,
    "frame-ink": FRAME_INK,
    **{f"frame-{depth}": fill for depth, fill in enumerate(FRAME_FILLS)},
    **{f"{kind}-way": stroke.colour for kind, stroke in STROKES.items()},
    **{f"{shape}-fill": look.fill for shape, look in CARDS.items()},
    **{f"{shape}-line": look.line for shape, look in CARDS.items()},
    **{f"{shape}-ink": look.ink for shape, look in CARDS.items() if look.ink != INK},
}
"""The colours by the part that they play."""

DARK = {
    "paper": "#11181f",
    "ink": "#e4ebf1",
    "quiet": "#a3b1bc",
    "rule": "#33424f",
    "on-colour": "#10171d",
    "unused": "#7d8b97",
    "frame-line": "#3d5062",
    "frame-ink": "#a9c4dc",
    "frame-0": "#16202a",
    "frame-1": "#1c2935",
    "frame-2": "#233241",
    "event-way": "#74b3e6",
    "timer-way": "#e0aa4e",
    "when-way": "#f2a0c4",
    "stage-fill": "#1a242d",
    "stage-line": "#8fb0cb",
    "won-fill": "#0f332a",
    "won-line": "#3fc39b",
    "won-ink": "#9fe5cd",
    "lost-fill": "#3b2113",
    "lost-line": "#f08d4f",
    "lost-ink": "#ffc4a0",
    "neutral-fill": "#2a3036",
    "neutral-line": "#a3adb5",
    "neutral-ink": "#d3dae0",
}
"""The same parts on a dark page."""


def frame_fill(depth: int) -> str:
    """Give the background of a phase by how many phases are around it."""
    return FRAME_FILLS[min(depth, len(FRAME_FILLS) - 1)]
