"""Processes: their phases, stages and ways, with what a stage takes over from the phases around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from stepladder_dsl.diagnostics.diagnostic import Label
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.blocks import BlockReader, of_kind, title_of
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.kinds import type_word
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.conditions import guard
from stepladder_dsl.model.effects import EffectReader
from stepladder_dsl.model.symbols import StageName
from stepladder_dsl.model.types import DatetimeType, DateType, DurationType
from stepladder_dsl.record import record
from stepladder_dsl.syntax import nodes as n


@record(frozen=False)
class _StageDraft:
    """A stage's own lines, before phases and process add theirs."""

    block: n.Block
    phase: str | None


@record(frozen=False)
class _ProcessDraft:
    """A process as its lines say it."""

    block: n.Block
    phases: dict[str, tuple[n.Block, str | None]] = field(default_factory=dict)
    stages: dict[str, _StageDraft] = field(default_factory=dict)
    blocks: dict[str, n.Block] = field(default_factory=dict)
    """The blocks of the stages, by name."""
    phase_blocks: dict[str, n.Block] = field(default_factory=dict)


class ProcessReader:
    """Reads the processes of one spec: first the names of all, then what each line says."""

    def __init__(self, checker: ExpressionChecker, reader: BlockReader) -> None:
        """Take the checker of expressions and the reader of blocks."""
        self.checker = checker
        self.reader = reader
        self.symbols = checker.symbols
        self.report = checker.symbols.report
        self.effects = EffectReader(checker, reader)
        self.drafts: dict[str, _ProcessDraft] = {}

    def declare(self, blocks: Iterable[n.Block]) -> None:
        """Make the names of processes and stages known, before anything speaks of them."""
        for name, block in self.reader.named(n.ProcessLine, blocks):
            line: n.ProcessLine = block.statement
            record = self.symbols.record(line.record)
            draft = _ProcessDraft(block)
            self._collect_stages(draft, block, None)
            if record is None:
                self.symbols.broken.update(draft.stages)
                continue
            self.symbols.add_process(name, record)
            self.drafts[name] = draft
            for stage, stage_draft in draft.stages.items():
                self.symbols.add_stage(StageName(name, stage, record, stage_draft.block.statement.name.span))

    def processes(self) -> dict[str, m.Process]:
        """Read the declared processes; what is wrong is reported, and what is right of them is kept."""
        return {name: self._process(name, draft) for name, draft in self.drafts.items()}

    def _collect_stages(self, draft: _ProcessDraft, parent: n.Block, phase: str | None) -> None:
        for block in parent.children:
            if isinstance(block.statement, n.PhaseLine):
                name = block.statement.name
                if self.reader.declare(name, draft.phase_blocks, block):
                    draft.phases[name.text] = (block, phase)
                    self._collect_stages(draft, block, name.text)
            elif isinstance(block.statement, n.StageLine):
                name = block.statement.name
                if self.reader.declare(name, draft.blocks, block):
                    draft.stages[name.text] = _StageDraft(block, phase)

    def _process(self, name: str, draft: _ProcessDraft) -> m.Process:
        record = self.symbols.processes[name]
        line: n.ProcessLine = draft.block.statement
        own = tuple(self._transitions(draft.block, draft, name, record))
        phases = {
            phase: self._phase(phase, block, parent, draft, name)
            for phase, (block, parent) in draft.phases.items()
        }
        process = m.Process(
            name,
            record,
            title_of(line.title),
            self.reader.owner(draft.block),
            phases,
            {},
            own,
            line.name.span,
        )
        if not draft.stages:
            self.reader.missing(draft.block, "stages", "STAGE", "PHASE")
        stages = {stage: self._stage(stage, found, process, draft) for stage, found in draft.stages.items()}
        self._check_starts(draft, stages)
        return replace(process, stages=stages)

    def _check_starts(self, draft: _ProcessDraft, stages: Mapping[str, m.Stage]) -> None:
        starts = [stage for stage in stages.values() if stage.start]
        for again in starts[1:]:
            self.report(
                "SL108",
                draft.stages[again.name].block.statement.name.span,
                "start",
                text=again.name,
                labels=(Label(starts[0].span, "first"),),
            )

    def _phase(
        self, name: str, block: n.Block, parent: str | None, draft: _ProcessDraft, process: str
    ) -> m.Phase:
        system = self.reader.single(block, n.SystemLine)
        record = self.symbols.processes[process]
        return m.Phase(
            name,
            title_of(block.statement.title),
            self.reader.owner(block),
            system.name.text if system else None,
            parent,
            tuple(self._transitions(block, draft, process, record)),
            block.statement.name.span,
        )

    def _stage(self, name: str, found: _StageDraft, process: m.Process, draft: _ProcessDraft) -> m.Stage:
        block = found.block
        own = tuple(self._transitions(block, draft, process.name, process.record))
        owner = self.reader.owner(block)
        limit = self.reader.single(block, n.LimitLine)
        end = self.reader.single(block, n.EndLine)
        effort = self.reader.single(block, n.EffortLine)
        cost = self.reader.single(block, n.CostLine)
        stage = m.Stage(
            name,
            title_of(block.statement.title),
            found.phase,
            owner,
            start=self.reader.single(block, n.StartLine) is not None,
            end=m.Outcome(end.outcome or "neutral") if end else None,
            steps=self._texts(n.DoLine, block),
            needs=self._texts(n.NeedsLine, block),
            documents=self._texts(n.DocumentLine, block),
            effort=self.checker.duration(effort.duration) if effort else None,
            cost=cost.amount.value if cost else None,
            limit=self._limit(limit) if limit else None,
            own_transitions=own,
            own_owner=owner,
            span=block.statement.name.span,
        )
        phases = list(process.phases_of(stage))
        owners = [owner, *(phase.owner for phase in phases), process.owner]
        # An end stage has only its own ways out: what holds inside a phase does not reopen a case.
        lent = [*(phase.transitions for phase in phases), process.transitions] if stage.end is None else []
        transitions = own + tuple(way for ways in lent for way in ways)
        return replace(
            stage,
            owner=next((role for role in owners if role is not None), None),
            transitions=transitions,
        )

    def _texts(self, kind: type, block: n.Block) -> tuple[str, ...]:
        return tuple(line.statement.text.text for line in of_kind(kind, block.children))

    def _limit(self, line: n.LimitLine) -> m.StageLimit:
        alert = self.symbols.role(line.alert) if line.alert is not None else None
        return m.StageLimit(self.checker.duration(line.duration), alert, line.duration.span)

    def _transitions(
        self, block: n.Block, draft: _ProcessDraft, process: str, record: str
    ) -> Iterator[m.Transition]:
        for child in of_kind(n.TransitionLine, block.children):
            yield self._transition(child, draft, process, record)

    def _transition(self, block: n.Block, draft: _ProcessDraft, process: str, record: str) -> m.Transition:
        line: n.TransitionLine = block.statement
        scope = Scope(record=record, process=process)
        trigger: m.Trigger = m.Always()
        if line.event is not None:
            event = self.symbols.event(line.event, record)
            trigger = m.OnEvent(event.name if event else line.event.text)
            scope = replace(scope, event=event.name if event else None, open=event is None)
        elif isinstance(line.delay, n.DurationNode) and line.silent is not None:
            trigger = self._silence(line.delay, line.silent, record)
        elif line.delay is not None:
            trigger = self._timer(line.delay, line.since, record)
        condition = guard(self.checker, line.guard, scope)
        target = None
        if line.target is not None:
            target = self.symbols.find("stage", line.target, draft.stages)
        return m.Transition(
            trigger,
            condition,
            target,
            tuple(self.effects.effects(block, record, scope)),
            text=block.text,
            guard_text=self.symbols.words(line.guard_span) if line.guard_span else "",
            span=block.span,
            guard_span=line.guard_span or block.span,
        )

    def _timer(self, delay: n.DurationNode | n.Name, since: n.Name | None, record: str) -> m.After:
        fixed = self.checker.duration(delay) if isinstance(delay, n.DurationNode) else None
        kept_in = self._duration_field(delay, record) if isinstance(delay, n.Name) else None
        found = self._event_or_date(since, record) if since is not None else None
        kind, name = found or ("", None)
        return m.After(
            fixed,
            since_event=name if kind == "event" else None,
            since_field=name if kind == "field" else None,
            duration_field=kept_in,
        )

    def _duration_field(self, name: n.Name, record: str) -> str | None:
        """Resolve a field that holds a length of time."""
        fields = self.symbols.records[record].fields
        if name.text in fields and not isinstance(fields[name.text].type, DurationType):
            found = type_word(fields[name.text].type)
            self.report("SL103", name.span, found=found, expected="<type:duration>")
            return None
        known = {key: known for key, known in fields.items() if isinstance(known.type, DurationType)}
        return self.symbols.find("field", name, known)

    def _silence(self, delay: n.DurationNode, event: n.Name, record: str) -> m.Silence | m.After:
        duration = self.checker.duration(delay)
        found = self.symbols.event(event, record)
        return m.Silence(duration, found.name) if found is not None else m.After(duration)

    def _event_or_date(self, name: n.Name, record: str) -> tuple[str, str] | None:
        """Resolve a name that may be an event or a date field of the record."""
        if name.text in self.symbols.events:
            event = self.symbols.event(name, record)
            return ("event", event.name) if event else None
        dates = {
            key
            for key, known in self.symbols.records[record].fields.items()
            if isinstance(known.type, DateType | DatetimeType)
        }
        if name.text in dates:
            return ("field", name.text)
        known = [*dates, *(event.name for event in self.symbols.events.values() if event.record == record)]
        self.symbols.unknown("field_or_event", name, known)
        return None
