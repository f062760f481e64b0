"""The project's own commands: `python3 make.py demo`, `python3 make.py test` and a few more.

Only the standard library is used, so that a machine with Python alone can start here.
"""

import sys

if sys.version_info < (3, 11):
    # This stands before everything else: the rest of the file is not understood by an old Python.
    sys.exit(
        "Stepladder needs Python 3.11 or newer, and this is Python {}.{} ({}).\n"
        "Install a newer one (from python.org, or with the system's package manager) and start "
        "this command with it, for example: python3.12 make.py demo".format(
            sys.version_info[0], sys.version_info[1], sys.executable
        )
    )

import argparse
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SPEC = Path("specs") / "phone_sale"
DEMO_OUTPUT = Path("out")
TYPES_AND_STYLE = (
    ("ruff", "format", "--check"),
    ("ruff", "check"),
    ("mypy",),
    ("lint-imports",),
    ("codespell",),
)
NOTATION_TOOLS = Path("tests") / "notation" / "tools"
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis")
HOW_TO_GET_VENV = """\
This Python ({python}) cannot make a virtual environment: its part `{missing}` is not installed.
Choose one:
  - Debian, Ubuntu:  sudo apt install python{version}-venv
  - elsewhere:       install Python 3.11 or newer from python.org, which brings it along
  - or name an environment that you made another way, with pip in it:  python3 make.py --venv DIR ...
Then start the same command again."""


class CannotContinueError(Exception):
    """A reason to stop that the person at the keyboard can do something about."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the programs in it."""

    folder: Path

    @property
    def programs(self) -> Path:
        """The folder of the environment's programs."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """Give the path of one of the environment's programs."""
        return self.programs / (f"{name}.exe" if os.name == "nt" else name)

    def works(self) -> bool:
        """Tell whether its Python and pip start; they do not when the Python it was made from is gone."""
        if not self.python.exists():
            return False
        answer = subprocess.run([self.python, "-c", "import pip"], capture_output=True, check=False)
        return answer.returncode == 0

    def run(self, program: str, *arguments: str | Path) -> int:
        """Print a command, run it in the project's folder, and give its exit status."""
        words = [str(argument) for argument in arguments]
        print(f"\n$ {shlex.join([program, *words])}", flush=True)
        command = [str(self.program(program)), *words]
        return subprocess.run(command, cwd=ROOT, env=self._variables(), check=False).returncode

    def must_run(self, program: str, *arguments: str | Path) -> None:
        """Run a command and stop here when it fails."""
        status = self.run(program, *arguments)
        if status:
            reason = f"`{program}` ended with status {status}; its own message stands above."
            raise CannotContinueError(reason)

    def _variables(self) -> dict[str, str]:
        # UTF-8 mode: names of clients in any script would break the output on a Windows console.
        path = os.pathsep.join([str(self.programs), os.environ.get("PATH", "")])
        quiet_pip = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
        return {**os.environ, **quiet_pip, "PATH": path, "PYTHONUTF8": "1", "VIRTUAL_ENV": str(self.folder)}


def demo(environment: Environment, _: Sequence[str]) -> int:
    """Check, draw and run the sample business, and say where the results are."""
    install(environment, group=None)
    picture, tables = DEMO_OUTPUT / "phone_sale", DEMO_OUTPUT / "phone_sale"
    (ROOT / DEMO_OUTPUT).mkdir(exist_ok=True)
    environment.must_run("stepladder", "check", SPEC)
    environment.must_run("stepladder", "draw", SPEC, "-o", picture.with_suffix(".svg"))
    environment.must_run("stepladder", "draw", SPEC, "-o", picture.with_suffix(".png"))
    environment.must_run("stepladder", "run", SPEC, "--out", tables)
    print(f"\nThe picture: {picture.with_suffix('.png')} (and .svg). The tables: {tables}{os.sep}")
    return 0


def lint(environment: Environment, _: Sequence[str]) -> int:
    """Check format, style, types, layers and spelling."""
    install(environment, group="dev")
    return _run_all(environment, TYPES_AND_STYLE)


def test(environment: Environment, extra: Sequence[str]) -> int:
    """Do what `lint` does and run the tests; further words go to pytest."""
    install(environment, group="dev")
    install_notation_tools(environment)
    return _run_all(environment, (*TYPES_AND_STYLE, ("pytest", "-n", "2", *extra)))


def nightly(environment: Environment, extra: Sequence[str]) -> int:
    """Run all tests, also the slow ones, with many more examples for every property."""
    install(environment, group="dev")
    install_notation_tools(environment)
    every_test = ("-m", "nightly or not nightly")
    return _run_all(
        environment, (("pytest", "-n", "2", *every_test, "--hypothesis-profile=nightly", *extra),)
    )


def bench(environment: Environment, extra: Sequence[str]) -> int:
    """Measure how fast a command starts; `--record` writes the figures down."""
    install(environment, group=None)
    return environment.run("python", Path("bench") / "startup.py", *extra)


def gallery(environment: Environment, extra: Sequence[str]) -> int:
    """Draw every view of every spec in every language into out/gallery, to be looked at."""
    install(environment, group=None)
    return environment.run("python", Path("docs") / "gallery" / "generate.py", *extra)


def rule(environment: Environment, extra: Sequence[str]) -> int:
    """Begin a new rule of the linter: `rule FAMILY NAME` writes its files."""
    install(environment, group=None)
    return environment.run("python", Path("docs") / "rules" / "scaffold.py", *extra)


def clean(environment: Environment, _: Sequence[str]) -> int:
    """Remove the environment, the results of the demo and all caches."""
    found = [ROOT / name for name in (DEMO_OUTPUT, *CACHES)]
    # A folder that is no virtual environment was named by mistake and is nobody's to remove.
    if (environment.folder / "pyvenv.cfg").exists():
        found.append(environment.folder)
    for folder in found:
        if folder.exists():
            print(f"removing {_shown(folder)}")
            shutil.rmtree(folder)
    return 0


COMMANDS: dict[str, Callable[[Environment, Sequence[str]], int]] = {
    "demo": demo,
    "test": test,
    "lint": lint,
    "nightly": nightly,
    "bench": bench,
    "gallery": gallery,
    "rule": rule,
    "clean": clean,
}
TAKES_FURTHER_WORDS = {"test", "nightly", "bench", "gallery", "rule"}


def install(environment: Environment, group: str | None) -> None:
    """Put the project, and one group of development tools, into the environment.

    A second call with the same pyproject.toml and constraints.txt does nothing.
    """
    if not environment.works():
        create(environment)
    wanted = _fingerprint()
    # What the development installs covers what a run needs.
    if wanted in {_stamp(environment, known) for known in (group, "dev")}:
        return
    # The group's names are passed one by one: pip reads groups by itself only since 25.1.
    tools = list(group_members(group)) if group else []
    print(f"\nInstalling into {_shown(environment.folder)}; this is done once and may take a minute.")
    pip = ("-m", "pip", "install", "--quiet", "--constraint", "constraints.txt", "--editable", ".")
    environment.must_run("python", *pip, *tools)
    _stamp_file(environment, group).write_text(wanted, encoding="utf-8")


def install_notation_tools(environment: Environment) -> None:
    """Put the tools that open BPMN, DMN and Mermaid into the environment, where there is Node.

    Their tests are skipped without them, with that reason, and nothing else needs them: a machine without
    Node, or without a network, goes on.
    """
    folder, source = environment.folder / "notation-tools", ROOT / NOTATION_TOOLS
    names = ("package.json", "package-lock.json")
    wanted = "".join((source / name).read_text(encoding="utf-8") for name in names)
    stamp = folder / "installed.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    npm = shutil.which("npm")
    if npm is None:
        print("\nThere is no npm here: the tests that need tools of Node are skipped.", flush=True)
        return
    folder.mkdir(exist_ok=True)
    stamp.unlink(missing_ok=True)
    for name in names:
        shutil.copy(source / name, folder)
    words = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
    print(f"\n$ {shlex.join(['npm', *words])}   (in {_shown(folder)}, once)", flush=True)
    command = [npm, *words, "--fetch-retries=1", "--fetch-timeout=60000"]
    if subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, check=False).returncode:
        print("npm could not install them: the tests that need tools of Node are skipped.", flush=True)
        return
    stamp.write_text(wanted, encoding="utf-8")


def create(environment: Environment) -> None:
    """Make the virtual environment in a folder that is new or empty; any other folder is left alone."""
    if environment.folder.exists() and any(environment.folder.iterdir()):
        raise CannotContinueError(_why_not_usable(environment))
    for part in ("venv", "ensurepip"):
        if importlib.util.find_spec(part) is None:
            raise CannotContinueError(_how_to_get_venv(part))
    print(f"$ {Path(sys.executable).name} -m venv {_shown(environment.folder)}", flush=True)
    command = [sys.executable, "-m", "venv", str(environment.folder)]
    if subprocess.run(command, check=False).returncode:
        shutil.rmtree(environment.folder, ignore_errors=True)
        raise CannotContinueError(_how_to_get_venv("venv"))


def group_members(group: str) -> Iterator[str]:
    """Give the requirements of a dependency group, with those of the groups it includes."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        members = tomllib.load(file)["dependency-groups"][group]
    for member in members:
        if isinstance(member, str):
            yield member
        else:
            yield from group_members(member["include-group"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, do what it says, and give the exit status."""
    options, extra = _parser().parse_known_args(arguments)
    if extra and options.command not in TAKES_FURTHER_WORDS:
        _parser().error(f"`{options.command}` takes no further words: {shlex.join(extra)}")
    environment = Environment(Path(options.venv).absolute())
    try:
        return COMMANDS[options.command](environment, extra)
    except CannotContinueError as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    lines = [f"  {name:8} {(command.__doc__ or '').splitlines()[0]}" for name, command in COMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog="make.py",
        description="\n".join(["Each command prepares its own environment first.", "", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of the words above")
    parser.add_argument(
        "--venv",
        metavar="DIR",
        default=str(ROOT / ".venv"),
        help="the virtual environment to make and use (default: .venv beside this file)",
    )
    return parser


def _run_all(environment: Environment, commands: Sequence[Sequence[str]]) -> int:
    """Run every command, also behind one that fails, and say at the end which failed."""
    failed = [command for command in commands if environment.run(*command)]
    print()
    for command in failed:
        print(f"FAILED: {shlex.join(command)}")
    if not failed:
        print(f"All {len(commands)} checks passed." if len(commands) > 1 else "The check passed.")
    return 1 if failed else 0


def _fingerprint() -> str:
    """Give a hash of all that decides what is installed."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    # The project's own place: an environment may serve a copy of the repository that has moved.
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def _stamp_file(environment: Environment, group: str | None) -> Path:
    return environment.folder / f"stepladder-{group or 'run'}.stamp"


def _stamp(environment: Environment, group: str | None) -> str:
    file = _stamp_file(environment, group)
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _why_not_usable(environment: Environment) -> str:
    folder = _shown(environment.folder)
    if (environment.folder / "pyvenv.cfg").exists():
        clean_it = f"python3 make.py clean --venv {folder}"
        return f"{folder} does not work: its Python or its pip is missing. Remove it with: {clean_it}"
    return f"{folder} is not empty and no virtual environment; name another folder."


def _how_to_get_venv(missing: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return HOW_TO_GET_VENV.format(python=sys.executable, missing=missing, version=version)


def _shown(path: Path) -> str:
    """Give a path as short as it can be said from the project's folder."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
