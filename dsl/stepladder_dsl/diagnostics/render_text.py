"""Findings as text for a person: the place, the sentence, the line with the piece underlined, the help.

    specs/shop.ladder:2:11: error SL101 unknown role `seler`
      |
    2 |     owner seler
      |           ^^^^^
      = help: did you mean `seller`?
      = page: stepladder explain SL101

The underline stands exactly under the piece: wide characters count two columns
and combining or zero-width ones none. No underline can do that in a line that
terminals may turn from right to left: some do, some do not. Where right-to-left
text stands before or in the piece, the piece itself is marked, as in
``owner [[فروشنده]]``, and the line is isolated (U+2068 … U+2069), so that the
line number keeps its side. So are the sentences of a language that is written from
right to left (U+2067): a Latin name in them leaves their order alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from stepladder_dsl.diagnostics.beside import NOTHING, Beside
from stepladder_dsl.diagnostics.catalogue import counted, hint, label, message, severity, words
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.diagnostics.statistics import Count
from stepladder_dsl.diagnostics.widths import goes_right_to_left, printable, width
from stepladder_dsl.record import record
from stepladder_dsl.source import Source, Span

_LONGEST_LINE = 140
_BEFORE_PIECE = 70
_LONGEST_PIECE = 60
_BEHIND_PIECE = 30
_CUT = "…"
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_ISOLATE_RIGHT_TO_LEFT = "\u2067"


@record
class _Paint:
    """Colours for a terminal, or none."""

    colour: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\033[{style}m{text}\033[0m" if self.colour and text else text


_STYLE = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_GUTTER = "1;34"
_NOTE = "1;32"
_STRONG = "1"


def render_text(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    language: str = "en",
    colour: bool = False,
    beside: Beside = NOTHING,
) -> str:
    """Write findings for a person; `sources` are the texts by the names that spans speak of."""
    paint = _Paint(colour)
    if beside.counts is None:
        parts = [_finding(diagnostic, sources, language, paint) for diagnostic in diagnostics]
    else:
        parts = ["".join(_table(beside.counts, language, paint))] if beside.counts else []
    return "\n".join([*parts, _summary(diagnostics, language, paint, beside)])


def summary_words(diagnostics: Sequence[Diagnostic], language: str = "en", beside: Beside = NOTHING) -> str:
    """Count findings in words: `2 errors, 1 warning`, or `no findings`, and what is not shown of them."""
    counts = Counter(severity(diagnostic) for diagnostic in diagnostics)
    found = [counted(level.value, counts[level], language) for level in Severity if counts[level]]
    found = found or [words(language)["found_none"]]
    if beside.allowed:
        found.append(counted("allowed", beside.allowed, language))
    if beside.known:
        found.append(counted("known", beside.known, language))
    if beside.mended:
        found.append(counted("mended", beside.mended, language))
    return words(language)["comma"].join(found)


def _table(counts: Sequence[Count], language: str, paint: _Paint) -> Iterator[str]:
    """Yield a line for each code: how often, which, how severe, and how many can be mended."""
    digits = max(len(str(each.number)) for each in counts)
    levels = {each.severity: words(language)[each.severity.value] for each in counts}
    widest = max(map(width, levels.values()))
    names = max(len(each.name) for each in counts)
    for each in counts:
        level = levels[each.severity]
        filled = paint(_STYLE[each.severity], _isolated(level)) + " " * (widest - width(level))
        line = f"{each.number:>{digits}}  {each.code}  {filled}  {each.name:<{names}}"
        yield f"{line}  {_mendable(each, language)}".rstrip() + "\n"


def _mendable(count: Count, language: str) -> str:
    found = [("fixable", count.fixable), ("fixable_unsafely", count.fixable_unsafely)]
    parts = [counted(thing, number, language) for thing, number in found if number]
    return _in_its_direction(words(language)["comma"].join(parts), language) if parts else ""


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if goes_right_to_left(text) else text


def _summary(diagnostics: Sequence[Diagnostic], language: str, paint: _Paint, beside: Beside) -> str:
    levels = {severity(diagnostic) for diagnostic in diagnostics}
    worst = next((level for level in Severity if level in levels), None)
    text = _in_its_direction(summary_words(diagnostics, language, beside), language)
    notes = "".join(f"{_in_its_direction(line, language)}\n" for line in _notes(language, beside))
    return paint(_STYLE[worst] if worst else _NOTE, text) + "\n" + notes


def _notes(language: str, beside: Beside) -> Iterator[str]:
    """Yield what else is to be told at the end."""
    if beside.fixable:
        yield counted("fixable", beside.fixable, language)
    if beside.fixable_unsafely:
        yield counted("fixable_unsafely", beside.fixable_unsafely, language)
    if beside.left_out:
        yield counted("left_out", beside.left_out, language)
    elif beside.undecided:
        thing = "undecided" if beside.without_solver else "too_hard"
        yield counted(thing, beside.undecided, language)
    if beside.gone:
        yield counted("gone", len(beside.gone), language)
        for gone in beside.gone:
            place = f"{printable(gone.file)}: " + (f"{printable(gone.within)}: " if gone.within else "")
            yield f"  {gone.code} {place}{printable(gone.message)}"


def _finding(diagnostic: Diagnostic, sources: Mapping[str, Source], language: str, paint: _Paint) -> str:
    shared = words(language)
    level = severity(diagnostic)
    spans = [diagnostic.span, *(other.span for other in diagnostic.labels)]
    gutter = len(str(max(span.line for span in spans)))
    title = f"{shared[level.value]} {diagnostic.code}"
    sentence = paint(_STRONG, _in_its_direction(message(diagnostic, language), language))
    # A finding about no text, such as a wrong option, has no place to name.
    place = f"{_place(diagnostic.span)}: " if diagnostic.span.file else ""
    lines = [f"{place}{paint(_STYLE[level], title)} {sentence}"]
    lines += _excerpt(diagnostic.span, sources, gutter, paint, _STYLE[level], "^")
    for index, other in enumerate(diagnostic.labels):
        note = f"{shared['note']}: {_in_its_direction(label(diagnostic, index, language), language)}"
        lines.append(f"{' ' * (gutter + 1)}{paint(_GUTTER, '=')} {paint(_NOTE, note)} ({_place(other.span)})")
        lines += _excerpt(other.span, sources, gutter, paint, _NOTE, "-")
    advice = hint(diagnostic, language)
    if advice is not None:
        lines.append(_foot(gutter, shared["help"], _in_its_direction(advice, language), paint))
    lines += _example(diagnostic.example, gutter, shared["example"], paint)
    lines.append(_foot(gutter, shared["page"], _explaining(diagnostic.code, language), paint))
    return "\n".join(lines) + "\n"


def _example(example: str, gutter: int, title: str, paint: _Paint) -> Iterator[str]:
    """Yield the scenario that shows a finding, as it can be put behind the spec's text."""
    if example:
        yield _foot(gutter, title, "", paint).rstrip()
        for line in example.splitlines():
            piece = printable(line)
            isolated = f"{_ISOLATE}{piece}{_END_ISOLATE}" if goes_right_to_left(piece) else piece
            yield f"{' ' * (gutter + 5)}{isolated}"


def _explaining(code: str, language: str) -> str:
    """Give the command that shows a code's page in the reader's language."""
    return f"stepladder explain {code}" + ("" if language == "en" else f" --lang {language}")


def _in_its_direction(sentence: str, language: str) -> str:
    """Keep a sentence of a right-to-left language together, whatever names stand in it."""
    if not goes_right_to_left(words(language)["error"]):
        return sentence
    return f"{_ISOLATE_RIGHT_TO_LEFT}{sentence}{_END_ISOLATE}"


def _place(span: Span) -> str:
    return f"{printable(span.file)}:{span.line}:{span.column}"


def _foot(gutter: int, title: str, text: str, paint: _Paint) -> str:
    return f"{' ' * (gutter + 1)}{paint(_GUTTER, '=')} {paint(_STRONG, title + ':')} {text}"


def _excerpt(
    span: Span, sources: Mapping[str, Source], gutter: int, paint: _Paint, style: str, mark: str
) -> Iterator[str]:
    """Yield the line of a span with the piece marked; nothing where the text is not at hand."""
    source = sources.get(span.file)
    if source is None or not 0 < span.line <= len(source.lines):
        return
    before, piece, behind = _cut(source.line(span.line), span)
    bar = paint(_GUTTER, "|")
    number = paint(_GUTTER, f"{span.line:>{gutter}}")
    yield f"{' ' * gutter} {bar}"
    if _may_turn(before + piece, behind):
        yield f"{number} {bar} {_ISOLATE}{before}{paint(style, f'[[{piece}]]')}{behind}{_END_ISOLATE}"
    else:
        yield f"{number} {bar} {before}{piece}{behind}".rstrip()
        underline = paint(style, mark * max(width(piece), 1))
        yield f"{' ' * gutter} {bar} {' ' * width(before)}{underline}"


def _may_turn(until_end: str, behind: str) -> bool:
    """Say whether a terminal may show the piece elsewhere than where it stands in the text."""
    if goes_right_to_left(until_end):
        return True
    # The first letter decides the direction of the whole line.
    return goes_right_to_left(behind) and not any(character.isalpha() for character in until_end)


def _cut(line: str, span: Span) -> tuple[str, str, str]:
    """Give what stands before, in and behind a span, cut where a line is very long."""
    start, end = span.column - 1, max(span.end_column - 1, span.column)
    if len(line) <= _LONGEST_LINE:
        return printable(line[:start]), printable(line[start:end]), printable(line[end:])
    first = 0 if start <= _BEFORE_PIECE else start - _BEFORE_PIECE // 2
    last = min(end, start + _LONGEST_PIECE)
    before = (_CUT if first else "") + line[first:start]
    piece = line[start:last] + (_CUT if last < min(end, len(line)) else "")
    behind = "" if last < end else line[end : end + _BEHIND_PIECE]
    cut_behind = _CUT if last >= end and len(line) > end + _BEHIND_PIECE else ""
    return printable(before), printable(piece), printable(behind) + cut_behind
