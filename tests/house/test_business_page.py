"""`docs/business.md` is exact: what it quotes stands in the specs, and answers what it is said to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest

from stepladder_dsl.audit.document import as_document
from stepladder_dsl.audit.review import review
from stepladder_dsl.compile import compile_file

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "business.md").read_text(encoding="utf-8")
QUESTIONS = 17
ROW = re.compile(
    r"^\| (?P<demand>[^|]+) \| (?P<construct>[^|]+) \| \[\w+\]\((?P<spec>[^)]+)\)"
    r" \| (?:`(?P<block>[^|`]+)`: )?`(?P<line>[^|`]+)` \|$",
    re.MULTILINE,
)
KINDS = {
    "Upsell before": "upsell before",
    "Upsell after": "upsell",
    "Repeat sale": "repeat",
    "Cross-sale": "cross sale",
    "Front end": "front end",
}
"""The kinds of offer of the client formula, and how the language calls them."""
LINK = re.compile(r"\[[^\]]+\]\(([^)#]+)[^)]*\)")


@dataclass(frozen=True)
class Demand:
    """One row of the page."""

    words: str
    construct: str
    spec: Path
    line: str
    block: str | None = None
    """The first line of the block in which the line stands, where others have the same line."""

    @property
    def number(self) -> int | None:
        """The number of a question of the review."""
        found = re.match(r"(\d+)\. ", self.words)
        return int(found[1]) if found else None


DEMANDS = [
    Demand(
        found["demand"],
        found["construct"],
        (DOCS / found["spec"]).resolve(),
        found["line"],
        found["block"],
    )
    for found in ROW.finditer(PAGE)
]


def shown(demand: Demand) -> str:
    return demand.words


def lines_of(spec: Path) -> list[str]:
    return [line.strip() for line in spec.read_text(encoding="utf-8").splitlines()]


def block_of(spec: Path, head: str) -> list[str]:
    """Give the lines that stand under a line, deeper than it."""
    lines = spec.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if line.strip() == head)
    deep = takewhile(lambda line: not line.strip() or depth(line) > depth(lines[place]), lines[place + 1 :])
    return [line.strip() for line in deep]


def depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def test_every_row_that_names_a_spec_is_read() -> None:
    assert len(DEMANDS) == PAGE.count(".ladder) |")
    assert {demand.spec.parent.name for demand in DEMANDS} >= {
        "two_step_sale",
        "six_processes",
        "client_formula",
    }


@pytest.mark.parametrize("demand", DEMANDS, ids=shown)
def test_the_line_stands_in_the_spec_once(demand: Demand) -> None:
    """In the whole spec, or else in the block that is named, which stands there once itself."""
    lines = lines_of(demand.spec)
    if demand.block is None:
        assert lines.count(demand.line) == 1
    else:
        assert lines.count(demand.line) > 1, "nobody has to be told the block"
        assert lines.count(demand.block) == 1
        assert block_of(demand.spec, demand.block).count(demand.line) == 1


@pytest.mark.parametrize("words", KINDS)
def test_a_kind_of_offer_is_met_by_an_offer_of_that_kind(words: str) -> None:
    found = [demand for demand in DEMANDS if demand.words.startswith(f"{words}:")]
    assert len(found) == 1
    text = lines_of(found[0].spec)
    assert text[text.index(found[0].line) + 1] == f"kind {KINDS[words]}"


def test_each_link_leads_somewhere() -> None:
    links = {link for link in LINK.findall(PAGE) if "://" not in link}
    assert sorted(link for link in links if not (DOCS / link).exists()) == []


def test_all_seventeen_questions_are_there_and_the_review_names_the_same_line() -> None:
    """The review gives evidence by line; the quoted one is among those of its question."""
    asked = {demand.number: demand for demand in DEMANDS if demand.number}
    assert sorted(asked) == list(range(1, QUESTIONS + 1))
    spec_file = asked[1].spec
    assert {demand.spec for demand in asked.values()} == {spec_file}
    spec = compile_file(spec_file).spec
    assert spec
    answered = {
        subject["number"]: set(lines_in(subject)) for subject in as_document(review(spec), "en")["questions"]
    }
    text = lines_of(spec_file)
    missing = [
        demand.words
        for number, demand in asked.items()
        if demand.line not in {text[place - 1] for place in answered[number]}
    ]
    assert missing == []


def lines_in(value: object) -> Iterator[int]:
    """Every line of a spec that a piece of the review names."""
    if isinstance(value, dict):
        if isinstance(value.get("line"), int):
            yield value["line"]
        for part in value.values():
            yield from lines_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from lines_in(part)
