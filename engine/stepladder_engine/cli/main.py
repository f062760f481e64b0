"""The command `stepladder`: names its subcommands and loads the one that is asked for."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from stepladder_engine.cli.exit_codes import COULD_NOT_RUN, INTERRUPTED
from stepladder_engine.cli.language import forget_language, reader_language
from stepladder_engine.texts.catalogue import tell, text
from stepladder_engine.texts.os_problems import os_problem

COMMANDS = {
    "new": "Start a project: spec, sample data, mapping, scenarios.",
    "map": (
        "Write a first mapping by guessing: which file is which record or event, which column which field."
    ),
    "check": "Check specs: form, names, types, and who gets forgotten.",
    "rules": "List the rules of `check`: code, severity, whether it runs here, name, what it says.",
    "explain": "Explain a code: what it means, why it matters to the business, wrong and right example.",
    "fmt": "Lay specs out in the one canonical way; translate them.",
    "diff": "Say what changed in meaning from one spec to another, not in text.",
    "draw": "Draw a spec's processes as a diagram: the stages and the ways between them.",
    "audit": "Review a spec: seventeen questions of readiness, each answered with its place, or a hole.",
    "docs": (
        "Write the process document: an overview, the job instruction of each role, a card of each stage."
    ),
    "run": "Run a spec over client data: where each case stands, what is due, and whose it is.",
    "metrics": (
        "Work out the standard figures of a spec on client data: nothing of them has to be written in it."
    ),
    "tasks": "List what is owed today, by owner: the task, the client, what to say, and why it is due.",
    "report": "Make the report of a business: what is owed, where clients leak, what the money says.",
    "why": "Tell the story of one case: each step, its reason, and its line in the spec.",
    "test": "Run the scenarios of specs.",
}
"""The commands in the order in which one meets them, and what each does: a list of them loads none."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used: start-up is felt."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; the language that an earlier one was asked for is not asked of this one."""
        forget_language()
        return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Give the commands in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command's module and give its `command`."""
        if cmd_name not in COMMANDS:
            return None
        module: Any = import_module(f"stepladder_engine.cli.commands.{cmd_name}")
        command: click.Command = module.command
        command.help = _with_unwrapped_examples(command.help)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands with as much of what they do as a line holds."""
        room = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, click.Command(name, help=told).get_short_help_str(room))
                    for name, told in COMMANDS.items()
                ]
            )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for one that does not exist."""
        from stepladder_dsl.diagnostics.nearest import nearest

        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            meant = nearest(name, COMMANDS)
            hint = f" Did you mean `{meant}`?" if meant else ""
            ctx.fail(f"No such command `{name}`.{hint}")
        return super().resolve_command(ctx, args)


def _with_unwrapped_examples(text: str | None) -> str:
    """Put click's own mark before paragraphs that are not to be wrapped; docstrings spell it."""
    return (text or "").replace("\\b\n", "\b\n")


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"stepladder {version('stepladder')}")
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version."
)
def cli() -> None:
    r"""Write down how a company wins, serves and keeps its clients, and run it on its data.

    \b
    Example:
      stepladder new my_shop
      stepladder check my_shop
      stepladder run my_shop --out out
    """


def main() -> None:
    """Run the command line and exit with its status."""
    # A text is small and everything made of it is kept: looking for garbage only costs time.
    # `run`, which makes more, switches it on again.
    gc.disable()
    # Nor is anything looked for when all of it goes with the process.
    atexit.register(gc.freeze)
    # Else numpy starts threads that multiply matrices, of which there are none here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _use_utf8()
    cli.help = _with_unwrapped_examples(cli.help)
    try:
        sys.exit(cli.main(prog_name="stepladder", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(COULD_NOT_RUN)
    except click.Abort:
        click.echo(f"stepladder: {text(reader_language(), 'cli.stopped')}", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever was reading has enough. Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(COULD_NOT_RUN)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        click.echo(f"stepladder: {name}{tell(os_problem(error), reader_language())}", err=True)
        sys.exit(COULD_NOT_RUN)


def _use_utf8() -> None:
    """Write UTF-8 whatever the terminal's own encoding: specs are in any script.

    A stream that was closed before the start is replaced by one that nobody reads.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - stays open
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
