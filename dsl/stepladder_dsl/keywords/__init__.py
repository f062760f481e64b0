"""Keywords of the human languages, as data: canonical terminal -> spellings."""

from __future__ import annotations

from stepladder_dsl.keywords.dialect import LANGUAGES, Dialect, load_dialect, normalize_name, normalize_word

__all__ = ["LANGUAGES", "Dialect", "load_dialect", "normalize_name", "normalize_word"]
