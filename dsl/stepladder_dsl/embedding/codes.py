"""The code of findings about a diagram that documentation asks for; importing this module makes it known."""

from __future__ import annotations

from stepladder_dsl.diagnostics.codes import register
from stepladder_dsl.diagnostics.diagnostic import Severity

WRONG_EMBEDDING = "SD100"

register(WRONG_EMBEDDING, "wrong-embedding", Severity.ERROR, "stepladder_dsl.embedding.pages")
