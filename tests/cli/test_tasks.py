"""The command that lists today's work: by owner, with the reason and what to say, in five forms."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator

Run = Callable[..., Any]
AS_OF = ("--as-of", "2026-03-09")


@pytest.fixture(autouse=True)
def _with_words(shop: Path) -> None:
    """Give the shop's follow-up a text."""
    file = shop / "shop.ladder"
    spec = file.read_text(encoding="utf-8")
    changed = spec.replace(
        "    by seller via phone\n", '    by seller via phone\n    text "Is it *fine*, {name}?"\n'
    )
    assert changed != spec
    file.write_text(changed, encoding="utf-8")


def rows(stepladder: Run, *options: str) -> list[dict[str, str]]:
    found = stepladder("tasks", "shop", *AS_OF, "--format", "csv", *options)
    assert found.status == 0
    return list(csv.DictReader(StringIO(found.out)))


def test_a_list_says_who_what_when_why_and_in_which_words(stepladder: Run, shop: Path) -> None:
    found = stepladder("tasks", "shop", *AS_OF)
    assert (found.status, found.err) == (0, "")
    for words in (
        "Corner shop: tasks on 2026-03-09",
        "Manager",
        "How is it? – C1 Ana",
        "why: “purchase” on 2026-03-02; went on from Seller on 2026-03-07",
        "say: “Is it *fine*, Ana?”",
    ):
        assert words in found.out


def test_the_list_is_what_the_table_of_tasks_calls_owed(stepladder: Run, shop: Path) -> None:
    assert stepladder("run", "shop", *AS_OF, "--out", "out", "-q").status == 0
    table = csv.DictReader(StringIO(Path("out/tasks.csv").read_text(encoding="utf-8")))
    owed = {row["key"] for row in table if row["status"] in {"due", "overdue", "escalated"}}
    assert owed
    assert {row["key"] for row in rows(stepladder)} == owed


@pytest.mark.parametrize(
    ("language", "written", "words", "line"),
    [
        ("en", '    do "Call {once}"\n    do "Write it down"', "Call {once} · Write it down", "do: "),
        ("en", '    do "Call"\n    document "Order"', "Call · papers: Order", "do: "),
        ("ru", '    document "Order"', "документы: Order", "сделать: "),
        ("en", "", "see to the next step: “purchase”", "do: "),
        ("bg", "", "погрижете се за следващата стъпка: „purchase“", "какво да се направи: "),
        ("fa", "", "گام بعدی را پیگیری کنید: «purchase»", "انجام دهید: "),
    ],
)
def test_a_limit_that_has_passed_says_what_its_stage_asks_for(
    stepladder: Run, shop: Path, language: str, written: str, words: str, line: str
) -> None:
    file = shop / "shop.ladder"
    limit = "        limit 2 days, then alert manager\n"
    spec = file.read_text(encoding="utf-8")
    steps = "".join(f"    {step}\n" for step in written.split("\n") if step)
    file.write_text(spec.replace(limit, f"{steps}{limit}"), encoding="utf-8")
    said = {row["text"] for row in rows(stepladder, "--lang", language) if "/limit " in row["key"]}
    assert said == {words}
    shown = stepladder("tasks", "shop", *AS_OF, "--lang", language, "--format", "md").out
    assert f"  - {line}{words}\n" in re.sub("[\\\\\u2066-\u2069]", "", shown)


def test_only_the_work_of_one_owner(stepladder: Run, shop: Path) -> None:
    everything = rows(stepladder)
    managers = [row for row in everything if row["owner"] == "manager"]
    assert managers
    assert rows(stepladder, "--owner", "manager") == rows(stepladder, "--owner", "Manager") == managers


def test_a_role_that_is_nowhere_is_refused_with_those_that_are(stepladder: Run, shop: Path) -> None:
    found = stepladder("tasks", "shop", "--owner", "cook")
    assert found.status == 2
    assert "there is no role `cook`; there are: seller, manager" in found.err


def test_days_are_those_of_the_readers_calendar(stepladder: Run, shop: Path) -> None:
    persian = stepladder("tasks", "shop", *AS_OF, "--lang", "fa", "--format", "md").out
    assert "۱۴۰۴/۱۲/۱۸" in persian
    assert "2026-03-09" not in persian
    assert rows(stepladder, "--lang", "fa")[0]["due"] == rows(stepladder)[0]["due"]


def test_markdown_can_be_ticked_off_and_takes_no_text_for_its_own(stepladder: Run, shop: Path) -> None:
    found = stepladder("tasks", "shop", *AS_OF, "--format", "md")
    assert found.out.startswith("# Corner shop: tasks on 2026-03-09\n\n## ")
    assert "- [ ] **How is it?** – C1 Ana\n" in found.out
    assert "  - say: “Is it \\*fine\\*, Ana?”\n" in found.out


def test_a_calendar_has_an_event_for_each_task_on_the_day(stepladder: Run, shop: Path) -> None:
    icalendar = pytest.importorskip("icalendar", reason="needs the extra ics")
    assert stepladder("tasks", "shop", *AS_OF, "--format", "ics", "--out", "today.ics").status == 0
    content = Path("today.ics").read_bytes()
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert [str(event["uid"]) for event in events] == [row["key"] for row in rows(stepladder)]
    assert {event.decoded("dtstart") for event in events} == {date(2026, 3, 9)}
    assert all("why: " in event["description"] for event in events)
    # The same answer is the same file.
    assert stepladder("tasks", "shop", *AS_OF, "--format", "ics", "--out", "again.ics").status == 0
    assert Path("again.ics").read_bytes() == content


def test_a_workbook_needs_a_file_and_holds_the_same_rows(stepladder: Run, shop: Path) -> None:
    pytest.importorskip("xlsxwriter", reason="needs the extra xlsx")
    assert stepladder("tasks", "shop", "--format", "xlsx").status == 2
    assert stepladder("tasks", "shop", *AS_OF, "--format", "xlsx", "-o", "tasks.xlsx").status == 0
    with ZipFile("tasks.xlsx") as workbook:
        sheet = workbook.read("xl/worksheets/sheet2.xml").decode("utf-8")
    assert sheet.count("<row ") == 1 + len(rows(stepladder))
    assert all(row["key"] in sheet for row in rows(stepladder))


def test_the_columns_are_those_of_the_schema(stepladder: Run, shop: Path, root: Path) -> None:
    schema = json.loads((root / "schemas" / "worklist.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert list(rows(stepladder)[0]) == list(schema["items"]["properties"])


def test_where_nothing_is_owed_the_list_says_so(stepladder: Run, shop: Path) -> None:
    found = stepladder("tasks", "shop", "--as-of", "2026-02-01")
    assert found.status == 0
    assert "nothing" in found.out.casefold()


@pytest.mark.parametrize(
    ("anchor", "begins"),
    [
        ("after purchase in 3 days", "“Pays at the till” on 2026-03-02"),
        ("after entering bought in 3 days", "entering “Has bought” on 2026-03-02"),
        ("after no purchase for 3 days", "no “Pays at the till” on 2026-03-02"),
    ],
)
def test_a_reason_names_stages_and_events_by_their_titles(
    stepladder: Run, shop: Path, anchor: str, begins: str
) -> None:
    file = shop / "shop.ladder"
    spec = file.read_text(encoding="utf-8").replace("after purchase in 3 days", anchor)
    titled = spec.replace("event purchase for client", 'event purchase "Pays at the till" for client')
    assert spec.count(anchor) == 1 < len(titled) - len(spec)
    file.write_text(titled, encoding="utf-8")
    reasons = [row["reason"] for row in rows(stepladder, "--lang", "en")]
    assert any(reason.startswith(begins) for reason in reasons), reasons
