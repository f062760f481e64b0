"""Finds the column of each field: by its name, by what stands in it, or because no other is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from stepladder_dsl.keywords.dialect import normalize_name
from stepladder_dsl.model.spec import Field
from stepladder_dsl.model.types import (
    ChoiceType,
    DatetimeType,
    DateType,
    MoneyType,
    NumberType,
    PersonType,
    ReferenceType,
    TextType,
    YesNoType,
)
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.cast import CellReader
from stepladder_engine.data.guess.draft import FieldGuess, Translation
from stepladder_engine.data.guess.look import Column, Table
from stepladder_engine.data.guess.words import likeness, means
from stepladder_engine.data.mapping_model import Options
from stepladder_engine.data.problems import Fault
from stepladder_engine.texts.catalogue import Phrase

SURE, POSSIBLE = 0.8, 0.6
_FITS = 0.8
_MOST_TRIED = 300
_MOST_WORDS = 60
_HELD = 0.8


def translate(words: Counter[str], choices: Sequence[str]) -> Translation:
    """Find out what the words of a file are in the spec's list."""
    known = {normalize_name(choice) for choice in choices}
    foreign = [word for word in sorted(words) if normalize_name(word) not in known]
    scored = {
        word: sorted(((likeness(word, choice), choice) for choice in choices), reverse=True)
        for word in foreign
    }
    meant = {word: found[0][1] for word, found in scored.items() if found[0][0] >= POSSIBLE}
    unsure = {word for word in meant if not _is_clear(scored[word])}
    left = [word for word in foreign if word not in meant]
    used = {*meant.values(), *(choice for choice in choices if choice in words)}
    unused = [choice for choice in choices if choice not in used]
    if len(left) == 1 and len(unused) == 1:
        # One word and one value have nobody else.
        meant[left[0]] = unused[0]
        unsure.add(left.pop())
    return Translation(
        {word: meant[word] for word in foreign if word in meant},
        frozenset(unsure),
        tuple(left),
        tuple(choices),
    )


def _is_clear(scored: Sequence[tuple[float, str]]) -> bool:
    """Tell whether the best is good, and clearly better than the next."""
    first = scored[0][0]
    return first >= SURE and (len(scored) == 1 or scored[1][0] <= first - 0.1 or first == 1.0)


def options_of(table: Table) -> Options:
    """Give the options with which the cells of a table are read."""
    formats = table.formats
    forms = tuple(dict.fromkeys(form for column in formats.dates for form in formats.dates_of(column)))
    return Options(dates=forms, decimal=table.formats.decimal, thousands=table.formats.thousands)


def _numbers_rows(column: Column) -> bool:
    """Tell whether a column gives each row a number of its own, as `№` or `Receipt` does."""
    return column.is_unique and (means(column.name, "id") or means(column.name, "receipt"))


@dataclass
class FieldFinder:
    """Finds the columns of the fields of one kind in one table."""

    declared: Mapping[str, Field]
    table: Table
    taken: Collection[str]
    keys: Mapping[str, Column]
    """The columns of the keys of the records that have a table."""
    kind: str = ""
    reader: CellReader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = CellReader(options_of(self.table), Zone("UTC"), typed=True)

    def find(self) -> list[FieldGuess]:
        """Give a guess for each field that has one, in the order of the spec."""
        columns = [column for column in self.table.columns if self._is_free(column)]
        scored = [
            (score, -place, name, column)
            for place, column in enumerate(columns)
            for name, declared in self.declared.items()
            if (score := self._score(declared, column)) >= POSSIBLE
        ]
        found: dict[str, FieldGuess] = {}
        used: set[str] = set()
        for score, _, name, column in sorted(scored, key=lambda one: one[:2], reverse=True):
            if name not in found and column.name not in used:
                unsure = None if score >= SURE else Phrase("map.why.similar")
                found[name] = self._guess(name, column, unsure)
                used.add(column.name)
        left = [column for column in columns if column.name not in used]
        self._add_a_product(found, left)
        self._add_the_rest(found, left)
        return [found[name] for name in self.declared if name in found]

    def _is_free(self, column: Column) -> bool:
        return column.name not in self.taken and not column.name.startswith("=")

    def _guess(self, name: str, column: Column, unsure: Phrase | None) -> FieldGuess:
        kind = self.declared[name].type
        translation = translate(column.known, kind.values) if isinstance(kind, ChoiceType) else None
        return FieldGuess(name, column, unsure, translation)

    def _add_a_product(self, found: dict[str, FieldGuess], columns: list[Column]) -> None:
        """Make an amount that has no column of its own of the pieces and the price of each."""
        wanted = [
            name
            for name, declared in self.declared.items()
            if name not in found and isinstance(declared.type, MoneyType) and means(name, "amount")
        ]
        numbers = [column for column in columns if column.is_number]
        pieces = next((column for column in numbers if means(column.name, "pieces")), None)
        price = next((column for column in numbers if means(column.name, "price")), None)
        if wanted and pieces is not None and price is not None and pieces is not price:
            unsure = Phrase("map.why.product")
            found[wanted[0]] = FieldGuess(wanted[0], pieces, unsure, times=price)
            columns.remove(pieces)
            columns.remove(price)
            self._add_the_pieces(found, pieces)

    def _add_the_pieces(self, found: dict[str, FieldGuess], pieces: Column) -> None:
        """Let the one number that the spec needs besides an amount be the pieces: rows of returns are odd."""
        waiting = [
            one
            for name, one in self.declared.items()
            if name not in found and not one.optional and isinstance(one.type, NumberType)
        ]
        if len(waiting) == 1:
            found[waiting[0].name] = self._guess(waiting[0].name, pieces, Phrase("map.why.rest"))

    def _add_the_rest(self, found: dict[str, FieldGuess], columns: list[Column]) -> None:
        """Pair fields and columns that have nobody else: needed fields, and those of a rare type."""
        while (pair := self._only_pair(found, columns)) is not None:
            name, column = pair
            found[name] = self._guess(name, column, Phrase("map.why.rest"))
            columns.remove(column)

    def _only_pair(
        self, found: Mapping[str, FieldGuess], columns: Sequence[Column]
    ) -> tuple[str, Column] | None:
        """Give a field and a column that only fit each other; what the spec needs comes first."""
        waiting = [declared for name, declared in self.declared.items() if name not in found]
        needed = [declared for declared in waiting if not declared.optional]
        rare = [
            declared for declared in waiting if declared.optional and isinstance(declared.type, YesNoType)
        ]
        for wanted in (needed, rare):
            fitting = {
                one.name: [column for column in columns if self._could_be(one, column)] for one in wanted
            }
            single = [(name, fits[0]) for name, fits in fitting.items() if len(fits) == 1]
            for name, column in single:
                if all(other == name or other_column is not column for other, other_column in single):
                    return name, column
        return None

    def _could_be(self, declared: Field, column: Column) -> bool:
        """Tell whether a column holds what a field wants, whatever its name."""
        if not column.filled:
            return False
        if isinstance(declared.type, ChoiceType):
            return self._translated(declared.type, column) >= 0.5 or len(column.known) <= len(
                declared.type.values
            )
        if isinstance(declared.type, TextType | PersonType):
            return not column.is_date and not column.is_number
        if isinstance(declared.type, ReferenceType):
            return self._held(declared.type, column) >= _HELD
        if isinstance(declared.type, NumberType | MoneyType) and (column.is_code or _numbers_rows(column)):
            return False
        return self._fit(declared, column) >= _FITS

    def _score(self, declared: Field, column: Column) -> float:
        """Say how well a column fits a field, from 0 to a little above 1."""
        name = self._name_likeness(declared.name, column.name)
        if not column.filled:
            # Nothing is known yet: a column without any value, or a file without rows.
            return name if name >= SURE and (declared.optional or not column.rows) else 0.0
        match declared.type:
            case ChoiceType() as choice:
                share = self._translated(choice, column)
                return (name + 0.6 * share) if name >= POSSIBLE and share > 0 else 0.9 * share
            case ReferenceType() as reference:
                held = self._held(reference, column)
                if reference.record not in self.keys:
                    return name
                return max(name, POSSIBLE) + 0.3 * held if held >= _HELD else name * (held > 0)
            case NumberType() | MoneyType() | DateType() | DatetimeType() | YesNoType():
                return name if self._fit(declared, column) >= _FITS else 0.0
            case TextType() | PersonType() if column.is_date:
                return 0.0
            case _:
                return name if self._fit(declared, column) >= _FITS else 0.0

    def _name_likeness(self, name: str, column: str) -> float:
        """Compare names, also without the kind's own: `client_name` is a client's name."""
        whole = likeness(name, column)
        if not self.kind or whole >= SURE:
            return whole
        return max(whole, 0.95 * likeness(f"{self.kind} {name}", column))

    def _fit(self, declared: Field, column: Column) -> float:
        """Give the share of a column's texts that the field takes."""
        tried = (id(declared), column.name)
        if tried not in self.table.fits:
            cast = self.reader.field(declared)
            texts = [text for text, _ in zip(column.known, range(_MOST_TRIED), strict=False)]
            taken = sum(not isinstance(cast(text), Fault) for text in texts)
            self.table.fits[tried] = taken / len(texts) if texts else 0.0
        return self.table.fits[tried]

    def _translated(self, choice: ChoiceType, column: Column) -> float:
        """Give the share of a column's cells that are words of a list, or seem to be."""
        if len(column.known) > _MOST_WORDS or not column.filled:
            return 0.0
        translation = translate(column.known, choice.values)
        unknown = sum(column.known[word] for word in translation.open)
        return 1 - unknown / column.filled

    def _held(self, reference: ReferenceType, column: Column) -> float:
        key = self.keys.get(reference.record)
        return 0.0 if key is None else column.held_by(key)
