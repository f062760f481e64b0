"""Decision tables: rows of cells -> typed conditions and values (hit policies as in DMN).

The first row says what the columns are: expressions before the double bar, names of
outputs behind it, each perhaps with a type. A cell before the bar tests its column's
expression: `-` lets everything pass, a bare value means "equal to", several tests with
commas mean that one of them is enough. A cell behind the bar is an expression, or `-`
for no value.
"""

from __future__ import annotations

from collections.abc import Sequence

from stepladder_dsl.diagnostics.diagnostic import Label
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.kinds import ANY, MONEY, comparable, type_word
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.types import AnyType, ListType, MoneyType, NumberType, Type
from stepladder_dsl.record import record
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n


def _looks_like_a_range(value: n.ExpressionNode) -> bool:
    """Say whether somebody has written `100-500` for a range: a difference of two plain numbers."""
    return (
        isinstance(value, n.ArithmeticNode)
        and value.operator == "-"
        and isinstance(value.left, n.NumberNode)
        and isinstance(value.right, n.NumberNode)
    )


@record
class _Column:
    """An output's name and its type, None where only the rows can tell."""

    name: n.Name
    type: Type | None


class DecisionTyper:
    """Types the decision tables of one spec."""

    def __init__(self, checker: ExpressionChecker) -> None:
        """Take the checker of expressions, which has the declared names."""
        self.checker = checker
        self.symbols = checker.symbols
        self.report = checker.symbols.report

    def decision(self, block: n.Block) -> m.Decision:
        """Type one table; what is wrong is reported, and what is right of it is kept."""
        line: n.DecideLine = block.statement
        policy = self._policy(block)
        scope = Scope(record=line.record.text, process=self.symbols.only_process(line.record.text))
        rows = self._rows(block)
        inputs, columns = self._header(rows[0], scope) if rows else ((), ())
        if len(rows) <= 1 and not self._has_broken_row(block):
            self.report("SL104", line.name.span, "rows", name=line.name.text)
        typed = [
            found
            for row in rows[1:]
            if self._fits_header(row, rows[0]) and (found := self._row(row, inputs, columns, scope))
        ]
        return m.Decision(
            line.name.text,
            line.record.text,
            policy,
            inputs,
            self._outputs(columns, typed, policy),
            tuple(typed),
            line.title.text if line.title is not None else None,
            line.name.span,
        )

    @staticmethod
    def _rows(block: n.Block) -> list[n.Block]:
        """Give the rows; none where the first of them could not be read, for it names the columns."""
        lines = [child for child in block.children if not isinstance(child.statement, n.HitPolicyLine)]
        if lines and not isinstance(lines[0].statement, n.RowLine):
            return []
        return [line for line in lines if isinstance(line.statement, n.RowLine)]

    def _policy(self, block: n.Block) -> m.HitPolicy:
        found = [child for child in block.children if isinstance(child.statement, n.HitPolicyLine)]
        for again in found[1:]:
            self.report("SL108", again.span, text=again.text, labels=(Label(found[0].span, "first"),))
        if found:
            return m.HitPolicy(found[0].statement.policy)
        if not any(child.broken for child in block.children):
            name: n.Name = block.statement.name
            self.report("SL104", name.span, "policy", name=name.text)
        return m.HitPolicy.FIRST

    @staticmethod
    def _has_broken_row(block: n.Block) -> bool:
        return any(child.broken for child in block.children) or block.broken

    # the first row

    def _header(self, block: n.Block, scope: Scope) -> tuple[tuple[e.Expression, ...], tuple[_Column, ...]]:
        row: n.RowLine = block.statement
        inputs = tuple(self._input(cell, scope) for cell in row.inputs)
        columns: dict[str, _Column] = {}
        for cell in row.outputs:
            column = self._column(cell)
            if column is None:
                self.report("SL119", cell.span, "output")
                continue
            first = columns.get(column.name.text)
            if first is not None:
                labels = (Label(first.name.span, "first"),)
                self.report("SL102", column.name.span, name=column.name.text, labels=labels)
                continue
            columns[column.name.text] = column
        return inputs, tuple(columns.values())

    def _input(self, cell: n.CellNode, scope: Scope) -> e.Expression:
        plain = len(cell.tests) == 1 and cell.tests[0].operator == "="
        if not plain:
            self.report("SL119", cell.span, "input")
            return e.Literal(None, ANY, cell.span)
        return self.checker.value(cell.tests[0].values[0], scope)

    def _column(self, cell: n.CellNode) -> _Column | None:
        if cell.name is not None and cell.type is not None:
            return _Column(cell.name, self.checker.fields.kind_of(cell.type))
        if len(cell.tests) == 1 and cell.tests[0].operator == "=":
            value = cell.tests[0].values[0]
            if isinstance(value, n.NameNode):
                return _Column(value.name, None)
        return None

    # the other rows

    def _fits_header(self, block: n.Block, header: n.Block) -> bool:
        row: n.RowLine = block.statement
        first: n.RowLine = header.statement
        found, expected = ((len(line.inputs), len(line.outputs)) for line in (row, first))
        if found == expected:
            return True
        side = 0 if found[0] != expected[0] else 1
        self.report(
            "SL119",
            block.span,
            "inputs" if side == 0 else "outputs",
            found=found[side],
            expected=expected[side],
            labels=(Label(header.span, "header"),),
        )
        return False

    def _row(
        self,
        block: n.Block,
        inputs: Sequence[e.Expression],
        columns: Sequence[_Column],
        scope: Scope,
    ) -> m.DecisionRow | None:
        row: n.RowLine = block.statement
        if len(columns) != len(row.outputs):
            return None
        tests = tuple(
            self._tests(cell, subject, scope) for cell, subject in zip(row.inputs, inputs, strict=True)
        )
        values = tuple(
            self._value(cell, column, scope) for cell, column in zip(row.outputs, columns, strict=True)
        )
        return m.DecisionRow(tests, values, block.span)

    def _tests(self, cell: n.CellNode, subject: e.Expression, scope: Scope) -> e.Expression | None:
        if cell.name is not None:
            self.report("SL119", cell.span, "typed_cell", name=cell.name.text)
            return None
        found = tuple(self._test(test, subject, scope) for test in cell.tests)
        if len(found) > 1:
            return e.Logical("or", found, span=cell.span)
        return found[0] if found else None

    def _test(self, test: n.CellTestNode, subject: e.Expression, scope: Scope) -> e.Expression:
        match test.operator:
            case "known" | "unknown":
                return e.IsKnown(subject, test.operator == "unknown", span=test.span)
            case "between":
                low, high = (self.checker.value(value, scope, subject.type) for value in test.values)
                return e.Between(subject, low, high, span=test.span)
            case operator:
                if operator == "=" and _looks_like_a_range(test.values[0]):
                    self.report("SL119", test.span, "range")
                return self.checker.comparison_with(subject, operator, test.values[0], scope, test.span)

    def _value(self, cell: n.CellNode, column: _Column, scope: Scope) -> e.Expression | None:
        if cell.name is not None:
            self.report("SL119", cell.span, "typed_cell", name=cell.name.text)
            return None
        if not cell.tests:
            return None
        if [test.operator for test in cell.tests] == ["unknown"]:
            return e.Literal(None, ANY, cell.span)
        if len(cell.tests) > 1 or cell.tests[0].operator != "=":
            self.report("SL119", cell.span, "value")
            return None
        return self.checker.value(cell.tests[0].values[0], scope, column.type or ANY)

    def _outputs(
        self, columns: Sequence[_Column], rows: Sequence[m.DecisionRow], policy: m.HitPolicy
    ) -> dict[str, Type]:
        outputs: dict[str, Type] = {}
        for position, column in enumerate(columns):
            values = [value for row in rows if (value := row.values[position]) is not None]
            kind = column.type or self._common_type(values)
            outputs[column.name.text] = self._collected(kind, policy, column.name.span)
        return outputs

    def _common_type(self, values: Sequence[e.Expression]) -> Type:
        """Give the type of the rows' values; report the first that does not go with those before it."""
        common: Type = ANY
        for value in values:
            if isinstance(common, AnyType):
                common = value.type
            elif not comparable(common, value.type):
                self.report("SL103", value.span, found=type_word(value.type), expected=type_word(common))
            elif isinstance(value.type, MoneyType):
                common = MONEY
        return common

    def _collected(self, kind: Type, policy: m.HitPolicy, span: Span) -> Type:
        """Give the type of what a table collects."""
        if policy is m.HitPolicy.COLLECT:
            return ListType(kind)
        if policy is m.HitPolicy.COLLECT_COUNT:
            return NumberType()
        adds = policy in {m.HitPolicy.COLLECT_SUM, m.HitPolicy.COLLECT_MIN, m.HitPolicy.COLLECT_MAX}
        if adds and not isinstance(kind, NumberType | MoneyType | AnyType):
            self.report("SL103", span, found=type_word(kind), expected=type_word(NumberType()))
            return ANY
        return kind
