"""Parse tree -> syntax nodes: one method for each rule of the grammar that builds something."""

from __future__ import annotations

from stepladder_dsl.syntax.build.decisions import Decisions
from stepladder_dsl.syntax.build.declarations import Declarations
from stepladder_dsl.syntax.build.expressions import Expressions
from stepladder_dsl.syntax.build.outreach import Outreach
from stepladder_dsl.syntax.build.processes import Processes
from stepladder_dsl.syntax.build.scenarios import Scenarios


class Builder(Declarations, Decisions, Processes, Outreach, Scenarios, Expressions):
    """Builds syntax nodes while Lark parses: all parts together."""
