"""The ways from stage to stage as a table, for the libraries that are fed with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from contenders.story import TIMEOUT, Facts


class Way(NamedTuple):
    """One way; `guard` is an expression over the facts that Python and zen both read, empty for none."""

    source: str
    event: str
    target: str
    guard: str = ""


STAGES = ("lead", "talking", "offered", "owns", "in_repair", "loyal", "quiet", "lost")
EVENTS = ("visit", "quote", "purchase", "call", "fault", "repaired", "refusal", "survey", TIMEOUT)
WAYS = (
    Way("lead", "visit", "talking", 'channel in ["social", "web"]'),
    Way("lead", "purchase", "owns"),
    Way("talking", "quote", "offered", "amount >= 10000"),
    Way("talking", "purchase", "owns", "amount >= 4000"),
    Way("talking", "refusal", "lost"),
    Way("offered", "purchase", "owns"),
    Way("offered", "call", "talking", "score >= 7"),
    Way("offered", "refusal", "quiet"),
    Way("owns", "fault", "in_repair"),
    Way("owns", "purchase", "loyal", "purchases >= 3 and spent >= 50000"),
    Way("owns", "call", "quiet", "visits >= 3 and silence >= 60"),
    Way("in_repair", "repaired", "owns"),
    Way("loyal", "fault", "in_repair", "spent < 300000"),
    Way("loyal", "survey", "owns", "score <= 3"),
    Way("quiet", "visit", "talking", 'silence >= 180 or channel == "friend"'),
    Way("quiet", "purchase", "owns", "amount > 2000"),
    Way("lead", TIMEOUT, "lost"),
    Way("talking", TIMEOUT, "quiet"),
    Way("offered", TIMEOUT, "talking"),
    Way("owns", TIMEOUT, "quiet"),
    Way("loyal", TIMEOUT, "quiet"),
    Way("quiet", TIMEOUT, "lost"),
)

GUARDS: dict[str, Callable[[Facts], bool]] = {
    'channel in ["social", "web"]': lambda facts: facts.channel in {"social", "web"},
    "amount >= 10000": lambda facts: facts.amount >= 100_00,
    "amount >= 4000": lambda facts: facts.amount >= 40_00,
    "score >= 7": lambda facts: facts.score >= 7,
    "purchases >= 3 and spent >= 50000": lambda facts: facts.purchases >= 3 and facts.spent >= 500_00,
    "visits >= 3 and silence >= 60": lambda facts: facts.visits >= 3 and facts.silence >= 60,
    "spent < 300000": lambda facts: facts.spent < 3000_00,
    "score <= 3": lambda facts: facts.score <= 3,
    'silence >= 180 or channel == "friend"': lambda facts: facts.silence >= 180 or facts.channel == "friend",
    "amount > 2000": lambda facts: facts.amount > 20_00,
}
"""The same guards as functions, for libraries that call functions."""
