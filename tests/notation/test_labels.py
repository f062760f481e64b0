"""Whatever stands in a title, the files of BPMN and DMN stay what they are, and show it as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.notation.bpmn import bpmn_document
from stepladder_dsl.notation.dmn import dmn_document

SCHEMAS = Path(__file__).with_name("schemas")
TEXT = """\
language en

spec shop "Shop"

role seller "Seller"

record client "Client"
    channel one of social, press

event visit "Visit" for client
event purchase "Purchase" for client

decide gift "Gift" for client
    first match
    | channel || words |
    | social  || "x"   |

process sale "Sale" for client
    owner seller
    phase first "First"
        stage choosing "Choosing"
            start
            do "Ask"
            limit 2 days, then alert seller
            on visit when channel = social go to bought
            on purchase go to bought
    stage bought "Bought"
        end won
"""
WILD = [
    '"quoted" <b>&amp;</b> ]]> <!-- -->',
    "two\nlines\r\nand\ttabs",
    "😀 👩‍👩‍👧 ☎️",
    "long " * 60,
    "x" * 300,
    "\u202eright to left override\u2066 unclosed",
    "null \x00 bell \x07 \x1b[31m \ufffe \ufffd",
    "\ud800 half a pair",
    "${injected} {{x}} =evil() <script>alert(1)</script>",
    "خرید «تلفن»: ۲ عدد",
    "',\"\\\\ \\n",
]
TITLES = st.sampled_from(WILD) | st.text(min_size=1, max_size=300).filter(lambda text: text.strip())


@pytest.fixture(scope="module")
def plain(read: Callable[[str], Spec]) -> Spec:
    return read(TEXT)


def titled(spec: Spec, title: str) -> Spec:
    """Give the spec with this title for everything that has one."""

    def with_title(thing: Any, **changes: Any) -> Any:
        return replace(thing, title=title, **changes)

    processes = {}
    for name, process in spec.processes.items():
        stages = {
            stage_name: with_title(stage, steps=(title,) * len(stage.steps))
            for stage_name, stage in process.stages.items()
        }
        phases = {phase_name: with_title(phase) for phase_name, phase in process.phases.items()}
        processes[name] = with_title(process, stages=stages, phases=phases)
    renewed = {
        kind: {name: with_title(thing) for name, thing in getattr(spec, kind).items()}
        for kind in ("roles", "records", "events", "decisions")
    }
    changed: Spec = with_title(spec, processes=processes, **renewed)
    return changed


@dataclass
class Shape:
    """What a file is, its texts left out."""

    tags: list[str]
    ids: list[str | None]

    @classmethod
    def of(cls, content: bytes) -> Shape:
        root = ElementTree.fromstring(content)  # noqa: S314 - our own file
        return cls([one.tag for one in root.iter()], [one.get("id") for one in root.iter()])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TITLES)
def test_no_title_changes_what_a_file_is(title: str, plain: Spec) -> None:
    """Elements and their ids are the same, and only a line more or less bends otherwise."""
    spec = titled(plain, title)
    bpmn, usual = Shape.of(bpmn_document(spec)), Shape.of(bpmn_document(plain))
    assert [one for one in bpmn.ids if one] == [one for one in usual.ids if one]
    assert {tag: bpmn.tags.count(tag) for tag in bpmn.tags if "waypoint" not in tag} == {
        tag: usual.tags.count(tag) for tag in usual.tags if "waypoint" not in tag
    }
    assert Shape.of(dmn_document(spec)) == Shape.of(dmn_document(plain))


@pytest.mark.parametrize("title", WILD)
def test_files_with_wild_titles_keep_to_their_schemas(title: str, plain: Spec) -> None:
    spec = titled(plain, title)
    assert xmlschema.XMLSchema(SCHEMAS / "bpmn.xsd").is_valid(bpmn_document(spec).decode())
    assert xmlschema.XMLSchema(SCHEMAS / "dmn.xsd").is_valid(dmn_document(spec).decode())


@pytest.mark.parametrize("title", WILD)
def test_a_title_is_shown_as_it_is(title: str, plain: Spec) -> None:
    """Only what XML forbids, and marks that would turn what a tool shows behind it, are not there."""
    root = ElementTree.fromstring(bpmn_document(titled(plain, title)))  # noqa: S314 - our own file
    (task,) = root.iterfind(".//{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask")
    assert task.get("name") == _fit_for_xml(title)


def _fit_for_xml(title: str) -> str:
    kept = "".join("\ufffd" if _is_forbidden(ord(one)) else one for one in title)
    without = "".join(
        one for one in kept if one not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return without.replace("\r\n", "\n")


def _is_forbidden(code: int) -> bool:
    return (code < 32 and code not in {9, 10, 13}) or 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF}


def test_tools_read_wild_titles(plain: Spec, tool: Callable[..., str], tmp_path: Path) -> None:
    files = []
    for number, title in enumerate(WILD):
        file = tmp_path / f"{number}.bpmn"
        file.write_bytes(bpmn_document(titled(plain, title)))
        files.append(file)
    for answer in json.loads(tool("read_bpmn.mjs", *files)):
        assert (answer["warnings"], answer["findings"]) == ([], [])
