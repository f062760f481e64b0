"""What is wrong with an event log as a whole, and with single cells of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.parsers.expat import ErrorString, ExpatError

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_engine.data.problems import Fault, finding, in_file, shown
from stepladder_engine.data.typed_text import FaultyText
from stepladder_engine.data.xml_parts import Doctype


class LogFault(Exception):
    """Carries out of the depth of a log why it cannot be read: a variant of SD017, and the line."""

    def __init__(self, variant: str, line: int = 1, **values: Any) -> None:
        super().__init__(variant)
        self.variant = variant
        self.line = line
        self.values = values

    def at(self, file: str) -> Diagnostic:
        """Give the finding that says this of a file."""
        return finding("SD017", in_file(file, self.line), self.variant, file=file, **self.values)


@contextmanager
def told_xml() -> Iterator[None]:
    """Tell everything that XML which is not in order can raise as one fault."""
    try:
        yield
    except Doctype as error:
        raise LogFault("doctype") from error
    except ExpatError as error:
        raise LogFault("xml", error.lineno, problem=ErrorString(error.code)) from error
    except (LookupError, ValueError) as error:
        # An encoding that the file names and nobody knows.
        raise LogFault("xml", problem=shown(str(error))) from error


def twice(name: str, text: str) -> FaultyText:
    """Give the cell of an attribute that stands in one entry more than once."""
    return FaultyText(text, Fault("SD018", "twice", {"name": shown(name)}))


def several(name: str, texts: list[str]) -> FaultyText:
    """Give the cell of a column for which the entry has several values."""
    fault = Fault("SD018", "", {"name": shown(name), "count": len(texts)})
    return FaultyText(", ".join(texts), fault)


def nested(name: str, text: str) -> FaultyText:
    """Give the cell of an attribute whose value is itself a list or an object."""
    return FaultyText(text, Fault("SD018", "nested", {"name": shown(name)}))
