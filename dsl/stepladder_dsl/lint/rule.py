"""What a rule is, and what it is given to look at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, get_args

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.graph.walks import can_reach, reachable_from, stage_successors
from stepladder_dsl.model.allowances import Allowance
from stepladder_dsl.model.expressions import Expression, children
from stepladder_dsl.model.spec import Process, Spec, Stage
from stepladder_dsl.record import record
from stepladder_dsl.source import Source, Span

if TYPE_CHECKING:
    from stepladder_dsl.analysis.solver import Solver, Verdict
    from stepladder_dsl.analysis.tables import Table
    from stepladder_dsl.syntax.nodes import Name

_EXPRESSIONS = get_args(Expression)


@record
class Ways:
    """What can be reached from where in one process."""

    process: Process

    @cached_property
    def successors(self) -> dict[str, tuple[str, ...]]:
        """For each stage the stages that one transition leads to."""
        return stage_successors(self.process)

    @cached_property
    def reached(self) -> set[str]:
        """The stages that a case can come to from the start."""
        return reachable_from(self.successors, [self.process.start] if self.process.start else [])

    @cached_property
    def dead_ends(self) -> set[str]:
        """The stages that are no end and that no transition leaves."""
        return {
            stage.name
            for stage in self.process.stages.values()
            if stage.end is None and set(self.successors[stage.name]) <= {stage.name}
        }

    @cached_property
    def ends(self) -> set[str]:
        """The end stages."""
        return {stage.name for stage in self.process.stages.values() if stage.end is not None}

    @cached_property
    def leading_somewhere(self) -> set[str]:
        """The stages from which an end, or at least a dead end, can be reached."""
        return can_reach(self.successors, self.ends | self.dead_ends)


@record
class LintContext:
    """A spec, its text, and what several rules ask of it, each worked out once."""

    spec: Spec
    source: Source
    unneeded: tuple[tuple[Allowance, Name], ...] = ()
    """What the text allows and no rule has found; known to the rules that come last."""
    included: tuple[Source, ...] = ()
    """The texts of other files that it includes."""

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every text by the name under which places speak of it."""
        return {source.name: source for source in (self.source, *self.included)}

    @cached_property
    def ways(self) -> dict[str, Ways]:
        """The ways of each process by its name."""
        return {name: Ways(process) for name, process in self.spec.processes.items()}

    @cached_property
    def stages(self) -> list[tuple[Process, Stage]]:
        """Every stage with its process, in the order of the text."""
        return [
            (process, stage) for process in self.spec.processes.values() for stage in process.stages.values()
        ]

    @cached_property
    def solver(self) -> Solver:
        """Answers what can be true together; shared, so that what the rules ask stays within one budget."""
        from stepladder_dsl.analysis.solver import Solver

        return Solver(self.spec)

    def example(self, code: str, verdict: Verdict, conditions: Sequence[Expression]) -> str:
        """Write the client of an answer as a scenario behind the spec, which says what the conditions are.

        The conditions are the first of those that were asked about; nothing is written where no scenario
        has words for them.
        """
        from stepladder_dsl.analysis.solver import expectations, scenario
        from stepladder_dsl.model.print_spec import print_scenario

        client = verdict.client
        told = () if client is None else expectations(client, zip(conditions, verdict.truths, strict=False))
        if client is None or not told:
            return ""
        title = f"{code}: {client.event or client.given[0].record}"
        return print_scenario(scenario(client, title, told), self.spec)

    @property
    def undecided(self) -> int:
        """How many questions to the solver were left open so far."""
        return self.solver.undecided if "solver" in self.__dict__ else 0

    @cached_property
    def tables(self) -> list[Table]:
        """Every decision table, with what can be proved of it."""
        if not self.spec.decisions:
            return []
        from stepladder_dsl.analysis.full_domains import FullDomains
        from stepladder_dsl.analysis.tables import Table
        from stepladder_dsl.analysis.witnesses import Witnesses

        shared = (self.spec, FullDomains(self.spec), Witnesses(self.spec))
        return [Table(decision, *shared) for decision in self.spec.decisions.values()]

    @cached_property
    def parts(self) -> list[Any]:
        """Every record of the model and every expression in it, however deep it lies."""
        return list(_parts(self.spec))


def _parts(spec: Spec) -> Iterator[Any]:
    """Yield what is inside a spec, each part before its own parts, in the order of the fields."""
    waiting: list[Any] = [spec]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, tuple):
            waiting.extend(reversed(value))
        elif isinstance(value, _EXPRESSIONS):
            yield value
            waiting.extend(reversed(children(value)))
        elif names := _field_names(value.__class__):
            yield value
            waiting.extend(getattr(value, name) for name in names)


@cache
def _field_names(kind: Hashable) -> tuple[str, ...]:
    """Give the fields of a class of records, the last first; none of what is no record, or is a place."""
    if not isinstance(kind, type) or not is_dataclass(kind) or kind is Span:
        return ()
    return tuple(part.name for part in reversed(fields(kind)))


@record
class Rule:
    """A kind of mistake: its code for ever, its readable name, and how to find it.

    One that is off by default runs where somebody asks for it by code or name. One that needs the
    solver is left out where none is installed.
    """

    code: str
    name: str
    severity: Severity
    check: Callable[[LintContext], Iterator[Diagnostic]]
    on_by_default: bool = True
    needs_solver: bool = False
    comes_last: bool = False
    """Whether it speaks of what the other rules have found."""
    tells_stories: bool = False
    """Whether each finding has a story to run: with errors none runs, so it waits until they are mended."""

    @property
    def is_about_style(self) -> bool:
        """Whether the rule speaks of the text rather than of the business."""
        return self.code.startswith("SL8")
