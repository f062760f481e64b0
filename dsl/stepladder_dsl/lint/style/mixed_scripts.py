"""A text or a name with letters of another alphabet that look like those around them."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.names import disguised_letters, has_cyrillic_words, named_things
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.source import Span

_CYRILLIC_LANGUAGES = ("ru", "bg")


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for name, span in _names(context):
        # A mixture inside a word cannot be read at all: that is told as SL005.
        if not has_cyrillic_words(name) and (letters := disguised_letters(name, in_latin=True)):
            yield Diagnostic("SL804", span, {"text": name, "letters": letters}, "name")
    told: set[tuple[str, Span]] = set()
    for text, span in _texts(context):
        letters = disguised_letters(text, in_latin=False)
        if letters and (text, span) not in told:
            told.add((text, span))
            yield Diagnostic("SL804", span, {"text": text, "letters": letters})


def _names(context: LintContext) -> Iterator[tuple[str, Span]]:
    """Yield the names in which a Cyrillic word would not be expected."""
    writes_cyrillic = context.spec.language in _CYRILLIC_LANGUAGES
    for thing in named_things(context.spec):
        if not writes_cyrillic or any(letter.isascii() and letter.isalpha() for letter in thing.name):
            yield thing.name, thing.span


def _texts(context: LintContext) -> Iterator[tuple[str, Span]]:
    """Yield the texts in quotes."""
    for thing in named_things(context.spec):
        if thing.title is not None:
            yield thing.title, thing.span
    for part in context.parts:
        match part:
            case m.Stage(steps=steps, span=span):
                yield from ((step, span) for step in steps)
            case e.Literal(value=str(text), span=span):
                yield text, span
            case m.FollowUp(text=str(text), span=span):
                yield text, span


RULE = Rule("SL804", "mixed-scripts", Severity.WARNING, _check)
