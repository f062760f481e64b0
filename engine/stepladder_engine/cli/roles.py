"""Which role of a spec somebody means."""

from __future__ import annotations

from stepladder_dsl.model.spec import Spec
from stepladder_engine.cli.language import fail


def role_named(spec: Spec, owner: str, language: str) -> str:
    """Give the name of a role by its name or title; end with status 2 where there is none."""
    from stepladder_dsl.keywords.dialect import normalize_name

    wanted = normalize_name(owner).casefold()
    for name, role in spec.roles.items():
        if wanted in {name.casefold(), normalize_name(role.label).casefold()}:
            break
    else:
        fail("tasks.no_role", language, name=owner, known=list(spec.roles))
    return name
