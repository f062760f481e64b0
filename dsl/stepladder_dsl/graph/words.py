"""The words that the graph and its pictures use themselves, in every language they speak.

This is the one place for them: what stands in a spec is shown as it stands, and
everything around it comes from here. A new language is a new entry of `WORDS`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import zip_longest

from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.keywords.dialect import LANGUAGES, load_dialect
from stepladder_dsl.model.types import Duration
from stepladder_dsl.record import record

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@record
class Words:
    """The words of one language.

    `marks` names each mark of a picture's legend.
    """

    after: str
    after_since: str
    when: str
    at_most: str
    alerts: str
    silence: str
    everywhere: str
    noted_everywhere: str
    way_in: str
    from_any_stage: str
    from_any_other_stage: str
    from_stage: str
    from_stages: str
    any_stage_of: str
    from_any_stage_of: str
    quoted: str
    and_then: str
    marks: dict[str, str]
    direction: str = "ltr"
    digits: dict[int, int] | None = None

    def from_places(self, stages: Sequence[str], phases: Collection[str] = ()) -> str:
        """Write where a way comes from: stages, or any stage of those places that are phases.

        >>> WORDS["ru"].from_places(["«Покупает»"]), WORDS["ru"].from_places(["1", "2"])
        ('с этапа «Покупает»', 'с этапов: 1, 2')
        """
        match stages:
            case [phase] if phase in phases:
                return self.from_any_stage_of.format(phase=phase)
            case [stage]:
                return self.from_stage.format(places=stage)
            case _:
                told = (self.any_stage_of.format(phase=one) if one in phases else one for one in stages)
                return self.from_stages.format(places=self.and_then.join(told))


WORDS = {
    "en": Words(
        after="after {duration}",
        after_since="{duration} after “{anchor}”",
        when="when {guard}",
        at_most="at most {duration}",
        alerts="then {role}",
        silence="{duration} without “{event}”",
        everywhere="At any stage",
        noted_everywhere="Noted at every stage: {events}",
        way_in="{places}: {way}",
        from_any_stage="from any stage",
        from_any_other_stage="from any other stage",
        from_stage="from {places}",
        from_stages="from {places}",
        any_stage_of="any stage of {phase}",
        from_any_stage_of="from any stage of {phase}",
        quoted="“{title}”",
        and_then=", ",
        marks={
            "start": "start",
            "won": "end: won",
            "lost": "end: lost",
            "neutral": "end: neutral",
            "event": "an event",
            "timer": "time passes",
            "when": "a condition holds",
            "owner": "owner",
            "limit": "time limit",
            "follow_up": "follow-up",
            "offer": "offer",
            "stay": "noted, the case stays",
            "way_in": "way in from many stages",
        },
    ),
    "ru": Words(
        # Both templates that take a duration want the accusative.
        after="через {duration}",
        after_since="через {duration} после «{anchor}»",
        when="если {guard}",
        at_most="максимум {duration}",
        alerts="затем {role}",
        silence="{duration} без события «{event}»",
        everywhere="На любом этапе",
        noted_everywhere="Отмечается на любом этапе: {events}",
        way_in="{places} — {way}",
        from_any_stage="с любого этапа",
        from_any_other_stage="с любого другого этапа",
        from_stage="с этапа {places}",
        from_stages="с этапов: {places}",
        any_stage_of="любой из {phase}",
        from_any_stage_of="с любого этапа {phase}",
        quoted="«{title}»",
        and_then=", ",
        marks={
            "start": "начало",
            "won": "конец: успех",
            "lost": "конец: потеря",
            "neutral": "конец: нейтральный",
            "event": "событие",
            "timer": "прошло время",
            "when": "выполнено условие",
            "owner": "ответственный",
            "limit": "срок",
            "follow_up": "касание",
            "offer": "предложение",
            "stay": "отмечается, этап не меняется",
            "way_in": "переход со многих этапов",
        },
    ),
    "bg": Words(
        after="след {duration}",
        after_since="{duration} след „{anchor}“",
        when="ако {guard}",
        at_most="най-много {duration}",
        alerts="после {role}",
        silence="{duration} без събитие „{event}“",
        everywhere="На всеки етап",
        noted_everywhere="Отбелязва се на всеки етап: {events}",
        way_in="{places}: {way}",
        from_any_stage="от всеки етап",
        from_any_other_stage="от всеки друг етап",
        from_stage="от {places}",
        from_stages="от {places}",
        any_stage_of="всеки етап на {phase}",
        from_any_stage_of="от всеки етап на {phase}",
        quoted="„{title}“",
        and_then=", ",
        marks={
            "start": "начало",
            "won": "край: успех",
            "lost": "край: загуба",
            "neutral": "край: неутрален",
            "event": "събитие",
            "timer": "минава време",
            "when": "изпълнено условие",
            "owner": "отговорник",
            "limit": "срок",
            "follow_up": "последващ контакт",
            "offer": "оферта",
            "stay": "отбелязва се, етапът не се сменя",
            "way_in": "преход от много етапи",
        },
    ),
    "fa": Words(
        after="پس از {duration}",
        after_since="{duration} پس از «{anchor}»",
        when="اگر {guard}",
        at_most="حداکثر {duration}",
        alerts="سپس {role}",
        silence="{duration} بدون رویداد «{event}»",
        everywhere="در هر مرحله",
        noted_everywhere="در هر مرحله ثبت می‌شود: {events}",
        way_in="{places}: {way}",
        from_any_stage="از هر مرحله",
        from_any_other_stage="از هر مرحلهٔ دیگر",
        from_stage="از {places}",
        from_stages="از {places}",
        any_stage_of="هر مرحلهٔ {phase}",
        from_any_stage_of="از هر مرحلهٔ {phase}",
        quoted="«{title}»",
        and_then="، ",
        marks={
            "start": "آغاز",
            "won": "پایان: موفق",
            "lost": "پایان: ازدست‌رفته",
            "neutral": "پایان: خنثی",
            "event": "رویداد",
            "timer": "گذشت زمان",
            "when": "برقراری شرط",
            "owner": "مسئول",
            "limit": "مهلت",
            "follow_up": "پیگیری",
            "offer": "پیشنهاد",
            "stay": "ثبت می‌شود و پرونده همین‌جا می‌ماند",
            "way_in": "ورود از چند مرحله",
        },
        direction="rtl",
        digits=_PERSIAN_DIGITS,
    ),
}


def words_of(language: str) -> Words:
    """Give the words of the language, or the English ones where it has none.

    >>> words_of("fa").direction
    'rtl'
    """
    return WORDS.get(language, WORDS["en"])


def duration_text(duration: Duration, language: str) -> str:
    """Write a duration out.

    >>> duration_text(Duration(30, Unit.DAY), "en"), duration_text(Duration(3, Unit.WEEK), "ru")
    ('30 days', '3 недели')
    """
    return f"{_number(duration.amount, language)} {_unit(duration, language)}"


def durations_text(durations: tuple[Duration, ...], language: str) -> str:
    """Write several durations out; those of one unit share its name.

    >>> durations_text((Duration(30, Unit.DAY), Duration(60, Unit.DAY), Duration(1, Unit.YEAR)), "en")
    '30, 60 days, 1 year'
    """
    parts = []
    for duration, following in zip_longest(durations, durations[1:]):
        shared = following is not None and replace(following, amount=duration.amount) == duration
        parts.append(_number(duration.amount, language) if shared else duration_text(duration, language))
    return words_of(language).and_then.join(parts)


def _number(amount: int, language: str) -> str:
    return str(amount).translate(words_of(language).digits or {})


def _unit(duration: Duration, language: str) -> str:
    """Give the unit in the form that goes with the number: the keyword tables have them all."""
    dialect = load_dialect(language if language in LANGUAGES else "en")
    kind = duration.unit.name if duration.calendar is None else f"WORKING_{duration.unit.name}"
    forms = dialect.forms[kind]
    return forms.get(plural_category(duration.amount, dialect.language), forms["other"])
