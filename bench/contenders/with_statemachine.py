"""The same with `python-statemachine`: it keeps the stage, asks the guards, moves; one machine a client."""

from __future__ import annotations

import types
from typing import Any

from statemachine import State, StateMachine

from contenders.reading import main
from contenders.story import Decide, Facts
from contenders.ways import EVENTS, GUARDS, STAGES, WAYS


def machine() -> Any:
    """Build the class of the machine from the table of ways."""
    states = {name: State(initial=name == STAGES[0], final=name == STAGES[-1]) for name in STAGES}
    parts: dict[str, Any] = dict(states)
    for event in EVENTS:
        ways = [
            states[way.source].to(states[way.target], cond=_condition(way.guard) if way.guard else None)
            for way in WAYS
            if way.event == event
        ]
        if ways:
            first, *others = ways
            for other in others:
                first |= other
            parts[event] = first
    parts["allow_event_without_transition"] = True
    return types.new_class("Sale", (StateMachine,), exec_body=lambda body: body.update(parts))


def _condition(guard: str) -> Any:
    """Make the function that the library calls, which gives it what it has under the names it asks for."""
    holds = GUARDS[guard]

    def asked(facts: Facts) -> bool:
        return holds(facts)

    return asked


SALE = machine()


def new_client() -> Decide:
    """Make the machine of one client."""
    sale = SALE()

    def decide(stage: str, event: str, facts: Facts) -> str | None:
        sale.send(event, facts=facts)
        reached = str(sale.current_state_value)
        return None if reached == stage else reached

    return decide


if __name__ == "__main__":
    main(new_client)
