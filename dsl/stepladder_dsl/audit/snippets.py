"""Writes what would fill a hole: a piece of a spec that speaks of this spec's own clients, stages and roles.

A template is English text with places in braces. `{n:WORD}` is a new name, `{w:WORD}` a word that is no
name of a thing, and `{t:WORD}` a title, all in the language of the spec; the others are filled from the
spec, each by the method of its name below. What the spec does not have yet is declared beside the piece.

A piece is read as English before it gets the keywords of the spec's language. There a name of the spec
may be a keyword; so names come last, and until then marks stand in their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property, lru_cache
from textwrap import dedent, indent

from stepladder_dsl.audit.facts import Facts, Place
from stepladder_dsl.audit.findings import Filling
from stepladder_dsl.audit.texts import new_word
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.keywords.dialect import normalize_word
from stepladder_dsl.model.print_words import Words
from stepladder_dsl.model.spec import Field, Stage
from stepladder_dsl.model.types import ChoiceType
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text

_INDENTATION = "    "
_PLACE = re.compile(r"\{([ntw]:)?(\w+)\}")

_MARK = re.compile(r"zz\d+zz")
_KEYWORDS = {"kind", "money"}
"""What a question gives that is no name."""
_SEVERAL_WORDS = {"after", "before", "channels", "content", "paid"}
"""What a method below gives that is more than a name, and has its marks already."""

REFERRAL_OFFER = """\
offer {n:bring_a_friend} "{t:bring_a_friend}"
    kind referral
    price 30
    to {client}{after}
    when {content}
    by {service} via {w:email}
    valid 90 days
    at most 2 times in 1 year
    accepted on {friend_came}
"""
"""What makes a content client bring two more a year."""


class Snippet:
    """Fills the templates of one part; what has to be declared as well is kept on the way."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.spec = facts.spec
        self._declared: dict[str, Filling] = {}
        self._chosen: dict[str, str] = {}
        self._marks: dict[str, str] = {}
        self.lacks_a_name = False
        """Whether a piece speaks of something that the spec does not have, such as a stage."""

    def write(self, template: str, **given: str) -> str:
        """Give the piece in English keywords."""
        return _PLACE.sub(lambda match: self._filled(match, given), template)

    def declared(self) -> tuple[Filling, ...]:
        """Give what the pieces speak of and the spec does not have yet."""
        return tuple(self._declared.values())

    def named(self, fillings: list[Filling]) -> tuple[Filling, ...]:
        """Give pieces with the names for which the marks in them stand."""
        names = tuple((mark, name) for name, mark in self._marks.items())
        return tuple(replace(filling, names=names) for filling in fillings)

    def _mark(self, name: str) -> str:
        """Give the mark of a name; without a name nothing can be proposed."""
        self.lacks_a_name = self.lacks_a_name or not name
        return self._marks.setdefault(name, f"zz{len(self._marks) + 1}zz")

    def _marked(self, names: Iterable[str]) -> str:
        return ", ".join(map(self._mark, names))

    def _filled(self, match: re.Match[str], given: dict[str, str]) -> str:
        mark, word = match.groups()
        if mark == "t:":
            return new_word(f"title.{word}", self.spec.language)
        if mark == "n:":
            return self._mark(self._new_name(word))
        if mark == "w:":
            return self._mark(new_word(f"name.{word}", self.spec.language))
        if word in given:
            return given[word] if word in _KEYWORDS else self._mark(given[word])
        if f"own {word}" not in self._chosen:
            own: Callable[[], str] = getattr(self, f"_{word}")
            found = own()
            self._chosen[f"own {word}"] = found if word in _SEVERAL_WORDS else self._mark(found)
        return self._chosen[f"own {word}"]

    def _new_name(self, word: str) -> str:
        """Give a name that the spec does not have yet; the same one for the same word."""
        if word not in self._chosen:
            name = wanted = new_word(f"name.{word}", self.spec.language)
            number = 2
            while normalize_word(name) in self._taken:
                name, number = f"{wanted}_{number}", number + 1
            self._chosen[word] = name
        return self._chosen[word]

    @cached_property
    def _taken(self) -> set[str]:
        spec = self.spec
        kinds = (spec.roles, spec.records, spec.events, spec.lets, spec.decisions, spec.offers)
        names = {name for kind in (*kinds, spec.follow_ups, spec.metrics, spec.processes) for name in kind}
        names |= {name for process in spec.processes.values() for name in (*process.stages, *process.phases)}
        names |= {name for record in spec.records.values() for name in record.fields}
        names |= {name for event in spec.events.values() for name in event.fields}
        return {normalize_word(name) for name in names}

    def _declare(self, word: str, template: str) -> str:
        """Declare something new, once, and give its name."""
        name = self._new_name(word)
        if word not in self._declared:
            self._declared[word] = Filling(self.write(template))
        return name

    # what the spec has, or else something new

    def _client(self) -> str:
        if self.facts.clients:
            return self.facts.clients[0]
        return self._declare("client", "record {n:client}\n")

    def _is_of_client(self, event: str) -> bool:
        return self.spec.events[event].record == self._client()

    def _of_client(self, stages: dict[Place, Stage]) -> dict[Place, Stage]:
        """Leave the stages in which the client that is spoken of can stand."""
        client = self._client()
        return {
            place: stage for place, stage in stages.items() if self.spec.processes[place[0]].record == client
        }

    def _purchase(self) -> str:
        for name in filter(self._is_of_client, self.facts.purchases):
            return name
        return self._declare("purchase", "event {n:purchase} for {client}\n    {n:amount} money > 0\n")

    def _paid(self) -> str:
        """What a purchase brings in, as `EVENT.FIELD`; that of a new event where no purchase tells."""
        for purchase in self.facts.purchases.values():
            if self._is_of_client(purchase.name) and (field := self.facts.money_field(purchase)):
                return f"{self._mark(purchase.name)}.{self._mark(field)}"
        name = self._declare("payment", "event {n:payment} for {client}\n    {n:amount} money > 0\n")
        return f"{self._mark(name)}.{self._mark(self._new_name('amount'))}"

    def _talk(self) -> str:
        """An event by which follow-ups on clients are done, and no purchase."""
        for rule in self.facts.follow_ups:
            for pattern in rule.done_on:
                if pattern.event not in self.facts.purchases and self._is_of_client(pattern.event):
                    return pattern.event
        return self._declare("talk", 'event {n:talk} "{t:talk}" for {client}\n')

    def _referral(self) -> str:
        """The event by which an offer to bring somebody is accepted, with its offer."""
        for name in filter(self._is_of_client, self.facts.referrals):
            return name
        self._declare("bring_a_friend", REFERRAL_OFFER)
        return self._friend_came()

    def _friend_came(self) -> str:
        for name in filter(self._is_of_client, self.facts.referrals):
            return name
        return self._declare("friend_came", 'event {n:friend_came} "{t:friend_came}" for {client}\n')

    def _content(self) -> str:
        """What shows that a client is content: here only that there was a purchase, and some time ago."""
        return f"days since last {self._mark(self._purchase())} >= 30"

    def _channel(self) -> str:
        """The field that tells by which channel a client came."""
        field = channel_to_use(self.facts)
        return self._new_name("channel") if field is None else field.name

    def _channels(self) -> str:
        """The values of that field."""
        return self._marked(map(self._choice, self._channel_values()))

    def _first_channel(self) -> str:
        return self._choice(self._channel_values()[0])

    def _choice(self, value: str) -> str:
        return Words(self.spec.language).choice(value)

    def _channel_values(self) -> tuple[str, ...]:
        field = channel_to_use(self.facts)
        if field is not None and isinstance(field.type, ChoiceType):
            return field.type.values
        words = ("social", "press", "friends")
        return tuple(new_word(f"name.{word}", self.spec.language) for word in words)

    def _owner_of(self, stages: dict[Place, Stage]) -> str:
        for stage in stages.values():
            if stage.owner is not None:
                return stage.owner
        for role in self.spec.roles:
            return role
        return self._declare("seller", "role {n:seller}\n")

    def _owner(self) -> str:
        return self._owner_of({})

    def _seller(self) -> str:
        return self._owner_of(self.facts.talked or self.facts.before)

    def _service(self) -> str:
        return self._owner_of(self.facts.after or self.facts.before)

    def _marketing(self) -> str:
        return self._owner_of(self.facts.starts or self.facts.before)

    def _boss(self) -> str:
        """Somebody to whom the seller reports, or at least somebody else."""
        seller = self._seller()
        role = self.spec.roles.get(seller)
        if role is not None and role.reports_to is not None:
            return role.reports_to
        for name in self.spec.roles:
            if name != seller:
                return name
        return self._declare("manager", "role {n:manager}\n")

    def _talked(self) -> str:
        """The name of a stage in which somebody has talked to us and not bought."""
        names = [name for _, name in self._of_client(self.facts.talked or self.facts.starts)]
        return names[-1] if names else ""

    def _start(self) -> str:
        return next((name for _, name in self._of_client(self.facts.starts)), "")

    def _bought(self) -> str:
        """The name of a stage behind the purchase."""
        return next((name for _, name in self._of_client(self.facts.after)), self._start())

    def _in_stages(self, stages: dict[Place, Stage]) -> str:
        names = [stage.name for stage in self._of_client(stages).values() if stage.end is None]
        return f" in {self._marked(names)}" if names else ""

    def _before(self) -> str:
        return self._in_stages(self.facts.talked or self.facts.before)

    def _after(self) -> str:
        return self._in_stages(self.facts.after)


def channel_to_use(facts: Facts) -> Field | None:
    """Give the field by which figures are told apart, or the choice that a client has under the name for it.

    A name proves nothing, but a second field of that name would be no good proposal.
    """
    for field in facts.channels.values():
        return field
    name = normalize_word(new_word("name.channel", facts.spec.language))
    fields = (field for record in facts.clients for field in facts.spec.records[record].fields.values())
    return next(
        (
            field
            for field in fields
            if normalize_word(field.name) == name and isinstance(field.type, ChoiceType)
        ),
        None,
    )


@lru_cache(maxsize=1000)
def in_keywords_of(filling: Filling, language: str) -> str:
    """Give a piece of English text, laid out, with the keywords of a language; names and titles stay."""
    text = filling.text.strip("\n")
    deep = len(filling.inside)
    around = [_INDENTATION * level + line for level, line in enumerate(filling.inside)]
    whole = "\n".join([*around, indent(text, _INDENTATION * deep)]) + "\n"
    language = language if language in LANGUAGES else "en"
    laid_out = format_text(Source("piece", whole), language).text
    if laid_out is None:
        message = f"the piece cannot be read: {whole}"
        raise ValueError(message)
    names = dict(filling.names)
    named = _MARK.sub(lambda match: names.get(match[0], match[0]), laid_out)
    # Names are of other lengths than their marks: the columns of a table are laid out anew.
    lines = (format_text(Source("piece", named), language).text or named).split("\n")
    # The text says its language first, and a blank line stands behind that.
    return dedent("\n".join(lines[2 + deep :])).strip("\n") + "\n"
