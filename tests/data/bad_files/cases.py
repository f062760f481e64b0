"""Reads the table of bad files, `expected.md`, and tells what comes of a file in the same words.

A heading is a file, the prose its defect, a `yaml` block what its mapping says, where the file needs more
than the columns Client, Date and Total; the `text` block is what comes of it. After a change that is meant,
`python tests/data/bad_files/cases.py` writes the `text` blocks anew, and a person reads what changed.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data.dataset import Dataset

FOLDER = Path(__file__).parent
TABLE = FOLDER / "expected.md"
SHOWN = 6
"""As many rows of each sort are told."""

_CASE = re.compile(
    r"^### (?P<file>\S+)\n(?P<prose>.*?)(?:^```yaml\n(?P<mapping>.*?)^```\n\n)?^```text\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_USUAL = {"key": "Client", "time": "Date", "amount": "Total"}


@dataclass(frozen=True)
class Case:
    """A file, what its mapping says of it, and what comes of it."""

    file: str
    prose: str
    mapping: str
    expected: str

    def whole_mapping(self) -> str:
        """The mapping, with the usual columns where the case says nothing else."""
        if self.mapping.startswith(("records:", "events:")):
            return self.mapping.replace("FILE", self.file)
        said = dict(line.split(": ", 1) for line in self.mapping.splitlines())
        part = {**_USUAL, **said}
        where = f"    where: {part['where']}\n" if "where" in part else ""
        options = f"options: {part['options']}\n" if "options" in part else ""
        return (
            f"events:\n  purchase:\n    source: {self.file}\n    key: {part['key']}\n"
            f"    time: {part['time']}\n    fields: {{amount: {part['amount']}}}\n{where}{options}"
        )


def read_cases() -> list[Case]:
    """All cases of the table."""
    text = TABLE.read_text(encoding="utf-8")
    cases = [
        Case(found["file"], found["prose"].strip(), found["mapping"] or "", found["text"])
        for found in _CASE.finditer(text)
    ]
    assert len(cases) == text.count("\n### "), "a case of the table has no `text` block"
    return cases


def outcome(result: Any, file: str) -> str:
    """What came of a file: its rows, or why it cannot be read."""
    if result.dataset is None:
        return "".join(_stopped(result))
    data: Dataset = result.dataset
    counts = accounted(data, file)
    parts = " + ".join(f"{counts[part]} {part}" for part in ("used", "left out", "repeated", "rejected"))
    lines = [f"{counts['rows']} rows = {parts}"]
    lines += _some([_event(event) for event in data.events])
    for kind, records in data.records.items():
        lines += _some(
            [f"row {row.origin.row}: {kind} {row.key}" for row in records.values() if row.origin.file == file]
        )
    lines += _some([f"row {row.origin.row} rejected: {row.code} {row.reason('en')}" for row in data.rejected])
    lines += [f"note: {note}" for note in result.notes if "gives no source for the events" not in note]
    return "\n".join(lines) + "\n"


def accounted(data: Dataset, file: str) -> dict[str, int]:
    """How many rows of a file there are, and where each of them went."""
    records = [row.origin for rows in data.records.values() for row in rows.values()]
    used = [*records, *(event.origin for event in data.events)]
    return {
        "rows": data.rows.get(file, 0),
        "used": sum(origin.file == file for origin in used),
        "left out": data.skipped.get(file, 0),
        "repeated": sum(event.origin.file == file for event in data.duplicates),
        "rejected": sum(row.origin.file == file for row in data.rejected),
    }


def _stopped(result: Any) -> Iterator[str]:
    for found in result.diagnostics:
        place = f"{Path(found.span.file).name}:{found.span.line}:{found.span.column}"
        yield f"stopped: {place} {found.code} {catalogue.message(found)}\n"
        yield f"  help: {catalogue.hint(found)}\n"


def _event(event: Any) -> str:
    amount = event.fields.get("amount")
    money = format(amount, "f") if isinstance(amount, Decimal) else amount
    return f"row {event.origin.row}: {event.key} | {_moment(event.time)} | {money}"


def _moment(instant: int) -> str:
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=instant)
    local = moment.astimezone(ZoneInfo("Europe/Sofia"))
    return f"{local:%Y-%m-%d}" if (local.hour, local.minute) == (0, 0) else f"{local:%Y-%m-%d %H:%M}"


def _some(lines: list[str]) -> list[str]:
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], f"… and {len(lines) - SHOWN} more"]


def helper(name: str, file: Path) -> ModuleType:
    """A module that lies beside the tests, which are no package."""
    found = importlib.util.spec_from_file_location(name, file)
    assert found
    assert found.loader
    module = sys.modules[name] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def plain_desk(folder: Path) -> Any:
    """A desk as the tests have it, which reads by the reference only."""
    desk = helper("bad_files_desk", FOLDER.parent / "conftest.py").Desk(folder, None)
    desk.reads_columns_too = False
    return desk


def put_and_load(case: Case, desk: Any, content_of: Callable[[str], bytes]) -> Any:
    """Load the file of a case, with the others that its mapping names."""
    mapping = case.whole_mapping()
    others = set(re.findall(r"source: (\S+)", mapping)) - {case.file}
    files = {name.rstrip(",}"): content_of(name.rstrip(",}")) for name in others}
    return desk.load(mapping, {**files, case.file: content_of(case.file)})


def write_anew() -> None:
    """Write what comes of each file into the table."""
    make = helper("bad_files_make", FOLDER / "make.py")
    text = TABLE.read_text(encoding="utf-8")
    for case in read_cases():
        with tempfile.TemporaryDirectory() as folder:
            told = outcome(put_and_load(case, plain_desk(Path(folder)), make.content_of), case.file)
        start = text.index(f"\n### {case.file}\n")
        begin = text.index("```text\n", start) + len("```text\n")
        end = text.index("```", begin)
        text = text[:begin] + told + text[end:]
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_anew()
