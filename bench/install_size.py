"""How many megabytes a package puts into an environment, with all that it requires."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from measuring import ROOT
from packaging.requirements import Requirement

_OWN = ("dsl/stepladder_dsl", "engine/stepladder_engine")


def required(names: tuple[str, ...]) -> dict[str, Distribution]:
    """Give what is installed of some requirements, such as `stepladder[parquet]`, and all that they need."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(name) for name in names]
    asked: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if (name, frozenset(wanted.extras)) in asked:
            continue
        asked.add((name, frozenset(wanted.extras)))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        for line in found[name].requires or ():
            needed = Requirement(line)
            extras = wanted.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)
    return found


def megabytes(*names: str) -> float:
    """Give the size of what is installed for some requirements; compiled Python is left out."""
    return sum(_size(name, package) for name, package in required(names).items()) / 1e6


def _size(name: str, package: Distribution) -> int:
    # An editable install has no files of its own: ours lie in the repository.
    files = (
        [file for folder in _OWN for file in (ROOT / folder).rglob("*")]
        if name == "stepladder"
        else [Path(str(package.locate_file(file))) for file in package.files or ()]
    )
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file())
