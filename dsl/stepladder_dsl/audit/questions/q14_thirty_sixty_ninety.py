"""How satisfaction is followed up 30, 60 and 90 days after the purchase.

Follow-ups behind the purchase, with a role, whose tasks fall due after 28 to 31, 56 to 62 and 84 to 93
days, counted from the purchase, the handing over or the entry into a stage; `again every` counts. One
that only the next payment does is a reminder, and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.audit.evidence import of_follow_up
from stepladder_dsl.audit.facts import Facts, days
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import AfterField, AfterSilence, FollowUp

_FOLLOW_UP = """\
follow up {n:satisfaction} "{t:satisfaction}"
    after {purchase} in 30 days, 60 days, 90 days
    by {service} via {w:email}
    done on {talk}
"""
_SPANS = {"day_30": (28, 31), "day_60": (56, 62), "day_90": (84, 93)}


def _due(rule: FollowUp) -> Iterator[float]:
    """Yield after how many days the tasks fall due, as far as the third month."""
    last = 0.0
    for interval in rule.intervals:
        last = days(interval)
        yield last
    if rule.again is not None:
        step = max(days(rule.again), 1.0)
        while (last := last + step) <= 93:
            yield last


def _find(facts: Facts) -> list[Part]:
    rules = [
        rule
        for rule in facts.follow_ups_on("after")
        if rule.role is not None
        and not isinstance(rule.anchor, AfterSilence | AfterField)
        and facts.asks(rule)
    ]
    found = []
    for key, (least, most) in _SPANS.items():
        due = [rule for rule in rules if any(least <= day <= most for day in _due(rule))]
        found.append(part(facts, key, map(of_follow_up, due), _FOLLOW_UP))
    return found


QUESTION = Question(14, "thirty-sixty-ninety", _find)
