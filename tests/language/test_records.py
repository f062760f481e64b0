"""Records are to whoever uses them what dataclasses are, only that they are made when they are wanted."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from stepladder_dsl.record import record


@record
class Place:
    """A place with a default, a list of its own and a note that does not count."""

    name: str
    floor: int = 0
    doors: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)

    @property
    def label(self) -> str:
        return f"{self.name}/{self.floor}"


@record
class Shop(Place):
    """A record that inherits from one."""

    till: str = "left"


@record(frozen=False)
class Count:
    """What may change, and works out one of its fields."""

    number: int
    double: int = field(init=False)

    def __post_init__(self) -> None:
        self.double = 2 * self.number


@record(kw_only=True)
class Named:
    """What is only given by name."""

    first: int
    second: int = 2


@record(eq=False)
class Single:
    """What is equal to itself alone."""

    value: int


@record
class Own:
    """What knows by itself when it is equal."""

    value: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own)

    def __hash__(self) -> int:
        return 7


@dataclass(frozen=True)
class Model:
    """What the first one would be as a dataclass."""

    name: str
    floor: int = 0
    doors: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


UNTYPED: tuple[Any, ...] = (Place, Named)
"""What a type checker would not let pass."""


@pytest.mark.parametrize(
    "question",
    [
        lambda cls: repr(cls("a", doors=["x"])).removeprefix(cls.__name__),
        lambda cls: [(part.name, part.compare, part.init) for part in fields(cls)],
        lambda cls: cls("a") == cls("a", note="b"),
        lambda cls: cls("a") == cls("b"),
        lambda cls: cls("a") == "a",
        lambda cls: replace(cls("a", 1), floor=2) == cls("a", 2),
        lambda cls: pickle.loads(pickle.dumps(cls("a", 3))).floor if cls is Place else 3,  # noqa: S301
        lambda cls: cls("a").doors is cls("a").doors,
        lambda cls: cls.__match_args__,
        lambda cls: (is_dataclass(cls), is_dataclass(cls("a"))),
        lambda cls: cls.floor,
    ],
)
def test_a_record_answers_as_a_dataclass_does(question: Callable[[Any], object]) -> None:
    assert question(Place) == question(Model)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (UNTYPED[0], "missing 1 required positional argument: 'name'"),
        (lambda: UNTYPED[0]("a", flor=1), "unexpected keyword argument 'flor'"),
        (lambda: UNTYPED[1](1), "takes 1 positional argument but 2 were given"),
        (lambda: setattr(Place("a"), "name", "b"), "cannot assign to field 'name'"),
        (lambda: delattr(Place("a"), "name"), "cannot delete field 'name'"),
        (lambda: hash(Place("a")), "unhashable type: 'list'"),
        (lambda: hash(Count(1)), "unhashable type: 'Count'"),
    ],
)
def test_a_mistake_is_refused(mistake: Callable[[], object], said: str) -> None:
    with pytest.raises((TypeError, FrozenInstanceError), match=said):
        mistake()


def test_a_record_inherits_its_fields() -> None:
    assert repr(Shop("a", 1, till="right")) == "Shop(name='a', floor=1, doors=[], till='right')"
    assert Shop("a") != Place("a")
    assert Shop("a").label == "a/0"


def test_a_record_may_change_or_be_equal_to_itself_alone_where_it_says_so() -> None:
    counted = Count(2)
    counted.number = 5
    assert (counted.number, counted.double) == (5, 4)
    assert Single(1) != Single(1)
    assert Own(1) == Own(2)
    assert len({Own(1), Own(2)}) == 1
    assert Named(first=1) == Named(first=1, second=2)


def test_a_record_is_found_by_its_parts() -> None:
    match Place("a", 4):
        case Place("a", floor):
            assert floor == 4
        case _:
            pytest.fail("no place")


def test_threads_that_make_the_first_ones_at_once_get_whole_ones() -> None:
    @record
    class Fresh:
        """Nobody has made one."""

        value: int
        parts: tuple[int, ...] = field(default_factory=tuple)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(Fresh, range(100)))
    assert [one.value for one in made] == list(range(100))
    assert all(one.parts == () for one in made)
