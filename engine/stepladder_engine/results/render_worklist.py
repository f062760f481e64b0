"""Today's work for people: Markdown to paste or print, and iCalendar to open in a calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from stepladder_dsl.model.print_words import Words
from stepladder_dsl.model.spec import Spec
from stepladder_engine.results.worklist import Owed
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.texts.catalogue import text

_STEERS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


def as_it_is(words: str) -> str:
    r"""Give words of a spec or of data with marks of direction shown, lest they turn round what follows.

    >>> as_it_is("a\u202eb")
    'a<U+202E>b'
    """
    return _STEERS.sub(lambda found: f"<U+{ord(found[0]):04X}>", words)


def owner_of(owed: Owed, spec: Spec, language: str) -> str:
    """Name whoever owes a task: the role by its title, and the person where the record names one."""
    role = spec.roles.get(owed.role or "")
    name = role.label if role else text(language, "nobody")
    return as_it_is(f"{name} ({owed.person})" if owed.person else name)


def case_of(owed: Owed) -> str:
    """Name the record: its key, and its name where it has one."""
    return as_it_is(f"{owed.entity.key} {owed.name}" if owed.name else owed.entity.key)


def lines_of(owed: Owed, language: str) -> Iterator[str]:
    """Yield what there is to know of a task beside its title: when, how, why, and what to say."""
    status = text(language, f"task.status.{owed.status}")
    key = "tasks.late" if owed.days_late else "tasks.today"
    yield text(language, key, status=status, date=Words(language).day(owed.due), count=owed.days_late)
    if owed.channel:
        yield text(language, "tasks.via", channel=as_it_is(owed.channel.replace("_", " ")))
    yield text(language, "tasks.reason", reason=as_it_is(owed.reason))
    if owed.text:
        key = "tasks.do" if owed.task.kind == "alert" else "tasks.say"
        yield text(language, key, text=as_it_is(owed.text))


def as_markdown(owed: list[Owed], spec: Spec, day: date, language: str) -> str:
    """Give the work as a list to tick off, an owner after the other."""
    lines = [f"# {_plain(_heading(spec, day, language))}", ""]
    if not owed:
        lines += [text(language, "run.nothing_due"), ""]
    for owner, tasks in groupby(owed, key=lambda one: owner_of(one, spec, language)):
        lines += [f"## {_plain(owner)}", ""]
        for one in tasks:
            lines.append(f"- [ ] **{_plain(as_it_is(one.title))}** – {_plain(case_of(one))}")
            lines += [f"  - {_plain(line)}" for line in lines_of(one, language)]
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def _heading(spec: Spec, day: date, language: str) -> str:
    return text(language, "tasks.heading", title=as_it_is(spec.label), when=Words(language).day(day))


def _plain(words: str) -> str:
    """Take from words what Markdown would read as its own marks."""
    return _MARKDOWN.sub(r"\\\1", " ".join(words.split()))


def as_calendar(owed: list[Owed], result: RunResult, language: str) -> bytes:
    """Give the work as iCalendar (RFC 5545): an event for each task, on the day of the answer.

    Events of a whole day, not to-dos: most calendars show no others. Late work stands on today as
    well, where somebody sees it. The key of a task is its UID, so that it is replaced and not doubled.
    """
    from icalendar import Calendar, Event

    spec, zone = result.program.spec, result.program.zone
    day = zone.day(result.as_of)
    calendar = Calendar()
    calendar.add("prodid", "-//Stepladder//worklist//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _heading(spec, day, language))
    for one in owed:
        event = Event()
        event.add("uid", one.key)
        event.add("dtstamp", zone.local(result.as_of).replace(microsecond=0))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"{as_it_is(one.title)} – {case_of(one)}")
        event.add("description", "\n".join((owner_of(one, spec, language), *lines_of(one, language))))
        event.add("categories", [owner_of(one, spec, language)])
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
