"""What happens after the purchase to make sure that the experience was very good.

Soon: a follow-up behind the purchase, with a role, within 14 days. Seen to: it goes on to somebody else
when it is not done, or a metric counts the events that do it.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_follow_up, of_metric
from stepladder_dsl.audit.facts import Facts, days
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import AfterSilence, FollowUp

_FOLLOW_UP = """\
follow up {n:how_is_it} "{t:how_is_it}"
    after {purchase} in 3 days
    by {service} via {w:phone}
    done on {talk}
    escalate to {boss} after 3 days
"""


def _is_soon(facts: Facts, rule: FollowUp) -> bool:
    if rule.role is None or not facts.asks(rule) or isinstance(rule.anchor, AfterSilence):
        return False
    return any(0 < days(interval) <= 14 for interval in rule.intervals)


def _find(facts: Facts) -> list[Part]:
    soon = [rule for rule in facts.follow_ups_on("after") if _is_soon(facts, rule)]
    escalated = [rule for rule in soon if any(step.role != rule.role for step in rule.escalations)]
    doing = {pattern.event for rule in soon for pattern in rule.done_on} - set(facts.purchases)
    counted = [
        metric
        for metric in facts.metrics_of_clients()
        if any(found.event in doing for found in facts.history(metric.value))
    ]
    return [
        part(facts, "soon", map(of_follow_up, soon), _FOLLOW_UP),
        part(facts, "checks", [*map(of_follow_up, escalated), *map(of_metric, counted)], _FOLLOW_UP),
    ]


QUESTION = Question(13, "good-experience", _find)
