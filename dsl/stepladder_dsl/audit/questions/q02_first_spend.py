"""What a client spends on average in the first 30 days and in the first year.

A metric answers that looks at purchases `in first 30 days` (28 to 31), and `in first 365 days` or
`12 months`, also through a value that it averages.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_metric
from stepladder_dsl.audit.facts import Facts, days
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.expressions import FirstWindow
from stepladder_dsl.model.spec import Metric

_FIRST_MONTH = """\
let {n:spent_first_month} for {client} = sum of {paid} in first 30 days

metric {n:first_month} "{t:first_month}"
    = average of {client}.{n:spent_first_month}
    owner {seller}
"""
_FIRST_YEAR = """\
let {n:spent_first_year} for {client} = sum of {paid} in first 12 months

metric {n:first_year} "{t:first_year}"
    = average of {client}.{n:spent_first_year}
    owner {seller}
"""


def _metrics(facts: Facts, least: float, most: float) -> list[Metric]:
    def looks(metric: Metric) -> bool:
        return any(
            found.event in facts.purchases
            and found.field is not None
            and isinstance(found.window, FirstWindow)
            and least <= days(found.window.duration) <= most
            for found in facts.history(metric.value)
        )

    return [metric for metric in facts.metrics_of_clients() if looks(metric)]


def _find(facts: Facts) -> list[Part]:
    return [
        part(facts, "first_month", map(of_metric, _metrics(facts, 28, 31)), _FIRST_MONTH),
        part(facts, "first_year", map(of_metric, _metrics(facts, 360, 367)), _FIRST_YEAR),
    ]


QUESTION = Question(2, "first-spend", _find)
