"""Gives a drawn picture other colours: dark ones, or those that the page around it asks for.

A picture is drawn once, in light colours. `auto` keeps them for every program that knows no style
sheets, and lets a browser choose: an ancestor with `data-theme`, or else the reader's own setting.
On paper it is light. Whoever embeds pictures may set the custom properties (`--stepladder-ink` and
so on, one for each name in `style.LIGHT`).
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from stepladder_dsl.diagram import style

Theme = Literal["light", "dark", "auto"]
THEMES: tuple[Theme, ...] = get_args(Theme)

_PAINTED = re.compile(r'\b(fill|stroke)="(#[0-9a-f]{6})"')
_DARKER = {light: style.DARK[part] for part, light in style.LIGHT.items()}

_PICTURE = "svg.stepladder"
_DARK_PAGE = ":is([data-theme=dark],[data-md-color-scheme=slate])"
_LIGHT_PAGE = ":is([data-theme=light],[data-md-color-scheme]:not([data-md-color-scheme=slate]))"
"""The second attribute is how Material for MkDocs and its relatives say the same."""


def themed(svg: str, theme: Theme) -> str:
    """Give the picture in the colours of a theme."""
    if theme == "light":
        return svg
    if theme == "dark":
        return _PAINTED.sub(lambda paint: f'{paint[1]}="{_DARKER.get(paint[2], paint[2])}"', svg)
    used = sorted(set(_PAINTED.findall(svg)))
    # No label can hold the end tag: its angle brackets are written as entities.
    return svg.replace("</style>", f"{_choosing(used)}</style>", 1)


def _choosing(used: list[tuple[str, str]]) -> str:
    """Write the style sheet that leaves the choice to the page."""
    parts = {light: part for part, light in style.LIGHT.items()}
    rules = "".join(
        f'{_PICTURE} [{kind}="{light}"]{{{kind}:var(--stepladder-{parts[light]},{light})}}'
        for kind, light in used
        if light in parts
    )
    dark = ";".join(f"--stepladder-{part}:{colour}" for part, colour in style.DARK.items())
    undecided = f"{_PICTURE}:not({_LIGHT_PAGE}):not({_LIGHT_PAGE} *)"
    # Programs with half a style sheet engine skip what stands under an at-rule.
    return (
        f"@supports (color:var(--any)){{{rules}}}"
        f"@media screen and (prefers-color-scheme:dark){{{undecided}{{{dark}}}}}"
        f"@media screen{{{_PICTURE}{_DARK_PAGE},{_DARK_PAGE} {_PICTURE}:not({_LIGHT_PAGE}){{{dark}}}}}"
    )
