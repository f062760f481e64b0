"""Decision tables, and the figures by which the work is measured."""

from __future__ import annotations

from stepladder_dsl.documents.book import NOTHING, Book, with_capital
from stepladder_dsl.documents.content import Paragraph, Run, Section, Table, Text
from stepladder_dsl.documents.readable import spoken
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Decision, DecisionRow, Metric


def decisions(book: Book) -> Section:
    """Give the chapter of the decision tables."""
    return Section(
        "decisions",
        book.tell("decisions"),
        (),
        tuple(_decision(book, decision) for decision in book.spec.decisions.values()),
    )


def _decision(book: Book, decision: Decision) -> Section:
    head = tuple(with_capital((Run(_asked(book, subject)),)) for subject in decision.inputs)
    outputs = tuple(
        with_capital(book.tell("decision.output", name=Run(spoken(name), given=True)))
        for name in decision.outputs
    )
    rows = tuple(_row(book, decision, row) for row in decision.rows)
    about = Paragraph(book.tell(f"policy.{decision.policy.value}"))
    title = (Run(decision.label, given=True),)
    return Section(f"decision-{decision.name}", title, (about, Table((*head, *outputs), rows)))


def _asked(book: Book, subject: e.Expression) -> str:
    """Give the head of a column: a name stands there as it is."""
    named = isinstance(subject, e.RecordField | e.EventField | e.LetValue | e.DecisionValue)
    return book.read.name(subject) if named else book.read(subject)


def _row(book: Book, decision: Decision, row: DecisionRow) -> tuple[Text, ...]:
    tests = [_cell(book, subject, test) for subject, test in zip(decision.inputs, row.tests, strict=True)]
    values = [NOTHING if value is None else (Run(book.read(value), strong=True),) for value in row.values]
    return (*tests, *values)


def _cell(book: Book, subject: e.Expression, test: e.Expression | None) -> Text:
    """Write one test of a row without what it is about, which stands in the head."""
    if test is None:
        return book.tell("cell.any")
    if isinstance(test, e.Logical):
        return book.tell.joined((_cell(book, subject, part) for part in test.operands), "or")
    if isinstance(test, e.Comparison) and test.left == subject:
        return book.tell(f"bound.{test.operator}", value=book.read(test.right, subject.type))
    if isinstance(test, e.Between) and test.operand == subject:
        low, high = (book.read(bound, subject.type) for bound in (test.low, test.high))
        return book.tell("bound.between", low=low, high=high)
    if isinstance(test, e.IsKnown):
        return book.tell("cell.unknown" if test.negated else "cell.known")
    return (Run(book.read(test)),)


def metrics(book: Book) -> Section:
    """Give the chapter of the figures."""
    tell = book.tell
    return Section(
        "metrics",
        tell("metrics"),
        (),
        tuple(
            Section(
                f"metric-{metric.name}",
                (Run(metric.label, given=True),),
                (
                    book.facts(
                        [
                            ("fact.target", target_words(book, metric)),
                            ("fact.owner", book.role(metric.owner) if metric.owner else None),
                            ("fact.formula", book.read(metric.value)),
                            (
                                "fact.by_each",
                                tell.joined(Run(spoken(name), given=True) for name in metric.by),
                            ),
                        ]
                    ),
                ),
            )
            for metric in book.spec.metrics.values()
        ),
    )


def target_words(book: Book, metric: Metric) -> Text:
    """Say what a figure should reach."""
    target = metric.target
    if target is None:
        return book.tell("target.none")
    value = target.value
    if metric.percent and isinstance(value, e.Literal) and value.value is not None:
        words = book.tell.percent(value.value)
    else:
        words = book.read(value, metric.value.type)
    return book.tell(f"bound.{target.operator}", value=words)
