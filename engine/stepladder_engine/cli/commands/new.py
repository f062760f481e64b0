"""`stepladder new`: a project that runs."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

import click

from stepladder_engine.cli.exit_codes import FINE
from stepladder_engine.cli.language import fail, known_language, told

TEMPLATES = ("phone-shop", "trading-company", "service")


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--template", type=click.Choice(TEMPLATES), default="phone-shop", show_default=True)
@click.option(
    "--lang",
    metavar="LANG",
    callback=known_language,
    default="en",
    show_default=True,
    help="Language of the project: its spec, its data, its names.",
)
def command(folder: str, template: str, lang: str) -> None:
    r"""Start a project: spec, sample data, mapping, scenarios.

    \b
    Example:
      stepladder new my_shop
      stepladder run my_shop
      stepladder new my_studio --template service --lang bg
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        fail("cli.not_empty", lang, folder=folder)
    create_project(target, template, lang)
    name = target.as_posix()
    click.echo(told(lang, "cli.made", folder=name))
    click.echo(f"  stepladder check {name}\n  stepladder run {name}")
    sys.exit(FINE)


def create_project(target: Path, template: str, language: str) -> None:
    """Copy a template; its spec takes the folder's name."""
    source = resources.files("stepladder_engine.templates").joinpath(template, language)
    with resources.as_file(source) as folder:
        for file in sorted(folder.rglob("*")):
            if not file.is_file():
                continue
            relative = file.relative_to(folder)
            if relative.suffix == ".ladder":
                relative = relative.with_name(f"{target.resolve().name}.ladder")
            copy = target / relative
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
