"""Finds the best of several layouts, and finishes none that can no longer be the best.

A layout in the making says again and again what it will cost at least, ever more exactly. The one that
promises most goes on. So the routing of lines and the search for places of labels, which take longest, are
done for few of them, and the result is the same as if all were finished.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

from stepladder_dsl.diagram.layout import (
    Layout,
    LayoutError,
    bare,
    costs,
    covered_labels,
    draft_of,
    finished,
    page_costs,
)
from stepladder_dsl.diagram.plan import Plan
from stepladder_dsl.diagram.scene import Scene


@dataclass(frozen=True)
class Trial:
    """A finished layout: which of all it is, what it costs, and how many of its labels are covered."""

    number: int
    layout: Layout
    cost: float
    covered: int

    @property
    def rank(self) -> tuple[int, float, int]:
        """What decides which is better: no label may be covered."""
        return self.covered, self.cost, self.number


Steps = Generator[float, None, tuple[Layout, float]]
"""Yields what a layout costs at least, and ends with the layout and what it does cost."""


def best_trial(trials: Iterable[Steps]) -> Trial:
    """Give the best of all that can be finished; the first of equals."""
    waiting = [(0.0, number, steps) for number, steps in enumerate(trials)]
    best: Trial | None = None
    failure: LayoutError | None = None
    while waiting:
        least, number, steps = heappop(waiting)
        if best and not best.covered and best.cost < least:
            break
        try:
            heappush(waiting, (max(least, next(steps)), number, steps))
        except StopIteration as end:
            layout, cost = end.value
            trial = Trial(number, layout, cost, len(covered_labels(layout)))
            best = min(best or trial, trial, key=lambda one: one.rank)
        except LayoutError as error:
            failure = error
    if best is None:
        raise failure or LayoutError("nothing was tried")
    return best


def planned(scene: Scene, plan: Plan) -> Steps:
    """Try what graphviz makes of a plan."""
    return (yield from labelled(scene, draft_of(scene, plan)))


def labelled(scene: Scene, draft: Layout) -> Steps:
    """Try a draft that lacks only the places of its labels."""
    weights = costs(scene, bare(draft))
    yield sum(weights.values())
    layout = finished(scene, draft)
    return layout, sum({**weights, **page_costs(scene, layout)}.values())


def ready(scene: Scene, layout: Layout) -> Steps:
    """Try a layout that is finished already."""
    yield 0.0
    return layout, sum(costs(scene, layout).values())
