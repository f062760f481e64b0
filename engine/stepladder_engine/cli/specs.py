"""Where a command's SPEC is, and what to do when it has errors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.baselines import baseline_file, whole, without_known
from stepladder_engine.cli.compiled import compiled_once, errors_once, for_errors
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.language import fail, reader_language
from stepladder_engine.cli.settings import NOTHING, Asked, configuration, configuration_file, settings_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.lint.settings import LintSettings
    from stepladder_dsl.model.spec import Spec
    from stepladder_dsl.source import Source

STDIN = "-"


def spec_file(name: str) -> Path:
    """Give the file of a SPEC: a file, `NAME.ladder` in the folder NAME, or the one spec in a folder."""
    path = Path(name)
    if not path.is_dir():
        if not path.exists():
            fail("cli.no_such_file", name=name)
        return path
    # A folder named `.` or `..` has its name only once it is resolved.
    own = path / f"{path.resolve().name}.ladder"
    if own.is_file():
        return own
    found = sorted(path.glob("*.ladder"))
    if not found:
        fail("cli.no_spec", name=name)
    originals = _without_translations(found)
    if len(originals) > 1:
        fail("cli.several_specs", name=name, names=[file.name for file in originals], own=own.name)
    return originals[0]


def _without_translations(files: Sequence[Path]) -> list[Path]:
    """Leave out `shop.ru.ladder` where `shop.ladder` stands beside it: it is the same spec once more."""
    from stepladder_dsl.keywords import LANGUAGES

    names = {file.name for file in files}
    translations = {f"{Path(name).stem}.{language}.ladder" for name in names for language in LANGUAGES}
    return [file for file in files if file.name not in translations]


def mapping_file(name: str, given: str | None) -> Path:
    """Give the mapping: the given one, or `mapping.yaml` beside the spec."""
    if given is not None:
        return Path(given)
    path = Path(name)
    if name != STDIN and not path.exists():
        fail("cli.no_such_file", name=name)
    folder = path if path.is_dir() else path.parent
    own = folder / "mapping.yaml"
    if not own.is_file():
        fail("cli.no_mapping", name=name)
    return own


def compile_spec(
    name: str,
    *,
    lint: bool = True,
    errors_only: bool = False,
    asked: Asked = NOTHING,
    instead: Mapping[str, str] | None = None,
) -> Compiled:
    """Read and compile a SPEC, or the standard input for `-`, with the settings that hold for it.

    `errors_only` leaves out what only warns, for who shows no warnings. `instead` has texts that are
    read in place of what files hold.
    """
    from stepladder_dsl.compile import compile_file, compile_text
    from stepladder_dsl.source import Source

    if name == STDIN:
        settings = settings_for(Path("<stdin>"), asked) if lint else None
        if errors_only:
            settings = for_errors(settings)
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
        return compile_text(Source("<stdin>", text), lint=lint, settings=settings)
    path = spec_file(name)
    settings = settings_for(path, asked) if lint else None
    known = baseline_file(path, asked) if lint else None
    if known is not None or asked.no_baseline:
        settings = whole(settings)
    if lint and not instead:
        compiled = (errors_once if errors_only else compiled_once)(path, settings)
    else:
        compiled = compile_file(path, lint=lint, name=path.as_posix(), settings=settings, instead=instead)
    return without_known(compiled, known) if known is not None else compiled


def settings_for(spec: Path, asked: Asked = NOTHING) -> LintSettings | None:
    """Give the settings of a spec, None where nobody said anything; end with status 2 where none can be."""
    file = configuration_file(spec, asked)
    if file is None:
        return asked.rules
    found, source, problems = configuration(file)
    if found is None:
        show(problems, [source] if source else [], reader_language())
        sys.exit(COULD_NOT_RUN)
    return settings_by(found, file, spec, asked)


def show(findings: Sequence[Diagnostic], sources: Sequence[Source], language: str) -> None:
    """Write findings to stderr as text."""
    from stepladder_dsl.diagnostics.render_text import render_text

    by_name = {source.name: source for source in sources}
    text = render_text(findings, by_name, language, colour=use_colour(sys.stderr))
    click.echo(text.rstrip(), err=True)


def use_colour(stream: object) -> bool:
    """Say whether a stream is a terminal that wants colours."""
    import os

    return "NO_COLOR" not in os.environ and bool(getattr(stream, "isatty", lambda: False)())


def runnable(name: str) -> Spec:
    """Give the model of a SPEC that has no errors; show the errors and end with status 2 otherwise.

    Lint errors count: nobody is served by a process in which clients get lost.
    """
    return compiled_without_errors(name)[1]


def compiled_without_errors(name: str) -> tuple[Compiled, Spec]:
    """Give a SPEC that has no errors with its texts, and its model; otherwise end as `runnable` does."""
    compiled = compile_spec(name, errors_only=True)
    if compiled.errors or compiled.spec is None:
        show(compiled.errors, list(compiled.sources.values()), reader_language(compiled.language))
        sys.exit(COULD_NOT_RUN)
    return compiled, compiled.spec
