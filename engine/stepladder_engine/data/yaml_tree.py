"""YAML as plain texts, with the place of every key: what the mapping and YAML data are read with.

PyYAML follows YAML 1.1, where `12:30` is the number 750 and `no` is false. Here
every plain value stays the text that stands in the file; only an empty value,
`~` and `null` mean *nothing*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.record import record
from stepladder_dsl.source import Span
from stepladder_engine.data.problems import finding, in_file, shown

if TYPE_CHECKING:
    from yaml import Node
    from yaml.error import Mark

Path = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""

_NOTHING = {"", "~", "null", "Null", "NULL"}
_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq")}
_MOST_NODES = 1_000_000
_MOST_REPEATED = 100_000
"""Values that an alias names once more; each takes as much memory as one that is written out."""
_DEEPEST = 50
_LARGE = 50_000
"""From so many characters on it pays to look for the library in C."""


@record
class Tree:
    """The value of a YAML text, with the span of each key and of each value in it."""

    value: Any
    keys: Mapping[Path, Span]
    values: Mapping[Path, Span]

    def key_span(self, path: Path) -> Span:
        """Give the span of the key (or list item) at the path, or of the nearest thing around it."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys.get(path) or self.values[()]

    def value_span(self, path: Path) -> Span:
        """Give the span of the value at the path, or of its key."""
        return self.values.get(path) or self.key_span(path)


class _Refused(Exception):
    """Carries a finding out of the depth of the tree; never leaves this module."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def _composed_fast(text: str) -> Any:
    """Give the nodes of a large text by the library in C; None where it is missing, or finds a mistake.

    What is wrong is then told by PyYAML itself, so that it is told alike everywhere.
    """
    import yaml

    if len(text) < _LARGE or not yaml.__with_libyaml__:
        return None
    from yaml.composer import Composer
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not name it
    from yaml.resolver import BaseResolver

    class Loader(Composer, CParser, BaseResolver):
        """Puts nodes together in Python: the composer in C ends the process where a text is nested deeply."""

        def __init__(self, stream: str) -> None:
            CParser.__init__(self, stream)
            Composer.__init__(self)
            BaseResolver.__init__(self)

    loader: Any = Loader
    try:
        return yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError):
        return None


def read_tree(text: str, file: str) -> tuple[Tree | None, list[Diagnostic]]:
    """Read a YAML text; a text that is not in order gives the first thing that is wrong with it."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Knows no implicit types: a plain value is a text."""

        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own interface)

    try:
        node = _composed_fast(text) or yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        return None, [_syntax(error, text, file)]
    except yaml.reader.ReaderError as error:
        span = Span(file, text.count("\n", 0, error.position) + 1, 1, 2)
        character = f"{ord(text[error.position]):04X}"
        return None, [finding("SD002", span, "character", character=character)]
    except RecursionError:
        return None, [finding("SD002", in_file(file), "deep", depth=_DEEPEST)]
    if node is None:
        return None, [finding("SD001", in_file(file), "empty", file=file)]
    builder = _Builder(file)
    try:
        value = builder.build(node, ())
    except _Refused as refused:
        return None, [refused.diagnostic]
    return Tree(value, builder.keys, builder.values), []


def _syntax(error: Any, text: str, file: str) -> Diagnostic:
    """Say what PyYAML found, at the place where it found it."""
    mark = error.problem_mark or error.context_mark
    if error.context_mark and mark.index >= len(text):
        # What is never closed is to blame where it opens, not where the text ends.
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    span = Span(file, line, column, column + 1)
    lines = text.split("\n")
    if line <= len(lines) and "\t" in lines[line - 1][: column + 1]:
        return finding("SD002", span, "tab")
    if line <= len(lines) and lines[line - 1][max(column - 2, 0) : column] == "${":
        return finding("SD002", span, "variable")
    if "alias" in (error.problem or ""):
        return finding("SD002", span, "alias")
    return finding("SD002", span, problem=error.problem or "")


def _place(mark: Mark, end: Mark, file: str) -> Span:
    column = mark.column + 1
    last = end.column + 1 if end.line == mark.line else column + 1
    return Span(file, mark.line + 1, column, max(last, column + 1))


class _Builder:
    """Turns nodes into dictionaries, lists and texts, and remembers where they stand."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Path, Span] = {}
        self.values: dict[Path, Span] = {}
        self.count = 0
        self.built: set[int] = set()
        self.repeated = 0

    def build(self, node: Node, path: Path) -> Any:
        """Give the value of a node."""
        import yaml

        span = _place(node.start_mark, node.end_mark, self.file)
        self._guard(node, path, span)
        self.values[path] = span
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, path)
        # PyYAML has no style for a plain value, the library in C an empty one.
        plain = isinstance(node, yaml.ScalarNode) and not node.style
        return None if plain and node.value in _NOTHING else str(node.value)

    def _guard(self, node: Node, path: Path, span: Span) -> None:
        """Refuse what a data file has no use for: tags, endless nesting, and alias bombs."""
        self.count += 1
        if node.tag not in _PLAIN_TAGS:
            raise _Refused(finding("SD002", span, "tag", tag=shown(node.tag)))
        if len(path) > _DEEPEST:
            raise _Refused(finding("SD002", span, "deep", depth=_DEEPEST))
        # A text of a few lines can name itself into billions of values through aliases.
        if self.count > _MOST_NODES:
            raise _Refused(finding("SD002", span, "bomb", count=_MOST_NODES))
        self.repeated += id(node) in self.built
        self.built.add(id(node))
        if self.repeated > _MOST_REPEATED:
            raise _Refused(finding("SD002", span, "bomb", count=_MOST_REPEATED))

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            span = _place(key_node.start_mark, key_node.end_mark, self.file)
            if key_node.id != "scalar":
                raise _Refused(finding("SD002", span, "key"))
            key = str(key_node.value)
            if key in built:
                first = self.keys[(*path, key)]
                raise _Refused(finding("SD003", span, key=key, line=first.line))
            self.keys[(*path, key)] = span
            built[key] = self.build(value_node, (*path, key))
        return built

    def _sequence(self, node: Any, path: Path) -> list[Any]:
        built: list[Any] = []
        for index, item in enumerate(node.value):
            self.keys[(*path, index)] = _place(item.start_mark, item.end_mark, self.file)
            built.append(self.build(item, (*path, index)))
        return built
