"""`stepladder check`: parse, types, lint."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from stepladder_engine.cli.baselines import baseline_file, gone, save
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.fixing import Mending, mend
from stepladder_engine.cli.language import fail, language_option, note, reader_language
from stepladder_engine.cli.settings import Asked
from stepladder_engine.cli.specs import STDIN, compile_spec, show, spec_file, use_colour

if TYPE_CHECKING:
    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.diagnostics.beside import Beside, Gone
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.lint.settings import LintSettings
    from stepladder_dsl.source import Source, Span


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option(
    "--select", metavar="CODES", help="Only these codes or names, separated by commas (SL2: all of SL2xx)."
)
@click.option("--ignore", metavar="CODES", help="None of these.")
@click.option("--extend", metavar="CODES", help="These as well, though they are off by default.")
@click.option(
    "--config", metavar="FILE", help="Settings; default: the nearest stepladder.toml above the spec."
)
@click.option("--no-config", is_flag=True, help="No settings of any file.")
@click.option("--baseline", metavar="FILE", help="Show only findings that this file does not know.")
@click.option("--write-baseline", metavar="FILE", help="Write the findings of today into this file.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing what is meant.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: mend what is probably meant, too.")
@click.option("--diff", is_flag=True, help="Write nothing; show what --fix would change.")
@click.option("--statistics", is_flag=True, help="Count the findings by code instead of showing them.")
@language_option()
@click.option("--quiet", "-q", is_flag=True, help="Write nothing; only the exit status tells.")
def command(
    specs: tuple[str, ...],
    form: str,
    select: str | None,
    ignore: str | None,
    extend: str | None,
    config: str | None,
    baseline: str | None,
    write_baseline: str | None,
    *,
    no_config: bool,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    statistics: bool,
    quiet: bool,
) -> None:
    r"""Check specs: form, names, types, and who gets forgotten.

    Ends with 0 where there are no findings, 1 where there are (with --diff: where
    something would change), 2 where a file cannot be read.

    \b
    Example:
      stepladder check specs/phone_sale
      stepladder check my.ladder --format json --ignore SL801
      stepladder check my.ladder --fix
    """
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes needs --fix or --diff.")
    if (fix or diff) and STDIN in specs:
        raise click.UsageError("--fix and --diff need a file; `-` is none.")
    if (baseline is not None or write_baseline is not None) and STDIN in specs:
        raise click.UsageError("--baseline and --write-baseline need a file; `-` is none.")
    if baseline is not None and write_baseline is not None:
        raise click.UsageError("--baseline and --write-baseline do not go together.")
    if statistics and form not in {"text", "json"}:
        raise click.UsageError("--statistics goes with --format text or json.")
    rules = _rules(specs[0], select, ignore, extend)
    asked = Asked(config, no_config, rules, baseline, no_baseline=write_baseline is not None)

    def compile_all(instead: Mapping[str, str]) -> list[Compiled]:
        return _together([_shown(compile_spec(name, asked=asked, instead=instead)) for name in specs])

    found = mend(compile_all, unsafe=unsafe_fixes) if fix or diff else Mending(compile_all({}))
    language = reader_language(found.compiled[0].language)
    if diff:
        _show_difference(found, language, quiet=quiet)
    found.write()
    if write_baseline is not None:
        _write_baseline(found.compiled, Path(write_baseline), language)
        sys.exit(FINE)
    findings = [finding for one in found.compiled for finding in one.diagnostics]
    if not quiet:
        sources = {name: source for one in found.compiled for name, source in one.sources.items()}
        beside = _beside(found, _gone(specs, found.compiled, asked), findings, statistics=statistics)
        click.echo(_render(form, findings, sources, language, beside).rstrip())
    if any(one.unreadable for one in found.compiled):
        sys.exit(COULD_NOT_RUN)
    sys.exit(FINDINGS if findings else FINE)


def _show_difference(found: Mending, language: str, *, quiet: bool) -> NoReturn:
    """Show what would change, and end with 1 where anything does."""
    difference = found.difference()
    if not quiet:
        click.echo(difference, nl=False)
        note("cli.would_mend", language, count=found.count)
    sys.exit(FINDINGS if difference else FINE)


def _rules(spec: str, *lists: str | None) -> LintSettings | None:
    """Give what the options say of rules; end with status 2 where they name what does not exist.

    It would hide or check nothing.
    """
    if not any(lists):
        return None
    from stepladder_dsl.lint.configuration import unknown_words
    from stepladder_dsl.lint.settings import LintSettings

    select, ignore, extend = (tuple(codes.split(",")) if codes else () for codes in lists)
    for part, near in unknown_words((*select, *ignore, *extend)):
        key = "cli.no_such_codes_near" if near else "cli.no_such_codes"
        fail(key, compile_spec(spec, lint=False).language, part=part.strip(), meant=near)
    return LintSettings(select, ignore, extend)


def _shown(compiled: Compiled) -> Compiled:
    """Leave out findings that nobody wants to see; rules that are not wanted did not even run."""
    from stepladder_dsl.diagnostics.codes import known_code

    settings = compiled.settings
    if settings is None:
        return compiled
    shown = [
        finding
        for finding in compiled.diagnostics
        if (code := known_code(finding.code)) is None or code.code in compiled.ran or settings.shows(code)
    ]
    return replace(compiled, diagnostics=tuple(shown))


def _together(compiled: list[Compiled]) -> list[Compiled]:
    """Tell of a file that several specs include once, and of an allowance in it only if none needs it."""
    if len(compiled) == 1:
        return compiled
    needed = [
        {(each.diagnostic.code, each.place) for each in one.suppressed if each.place is not None}
        for one in compiled
    ]
    told: set[tuple[object, ...]] = set()
    whole = []
    for number, one in enumerate(compiled):
        others = set().union(*needed[:number], *needed[number + 1 :])
        left = []
        for finding in one.diagnostics:
            said = (finding.code, finding.span, finding.variant, repr(finding.values))
            if said not in told and not _is_needed(finding, others):
                left.append(finding)
            told.add(said)
        whole.append(replace(one, diagnostics=tuple(left)))
    return whole


def _is_needed(finding: Diagnostic, needed: Collection[tuple[str, Span]]) -> bool:
    """Say whether a finding speaks of an allowance that stands among those that are needed."""
    from stepladder_dsl.diagnostics.codes import known_code

    code = known_code(finding.values["name"]) if finding.code == "SL810" else None
    return code is not None and any(
        (name, place.file, place.line) == (code.code, finding.span.file, finding.span.line)
        for name, place in needed
    )


def _write_baseline(compiled: list[Compiled], file: Path, language: str) -> None:
    """Write what is found as known; end with status 2 where errors keep the rules from running."""
    from stepladder_dsl.lint.baseline import can_be_known

    for one in compiled:
        hindering = [finding for finding in one.diagnostics if not can_be_known(finding)]
        if hindering:
            show(hindering, list(one.sources.values()), language)
            sys.exit(COULD_NOT_RUN)
    count = save(compiled, file)
    note("cli.wrote_baseline", language, file=file.as_posix(), count=count)


def _gone(specs: tuple[str, ...], compiled: list[Compiled], asked: Asked) -> Iterator[Gone]:
    """Yield what the specs' baselines know and nobody finds any more."""
    from stepladder_dsl.diagnostics.beside import Gone

    files = [None if name == STDIN else baseline_file(spec_file(name), asked) for name in specs]
    for entry in gone(compiled, files):
        yield Gone(entry.code, entry.file, entry.within, entry.message)


def _beside(
    found: Mending, gone_by: Iterator[Gone], findings: list[Diagnostic], *, statistics: bool
) -> Beside:
    from stepladder_dsl.analysis.solver.logic import works
    from stepladder_dsl.diagnostics.beside import Beside
    from stepladder_dsl.diagnostics.statistics import statistics as counted
    from stepladder_dsl.lint.registry import has_solver

    sources = {name: source for one in found.compiled for name, source in one.sources.items()}
    counts = tuple(counted(findings, sources))
    undecided = sum(one.undecided for one in found.compiled)
    return Beside(
        suppressed=tuple(suppressed for one in found.compiled for suppressed in one.suppressed),
        gone=tuple(gone_by),
        mended=found.count,
        fixable=sum(count.fixable for count in counts),
        fixable_unsafely=sum(count.fixable_unsafely for count in counts),
        left_out=max(one.left_out for one in found.compiled),
        undecided=undecided,
        without_solver=not has_solver() or (undecided > 0 and not works()),
        counts=counts if statistics else None,
    )


def _render(
    form: str, findings: list[Diagnostic], sources: dict[str, Source], language: str, beside: Beside
) -> str:
    if form == "json":
        from stepladder_dsl.diagnostics.render_json import render_json

        return render_json(findings, language, beside, sources)
    if form == "github":
        from stepladder_dsl.diagnostics.render_github import render_github

        return render_github(findings, language)
    if form == "sarif":
        from importlib.metadata import version

        from stepladder_dsl.diagnostics.render_sarif import render_sarif

        return render_sarif(findings, language, sources, version("stepladder"), beside)
    from stepladder_dsl.diagnostics.render_text import render_text

    return render_text(findings, sources, language, colour=use_colour(sys.stdout), beside=beside)
