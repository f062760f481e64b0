"""The same with `SpiffWorkflow`: a stage is a user task that an event completes, with a gateway behind it."""

from __future__ import annotations

import io
from xml.sax.saxutils import quoteattr

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from contenders.reading import main
from contenders.story import Decide, Facts
from contenders.ways import STAGES, WAYS

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench">'
    '<process id="sale" isExecutable="true">'
)


def diagram() -> str:
    """Write the process as BPMN: who waits in the last stage has reached the end."""
    parts = [_HEAD, '<startEvent id="start"/>', _flow("start", STAGES[0]), f'<endEvent id="{STAGES[-1]}"/>']
    for stage in STAGES[:-1]:
        gateway = f"after_{stage}"
        parts += [
            f'<userTask id="{stage}" name="{stage}"/>',
            _flow(stage, gateway),
            f'<exclusiveGateway id="{gateway}" default="{gateway}__{stage}"/>',
            _flow(gateway, stage),
        ]
        for number, way in enumerate(WAYS):
            if way.source == stage:
                asked = f"event == {way.event!r}" + (f" and ({way.guard})" if way.guard else "")
                parts.append(_flow(gateway, way.target, number, asked))
    return "".join([*parts, "</process></definitions>"])


def _flow(source: str, target: str, number: int | None = None, asked: str | None = None) -> str:
    name = f"{source}__{target}" + ("" if number is None else f"_{number}")
    condition = "" if asked is None else f"<conditionExpression>{_escaped(asked)}</conditionExpression>"
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'


def _escaped(text: str) -> str:
    return quoteattr(text, {'"': "&quot;"})[1:-1]


def _specification() -> object:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.StringIO(diagram())), filename="sale.bpmn")
    return parser.get_spec("sale")


SALE = _specification()


def new_client() -> Decide:
    """Begin the process of one client."""
    workflow = BpmnWorkflow(SALE)
    workflow.do_engine_steps()

    def decide(stage: str, event: str, facts: Facts) -> str | None:
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task is None:
            return None
        task.data.update(facts._asdict(), event=event)
        task.run()
        workflow.do_engine_steps()
        following = workflow.get_next_task(state=TaskState.READY, manual=True)
        reached = STAGES[-1] if following is None else str(following.task_spec.name)
        return None if reached == stage else reached

    return decide


if __name__ == "__main__":
    main(new_client)
