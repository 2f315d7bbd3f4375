"""Flow charts and their layout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.chart.chart import Chart, Link, Mark, Node, chart_of
from chat_api.engine.chart.folding import fold_groups
from chat_api.engine.chart.layout import layout_of
from chat_api.engine.script_source import RawAnswer, RawQuestion

pytestmark = pytest.mark.sqlite_only

sizes = st.integers(0, 12)


@st.composite
def graphs(draw):
    size = draw(sizes)
    if not size:
        return 0, []
    node = st.integers(0, size - 1)
    return size, draw(st.lists(st.tuples(node, node), unique=True, max_size=30))


@given(graphs())
def test_each_node_has_one_position_and_each_edge_is_drawn_or_listed_as_undrawn(graph):
    size, edges = graph
    layout = layout_of(size, edges)
    nodes = [node for layer in layout.layers for node in layer]
    assert sorted(node for node in nodes if node >= 0) == list(range(size))
    assert len(nodes) == len(set(nodes))
    assert set(layout.paths) | layout.undrawn == set(edges)
    assert not set(layout.paths) & layout.undrawn
    for (source, target), path in layout.paths.items():
        first, last = path[0], path[-1]
        assert layout.layers[first[0]][first[1]] == source
        assert layout.layers[last[0]][last[1]] == target
        rows = [row for row, _ in path]
        assert rows in (list(range(rows[0], rows[-1] + 1)), list(range(rows[0], rows[-1] - 1, -1)))
        assert all(layout.layers[row][column] < 0 for row, column in path[1:-1])


def test_acyclic_script_has_layers_by_longest_path():
    layout = layout_of(5, [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3), (3, 4)])
    assert [sorted(node for node in layer if node >= 0) for layer in layout.layers] == [[0], [1, 2], [3], [4]]


def test_edges_across_too_many_layers_are_not_drawn():
    edges = [(node, node + 1) for node in range(3000)] + [(node, 3000) for node in range(100)]
    layout = layout_of(3001, edges)
    assert (0, 3000) in layout.undrawn
    assert (2999, 3000) in layout.paths
    assert sum(len(layer) for layer in layout.layers) < 8000


def test_chart_has_links_labels_and_marks():
    def choice(qid, *answers, **columns):
        offered = tuple(
            RawAnswer(qid * 10 + number, number, text, next_qid)
            for number, (text, next_qid) in enumerate(answers)
        )
        return RawQuestion(qid, qid, qid, "choice", f"q{qid}", answers=offered, **columns)

    chart = chart_of(
        [
            choice(1, ("yes", 2), ("of course", 2), ("no", -1)),
            RawQuestion(2, 2, 2, "fork", "fork", forking_rules=[["3", "x > 1"], ["4", "1"]]),
            RawQuestion(3, 3, 3, "message", "loop", next_qid=4),
            RawQuestion(4, 4, 4, "message", "loop again", next_qid=3),
            choice(5, ("lost", 9)),
        ]
    )
    links = [[(link.target, link.labels, link.missing) for link in node.links] for node in chart.nodes]
    assert links[0] == [(1, ("yes", "of course"), None), (None, ("no",), None)]
    assert links[1] == [(2, ("x > 1",), None), (3, (), None)]
    assert [link.otherwise for link in chart.nodes[1].links] == [False, True]
    assert links[4] == [(None, (), 9)]
    assert {Mark.LOOP, Mark.ERROR} <= chart.nodes[2].marks
    assert {Mark.UNREACHED, Mark.DEAD_END} <= chart.nodes[4].marks
    assert chart.edges == [(0, 1), (1, 2), (1, 3), (2, 3), (3, 2)]
    assert not chart.nodes[0].marks


def test_empty_schema_has_finding_and_no_nodes():
    chart = chart_of([])
    assert (list(chart.nodes), [finding.code for finding in chart.findings]) == ([], ["empty_schema"])


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # One rule that always applies does not branch.
        ([["2", "1"]], [Link(1)]),
        ([["2", "x > 1"], ["3", " 1 "]], [Link(1, ("x > 1",)), Link(2, otherwise=True)]),
        (
            [["2", "x > 1"], ["2", "x < 0"], ["3", "1"]],
            [Link(1, ("x > 1", "x < 0")), Link(2, otherwise=True)],
        ),
        ([["2", "x > 1"], ["2", "1"]], [Link(1)]),
        # Without such a rule, the script ends.
        ([["2", "x > 1"]], [Link(1, ("x > 1",)), Link(None, otherwise=True)]),
    ],
)
def test_fork_leads_somewhere_otherwise(rules, expected):
    after = [RawQuestion(qid, qid, qid, "text", "after") for qid in (2, 3)]
    first = RawQuestion(
        1, 1, 1, "fork", "fork", forking_rules=rules, variable_modifications=[["x", "random(5)"]]
    )
    chart = chart_of([first, *after], [])
    assert chart.nodes[0].links == expected


def chart_with_groups(groups, edges):
    """Return a chart with a group, or None, for each node, and edges from pairs of indexes to their labels."""
    nodes = []
    for index, group in enumerate(groups):
        raw = RawQuestion(index + 1, index + 1, index + 1, "text", f"q{index + 1}", group_id=group)
        nodes.append(Node(chart_of([raw], []).nodes[0].question))
    for (source, target), labels in edges.items():
        nodes[source].links.append(Link(target, labels))
    return Chart(nodes, [])


def test_folded_group_is_one_node_with_links_of_its_questions():
    chart = chart_with_groups(
        [None, 7, 7, 8, None],
        {(0, 1): ("yes",), (0, 3): ("no",), (1, 2): (), (2, 1): ("again",), (2, 4): ("on",), (3, 4): ()},
    )
    chart.nodes[1].marks = {Mark.WARNING, Mark.UNREACHED}
    folded = fold_groups(chart, {7})
    assert [node.question.qid for node in folded.nodes] == [1, 2, 4, 5]
    assert [[each.qid for each in node.folded] for node in folded.nodes] == [[], [2, 3], [], []]
    assert folded.edges == [(0, 1), (0, 2), (1, 3), (2, 3)]
    assert folded.nodes[1].links == [Link(3, ("on",))]
    # The group as a whole is reachable.
    assert folded.nodes[1].marks == {Mark.WARNING}


def test_answers_that_lead_into_one_folded_group_need_no_label():
    chart = chart_with_groups([None, 7, 7], {(0, 1): ("yes",), (0, 2): ("no",), (1, 2): ()})
    assert fold_groups(chart, {7}).nodes[0].links == [Link(1)]
    assert fold_groups(chart, ()).nodes[0].links == [Link(1, ("yes",)), Link(2, ("no",))]


@given(graphs(), st.data())
def test_folding_keeps_each_question_and_each_link_between_nodes(graph, data):
    size, edges = graph
    groups = [data.draw(st.sampled_from([None, 1, 2, 3])) for _ in range(size)]
    chart = chart_with_groups(groups, dict.fromkeys(edges, ()))
    folded = fold_groups(chart, {1, 2})
    place = {}
    for index, node in enumerate(folded.nodes):
        place.update(dict.fromkeys([each.qid - 1 for each in node.folded or (node.question,)], index))
    assert sorted(place) == list(range(size))
    is_folded = [bool(node.folded) for node in folded.nodes]
    expected = {(place[one], place[other]) for one, other in edges}
    assert set(folded.edges) == {
        (one, other) for one, other in expected if one != other or not is_folded[one]
    }
