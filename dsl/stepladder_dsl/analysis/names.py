"""The names and texts of a spec: which are told apart with difficulty, and which mix alphabets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stepladder_dsl.diagnostics.nearest import skeleton
from stepladder_dsl.model import spec as m
from stepladder_dsl.source import Span

_LIKE_LATIN = frozenset("аеорсухіјѕАВЕКМНОРСТУХІЈЅ")
"""Cyrillic letters that cannot be told from Latin ones."""
_LIKE_CYRILLIC = frozenset("aceopxyABCEHKMOPTXYijsIJS")
_SHORTEST_TYPO = 7
_LONGEST_TYPO = 100
"""The letters of a name that somebody types; of longer ones nobody seeks every slip."""
_LETTERS = re.compile(r"[^\W\d_]+")
_JOINERS = str.maketrans("", "", "_\u200c")


@dataclass(frozen=True)
class Named:
    """Something declared: its kind, and the space of names in which no other may bear its name."""

    kind: str
    space: tuple[str, ...]
    name: str
    title: str | None
    span: Span


def named_things(spec: m.Spec) -> Iterator[Named]:
    """Yield everything that is declared under a name, in the order of the model."""
    for kind, things in _declared(spec):
        for thing in things:
            yield Named(kind, (kind,), thing.name, thing.title, thing.span)
    for let in spec.lets.values():
        yield Named("let", ("value", let.record), let.name, None, let.span)
    for decision in spec.decisions.values():
        yield Named("decision", ("value", decision.record), decision.name, decision.title, decision.span)
    owners: list[m.Record | m.Event] = [*spec.records.values(), *spec.events.values()]
    for owner in owners:
        kind = "value" if isinstance(owner, m.Record) else "event_field"
        for field in owner.fields.values():
            yield Named("field", (kind, owner.name), field.name, None, field.span)
    for process in spec.processes.values():
        for phase in process.phases.values():
            yield Named("phase", ("phase", process.name), phase.name, phase.title, phase.span)
        for stage in process.stages.values():
            yield Named("stage", ("stage", process.name), stage.name, stage.title, stage.span)


_Thing = m.Calendar | m.Role | m.Record | m.Event | m.Process | m.Offer | m.FollowUp | m.Metric


def _declared(spec: m.Spec) -> Iterator[tuple[str, Iterable[_Thing]]]:
    yield "calendar", spec.calendars.values()
    yield "role", spec.roles.values()
    yield "record", spec.records.values()
    yield "event", spec.events.values()
    yield "process", spec.processes.values()
    yield "offer", spec.offers.values()
    yield "follow_up", spec.follow_ups.values()
    yield "metric", spec.metrics.values()


def is_easily_confused(one: str, two: str) -> bool:
    """Say whether two names differ in their case, their underscores, look-alike letters, or by a slip.

    A slip is a pair of letters in the other order, or one written twice. Digits differ on purpose.

    >>> is_easily_confused("call_back", "Callback"), is_easily_confused("call_bback", "callback")
    (True, True)
    >>> is_easily_confused("contacted", "contracted"), is_easily_confused("step_1", "step_11")
    (False, False)
    """
    first, second = (skeleton(name).translate(_JOINERS) for name in (one, two))
    return first == second or _is_slip(first, second)


def _is_slip(one: str, two: str) -> bool:
    """Say whether two long words differ by neighbours that changed places, or by a letter written twice."""
    short, long = sorted((one, two), key=len)
    if len(short) < _SHORTEST_TYPO:
        return False
    place = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) == len(long):
        swapped = short[:place] + short[place : place + 2][::-1] + short[place + 2 :]
        return swapped == long and short[place : place + 2].isalpha()
    doubled = long[place]
    is_doubled = place > 0 and long[place - 1] == doubled and doubled.isalpha()
    return len(long) == len(short) + 1 and is_doubled and short[place:] == long[place + 1 :]


def confused_pairs(things: Iterable[Named]) -> Iterator[tuple[Named, Named]]:
    """Yield pairs of one space whose names are easily confused: each thing with the first such before it."""
    spaces: dict[tuple[str, ...], list[Named]] = {}
    for thing in sorted(things, key=lambda thing: (thing.span.file, thing.span.line, thing.span.column)):
        spaces.setdefault(thing.space, []).append(thing)
    for members in spaces.values():
        seen: dict[str, Named] = {}
        for thing in members:
            other = next((seen[form] for form in _near_forms(thing.name) if form in seen), None)
            if other is not None and other.name != thing.name:
                yield other, thing
            seen.setdefault(skeleton(thing.name).translate(_JOINERS), thing)


def _near_forms(name: str) -> Iterator[str]:
    """Yield every form that another name may have to be confused with this one."""
    form = skeleton(name).translate(_JOINERS)
    yield form
    if not _SHORTEST_TYPO <= len(form) <= _LONGEST_TYPO:
        return
    for place, letter in enumerate(form):
        if not letter.isalpha():
            continue
        behind = form[place + 1 : place + 2]
        if behind != letter and behind.isalpha():
            yield form[:place] + behind + letter + form[place + 2 :]
        yield form[:place] + letter + form[place:]
        if behind == letter and len(form) > _SHORTEST_TYPO:
            yield form[:place] + form[place + 1 :]


def disguised_letters(text: str, *, in_latin: bool) -> str:
    """Give the letters of one alphabet that cannot be told from those of another, among which they stand.

    A word may be of either alphabet, but not of both, if one of them only imitates the other. With
    `in_latin` a whole word of Cyrillic letters that all look Latin is one as well.

    >>> disguised_letters("сlient", in_latin=False), disguised_letters("QRкод", in_latin=False)
    ('с', '')
    >>> disguised_letters("plan_А", in_latin=True), disguised_letters("план_А", in_latin=False)
    ('А', '')
    """
    for word in _LETTERS.findall(text):
        latin = [letter for letter in word if _is_latin(letter)]
        cyrillic = [letter for letter in word if _is_cyrillic(letter)]
        if cyrillic and (latin or in_latin) and _LIKE_LATIN.issuperset(cyrillic):
            return "".join(dict.fromkeys(cyrillic))
        if cyrillic and latin and _LIKE_CYRILLIC.issuperset(latin):
            return "".join(dict.fromkeys(latin))
    return ""


def _is_latin(letter: str) -> bool:
    return letter.isascii() or "\u00c0" <= letter <= "\u024f"


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def has_cyrillic_words(text: str) -> bool:
    """Say whether a text has a word that can only be Cyrillic."""
    return any(_is_cyrillic(letter) and letter not in _LIKE_LATIN for letter in text)
