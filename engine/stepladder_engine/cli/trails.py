"""The ways that `draw` shows: of one record in the client's data, or of scenarios."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stepladder_engine.cli.data import answer_for, show_problems
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.language import fail, reader_language
from stepladder_engine.cli.specs import mapping_file

if TYPE_CHECKING:
    from stepladder_dsl.diagram.trail import Trail
    from stepladder_dsl.model.spec import Spec


def case_trails_of(
    spec: str, model: Spec, data: str | None, case: str | None, as_of: str | None
) -> dict[str, Trail]:
    """Give the ways of a record through its processes; where there is none, say so and end with status 2."""
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.diagnostics.nearest import nearest
    from stepladder_dsl.source import NOWHERE
    from stepladder_engine.results.trails import case_trails

    if case is None:
        fail("cli.case_wanted", model.language)
    mapping = mapping_file(spec, data)
    answer = answer_for(model, mapping, as_of=as_of, tables=())
    found = answer.records_with(case)
    if not found:
        meant = nearest(case, answer.keys)
        problem = Diagnostic("SD072", NOWHERE, {"key": case}, suggestion=meant)
        show_problems([problem], mapping, reader_language(model.language))
        sys.exit(COULD_NOT_RUN)
    trails: dict[str, Trail] = {}
    for entity in found:
        trails |= case_trails(answer.heading, entity, reader_language(model.language))
    return trails


def trails_of(model: Spec, scenario: str | None) -> dict[str, Trail]:
    """Give the ways of the first scenario whose title contains a text, or what all of them touch."""
    from stepladder_dsl.documents.translated import in_language
    from stepladder_engine.scenario.run import run_scenarios
    from stepladder_engine.scenario.trails import coverage_trails, scenario_trails

    results = run_scenarios(model, scenario)
    if scenario is None:
        return coverage_trails(in_language(model, reader_language(model.language)), results)
    if not results:
        fail("test.no_title", model.language, part=scenario)
    return scenario_trails(results[0], reader_language(model.language))
