"""`stepladder why`: the story of one case."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from stepladder_engine.cli.data import answer_of, show_problems
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.specs import mapping_file, spec_file, use_colour


@click.command()
@click.argument("spec")
@click.argument("case")
@click.option("--data", metavar="MAPPING", help="Mapping of the data; default: mapping.yaml beside the spec.")
@click.option("--as-of", metavar="WHEN", help="A date (its end) or date and time; default: the latest event.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", metavar="LANG", help="Language of messages; default: the spec's own.")
def command(spec: str, case: str, data: str | None, as_of: str | None, form: str, lang: str | None) -> None:
    r"""Tell the story of one case: each step, its reason, and its line in the spec.

    \b
    Example:
      stepladder why specs/phone_sale C001
    """
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.diagnostics.nearest import nearest
    from stepladder_dsl.source import NOWHERE
    from stepladder_engine.results.story import find_case, story

    mapping = mapping_file(spec, data)
    answer = answer_of(spec, mapping, as_of=as_of, language=lang)
    found = find_case(answer, case)
    if not found:
        meant = nearest(case, [entity.key for entity in answer.result.entities])
        problem = Diagnostic("SD072", NOWHERE, {"key": case}, suggestion=meant)
        show_problems([problem], mapping, lang or answer.result.program.spec.language)
        sys.exit(COULD_NOT_RUN)
    stories = [story(answer, entity) for entity in found]
    if form == "json":
        click.echo(json.dumps(stories[0] if len(stories) == 1 else stories, ensure_ascii=False, indent=1))
        return
    file = "<stdin>" if spec == "-" else spec_file(spec).as_posix()
    for told in stories:
        _show(told, file)


def _show(told: dict[str, Any], file: str) -> None:
    from rich import box
    from rich.table import Table

    from stepladder_engine.results.render_text import escape, make_console
    from stepladder_engine.results.story import reason, sentence

    console = make_console(colour=use_colour(sys.stdout), terminal=sys.stdout.isatty())
    console.print(f"[bold]{escape(told['record'])} {escape(told['case'])}[/bold] as of {told['as_of']}")
    fields = ", ".join(f"{name} = {value}" for name, value in told["fields"].items() if value is not None)
    if fields:
        console.print(escape(fields))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in ("when", "what", "why", "line"):
        table.add_column(column, overflow="fold", justify="right" if column == "line" else "left")
    for step in told["steps"]:
        when = step["time"][:16].replace("T", " ")
        table.add_row(when, escape(sentence(step)), escape(reason(step)), str(step["line"]))
    console.print(table)
    console.print(f"lines are those of {escape(file)}", style="dim")
    for position in told["positions"]:
        who = position["next_person"] or position["next_role"] or "nobody"
        when = f" on {position['next_due'][:10]}" if position["next_due"] else ""
        following = f"; next: {who}{when}" if position["outcome"] is None or position["next_due"] else ""
        since = f" since {position['since'][:10]}" if position["since"] else " since an unknown time"
        console.print(f"{position['process']}: {escape(position['stage_title'])}{since}{escape(following)}")
    for task in told["open_tasks"]:
        console.print(
            f"{task['status']}: {escape(task['title'])}, due {task['due'][:10]}, {task['role'] or 'nobody'}"
        )
    for offer in told["open_offers"]:
        console.print(f"open offer: {escape(offer['title'])}")
