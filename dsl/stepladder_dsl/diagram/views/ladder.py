"""The relation ladder: the rungs of a process from the bottom up, with effort and conversion."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.board import Panel, small, titles
from stepladder_dsl.diagram.live import Live, RungFigures, StageFigures
from stepladder_dsl.diagram.rows import Row, make_row
from stepladder_dsl.diagram.rungs import rungs_of
from stepladder_dsl.diagram.stairs import Staircase, Step, StepCard
from stepladder_dsl.diagram.telling import (
    days_text,
    formula_kept,
    kept,
    money_text,
    number_text,
    percent_text,
    told,
)
from stepladder_dsl.diagram.text import unbroken
from stepladder_dsl.graph.edges import transition_edges
from stepladder_dsl.graph.items import TransitionEdge, stage_id
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.model.spec import Process, Spec, Stage


def ladder_panels(spec: Spec, process: str | None, live: Live | None) -> Iterator[Panel]:
    """Yield the ladder of the process, or of each process."""
    for one in spec.processes.values():
        if process in (None, one.name) and one.stages:
            yield _Ladder(spec, one, live).panel()


class _Ladder:
    """The ladder of one process."""

    def __init__(self, spec: Spec, process: Process, live: Live | None) -> None:
        self.spec = spec
        self.process = process
        self.live = live
        self.language = spec.language
        self.words = words_of(spec.language)
        self.rungs = rungs_of(process)
        self.nodes = {stage_id(process.name, name) for name in self.rungs}
        self.edges = list(transition_edges(spec, process))

    def panel(self) -> Panel:
        """Put the ladder together."""
        stairs = Staircase(
            [self.step(number) for number in range(len(self.rungs))],
            [self.aside(stage) for name, stage in self.process.stages.items() if name not in self.rungs],
            make_row(
                self.tell("aside"),
                style.FRAME_SIZE,
                style.FRAME_INK,
                width=style.FRAME_TEXT_WIDTH,
                bold=True,
            ),
        )
        since = self.tell("as_of", moment=self.live.as_of) if self.live else None
        heading = titles(
            f"{self.kept(self.spec.label)} \u00b7 {self.tell('ladder')}", self.process.label, since
        )
        return Panel(
            self.process.name,
            heading,
            stairs.width,
            stairs.height,
            stairs.paint,
            stairs.texts(),
            tuple(self.legend(stairs)),
        )

    def tell(self, key: str, **values: str) -> str:
        """Give a sentence in the spec's language."""
        return told(self.language, key, **values)

    def row(self, text: str, mark: str | None = None, ink: str = style.INK) -> Row:
        """Make a small row."""
        return small(text, width=style.STEP_TEXT_WIDTH, mark=mark, ink=ink)

    def step(self, number: int) -> Step:
        """Make the card of a rung, and what leads up from it."""
        stage = self.process.stages[self.rungs[number]]
        figures = self.figures(number)
        card = StepCard(
            stage_id(self.process.name, stage.name),
            stage.end.value if stage.end else "stage",
            (self.title(stage), *self.details(stage), *self.counts(stage, figures)),
            number=number_text(self.language, number + 1),
            share=self.share(figures),
        )
        if number + 1 == len(self.rungs):
            return Step((card,))
        ends = stage_id(self.process.name, stage.name), stage_id(self.process.name, self.rungs[number + 1])
        up = [edge for edge in self.edges if (edge.source, edge.target) == ends]
        return Step((card,), up[0].kind, (*self.lift_rows(up), *self.conversion(number)))

    def title(self, stage: Stage) -> Row:
        """Give the title of a stage."""
        look = style.CARDS[stage.end.value if stage.end else "stage"]
        mark = look.mark or ("start" if stage.name == self.process.start else None)
        return make_row(
            stage.label, style.CARD_TITLE_SIZE, look.ink, width=style.STEP_TEXT_WIDTH, mark=mark, bold=True
        )

    def details(self, stage: Stage) -> Iterator[Row]:
        """Yield who answers for a stage, and what one client takes there."""
        if stage.owner:
            yield self.row(self.spec.roles[stage.owner].label, "owner", style.QUIET)
        if stage.limit:
            limit = duration_text(stage.limit.duration, self.language)
            yield self.row(self.words.at_most.format(duration=limit), "limit")
        effort = []
        if stage.steps:
            effort.append(self.tell("steps", count=number_text(self.language, len(stage.steps))))
        if stage.effort:
            effort.append(self.tell("effort", duration=duration_text(stage.effort, self.language)))
        if stage.cost is not None:
            amount = money_text(self.language, stage.cost, self.spec.currency)
            effort.append(self.tell("cost", amount=amount))
        if effort:
            yield self.row(style.BETWEEN_EVENTS.join(effort), "effort")

    def lift_rows(self, edges: list[TransitionEdge]) -> Iterator[Row]:
        """Yield what leads up to the next rung, one row for each way."""
        guards: dict[tuple[str, str], list[str]] = {}
        for edge in edges:
            title = self.kept(edge.title) if edge.kind != "when" else ""
            guards.setdefault((edge.kind, title), []).append(edge.guard or "")
        for (kind, title), some in guards.items():
            # Where the last way is for all others, together they depend on nothing.
            conditions = [self.condition(guard) for guard in some] if all(some) else []
            first, *others = conditions or [""]
            texts = [self.words.and_then.join(part for part in (title, first) if part), *others]
            for text in texts:
                yield small(text, width=style.LIFT_TEXT_WIDTH, ink=style.STROKES[kind].colour)

    def aside(self, stage: Stage) -> StepCard:
        """Make the card of a stage that is no rung."""
        node = stage_id(self.process.name, stage.name)
        shape = stage.end.value if stage.end else "stage"
        rows = (self.title(stage), *self.details(stage), *self.ways_in(node), *self.ways_back(node))
        return StepCard(node, shape, (*rows, *self.counts(stage, None)))

    def ways_in(self, node: str) -> Iterator[Row]:
        """Yield where a stage is reached from, one row for each trigger."""
        for said, edges in self.by_trigger(edge for edge in self.edges if edge.target == node):
            places = self.stages_told([edge.source for edge in edges if edge.source != node])
            if places:
                text = self.words.way_in.format(places=self.words.from_places(places), way=said)
                yield self.row(text, edges[0].kind, style.STROKES[edges[0].kind].colour)

    def ways_back(self, node: str) -> Iterator[Row]:
        """Yield how a case comes back from a stage onto the ladder."""
        for said, edges in self.by_trigger(edge for edge in self.edges if edge.source == node):
            targets = [edge.target for edge in edges if edge.target in self.nodes]
            if targets:
                text = self.tell("back", stage=self.words.and_then.join(self.stages_told(targets)), way=said)
                yield self.row(text, "way_back", style.QUIET)

    def by_trigger(self, edges: Iterator[TransitionEdge]) -> list[tuple[str, list[TransitionEdge]]]:
        """Put ways together that the same thing sets off."""
        found: dict[str, list[TransitionEdge]] = {}
        for edge in edges:
            if not edge.stays:
                said = self.kept(edge.title) if edge.kind != "when" else self.condition(edge.guard or "")
                found.setdefault(said, []).append(edge)
        return list(found.items())

    def condition(self, guard: str) -> str:
        """Write a guard as people write conditions."""
        return self.words.when.format(guard=formula_kept(self.language, guard))

    def kept(self, title: str) -> str:
        """Give a title such that it keeps its order in a sentence."""
        return kept(self.language, title)

    def stages_told(self, nodes: list[str]) -> list[str]:
        """Name some stages: those on the ladder by their numbers, upwards, then others by their titles."""
        names = dict.fromkeys(node.split("/", 1)[1] for node in nodes)
        numbers = sorted(self.rungs.index(name) + 1 for name in names if name in self.rungs)
        labels = [self.process.stages[name].label for name in names if name not in self.rungs]
        return [
            *(number_text(self.language, number) for number in numbers),
            *(self.words.quoted.format(title=label) for label in labels),
        ]

    # With data

    def figures(self, number: int) -> RungFigures | None:
        """Give the figures of a rung, where there are some."""
        rungs = self.live.rungs.get(self.process.name, ()) if self.live else ()
        return rungs[number] if number < len(rungs) else None

    def share(self, figures: RungFigures | None) -> float | None:
        """Give the share of all cases that came so far."""
        first = self.figures(0)
        if figures is None or first is None:
            return None
        return figures.reached / first.reached if first.reached else 0.0

    def counts(self, stage: Stage, rung: RungFigures | None) -> Iterator[Row]:
        """Yield how many came to a stage, and how many are in it."""
        if self.live is None:
            return
        found = self.live.stages.get(stage_id(self.process.name, stage.name), StageFigures())
        first = self.figures(0)
        parts = []
        if rung is not None and first is not None:
            share = percent_text(self.language, rung.reached, first.reached)
            parts.append(self.tell("reached", count=self.number(rung.reached), share=share))
        else:
            parts.append(self.tell("through", count=self.number(found.through)))
        parts.append(self.tell("here", count=self.number(found.now)))
        if found.overdue:
            parts.append(self.tell("overdue", count=self.number(found.overdue)))
        text = style.BETWEEN_EVENTS.join(unbroken(part) for part in parts)
        yield self.row(text, "cases")

    def number(self, value: int) -> str:
        """Write a number."""
        return number_text(self.language, value)

    def conversion(self, number: int) -> Iterator[Row]:
        """Yield how many go on from a rung, and how soon."""
        here, above = self.figures(number), self.figures(number + 1)
        if here is None or above is None:
            return
        share = percent_text(self.language, above.reached, here.reached)
        text = self.tell("goes_on", share=share)
        if here.median_days is not None and above.reached:
            text = self.tell(
                "goes_on.median", share=share, duration=days_text(self.language, here.median_days)
            )
        yield make_row(text, style.SMALL_SIZE, style.INK, width=style.LIFT_TEXT_WIDTH, bold=True)

    def legend(self, stairs: Staircase) -> Iterator[Row]:
        """Yield a row for every mark that the picture uses."""
        used = {row.mark for row in stairs.texts() if row.mark} | {step.kind for step in stairs.steps[:-1]}
        names = self.words.marks | {
            mark: self.tell(f"mark.{mark}") for mark in ("effort", "way_back", "cases", "bar")
        }
        if self.live:
            used.add("bar")
        for mark, text in names.items():
            if mark in used:
                yield small(text, width=style.LEGEND_TEXT_WIDTH, mark=mark, ink=style.QUIET)
