"""Decision tables as DMN: read by others, worked out by others, and the same answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.model.expressions import DecisionValue
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.notation.dmn import dmn_document
from stepladder_dsl.notation.variables import safe_name
from stepladder_engine.expressions.view import View
from stepladder_engine.runtime.program import Program

Feel = Callable[..., Any]
SCHEMAS = Path(__file__).with_name("schemas")
MODEL = {"m": "https://www.omg.org/spec/DMN/20230324/MODEL/"}
SHAPE = "{https://www.omg.org/spec/DMN/20230324/DMNDI/}DMNShape"

TABLES = """\
language en

spec shop "Tables of every kind"
    currency EUR

record client
    spent money optional
    visits number
    channel one of social, press, and optional
    writes yes/no optional
    name text optional

process sale for client
    stage here
        end won

decide first_of for client
    first match
    | spent                | visits | channel       || share | words   |
    | >= 1000              | >= 3   | -             || 15%   | "best"  |
    | between 100 and 1000 | 1, 2   | social, press || 10%   | "\\"so\\"" |
    | is unknown           | -      | -             || 1%    | -       |
    | -                    | != 0   | -             || spent / 100 | "x" |

decide only_one for client
    unique match
    | writes | channel    || answer yes/no |
    | yes    | -          || yes           |
    | -      | != social  || no            |

decide every for client
    collect
    | visits    || word |
    | > 1       || "a"  |
    | >= 3, = 0 || "b"  |
    | < 3       || name |

decide in_all for client
    collect sum
    | visits | spent   || points |
    | > 0    | -       || 10     |
    | -      | > 50.50 || 5      |
    | > 2    | is known || visits |

decide least for client
    collect min
    | visits || points |
    | > 0    || 10     |
    | > 1    || spent  |

decide most for client
    collect max
    | visits || points |
    | > 0    || 10     |
    | > 1    || visits |

decide count_of for client
    collect count
    | visits || points |
    | > 0    || 1      |
    | > 2    || 2      |

decide on_top for client
    first match
    | first_of.share | count_of || gift |
    | >= 0.1         | -        || 1    |
    | -              | > 1      || 2    |
    | is unknown     | -        || 3    |
"""


@pytest.fixture(scope="module")
def tables(read: Callable[[str], Spec]) -> Spec:
    return read(TABLES)


@pytest.fixture(scope="module")
def schema() -> Any:
    return xmlschema.XMLSchema(SCHEMAS / "dmn.xsd")


def test_it_keeps_to_our_schema(spec: Spec, tables: Spec, schema: Any) -> None:
    for one in (spec, tables):
        if one.decisions:
            assert [str(error.reason) for error in schema.iter_errors(dmn_document(one).decode())] == []


def test_our_schema_finds_what_is_wrong(tables: Spec, schema: Any) -> None:
    content = dmn_document(tables).decode()
    assert not schema.is_valid(content.replace('hitPolicy="FIRST"', 'hitPolicy="FOREMOST"'))
    assert not schema.is_valid(content.replace("inputExpression", "expression"))


def test_version_1_3_keeps_to_the_schema_of_the_standard(spec: Spec, tables: Spec) -> None:
    """The schemas are those that SpiffWorkflow brings along; it has none of a later version."""
    parser = pytest.importorskip("SpiffWorkflow.dmn.parser", reason="needs SpiffWorkflow")
    from lxml import etree

    standard = etree.XMLSchema(etree.parse(Path(parser.__file__).with_name("schema") / "DMN13.xsd"))
    for one in (spec, tables):
        if one.decisions:
            content = dmn_document(one, profile="camunda")
            assert standard.validate(etree.fromstring(content)), standard.error_log


def test_it_is_the_same_every_time(tables: Spec) -> None:
    assert dmn_document(tables) == dmn_document(tables)


def test_only_the_tables_of_one_process_are_asked_for(spec_of: Callable[[str], Spec]) -> None:
    spec = spec_of("trading_company")
    for name, process in spec.processes.items():
        wanted = {one.label for one in spec.decisions.values() if one.record == process.record}
        if wanted:
            root = ElementTree.fromstring(dmn_document(spec, name))  # noqa: S314 - our own file
            shown = {one.get("label", one.get("name")) for one in root.iterfind("m:decision", MODEL)}
            assert shown == wanted


def test_nothing_stands_on_anything_else(spec: Spec, tables: Spec) -> None:
    for one in (spec, tables):
        boxes = []
        root = ElementTree.fromstring(dmn_document(one))  # noqa: S314 - our own file
        for shape in root.iter(SHAPE):
            x, y, width, height = (float(shape[0].get(name, "")) for name in ("x", "y", "width", "height"))
            boxes.append(Box(x, y, x + width, y + height))
        assert bool(boxes) == bool(one.decisions)
        assert not any(first.meets(second) for first, second in combinations(boxes, 2))


# worked out by others


class Tables:
    """The tables of a file, as the standard says that they are worked out, with FEEL by others."""

    def __init__(self, content: bytes, feel: Feel) -> None:
        self.root = ElementTree.fromstring(content)  # noqa: S314 - our own file
        self.feel = feel

    def answers(self, context: dict[str, Any]) -> dict[str, Any]:
        """Work out all decisions, those first that others rest on."""
        known = dict(context)
        for decision in sorted(self.root.iterfind("m:decision", MODEL), key=self._depth):
            known[str(decision.get("name"))] = self._decide(decision, known)
        return known

    def _depth(self, decision: ElementTree.Element) -> int:
        needed = [str(one.get("href"))[1:] for one in decision.iterfind(".//m:requiredDecision", MODEL)]
        others = [self.root.find(f"m:decision[@id='{name}']", MODEL) for name in needed]
        return max((1 + self._depth(other) for other in others if other is not None), default=0)

    def _decide(self, decision: ElementTree.Element, known: dict[str, Any]) -> Any:
        (table,) = decision.iterfind("m:decisionTable", MODEL)
        subjects = [
            self.feel(_text(column), known) for column in table.iterfind("m:input/m:inputExpression", MODEL)
        ]
        names = [str(output.get("name")) for output in table.iterfind("m:output", MODEL)]
        hits = []
        for rule in table.iterfind("m:rule", MODEL):
            cells = map(_text, rule.iterfind("m:inputEntry", MODEL))
            pairs = zip(cells, subjects, strict=True)
            if all(self.feel(cell, {**known, "?": subject}, unary=True) is True for cell, subject in pairs):
                values = [self.feel(_text(cell), known) for cell in rule.iterfind("m:outputEntry", MODEL)]
                hits.append(values[0] if len(names) == 1 else dict(zip(names, values, strict=True)))
        return _by_policy(table.get("hitPolicy"), table.get("aggregation"), hits)


def _text(element: ElementTree.Element) -> str:
    return str(element.findtext("m:text", "", MODEL))


def _by_policy(policy: str | None, aggregation: str | None, hits: Sequence[Any]) -> Any:
    """Give what the standard says (DMN 1.5, 8.2.8); null where a unique hit is not unique."""
    match policy, aggregation:
        case "FIRST", None:
            return hits[0] if hits else None
        case "UNIQUE", None:
            return hits[0] if len(hits) == 1 else None
        case "COLLECT", None:
            return list(hits)
        case "COLLECT", "COUNT":
            return len(hits)
    numbers = [hit for hit in hits if hit is not None]
    if aggregation == "SUM":
        return sum(numbers)
    return {"MIN": min, "MAX": max}[str(aggregation)](numbers) if numbers else None


MONEY = st.none() | st.sampled_from(["0", "50.50", "50.51", "99.99", "100", "1000", "1000.01", "2500"])
CLIENTS = st.fixed_dictionaries(
    {
        "spent": MONEY.map(lambda amount: None if amount is None else Decimal(amount)),
        "visits": st.integers(0, 4).map(Decimal),
        "channel": st.sampled_from(["social", "press", "and", None]),
        "writes": st.sampled_from([True, False, None]),
        "name": st.sampled_from(['a"b', "x\ny", None]),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(client=CLIENTS)
def test_others_come_to_the_same_answers(client: dict[str, Any], tables: Spec, feel: Feel) -> None:
    context = {name: float(one) if isinstance(one, Decimal) else one for name, one in client.items()}
    found = Tables(dmn_document(tables), feel).answers(context)
    program = Program(tables)
    view = View(dict(client))
    for name, decision in tables.decisions.items():
        for output, kind in decision.outputs.items():
            ours = program.compiler.compile(DecisionValue(name, output, kind))(view)
            theirs = found[safe_name(name)]
            if len(decision.outputs) > 1:
                theirs = theirs and theirs[output]
            assert _same(ours, theirs), (name, output, ours, theirs)


def _same(ours: Any, theirs: Any) -> bool:
    match ours:
        case tuple():
            # Ours collects what is known; DMN has nulls among what it collects.
            return list(ours) == [one for one in theirs if one is not None]
        case Decimal() | int() if not isinstance(ours, bool):
            return theirs is not None and abs(float(ours) - theirs) < 1e-9
        case _:
            return bool(ours == theirs)


# in the hands of the tools that people open them with


def test_dmn_moddle_reads_it_without_a_warning(spec: Spec, tool: Callable[..., str], tmp_path: Path) -> None:
    if not spec.decisions:
        pytest.skip("has no decision table")
    file = tmp_path / "spec.dmn"
    file.write_bytes(dmn_document(spec, profile="camunda"))
    assert json.loads(tool("read_dmn.mjs", file)) == [{"file": str(file), "warnings": []}]


def test_dmn_js_shows_every_table(
    tables: Spec, tool: Callable[..., str], open_page: Callable[..., Any], tmp_path: Path
) -> None:
    drawn, page = tmp_path / "spec.dmn", tmp_path / "page.html"
    drawn.write_bytes(dmn_document(tables, profile="camunda"))
    tool("page.mjs", drawn, page)
    shown = open_page(page)
    shown.wait_for_function("document.title !== ''")
    assert json.loads(shown.title()) == {"warnings": [], "shown": len(tables.decisions) + 1, "size": {}}
