"""How far along the road of its process each stage stands."""

from __future__ import annotations

from stepladder_dsl.diagram.plan import is_loss, roads_of
from stepladder_dsl.diagram.scene import Scene


def steps_of(scene: Scene) -> dict[str, int]:
    """Give for each card the step it stands at: behind all from which a road leads to it.

    One to which no road leads stands behind the one that the text names before it; where cases
    are lost stands behind those that lose them.
    """
    roads = roads_of(scene)
    steps: dict[str, int] = {}
    last = -1
    for card in scene.cards:
        if card.start or not is_loss(card):
            before = [steps[tail] for tail in roads[card.id] if tail in steps]
            last = steps[card.id] = max(before, default=last) + 1
    for card in scene.cards:
        if card.id not in steps:
            into = [steps[one.tail] for one in scene.arrows if one.head == card.id and one.tail in steps]
            steps[card.id] = max(into, default=last) + 1
    return steps
