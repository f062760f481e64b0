"""The same with `zen-engine`: it asks the guards, as compiled expressions; we keep the stage and move."""

from __future__ import annotations

import zen

from contenders.reading import main
from contenders.story import Facts
from contenders.ways import WAYS

EXPRESSIONS = {way.guard: zen.compile_expression(way.guard) for way in WAYS if way.guard}
BY_PLACE = {
    (way.source, way.event): [
        (other.target, EXPRESSIONS.get(other.guard))
        for other in WAYS
        if (other.source, other.event) == (way.source, way.event)
    ]
    for way in WAYS
}


def decide(stage: str, event: str, facts: Facts) -> str | None:
    """Give the first target whose guard zen finds true."""
    for target, guard in BY_PLACE.get((stage, event), ()):
        if guard is None or guard.evaluate(facts._asdict()) is True:
            return target
    return None


if __name__ == "__main__":
    main(lambda: decide)
