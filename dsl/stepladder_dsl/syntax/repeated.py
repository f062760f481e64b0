"""Mistakes that are made all through a text are told once, with the other places."""

from __future__ import annotations

from dataclasses import replace

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Fix, Label

TOLD_ONCE = ("SL003", "SL004", "SL005", "SL006", "SL007", "SL119")
"""Codes of mistakes that are made all through a text: they are told once, with the other places."""
SAME_EVERYWHERE = {"flat", "merge", "tab", "space", "quotes", "pasted", "keyword"}
"""Sentences that say the same wherever they are said, whatever the piece is."""
_FEW = 4


def told_once(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Put what is the same mistake in several places into one finding that names the places."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, finding in enumerate(findings):
        values = finding.values
        same = (
            finding.code,
            finding.variant,
            *(str(values.get(key)) for key in ("found", "instead", "block")),
        )
        if finding.variant in SAME_EVERYWHERE:
            same = (finding.code, finding.variant, str(values.get("language")))
        alike = finding.code in TOLD_ONCE and (finding.code != "SL003" or finding.variant in SAME_EVERYWHERE)
        groups.setdefault(same if alike else number, []).append(finding)
    return [_with_other_places(group[0], group[1:]) for group in groups.values()]


def _with_other_places(finding: Diagnostic, others: list[Diagnostic]) -> Diagnostic:
    if not others:
        return finding
    shown = others if len(others) <= _FEW else others[: _FEW - 1]
    labels = [Label(other.span, "again") for other in shown]
    if len(shown) < len(others):
        values = {"count": len(others) - len(shown)}
        labels.append(Label(others[len(shown)].span, "more", values))
    fixes = [each.fix for each in (finding, *others) if each.fix is not None]
    edits = tuple(edit for fix in fixes for edit in fix.edits)
    fix = Fix(edits, safe=all(fix.safe for fix in fixes)) if fixes else None
    return replace(finding, labels=tuple(labels), fix=fix)
