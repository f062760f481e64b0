"""Follow-ups and offers in full sentences, as the chapters and the instructions say them."""

from __future__ import annotations

from stepladder_dsl.documents.book import Book, sentences, with_capital
from stepladder_dsl.documents.content import Block, Listing, Paragraph, Run, Saying, Text
from stepladder_dsl.documents.readable import spoken
from stepladder_dsl.model.spec import AfterEntering, AfterEvent, AfterField, AfterSilence, FollowUp, Offer


class Duties:
    """Tells the follow-ups and offers of one spec."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.tell = book.tell

    # follow-ups

    def moment(self, rule: FollowUp) -> Text:
        """Say when a follow-up is due."""
        tell, book = self.tell, self.book
        times = tell.durations(rule.intervals)
        match rule.anchor:
            case AfterEvent(event=event, guard=None):
                return tell("due.event", times=times, event=book.event(event))
            case AfterEvent(event=event, guard=guard) if guard is not None:
                return tell("due.event_if", times=times, event=book.event(event), guard=book.read(guard))
            case AfterEntering(process=process, stage=stage):
                return tell("due.entering", times=times, stage=book.stage(process, stage))
            case AfterField(field=field):
                return tell("due.field", times=times, field=tell.quoted(spoken(field)))
            case AfterSilence(event=event):
                return tell("due.silence", times=times, event=book.event(event))
        return ()

    def again(self, rule: FollowUp) -> Text:
        """Say that it comes again and again."""
        if rule.again is None:
            return ()
        every = self.tell.duration(rule.again)
        if rule.until is None:
            return self.tell("due.again", duration=every)
        return self.tell("due.again_until", duration=every, condition=self.book.read(rule.until))

    def message(self, rule: FollowUp) -> Text:
        """Give what is said or written, with a gap where a value of the client goes."""
        if not rule.text_parts:
            return (Run(rule.text, given=True),) if rule.text else ()
        return tuple(
            Run(part, given=True) if isinstance(part, str) else Run(f"[{self.book.read(part)}]", strong=True)
            for part in rule.text_parts
        )

    def task(self, rule: FollowUp) -> list[Block]:
        """Tell a follow-up to the one who does it."""
        tell, book = self.tell, self.book
        channel = tell("task.channel", channel=book.channel(rule.channel)) if rule.channel else ()
        only = tell("task.only", condition=book.read(rule.condition)) if rule.condition is not None else ()
        blocks: list[Block] = [
            Paragraph(sentences(tell("task.due", moment=self.moment(rule)), self.again(rule), channel, only))
        ]
        message = self.message(rule)
        if message:
            blocks += [Paragraph(tell("task.say"), "small"), Saying(message)]
        blocks.append(Paragraph(sentences(*self._closing(rule))))
        return [block for block in blocks if not isinstance(block, Paragraph) or block.text]

    def _closing(self, rule: FollowUp) -> list[Text]:
        tell, book = self.tell, self.book
        told = []
        if rule.done_on:
            told.append(tell("task.done", events=book.patterns(rule.done_on)))
        if rule.cancelled_on:
            told.append(tell("task.cancelled", events=book.patterns(rule.cancelled_on)))
        told += [
            tell("task.escalation", duration=tell.duration(one.after), role=book.role(one.role))
            for one in rule.escalations
        ]
        if rule.goes_on_after_end:
            told.append(tell("task.goes_on"))
        return told

    def escalated(self, rule: FollowUp) -> list[Text]:
        """Say to whom it goes on, each on a line."""
        return [
            self.tell("escalated", duration=self.tell.duration(one.after), role=self.book.role(one.role))
            for one in rule.escalations
        ]

    # offers

    def whom(self, offer: Offer) -> Text:
        """Say to whom an offer is made."""
        if not offer.stages:
            return self.tell("offer.to_all", record=self.book.record(offer.record))
        return self.tell(
            "offer.to", record=self.book.record(offer.record), stages=self.book.stages(offer.stages, "or")
        )

    def bounds(self, offer: Offer) -> list[Text]:
        """Say how long and how often an offer is made."""
        tell = self.tell
        lines = [tell("offer.valid", duration=tell.duration(offer.valid))] if offer.valid is not None else []
        if offer.at_most is not None:
            lines.append(((Run(tell.counted("offer.at_most", offer.at_most))),))
        for cap in offer.caps:
            times = tell.counted("times", cap.count)
            lines.append(tell("offer.cap", times=times, duration=tell.duration(cap.duration)))
        return lines

    def offer(self, offer: Offer) -> Text:
        """Tell an offer to the one who makes it."""
        tell, book = self.tell, self.book
        channel = tell("task.channel", channel=book.channel(offer.channel)) if offer.channel else ()
        only = tell("task.only", condition=book.read(offer.condition)) if offer.condition is not None else ()
        price = book.price(offer)
        head = (
            tell("offer.priced", offer=book.offer(offer.name), price=price)
            if price
            else book.offer(offer.name)
        )
        accepted = (
            tell("offer.accepted", events=book.patterns(offer.accepted_on)) if offer.accepted_on else ()
        )
        bounds = [with_capital(tell("sentence", words=line)) for line in self.bounds(offer)]
        whom = with_capital(tell("sentence", words=self.whom(offer)))
        return sentences(tell("sentence", words=head), whom, only, channel, *bounds, accepted)

    def offers(self, offers: list[Offer]) -> Listing:
        """Tell several offers."""
        return Listing(tuple(self.offer(offer) for offer in offers))
