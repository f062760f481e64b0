"""With what `stepladder report --baseline OTHER` compares: another day, another spec, or other data."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from stepladder_engine.cli.data import answer_for
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.language import reader_language
from stepladder_engine.cli.specs import runnable, show

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Spec
    from stepladder_engine.report.build import Made
    from stepladder_engine.results.answer import Answer

_MAPPING = "mapping.yaml"


@dataclass(frozen=True)
class Baseline:
    """What is run for the comparison; `as_of` None is the moment of the new run if the data is the same."""

    spec: Spec
    mapping: Path
    as_of: str | None
    key: str
    name: str
    same_data: bool


def baseline_of(text: str, spec: Spec, mapping: Path, as_of: str | None) -> Baseline:
    """Find out what was meant; where it is nothing that can be run, say so and end with status 2."""
    path = Path(text)
    if text and path.is_dir():
        return _folder(path, spec, mapping, as_of)
    if path.is_file():
        if path.suffix == ".ladder":
            return Baseline(runnable(text), mapping, as_of, "of_spec", path.name, same_data=True)
        return Baseline(spec, path, as_of, "of_data", path.as_posix(), same_data=False)
    from stepladder_engine.calendars.zone import Zone
    from stepladder_engine.results.execute import parse_moment

    if parse_moment(text, Zone(spec.timezone), spec.language) is None:
        _refuse(text, spec)
    return Baseline(spec, mapping, text, "at_same", text, same_data=True)


def _folder(path: Path, spec: Spec, mapping: Path, as_of: str | None) -> Baseline:
    """Take the spec of a folder, its mapping, or both."""
    own = path / _MAPPING
    if any(path.glob("*.ladder")):
        found = own if own.is_file() else mapping
        same = found.resolve() == mapping.resolve()
        return Baseline(runnable(str(path)), found, as_of, "of_spec", path.as_posix(), same_data=same)
    if not own.is_file():
        _refuse(path.as_posix(), spec)
    return Baseline(spec, own, as_of, "of_data", path.as_posix(), same_data=False)


def _refuse(text: str, spec: Spec) -> NoReturn:
    from stepladder_dsl.diagnostics.diagnostic import Diagnostic
    from stepladder_dsl.source import NOWHERE

    show([Diagnostic("SD107", NOWHERE, {"text": text})], [], reader_language(spec.language))
    sys.exit(COULD_NOT_RUN)


def compared_with(baseline: Baseline, answer: Answer, made: Made) -> Made:
    """Run the baseline, and put its figures beside those of the report."""
    from stepladder_dsl.diff.renames import find_renames
    from stepladder_engine.report.build import compare_reports

    as_of = baseline.as_of
    if as_of is None and baseline.same_data:
        as_of = answer.summary["as_of"]
    old = answer_for(baseline.spec, baseline.mapping, as_of=as_of)
    other_spec = baseline.key == "of_spec"
    names = find_renames(baseline.spec, answer.spec) if other_spec else {}
    value = {"at_same": "when", "of_spec": "spec", "of_data": "mapping"}[baseline.key]
    told = made.words.text(f"report.changes.{baseline.key}", **{value: baseline.name})
    return compare_reports(answer, made, old, told, names)
