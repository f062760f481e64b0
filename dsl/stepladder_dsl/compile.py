"""The whole pipeline on one screen: text -> syntax -> model -> findings.

    text --parse--> blocks of syntax nodes --lower--> typed model --lint--> findings
                                                       |--build_graph--> networkx graph --draw--> picture
                                                       |--------------------------------> the engine

A user's mistake is a value (`Diagnostic`), a mistake of ours is an exception.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.catalogue import severity
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity, Suppressed
from stepladder_dsl.kept import keep, look_up
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_dsl.source import Source, Span

if TYPE_CHECKING:
    from stepladder_dsl.lint.registry import Linted
    from stepladder_dsl.lint.settings import LintSettings
    from stepladder_dsl.syntax.includes import ReadSource


@record
class Compiled:
    """What became of a text: its model (None where there is none) and every finding, in order.

    `included` are the texts of other files that it includes.
    """

    source: Source
    language: str
    spec: Spec | None
    diagnostics: tuple[Diagnostic, ...]
    included: tuple[Source, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    """The findings that the text allows, with its reasons."""
    ran: frozenset[str] = frozenset()
    """The codes of the rules that ran."""
    left_out: int = 0
    """How many rules were wanted and need a solver that is not installed."""
    settings: LintSettings | None = None
    """What said which rules run, where anything did."""
    unsure: frozenset[str] = frozenset()
    """The codes of the rules that left questions to the solver open."""
    undecided: int = 0
    """How many questions to the solver were left open."""

    unreadable: bool = False
    """Whether a file of it is no text."""

    @property
    def sources(self) -> dict[str, Source]:
        """Every text by the name under which findings speak of it."""
        return {source.name: source for source in (self.source, *self.included)}

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that forbid a run."""
        return [finding for finding in self.diagnostics if severity(finding) is Severity.ERROR]

    def _repr_svg_(self) -> str | None:
        """Show the processes in a notebook, where nothing forbids it."""
        if self.spec is None or self.errors:
            return None
        from stepladder_dsl.diagram.picture import draw_svg
        from stepladder_dsl.diagram.theme import themed
        from stepladder_dsl.graph.build import build_graph

        return themed(draw_svg(build_graph(self.spec)), "auto")

    def _repr_html_(self) -> str | None:
        """Show in a notebook what is wrong; where nothing is, the picture is shown."""
        if self.spec is not None and not self.errors:
            return None
        from stepladder_dsl.diagnostics.render_html import render_html

        return render_html(self.errors, self.sources, self.language)


def compile_text(
    source: Source,
    *,
    lint: bool = True,
    path: Path | None = None,
    settings: LintSettings | None = None,
    instead: Mapping[str, str] | None = None,
) -> Compiled:
    """Parse, resolve, type and (unless told not to) lint a text; `settings` say which rules run.

    `path` is the text's file, beside which those that it includes are looked for; `instead` has
    texts that are read in place of what such files hold, by the names that spans speak of.
    """
    from stepladder_dsl.model.allowances import allowances_of
    from stepladder_dsl.model.lower import lower
    from stepladder_dsl.syntax.includes import join_includes
    from stepladder_dsl.syntax.parse import explain_by_habits, parse

    tree = parse(source)
    join_includes(tree, path, _reading(instead or {}))
    spec, findings = lower(tree)
    findings = [*tree.diagnostics, *explain_by_habits(tree, findings)]
    allowances = allowances_of(tree.blocks)
    linted: Linted | None = None
    suppressed: Sequence[Suppressed] = ()
    # Rules speak of what the text means; where it is not understood yet they would guess.
    meaning_is_clear = not any(severity(finding) is Severity.ERROR for finding in findings)
    if lint and spec is not None and meaning_is_clear:
        from stepladder_dsl.lint.registry import lint as run_lint
        from stepladder_dsl.lint.settings import DEFAULT

        linted = run_lint(spec, source, settings or DEFAULT, allowances, findings, tree.included)
        findings, suppressed = list(linted.findings), linted.suppressed
    elif allowances:
        from stepladder_dsl.lint.allowances import Allowances

        findings, suppressed = Allowances(allowances).split(findings)
    ordered = sorted(findings, key=lambda finding: finding.sort_key)
    return Compiled(
        source,
        tree.language,
        spec,
        tuple(ordered),
        tuple(tree.included),
        tuple(suppressed),
        linted.ran if linted else frozenset(),
        len(linted.left_out) if linted else 0,
        settings,
        linted.unsure if linted else frozenset(),
        linted.undecided if linted else 0,
        unreadable=any(finding.code == "SL009" for finding in ordered),
    )


def _reading(instead: Mapping[str, str]) -> ReadSource:
    """Give what reads an included file, unless its text is at hand."""

    def read(path: Path, name: str) -> tuple[Source | None, list[Diagnostic]]:
        return (Source(name, instead[name]), []) if name in instead else read_source(path, name)

    return read


def read_source(path: Path, name: str | None = None) -> tuple[Source | None, list[Diagnostic]]:
    """Read a file as UTF-8 text; what cannot be read is a finding. Raises ``OSError``."""
    data = path.read_bytes()
    name = name or str(path)
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return None, [Diagnostic("SL009", Span(name, 1, 1, 2), variant="wide")]
    if b"\0" in data:
        return None, [Diagnostic("SL009", Span(name, 1, 1, 2), variant="binary")]
    try:
        return Source(name, data.decode("utf-8-sig")), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        start_of_line = before.rfind(b"\n") + 1
        column = len(before[start_of_line:].decode("utf-8", errors="replace")) + 1
        values = {"byte": f"0x{data[error.start]:02X}"}
        return None, [Diagnostic("SL009", Span(name, line, column, column + 1), values)]


def compile_file(
    path: Path,
    *,
    lint: bool = True,
    name: str | None = None,
    settings: LintSettings | None = None,
    instead: Mapping[str, str] | None = None,
) -> Compiled:
    """Compile a file, `instead` as in `compile_text`. Raises ``OSError`` where it cannot be opened."""
    called = name or str(path)
    source, findings = _reading(instead or {})(path, called)
    if source is None:
        return Compiled(Source(called, ""), "en", None, tuple(findings), unreadable=True)
    return compile_text(source, lint=lint, path=path, settings=settings, instead=instead)


def column_expression(
    text: str, columns: Sequence[str], file: str, line: int, column: int, language: str = "en"
) -> tuple[Expression | None, list[Diagnostic]]:
    """Type an expression over the columns of a data source, as a mapping holds it.

    `file`, `line` and `column` (1-based) say where the text stands, `language` in
    which human language its keywords are. A column is named as it is, or in
    backquotes where its name is not one word.
    """
    from stepladder_dsl.keywords.dialect import normalize_name

    known = look_up("expression", text, tuple(columns), file, line, column, language)
    if known is not None:
        expression: Expression = known
        return expression, []
    from stepladder_dsl.model.check.checker import ExpressionChecker
    from stepladder_dsl.model.check.scope import Scope
    from stepladder_dsl.model.symbols import Symbols
    from stepladder_dsl.syntax.parse import parse_expression

    node, findings = parse_expression(text, file, line, column, language)
    if node is None:
        return None, findings
    symbols = Symbols()
    names = {normalize_name(name): name for name in columns}
    typed = ExpressionChecker(symbols).value(node, Scope(columns=names))
    if symbols.diagnostics:
        return None, symbols.diagnostics
    keep(typed, "expression", text, tuple(columns), file, line, column, language)
    return typed, []
