"""`stepladder check`: parse, types, lint."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import fail, language_option, reader_language
from stepladder_engine.cli.specs import compile_spec, use_colour

if TYPE_CHECKING:
    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.diagnostics.beside import Beside
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.source import Source


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
    "--select", metavar="CODES", help="Only these codes, separated by commas (SL2 means all of SL2xx)."
)
@click.option("--ignore", metavar="CODES", help="None of these codes.")
@language_option()
@click.option("--quiet", "-q", is_flag=True, help="Write nothing; only the exit status tells.")
def command(
    specs: tuple[str, ...],
    form: str,
    select: str | None,
    ignore: str | None,
    *,
    quiet: bool,
) -> None:
    r"""Check specs: form, names, types, and who gets forgotten.

    Ends with 0 where there are no findings, 1 where there are, 2 where a file
    cannot be read.

    \b
    Example:
      stepladder check specs/phone_sale
      stepladder check my.ladder --format json --ignore SL801
    """
    compiled = [compile_spec(name) for name in specs]
    language = reader_language(compiled[0].language)
    _refuse_unknown(language, select, ignore)
    chosen = [
        finding for one in compiled for finding in one.diagnostics if _chosen(finding.code, select, ignore)
    ]
    if not quiet:
        sources = {name: source for one in compiled for name, source in one.sources.items()}
        click.echo(_render(form, chosen, sources, language, _beside(compiled)).rstrip())
    if any(finding.code == "SL009" for one in compiled for finding in one.diagnostics):
        sys.exit(COULD_NOT_RUN)
    sys.exit(FINDINGS if chosen else FINE)


def _refuse_unknown(language: str, *lists: str | None) -> None:
    """End with status 2 where a list names codes that do not exist: it would hide or check nothing."""
    from stepladder_dsl.diagnostics.codes import all_codes
    from stepladder_dsl.lint.registry import register_all

    asked = [part.strip().upper() for codes in lists if codes is not None for part in codes.split(",")]
    if asked:
        register_all()
        known = [code.code for code in all_codes()]
        for part in asked:
            if part and not any(code.startswith(part) for code in known):
                fail("cli.no_such_codes", language, part=part)


def _chosen(code: str, select: str | None, ignore: str | None) -> bool:
    def listed(codes: str) -> bool:
        return any(code.startswith(part.strip().upper()) for part in codes.split(",") if part.strip())

    return (select is None or listed(select)) and not (ignore is not None and listed(ignore))


def _beside(compiled: list[Compiled]) -> Beside:
    from stepladder_dsl.diagnostics.beside import Beside

    return Beside(tuple(suppressed for one in compiled for suppressed in one.suppressed))


def _render(
    form: str, findings: list[Diagnostic], sources: dict[str, Source], language: str, beside: Beside
) -> str:
    if form == "json":
        from stepladder_dsl.diagnostics.render_json import render_json

        return render_json(findings, language, beside)
    if form == "github":
        from stepladder_dsl.diagnostics.render_github import render_github

        return render_github(findings, language)
    if form == "sarif":
        from importlib.metadata import version

        from stepladder_dsl.diagnostics.render_sarif import render_sarif

        return render_sarif(findings, language, sources, version("stepladder"), beside)
    from stepladder_dsl.diagnostics.render_text import render_text

    return render_text(findings, sources, language, colour=use_colour(sys.stdout), beside=beside)
