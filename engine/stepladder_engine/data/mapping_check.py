"""Checks a mapping against the spec: what it names exists, and what the spec needs is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from zoneinfo import ZoneInfoNotFoundError

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model.spec import Event, Field, Record, Spec
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.cast import CellReader
from stepladder_engine.data.dates import read_format
from stepladder_engine.data.decode import is_encoding
from stepladder_engine.data.delimiters import delimiter_of
from stepladder_engine.data.mapping_model import ColumnValue, KindMapping, Mapping, Options
from stepladder_engine.data.names import spec_name
from stepladder_engine.data.problems import Fault, finding, listed, shown
from stepladder_engine.data.yaml_tree import Path, Tree


def check_options(tree: Tree) -> Iterator[Diagnostic]:
    """Give what is wrong with the options and the time zone: what no schema can tell."""
    zone = tree.value.get("timezone")
    if zone is not None and not is_zone(zone):
        yield finding("SD010", tree.value_span(("timezone",)), "timezone", value=shown(zone))
    for path in _option_places(tree):
        yield from _check_options_at(path, tree)


def is_zone(name: str) -> bool:
    """Tell whether a time zone of that name exists."""
    try:
        Zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _option_places(tree: Tree) -> Iterator[Path]:
    """Give the paths at which options stand."""
    if "options" in tree.value:
        yield ("options",)
    for part in ("records", "events"):
        for name, body in (tree.value.get(part) or {}).items():
            if "options" in body:
                yield (part, name, "options")


def _check_options_at(path: Path, tree: Tree) -> Iterator[Diagnostic]:
    given = tree.value
    for key in path:
        given = given[key]
    for text in _texts(given.get("dates")):
        if not _is_date_format(text):
            yield finding("SD010", tree.value_span((*path, "dates")), "dates", value=shown(text))
    encoding, delimiter = given.get("encoding"), given.get("delimiter")
    if encoding is not None and not is_encoding(encoding):
        yield finding("SD010", tree.value_span((*path, "encoding")), "encoding", value=shown(encoding))
    if delimiter is not None and delimiter_of(delimiter) is None:
        yield finding("SD010", tree.value_span((*path, "delimiter")), "delimiter", value=shown(delimiter))
    thousands = given.get("thousands")
    if thousands is not None and thousands == given.get("decimal", "."):
        yield finding("SD010", tree.value_span((*path, "thousands")), "thousands", value=thousands)


def _texts(value: str | list[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def _is_date_format(text: str) -> bool:
    try:
        read_format(text)
    except ValueError:
        return False
    return True


def check_against_spec(mapping: Mapping, spec: Spec, tree: Tree) -> Iterator[Diagnostic]:
    """Give what does not fit the spec."""
    for part, kinds, known in (
        ("records", mapping.records, spec.records),
        ("events", mapping.events, spec.events),
    ):
        for kind, body in kinds.items():
            yield from _check_kind(part, body, kind, known, tree)


def _check_kind(
    part: str, body: KindMapping, kind: str, known: Map[str, Record] | Map[str, Event], tree: Tree
) -> Iterator[Diagnostic]:
    variant = part.removesuffix("s")
    declared = known.get(kind)
    if declared is None:
        yield _unknown(variant, kind, known, body, tree, ())
        return
    path = _path_of(part, body, tree)
    for name, value in body.fields.items():
        field = declared.fields.get(name)
        field_path = _field_path(path, name, tree)
        if field is None:
            yield _unknown("field", name, declared.fields, body, tree, field_path)
        elif isinstance(value, ColumnValue) and value.values is not None:
            yield from _check_values(value.values, field, field_path, tree)
    for field in declared.fields.values():
        if not field.optional and field.name not in body.fields:
            yield finding("SD008", body.span, kind=kind, field=field.name)


def _unknown(
    variant: str, name: str, known: Iterable[str], body: KindMapping, tree: Tree, path: Path
) -> Diagnostic:
    names = list(known)
    return finding(
        "SD007",
        tree.key_span(path) if path else body.span,
        variant,
        name=shown(name),
        kind=body.kind,
        known=listed(names),
        suggestion=nearest(name, names),
    )


def _path_of(part: str, body: KindMapping, tree: Tree) -> Path:
    """Find the path of a kind: the text may spell its name in another way than the spec."""
    return next(
        (path for path, span in tree.keys.items() if len(path) == 2 and span == body.span), (part, body.kind)
    )


def _field_path(path: Path, name: str, tree: Tree) -> Path:
    """Find the path of a field of a kind, which the text may spell in another way, too."""
    wanted = (*path, "fields")
    written = [found[-1] for found in tree.keys if found[:-1] == wanted]
    return next(((*wanted, text) for text in written if spec_name(str(text), [name]) == name), wanted)


def _check_values(values: Map[str, str | None], field: Field, path: Path, tree: Tree) -> Iterator[Diagnostic]:
    """Give the translations that lead to something that the field cannot be."""
    cast = CellReader(Options(), Zone("UTC")).field(field)
    written = {str(found[-1]): found for found in tree.keys if found[:-1] == (*path, "values")}
    for seen, meant in values.items():
        if meant is None:
            continue
        value = cast(meant)
        if isinstance(value, Fault):
            span = tree.value_span(written.get(seen, path))
            yield finding(
                "SD011",
                span,
                suggestion=value.suggestion,
                seen=shown(seen),
                meant=shown(meant),
                field=field.name,
            )
