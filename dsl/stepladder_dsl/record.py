"""Immutable records that are quick to define.

A frozen dataclass writes and compiles six methods for every class; the model has
some eighty classes, and every start of the command pays for them. A record has
only its own ``__init__``; comparing, hashing, showing and refusing a second value
are the same for all and stand here once.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, fields
from typing import Any, ClassVar, TypeVar, dataclass_transform

_Class = TypeVar("_Class", bound=type)


class Record:
    """What every record inherits: equality by its compared fields, and no second value for any."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field once; raises ``FrozenInstanceError`` for a second time."""
        if name in self.__dict__:
            message = f"cannot assign to field {name!r}"
            raise FrozenInstanceError(message)
        self.__dict__[name] = value

    _compared_names: ClassVar[tuple[str, ...]] = ()
    """The fields that count, worked out once for each class: conditions are compared by the million."""

    def _compared(self) -> tuple[Any, ...]:
        values = self.__dict__
        return tuple([values[name] for name in self._compared_names])

    def __eq__(self, other: object) -> bool:
        """Say whether the other is of the same class and equal in every field that counts."""
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        """Hash the fields that count; raises ``TypeError`` where one cannot be hashed."""
        return hash((self.__class__, *self._compared()))

    def __repr__(self) -> str:
        """Show the fields that are not left out of it."""
        # Only `record` makes subclasses into dataclasses, for which `fields` is typed.
        shown = [part.name for part in fields(self) if part.repr]  # type: ignore[arg-type]
        values = ", ".join(f"{name}={self.__dict__[name]!r}" for name in shown)
        return f"{type(self).__qualname__}({values})"


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: _Class) -> _Class:
    """Make a class that inherits from `Record` a record, as ``dataclass(frozen=True)`` would."""
    # mypy gives the class decorator's result no type of its own.
    made: _Class = dataclass(eq=False, repr=False)(cls)  # type: ignore[assignment]
    made._compared_names = tuple(part.name for part in fields(made) if part.compare)  # type: ignore[attr-defined]  # noqa: SLF001 - its own
    return made
