"""Answers whether conditions of one record can have given truths together, and by which example client.

An answer is proved, or it is not given: *impossible* comes from an abstraction that allows more than can
happen, *possible* from a short history that can be run. The solver is loaded with the first question.
"""

from __future__ import annotations

from stepladder_dsl.analysis.solver.answers import Answer, Client, Truth, Verdict
from stepladder_dsl.analysis.solver.examples import expectations, scenario
from stepladder_dsl.analysis.solver.logic import available
from stepladder_dsl.analysis.solver.solve import Solver

__all__ = ["Answer", "Client", "Solver", "Truth", "Verdict", "available", "expectations", "scenario"]
