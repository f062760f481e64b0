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
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, dataclass_transform, overload

_Class = TypeVar("_Class", bound=type)
_FIELDS = "__dataclass_fields__"
_MATCHED = "__match_args__"
_finishing = RLock()
"""Held by whoever works something out: what is known is not looked for again."""


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
    there, written = vars(cls), cls.__annotations__
    _own[cls] = {name: (there.get(name, MISSING), kw_only) for name in written if _is_field(written[name])}
    setattr(cls, _FIELDS, _Later(cls, _FIELDS, partial(_fields, kw_only=kw_only)))
    setattr(cls, _MATCHED, _Later(cls, _MATCHED, _matched))
    return cls


_own: dict[type, dict[str, tuple[Any, bool]]] = {}
"""Class -> its fields: what stands behind each in its text, and whether it is given by name only."""


def _is_field(annotation: str) -> bool:
    return not annotation.startswith(("ClassVar", "typing.ClassVar"))


class _Later:
    """Stands where a class will have something as soon as somebody asks for it."""

    def __init__(self, cls: type, name: str, work_out: Callable[[type], Any]) -> None:
        self.cls, self.name, self.work_out = cls, name, work_out

    def __get__(self, _instance: object, _owner: type) -> Any:
        """Work it out and give it."""
        with _finishing:
            if vars(self.cls)[self.name] is self:
                setattr(self.cls, self.name, self.work_out(self.cls))
        return vars(self.cls)[self.name]


def _fields(cls: type, *, kw_only: bool) -> Any:
    """Let a dataclass be made of the class, which knows its fields as others want to see them."""
    dataclasses.dataclass(init=False, repr=False, eq=False, match_args=False, kw_only=kw_only)(cls)
    return vars(cls)[_FIELDS]


def _matched(cls: type) -> tuple[str, ...]:
    """Give the fields by which a pattern may name parts without saying which."""
    return tuple(part.name for part in _parts(cls) if part.how.init and not part.by_name)


class _Part(NamedTuple):
    """A field as it was written: of all that a dataclass works out nothing else is needed here."""

    name: str
    how: dataclasses.Field[Any]
    by_name: bool


def _parts(cls: type) -> list[_Part]:
    """Give the fields of a class, those that it inherits first."""
    written: dict[str, tuple[Any, bool]] = {}
    for base in reversed(cls.__mro__):
        written |= _own.get(base, {})
    found = []
    for name, (value, kw_only) in written.items():
        how = value if isinstance(value, dataclasses.Field) else field(default=value)
        found.append(_Part(name, how, kw_only if how.kw_only is MISSING else bool(how.kw_only)))
    return found


def _first_init(cls: type, *, frozen: bool) -> Callable[..., None]:
    """Give an ``__init__`` that puts the real one in its place."""

    def __init__(self: object, /, *values: Any, **named: Any) -> None:  # noqa: N807 - it stands for one
        init = _compiled_init(cls, frozen=frozen)
        setattr(cls, "__init__", init)  # noqa: B010 - mypy knows `__init__` of classes as fixed
        init(self, *values, **named)

    return __init__


def _compiled_init(cls: type, *, frozen: bool) -> Callable[..., None]:
    """Compile the ``__init__`` of a class: one line for every field."""
    known: dict[str, Any] = {"__set__": object.__setattr__, "__absent__": MISSING}
    by_place: list[str] = ["self"]
    by_name: list[str] = []
    lines: list[str] = []
    for name, how, named in _parts(cls):
        given = name
        if how.default_factory is not MISSING:
            known[f"__make_{name}__"] = how.default_factory
            made = f"__make_{name}__()"
            given = f"{made} if {name} is __absent__ else {name}" if how.init else made
        if how.init:
            (by_name if named else by_place).append(_parameter(name, how, known))
        if how.init or how.default_factory is not MISSING:
            lines.append(f"__set__(self, {name!r}, {given})" if frozen else f"self.{name} = {given}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join([*by_place, *(["*", *by_name] if by_name else [])])
    exec(f"def __init__({parameters}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102 - of our own names
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _parameter(name: str, how: dataclasses.Field[Any], known: dict[str, Any]) -> str:
    """Write a parameter, and put its default where the code will find it."""
    if how.default_factory is not MISSING:
        return f"{name}=__absent__"
    if how.default is MISSING:
        return name
    known[f"__default_{name}__"] = how.default
    return f"{name}=__default_{name}__"


_compared: dict[type, Callable[[Any], tuple[Any, ...]]] = {}
"""Class -> gives the values of the fields that count: conditions are compared by the million."""


def _values(cls: type) -> Callable[[Any], tuple[Any, ...]]:
    """Give what takes the values that count out of a record."""
    if cls not in _compared:
        names = [part.name for part in _parts(cls) if part.how.compare]
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
    shown = [part.name for part in _parts(self.__class__) if part.how.repr]
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
