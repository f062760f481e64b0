"""How many clients came by referral this year, and what share of clients refers often.

Known: clients have a field that names another client, or there is an event by which a referral offer is
accepted. This year: a metric looks at these events `in last 12 months`, or at clients with that field
and a time. Often: a metric divides the clients with two such events or more by others.
"""

from __future__ import annotations

from collections.abc import Callable

from stepladder_dsl.audit.evidence import of_event, of_field, of_let, of_metric
from stepladder_dsl.audit.facts import Facts, days
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Metric

_KNOWN = """\
let {n:friends_brought} for {client} = count of {referral}
"""
_THIS_YEAR = """\
metric {n:brought_this_year} "{t:brought_this_year}"
    = count of {referral} in last 12 months
    owner {marketing}
"""
_OFTEN = """\
let {n:friends_brought} for {client} = count of {referral}

metric {n:refer_often} "{t:refer_often}"
    = (count of {client} where {n:friends_brought} >= 2) / (count of {client})
    owner {marketing}
"""


def _find(facts: Facts) -> list[Part]:
    known = [of_field(field) for field in facts.introductions.values()]
    known += [of_event(event) for event in facts.referrals.values()]
    if known:
        lets = facts.spec.lets.values()
        known += [of_let(let) for let in lets if _referred(facts, let.value)]
    metrics = facts.metrics_of_clients()
    return [
        part(facts, "known", known, _KNOWN),
        part(facts, "this_year", map(of_metric, filter(_this_year(facts), metrics)), _THIS_YEAR),
        part(facts, "often", map(of_metric, filter(_often(facts), metrics)), _OFTEN),
    ]


def _referred(facts: Facts, expression: e.Expression) -> list[e.History]:
    return [found for found in facts.history(expression) if found.event in facts.referrals]


def _is_a_year(window: e.Window | None) -> bool:
    return isinstance(window, e.LastWindow) and 360 <= days(window.duration) <= 367


def _this_year(facts: Facts) -> Callable[[Metric], bool]:
    names = {field.name for field in facts.introductions.values()}

    def looks(metric: Metric) -> bool:
        parts = list(facts.expanded(metric.value))
        brought = any(isinstance(part, e.RecordField) and part.name in names for part in parts)
        has_time = any(
            isinstance(part, e.Elapsed) or (isinstance(part, e.History) and _is_a_year(part.window))
            for part in parts
        )
        counted = any(_is_a_year(found.window) for found in _referred(facts, metric.value))
        return counted or (brought and has_time)

    return looks


def _often(facts: Facts) -> Callable[[Metric], bool]:
    def looks(metric: Metric) -> bool:
        value = metric.value
        if not (isinstance(value, e.Arithmetic) and value.operator == "/"):
            return False
        return any(facts.is_at_least(part, facts.referrals, 2) for part in facts.expanded(value.left))

    return looks


QUESTION = Question(16, "referrals", _find)
