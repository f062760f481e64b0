"""Texts with values in braces: `"Dear {name}, you have spent {spent}"`.

What stands in braces is an expression over the record, and over the event that starts
the rule. A brace that is never closed is itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.lexer import IN_BRACES
from stepladder_dsl.syntax.parse import parse_expression

_ESCAPED = '"\\\n\t'


def message_parts(text: n.String, checker: ExpressionChecker, scope: Scope) -> Iterator[str | e.Expression]:
    """Cut a text at the values that stand in braces; what is wrong with one is reported at its place."""
    language = checker.symbols.languages[text.span.file]
    end = 0
    for found in IN_BRACES.finditer(text.text):
        if found.start() > end:
            yield text.text[end : found.start()]
        end = found.end()
        before = text.text[: found.start(1)]
        # An escaped character before it takes two places in the line and one in the text.
        column = text.span.column + 1 + len(before) + sum(before.count(sign) for sign in _ESCAPED)
        node, findings = parse_expression(found[1], text.span.file, text.span.line, column, language)
        checker.symbols.diagnostics.extend(findings)
        if node is not None:
            yield checker.value(node, scope)
    if end < len(text.text) or not text.text:
        yield text.text[end:]
