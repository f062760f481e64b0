"""`stepladder docs`: the process document."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import language_option, note, reader_language
from stepladder_engine.cli.made_with import mark_of, marked, options_in
from stepladder_engine.cli.roles import role_named
from stepladder_engine.cli.specs import compile_spec, show
from stepladder_engine.cli.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.documents.content import Document
    from stepladder_dsl.model.spec import Spec

    Options = Mapping[str, str | None]

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
    return tuple(form for form in FORMS if form in wanted)


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

    With --check each file is compared with what the options that it was made
    with, which it knows, make of the spec now; without --format all that are there.

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
    only = None if role is None else role_named(model, role, language)
    given = {
        "as_of": None if as_of is None else _day(as_of, model, language).isoformat(),
        "edition": (edition or "").strip() or None,
        "lang": reader_language("") or None,
        "each_role": "yes" if each_role else None,
    }
    writer = _Writer(compiled, model)
    if only_check:
        stale = list(_stale(writer, Path(folder), forms, only, given))
        for file in stale:
            note("cli.would_change", language, file=file.as_posix())
        sys.exit(FINDINGS if stale else FINE)
    roles = [only] if only is not None else [None, *(model.roles if each_role else ())]
    made = [part for one in roles for form in forms or _USUAL for part in writer.files(form, one, given)]
    for name, content in dict(made).items():
        file = Path(folder) / name
        write_whole(file, content)
        if file.parent == Path(folder):
            note("cli.wrote", language, file=file.as_posix())


class _Writer:
    """Writes the files of a spec; what several of them share is worked out once."""

    def __init__(self, compiled: Compiled, spec: Spec) -> None:
        self.compiled = compiled
        self.spec = spec
        self._documents: dict[tuple[str | None, ...], Document] = {}

    def name(self, form: Form, role: str | None) -> str:
        """Give the name of a file: of the whole document, or of the instruction of a role."""
        from stepladder_dsl.documents.document import name_of

        return f"{name_of(self.spec, role)}.{form}"

    def files(self, form: Form, role: str | None, options: Options) -> list[tuple[str, bytes]]:
        """Give the files of one format by their names in the folder; the first knows its options."""
        from stepladder_dsl.documents.document import only_role

        whole = self._document(options)
        lang = options.get("lang")
        known = {
            "as_of": options.get("as_of"),
            "edition": options.get("edition"),
            "lang": None if lang == self.spec.language else lang,
            "each_role": options.get("each_role") if role is None else None,
        }
        document = whole if role is None else only_role(whole, role)
        return _files(document, form, self.name(form, role), mark_of(known))

    def _document(self, options: Options) -> Document:
        key = tuple(options.get(name) for name in ("as_of", "edition", "lang"))
        if key not in self._documents:
            from stepladder_dsl.keywords import LANGUAGES

            day, version, language = key
            told_in = language if language in LANGUAGES else self.spec.language
            on = None if day is None else _day(day, self.spec, reader_language(self.spec.language))
            self._documents[key] = _document(self.compiled, self.spec, told_in, on, version)
        return self._documents[key]


def _stale(
    writer: _Writer, folder: Path, forms: tuple[Form, ...], only: str | None, given: Options
) -> Iterator[Path]:
    """Yield the files that are missing, or are not what their options make of the spec now."""
    seen: set[str] = set()
    for form, role in _wanted(writer, folder, forms, only, given):
        _check_packages((form,))
        file = folder / writer.name(form, role)
        # What is missing beside the whole document would have been made with it.
        options = _options(file if file.is_file() else folder / writer.name(form, None), given)
        for name, content in writer.files(form, role, options):
            file = folder / name
            if name not in seen and (not file.is_file() or file.read_bytes() != content):
                yield file
            seen.add(name)


def _wanted(
    writer: _Writer, folder: Path, forms: tuple[Form, ...], only: str | None, given: Options
) -> list[tuple[Form, str | None]]:
    """Give what has to be there: what is named; where nothing is, what is there, and what that speaks of."""

    def is_there(form: Form, role: str | None) -> bool:
        return (folder / writer.name(form, role)).is_file()

    wanted: list[tuple[Form, str | None]] = []
    for form in forms or FORMS:
        if only is not None:
            wanted += [(form, only)] if forms or is_there(form, only) else []
            continue
        whole = bool(forms) or is_there(form, None)
        each = whole and "each_role" in _options(folder / writer.name(form, None), given)
        wanted += [(form, None)] if whole else []
        wanted += [(form, role) for role in writer.spec.roles if each or (not forms and is_there(form, role))]
    return wanted or [(form, only) for form in _USUAL]


def _options(file: Path, given: Options) -> dict[str, str | None]:
    """Give the options of a file: those that are given, or else those it was made with."""
    made_with: Options = options_in(file.read_bytes()) if file.is_file() else {}
    return {**made_with, **{name: value for name, value in given.items() if value is not None}}


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


def _day(as_of: str, spec: Spec, language: str) -> date:
    """Give the day that was named; end with status 2 where there is no such day."""
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
        edition=Edition(day, version),
        sources=compiled.sources,
        found=compiled.diagnostics,
        suppressed=compiled.suppressed,
    )


def _files(document: Document, form: Form, name: str, mark: str) -> list[tuple[str, bytes]]:
    """Give the files of one format by their names: the text, and the pictures that lie beside it."""
    match form:
        case "md":
            from stepladder_dsl.documents.as_markdown import FOLDER, as_markdown

            pictures = [
                (f"{FOLDER}/{picture.name}.svg", picture.svg.encode()) for picture in document.pictures()
            ]
            return [(name, marked(as_markdown(document).encode(), form, mark)), *pictures]
        case "html":
            from stepladder_dsl.documents.as_html import as_html

            return [(name, marked(as_html(document).encode(), form, mark))]
        case "docx":
            from stepladder_dsl.documents.as_docx import as_docx

            return [(name, as_docx(document, mark))]
        case "pdf":
            from stepladder_dsl.documents.as_pdf import as_pdf

            return [(name, as_pdf(document, mark))]
