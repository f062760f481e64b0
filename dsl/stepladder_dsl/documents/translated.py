"""A spec whose pictures speak another language: what it says stays, the words around it change."""

from __future__ import annotations

from dataclasses import replace

from stepladder_dsl.model.print_spec import words_of
from stepladder_dsl.model.spec import Phase, Process, Spec, Stage, Transition


def in_language(spec: Spec, language: str) -> Spec:
    """Give a spec in the keywords of another language; names and titles stay as they are."""
    if language == spec.language:
        return spec
    translator = _Translator(spec, language)
    return replace(
        spec,
        language=language,
        processes={name: translator.process(process) for name, process in spec.processes.items()},
    )


class _Translator:
    """Translates the conditions of ways; one that several stages share stays one."""

    def __init__(self, spec: Spec, language: str) -> None:
        self.words = words_of(spec, language)
        self.done: dict[int, Transition] = {}

    def process(self, process: Process) -> Process:
        return replace(
            process,
            transitions=self._ways(process.transitions),
            phases={name: self._phase(phase) for name, phase in process.phases.items()},
            stages={name: self._stage(stage) for name, stage in process.stages.items()},
        )

    def _phase(self, phase: Phase) -> Phase:
        return replace(phase, transitions=self._ways(phase.transitions))

    def _stage(self, stage: Stage) -> Stage:
        return replace(
            stage,
            transitions=self._ways(stage.transitions),
            own_transitions=self._ways(stage.own_transitions),
        )

    def _ways(self, ways: tuple[Transition, ...]) -> tuple[Transition, ...]:
        return tuple(self.done.setdefault(id(way), self._way(way)) for way in ways)

    def _way(self, way: Transition) -> Transition:
        if way.guard is None:
            return way
        return replace(way, guard_text=self.words.expression(way.guard))
