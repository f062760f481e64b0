"""Which stages lead where: small functions on dicts, for who does not need networkx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stepladder_dsl.model.spec import Process


def stage_successors(process: Process) -> dict[str, tuple[str, ...]]:
    """Give for each stage the stages that one transition leads to, in the order of the text."""
    return {
        stage.name: tuple(
            dict.fromkeys(
                stage.name if transition.target is None else transition.target
                for transition in stage.transitions
            )
        )
        for stage in process.stages.values()
    }


def reachable_from(successors: Mapping[str, Iterable[str]], starts: Iterable[str]) -> set[str]:
    """Give everything that can be reached from the starts, which count as reached.

    >>> sorted(reachable_from({"a": ["b"], "b": [], "c": ["a"]}, ["a"]))
    ['a', 'b']
    """
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(successors.get(name, ()))
    return reached


def can_reach(successors: Mapping[str, Iterable[str]], goals: Iterable[str]) -> set[str]:
    """Give everything from which one of the goals can be reached; the goals count.

    >>> sorted(can_reach({"a": ["b"], "b": [], "c": ["a"]}, ["a"]))
    ['a', 'c']
    """
    return reachable_from(_reversed(successors), goals)


def cycles(successors: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Give the circles of the graph: largest groups in which everything reaches everything, itself included.

    Groups and their members keep the order of the mapping.

    >>> cycles({"a": ["b"], "b": ["a", "c"], "c": [], "d": ["d"]})
    [('a', 'b'), ('d',)]
    """
    return [knot for knot in knots(successors) if len(knot) > 1 or knot[0] in successors[knot[0]]]


def knots(successors: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Divide the graph into the largest groups in which everything reaches everything; one may stand alone.

    Groups and their members keep the order of the mapping; what is no key of it is left out.

    >>> knots({"a": ["b"], "b": ["a", "c"], "c": []})
    [('a', 'b'), ('c',)]
    """
    place = {name: number for number, name in enumerate(successors)}
    found: list[list[str]] = []
    # Kosaraju's way: whatever still reaches back from the node that was left last is of its group.
    placed: set[str] = set()
    backwards = _reversed(successors)
    for name in reversed(_in_order_of_leaving(successors)):
        if name in placed:
            continue
        group, waiting = [], [name]
        placed.add(name)
        while waiting:
            group.append(waiting.pop())
            further = dict.fromkeys(other for other in backwards.get(group[-1], ()) if other not in placed)
            placed.update(further)
            waiting += further
        found.append(sorted(group, key=place.__getitem__))
    return [tuple(group) for group in sorted(found, key=lambda group: place[group[0]])]


def _in_order_of_leaving(successors: Mapping[str, Iterable[str]]) -> list[str]:
    """Give the keys in the order in which a walk into the depth is done with them."""
    left: list[str] = []
    seen: set[str] = set()
    for start in successors:
        path = [] if start in seen else [(start, iter(successors[start]))]
        seen.add(start)
        while path:
            name, following = path[-1]
            step = next((other for other in following if other not in seen and other in successors), None)
            if step is None:
                left.append(name)
                path.pop()
            else:
                seen.add(step)
                path.append((step, iter(successors[step])))
    return left


def _reversed(successors: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    backwards: dict[str, list[str]] = {}
    for name, targets in successors.items():
        for target in targets:
            backwards.setdefault(target, []).append(name)
    return backwards
