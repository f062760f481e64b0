"""The same with `transitions`: it keeps the stage, asks the guards and moves.

One machine and one model serve all clients, put back to the first stage for each: a model for every client,
as the documentation has it, is slower.
"""

from __future__ import annotations

from collections.abc import Callable

from transitions import Machine

from contenders.reading import main
from contenders.story import Decide, Facts
from contenders.ways import GUARDS, STAGES, WAYS


class Client:
    """What the machine moves; the library adds what stands here."""

    state: str
    trigger: Callable[..., bool]


CLIENT = Client()
MACHINE = Machine(
    model=CLIENT,
    states=list(STAGES),
    initial=STAGES[0],
    auto_transitions=False,
    ignore_invalid_triggers=True,
    transitions=[
        {
            "trigger": way.event,
            "source": way.source,
            "dest": way.target,
            "conditions": [GUARDS[way.guard]] if way.guard else [],
        }
        for way in WAYS
    ],
)


def decide(_stage: str, event: str, facts: Facts) -> str | None:
    """Let the machine take the event."""
    return CLIENT.state if CLIENT.trigger(event, facts) else None


def new_client() -> Decide:
    """Put the model back to the first stage."""
    MACHINE.set_state(STAGES[0], CLIENT)
    return decide


if __name__ == "__main__":
    main(new_client)
