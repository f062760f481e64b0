"""`stepladder map`: a first mapping, guessed from the files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import fail, language_option, note, reader_language
from stepladder_engine.cli.specs import STDIN, runnable, show
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Spec
    from stepladder_engine.data.guess.first_mapping import Address, FirstMapping


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--spec", "spec_name", metavar="SPEC", required=True, help="The spec that the mapping is for.")
@click.option(
    "-o", "--output", metavar="MAPPING", help="Write it into this file; default: the standard output."
)
@click.option("--force", is_flag=True, help="With -o: replace a file that is there already.")
@click.option(
    "--encoding", default="auto", metavar="NAME", help="How the files are written; default: found out."
)
@language_option()
def command(
    files: tuple[str, ...], spec_name: str, output: str | None, encoding: str, *, force: bool
) -> None:
    r"""Write a first mapping by guessing: which file is which record or event, which column which field.

    It goes by names in English, Russian, Bulgarian and Persian, by what
    stands in the columns, and by the keys that files share; a guess that
    wants a look is marked as unsure. Paths start at the folder of MAPPING,
    without -o at that of the spec. Ends with 0, with 1 where a field that the
    spec needs has no column or a file cannot be read, with 2 where nothing
    could be written. A FILE may also be a database: '${NAME}' with its address
    in the environment.

    \b
    Example:
      stepladder map data/*.csv --spec my_shop -o my_shop/mapping.yaml
    """
    from stepladder_engine.data.guess.first_mapping import first_mapping
    from stepladder_engine.data.problems import in_language

    if force and output is None:
        raise click.UsageError("--force needs -o: a file to replace.")
    spec = runnable(spec_name)
    _check_encoding(encoding)
    if output is not None and Path(output).exists() and not force:
        fail("cli.map_exists", spec.language, name=output)
    folder = Path(output).parent if output is not None else _folder_of(spec_name)
    language = reader_language(spec.language)
    sources = [_source(name, spec.language) for name in files]
    found, problems = first_mapping(spec, sources, folder, language, encoding)
    if problems:
        show([in_language(problem, language) for problem in problems], [], language)
    if found is None:
        sys.exit(COULD_NOT_RUN)
    if not found.draft.kinds:
        fail("cli.map_nothing", spec.language)
    if output is None:
        click.echo(found.text, nl=False)
    else:
        write_whole(Path(output), found.text)
        note("cli.wrote", spec.language, file=output)
    _tell(found, spec)
    sys.exit(FINE if found.is_complete and not problems else FINDINGS)


def _source(name: str, language: str) -> Path | Address:
    """Give a file, or the address of a database; end with status 2 where it is neither."""
    from stepladder_engine.data.database_url import is_address
    from stepladder_engine.data.guess.first_mapping import VARIABLE, read_address

    if not is_address(name) and not VARIABLE.fullmatch(name):
        if not Path(name).is_file():
            fail("cli.is_folder" if Path(name).is_dir() else "cli.no_such_file", language, name=name)
        return Path(name)
    address, problems = read_address(name, os.environ)
    if address is None:
        show(problems, [], reader_language(language))
        sys.exit(COULD_NOT_RUN)
    return address


def _check_encoding(name: str) -> None:
    from stepladder_engine.data.decode import is_encoding

    if not is_encoding(name):
        raise click.BadParameter(
            f"`{name}` is no encoding that texts are written in.", param_hint="--encoding"
        )


def _folder_of(spec: str) -> Path:
    """Give the folder of a spec, where `run` looks for its mapping."""
    path = Path(spec)
    return Path() if spec == STDIN else path if path.is_dir() else path.parent


def _tell(found: FirstMapping, spec: Spec) -> None:
    """Say on stderr what is left to do."""
    draft = found.draft
    if found.unsure:
        note("cli.map_unsure", spec.language, count=found.unsure)
    if draft.without_source:
        note("cli.map_no_source", spec.language, names=draft.without_source)
    for kind in draft.kinds:
        needed = [name for name in kind.without_column if not kind.declared.fields[name].optional]
        if needed:
            note("cli.map_incomplete", spec.language, kind=kind.declared.name, fields=needed)
