"""`stepladder why`: the story of one case."""

from __future__ import annotations

import json
import sys
from functools import partial

import click

from stepladder_engine.cli.data import answer_for, show_problems
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.language import language_option, reader_language
from stepladder_engine.cli.specs import mapping_file, runnable, spec_file, use_colour


@click.command()
@click.argument("spec")
@click.argument("case")
@click.option("--data", metavar="MAPPING", help="Mapping of the data; default: mapping.yaml beside the spec.")
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@language_option()
def command(spec: str, case: str, data: str | None, as_of: str | None, form: str) -> None:
    r"""Tell the story of one case: each step, its reason, and its line in the spec.

    \b
    Example:
      stepladder why specs/phone_sale C001
    """
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.diagnostics.nearest import nearest
    from stepladder_dsl.source import NOWHERE
    from stepladder_engine.results.story import story
    from stepladder_engine.texts.catalogue import tell_plainly

    mapping = mapping_file(spec, data)
    answer = answer_for(runnable(spec), mapping, as_of=as_of, tables=())
    language = reader_language(answer.spec.language)
    found = answer.records_with(case)
    if not found:
        meant = nearest(case, answer.keys)
        problem = Diagnostic("SD072", NOWHERE, {"key": case}, suggestion=meant)
        show_problems([problem], mapping, language)
        sys.exit(COULD_NOT_RUN)
    stories = [story(answer, entity) for entity in found]
    if form == "json":
        document = stories[0] if len(stories) == 1 else stories
        as_told = partial(tell_plainly, language=language)
        click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=as_told))
        return
    from stepladder_engine.results.screen.screen import Screen
    from stepladder_engine.results.screen.story import show_story

    file = "<stdin>" if spec == "-" else spec_file(spec).as_posix()
    screen = Screen(colour=use_colour(sys.stdout), terminal=sys.stdout.isatty())
    for entity, told in zip(found, stories, strict=True):
        show_story(told, entity.view.fields, file, screen, language)
