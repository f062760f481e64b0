"""What became of the changes of a spec, with what would catch those that nobody noticed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from stepladder_dsl.model import spec as m
from stepladder_engine.scenario.mutation.catching import Catch, Catching
from stepladder_engine.scenario.mutation.mutant import Mutant
from stepladder_engine.scenario.mutation.run import Mutation, Trial
from stepladder_engine.texts.catalogue import text


@dataclass(frozen=True)
class Missed:
    """A change that no scenario noticed; `catch` None where nothing was found or looked for."""

    mutant: Mutant
    catch: Catch | None


def missed(spec: m.Spec, mutation: Mutation, suggestions: int) -> list[Missed]:
    """Give the changes that nobody noticed, the first so many of them with lines that would."""
    if not mutation.survivors:
        return []
    catching = Catching(Trial(spec))
    looked_at = [Missed(mutant, catching.catch(mutant)) for mutant in islice(mutation.survivors, suggestions)]
    return [*looked_at, *(Missed(mutant, None) for mutant in mutation.survivors[suggestions:])]


def as_json(spec: m.Spec, mutation: Mutation, survivors: list[Missed], language: str) -> dict[str, Any]:
    """Give what became of the changes of one spec as a JSON-like document."""
    return {
        "spec": spec.name,
        "possible": mutation.possible,
        "tried": len(mutation.tried),
        "caught": mutation.caught,
        "share": mutation.share,
        "families": {
            family: {"caught": caught, "tried": tried} for family, caught, tried in mutation.by_family()
        },
        "survivors": [_survivor(found, language) for found in survivors],
    }


def _survivor(found: Missed, language: str) -> dict[str, Any]:
    mutant, catch = found.mutant, found.catch
    return {
        "family": mutant.family,
        "file": mutant.span.file,
        "line": mutant.span.line,
        "before": mutant.before,
        "after": mutant.after,
        "advice": text(language, f"mutate.advice.{mutant.family}"),
        "suggestion": None
        if catch is None
        else {
            "scenario": catch.scenario.title,
            "file": catch.scenario.span.file,
            "behind_line": catch.after_line,  # None: the lines are a story of their own
            "lines": list(catch.lines),
        },
    }
