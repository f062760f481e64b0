"""Answers whether conditions of one record can have given truths together, and by which example client.

An answer is proved, or it is not given: *impossible* comes from an abstraction that allows more than can
happen, *possible* from a short history that can be run. What the questions are asked with is light; the
rest comes with the first question, and the library behind it with the first one that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stepladder_dsl.analysis.solver.answers import Answer, Client, Truth, Verdict

if TYPE_CHECKING:
    from stepladder_dsl.analysis.solver.examples import expectations, scenario
    from stepladder_dsl.analysis.solver.logic import available
    from stepladder_dsl.analysis.solver.solve import Solver

__all__ = ["Answer", "Client", "Solver", "Truth", "Verdict", "available", "expectations", "scenario"]

_LATER = {"Solver": "solve", "available": "logic", "expectations": "examples", "scenario": "examples"}


def __getattr__(name: str) -> Any:
    """Load what is asked for only by those who ask."""
    from importlib import import_module

    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
