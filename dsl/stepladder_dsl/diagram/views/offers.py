"""The product ladder: the offers from the first step up, with kind, price, conditions and success."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.board import Panel, small, titles
from stepladder_dsl.diagram.live import Live, OfferFigures
from stepladder_dsl.diagram.rows import Row, make_row
from stepladder_dsl.diagram.stairs import Staircase, Step, StepCard
from stepladder_dsl.diagram.telling import formula_kept, kept, money_text, number_text, percent_text, told
from stepladder_dsl.diagram.text import unbroken
from stepladder_dsl.graph.items import item_id
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.model.expressions import Expression, Literal
from stepladder_dsl.model.print_spec import words_of as printed_words
from stepladder_dsl.model.spec import EventPattern, Offer, Spec


def offer_panels(spec: Spec, process: str | None, live: Live | None) -> Iterator[Panel]:
    """Yield the product ladder of each kind of record, and of each ladder that has a name."""
    records = {one.record for one in spec.processes.values() if process in (None, one.name)}
    groups: dict[tuple[str, str], list[Offer]] = {}
    for offer in spec.offers.values():
        if offer.record in records:
            groups.setdefault((offer.record, offer.ladder or ""), []).append(offer)
    for (record, ladder), offers in groups.items():
        yield _Offers(spec, record, ladder, offers, live).panel()


class _Offers:
    """The offers of one ladder."""

    def __init__(self, spec: Spec, record: str, ladder: str, offers: list[Offer], live: Live | None) -> None:
        self.spec = spec
        self.record = record
        self.ladder = ladder
        self.offers = offers
        self.live = live
        self.language = spec.language
        self.words = words_of(spec.language)
        self.printed = printed_words(spec)

    def panel(self) -> Panel:
        """Put the ladder together."""
        steps: dict[int, list[Offer]] = {}
        for offer in self.offers:
            if offer.order is not None:
                steps.setdefault(offer.order, []).append(offer)
        free = [offer for offer in self.offers if offer.order is None]
        stairs = Staircase(
            [Step(tuple(self.card(offer) for offer in steps[order])) for order in sorted(steps)],
            [self.card(offer) for offer in free],
            make_row(
                self.tell("offers.free"),
                style.FRAME_SIZE,
                style.FRAME_INK,
                width=style.FRAME_TEXT_WIDTH,
                bold=True,
            ),
        )
        title = self.tell("offers")
        if self.ladder:
            title = f"{title}: {self.ladder.replace('_', ' ')}"
        since = self.tell("as_of", moment=self.live.as_of) if self.live else None
        heading = titles(
            f"{self.kept(self.spec.label)} \u00b7 {self.kept(self.spec.records[self.record].label)}",
            title,
            since,
        )
        name = "/".join(part for part in (self.record, self.ladder) if part)
        legend = tuple(self.legend(stairs))
        return Panel(name, heading, stairs.width, stairs.height, stairs.paint, stairs.texts(), legend)

    def tell(self, key: str, **values: str) -> str:
        """Give a sentence in the spec's language."""
        return told(self.language, key, **values)

    def card(self, offer: Offer) -> StepCard:
        """Make the card of an offer."""
        title = make_row(
            offer.label, style.CARD_TITLE_SIZE, style.INK, width=style.STEP_TEXT_WIDTH, bold=True
        )
        rows = [self.row(*line) for line in self.details(offer)]
        more = tuple(self.row(*line) for line in self.conditions(offer))
        figures = self.figures(offer)
        share = None
        if figures is not None:
            share = figures.accepted / figures.made if figures.made else 0.0
            rows.append(self.row(self.success(figures), "cases"))
        number = number_text(self.language, offer.order) if offer.order is not None else None
        return StepCard(item_id("offer", offer.name), "stage", (title, *rows), more, number, share)

    def row(self, text: str, mark: str | None = None, ink: str = style.INK) -> Row:
        """Make a small row."""
        return small(text, width=style.STEP_TEXT_WIDTH, mark=mark, ink=ink)

    def details(self, offer: Offer) -> Iterator[tuple[str, str | None, str]]:
        """Yield text, mark and ink of what a card says below its title."""
        if offer.kind:
            yield self.printed(offer.kind.name), "offer", style.STROKES["when"].colour
        for text in self.price(offer):
            yield text, "price", style.INK
        who = [self.spec.roles[offer.role].label] if offer.role else []
        if offer.channel:
            who.append(offer.channel.replace("_", " "))
        if who:
            yield self.words.and_then.join(self.kept(one) for one in who), "owner", style.QUIET
        bounds = style.BETWEEN_EVENTS.join(unbroken(part) for part in self.bounds(offer))
        if bounds:
            yield bounds, "limit", style.INK

    def conditions(self, offer: Offer) -> Iterator[tuple[str, str | None, str]]:
        """Yield text, mark and ink of who gets an offer, when, and what answers it."""
        yield self.to_whom(offer), "way_in", style.STROKES["event"].colour
        if offer.condition is not None:
            yield self.tell("condition", guard=self.formula(offer.condition)), "when_short", style.QUIET
        for key, patterns in (("accepted", offer.accepted_on), ("declined", offer.declined_on)):
            if patterns:
                events = style.BETWEEN_EVENTS.join(dict.fromkeys(map(self.pattern, patterns)))
                yield self.tell(key, events=events), key, style.QUIET

    def price(self, offer: Offer) -> Iterator[str]:
        """Yield the price, and what comes off it."""
        if offer.price is not None:
            amount = self.amount(offer.price)
            yield self.tell("price", amount=amount) if amount else self.tell("free")
        if offer.discount is not None:
            yield self.tell("discount", amount=self.amount(offer.discount) or number_text(self.language, 0))

    def amount(self, value: Expression) -> str:
        """Write an amount of money: nothing for none, and as in the text where it is worked out."""
        if isinstance(value, Literal):
            return money_text(self.language, value.value, self.spec.currency) if value.value else ""
        return self.formula(value)

    def formula(self, value: Expression) -> str:
        """Write a condition, or how an amount is worked out, as people do."""
        return formula_kept(self.language, self.printed.expression(value))

    def kept(self, title: str) -> str:
        """Give a title such that it keeps its order in a sentence."""
        return kept(self.language, title)

    def to_whom(self, offer: Offer) -> str:
        """Write in which stages an offer is made."""
        if not offer.stages:
            return self.tell("to_all")
        titles_of = [self.spec.processes[process].stages[stage].label for process, stage in offer.stages]
        quoted = (self.words.quoted.format(title=title) for title in titles_of)
        return self.tell("to", stages=self.words.and_then.join(quoted))

    def bounds(self, offer: Offer) -> Iterator[str]:
        """Yield how long an offer stands, and how often it is made."""
        if offer.valid:
            yield self.tell("valid", duration=duration_text(offer.valid, self.language))
        if offer.at_most is not None:
            yield self.tell("at_most", count=number_text(self.language, offer.at_most))
        for cap in offer.caps:
            count, duration = (
                number_text(self.language, cap.count),
                duration_text(cap.duration, self.language),
            )
            yield self.tell("caps", count=count, duration=duration)

    def pattern(self, pattern: EventPattern) -> str:
        """Write an event, and the condition on it."""
        title = self.kept(self.spec.events[pattern.event].label)
        if pattern.guard is None:
            return title
        guard = self.words.when.format(guard=self.formula(pattern.guard))
        return self.words.and_then.join((title, guard))

    def figures(self, offer: Offer) -> OfferFigures | None:
        """Give the figures of an offer, where there are some."""
        return self.live.offers.get(offer.name, OfferFigures()) if self.live else None

    def success(self, figures: OfferFigures) -> str:
        """Write how often an offer was made, accepted and is open."""
        share = percent_text(self.language, figures.accepted, figures.made)
        parts = (
            self.tell("opened", count=number_text(self.language, figures.made)),
            self.tell("taken", count=number_text(self.language, figures.accepted), share=share),
            self.tell("open", count=number_text(self.language, figures.open)),
        )
        return style.BETWEEN_EVENTS.join(unbroken(part) for part in parts)

    def legend(self, stairs: Staircase) -> Iterator[Row]:
        """Yield a row for every mark that the picture uses."""
        used = {row.mark for row in stairs.texts() if row.mark}
        if self.live:
            used.add("bar")
        own = ("price", "when_short", "accepted", "declined", "cases", "bar")
        names = {"offer": self.tell("mark.kind"), "way_in": self.tell("mark.to")}
        names |= {mark: self.words.marks[mark] for mark in ("owner",)}
        names |= {"limit": self.tell("mark.bounds")}
        names |= {mark: self.tell("mark.taken" if mark == "bar" else f"mark.{mark}") for mark in own}
        for mark, text in names.items():
            if mark in used:
                yield small(text, width=style.LEGEND_TEXT_WIDTH, mark=mark, ink=style.QUIET)
