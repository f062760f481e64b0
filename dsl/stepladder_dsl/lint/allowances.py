"""Which findings the text itself allows, and which of its allowances nobody needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.catalogue import severity
from stepladder_dsl.diagnostics.codes import Code, all_codes, known_code
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity, Suppressed
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model.allowances import Allowance
from stepladder_dsl.source import Span

if TYPE_CHECKING:
    from stepladder_dsl.syntax.nodes import Name

_LANGUAGE = ("SL0", "SL1")
"""The codes of the language itself: what is wrong there means nothing, or something else."""


class Allowances:
    """The allowances of one text, and which findings each has taken."""

    def __init__(self, allowances: Iterable[Allowance] = ()) -> None:
        """Take the allowances, those of the smallest blocks first."""
        self._by_code: dict[str, list[tuple[Allowance, Name]]] = {}
        self._all = list(allowances)
        self._used: set[Span] = set()
        for allowance in self._all:
            for name in allowance.findings:
                code = known_code(name.text)
                if code is not None and can_be_allowed(code):
                    self._by_code.setdefault(code.code, []).append((allowance, name))

    def suppressed(self, finding: Diagnostic) -> Suppressed | None:
        """Give a finding with the reason for which it is allowed, or None."""
        for allowance, name in self._by_code.get(finding.code, ()):
            if allowance.covers(finding.span):
                self._used.add(name.span)
                return Suppressed(finding, allowance.reason, allowance.span)
        return None

    def split(self, findings: Sequence[Diagnostic]) -> tuple[list[Diagnostic], list[Suppressed]]:
        """Part the findings that stand from those that are allowed."""
        stand: list[Diagnostic] = []
        allowed: list[Suppressed] = []
        for finding in findings:
            suppressed = self.suppressed(finding) if self._by_code else None
            if suppressed is None:
                stand.append(finding)
            else:
                allowed.append(suppressed)
        return stand, allowed

    def unneeded(self, ran: Collection[str]) -> Iterator[tuple[Allowance, Name]]:
        """Yield what is allowed and was not found, of the codes that were looked for."""
        for code, named in self._by_code.items():
            if code in ran or code.startswith(_LANGUAGE):
                yield from ((line, name) for line, name in named if name.span not in self._used)

    def wrong(self) -> Iterator[Diagnostic]:
        """Yield what is no finding, or one that nobody can allow."""
        for allowance in self._all:
            for name in allowance.findings:
                code = known_code(name.text)
                if code is None:
                    known = [word for each in all_codes() for word in (each.code, each.name)]
                    # A beginning such as `SL8` is nearest to one of many.
                    is_beginning = any(word.startswith(name.text.upper()) for word in known)
                    near = None if is_beginning else nearest(name.text, known)
                    yield Diagnostic("SL131", name.span, {"name": name.text}, "unknown", suggestion=near)
                elif not can_be_allowed(code):
                    yield Diagnostic("SL131", name.span, {"name": name.text}, "language")


def can_be_allowed(code: Code) -> bool:
    """Say whether a finding can be taken as it is; what errors of the language mean nobody knows."""
    return not code.code.startswith(_LANGUAGE) or code.severity is not Severity.ERROR


def hinders(findings: Iterable[Diagnostic]) -> bool:
    """Say whether one of the findings is an error."""
    return any(severity(finding) is Severity.ERROR for finding in findings)
