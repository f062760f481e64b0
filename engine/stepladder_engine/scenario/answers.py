"""The results of scenarios for programs: JSON and JUnit XML."""

from __future__ import annotations

from typing import Any

from stepladder_engine.scenario.coverage import Coverage
from stepladder_engine.scenario.run import ScenarioResult
from stepladder_engine.texts.catalogue import tell, text


def as_json(results: list[ScenarioResult], language: str, found: Coverage | None = None) -> dict[str, Any]:
    """Give the results as one JSON-like document, with the sentences in the reader's language."""
    document: dict[str, Any] = {
        "scenarios": [
            {
                "name": result.scenario.title,
                "file": result.scenario.span.file,
                "line": result.scenario.span.line,
                "passed": result.passed,
                "expectations": result.expectations,
                "failures": [
                    {
                        "line": failure.line,
                        "expected": tell(failure.expected, language),
                        "found": tell(failure.found, language),
                    }
                    for failure in result.failures
                ],
            }
            for result in results
        ],
        "summary": {
            "passed": sum(result.passed for result in results),
            "failed": sum(not result.passed for result in results),
        },
    }
    if found is not None:
        document["coverage"] = {
            family: {
                "covered": len(found.covered[family]),
                "total": len(names),
                "missing": found.missing(family),
            }
            for family, names in found.everything.items()
        }
    return document


def as_junit(results: list[ScenarioResult], language: str) -> str:
    """Give the results as a JUnit XML document, with the sentences in the reader's language."""
    from xml.etree import ElementTree as Xml

    failed = sum(not result.passed for result in results)
    suite = Xml.Element("testsuite", name="stepladder", tests=str(len(results)), failures=str(failed))
    for result in results:
        case = Xml.SubElement(
            suite, "testcase", name=result.scenario.title, classname=result.scenario.span.file
        )
        for failure in result.failures:
            told = {"expected": failure.expected, "found": failure.found}
            message = text(language, "test.failure_in_line", line=failure.line, **told)
            Xml.SubElement(case, "failure", message=message).text = message
    Xml.indent(suite)
    return Xml.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
