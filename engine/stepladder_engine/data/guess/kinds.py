"""Finds the table of each record and each event: by names, by columns, and by the keys that tables share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from stepladder_dsl.model.spec import Emit, Event, Record, Spec
from stepladder_dsl.model.types import DatetimeType, DateType, ReferenceType
from stepladder_engine.data.guess.draft import Draft, KindGuess
from stepladder_engine.data.guess.fields import POSSIBLE, SURE, FieldFinder
from stepladder_engine.data.guess.look import Column, Table
from stepladder_engine.data.guess.words import is_said_in, likeness, means, words_of
from stepladder_engine.texts.catalogue import Phrase

_HELD = 0.5
"""So many of an event's keys are those of its record; the others are slips that a run will reject."""

_NAME_OF_LOGS, _CASE_OF_LOGS = "concept:name", "case:concept:name"
_STEP_OF_LOGS = "lifecycle:transition"
_SAYS_ID = 0.15
_KEYS_OF_LOGS = {_NAME_OF_LOGS, "ocel:id"}
"""Names that the standards of event logs give, each part of which is a table."""

_MOST_KEYS = 5
"""So many columns of a table are tried as the key of a record."""

_UNSURE = 0.9
"""So much a column counts that was found for want of another."""

_LEAST = 0.5
_LEAST_OF_SENT = 0.92
"""What processes send themselves is rarely in files: one word of its title is not enough."""
_MOST_TYPES = 40


def guess(spec: Spec, tables: list[Table]) -> Draft:
    """Guess from which table each kind comes, and from which columns."""
    finder = _Finder(spec, Draft(tables))
    finder.find_records()
    finder.find_events()
    finder.find_the_rest()
    return finder.draft


def _called(declared: Record | Event, name: str) -> float:
    """Say how much a name is one of a kind: its own, or one that its title speaks of."""
    title = declared.title or ""
    if isinstance(declared, Event) and likeness(declared.record, name) >= SURE:
        # That `The client pays` says nothing of a file of clients.
        return likeness(declared.name, name)
    return max(likeness(declared.name, name), 0.95 * likeness(title, name), 0.9 * is_said_in(name, title))


def _emitted(spec: Spec) -> set[str]:
    """Give the events that processes send themselves."""
    return {
        effect.event
        for process in spec.processes.values()
        for stage in process.stages.values()
        for transition in stage.transitions
        for effect in transition.effects
        if isinstance(effect, Emit)
    }


@dataclass(frozen=True)
class _Way:
    """One way to read an event from a table: how likely it is, its time, and which rows are such events."""

    score: float
    table: Table
    key: Column
    time: Column
    types: Column | None = None
    value: str | None = None
    by_name: bool = False
    own_date: bool = False


@dataclass
class _Finder:
    """Finds records first, since events are told by their keys."""

    spec: Spec
    draft: Draft
    keys: dict[str, Column] = field(default_factory=dict)
    """The key of each record that has a table."""

    def find_records(self) -> None:
        """Give each record the table that fits it best, and each table to one record."""
        scored = [
            (score, -place, record, table, key)
            for place, table in enumerate(self.draft.tables)
            for record in self.spec.records.values()
            for score, key in self._as_record(record, table)
        ]
        for score, _, record, table, key in sorted(scored, key=lambda one: one[:2], reverse=True):
            given = [kind.table for kind in self.draft.records.values()]
            if score >= _LEAST and record.name not in self.draft.records and table not in given:
                kind = self.draft.records[record.name] = KindGuess(record, table, key)
                if max(_called(record, table.stem), _called(record, key.name)) < POSSIBLE:
                    kind.unsure["source"] = Phrase("map.why.columns")
                self.keys[record.name] = key
        self.draft.records = {
            name: self.draft.records[name] for name in self.spec.records if name in self.keys
        }

    def _as_record(self, record: Record, table: Table) -> Iterator[tuple[float, Column]]:
        """Give how well a table with a column as key fits a record."""
        if table.part.startswith("event"):
            return
        keys = [
            column
            for column in table.columns
            if column.is_unique and not column.is_date and not column.name.startswith("=")
        ]
        likely = sorted(keys, key=lambda column: self._key_likeness(record, column), reverse=True)
        for key in likely[:_MOST_KEYS]:
            found = FieldFinder(record.fields, table, {key.name}, {}, record.name).find()
            needed = [name for name, declared in record.fields.items() if not declared.optional]
            covered = [guess for guess in found if guess.name in needed]
            file, column = _called(record, table.stem), self._key_likeness(record, key)
            if not needed:
                yield 0.6 * file + 0.4 * column, key
            elif covered or file >= SURE:
                # A table with an id and all that is needed is one of the kind, whatever the file is called.
                held = sum(1.0 if guess.unsure is None else 0.5 for guess in covered) / len(needed)
                yield 0.45 * file + 0.35 * column + 0.25 * held, key

    @staticmethod
    def _key_likeness(record: Record, key: Column) -> float:
        """Say how much a column is the key of a record: by its name, and less where a field has that name."""
        if key.name in _KEYS_OF_LOGS:
            return 1.2
        called, is_id = _called(record, key.name), means(key.name, "id")
        # Of `Account ID` and `Company` the first tells accounts apart, even where both are called like them.
        own = max(called + (_SAYS_ID if is_id and called >= POSSIBLE else 0.0), 0.75 if is_id else 0.0)
        fields = [name for name, one in record.fields.items() if not isinstance(one.type, ReferenceType)]
        as_field = max((likeness(name, key.name) for name in fields), default=0.0)
        return own if own >= as_field else own / 2

    def find_events(self) -> None:
        """Give each event the way that fits it best."""
        emitted = _emitted(self.spec)
        for event in self.spec.events.values():
            ways = sorted(self._ways(event), key=lambda way: way.score, reverse=True)
            least = _LEAST_OF_SENT if event.name in emitted else _LEAST
            best = next((way for way in ways if way.score >= least), None)
            if best is not None:
                self.draft.events[event.name] = self._kind(event, best)
            elif event.name in emitted:
                self.draft.made_by_processes.append(event.name)
            else:
                self.draft.without_source.append(event.name)
        for table in self.draft.tables:
            self._share_the_rest(table)
        for record in self.draft.records.values():
            self._give_the_last_date(record)
        self.draft.events = {
            name: self.draft.events[name] for name in self.spec.events if name in self.draft.events
        }

    def _share_the_rest(self, table: Table) -> None:
        """Where events have words of their own in a table, no other takes all rows: at most the last word."""
        here = {name: kind for name, kind in self.draft.events.items() if kind.table is table}
        types = next((kind.types for kind in here.values() if kind.types is not None), None)
        if types is None:
            return
        said = {kind.word for kind in here.values()}
        left = [word for word in sorted(types.known) if word not in said]
        dated = {kind.time.name for kind in here.values() if kind.time and kind.has_own_date}
        whole = [name for name, kind in here.items() if kind.types is None and not kind.has_own_date]
        homeless = [name for name in self.draft.without_source if self._key_of(self.spec.events[name], table)]
        for name in whole:
            del self.draft.events[name]
            self.draft.without_source.append(name)
        waiting = [*whole, *homeless]
        if len(left) != 1 or len(waiting) != 1:
            return
        event = self.spec.events[waiting[0]]
        key = self._key_of(event, table)
        times = [column for column in table.dates if column.name not in dated]
        if key is not None and times:
            self.draft.without_source.remove(event.name)
            way = _Way(POSSIBLE, table, key, self._time(event, table), types, left[0], by_name=True)
            kind = self.draft.events[event.name] = self._kind(event, way)
            kind.unsure["where"] = Phrase("map.why.rest")

    def _give_the_last_date(self, record: KindGuess) -> None:
        """Give the one event without a source the one date beside its record that nothing is known of."""
        used = {kind.time.name for kind in self.draft.kinds if kind.table is record.table and kind.time}
        taken = self._dates_of_fields(record)
        if taken is None:
            return
        dates = [
            column for column in record.table.dates if column.name not in used | taken and not column.is_full
        ]
        waiting = [
            name
            for name in self.draft.without_source
            if self.spec.events[name].record == record.declared.name
        ]
        if len(dates) != 1 or len(waiting) != 1:
            return
        event = self.spec.events[waiting[0]]
        if self._covered(event, record.table, record.key, dates[0]) in {None, 1.0}:
            self.draft.without_source.remove(event.name)
            way = _Way(POSSIBLE, record.table, record.key, dates[0], by_name=True, own_date=True)
            kind = self.draft.events[event.name] = self._kind(event, way)
            kind.unsure["time"] = Phrase("map.why.rest")

    def _dates_of_fields(self, record: KindGuess) -> set[str] | None:
        """Give the columns of a record's own dates; None where one of its dates has no column yet."""
        dated = {
            name
            for name, one in record.declared.fields.items()
            if isinstance(one.type, DateType | DatetimeType)
        }
        finder = FieldFinder(
            record.declared.fields, record.table, {record.key.name}, self.keys, record.declared.name
        )
        found = {guess.name: guess.column.name for guess in finder.find()}
        return {found[name] for name in dated} if dated <= set(found) else None

    def _kind(self, event: Event, way: _Way) -> KindGuess:
        kind = KindGuess(event, way.table, way.key, way.time, types=way.types, word=way.value)
        kind.has_own_date = way.own_date
        if way.types is not None and any(column.name == _STEP_OF_LOGS for column in way.table.columns):
            kind.unsure["where"] = Phrase("map.why.lifecycle")
        if not way.by_name:
            kind.unsure["source"] = Phrase("map.why.columns")
        elif way.score < POSSIBLE:
            kind.unsure["source"] = Phrase("map.why.similar")
        return kind

    def _ways(self, event: Event) -> Iterator[_Way]:
        """Give every way to read an event."""
        for table in self.draft.tables:
            key = self._key_of(event, table)
            if key is None or not table.dates:
                continue
            own = self.draft.records.get(event.record)
            # An event has its own list where there is one; a date beside the record says less.
            less = 0.08 if own is not None and own.table is table else 0.0
            for score, way in self._signs(event, table, key):
                covered = self._covered(event, table, key, way.time)
                if covered is None:
                    yield replace(way, score=score - less)
                elif covered > 0 or score >= SURE:
                    yield replace(way, score=0.6 * score + 0.4 * covered - less)

    def _key_of(self, event: Event, table: Table) -> Column | None:
        """Give the column that says to which record an event belongs."""
        record = self.spec.records[event.record]
        known = self.keys.get(event.record)
        scored = []
        for column in table.columns:
            if column.is_date or column.name.startswith("=") or (column.rows and not column.filled):
                continue
            named = max(_called(record, column.name), likeness(known.name, column.name) if known else 0.0)
            named = 1.0 if column.name == _CASE_OF_LOGS else named
            held = 1.0 if column is known else column.held_by(known) if known else 0.0
            # Where there is no row, only the name can tell.
            if held >= _HELD if known and column.rows else named >= POSSIBLE:
                scored.append((held + named, column))
        return max(scored, key=lambda one: one[0])[1] if scored else None

    def _covered(self, event: Event, table: Table, key: Column, time: Column) -> float | None:
        """Give the share of the needed fields that have a column; None where none is needed."""
        needed = [name for name, declared in event.fields.items() if not declared.optional]
        if not needed:
            return None
        found = FieldFinder(event.fields, table, {key.name, time.name}, self.keys, event.name).find()
        mine = [guess for guess in found if guess.name in needed]
        if len(mine) == len(needed):
            return 1.0
        # Of two tables the one whose columns say by their names what they are.
        return sum(1.0 if guess.unsure is None else _UNSURE for guess in mine) / len(needed)

    def _signs(self, event: Event, table: Table, key: Column) -> Iterator[tuple[float, _Way]]:
        """Give what speaks for an event in a table: a date of its own, a word of its own, the file's name."""
        own_date, dated = self._own_date(event, table)
        if own_date is not None:
            yield dated + 0.05, _Way(0, table, key, own_date, by_name=True, own_date=True)
        types = self._types_of(table, key)
        time = self._time(event, table)
        if types is not None:
            value, named = self._own_value(event, types)
            if value is not None:
                yield named, _Way(0, table, key, time, types, value, by_name=True)
                return
        file = self._file_likeness(event, table)
        by_name = file >= POSSIBLE
        if not by_name and any(kind.table is table for kind in self.draft.records.values()):
            return
        # Without a name for it, the columns alone can tell an event that has some.
        yield max(file, POSSIBLE if event.fields else 0.0), _Way(0, table, key, time, by_name=by_name)

    def _file_likeness(self, event: Event, table: Table) -> float:
        """Say how much the name of a file is that of an event, and not rather that of a record."""
        file = _called(event, table.stem)
        rather = max((likeness(record, table.stem) for record in self.spec.records), default=0.0)
        return file if file > rather else 0.0

    @staticmethod
    def _own_date(event: Event, table: Table) -> tuple[Column | None, float]:
        """Give the column of dates that is called like the event."""
        scored = [
            # When something began is always known; when it went on is not.
            (_called(event, telling) - 0.02 * column.is_full, column)
            for column in table.dates
            if (telling := " ".join(word for word in words_of(column.name) if not means(word, "time")))
        ]
        score, column = max(scored, key=lambda one: one[0], default=(0.0, None))
        return (column, score) if score >= POSSIBLE else (None, 0.0)

    def _time(self, event: Event, table: Table) -> Column:
        """Give the time of an event: a date that no other event is called like."""
        others = [other for other in self.spec.events.values() if other is not event]

        def rank(column: Column) -> float:
            claimed = any(self._own_date(other, table)[0] is column for other in others)
            return (
                _called(event, column.name)
                + 0.6 * means(column.name, "time")
                + 0.2 * column.is_full
                - claimed
            )

        return max(table.dates, key=rank)

    def _types_of(self, table: Table, key: Column) -> Column | None:
        """Give the column that says of each row what happened."""
        events = list(self.spec.events.values())
        for column in table.columns:
            words = column.known
            if column is key or column.is_date or column.is_number or not 1 <= len(words) <= _MOST_TYPES:
                continue
            named = {word for word in words if any(_called(event, word) >= SURE for event in events)}
            in_log = table.part != "" and column.name == _NAME_OF_LOGS
            if in_log or means(column.name, "type") or means(column.name, "status"):
                if named:
                    return column
            elif len(named) >= 2 and 2 * len(named) >= len(words) and not self._is_field(column, table):
                return column
        return None

    def _is_field(self, column: Column, table: Table) -> bool:
        """Tell whether a column is called like a field of an event with the name of the table."""
        near = [event for event in self.spec.events.values() if _called(event, table.stem) >= POSSIBLE]
        return any(likeness(name, column.name) >= POSSIBLE for event in near for name in event.fields)

    def _own_value(self, event: Event, types: Column) -> tuple[str | None, float]:
        """Give the word that stands for an event, unless it stands better for another one."""
        scored = [(_called(event, word), word) for word in sorted(types.known)]
        score, value = max(scored, key=lambda one: one[0])
        rivals = [other for other in self.spec.events.values() if other is not event]
        better = any(_called(other, value) > score for other in rivals)
        return (None, 0.0) if score < POSSIBLE or better else (value, score)

    def find_the_rest(self) -> None:
        """Find what is read beside key and time, once it is known which event takes which date."""
        for name, record in self.spec.records.items():
            if name not in self.draft.records:
                self.draft.from_keys.append(name)
                continue
            kind = self.draft.records[name]
            kind.time = self._since(record, kind)
        for kind in self.draft.kinds:
            # What tells events apart has one word in all rows of this one: no field is in it.
            taken = {column.name for column in (kind.key, kind.time, kind.types) if column is not None}
            kind.id = self._identity(kind) if kind.part == "events" else None
            finder = FieldFinder(kind.declared.fields, kind.table, taken, self.keys, kind.declared.name)
            kind.fields = finder.find()

    def _since(self, record: Record, kind: KindGuess) -> Column | None:
        """Give the date at which a record appeared: one that is always there and that nothing else needs."""
        used = {
            event.time.name
            for event in self.draft.events.values()
            if event.table is kind.table and event.time
        }
        dated = [one for one in record.fields.values() if isinstance(one.type, DateType | DatetimeType)]
        free = [
            column
            for column in kind.table.dates
            if column.name not in used
            and not any(likeness(one.name, column.name) >= POSSIBLE for one in dated)
        ]
        named = [column for column in free if means(column.name, "since")]
        full = [column for column in free if column.is_full]
        if named:
            return named[0]
        if len(full) != 1 or any(self._begins_before(other, full[0], kind) for other in kind.table.dates):
            return None
        kind.unsure["since"] = Phrase("map.why.rest")
        return full[0]

    @staticmethod
    def _begins_before(other: Column, column: Column, kind: KindGuess) -> bool:
        """Tell whether a date begins before another: nothing happens to a record that is not there yet."""
        formats = kind.table.formats
        first = formats.earliest(other.name, other.known)
        return other is not column and first < formats.earliest(column.name, column.known)

    @staticmethod
    def _identity(kind: KindGuess) -> Column | None:
        """Give the column that tells one event from another."""
        others = [column for column in kind.table.columns if column not in (kind.key, kind.time)]
        named = [column for column in others if means(column.name, "id") or means(column.name, "receipt")]
        return next((column for column in named if column.is_unique), None)
