"""`stepladder diff`: what changed in meaning between two specs, and for which clients."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stepladder_engine.cli.data import show_problems
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.forms import FORMATS, check_folder, check_packages, formats_or_text
from stepladder_engine.cli.language import fail, language_option, note, reader_language, told
from stepladder_engine.cli.specs import STDIN, compile_spec, mapping_file, show, use_colour
from stepladder_engine.texts.catalogue import from_the_right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.diff.change import Difference
    from stepladder_dsl.model.spec import Spec
    from stepladder_engine.comparison.runs import RunDifference
    from stepladder_engine.comparison.sentences import Sentences
    from stepladder_engine.data.write_tables import Form
    from stepladder_engine.results.answer import Answer

_BESIDE = "mapping.yaml"
"""What `--data` means without a name: the mapping of that name beside each spec."""


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--data",
    metavar="[MAPPING]",
    is_flag=False,
    flag_value=_BESIDE,
    help="Run both over the data of this mapping; without a name that beside each spec.",
)
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option("--out", "folder", metavar="DIR", help="Folder to write all changes to, as tables.")
@click.option(
    "--format",
    "forms",
    metavar="FORMAT[,…]",
    multiple=True,
    callback=formats_or_text,
    help=f"Formats of the tables, of {', '.join(FORMATS)}; default: csv, and text on the screen. "
    "json also writes the whole as one document to stdout.",
)
@language_option()
@click.option("--quiet", "-q", is_flag=True, help="Write nothing; only the exit status tells.")
def command(
    old: str,
    new: str,
    data: str | None,
    as_of: str | None,
    folder: str | None,
    forms: tuple[Form, ...],
    *,
    quiet: bool,
) -> None:
    r"""Say what changed in meaning from one spec to another, not in text.

    With --data also for which clients: who stands elsewhere, which tasks come
    or go, what is offered, who is forgotten. Ends with 0 where nothing changed,
    1 where something did, 2 where a spec has errors or cannot be run.

    \b
    Example:
      stepladder diff old.ladder new.ladder
      stepladder diff old.ladder new.ladder --data mapping.yaml --out out
      stepladder diff old new --data --out out --format xlsx,parquet
      git show HEAD:shop.ladder | stepladder diff - shop.ladder
    """
    from stepladder_dsl.diff.compare import compare
    from stepladder_engine.comparison.sentences import Sentences

    if old == new == STDIN:
        fail("diff.both_stdin")
    check_folder(forms, folder)
    names = (old, new)
    with_data = data is not None or as_of is not None
    before, after = (_understood(name, lint=with_data) for name in names)
    language = reader_language(after.language)
    check_packages(forms, language)
    difference = compare(before, after)
    runs = None
    if with_data:
        mappings = _mappings(names, None if data in {None, _BESIDE} else data)
        runs = _both_runs(names, (before, after), mappings, as_of, difference, language)
    sentences = Sentences(before, after, language)
    sides = (before.span.file or old, after.span.file or new)
    if folder is not None:
        _write(
            Path(folder), forms, _document(difference, sentences, sides, runs), difference, sentences, runs
        )
    if not quiet:
        _show(forms, difference, sentences, sides, runs)
        if folder is not None and "json" not in forms:
            click.echo(err=True)
            note("run.written", language, folder=Path(folder).as_posix())
    sys.exit(FINDINGS if difference.any or (runs is not None and runs.any) else FINE)


def _understood(name: str, *, lint: bool) -> Spec:
    """Give the model of a spec; show why there is none and end with status 2.

    What the rules find is no hindrance where nothing is run: two specs in which clients get lost
    can be compared as well.
    """
    compiled: Compiled = compile_spec(name, lint=lint)
    if compiled.errors or compiled.spec is None:
        show(compiled.errors, list(compiled.sources.values()), reader_language(compiled.language))
        sys.exit(COULD_NOT_RUN)
    return compiled.spec


def _mappings(names: tuple[str, str], given: str | None) -> list[Path]:
    """Give the mapping of each spec; what comes from the standard input has that of the other one."""
    found = []
    for name, other in (names, names[::-1]):
        found.append(mapping_file(other if name == STDIN and given is None else name, given))
    return found


def _both_runs(
    names: tuple[str, str],
    specs: tuple[Spec, Spec],
    mappings: list[Path],
    as_of: str | None,
    difference: Difference,
    language: str,
) -> RunDifference:
    """Run both specs as of the same moment: the one that is asked for, or the old one's latest event."""
    from stepladder_engine.comparison.runs import RunDifference

    gc.set_threshold(200_000, 50, 50)
    gc.enable()
    old = _answer(names[0], specs[0], mappings[0], as_of, language)
    moment = as_of or old.result.program.zone.text(old.result.as_of)
    new = _answer(names[1], specs[1], mappings[1], moment, language)
    return RunDifference(old, new, difference.names)


def _answer(name: str, spec: Spec, mapping: Path, as_of: str | None, language: str) -> Answer:
    """Give the answer of a run; where there is none, say of which spec, show why, and end with status 2."""
    from stepladder_engine.results.execute import execute

    answer, problems = execute(spec, mapping, as_of=as_of, language=language)
    if answer is None:
        click.echo(told(language, "diff.cannot_run", spec=name, mapping=mapping.as_posix()), err=True)
        show_problems(problems, mapping, language)
        sys.exit(COULD_NOT_RUN)
    return answer


def _document(
    difference: Difference, sentences: Sentences, sides: tuple[str, str], runs: RunDifference | None
) -> dict[str, Any]:
    from stepladder_engine.comparison.document import document, runs_document

    found = document(difference, sentences, sides)
    if runs is not None:
        found["data"] = runs_document(runs)
    return found


def _show(
    forms: Sequence[Form],
    difference: Difference,
    sentences: Sentences,
    sides: tuple[str, str],
    runs: RunDifference | None,
) -> None:
    if "json" in forms:
        found = _document(difference, sentences, sides, runs)
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    from stepladder_engine.comparison.render_runs import show_runs
    from stepladder_engine.comparison.render_text import show_difference
    from stepladder_engine.comparison.sentences import Sentences
    from stepladder_engine.results.screen.console import make_console
    from stepladder_engine.results.screen.markup import escape

    console = make_console(colour=use_colour(sys.stdout), terminal=sys.stdout.isatty())
    on_screen = Sentences(*sentences.specs, sentences.language, escape)
    show_difference(difference, on_screen, sides, console)
    if runs is not None:
        show_runs(runs, console, sentences.language)


def _write(
    folder: Path,
    forms: tuple[Form, ...],
    found: dict[str, Any],
    difference: Difference,
    sentences: Sentences,
    runs: RunDifference | None,
) -> None:
    """Write the tables, and what stands beside the changes."""
    from stepladder_engine.comparison.document import changes_table
    from stepladder_engine.data.problems import is_error
    from stepladder_engine.data.write_tables import Manner, write_tables

    tables = [changes_table(difference, sentences), *(runs.written() if runs is not None else [])]
    summary = {key: value for key, value in found.items() if key != "changes"}
    if runs is not None:
        summary["data"] = {key: found["data"][key] for key in ("as_of", "counts")}
    spec = sentences.specs[1]
    manner = Manner(forms, timezone=spec.timezone, from_the_right=from_the_right(sentences.language))
    problems = write_tables(folder, tables, summary, manner)
    if problems:
        show_problems(problems, folder, sentences.language)
    if any(map(is_error, problems)):
        sys.exit(COULD_NOT_RUN)
