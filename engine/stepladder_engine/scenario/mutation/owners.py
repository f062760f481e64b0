"""Another owner in each line that says who answers for a stage, a phase or a whole process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from stepladder_dsl.model import spec as m

Holder = m.Process | m.Phase | m.Stage


def other_owners(process: m.Process, other: Callable[[str], str]) -> Iterator[tuple[Holder, str, m.Process]]:
    """Yield what has an owner, who else may have it, and the process with that.

    `other` gives who stands instead of a role. A line that holds for ends alone is left as it is: nobody
    works there.
    """
    holders: tuple[Holder, ...] = (process, *process.phases.values(), *process.stages.values())
    for holder in holders:
        owner = holder.own_owner if isinstance(holder, m.Stage) else holder.owner
        if owner is not None:
            changed = _with_owner(process, holder, other(owner))
            if any(changed.stages[name].owner != stage.owner for name, stage in _worked_in(process)):
                yield holder, owner, changed


def _worked_in(process: m.Process) -> Iterator[tuple[str, m.Stage]]:
    return ((name, stage) for name, stage in process.stages.items() if stage.end is None)


def _with_owner(process: m.Process, holder: Holder, role: str) -> m.Process:
    """Give a process with another owner in one place, and for all stages that have theirs from there."""
    match holder:
        case m.Process():
            changed = replace(process, owner=role)
        case m.Phase():
            changed = replace(process, phases={**process.phases, holder.name: replace(holder, owner=role)})
        case m.Stage():
            changed = replace(
                process, stages={**process.stages, holder.name: replace(holder, own_owner=role)}
            )
    stages = {name: replace(stage, owner=_owner(changed, stage)) for name, stage in changed.stages.items()}
    return replace(changed, stages=stages)


def _owner(process: m.Process, stage: m.Stage) -> str | None:
    """Give who answers for a stage: its own owner, or that of the innermost thing around it."""
    owners = (stage.own_owner, *(phase.owner for phase in process.phases_of(stage)), process.owner)
    return next((role for role in owners if role is not None), None)
