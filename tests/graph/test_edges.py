from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.graph.edges import edges_of, transition_edges
from stepladder_dsl.graph.items import TransitionEdge
from stepladder_dsl.graph.nodes import nodes_of
from stepladder_dsl.graph.walks import can_reach, cycles, knots, reachable_from, stage_successors
from stepladder_dsl.graph.words import WORDS, duration_text, durations_text
from stepladder_dsl.model.spec import Silence, Spec, Transition
from stepladder_dsl.model.types import Duration, Unit


def test_every_transition_says_what_it_is(repair: Spec) -> None:
    rows = [
        (edge.source, edge.target, edge.kind, edge.label, edge.key)
        for edge in transition_edges(repair, repair.processes["repair"])
    ]
    assert rows == [
        ("repair/brought", "repair/mending", "event", "Accepted when paid = yes", "stage:brought:0"),
        ("repair/brought", "repair/gone", "event", "scrapped", "process:repair:0"),
        ("repair/mending", "repair/ready", "timer", "7 days after “Accepted”", "stage:mending:0"),
        ("repair/mending", "repair/ready", "when", "when cost = 0", "stage:mending:1"),
        ("repair/mending", "repair/mending", "event", "Accepted", "phase:bench:0"),
        ("repair/mending", "repair/gone", "event", "scrapped", "process:repair:0"),
        ("repair/ready", "repair/gone", "event", "scrapped", "process:repair:0"),
    ]


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "after 7 days without “Accepted”"),
        ("ru", "через 7 дней без события «Accepted»"),
        ("bg", "след 7 дни без събитие „Accepted“"),
        ("fa", "پس از ۷ روز بدون رویداد «Accepted»"),
    ],
)
def test_a_silence_is_told_in_words(repair: Spec, language: str, label: str) -> None:
    process = repair.processes["repair"]
    silent = Transition(Silence(Duration(7, Unit.DAY), "accepted"), None, "gone")
    stage = replace(process.stages["ready"], transitions=(silent,), own_transitions=(silent,))
    spec = replace(repair, language=language)
    (edge,) = transition_edges(
        spec, replace(process, stages={"ready": stage, "gone": process.stages["gone"]})
    )
    assert (edge.kind, edge.name, edge.event, edge.label) == ("timer", "after", None, label)
    assert edge.delay == duration_text(Duration(7, Unit.DAY), language)


def test_a_transition_knows_whose_words_it_is(repair: Spec) -> None:
    stay = next(edge for edge in edges_of(repair) if isinstance(edge, TransitionEdge) and edge.stays)
    assert (stay.origin, stay.origin_name, stay.effects, stay.delay, stay.event) == (
        "phase",
        "bench",
        ("set cost", "emit called to owner"),
        None,
        "accepted",
    )


def test_relations_say_who_and_what_belongs_where(repair: Spec) -> None:
    rows = {
        (edge.source, edge.kind, edge.target)
        for edge in edges_of(repair)
        if not isinstance(edge, TransitionEdge)
    }
    assert rows == {
        ("repair/mending", "owned_by", "role:smith"),
        ("repair/mending", "alerts", "role:boss"),
        ("role:smith", "reports_to", "role:boss"),
        ("repair/ready", "offers", "offer:polish"),
        ("offer:polish", "done_by", "role:smith"),
        ("repair/mending", "starts", "follow_up:ask"),
        ("repair/ready", "starts", "follow_up:thank"),
        ("follow_up:ask", "done_by", "role:smith"),
        ("follow_up:ask", "escalates_to", "role:boss"),
    }


def test_every_node_and_edge_leads_back_to_the_text(repair: Spec) -> None:
    assert {(node.id, node.file, node.line) for node in nodes_of(repair) if node.line} == {
        ("repair/brought", "repair.ladder", 12),
        ("repair/mending", "repair.ladder", 15),
    }


def test_edges_of_the_same_two_nodes_have_different_keys(repair: Spec) -> None:
    names = [(edge.source, edge.target, edge.key) for edge in edges_of(repair)]
    assert len(names) == len(set(names))


def test_a_stay_leads_to_the_same_stage(repair: Spec) -> None:
    assert stage_successors(repair.processes["repair"]) == {
        "brought": ("mending", "gone"),
        "mending": ("ready", "mending", "gone"),
        "ready": ("gone",),
        "gone": (),
    }


@pytest.mark.parametrize(
    ("graph", "reached", "reaching", "knots"),
    [
        ({}, {"a"}, {"a"}, []),
        ({"a": ["b"], "b": ["c"], "c": []}, {"a", "b", "c"}, {"a"}, []),
        ({"a": ["a"]}, {"a"}, {"a"}, [("a",)]),
        ({"c": ["a"], "a": ["b"], "b": ["a"]}, {"a", "b"}, {"a", "b", "c"}, [("a", "b")]),
        ({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]}, {"a", "b", "c"}, {"a", "d"}, [("b", "c")]),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}, {"a", "b"}, {"a", "b"}, [("a", "b"), ("c", "d")]),
    ],
)
def test_helpers_find_what_is_connected(
    graph: dict[str, list[str]], reached: set[str], reaching: set[str], knots: list[tuple[str, ...]]
) -> None:
    assert reachable_from(graph, ["a"]) == reached
    assert can_reach(graph, ["a"]) == reaching
    assert cycles(graph) == knots


@pytest.mark.parametrize(
    ("language", "duration", "text"),
    [
        ("en", Duration(1, Unit.DAY), "1 day"),
        ("en", Duration(30, Unit.MINUTE), "30 minutes"),
        ("ru", Duration(1, Unit.WEEK), "1 неделю"),
        ("ru", Duration(2, Unit.HOUR), "2 часа"),
        ("ru", Duration(11, Unit.DAY), "11 дней"),
        ("ru", Duration(12, Unit.MONTH), "12 месяцев"),
        ("ru", Duration(21, Unit.DAY), "21 день"),
        ("ru", Duration(5, Unit.YEAR), "5 лет"),
        ("bg", Duration(21, Unit.DAY), "21 дни"),
        ("bg", Duration(2, Unit.MONTH), "2 месеца"),
        ("fa", Duration(30, Unit.DAY), "۳۰ روز"),
    ],
)
def test_durations_are_written_as_people_write_them(language: str, duration: Duration, text: str) -> None:
    assert duration_text(duration, language) == text


def test_working_time_is_written_as_such() -> None:
    working = Duration(7, Unit.DAY, "shop")
    written = [duration_text(working, language) for language in ("en", "ru", "bg", "fa")]
    assert written == ["7 working days", "7 рабочих дней", "7 работни дни", "۷ روز کاری"]


def test_durations_of_one_unit_share_its_name() -> None:
    durations = (Duration(30, Unit.DAY), Duration(60, Unit.DAY), Duration(1, Unit.YEAR))
    assert durations_text(durations, "fa") == "۳۰، ۶۰ روز، ۱ سال"


def test_every_language_has_every_word() -> None:
    english = WORDS["en"]
    assert list(WORDS) == ["en", "ru", "bg", "fa"]
    for language, words in WORDS.items():
        assert list(words.marks) == list(english.marks), language
        for unit in Unit:
            assert duration_text(Duration(5, unit), language), language


@given(
    st.dictionaries(
        st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefghz"), max_size=4), max_size=8
    )
)
def test_property_knots_are_what_reaches_each_other(graph: dict[str, list[str]]) -> None:
    after = {name: reachable_from(graph, [name]) for name in graph}
    expected = [
        tuple(other for other in graph if other in after[name] and name in after[other]) for name in graph
    ]
    assert knots(graph) == list(dict.fromkeys(expected))
    assert cycles(graph) == [
        knot
        for knot in knots(graph)
        if any(knot[0] in after[next_one] for next_one in graph[knot[0]] if next_one in graph)
    ]
