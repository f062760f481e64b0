"""Finds what is only called otherwise: the same thing in the same places under a new name.

A thing that is gone and one that has come are one thing if they say the same, but for names that
are new themselves, if they stand in the same places, and if there is no other pair of which this
is true. Each pair that is found makes the next ones clearer, until no more are found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from stepladder_dsl.diff.change import Key
from stepladder_dsl.diff.meaning import compared, words
from stepladder_dsl.diff.rebuild import KINDS, Around, Rebuilder, declared_keys
from stepladder_dsl.model import spec as m

_OUTSIDE = {
    "field": "record",
    "event_field": "event",
    "output": "decision",
    "phase": "process",
    "stage": "process",
}
_UNNAMED = "?"
_DECLARING = frozenset(
    {
        *((kind.__name__, "name") for kind in (*KINDS, m.Field)),
        ("Record", "fields"),
        ("Event", "fields"),
        ("Decision", "outputs"),
        ("Process", "phases"),
        ("Process", "stages"),
    }
)
"""Parts in which a name is no use of what it names."""


def find_renames(old: m.Spec, new: m.Spec) -> dict[Key, str]:
    """Give the new name of everything of the old spec that is only called otherwise in the new one."""
    olds, news = declared_keys(old), declared_keys(new)
    names: dict[Key, str] = {}
    if olds.keys() == news.keys():
        return names
    while found := _round(old, new, olds, news, names):
        names |= found
    return names


def _round(
    old: m.Spec, new: m.Spec, olds: Mapping[Key, Any], news: Mapping[Key, Any], names: Mapping[Key, str]
) -> dict[Key, str]:
    """Give the pairs that are clear by now: the ones without any doubt, or else those of one place."""
    gone, come = _left(olds, news, names)
    if not gone or not come:
        return {}
    before = _Signatures(old, olds, names, news, is_new=False)
    after = _Signatures(new, news, _turned(names), olds, is_new=True)
    strict = _unique(
        {key: (before.outside(key), before.says(key), before.stands(key)) for key in gone},
        {key: (after.outside(key), after.says(key), after.stands(key)) for key in come},
    )
    if strict:
        return strict
    alike = _unique(
        {key: (before.outside(key), before.says(key)) for key in gone},
        {key: (after.outside(key), after.says(key)) for key in come},
    )
    return {
        key: name
        for key, name in alike.items()
        if _mostly(before.uses[key], after.uses[_renamed(key, names, name)])
    }


def _renamed(key: Key, names: Mapping[Key, str], name: str) -> Key:
    """Give the key of the new spec that something has under another name."""
    return _called(key, {**names, key: name})


def _left(
    olds: Mapping[Key, Any], news: Mapping[Key, Any], names: Mapping[Key, str]
) -> tuple[list[Key], list[Key]]:
    """Give what has found no partner yet, and whose surroundings have one."""
    called = {key: _called(key, names) for key in olds}
    taken = {called[key] for key in olds if called[key] in news}
    gone = [key for key, other in called.items() if other not in news]
    come = [key for key in news if key not in taken]
    return (
        [key for key in gone if all(called[one] in news for one in _outside(key))],
        [key for key in come if all(one in taken for one in _outside(key))],
    )


def _outside(key: Key) -> list[Key]:
    """Give what a thing is declared in, where that is not the spec itself."""
    return [(_OUTSIDE[key[0]], key[1])] if key[0] in _OUTSIDE else []


def _called(key: Key, names: Mapping[Key, str]) -> Key:
    """Give the key that something has in the new spec."""
    name = names.get(key, key[-1])
    if key[0] in _OUTSIDE:
        outside = (_OUTSIDE[key[0]], key[1])
        return (key[0], names.get(outside, key[1]), name)
    return (key[0], name)


def _turned(names: Mapping[Key, str]) -> dict[Key, str]:
    return {_called(key, names): key[-1] for key in names}


def _unique(olds: Mapping[Key, Any], news: Mapping[Key, Any]) -> dict[Key, str]:
    """Pair what has a signature that nothing else of its side has."""
    groups: dict[str, tuple[list[Key], list[Key]]] = defaultdict(lambda: ([], []))
    for side, signatures in enumerate((olds, news)):
        for key, signature in signatures.items():
            groups[repr((key[0], signature))][side].append(key)
    return {both[0][0]: both[1][0][-1] for both in groups.values() if len(both[0]) == 1 and len(both[1]) == 1}


def _mostly(old: Counter[Any], new: Counter[Any]) -> bool:
    """Say whether two things stand in the same places, or at least in most of them."""
    both = (old & new).total()
    return both * 2 >= max(old.total(), new.total()) and (both > 0 or not old)


class _Signatures(Rebuilder):
    """Tells what the things of a spec say and where they stand, without the names that are new.

    `names` are those that are known to be the same as others on the other side: both sides
    call them by the old name.
    """

    def __init__(
        self,
        spec: m.Spec,
        keys: Mapping[Key, Any],
        names: Mapping[Key, str],
        others: Mapping[Key, Any],
        *,
        is_new: bool,
    ) -> None:
        super().__init__(spec)
        self.keys = keys
        self.names = names
        self.others = others
        self.is_new = is_new
        self.uses: dict[Key, Counter[Any]] = defaultdict(Counter)
        self.part: tuple[str, str] = ("", "")
        self.contents: dict[int, Any] = {}
        self.all = self.whole()

    def name(self, key: Key, around: Around) -> str:
        if self.part[0] != "Spec" and self.part not in _DECLARING:
            self.uses[key][self.shown(around.declaration), *self.part] += 1
        return self.shown(key)

    def shown(self, key: Key) -> str:
        """Give a name that is the same on both sides, or a mark where there is none."""
        if not key:
            return ""
        if key in self.names:
            return f"{self.names[key]}={key[-1]}" if self.is_new else f"{key[-1]}={self.names[key]}"
        return key[-1] if _called(key, self.names) in self.others else _UNNAMED

    def value(self, value: Any, around: Around) -> Any:
        part = self.part
        made = super().value(value, around)
        self.part = part
        return made

    def visit(self, record: Any, part: str) -> None:
        self.part = (type(record).__name__, part)

    def wanted(self, record: Any) -> Iterable[str]:
        return compared(type(record))

    def build(self, made_of: Any, parts: dict[str, Any]) -> Any:
        # Whatever is called otherwise has, as often as not, another title as well.
        known = {"name", "title"} if isinstance(made_of, m.Declared | m.Let | m.Field) else set()
        if isinstance(made_of, m.Stage):
            # What phases and the process lend is theirs.
            known |= {"owner", "transitions"}
        said = tuple((name, part) for name, part in parts.items() if name not in known)
        found = (type(made_of).__name__, *said)
        self.contents[id(made_of)] = found
        return found

    def pairs(self, pairs: Iterable[tuple[Any, Any]]) -> Any:
        return ("{}", *sorted(pairs, key=repr))

    def says(self, key: Key) -> Any:
        """Give what a thing says."""
        return self.contents.get(id(self.keys[key]), words(self.keys[key]))

    def stands(self, key: Key) -> Any:
        """Give where a thing stands, and how often."""
        return sorted(self.uses[key].items(), key=repr)

    def outside(self, key: Key) -> str:
        """Give what a thing is declared in."""
        return "".join(map(self.shown, _outside(key)))
