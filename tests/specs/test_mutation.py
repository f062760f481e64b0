"""The scenarios of the specs that are handed out notice at least nine in ten small changes of their spec."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stepladder_dsl.compile import Compiled
from stepladder_engine.scenario.mutation.run import Mutation, try_mutants

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted({path.parent.name for path in ROOT.glob("specs/*/*.ladder")})


def told(mutation: Mutation) -> list[str]:
    return [f"{mutant.span.line}: {mutant.before} => {mutant.after}" for mutant in mutation.survivors]


@pytest.mark.nightly
@pytest.mark.parametrize("name", SPECS)
def test_nine_in_ten_changes_are_noticed(
    name: str, specs: Path, compile_folder: Callable[[Path], Compiled]
) -> None:
    spec = compile_folder(specs / name).spec
    assert spec
    mutation = try_mutants(spec)
    assert mutation.possible > 20
    assert (mutation.share or 0) >= 0.9, told(mutation)


@pytest.mark.parametrize("name", SPECS)
def test_of_some_changes_hardly_any_stays_unnoticed(
    name: str, specs: Path, compile_folder: Callable[[Path], Compiled]
) -> None:
    """A few from all over the text, of which one or two more may be missed than of all."""
    spec = compile_folder(specs / name).spec
    assert spec
    mutation = try_mutants(spec, budget=25)
    assert len(mutation.survivors) <= 4, told(mutation)
