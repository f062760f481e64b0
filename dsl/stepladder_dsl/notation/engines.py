"""What an engine wants to find in a BPMN file besides the standard's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from stepladder_dsl.notation.feel import text_literal
from stepladder_dsl.notation.flow import Node
from stepladder_dsl.notation.profiles import Profile
from stepladder_dsl.notation.variables import latin_name, safe_name
from stepladder_dsl.notation.xml import Element, add

_XSI = {"xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"}


def engine_of(profile: Profile) -> Engine:
    """Give the engine of a profile."""
    return Camunda() if profile == "camunda" else Engine()


def context_literal(node: Node) -> str:
    """Write the values of a task as a context of FEEL."""
    return "{" + ", ".join(f"{text_literal(name)}: {value}" for name, value in node.values) + "}"


class Engine:
    """No engine in particular: BPMN as the standard has it, with expressions in FEEL."""

    namespaces: ClassVar[Mapping[str, str]] = _XSI
    definitions: ClassVar[Mapping[str, str]] = {}
    has_own_scripts = False
    taken: ClassVar[frozenset[str]] = frozenset()
    """Names of variables that are the engine's or ours."""

    def spelling(self, name: str) -> str:
        """Write the name of a variable."""
        return safe_name(name)

    def expression(self, text: str) -> str:
        """Write an expression."""
        return text

    def message(self, message: Element) -> None:
        """Add how a message finds its case."""

    def extend(self, element: Element, node: Node, lane: str) -> None:
        """Add how a node is carried out."""


class Camunda(Engine):
    """Camunda 8; conditional events are new in it."""

    namespaces: ClassVar[Mapping[str, str]] = {
        **_XSI,
        "xmlns:zeebe": "http://camunda.org/schema/zeebe/1.0",
        "xmlns:modeler": "http://camunda.org/schema/modeler/1.0",
    }
    definitions: ClassVar[Mapping[str, str]] = {
        "modeler:executionPlatform": "Camunda Cloud",
        "modeler:executionPlatformVersion": "8.9.0",
    }
    has_own_scripts = True
    taken: ClassVar[frozenset[str]] = frozenset({"case_key", "written_down"})

    def spelling(self, name: str) -> str:
        """Write the name of a variable in the only letters that Camunda takes for one."""
        return latin_name(name)

    def expression(self, text: str) -> str:
        """Mark an expression as one: without the sign it would be a text."""
        return f"={text}"

    def message(self, message: Element) -> None:
        """Add the variable that holds the key of the record."""
        add(add(message, "bpmn:extensionElements"), "zeebe:subscription", correlationKey="=case_key")

    def extend(self, element: Element, node: Node, lane: str) -> None:
        """Add who does a task, what a script sets and which worker tells others."""
        match node.kind:
            case "stage":
                extension = add(element, "bpmn:extensionElements")
                add(extension, "zeebe:userTask")
                if lane != "-":
                    add(extension, "zeebe:assignmentDefinition", candidateGroups=lane)
            case "set":
                extension = add(element, "bpmn:extensionElements")
                add(
                    extension,
                    "zeebe:script",
                    expression=f"={context_literal(node)}",
                    resultVariable="written_down",
                )
                mapping = add(extension, "zeebe:ioMapping")
                for name, _ in node.values:
                    add(mapping, "zeebe:output", source=f"=written_down.{name}", target=name)
            case "send":
                extension = add(element, "bpmn:extensionElements")
                add(extension, "zeebe:taskDefinition", type="tell")
                add(add(extension, "zeebe:taskHeaders"), "zeebe:header", key="message", value=node.says)
                mapping = add(extension, "zeebe:ioMapping")
                add(mapping, "zeebe:input", source=f"={context_literal(node)}", target="values")
            case _:
                pass
