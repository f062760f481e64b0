"""The registry of codes: what each finding is called, how bad it is, and where its pages lie.

A code is for ever: one that is given up is never used again. The pages beside
this module and beside the lint rules carry, for each human language, the
sentences of the code and its explanation (see `catalogue`).
"""

from __future__ import annotations

from stepladder_dsl.diagnostics.diagnostic import Severity
from stepladder_dsl.record import record


@record
class Code:
    """What is known of a code without its pages.

    `package` and `stem` say where the pages lie: ``<stem>.<language>.md`` in the package.
    """

    code: str
    name: str
    severity: Severity
    package: str
    stem: str


_REGISTRY: dict[str, Code] = {}


def register(code: str, name: str, severity: Severity, package: str, stem: str = "") -> None:
    """Make a code known; raises ``ValueError`` where the code is taken by another name."""
    known = _REGISTRY.get(code)
    if known is not None and known.name != name:
        message = f"code {code} is taken by {known.name}"
        raise ValueError(message)
    _REGISTRY[code] = Code(code, name, severity, package, stem or code)


def known_code(code: str) -> Code | None:
    """Give a code by its number or its name, in any case, or None."""
    wanted = code.casefold()
    for known in _REGISTRY.values():
        if wanted in {known.code.casefold(), known.name}:
            return known
    return None


def all_codes() -> list[Code]:
    """Give every registered code in order."""
    return [_REGISTRY[code] for code in sorted(_REGISTRY)]


_LANGUAGE_CODES = {
    "SL001": "unexpected-word",
    "SL002": "unclosed-text",
    "SL003": "wrong-indentation",
    "SL004": "misplaced-line",
    "SL005": "strange-character",
    "SL006": "foreign-habit",
    "SL007": "unknown-language",
    "SL008": "unfinished-line",
    "SL009": "unreadable-text",
    "SL010": "impossible-date",
    "SL101": "unknown-name",
    "SL102": "declared-twice",
    "SL103": "wrong-type",
    "SL104": "missing-part",
    "SL105": "unknown-value",
    "SL106": "other-record",
    "SL107": "ambiguous-stage",
    "SL108": "repeated-line",
    "SL109": "unusable-number",
    "SL110": "circular-definition",
    "SL111": "missing-field",
    "SL112": "not-a-plain-value",
    "SL113": "back-in-time",
    "SL114": "no-history-here",
    "SL115": "unusable-pattern",
    "SL116": "too-deep",
    "SL117": "name-is-keyword",
    "SL118": "which-calendar",
    "SL119": "table-shape",
    "SL120": "unusable-include",
    "SL121": "which-case",
    "SL122": "may-be-unknown",
    "SL130": "unusable-glossary",
    "SL131": "unusable-allowance",
    "SL132": "unusable-configuration",
}
_WARNINGS = {"SL122"}

for _code, _name in _LANGUAGE_CODES.items():
    _severity = Severity.WARNING if _code in _WARNINGS else Severity.ERROR
    register(_code, _name, _severity, "stepladder_dsl.diagnostics.pages")
