"""`stepladder docs`: the process document."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import language_option, note, reader_language
from stepladder_engine.cli.roles import role_named
from stepladder_engine.cli.specs import compile_spec, show
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from datetime import date

    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.documents.content import Document
    from stepladder_dsl.model.spec import Spec

Form = Literal["md", "html", "docx", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)
_USUAL: tuple[Form, ...] = ("md", "html")
_PACKAGES = {"docx": "docx", "pdf": "typst"}
"""What a format needs, each in the extra of its own name."""


def _forms(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Form, ...]:
    """Take formats, each once, with commas between them or as several options."""
    wanted = [name.strip().lower() for value in values for name in value.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in FORMS]
    if unknown:
        raise click.BadParameter(f"`{unknown[0]}` is none of the formats there are: {', '.join(FORMS)}.")
    return tuple(form for form in FORMS if form in wanted) or _USUAL


@click.command()
@click.argument("spec")
@click.option("-o", "--out", "folder", metavar="DIR", required=True, help="Folder to write to.")
@click.option(
    "--format",
    "forms",
    metavar="FORMAT[,…]",
    multiple=True,
    callback=_forms,
    help=f"Formats, of {', '.join(FORMS)}; default: {','.join(_USUAL)}.",
)
@click.option("--role", metavar="ROLE", help="Only the job instruction of this role, by its name or title.")
@click.option(
    "--each-role", is_flag=True, help="Besides the whole, the instruction of each role as files of its own."
)
@click.option(
    "--as-of", metavar="DATE", help="The date that stands on the document, or date and time; default: none."
)
@click.option("--edition", metavar="TEXT", help="The version that stands on the document; default: none.")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; say which files are missing or stale."
)
@language_option("Language of the document and of messages; default: the spec's own.")
def command(
    spec: str,
    folder: str,
    forms: tuple[Form, ...],
    role: str | None,
    each_role: bool,
    as_of: str | None,
    edition: str | None,
    only_check: bool,
) -> None:
    r"""Write the process document: an overview, the job instruction of each role, a card of each stage.

    Besides: offers, follow-ups, decision tables, figures with their targets,
    who answers for what, working hours, a glossary, the review by seventeen
    questions, and what the check of the spec finds. The same spec gives the
    same files: no clock is asked, and a date stands there if --as-of gives one.

    Ends with 0 where all is written, with --check 1 where a file is missing or
    would change, 2 where the spec cannot be understood.

    \b
    Example:
      stepladder docs specs/phone_sale -o handbook
      stepladder docs specs/phone_sale -o handbook --format html,docx,pdf --as-of 2026-06-30
      stepladder docs specs/phone_sale -o handbook --role seller --format pdf
      stepladder docs specs/phone_sale -o handbook --each-role --format pdf
      stepladder docs specs/phone_sale -o handbook --check
    """
    if role is not None and each_role:
        raise click.UsageError("--role names one role and --each-role all of them: choose one.")
    _check_packages(forms)
    compiled, model = _understood(spec)
    language = reader_language(model.language)
    document = _document(compiled, model, language, _day(as_of, model, language), edition)
    documents = _wanted(
        document, model, None if role is None else role_named(model, role, language), each_role
    )
    files = {Path(folder) / name: content for one in documents for name, content in _files(one, forms)}
    if only_check:
        stale = [
            file for file, content in files.items() if not file.is_file() or file.read_bytes() != content
        ]
        for file in stale:
            note("cli.would_change", language, file=file.as_posix())
        sys.exit(FINDINGS if stale else FINE)
    for file, content in files.items():
        write_whole(file, content)
        if file.parent == Path(folder):
            note("cli.wrote", language, file=file.as_posix())


def _wanted(document: Document, spec: Spec, role: str | None, each_role: bool) -> list[Document]:
    """Give the documents to write: the whole, the instruction of one role, or those of all besides."""
    from stepladder_dsl.documents.document import only_role

    if role is not None:
        return [only_role(document, role)]
    return [document, *(only_role(document, name) for name in spec.roles if each_role)]


def _check_packages(forms: tuple[Form, ...]) -> None:
    """See before the work that what is to be written can be."""
    missing = [form for form in forms if form in _PACKAGES and find_spec(_PACKAGES[form]) is None]
    if missing:
        from stepladder_dsl.source import NOWHERE
        from stepladder_engine.data.problems import finding

        problems = [finding("SD061", NOWHERE, format=form, extra=form) for form in missing]
        show(problems, [], reader_language())
        sys.exit(COULD_NOT_RUN)


def _understood(spec: str) -> tuple[Compiled, Spec]:
    """Read a spec whose words can be understood; what lint finds fault with is for the document to show."""
    compiled = compile_spec(spec)
    errors = [found for found in compiled.errors if found.code not in compiled.ran]
    if errors or compiled.spec is None:
        show(errors, list(compiled.sources.values()), reader_language(compiled.language))
        sys.exit(COULD_NOT_RUN)
    return compiled, compiled.spec


def _day(as_of: str | None, spec: Spec, language: str) -> date | None:
    """Give the day that was named; end with status 2 where there is no such day."""
    if as_of is None:
        return None
    from stepladder_engine.calendars.zone import Zone
    from stepladder_engine.results.execute import parse_moment

    zone = Zone(spec.timezone)
    moment = parse_moment(as_of, zone, spec.language)
    if moment is None:
        from stepladder_dsl.source import NOWHERE
        from stepladder_engine.data.problems import finding

        show([finding("SD070", NOWHERE, text=as_of)], [], language)
        sys.exit(COULD_NOT_RUN)
    return zone.day(moment)


def _document(
    compiled: Compiled, spec: Spec, language: str, day: date | None, version: str | None
) -> Document:
    from stepladder_dsl.documents.document import Edition, process_document

    return process_document(
        spec,
        language=language,
        edition=Edition(day, (version or "").strip() or None),
        sources=compiled.sources,
        found=compiled.diagnostics,
        suppressed=compiled.suppressed,
    )


def _files(document: Document, forms: tuple[Form, ...]) -> list[tuple[str, bytes]]:
    """Give every file by its name in the folder."""
    files: list[tuple[str, bytes]] = []
    if "md" in forms:
        from stepladder_dsl.documents.as_markdown import FOLDER, as_markdown

        files.append((f"{document.name}.md", as_markdown(document).encode()))
        files += [(f"{FOLDER}/{picture.name}.svg", picture.svg.encode()) for picture in document.pictures()]
    if "html" in forms:
        from stepladder_dsl.documents.as_html import as_html

        files.append((f"{document.name}.html", as_html(document).encode()))
    if "docx" in forms:
        from stepladder_dsl.documents.as_docx import as_docx

        files.append((f"{document.name}.docx", as_docx(document)))
    if "pdf" in forms:
        from stepladder_dsl.documents.as_pdf import as_pdf

        files.append((f"{document.name}.pdf", as_pdf(document)))
    return files
