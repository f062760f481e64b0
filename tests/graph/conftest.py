from __future__ import annotations

import pytest

from stepladder_dsl.model.expressions import Literal
from stepladder_dsl.model.spec import (
    After,
    AfterEntering,
    AfterEvent,
    AfterSilence,
    Always,
    Emit,
    Escalation,
    Event,
    FollowUp,
    Offer,
    OfferKind,
    OnEvent,
    Outcome,
    Phase,
    Process,
    Record,
    Role,
    SetField,
    Spec,
    Stage,
    StageLimit,
    Transition,
)
from stepladder_dsl.model.types import Duration, NumberType, Unit, YesNoType
from stepladder_dsl.source import Span

WEEK = Duration(7, Unit.DAY)
TRUE = Literal(value=True, type=YesNoType())


@pytest.fixture
def repair() -> Spec:
    """A workshop: four stages, one in a phase; phase and process have transitions of their own."""
    scrapped = Transition(OnEvent("scrapped"), None, "gone")
    effects = (SetField("cost", Literal(1, NumberType())), Emit("called", to_field="owner"))
    again = Transition(OnEvent("accepted"), None, None, effects)
    accepted = Transition(OnEvent("accepted"), TRUE, "mending", guard_text="paid = yes")
    late = Transition(After(WEEK, since_event="accepted"), None, "ready")
    free = Transition(Always(), TRUE, "ready", guard_text="cost = 0")
    stages = (
        Stage(
            "brought",
            own_transitions=(accepted,),
            transitions=(accepted, scrapped),
            span=Span("repair.ladder", 12, 9, 20),
        ),
        Stage(
            "mending",
            "On the bench",
            phase="bench",
            owner="smith",
            steps=("Look", "Mend"),
            limit=StageLimit(WEEK, "boss"),
            own_transitions=(late, free),
            transitions=(late, free, again, scrapped),
            span=Span("repair.ladder", 15, 9, 20),
        ),
        Stage("ready", end=Outcome.WON, transitions=(scrapped,)),
        Stage("gone", end=Outcome.LOST),
    )
    phases = {
        "shop": Phase("shop", "Workshop"),
        "bench": Phase("bench", owner="smith", parent="shop", transitions=(again,)),
    }
    return Spec(
        name="workshop",
        title="The workshop",
        roles={"boss": Role("boss", "Owner"), "smith": Role("smith", reports_to="boss")},
        records={"job": Record("job")},
        events={
            "accepted": Event("accepted", "job", "Accepted"),
            "scrapped": Event("scrapped", "job"),
            "called": Event("called", "job"),
        },
        processes={
            "repair": Process(
                "repair",
                "job",
                "Repairing",
                phases=phases,
                stages={stage.name: stage for stage in stages},
                transitions=(scrapped,),
            )
        },
        offers={
            "polish": Offer(
                "polish", "job", kind=OfferKind.UPSELL, stages=(("repair", "ready"),), role="smith", order=2
            )
        },
        follow_ups={
            "ask": FollowUp(
                "ask",
                "job",
                AfterEvent("accepted"),
                (WEEK,),
                role="smith",
                escalations=(Escalation("boss", WEEK),),
            ),
            "thank": FollowUp("thank", "job", AfterEntering("repair", "ready"), (WEEK,)),
            "wake": FollowUp("wake", "job", AfterSilence("accepted"), (WEEK,)),
        },
    )
