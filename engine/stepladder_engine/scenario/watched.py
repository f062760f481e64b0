"""A spec made ready to run that remembers what its conditions said and which rows of its tables matched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import field, replace

from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.spec import DecisionRow
from stepladder_dsl.record import record
from stepladder_engine.expressions.compile import Compiler
from stepladder_engine.expressions.logic import Evaluate
from stepladder_engine.expressions.view import View
from stepladder_engine.runtime.plans import Guard
from stepladder_engine.runtime.program import Program


@record(frozen=False)
class WatchedProgram(Program):
    """A compiled spec that remembers, by the pieces of the model themselves."""

    outcomes: dict[int, set[bool]] = field(default_factory=lambda: defaultdict(set))
    """Whether a condition was true when it was asked, and whether it was not."""
    rows: set[int] = field(default_factory=set)
    """The rows of decision tables that matched."""

    def guard(self, expression: Expression | None) -> Guard:
        """Compile a condition that remembers."""
        made = super().guard(expression)
        if expression is None:
            return made
        outcomes = self.outcomes[id(expression)]

        def holds(view: View) -> bool | None:
            value: bool | None = made.holds(view)
            outcomes.add(value is True)
            return value

        return replace(made, holds=holds)

    def make_compiler(self) -> Compiler:
        """Make a compiler whose decision tables remember."""
        return _WatchedCompiler(self)


class _WatchedCompiler(Compiler):
    def __init__(self, program: WatchedProgram) -> None:
        super().__init__(program.zone, program.spec.lets, program.spec.decisions)
        self.program = program

    def row_tests(self, row: DecisionRow) -> Sequence[Evaluate]:
        """Compile what a row asks; behind it stands a test that is asked only where all others are true."""

        def matched(_view: View) -> bool:
            self.program.rows.add(id(row))
            return True

        return [*super().row_tests(row), matched]
