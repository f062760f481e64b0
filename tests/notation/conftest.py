"""What the tests of BPMN and DMN share: the specs, the files as others read them, and others' tools."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from stepladder_dsl.compile import compile_file, compile_text
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.notation.bpmn import bpmn_document
from stepladder_dsl.source import Source
from stepladder_engine.cli.specs import spec_file

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(__file__).with_name("tools")
FOLDERS = sorted(path.name for path in (ROOT / "specs").iterdir() if path.is_dir())
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}


@dataclass(frozen=True)
class BpmnFile:
    """A BPMN file, as somebody reads it who knows the standard only."""

    content: bytes

    @cached_property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.content)  # noqa: S314 - our own file

    def all(self, tag: str) -> list[ElementTree.Element]:
        return self.root.findall(f".//bpmn:{tag}", NAMES)

    def by_id(self, name: str) -> ElementTree.Element:
        return next(element for element in self.root.iter() if element.get("id") == name)

    def texts(self, tag: str) -> list[str]:
        return ["".join(element.itertext()) for element in self.all(tag)]

    def names(self, tag: str) -> list[str | None]:
        return [element.get("name") for element in self.all(tag)]

    @cached_property
    def boxes(self) -> dict[str, Box]:
        """Where things stand, by their ids."""
        shapes = self.root.iterfind(".//bpmndi:BPMNShape", NAMES)
        return {str(shape.get("bpmnElement")): _box(shape.find("dc:Bounds", NAMES)) for shape in shapes}

    @cached_property
    def labels(self) -> dict[str, Box]:
        """Where the words of events, gateways and flows stand."""
        found = {}
        for shown in self.root.iterfind(".//bpmndi:BPMNPlane/*", NAMES):
            bounds = shown.find("bpmndi:BPMNLabel/dc:Bounds", NAMES)
            if bounds is not None:
                found[str(shown.get("bpmnElement"))] = _box(bounds)
        return found

    @cached_property
    def lines(self) -> dict[str, list[tuple[float, float]]]:
        """The points of flows."""
        return {
            str(edge.get("bpmnElement")): [
                (float(point.get("x", "")), float(point.get("y", "")))
                for point in edge.iterfind("di:waypoint", NAMES)
            ]
            for edge in self.root.iterfind(".//bpmndi:BPMNEdge", NAMES)
        }


def _box(bounds: ElementTree.Element | None) -> Box:
    assert bounds is not None
    x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


@cache
def _spec_of(folder: str) -> Spec:
    compiled = compile_file(spec_file(str(ROOT / "specs" / folder)))
    assert compiled.spec is not None
    return compiled.spec


@cache
def _bpmn_of(folder: str, profile: Any = "plain") -> BpmnFile:
    return BpmnFile(bpmn_document(_spec_of(folder), profile=profile))


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> str:
    """Each folder of `specs/`."""
    return str(request.param)


@pytest.fixture
def spec(folder: str) -> Spec:
    """The spec of each folder of `specs/`."""
    return _spec_of(folder)


@pytest.fixture(scope="session")
def bpmn_of() -> Callable[..., BpmnFile]:
    """Write a spec of `specs/` as BPMN, once for each profile."""
    return _bpmn_of


@pytest.fixture(scope="session")
def spec_of() -> Callable[[str], Spec]:
    """Read a spec of `specs/`."""
    return _spec_of


@pytest.fixture(scope="session")
def read() -> Callable[[str], Spec]:
    """The way from a text to a spec."""

    def _read(text: str) -> Spec:
        compiled = compile_text(Source("shop.ladder", text))
        assert compiled.spec is not None
        # What a text does not say well (SL3 and on) is none of these tests' business.
        assert [found for found in compiled.errors if found.code < "SL2"] == []
        return compiled.spec

    return _read


@pytest.fixture(scope="session")
def draw(read: Callable[[str], Spec]) -> Callable[..., BpmnFile]:
    """The way from a text to its BPMN."""
    return lambda text, **options: BpmnFile(bpmn_document(read(text), **options))


@pytest.fixture(scope="session")
def node() -> str:
    """Node."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("needs Node, which is not installed here")
    return found


@pytest.fixture(scope="session")
def node_packages() -> Path:
    """The npm packages that `make.py` put into the environment, or those of a folder that was named."""
    usual = Path(sys.prefix) / "notation-tools" / "node_modules"
    packages = Path(os.environ.get("STEPLADDER_NODE_MODULES", usual)).resolve()
    wanted = json.loads((TOOLS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    missing = [name for name in wanted if not (packages / name).is_dir()]
    if missing:
        where = "the environment's notation-tools/node_modules, or where STEPLADDER_NODE_MODULES says"
        pytest.skip(f"needs the npm packages of tests/notation/tools in {where}: {', '.join(missing)}")
    return packages


@pytest.fixture(scope="session")
def tools(node: str, node_packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of our scripts, beside the packages that they use."""
    folder = tmp_path_factory.mktemp("tools")
    for script in TOOLS.glob("*.mjs"):
        shutil.copy(script, folder)
    (folder / "node_modules").symlink_to(node_packages, target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def tool(node: str, tools: Path) -> Callable[..., str]:
    """Run one of the tools on files, and give what it prints."""

    def _run(script: str, *files: Path) -> str:
        command = [node, str(tools / script), *map(str, files)]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout

    return _run


class Feel:
    """FEEL, as the library feelin has it: one process that answers line by line."""

    def __init__(self, node: str, script: Path) -> None:
        self.process = subprocess.Popen(
            [node, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, expression: str, context: dict[str, Any], *, unary: bool = False) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {"expression": expression, "context": context, "unary": unary}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, (expression, answer)
        return answer["value"]

    def close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process.wait(timeout=10)


@pytest.fixture(scope="session")
def feel(node: str, tools: Path) -> Iterator[Feel]:
    """A way to have FEEL worked out by others."""
    found = Feel(node, tools / "feel.mjs")
    yield found
    found.close()
