"""One small change of a spec, as somebody might make it by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from stepladder_dsl.model import spec as m
from stepladder_dsl.record import Record
from stepladder_dsl.source import Span

FAMILIES = (
    "ways",
    "targets",
    "conditions",
    "durations",
    "effects",
    "limits",
    "follow_ups",
    "offers",
    "owners",
    "prices",
    "rows",
    "values",
    "contacts",
)


class _Dropped:
    """Stands for a piece that is left out."""


DROPPED: Final = _Dropped()


@dataclass(frozen=True, eq=False)
class Mutant:
    """A change in one place: `after` None where a piece is left out.

    `part` is the spec's part that holds it (None: the spec itself), as ``("offers", "bonus")``;
    `old` is that very piece of the model, and `new` what stands there instead.
    """

    family: str
    part: tuple[str, str] | None
    span: Span
    before: str
    after: str | None
    old: Any
    new: Any

    @property
    def changes_values(self) -> bool:
        """Whether it may change what a scenario asks for, though the run stays the same."""
        return self.part is not None and (
            self.part[0] in {"lets", "decisions"} or isinstance(self.old, m.Process)
        )

    def spec(self, original: m.Spec) -> m.Spec:
        """Give the spec with this change."""
        if self.part is None:
            parts: dict[str, Any] = {self.old: self.new}
        else:
            kind, name = self.part
            things = dict(getattr(original, kind))
            if self.old is things[name] and self.new is DROPPED:
                del things[name]
            else:
                things[name] = swapped(things[name], self.old, self.new)
            parts = {kind: things}
        changed: m.Spec = replace(original, **parts)
        return changed


def swapped(value: Any, old: Any, new: Any) -> Any:
    """Give a piece of a model with another piece in place of a very one in it; `DROPPED` leaves it out."""
    if value is old:
        return new
    match value:
        case tuple():
            items = [swapped(item, old, new) for item in value]
            if all(item is before for item, before in zip(items, value, strict=True)):
                return value
            return tuple(item for item in items if item is not DROPPED)
        case Mapping():
            pairs = {key: swapped(part, old, new) for key, part in value.items()}
            if all(pairs[key] is part for key, part in value.items()):
                return value
            return {key: part for key, part in pairs.items() if part is not DROPPED}
        case Record():
            return _with_parts(value, old, new)
        case _:
            return value


def _with_parts(value: Any, old: Any, new: Any) -> Any:
    changed = {}
    for part in fields(value):
        before = getattr(value, part.name)
        after = swapped(before, old, new)
        if after is not before:
            changed[part.name] = None if after is DROPPED else after
    return replace(value, **changed) if changed else value
