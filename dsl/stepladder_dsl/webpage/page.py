"""A whole page around its content, and the templates that content is made with.

A page is one file: its style, scripts and pictures lie in it, and a policy in its
head forbids the browser to ask anybody for more. What a user wrote reaches a page
only through `safe_text`, by which every value of a template goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup

from stepladder_dsl.diagnostics.widths import printable

_FOLDER = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
)


def safe_text(value: object) -> object:
    r"""Show what would steer the browser's direction or is no text; markup of our own stays as it is.

    >>> safe_text("a\u202eb")
    'a<U+202E>b'
    """
    if callable(value) and not isinstance(value, Undefined):
        raise TypeError(f"a template shows a function, not what it gives: {value!r}")
    if isinstance(value, str) and not isinstance(value, Markup):
        return "\n".join(printable(line) for line in value.split("\n"))
    return value


class _Templates(Environment):
    """Templates in which `words.keys` is the word of that name, and never a method of the dictionary."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Give what stands behind a dot: of a mapping the entry, where it has such a one."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def templates(folder: Path) -> Environment:
    """Give the templates of a folder: every value is escaped, and one that is not there is an error.

    A template writes `{{ value }}`; what is markup already (a picture of ours) comes as `Markup`.
    """
    environment = _Templates(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=safe_text,
    )
    environment.filters["data_block"] = data_block
    return environment


def own_markup(text: str) -> Markup:
    """Let a text into pages as it is: markup that we wrote, like a picture, and never words of a user."""
    return Markup(text)  # noqa: S704 - every caller says by this name that the markup is ours


def filled(folder: Path, name: str, **values: Any) -> Markup:
    """Fill a template of a folder in."""
    return own_markup(templates(folder).get_template(name).render(**values))


def data_block(data: Any, name: str) -> Markup:
    r"""Write data for a script into the page: `JSON.parse(document.getElementById(name).textContent)`.

    >>> data_block({"name": "</script>"}, "figures")
    Markup('<script type="application/json" id="figures">{"name":"\\u003c/script\\u003e"}</script>')
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup('<script type="application/json" id="{}">{}</script>').format(name, own_markup(text))


def web_page(
    content: Markup,
    *,
    title: str,
    language: str,
    direction: str,
    words: Mapping[str, str],
    styles: Iterable[str] = (),
    scripts: Iterable[str] = (),
) -> str:
    """Put content into a page of its own.

    Args:
        content: what stands between header and end, made by a template of `templates`.
        title: the name of the page, in its tab and on paper.
        language: the code of its language, like `fa`.
        direction: `ltr` or `rtl`.
        words: what the page itself says, in its language: `theme` (the button that changes light and dark)
            and `skip` (the link that leads the keyboard past the head).
        styles: further style sheets, as text; see `look.css` for the colours, which are names like `--ink`.
        scripts: further scripts, as text; they run when the page is there.
    """
    template = templates(_FOLDER).get_template("page.html")
    return template.render(
        content=content,
        title=title,
        language=language,
        direction=direction,
        words=words,
        policy=_POLICY,
        styles=[own_markup(_closed(text)) for text in (_read("look.css"), *styles)],
        scripts=[own_markup(_closed(text)) for text in (_read("look.js"), *scripts)],
    )


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _closed(text: str) -> str:
    """Keep a style or script from ending its own element."""
    return text.replace("</", "<\\/")
