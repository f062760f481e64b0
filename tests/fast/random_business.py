"""Specs at random in which any construct of the language may stand, in any of its human languages.

Everything is drawn from a `random.Random`: hypothesis gives one whose draws it can make smaller, and a
number one that is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text

STAGES = ("s0", "s1", "s2", "s3")
CARE_STAGES = ("k0", "k1", "k2")
KINDS = ("visit", "purchase", "call", "refusal", "thanks")
UNITS = ("minutes", "hours", "days", "weeks", "months", "years")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
ZONES = (
    *("Europe/Sofia", "Europe/Sofia", "Asia/Tehran", "America/New_York", "UTC", "Australia/Lord_Howe"),
    "Africa/Casablanca",
)
LANGUAGES = ("en", "en", "en", "ru", "bg", "fa")
OFFER_KINDS = (
    *("front end", "upsell before", "upsell", "cross sale", "repeat", "subscription", "reactivation"),
    *("referral", "loyalty"),
)
FIELDS = """\
    name text optional matches "[^0-9]*"
    budget money optional
    points number optional
    size one of small, big, "very big" optional
    gold yes/no optional
    day date optional
    seen datetime optional
    patience duration optional
    clerk person for seller optional
    friend client optional
    tags list of one of vip, cheap optional
    last_claim claim optional
    usual order optional
    adviser client optional
"""
EVENTS = """\
event visit for client
event purchase "Buys" for client
    amount money optional
    goods one of lamp, glass optional
    on_day date optional
event call for client
    score number optional
    ok yes/no optional
    about text optional
event refusal for client
    sent_by client optional
event thanks for client
    reward number optional
event paid for order
    sum_paid money optional
    pieces number optional
event asked for claim
"""
Lines = list[str]


@dataclass
class Writer:
    """Writes a spec; `alone` leaves out what lets records touch, and what only the reference runs.

    With `signals` records send events to each other all the same, in ways that the kernel knows.
    """

    chance: Random
    alone: bool = True
    signals: bool = False
    calendars: list[str] = field(default_factory=list)
    opens: str | None = None
    """With signals: what clients open, if they do; to orders they send nothing then."""
    lets: dict[str, list[str]] = field(default_factory=dict)

    # small helps

    def one(self, *choices: str) -> str:
        """Give one of some texts."""
        return self.chance.choice(choices)

    def maybe(self, *lines: str, share: float = 0.5) -> Lines:
        """Give all of some lines, or none."""
        return list(lines) if self.chance.random() < share else []

    def sure(self, share: float = 0.5) -> bool:
        """Toss a coin."""
        return self.chance.random() < share

    def name_of(self, kind: str, *others: str) -> str:
        """Give one of some texts, or a let that gives the same kind of value."""
        return self.one(*others, *self.lets.get(kind, ()))

    # durations

    def duration(self) -> str:
        """Give a length of time, in a calendar perhaps."""
        if self.calendars and self.sure(0.2):
            calendar = self.one(*self.calendars)
            return self.one("1 working day", "3 working days", "90 working hours", "2 working hours") + (
                f" in {calendar}" if len(self.calendars) > 1 or self.sure() else ""
            )
        return self.plain_duration()

    def plain_duration(self) -> str:
        """Give a length of time that no calendar counts."""
        return self.one(
            *("90 minutes", "5 hours", "24 hours", "1 day", "1 day", "2 days", "3 days", "1 week", "1 month"),
            *("2 months", "1 year"),
        )

    def window(self) -> str:
        """Give a part of the history, or all of it."""
        return self.one("", "", f" in last {self.plain_duration()}", f" in first {self.plain_duration()}")

    # values

    def count(self) -> str:
        """Give how often something happened."""
        kind = self.one(*KINDS)
        return f"count of {kind}{self.window()}" + (self.where(kind) if self.sure(0.2) else "")

    def where(self, kind: str) -> str:
        """Give a condition on past events."""
        own = {
            "purchase": ("amount > 20", "goods = lamp", "amount > budget", "on_day is known"),
            "call": ("score >= 2", "ok", "score > points", "not ok"),
        }.get(kind, ())
        condition = self.one(*own, "points > 1", "gold", "size = big")
        if self.sure(0.15):
            condition = self.one("count of visit > 1", "days since day > 3", "reached s1")
        return f" where {condition}"

    def number(self) -> str:
        """Give a plain number."""
        return self.one(
            f"({self.count()})",
            f"({self.one('sum', 'average', 'min', 'max')} of call.score{self.window()})",
            "points",
            f"({self.one('first', 'last')} call.score{self.window()})",
            f"({self.elapsed()})",
            *self.lets.get("number", ()),
            *self.maybe("grade", "steps.width"),
        )

    def money(self) -> str:
        """Give an amount."""
        return self.one(
            "budget",
            f"({self.one('sum', 'average', 'min', 'max')} of purchase.amount{self.window()})",
            f"({self.one('first', 'last')} purchase.amount{self.window()})",
            *self.lets.get("money", ()),
        )

    def elapsed(self, *, at_stage: bool = False) -> str:
        """Give a time that has passed."""
        unit = self.one(*UNITS)
        if at_stage and self.sure():
            return f"{unit} in stage"
        anchor = self.one(
            *(f"{order} {kind}" for order in ("first", "last") for kind in KINDS), "day", "seen"
        )
        return f"{unit} since {anchor}"

    def bound(self) -> str:
        """Give a number that something is compared with."""
        return self.one("0", "1", "2", "2", "3", "10", "0.5", "points")

    def test(self, *, at_stage: bool = False) -> str:
        """Give a condition without and, or, not."""
        comparison = self.one(*COMPARISONS)
        choices: list[Callable[[], str]] = [
            lambda: f"{self.number()} {comparison} {self.bound()}",
            lambda: f"{self.elapsed(at_stage=at_stage)} {comparison} {self.one('0', '1', '2', '5', '30')}",
            lambda: f"{self.elapsed(at_stage=at_stage)} between 1 and {self.one('2', '6', '40')}",
            lambda: f"{self.money()} {comparison} {self.one('20', '99.90', '1000', 'budget')}",
            lambda: f"{self.number()} between 1 and 3",
            lambda: (
                f"{self.one('budget', 'gold', 'day', 'seen', 'name', 'patience', 'size')} is "
                f"{self.one('known', 'unknown')}"
            ),
            lambda: self.one("size = big", 'size in (small, "very big")', "size not in (big, small)"),
            lambda: self.one("gold", "not gold", "reached s2", "reached s1", "now in s1", "now in s3"),
            lambda: self.one("day > 2026-03-10", "day between 2026-03-01 and 2026-03-31", "day = 2026-03-28"),
            lambda: self.one('word = "big"', "steps.width >= 2", 'warmth in ("cold", "mild")', "grade > 1"),
            lambda: self.one("vip in perks", "cheap not in perks", "patience = 2 days", 'name = "Ann"'),
            lambda: self.one("least >= 1", "most < 3", "number_of = 2", "total > 3", "clerk is known"),
        ]
        if "truth" in self.lets:
            choices.append(lambda: self.one(*self.lets["truth"]))
        if not self.alone:
            choices.append(lambda: self.one("vip in tags", "last_claim is known", "cheap not in tags"))
        return self.chance.choice(choices)()

    def condition(self, depth: int = 1, *, at_stage: bool = False) -> str:
        """Give a condition."""
        if depth and self.sure(0.45):
            one, other = (self.condition(depth - 1, at_stage=at_stage) for _ in range(2))
            return self.one(
                f"({one}) and ({other})", f"({one}) or ({other})", f"not ({one})", f"({one}) or not ({other})"
            )
        return self.test(at_stage=at_stage)

    def guard_at(self, event: str) -> str:
        """Give a condition on the event at hand, or on the client."""
        own = {
            "purchase": ("amount > 20", "goods = lamp", "amount >= budget", "on_day < 2026-03-20"),
            "call": ("score >= points", "ok", "not ok and score is known", 'about = "x"'),
            "thanks": ("reward > 1",),
        }.get(event, ())
        return self.one(*own) if own and self.sure() else self.condition()

    # what is declared once

    def head(self) -> Lines:
        """Give the spec's own lines, its calendars, roles and records."""
        lines = ["spec shop", f"    currency {self.one('EUR', 'IRR', 'KWD')}"]
        lines += [f"    timezone {self.one(*ZONES)}"]
        lines += self.contact_lines("    ", caps=True)
        for name in self.calendars:
            lines += [f"calendar {name}", "    open mon-fri 10:00-13:00, 14:00-18:30"]
            lines += self.maybe("    open sat 02:00-03:45")
            lines += self.maybe("    open sat-wed 20:00-24:00", share=0.3)
            lines += self.maybe(f"    holidays {self.one('BG', 'IR', 'DE BY')}", share=0.3)
            lines += self.maybe("    closed 2026-03-02 to 2026-03-05", "    open 2026-03-04 10:00-12:00")
        lines += ["role manager", "role seller", "    reports to manager", "    capacity 5 tasks a day"]
        lines += ["    cost 12.50 an hour", '    allow roles because "there are two"']
        lines += ["record client", *FIELDS.splitlines(), "record order", "    note text optional"]
        lines += ["    buyer client optional"]
        lines += ["record claim", "    belongs to client", "    about text optional"]
        return [*lines, *EVENTS.splitlines()]

    def contact_lines(self, indent: str, *, caps: bool = False) -> Lines:
        """Give when clients are contacted."""
        lines = self.maybe(
            f"{indent}quiet hours {self.one('20:00-09:00', '02:00-03:30', '12:00-13:00')}", share=0.3
        )
        lines += self.maybe(
            f"{indent}quiet days {self.one('sun', 'fri-sat', 'mon, wed', 'tue, thu')}", share=0.3
        )
        if self.calendars:
            lines += self.maybe(f"{indent}contact only in {self.one(*self.calendars)}", share=0.2)
        if caps:
            lines += self.maybe(f"{indent}at most 1 contact in {self.plain_duration()}", share=0.3)
            most = self.one("2 contacts", "3 contacts", "40 contacts")
            lines += self.maybe(f"{indent}at most {most} in 1 week", share=0.3)
        return lines

    def named_values(self) -> Lines:
        """Give lets and decision tables; each may use those before it."""
        lines = list(TABLES)
        for number in range(self.chance.randint(0, 3)):
            kind = self.one("number", "money", "truth")
            value = self.value_of(kind)
            name = f"let_{number}"
            lines.append(f"let {name} for client = {value}")
            self.lets.setdefault(kind, []).append(name)
        return lines

    def value_of(self, kind: str) -> str:
        """Give a calculation, or a condition."""
        if kind == "truth":
            return self.condition()
        if kind == "money":
            return self.one(
                f"{self.money()} * 2",
                f"if {self.test()} then {self.money()} else budget",
                f"{self.money()} {self.one('+', '-')} budget",
                f"{self.money()} * 10%",
            )
        return self.one(
            f"{self.number()} {self.one('+', '-', '*')} {self.one('2', '0.5', '-1')}",
            f"if {self.test()} then {self.number()} else {self.one('3', '0.25', 'points')}",
            *self.maybe(f"-{self.number()}", f"{self.number()} / {self.one('7', '(count of visit)')}"),
        )

    # processes

    def effects(self, event: str | None) -> Lines:
        """Give what is done on the way."""
        # Weeks later, as in `made.py`: where every call leads to two calls, a client has millions of them.
        known = [
            *("set budget = budget / 3", "set name = name", "set day = 2026-03-28", "set gold = not gold"),
            *("set points = (count of visit) * 0.5", "set size = big", "set patience = 2 days"),
            *("set clerk = name", "emit thanks", "emit thanks reward = points", "emit call after 3 weeks"),
            *("emit visit after 1 month", "emit call after 15 working days in shop", "set gold = unknown"),
            "emit call after 3 weeks score = 2, ok = gold, about = name",
        ]
        known = [line for line in known if "in shop" not in line or "shop" in self.calendars]
        if event == "purchase":
            known += ["set budget = amount * 1.5", "set day = on_day"]
        if not self.alone:
            known += ["set tags = perks"]
            if event in {"purchase", "refusal"}:
                # What the spec itself sends leads to nothing further: friends of friends would hear for ever.
                known += ["emit thanks to friend", "emit call to friend after 3 weeks"]
                known += ["open claim about = name", "open claim as last_claim"]
        if self.signals:
            known = [*known, *self.signals_of_a_client(event)] if self.sure(0.7) else known
        return self.chance.sample(known, self.chance.choice((0, 0, 1, 2)))

    def signals_of_a_client(self, event: str | None) -> Lines:
        """Give what a client sends to others."""
        found = ["emit thanks to friend", "emit thanks to friend reward = points"]
        if event in {"purchase", "refusal"}:
            # What comes of it comes later, or not again.
            found += ["emit call to friend after 3 weeks score = 2.5, about = name, ok = gold"]
            found += ["emit refusal to friend after 2 months", "emit visit to friend"]
            to_orders = ["emit paid to usual sum_paid = budget / 3", "emit paid to usual pieces = points"]
            found += to_orders if self.opens is None else [self.opens]
        if event == "refusal":
            found += ["set friend = sent_by", "emit thanks to sent_by reward = 2", "set friend = adviser"]
        return [line for line in found if self.sure(0.8)]

    def way(self, stages: Sequence[str]) -> Lines:
        """Give a way out of a stage and what is done on it."""
        trigger, event = self.one("on", "on", "on", "after", "after no", "when"), None
        words = trigger
        if trigger == "on":
            event = self.one(*KINDS)
            words += f" {event}"
            words += f" when {self.guard_at(event)}" if self.sure() else ""
        elif trigger == "after":
            words += f" {self.one(self.duration(), self.duration(), 'patience')}"
            words += self.one("", "", " since purchase", " since day", " since seen")
        elif trigger == "after no":
            words += f" {self.one(*KINDS)} for {self.duration()}"
        if trigger == "when":
            words += f" {self.condition(at_stage=True)}"
        elif event is None and self.sure(0.4):
            words += f" when {self.condition(at_stage=True)}"
        target = self.one(*stages, "stay")
        words += " stay" if target == "stay" else f" go to {target}"
        return [words, *(f"    {effect}" for effect in self.effects(event))]

    def stage(self, name: str, stages: Sequence[str], *, most: int) -> Lines:
        """Give a stage."""
        lines = [f"stage {name}", *self.maybe("    owner manager", share=0.2)]
        if name in {"s0", "k0"}:
            lines += ["    start"]
        lines += self.maybe(*DONE_THERE, share=0.1)
        alert = self.one("", ", then alert manager")
        lines += self.maybe(f"    limit {self.duration()}{alert}", share=0.4)
        if name == "s3" or (name == "k2" and self.sure()):
            lines += [f"    end {self.one('won', 'lost', 'neutral')}"]
        for _ in range(self.chance.randint(0, most)):
            lines += [f"    {line}" for line in self.way(stages)]
        return lines

    def process(self, name: str, stages: Sequence[str], *, most: int) -> Lines:
        """Give a process, perhaps with a phase."""
        lines = [f"process {name} for client", "    owner seller"]
        if self.sure(0.3):
            lines += [f"    {line}" for line in self.way(stages)]
        inside = stages[1:3] if self.sure(0.3) else ()
        if inside:
            lines += ["    phase middle", "        owner manager", "        system sale"]
            lines += [f"        {line}" for line in self.way(stages)]
        for stage in inside:
            lines += [f"        {line}" for line in self.stage(stage, stages, most=most)]
        for stage in stages:
            if stage not in inside:
                lines += [f"    {line}" for line in self.stage(stage, stages, most=most)]
        return lines

    def other_processes(self) -> Lines:
        """Give the processes of the other records."""
        lines = ["process payment for order", "    owner seller", "    stage open_order", "        start"]
        lines += ["        on paid when sum_paid > 50 go to paid_order"]
        lines += self.signals_to("buyer", "sum_paid")
        lines += ["        on paid stay", *self.signals_to("buyer", "sum_paid")] if self.signals else []
        lines += ["        after 5 days go to paid_order", *self.signals_to("buyer", "12.345")]
        lines += ["    stage paid_order", "        end won"]
        lines += ["process claims for claim", "    owner manager", "    stage c0", "        start"]
        lines += ["        on asked stay", "        after 3 weeks go to c1"]
        lines += [] if self.alone else ["            emit thanks to client"]
        lines += self.signals_to("client", "unknown")
        lines += ["        after 1 day stay", *self.signals_to("client", "7")] if self.signals else []
        return [*lines, "    stage c1", "        end neutral"]

    def signals_to(self, field: str, amount: str) -> Lines:
        """Give what a record sends to its client."""
        if not self.signals:
            return []
        known = [f"emit thanks to {field}", f"emit thanks to {field} reward = 1.25", f"emit visit to {field}"]
        known += [f"emit purchase to {field} amount = {amount}, goods = lamp"]
        known += [f"emit call to {field} after 2 days about = {'note' if field == 'buyer' else 'about'}"]
        return [f"            {line}" for line in self.chance.sample(known, self.chance.choice((0, 1, 2, 3)))]

    # follow-ups, offers, metrics

    def follow_up(self, number: int) -> Lines:
        """Give a follow-up."""
        event = self.one(*KINDS)
        anchor = self.one(
            *(f"{event} in", f"entering {self.one(*STAGES)} in", f"{self.one('day', 'seen')} in"),
            f"no {event} for",
        )
        steps = ", ".join(self.duration() for _ in range(self.chance.randint(1, 3)))
        guarded = f" when {self.guard_at(event)}" if anchor == f"{event} in" and self.sure(0.3) else ""
        lines = [f"follow up rule_{number}", f"    after {anchor} {steps}{guarded}"]
        lines += ["    by seller" + self.one("", " via phone")] if self.sure(0.9) else []
        for word, share in (("done on", 0.6), ("cancelled on", 0.3)):
            other = self.one(*KINDS)
            lines += self.maybe(
                f"    {word} {other}" + (f" when {self.guard_at(other)}" if self.sure(0.3) else ""),
                share=share,
            )
        lines += self.maybe(f"    escalate to manager after {self.duration()}", share=0.4)
        lines += self.maybe(f"    when {self.condition()}", share=0.4)
        lines += self.maybe("    goes on after the end", share=0.3)
        until = self.one("", f" until {self.condition()}")
        lines += self.maybe(f"    again every {self.one('1 week', '5 days', '1 month')}{until}", share=0.25)
        words = self.one("{name}, {budget * 2}", "{points} {size} {gold}", "{word} {day} {patience}", "No")
        lines += self.maybe(f'    text "{words}"', share=0.4)
        if self.sure(0.2):
            return [*lines, "    at any hour"]
        return lines + (self.contact_lines("    ") if self.sure(0.3) else [])

    def offer(self, number: int) -> Lines:
        """Give an offer."""
        stages = self.one("", f" in {self.one(*STAGES)}", " in s0, s1")
        lines = [f"offer offer_{number}", f"    to client{stages}"]
        lines += self.maybe(f"    kind {self.one(*OFFER_KINDS)}")
        lines += self.maybe(f"    price {self.one('budget / 7', '19.90', '(sum of purchase.amount) / 3')}")
        lines += self.maybe("    discount 10% * (last purchase.amount)", "    cost 5", share=0.3)
        lines += self.maybe(f"    when {self.condition()}", share=0.7)
        lines += self.maybe("    by seller via phone")
        lines += self.maybe(f"    valid {self.duration()}", share=0.6)
        lines += self.maybe(f"    at most {self.one('1 time', '2 times')}")
        lines += self.maybe(f"    at most 1 time in {self.plain_duration()}", share=0.3)
        lines += self.maybe(
            f"    order {self.one('1', '2')} {self.one('', 'on ladder', 'on ladder')}", share=0.6
        )
        for word in ("accepted on", "declined on"):
            event = self.one(*KINDS)
            guard = f" when {self.guard_at(event)}" if self.sure(0.3) else ""
            lines += self.maybe(f"    {word} {event}{guard}")
        return lines

    def metrics(self) -> Lines:
        """Give figures over all clients."""
        known = [
            ["= count of client", "by size, gold"],
            ["= sum of purchase.amount / count of client", "by word"],
            ["= (count of client reaching s2) / (count of client reaching s1)", "target >= 40%", "by size"],
            ["= average of client.budget where reached s1", "target >= 30"],
            ["= sum of purchase.amount in last 2 weeks", "by goods", "target >= 100", "owner manager"],
            ["= max of purchase.amount where goods = lamp"],
            ["= first purchase.amount", "by size"],
            ["= average of call.score in first 3 days"],
            ["= (count of client where count of visit > 1) / count of client", "target >= 50%"],
            ["= count of order - count of paid"],
            ["= min of client.points"],
        ]
        chosen = self.chance.sample(known, self.chance.randint(0, 4))
        lines: Lines = []
        for number, inside in enumerate(chosen):
            lines += [f"metric figure_{number}", *(f"    {line}" for line in inside)]
        return lines

    def text(self) -> str:
        """Give the whole spec."""
        self.opens = self.one("open claim", "open claim as last_claim") if self.sure(0.3) else None
        self.calendars = self.chance.choice(([], ["shop"], ["shop", "desk"]))
        lines = [*self.head(), *self.named_values(), *self.process("sale", STAGES, most=4)]
        if self.sure(0.4):
            lines += self.process("care", CARE_STAGES, most=2)
        lines += self.other_processes()
        for number in range(self.chance.choice((0, 1, 1, 2, 3))):
            lines += self.follow_up(number)
        for number in range(self.chance.choice((0, 0, 1, 2, 3))):
            lines += self.offer(number)
        lines += self.metrics()
        return "".join(f"{line}\n" for line in lines)


DONE_THERE = ('    do "Ask"', '    needs "A phone"', '    document "The offer"', "    effort 20 minutes")
TABLES = """\
decide word for client
    first match
    | sum of purchase.amount | count of purchase || word    |
    | >= 100                 | >= 2              || "big"   |
    | > 20                   | -                 || "some"  |
    | -                      | 0, 1              || "small" |
decide steps for client
    first match
    | points          | gold       || width        | shown   |
    | between 1 and 3 | yes        || 2            | "three" |
    | is unknown      | -          || 1.5          | -       |
    | > 3             | is unknown || points       | "more"  |
decide warmth for client
    unique match
    | days since last purchase || word   |
    | between 0 and 2          || "warm" |
    | between 2 and 9          || "mild" |
    | >= 10, is unknown        || "cold" |
decide perks for client
    collect
    | count of purchase | hours since last visit || tag one of vip, cheap |
    | >= 2              | -                      || vip                   |
    | -                 | < 50                   || cheap                 |
decide grade for client
    collect sum
    | count of visit || width |
    | >= 1           || 1     |
    | >= 3           || 2.5   |
decide least for client
    collect min
    | count of call || width |
    | >= 1          || 3     |
    | >= 2          || 1     |
decide most for client
    collect max
    | count of call || width  |
    | >= 1          || points |
    | >= 2          || 2      |
decide number_of for client
    collect count
    | gold | day            || width |
    | yes  | -              || 1     |
    | -    | > 2026-03-10   || 1     |
decide total for client
    collect sum
    | size       || width |
    | big, small || 4     |
    | unknown    || 1     |
""".splitlines()


def text_of(chance: Random, *, alone: bool, signals: bool = False) -> str:
    """Give the text of a spec in any of the languages; in Persian its dates are of the Persian calendar."""
    english = "language en\n" + Writer(chance, alone, signals).text()
    language = chance.choice(LANGUAGES)
    if language == "en":
        return english
    made = format_text(Source("made.ladder", english), language)
    assert made.text is not None, [message(found) for found in made.diagnostics]
    return made.text


@lru_cache(maxsize=200)
def spec_of(text: str) -> Spec:
    """Compile a text that has no mistake."""
    compiled = compile_text(Source("made.ladder", text), lint=False)
    assert not compiled.errors, (text, [message(error) for error in compiled.errors])
    assert compiled.spec
    return compiled.spec
