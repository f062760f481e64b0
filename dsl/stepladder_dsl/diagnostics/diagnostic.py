"""A finding about a text: a value, never an exception."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import Enum
from typing import Any, NamedTuple

from stepladder_dsl.record import record
from stepladder_dsl.source import Span

_LONGEST_ROUTE = 10


class Severity(Enum):
    """How bad a finding is: errors stop a run, warnings and infos do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Route(tuple[str, ...]):
    """Names one after the other, as a way leads from each to the next: shown with arrows between them."""

    __slots__ = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> Route:
        """Give the names in backquotes; of a long way the beginning and the end."""
        quoted = [f"`{name}`" for name in names]
        if len(quoted) > _LONGEST_ROUTE:
            quoted[_LONGEST_ROUTE // 2 : -(_LONGEST_ROUTE // 2)] = ["…"]
        return cls(quoted)


@record
class Label:
    """A second place that takes part in a finding, with the name of its sentence in the catalogue."""

    span: Span
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


@record
class Edit:
    """A piece of a text and what to write in its place.

    A text with line ends brings new lines; a line of which nothing is left goes altogether.
    """

    span: Span
    text: str


@record
class Fix:
    """Edits that mend a finding together; a safe one leaves what the spec means to its writer."""

    edits: tuple[Edit, ...]
    safe: bool = True


@record
class Diagnostic:
    """A finding: a code, a place and the values that its sentence speaks of.

    The sentences stand in the catalogue of the reader's language, under the
    code (and `variant`, where one code has several sentences).
    """

    code: str
    span: Span
    values: Mapping[str, Any] = field(default_factory=dict)
    variant: str = ""
    labels: tuple[Label, ...] = ()
    suggestion: str | None = None
    """The nearest known name, where there is one that is near enough."""
    example: str = ""
    """A scenario that shows what is claimed: put behind the spec's text it can be run, and it holds."""
    fix: Fix | None = None
    """What would mend it, where that can be said."""
    severity: Severity | None = None
    """How bad it is, where somebody set it otherwise than its code says."""

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order of the text, then of the codes."""
        return (self.span.file, self.span.line, self.span.column, self.code)


class Suppressed(NamedTuple):
    """A finding that is known and taken as it is.

    `place` is the line of the text that allows it, with its `reason`; None where a baseline has it.
    """

    diagnostic: Diagnostic
    reason: str = ""
    place: Span | None = None
