"""A hook for MkDocs: specs in Markdown become diagrams, and a changed spec builds the page anew.

A file beside `mkdocs.yml` says `from stepladder_dsl.embedding.mkdocs import on_config, on_serve`,
and `mkdocs.yml` names that file under `hooks`. Files are looked for beside `mkdocs.yml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

EXTENSION = "stepladder_dsl.embedding.markdown"


def on_config(config: Any) -> Any:
    """Let Markdown know what a block of the language `ladder` is."""
    folder = Path(config.config_file_path or ".").resolve().parent
    if EXTENSION not in config.markdown_extensions:
        config.markdown_extensions.append(EXTENSION)
    config.mdx_configs.setdefault(EXTENSION, {}).setdefault("base", str(folder))
    return config


def on_serve(server: Any, config: Any, builder: Any) -> Any:
    """Watch the specs that lie beside the settings, wherever the pages lie."""
    del builder
    folder = Path(config.config_file_path or ".").resolve().parent
    for spec in sorted(folder.rglob("*.ladder")):
        server.watch(str(spec))
    return server
