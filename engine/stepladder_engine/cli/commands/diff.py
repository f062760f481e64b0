"""`stepladder diff`: what changed in meaning between two specs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, FINDINGS, FINE
from stepladder_engine.cli.language import fail, language_option, reader_language
from stepladder_engine.cli.specs import STDIN, compile_spec, show, use_colour

if TYPE_CHECKING:
    from stepladder_dsl.compile import Compiled
    from stepladder_dsl.model.spec import Spec


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@language_option()
@click.option("--quiet", "-q", is_flag=True, help="Write nothing; only the exit status tells.")
def command(old: str, new: str, form: str, *, quiet: bool) -> None:
    r"""Say what changed in meaning from one spec to another, not in text.

    Ends with 0 where nothing did, 1 where something did, 2 where a spec has
    errors or cannot be read.

    \b
    Example:
      stepladder diff old.ladder new.ladder
      git show HEAD:shop.ladder | stepladder diff - shop.ladder
    """
    from stepladder_dsl.diff.compare import compare

    if old == new == STDIN:
        fail("diff.both_stdin")
    before, after = _understood(old), _understood(new)
    difference = compare(before, after)
    if not quiet:
        from stepladder_engine.comparison.sentences import Sentences

        sentences = Sentences(before, after, reader_language(after.language))
        sides = (before.span.file or old, after.span.file or new)
        if form == "json":
            from stepladder_engine.comparison.document import document

            told = document(difference, sentences, sides)
            click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            from stepladder_engine.comparison.render_text import show_difference
            from stepladder_engine.results.render_text import make_console

            console = make_console(colour=use_colour(sys.stdout), terminal=sys.stdout.isatty())
            show_difference(difference, sentences, sides, console)
    sys.exit(FINDINGS if difference.any else FINE)


def _understood(name: str) -> Spec:
    """Give the model of a spec; show why there is none and end with status 2.

    What the rules find is no hindrance: a spec in which clients get lost can be compared as well.
    """
    compiled: Compiled = compile_spec(name, lint=False)
    if compiled.errors or compiled.spec is None:
        show(compiled.errors, list(compiled.sources.values()), reader_language(compiled.language))
        sys.exit(COULD_NOT_RUN)
    return compiled.spec
