"""Findings as a piece of an HTML page: the same lines that stand on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.render_text import render_text
from stepladder_dsl.source import Source

_LOOK = (
    "border:1px solid #b34a00;border-inline-start-width:.4em;border-radius:.3em;"
    "padding:.6em .9em;overflow-x:auto;white-space:pre;text-align:start"
)


def render_html(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], language: str = "en"
) -> str:
    """Write findings as a block that needs no style sheet, and in which nothing is markup but ours."""
    text = escape(render_text(diagnostics, sources, language).rstrip())
    attributes = f'class="stepladder-error" role="alert" lang="{escape(language)}"'
    return f'<pre {attributes} style="{_LOOK}">{text}</pre>\n'
