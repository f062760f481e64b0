"""Says in the words of a spec what an example client is like, and shows it as a scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m

if TYPE_CHECKING:
    from stepladder_dsl.analysis.tables import Table
    from stepladder_dsl.analysis.witnesses import Witness


def written(spec: m.Spec, expression: e.Expression) -> str:
    """Write an expression with the keywords of the spec's language."""
    from stepladder_dsl.model.print_spec import words_of

    return words_of(spec).expression(expression)


def values_of(table: Table, witness: Witness) -> tuple[str, ...]:
    """Write what a table sees of a client, one condition for each column that matters."""
    return tuple(f"`{written(table.spec, _fact(table, *met))}`" for met in witness.met)


def _fact(table: Table, subject: e.Expression, value: object) -> e.Expression:
    """Give the condition that says which value something has, by the name it has in the table."""
    column = next(column for column in table.columns if column.subject == subject)
    named = table.decision.inputs[column.places[0]]
    if value is None:
        return e.IsKnown(named, negated=True)
    return e.Comparison("=", named, e.Literal(value, named.type))


def showing_nothing(finding: Diagnostic, table: Table, witness: Witness) -> Diagnostic:
    """Add the scenario in which the table gives a client nothing; the finding's sentence is its title."""
    from stepladder_dsl.model.print_spec import print_scenario

    output = next(iter(table.decision.outputs), None)
    if output is None:
        return finding
    value = e.DecisionValue(table.decision.name, output, table.decision.outputs[output])
    scenario = witness.scenario(message(finding, table.spec.language), e.IsKnown(value, negated=True))
    return replace(finding, example=print_scenario(scenario, table.spec))
