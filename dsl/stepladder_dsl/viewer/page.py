"""Puts a spec's pictures and cards into one HTML page: the public door of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stepladder_dsl.diagram.picture import ALL_VIEWS, VIEWS, UnknownProcessError, draw
from stepladder_dsl.diagram.telling import told
from stepladder_dsl.diagram.theme import themed
from stepladder_dsl.graph.words import words_of
from stepladder_dsl.keywords.dialect import LANGUAGES
from stepladder_dsl.viewer.cards import Card
from stepladder_dsl.viewer.collect import cards_of
from stepladder_dsl.viewer.pictures import Picture, font_faces, picture_of
from stepladder_dsl.webpage.page import data_block, filled, web_page

if TYPE_CHECKING:
    from stepladder_dsl.diagram.live import Live
    from stepladder_dsl.model.spec import Spec
    from stepladder_dsl.source import Source

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class _Tab:
    """A view: its name, what its tab says, and its picture."""

    name: str
    title: str
    picture: Picture


def viewer_page(
    spec: Spec,
    sources: Mapping[str, Source],
    *,
    views: Iterable[str] = ALL_VIEWS,
    process: str | None = None,
    live: Live | None = None,
    drawn: Mapping[str, str] | None = None,
) -> str:
    """Write the page: a tab for each view that shows something, and a card for each thing.

    Args:
        spec: what is shown, in its own language.
        sources: its texts by the names that its spans speak of, as `Compiled.sources` has them.
        views: which views become tabs, of `ALL_VIEWS`.
        process: the only process that the pictures show.
        live: the figures of a run, which then stand on pictures and cards.
        drawn: pictures that are drawn already, by the names of their views; they come first.
    """
    known = list(spec.processes)
    if process is not None and process not in known:
        raise UnknownProcessError(process, known)
    words = words_for(spec.language)
    cards = cards_of(spec, sources, live)
    titles = {card.id: f"{words[card.kind]}: {card.title}" for card in cards}
    tabs = [_tab(spec, view, svg, titles) for view, svg in (drawn or {}).items()]
    tabs += _tabs(spec, list(views), process, live, titles)
    entries = {
        "cards": [_entry(card, words) for card in cards],
        "words": {
            key.removeprefix("script."): text for key, text in words.items() if key.startswith("script.")
        },
    }
    content = filled(
        _FOLDER,
        "viewer.html",
        spec=spec,
        tabs=tabs,
        cards=cards,
        words=words,
        shown=None if live is None else told(spec.language, "as_of", moment=live.as_of),
        data=data_block(entries, "viewer-data"),
    )
    return web_page(
        content,
        title=spec.label,
        language=spec.language,
        direction=words_of(spec.language).direction,
        words=words,
        styles=[font_faces(tab.picture for tab in tabs), _read("viewer.css")],
        scripts=[_read(f"{name}.js") for name in ("canvas", "search", "viewer")],
    )


@cache
def words_for(language: str) -> Mapping[str, str]:
    """Give what the page itself says in a language, or in English."""
    name = f"words.{language if language in LANGUAGES else 'en'}.json"
    table: dict[str, str] = json.loads(_read(name))
    return table


def _tabs(
    spec: Spec, views: list[str], process: str | None, live: Live | None, titles: Mapping[str, str]
) -> Iterator[_Tab]:
    """Yield the views that show something; a single one was asked for, and is shown anyway."""
    for view in views:
        if len(views) == 1 or shows_something(spec, view, process):
            yield _tab(spec, view, draw(spec, view, process, live), titles)


def _tab(spec: Spec, view: str, svg: str, titles: Mapping[str, str]) -> _Tab:
    title = words_for(spec.language)[f"view.{view}"]
    return _Tab(view, title, picture_of(themed(svg, "auto"), view, f"{spec.label}: {title}", titles))


def shows_something(spec: Spec, view: str, process: str | None) -> bool:
    """Tell whether a view of a spec has anything that a reader would look for in it."""
    if view in VIEWS:
        return next(iter(VIEWS[view](spec, process, None)), None) is not None
    if view == "lanes":
        return any(stage.owner for one in spec.processes.values() for stage in one.stages.values())
    if view == "overview":
        return len(spec.processes) > 1 and process is None
    return bool(spec.processes)


def _entry(card: Card, words: Mapping[str, str]) -> dict[str, str]:
    """Give what the search knows of a card."""
    text = card.lines.text if card.lines else ""
    return {"id": card.id, "kind": words[card.kind], "title": card.title, "name": card.name, "text": text}


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
