"""The chapters to look things up in: offers, follow-ups, who answers for what, hours, and the glossary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stepladder_dsl.documents.book import Book
from stepladder_dsl.documents.content import Block, Facts, Listing, Paragraph, Run, Section, Table, Text
from stepladder_dsl.documents.duties import Duties
from stepladder_dsl.documents.pictures import Pictures
from stepladder_dsl.documents.readable import spoken
from stepladder_dsl.model.spec import Calendar, ContactHours, Field, FollowUp, Hours, Offer

_END_OF_DAY = 24 * 60


def offers(book: Book, pictures: Pictures) -> Section:
    """Give the chapter of the offers."""
    duties = Duties(book)
    found = book.spec.offers.values()
    return Section(
        "offers",
        book.tell("offers"),
        tuple(pictures.view("offers")),
        tuple(
            Section(f"offer-{offer.name}", (Run(offer.label, given=True),), (_offer(book, duties, offer),))
            for offer in sorted(found, key=lambda offer: (offer.order is None, offer.order or 0))
        ),
    )


def _offer(book: Book, duties: Duties, offer: Offer) -> Facts:
    tell = book.tell
    return book.facts(
        [
            ("fact.kind", tell(f"offer.kind.{offer.kind.value}") if offer.kind else None),
            ("fact.price", book.amount(offer.price)),
            ("fact.discount", book.amount(offer.discount)),
            ("fact.cost", tell.money(offer.cost, book.spec.currency) if offer.cost is not None else None),
            ("fact.whom", duties.whom(offer)),
            ("fact.condition", book.read(offer.condition) if offer.condition is not None else None),
            ("fact.by", book.role(offer.role) if offer.role else None),
            ("fact.via", book.channel(offer.channel) if offer.channel else None),
            ("fact.bounds", duties.bounds(offer)),
            ("fact.rung", _rung(book, offer)),
            ("fact.accepted", book.patterns(offer.accepted_on)),
            ("fact.declined", book.patterns(offer.declined_on)),
        ]
    )


def _rung(book: Book, offer: Offer) -> Text | None:
    if offer.order is None:
        return None
    number = book.tell.number(offer.order)
    if offer.ladder is None:
        return (Run(number),)
    return book.tell("offer.rung", number=number, ladder=book.tell.quoted(spoken(offer.ladder)))


def follow_ups(book: Book) -> Section:
    """Give the chapter of the follow-ups."""
    duties = Duties(book)
    return Section(
        "follow-ups",
        book.tell("follow_ups"),
        (),
        tuple(
            Section(
                f"follow-up-{rule.name}", (Run(rule.label, given=True),), (_follow_up(book, duties, rule),)
            )
            for rule in book.spec.follow_ups.values()
        ),
    )


def _follow_up(book: Book, duties: Duties, rule: FollowUp) -> Facts:
    hours = None if rule.contact_hours is None else _contact_lines(book, rule.contact_hours)
    return book.facts(
        [
            ("fact.due", [duties.moment(rule), duties.again(rule)]),
            ("fact.record", book.record(rule.record)),
            ("fact.condition", book.read(rule.condition) if rule.condition is not None else None),
            ("fact.by", book.role(rule.role) if rule.role else book.tell("fact.nobody")),
            ("fact.via", book.channel(rule.channel) if rule.channel else None),
            ("fact.text", duties.message(rule)),
            ("fact.done", book.patterns(rule.done_on)),
            ("fact.cancelled", book.patterns(rule.cancelled_on)),
            ("fact.escalated", duties.escalated(rule)),
            ("fact.hours", hours),
            ("fact.after_end", book.tell("task.goes_on") if rule.goes_on_after_end else None),
        ]
    )


# who answers for what


def responsibilities(book: Book, pictures: Pictures) -> Section:
    """Give the chapter with the matrix of who answers for what."""
    roles = list(book.spec.roles)
    blocks: list[Block] = []
    rows = list(_matrix(book, roles))
    if roles and rows:
        head = (book.tell("matrix.what"), *(book.role(role) for role in roles))
        blocks = [
            Paragraph(book.tell("matrix.about")),
            Table(head, tuple(rows), centred=True),
            *pictures.view("roles"),
        ]
    return Section("responsibilities", book.tell("responsibilities"), tuple(blocks))


def _matrix(book: Book, roles: list[str]) -> Iterator[tuple[Text, ...]]:
    """Yield a row for each stage, follow-up, offer and figure."""
    spec = book.spec
    for process in spec.processes.values():
        for stage in process.stages.values():
            late = [(stage.limit.alert, stage.limit.duration)] if stage.limit and stage.limit.alert else []
            yield _answering(book, roles, book.stage(process.name, stage.name), stage.owner, dict(late))
    for rule in spec.follow_ups.values():
        later = {one.role: one.after for one in rule.escalations}
        yield _answering(book, roles, book.follow_up(rule.name), rule.role, later)
    for offer in spec.offers.values():
        yield _answering(book, roles, book.offer(offer.name), offer.role, {})
    for metric in spec.metrics.values():
        title = book.tell.name(metric.label, f"metric-{metric.name}")
        yield _answering(book, roles, title, metric.owner, {})


def _answering(
    book: Book, roles: list[str], title: Text, owner: str | None, late: Mapping[str, object]
) -> tuple[Text, ...]:
    cells: list[Text] = []
    for role in roles:
        parts: list[str] = ["●"] if role == owner else []
        duration = late.get(role)
        if duration is not None:
            parts.append(book.tell.word("matrix.after", duration=book.tell.duration(duration)))  # type: ignore[arg-type]
        cells.append((Run(" ".join(parts)),) if parts else ())
    return (title, *cells)


# hours


def hours(book: Book) -> Section:
    """Give the chapter on when people work, and when clients are left in peace."""
    spec = book.spec
    lines = [] if spec.contact_hours is None else _contact_lines(book, spec.contact_hours)
    for cap in spec.contact_caps:
        counted = book.tell.counted("contacts", cap.count)
        lines.append(book.tell("contact.cap", contacts=counted, duration=book.tell.duration(cap.duration)))
    blocks: list[Block] = [Listing(tuple(lines))] if lines else []
    sections = tuple(_calendar(book, calendar) for calendar in spec.calendars.values())
    return Section("hours", book.tell("hours"), tuple(blocks), sections)


def _contact_lines(book: Book, contact: ContactHours) -> list[Text]:
    tell = book.tell
    if contact == ContactHours():
        return [tell("contact.any")]
    lines = []
    if contact.quiet:
        lines.append(tell("contact.quiet", hours=_hours(book, contact.quiet)))
    if contact.quiet_days:
        days = tell.joined(tell.word(f"day.{day}") for day in contact.quiet_days)
        lines.append(tell("contact.quiet_days", days=days))
    if contact.calendar is not None:
        label = book.spec.calendars[contact.calendar].label
        lines.append(tell("contact.calendar", calendar=tell.name(label, f"calendar-{contact.calendar}")))
    return lines


def _calendar(book: Book, calendar: Calendar) -> Section:
    tell = book.tell
    first = 5 if tell.language == "fa" else 0
    days = [(first + number) % 7 for number in range(7)]
    rows = [
        (
            (Run(tell.word(f"day.{day}")),),
            (Run(_hours(book, calendar.week.get(day, ())) or tell.word("closed")),),
        )
        for day in days
    ]
    lines = [
        tell("calendar.holidays", country=" ".join(part for part in holiday if part))
        for holiday in calendar.holidays
    ]
    lines += [tell("calendar.closed", days=_days(book, *dates)) for dates in calendar.closed]
    for start, end, own in calendar.opened:
        told = _hours(book, own)
        key = "calendar.opened_hours" if told else "calendar.opened"
        lines.append(tell(key, days=_days(book, start, end), **({"hours": told} if told else {})))
    blocks: list[Block] = [Table((tell("calendar.day"), tell("calendar.hours")), tuple(rows))]
    if lines:
        blocks.append(Listing(tuple(lines)))
    return Section(f"calendar-{calendar.name}", (Run(calendar.label, given=True),), tuple(blocks))


def _days(book: Book, first: object, last: object) -> str:
    one, other = book.read.day(first), book.read.day(last)  # type: ignore[arg-type]
    return one if one == other else f"{one} – {other}"


def _hours(book: Book, hours: Hours) -> str:
    pieces = list(hours)
    evening = next((piece for piece in pieces if piece[1] == _END_OF_DAY and piece[0] > 0), None)
    morning = next((piece for piece in pieces if piece[0] == 0 and piece[1] < _END_OF_DAY), None)
    if evening and morning:
        pieces = [piece for piece in pieces if piece not in {evening, morning}] + [(evening[0], morning[1])]
    clocks = (f"{_clock(book, start)}–{_clock(book, end)}" for start, end in pieces)
    return book.tell.word("join.comma").join(clocks)


def _clock(book: Book, minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}".translate(book.tell.words.digits or {})


# the glossary


def glossary(book: Book) -> Section:
    """Give the chapter of the words that the document uses in a sense of its own."""
    spec, tell = book.spec, book.tell
    records = tuple(
        Section(
            f"record-{record.name}",
            (Run(record.label, given=True),),
            _fields(book, record.fields) or (Paragraph(tell("glossary.no_fields")),),
        )
        for record in spec.records.values()
    )
    events = tuple(
        Section(
            f"event-{event.name}",
            (Run(event.label, given=True),),
            (
                Paragraph(tell("glossary.event_of", record=book.record(event.record))),
                *_fields(book, event.fields),
            ),
        )
        for event in spec.events.values()
    )
    rows = tuple(
        ((Run(spoken(let.name), strong=True, given=True),), (Run(book.read(let.value)),))
        for let in spec.lets.values()
    )
    values = (Table((tell("glossary.value"), tell("glossary.meaning")), rows),) if rows else ()
    sections = [
        Section("records", tell("glossary.records"), (), records),
        Section(
            "events",
            tell("glossary.events"),
            (Paragraph(tell("glossary.events_about")),) if events else (),
            events,
        ),
        Section("values", tell("glossary.values"), values),
    ]
    return Section(
        "glossary", tell("glossary"), (), tuple(part for part in sections if part.blocks or part.sections)
    )


def _fields(book: Book, fields: Mapping[str, Field]) -> tuple[Block, ...]:
    if not fields:
        return ()
    return (Listing(tuple(book.field(field) for field in fields.values())),)
