"""The formats that tables of results are written in, as options name them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.specs import show

if TYPE_CHECKING:
    from stepladder_engine.data.write_tables import Form

FORMATS = ("csv", "json", "ndjson", "parquet", "xlsx")


def named(given: tuple[str, ...], known: Sequence[str], what: str) -> tuple[str, ...]:
    """Read names, each in an option of its own or several with commas."""
    names = [name.strip().casefold() for text in given for name in text.split(",")]
    for name in names:
        if name not in known:
            raise click.BadParameter(f"`{name}` is none of the {what} there are: {', '.join(known)}.")
    return tuple(dict.fromkeys(names))


def formats(_ctx: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Read formats; csv where none is named."""
    return named(given, FORMATS, "formats") or ("csv",)


def formats_or_text(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> Any:
    """Read formats; `text`, what the screen shows, goes with tables as csv."""
    names = named(given, ("text", *FORMATS), "formats")
    return formats(ctx, parameter, tuple(name for name in names if name != "text"))


def check_folder(forms: Sequence[Form], folder: str | None) -> None:
    """See before the long work that formats which are only written have a folder."""
    only_written = [form for form in forms if form not in {"csv", "json"}]
    if only_written and folder is None:
        raise click.UsageError(f"--format {only_written[0]} needs --out DIR: the tables are written there.")


def check_packages(forms: Sequence[Form], language: str) -> None:
    """See before the long work that what is to be written can be."""
    if set(forms) <= {"csv", "json", "ndjson"}:
        return
    from stepladder_engine.data.write_tables import missing_extras

    missing = missing_extras(forms)
    if missing:
        show(missing, [], language)
        sys.exit(COULD_NOT_RUN)
