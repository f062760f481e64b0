"""The processes of a spec as flows of BPMN.

A stage is a user task: the case stands there until something takes it out. What takes it out
is an event at its edge that interrupts: a message, a timer, or a condition that becomes true.
What is only noted does not interrupt. Work that is done leaves the case where it is, so the
flow out of the task leads back to it; only in a last stage it leads to the end.
"""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagram.telling import formula_text
from stepladder_dsl.graph.edges import transition_edges
from stepladder_dsl.graph.items import TransitionEdge
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.model.spec import (
    After,
    AfterEntering,
    Always,
    Effect,
    Emit,
    OnEvent,
    OpenRecord,
    Process,
    SetField,
    Silence,
    Spec,
    Stage,
    Transition,
    Trigger,
)
from stepladder_dsl.notation.engines import Engine
from stepladder_dsl.notation.feel import Feel, iso_duration
from stepladder_dsl.notation.flow import Branch, Cell, Collaboration, Lane, Node, Pool, Way
from stepladder_dsl.notation.phrases import phrase
from stepladder_dsl.notation.times import anchors, length_of, limit_moment, moment_of, never_null
from stepladder_dsl.notation.variables import Variable, Variables

_NOBODY = "-"
Tried = tuple[Transition, TransitionEdge]
"""A transition, and the words that the graph has for it."""


def collaboration(spec: Spec, process: str | None = None, engine: Engine | None = None) -> Collaboration:
    """Give the processes of a spec, or one of them, as flows."""
    names = [name for name in spec.processes if process in (None, name)]
    pools = tuple(
        _Builder(spec, spec.processes[name], f"P{number}", engine or Engine()).pool()
        for number, name in enumerate(names, 1)
    )
    right_to_left = words_of(spec.language).direction == "rtl"
    return Collaboration("Collaboration", spec.label, spec.language, right_to_left, pools)


class _Builder:
    """Builds the flow of one process."""

    def __init__(self, spec: Spec, process: Process, prefix: str, engine: Engine) -> None:
        self.spec = spec
        self.process = process
        self.prefix = prefix
        self.variables = Variables(spec, process.record, set(engine.taken), engine.spelling)
        self.feel = Feel(self.variables)
        self.words = words_of(spec.language)
        self.edges = _edges_by_stage(spec, process)
        self._number = 0

    def pool(self) -> Pool:
        """Build the whole process."""
        made = [self._cell(stage) for stage in self.process.stages.values()]
        cells = tuple(self._with_an_end(self._joined(cell, made) for cell in made))
        owners = {cell.lane for cell in cells}
        used = [role for role in (*self.spec.roles, _NOBODY) if role in owners]
        lanes = tuple(
            Lane(f"{self.prefix}_Lane_{number}", role, self._role(role))
            for number, role in enumerate(used, 1)
        )
        return Pool(
            self.prefix,
            self.process.name,
            self.process.label,
            self.process.record,
            lanes,
            cells,
            {name: phase.label for name, phase in self.process.phases.items()},
            tuple(self._said(variable) for variable in self.variables.used()),
            self.variables,
        )

    def _role(self, role: str) -> str:
        return phrase(self.spec.language, "nobody") if role == _NOBODY else self.spec.roles[role].label

    def _said(self, variable: Variable) -> str:
        said = variable.said
        if variable.kind == "moment":
            said = phrase(self.spec.language, "moment", said=said)
        return f"{variable.name}: {said}"

    # nodes

    def _id(self, kind: str) -> str:
        self._number += 1
        return f"{self.prefix}_{kind}_{self._number}"

    def _stage_id(self, stage: Stage) -> str:
        number = list(self.process.stages).index(stage.name) + 1
        name = stage.name if stage.name.isascii() else str(number)
        return f"{self.prefix}_Stage_{name}"

    def _cell(self, stage: Stage) -> Cell:
        ways = tuple(self._ways(stage))
        last = stage.end is not None and not ways and stage.limit is None
        outcome = stage.end.value if stage.end is not None else None
        name = phrase(self.spec.language, outcome, stage=stage.label) if outcome is not None else stage.label
        body = Node(
            self._stage_id(stage),
            "end" if last else "stage",
            name if last else stage.label,
            says=stage.name,
            outcome=outcome,
            notes=tuple(self._notes(stage)),
        )
        start = None
        if stage.name == self.process.start:
            start = Node(self._id("Start"), "start", self.spec.records[self.process.record].label)
        closing = None
        if outcome is not None and not last:
            closing = Node(self._id("End"), "end", name, outcome=outcome)
        phase = next((phase.name for phase in self.process.phases_of(stage)), None)
        return Cell(stage.name, stage.owner or _NOBODY, body, phase, start, None, closing, ways)

    def _joined(self, cell: Cell, cells: list[Cell]) -> Cell:
        """Give the cell with a place where its ways in come together, if there are several."""
        leading = sum(
            branch.goal == cell.stage for other in cells for way in other.ways for branch in way.branches
        )
        again = cell.body.kind == "stage" and cell.closing is None
        if leading + again + (cell.start is not None) < 2:
            return cell
        join = Node(self._id("Join"), "join")
        return Cell(cell.stage, cell.lane, cell.body, cell.phase, cell.start, join, cell.closing, cell.ways)

    def _with_an_end(self, cells: Iterator[Cell]) -> Iterator[Cell]:
        """Yield the cells, the last one with an end where no other has one: BPMN wants an end."""
        made = list(cells)
        if made and not any(node.kind in {"end", "alert"} for cell in made for node in cell.nodes()):
            last = made[-1]
            end = Node(self._id("End"), "end", phrase(self.spec.language, "closed"))
            made[-1] = Cell(
                last.stage, last.lane, last.body, last.phase, last.start, last.join, end, last.ways
            )
        yield from made

    def _notes(self, stage: Stage) -> Iterator[str]:
        """Yield what is to be done in a stage, and what else the spec says about it."""
        language = self.spec.language
        for phase in self.process.phases_of(stage):
            yield phrase(language, "phase", title=phase.label)
        yield from (phrase(language, "step", text=step) for step in stage.steps)
        yield from (phrase(language, "needs", text=text) for text in stage.needs)
        yield from (phrase(language, "document", text=text) for text in stage.documents)
        if stage.effort is not None:
            yield phrase(language, "effort", duration=duration_text(stage.effort, language))
        for follow_up in self.spec.follow_ups.values():
            if follow_up.anchor == AfterEntering(self.process.name, stage.name):
                yield phrase(language, "follow_up", title=follow_up.label)
        for offer in self.spec.offers.values():
            if (self.process.name, stage.name) in offer.stages:
                yield phrase(language, "offer", title=offer.label)
        quiet = [self.spec.events[event].label for event in self._quiet(stage)]
        if quiet:
            yield phrase(language, "noted_in_stage", events=self.words.and_then.join(quiet))

    # ways

    def _ways(self, stage: Stage) -> Iterator[Way]:
        """Yield the ways out of a stage, then what does not take the case out of it."""
        interrupting: list[Way] = []
        noted: list[Way] = []
        for way in (*self._event_ways(stage), *self._own_ways(stage)):
            (interrupting if way.event.interrupting else noted).append(way)
        yield from interrupting
        yield from self._limit(stage)
        yield from noted

    def _event_ways(self, stage: Stage) -> Iterator[Way]:
        for event, tried in self._tried(stage).items():
            title = self.spec.events[event].label
            begins_timers = event in anchors(stage)
            moves = any(transition.target is not None for transition, _ in tried)
            if not moves and not begins_timers and not any(transition.effects for transition, _ in tried):
                continue
            node = Node(self._id("Event"), "message", title, event, moves or begins_timers)
            yield self._way(stage, node, tried)
        for event in dict.fromkeys(anchors(stage)):
            if event not in self._tried(stage):
                node = Node(self._id("Event"), "message", self.spec.events[event].label, event)
                yield Way(node, (Branch((), stage.name),))

    def _tried(self, stage: Stage) -> dict[str, list[Tried]]:
        """Give for each event what a case tries, up to what it takes in any case."""
        found: dict[str, list[Tried]] = {}
        for transition, edge in self.edges[stage.name]:
            if isinstance(transition.trigger, OnEvent):
                _try_next(found.setdefault(transition.trigger.event, []), transition, edge)
        return found

    def _quiet(self, stage: Stage) -> Iterator[str]:
        """Yield the events that change nothing in a stage, and have no node there."""
        for event, tried in self._tried(stage).items():
            changes = any(one.target is not None or one.effects for one, _ in tried)
            if not changes and event not in anchors(stage):
                yield event

    def _own_ways(self, stage: Stage) -> Iterator[Way]:
        """Yield the timers and conditions of a stage."""
        for tried in self._tried_at_once(stage):
            transition, edge = tried[0]
            moves = transition.target is not None
            if not moves and not any(one.effects for one, _ in tried):
                continue
            if isinstance(transition.trigger, Always):
                says = self.feel.condition(transition.guard) if transition.guard is not None else "true"
                node = Node(self._id("Event"), "condition", edge.label or edge.title, says, moves)
                yield Way(node, (self._branch(stage, transition, moves=moves),))
            elif len(tried) > 1:
                yield self._way(stage, self._timer(stage, *tried[-1], moves=moves), tried)
            else:
                node = self._timer(stage, transition, edge, moves=moves)
                yield Way(node, (self._branch(stage, transition, moves=moves),))

    def _tried_at_once(self, stage: Stage) -> Iterator[list[Tried]]:
        """Yield what is tried at one moment together: timers that are due then, up to one without a guard.

        Where none of them is without a guard, each waits for its own condition; and where some lead on
        and some stay, what stays would let the others begin anew.
        """
        groups: dict[Trigger, list[Tried]] = {}
        for transition, edge in self.edges[stage.name]:
            if isinstance(transition.trigger, After | Silence):
                _try_next(groups.setdefault(transition.trigger, []), transition, edge)
        for transition, edge in self.edges[stage.name]:
            together = groups.get(transition.trigger, [])
            moving = {one.target is not None for one, _ in together}
            if together and together[-1][0].guard is None and len(moving) == 1:
                if transition is together[0][0]:
                    yield together
            elif not isinstance(transition.trigger, OnEvent):
                yield [(transition, edge)]

    def _timer(self, stage: Stage, transition: Transition, edge: TransitionEdge, *, moves: bool) -> Node:
        """Give a timer; one with a guard waits until both hold, which is a condition."""
        length = length_of(transition)
        if transition.guard is None and length is not None and not self._begins_again(stage):
            return Node(self._id("Event"), "timer", edge.label, length, moves)
        moment = moment_of(self.variables, self.process, stage, transition, edge.title)
        if transition.guard is not None:
            says = f"now() >= {moment} and ({self.feel.condition(transition.guard)})"
            return Node(self._id("Event"), "condition", edge.label, says, moves)
        says = moment if length is not None else never_null(moment)
        return Node(self._id("Event"), "timer", edge.label, says, moves)

    def _begins_again(self, stage: Stage) -> bool:
        """Tell whether an event leads back into the stage, which would let its timers run anew."""
        if any(True for _ in anchors(stage)):
            return True
        for tried in self._tried(stage).values():
            moves = any(transition.target is not None for transition, _ in tried)
            stays = tried[-1][0].guard is not None or any(
                transition.target is None for transition, _ in tried
            )
            if moves and stays:
                return True
        return False

    def _way(self, stage: Stage, event: Node, tried: list[Tried]) -> Way:
        """Give what follows on an event: one branch, or a choice by conditions in the order of the text."""
        moves = event.interrupting
        if len(tried) == 1 and tried[0][0].guard is None:
            return Way(event, (self._branch(stage, tried[0][0], moves=moves),))
        branches = []
        for transition, edge in tried:
            condition = self.feel.condition(transition.guard) if transition.guard is not None else None
            said = formula_text(self.spec.language, edge.guard) if edge.guard else ""
            label = self.words.when.format(guard=said) if said else self._word("otherwise")
            branches.append(self._branch(stage, transition, moves=moves, label=label, condition=condition))
        if tried[-1][0].guard is not None:
            end = None if moves else self._noted()
            branches.append(Branch((), stage.name if moves else None, end, self._word("otherwise")))
        return Way(event, tuple(branches), Node(self._id("Choice"), "choice", self._word("which")))

    def _word(self, key: str) -> str:
        return phrase(self.spec.language, key)

    def _noted(self) -> Node:
        return Node(self._id("Noted"), "end", self._word("noted"))

    def _branch(
        self,
        stage: Stage,
        transition: Transition,
        *,
        moves: bool,
        label: str = "",
        condition: str | None = None,
    ) -> Branch:
        """Give where a transition leads, with a task for what is done on the way."""
        tasks = tuple(self._tasks(transition.effects))
        if not moves:
            return Branch(tasks, None, self._noted(), label, condition)
        return Branch(tasks, transition.target or stage.name, None, label, condition)

    def _tasks(self, effects: tuple[Effect, ...]) -> Iterator[Node]:
        """Yield a task for the fields that are set, and one for each record or event that is told."""
        fields = [effect for effect in effects if isinstance(effect, SetField)]
        if fields:
            said = self.words.and_then.join(
                dict.fromkeys(effect.field.replace("_", " ") for effect in fields)
            )
            values = tuple((self.variables.field(one.field), self.feel.value(one.value)) for one in fields)
            name = phrase(self.spec.language, "set", fields=said)
            yield Node(self._id("Set"), "set", name, values=values)
        for effect in effects:
            match effect:
                case Emit(event=event, delay=delay, values=given):
                    key = "send" if delay is None else "send_later"
                    late = "" if delay is None else duration_text(delay, self.spec.language)
                    name = phrase(self.spec.language, key, event=self.spec.events[event].label, delay=late)
                    yield self._send(name, event, self.spec.events[event].record, given)
                case OpenRecord(record=record, values=given):
                    name = phrase(self.spec.language, "open", record=self.spec.records[record].label)
                    yield self._send(name, f"open {record}", record, given)

    def _send(self, name: str, says: str, record: str, given: object) -> Node:
        values = tuple((field, self.feel.value(value)) for field, value in dict(given).items())  # type: ignore[call-overload]
        to = next((process.name for process in self.spec.processes_of(record)), None)
        return Node(self._id("Send"), "send", name, says, values=values, to_process=to)

    def _limit(self, stage: Stage) -> Iterator[Way]:
        """Yield the limit of a stage: a timer beside it, and who hears of it."""
        if stage.limit is None:
            return
        language = self.spec.language
        said = self.words.at_most.format(duration=duration_text(stage.limit.duration, language))
        limit = stage.limit.duration
        says = iso_duration(limit)
        if says is None or self._begins_again(stage):
            moment = limit_moment(self.variables, self.process, stage, limit, said)
            says = moment if limit.calendar is None else never_null(moment)
        role = stage.limit.alert or stage.owner
        name = phrase(language, "alert", role=self._role(role or _NOBODY))
        alert = Node(self._id("Alert"), "alert", name, says=role or _NOBODY)
        yield Way(
            Node(self._id("Event"), "timer", said, says, interrupting=False), (Branch((), None, alert),)
        )


def _try_next(tried: list[Tried], transition: Transition, edge: TransitionEdge) -> None:
    """Add what is tried next, unless nothing is left for it: behind the same guard, or behind none."""
    if all(before.guard not in {None, transition.guard} for before, _ in tried):
        tried.append((transition, edge))


def _edges_by_stage(spec: Spec, process: Process) -> dict[str, list[Tried]]:
    """Give for each stage its transitions with the words that the graph has for them."""
    edges = transition_edges(spec, process)
    return {
        stage.name: [(transition, next(edges)) for transition in stage.transitions]
        for stage in process.stages.values()
    }
