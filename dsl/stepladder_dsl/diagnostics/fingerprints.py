"""What a finding is known by, whatever line it stands in: a mark that survives lines coming and going."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import Source, Span


def around(span: Span, sources: Mapping[str, Source]) -> tuple[str, ...]:
    r"""Give the lines in whose blocks a place lies, the outermost first: what they declare, without titles.

    >>> text = 'process sale "Selling" for client\n    stage choosing\n        limit 2 days\n'
    >>> around(Span("a", 3, 9, 21), {"a": Source("a", text)})
    ('process sale', 'stage choosing')
    """
    source = sources.get(span.file)
    return () if source is None else tuple(_around(source, span.line))[::-1]


def _around(source: Source, number: int) -> Iterator[str]:
    indentation = _indentation(source.line(number))
    while indentation and number > 1:
        number -= 1
        text = source.line(number)
        if text.strip() and not text.strip().startswith("#") and _indentation(text) < indentation:
            indentation = _indentation(text)
            yield " ".join(text.partition('"')[0].partition("#")[0].split())


def _indentation(text: str) -> int:
    return len(text) - len(text.lstrip())


def fingerprint(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> str:
    """Give the mark of a finding: of its code, of what it speaks of, and of the blocks around it."""
    from hashlib import sha256

    said = json.dumps(
        [
            diagnostic.code,
            diagnostic.variant,
            around(diagnostic.span, sources),
            {name: str(value) for name, value in diagnostic.values.items()},
        ],
        sort_keys=True,
    )
    return sha256(said.encode()).hexdigest()[:32]


def numbered_fingerprints(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> list[str]:
    """Give a mark for each finding, of which no two are alike: equal findings of a file are counted."""
    seen: Counter[tuple[str, str]] = Counter()
    marks = []
    for diagnostic in diagnostics:
        mark = fingerprint(diagnostic, sources)
        place = (diagnostic.span.file, mark)
        marks.append(f"{mark}:{seen[place]}" if seen[place] else mark)
        seen[place] += 1
    return marks
