"""What came and went between two rows of things, and which of them stand in another order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

Item = TypeVar("Item")
Pair = tuple[Item | None, Item | None]


def matched(
    olds: Sequence[Item], news: Sequence[Item], *alike: Callable[[Item], Any]
) -> list[tuple[int | None, int | None]]:
    """Pair what is alike: by the first likeness whatever can be, of the rest by the next, and so on.

    What finds nobody stands alone. The pairs are positions; they come in the order of the new row, and
    behind them what is gone.

    >>> matched(["apple", "fig"], ["figs", "apple"], lambda word: word, lambda word: word[0])
    [(1, 0), (0, 1)]
    """
    partner: dict[int, int] = {}
    left = list(range(len(olds)))
    for likeness in alike:
        waiting: dict[Any, list[int]] = defaultdict(list)
        for position in left:
            waiting[repr(likeness(olds[position]))].append(position)
        for position, item in enumerate(news):
            if position not in partner and (same := waiting.get(repr(likeness(item)))):
                partner[position] = same.pop(0)
        taken = set(partner.values())
        left = [position for position in left if position not in taken]
    found: list[tuple[int | None, int | None]] = [
        (partner.get(position), position) for position in range(len(news))
    ]
    return found + [(position, None) for position in left]


def paired(olds: Sequence[Item], news: Sequence[Item], *alike: Callable[[Item], Any]) -> list[Pair[Item]]:
    """Pair what is alike, as `matched` does, and give the things themselves."""
    return [
        (None if old is None else olds[old], None if new is None else news[new])
        for old, new in matched(olds, news, *alike)
    ]


def out_of_order(olds: Sequence[Item], news: Sequence[Item], *alike: Callable[[Item], Any]) -> bool:
    """Say whether what stands in both rows stands in another order."""
    places = [old for old, new in matched(olds, news, *alike) if old is not None and new is not None]
    return any(first > second for first, second in pairwise(places))


def moved(
    olds: Sequence[Item],
    news: Sequence[Item],
    name: Callable[[Item], Hashable],
    compete: Callable[[Item, Item], bool],
) -> list[Item]:
    """Give, of the new row, what stands on another side of something than before where that matters.

    >>> moved("abc", "cab", str, lambda one, other: {one, other} != {"a", "c"})
    ['c', 'b']
    """
    before: dict[Hashable, int] = {}
    for position, item in enumerate(olds):
        before.setdefault(name(item), position)
    known = [item for item in news if name(item) in before]
    found: dict[int, None] = {}
    for first, one in enumerate(known):
        for second in range(first + 1, len(known)):
            other = known[second]
            if before[name(one)] > before[name(other)] and compete(one, other):
                found |= {first: None, second: None}
    return [known[position] for position in sorted(found)]


def in_order(
    items: Iterable[Item], wanted: Iterable[Item], name: Callable[[Item], Hashable]
) -> tuple[Item, ...]:
    """Give those of the items whose name is wanted, in their own order."""
    names = {name(item) for item in wanted}
    return tuple(item for item in items if name(item) in names)
