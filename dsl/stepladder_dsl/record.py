"""Records that cost nothing to define.

A dataclass writes and compiles up to six methods when its class is made, and a start makes two hundred
classes, of which it uses a few: that took a quarter of a small run. A record is a dataclass to whoever
uses it (``fields``, ``replace``, ``match`` and type checkers take it for one). Its ``__init__`` is compiled
when the first one is made, its fields are worked out when somebody asks for them, and comparing, hashing,
showing and refusing a second value are the same for all and stand here once.
"""

from __future__ import annotations

import dataclasses
from _thread import RLock
from collections.abc import Callable
from dataclasses import MISSING, field
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

_Class = TypeVar("_Class", bound=type)
_FIELDS = "__dataclass_fields__"
_MATCHED = "__match_args__"
_finishing = RLock()
"""Held by whoever works out the fields of a class: once they are known they are not looked for again."""


class Record:
    """A piece of a model: who walks through one goes into what inherits from this."""


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: _Class, /) -> _Class: ...


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(*, frozen: bool = True, eq: bool = True, kw_only: bool = False) -> Callable[[_Class], _Class]: ...


def record(cls: type | None = None, /, *, frozen: bool = True, eq: bool = True, kw_only: bool = False) -> Any:
    """Make a class a record, as ``dataclass(frozen=True)`` would.

    A record may inherit from records alone. ``InitVar``, ``order`` and ``slots`` are left to dataclasses.
    """

    def made(cls: type) -> type:
        return _prepared(cls, frozen=frozen, eq=eq, kw_only=kw_only)

    return made if cls is None else made(cls)


def _prepared(cls: type, *, frozen: bool, eq: bool, kw_only: bool) -> type:
    """Give the class what all records have, and what works out the rest when it is wanted."""
    methods: dict[str, Any] = {"__init__": _first_init(cls, frozen=frozen), "__repr__": _shown}
    if eq:
        methods["__eq__"] = _equal
    if frozen:
        methods |= {"__setattr__": _refuse_value, "__delattr__": _refuse_removal}
    # Python itself writes None where a class has its own `__eq__`, and that is nobody's wish.
    if eq and vars(cls).get("__hash__") is None:
        type.__setattr__(cls, "__hash__", _hash if frozen else None)
    for name, method in methods.items():
        if name not in vars(cls):
            setattr(cls, name, method)
    for name in (_FIELDS, _MATCHED):
        setattr(cls, name, _Later(cls, name, kw_only=kw_only))
    return cls


class _Later:
    """Stands where a class will have something as soon as its fields are known."""

    def __init__(self, cls: type, name: str, *, kw_only: bool) -> None:
        self.cls, self.name, self.kw_only = cls, name, kw_only

    def __get__(self, _instance: object, _owner: type) -> Any:
        """Work out the fields and give what is asked for."""
        with _finishing:
            if vars(self.cls)[self.name] is self:
                dataclasses.dataclass(
                    init=False, repr=False, eq=False, match_args=False, kw_only=self.kw_only
                )(self.cls)
                names = (part.name for part in dataclasses.fields(self.cls) if part.init and not part.kw_only)
                setattr(self.cls, _MATCHED, tuple(names))
        return vars(self.cls)[self.name]


def _first_init(cls: type, *, frozen: bool) -> Callable[..., None]:
    """Give an ``__init__`` that puts the real one in its place."""

    def __init__(self: object, /, *values: Any, **named: Any) -> None:  # noqa: N807 - it stands for one
        init = _compiled_init(cls, frozen=frozen)
        setattr(cls, "__init__", init)  # noqa: B010 - mypy knows `__init__` of classes as fixed
        init(self, *values, **named)

    return __init__


def _compiled_init(cls: type, *, frozen: bool) -> Callable[..., None]:
    """Compile the ``__init__`` of a class: one line for every field."""
    parts = dataclasses.fields(cls)
    known: dict[str, Any] = {"__set__": object.__setattr__, "__absent__": MISSING}
    by_place: list[str] = ["self"]
    by_name: list[str] = []
    lines: list[str] = []
    for part in parts:
        given = part.name
        if part.default_factory is not MISSING:
            known[f"__make_{part.name}__"] = part.default_factory
            made = f"__make_{part.name}__()"
            given = f"{made} if {part.name} is __absent__ else {part.name}" if part.init else made
        if part.init:
            (by_name if part.kw_only else by_place).append(_parameter(part, known))
        if part.init or part.default_factory is not MISSING:
            lines.append(
                f"__set__(self, {part.name!r}, {given})" if frozen else f"self.{part.name} = {given}"
            )
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join([*by_place, *(["*", *by_name] if by_name else [])])
    exec(f"def __init__({parameters}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102 - of our own names
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _parameter(part: dataclasses.Field[Any], known: dict[str, Any]) -> str:
    """Write a parameter, and put its default where the code will find it."""
    if part.default_factory is not MISSING:
        return f"{part.name}=__absent__"
    if part.default is MISSING:
        return part.name
    known[f"__default_{part.name}__"] = part.default
    return f"{part.name}=__default_{part.name}__"


_compared: dict[type, Callable[[Any], tuple[Any, ...]]] = {}
"""Class -> gives the values of the fields that count: conditions are compared by the million."""


def _values(cls: type) -> Callable[[Any], tuple[Any, ...]]:
    """Give what takes the values that count out of a record."""
    if cls not in _compared:
        names = [part.name for part in dataclasses.fields(cls) if part.compare]
        _compared[cls] = attrgetter(*names) if len(names) > 1 else _of_few(names)
    return _compared[cls]


def _of_few(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Do for one name or none what ``attrgetter`` does for more."""
    return lambda one: tuple([getattr(one, name) for name in names])


def _equal(self: object, other: object) -> Any:
    """Say whether the other is of the same class and equal in every field that counts."""
    cls = self.__class__
    if other.__class__ is not cls:
        return NotImplemented
    values = _compared.get(cls) or _values(cls)
    return values(self) == values(other)


def _hash(self: object) -> int:
    """Hash the fields that count; raises ``TypeError`` where one cannot be hashed."""
    cls = self.__class__
    return hash((cls, (_compared.get(cls) or _values(cls))(self)))


def _shown(self: Any) -> str:
    """Show the fields that are not left out of it."""
    shown = [part.name for part in dataclasses.fields(self) if part.repr]
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{type(self).__qualname__}({values})"


def _refuse_value(_self: object, name: str, _value: object) -> None:
    """Refuse a second value."""
    message = f"cannot assign to field {name!r}"
    raise dataclasses.FrozenInstanceError(message)


def _refuse_removal(_self: object, name: str) -> None:
    """Refuse to forget a value."""
    message = f"cannot delete field {name!r}"
    raise dataclasses.FrozenInstanceError(message)
