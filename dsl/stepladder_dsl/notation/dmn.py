"""Decision tables as DMN, with their own layout: 1.5, or 1.3 for the tools that know no later one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from stepladder_dsl.model import types as t
from stepladder_dsl.model.spec import Decision, HitPolicy, Spec
from stepladder_dsl.notation.dmn_shapes import write_diagram
from stepladder_dsl.notation.engines import engine_of
from stepladder_dsl.notation.feel import Feel
from stepladder_dsl.notation.profiles import Profile
from stepladder_dsl.notation.unary import unary_tests
from stepladder_dsl.notation.variables import Variable, Variables, safe_name
from stepladder_dsl.notation.xml import Element, add, shown, written

_VERSIONS: dict[Profile, str] = {"plain": "20230324", "camunda": "20191111"}
_POLICIES = {
    HitPolicy.FIRST: ("FIRST", None),
    HitPolicy.UNIQUE: ("UNIQUE", None),
    HitPolicy.COLLECT: ("COLLECT", None),
    HitPolicy.COLLECT_SUM: ("COLLECT", "SUM"),
    HitPolicy.COLLECT_MIN: ("COLLECT", "MIN"),
    HitPolicy.COLLECT_MAX: ("COLLECT", "MAX"),
    HitPolicy.COLLECT_COUNT: ("COLLECT", "COUNT"),
}


@dataclass(frozen=True)
class Table:
    """A decision of the file: the outputs of a table that it has, and what it asks for."""

    id: str
    name: str
    decision: Decision
    outputs: tuple[str, ...]
    element: Element
    asks: tuple[Variable, ...]


def dmn_document(spec: Spec, process: str | None = None, profile: Profile = "plain") -> bytes:
    """Write the decision tables of a spec, or those about the records of one process, as a DMN file."""
    return _Writer(spec, profile).document(tables_of(spec, process))


def tables_of(spec: Spec, process: str | None = None) -> list[Decision]:
    """Give the decision tables of a spec, or those about the records of one process."""
    record = None if process is None else spec.processes[process].record
    return [decision for decision in spec.decisions.values() if record in {None, decision.record}]


class _Writer:
    """Writes all tables of a spec, and what they are worked out from."""

    def __init__(self, spec: Spec, profile: Profile) -> None:
        self.spec = spec
        self.version = _VERSIONS[profile]
        self.engine = engine_of(profile)
        self.taken = set(self.engine.taken)
        self.variables: dict[str, Variables] = {}

    def document(self, decisions: Sequence[Decision]) -> bytes:
        base = f"https://www.omg.org/spec/DMN/{self.version}"
        root = Element(
            "definitions",
            {
                "xmlns": f"{base}/MODEL/",
                "xmlns:dmndi": f"{base}/DMNDI/",
                "xmlns:dc": "http://www.omg.org/spec/DMN/20180521/DC/",
                "xmlns:di": "http://www.omg.org/spec/DMN/20180521/DI/",
                "id": "Definitions",
                "namespace": f"urn:stepladder:{quote(self.spec.name)}",
                "exporter": "Stepladder",
            },
        )
        root.set("name", self.spec.name)
        tables = list(self._tables(decisions))
        inputs = self._inputs(root, tables)
        decided = {table.name: table for table in tables}
        wires: list[tuple[str, str, str]] = []
        for table in tables:
            self._requirements(table, inputs, decided, wires)
            root.append(table.element)
        write_diagram(root, [(table.id, table.name) for table in tables], inputs, wires)
        return written(root)

    def _tables(self, decisions: Sequence[Decision]) -> Iterator[Table]:
        number = 0
        for decision in decisions:
            for outputs in _together(decision):
                number += 1
                yield self._table(f"Decision_{number}", decision, outputs)

    def _variables(self, record: str) -> Variables:
        if record not in self.variables:
            self.variables[record] = Variables(self.spec, record, self.taken, self.engine.spelling)
        return self.variables[record]

    def _table(self, id_: str, decision: Decision, outputs: tuple[str, ...]) -> Table:
        """Write one table; which variables it asks for is known when all its cells are written."""
        variables = self._variables(decision.record)
        name = variables.decision(decision.name, outputs[0]).split(".", maxsplit=1)[0]
        if len(outputs) < len(decision.outputs):
            name = f"{name}_{safe_name(outputs[0])}"
        variables.forget()
        feel = Feel(variables)
        element = Element("decision", {"id": id_})
        _name(element, name, decision.label)
        kind = decision.outputs[outputs[0]] if len(outputs) == 1 else None
        _variable(element, f"{id_}_Variable", name, kind)
        policy, aggregation = _POLICIES[decision.policy]
        table = add(element, "decisionTable", id=f"{id_}_Table", hitPolicy=policy, aggregation=aggregation)
        for place, subject in enumerate(decision.inputs, start=1):
            column = add(table, "input", id=f"{id_}_Input_{place}", label=variables.said(subject))
            asked = add(column, "inputExpression", id=f"{id_}_Asked_{place}", typeRef=_type(subject.type))
            add(asked, "text", feel.value(subject))
        names = list(decision.outputs)
        for output in outputs:
            given = decision.outputs[output]
            element_type = given.element if isinstance(given, t.ListType) else given
            column = add(table, "output", id=f"{id_}_Output_{names.index(output) + 1}", label=output)
            _name(column, safe_name(output) if len(outputs) > 1 else name, None)
            kind_name = _type(element_type)
            if kind_name is not None:
                column.set("typeRef", kind_name)
        for row_number, row in enumerate(decision.rows, start=1):
            rule = add(table, "rule", id=f"{id_}_Rule_{row_number}")
            for place, (test, subject) in enumerate(zip(row.tests, decision.inputs, strict=True), start=1):
                cell = add(rule, "inputEntry", id=f"{id_}_Test_{row_number}_{place}")
                add(cell, "text", unary_tests(feel, subject, test))
            for output in outputs:
                place = names.index(output)
                cell = add(rule, "outputEntry", id=f"{id_}_Value_{row_number}_{place + 1}")
                add(cell, "text", feel.value(row.values[place]))
        return Table(id_, name, decision, outputs, element, tuple(variables.used()))

    @staticmethod
    def _inputs(root: Element, tables: Sequence[Table]) -> dict[str, str]:
        """Write what is asked for and no table gives; give the ids by name."""
        decided = {table.name for table in tables}
        ids: dict[str, str] = {}
        for table in tables:
            for variable in table.asks:
                if variable.name in ids or (variable.kind == "decision" and variable.name in decided):
                    continue
                id_ = ids[variable.name] = f"Input_{len(ids) + 1}"
                data = add(root, "inputData", id=id_)
                _name(data, variable.name, variable.said)
                _variable(data, f"{id_}_Variable", variable.name, None)
        return ids

    @staticmethod
    def _requirements(
        table: Table, inputs: dict[str, str], decided: dict[str, Table], wires: list[tuple[str, str, str]]
    ) -> None:
        """Write on what a table rests, between its variable and its cells."""
        for number, variable in enumerate(table.asks, start=1):
            id_ = f"{table.id}_Needs_{number}"
            requirement = Element("informationRequirement", {"id": id_})
            source = inputs.get(variable.name) or decided[variable.name].id
            kind = "requiredInput" if variable.name in inputs else "requiredDecision"
            add(requirement, kind, href=f"#{source}")
            table.element.insert(number, requirement)
            wires.append((id_, source, table.id))


def _together(decision: Decision) -> Iterator[tuple[str, ...]]:
    """Yield the outputs that stand in one table: what is added up or counted stands alone in DMN."""
    outputs = tuple(decision.outputs)
    if _POLICIES[decision.policy][1] is None:
        yield outputs
    else:
        yield from ((output,) for output in outputs)


def _name(element: Element, name: str, label: str | None) -> None:
    element.set("name", name)
    if label is not None and label != name:
        element.set("label", shown(label))


def _variable(parent: Element, id_: str, name: str, kind: t.Type | None) -> None:
    variable = add(parent, "variable", id=id_, typeRef=None if kind is None else _type(kind))
    variable.set("name", name)


def _type(kind: t.Type) -> str | None:
    """Give FEEL's word for a type; None where it has none, or does not tell."""
    match kind:
        case t.TextType() | t.ChoiceType() | t.ReferenceType() | t.PersonType():
            return "string"
        case t.NumberType() | t.MoneyType():
            return "number"
        case t.YesNoType():
            return "boolean"
        case t.DateType():
            return "date"
        case t.DatetimeType():
            return "dateTime"
        case _:
            return None
