"""In which language a command speaks: the one that `--lang` names, or the spec's own.

Help and wrong usage of options stay English: they are click's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NoReturn, TypeVar

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.texts.catalogue import DEFAULT, paragraph, text

Command = TypeVar("Command", bound=Callable[..., Any])

_asked: ContextVar[str | None] = ContextVar("asked", default=None)


def known_language(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Take the code of a language; where there is no such language, name those that there are."""
    from stepladder_dsl.keywords import LANGUAGES, load_dialect

    code = None if value is None else value.strip().casefold()
    if code is not None and code not in LANGUAGES:
        known = ", ".join(f"{language} ({load_dialect(language).name})" for language in LANGUAGES)
        raise click.BadParameter(f"`{value}` is none of the languages there are: {known}.")
    return code


def language_option(
    help_text: str = "Language of messages; default: the spec's own.",
) -> Callable[[Command], Command]:
    """Give a command the option `--lang`; what it says is read by `reader_language`."""
    return click.option(
        "--lang", metavar="LANG", help=help_text, is_eager=True, expose_value=False, callback=_remember
    )


def _remember(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    _asked.set(known_language(ctx, parameter, value))


def forget_language() -> None:
    """Begin a command, in which nobody has asked for a language yet."""
    _asked.set(None)


def reader_language(spec_language: str = DEFAULT) -> str:
    """Give the language that was asked for, or the spec's; English where no spec has been read."""
    return _asked.get() or spec_language


def told(language: str, key: str, **values: Any) -> str:
    """Give a sentence as a line of the terminal."""
    return paragraph(language, text(language, key, **values))


def note(key: str, spec_language: str = DEFAULT, **values: Any) -> None:
    """Say on stderr what was done."""
    click.echo(told(reader_language(spec_language), key, **values), err=True)


def fail(key: str, spec_language: str = DEFAULT, **values: Any) -> NoReturn:
    """Say why a command cannot run, and end with status 2."""
    click.echo(f"stepladder: {told(reader_language(spec_language), key, **values)}", err=True)
    sys.exit(COULD_NOT_RUN)
