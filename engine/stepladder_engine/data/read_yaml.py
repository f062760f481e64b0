"""Reads YAML data: a list of entries with keys and values, for small sets that people write by hand."""

from __future__ import annotations

from pathlib import Path

from stepladder_engine.data.decode import Encoding
from stepladder_engine.data.opening import open_text
from stepladder_engine.data.problems import finding, in_file
from stepladder_engine.data.read_json import table_of
from stepladder_engine.data.rows import Opened, object_row
from stepladder_engine.data.yaml_tree import read_tree

LARGEST_DATA = 5_000_000
"""In characters; beyond it YAML takes minutes where CSV takes a second."""


def open_yaml(path: Path, name: str, encoding: Encoding) -> Opened:
    """Read a list of entries."""
    with open_text(path, encoding.codec) as stream:
        text = stream.read(LARGEST_DATA + 1)
    if len(text) > LARGEST_DATA:
        return None, [finding("SD027", in_file(name), "large", file=name, limit=LARGEST_DATA)]
    if not text.strip():
        return None, [finding("SD021", in_file(name), "", file=name)]
    tree, problems = read_tree(text, name)
    if tree is None:
        return None, problems
    if not isinstance(tree.value, list):
        return None, [finding("SD027", in_file(name), "list", file=name)]
    return table_of(name, (object_row(number, item) for number, item in enumerate(tree.value, start=1))), []
