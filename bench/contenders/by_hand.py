"""What a consultant's analyst writes: a script for this one process, with pandas or polars around it."""

from __future__ import annotations

from contenders.reading import main
from contenders.story import TIMEOUT, Facts

AFTER_TIME = {
    "lead": "lost",
    "talking": "quiet",
    "offered": "talking",
    "owns": "quiet",
    "loyal": "quiet",
    "quiet": "lost",
}


def decide(stage: str, event: str, facts: Facts) -> str | None:
    """Give the next stage."""
    if event == TIMEOUT:
        return AFTER_TIME.get(stage)
    match stage, event:
        case "lead", "visit" if facts.channel in {"social", "web"}:
            return "talking"
        case ("lead", "purchase") | ("offered", "purchase") | ("in_repair", "repaired"):
            return "owns"
        case "talking", "quote" if facts.amount >= 100_00:
            return "offered"
        case "talking", "purchase" if facts.amount >= 40_00:
            return "owns"
        case "talking", "refusal":
            return "lost"
        case "offered", "call" if facts.score >= 7:
            return "talking"
        case "offered", "refusal":
            return "quiet"
        case "owns", "fault":
            return "in_repair"
        case "owns", "purchase" if facts.purchases >= 3 and facts.spent >= 500_00:
            return "loyal"
        case "owns", "call" if facts.visits >= 3 and facts.silence >= 60:
            return "quiet"
        case "loyal", "fault" if facts.spent < 3000_00:
            return "in_repair"
        case "loyal", "survey" if facts.score <= 3:
            return "owns"
        case "quiet", "visit" if facts.silence >= 180 or facts.channel == "friend":
            return "talking"
        case "quiet", "purchase" if facts.amount > 20_00:
            return "owns"
    return None


if __name__ == "__main__":
    main(lambda: decide)
