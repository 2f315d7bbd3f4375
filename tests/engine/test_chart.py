"""Flow charts and their layout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.chart.chart import Mark, chart_of
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
    assert links[1][:2] == [(2, ("x > 1",), None), (3, ("1",), None)]
    assert links[4] == [(None, (), 9)]
    assert {Mark.LOOP, Mark.ERROR} <= chart.nodes[2].marks
    assert {Mark.UNREACHED, Mark.DEAD_END} <= chart.nodes[4].marks
    assert chart.edges == [(0, 1), (1, 2), (1, 3), (2, 3), (3, 2)]
    assert not chart.nodes[0].marks


def test_empty_schema_has_finding_and_no_nodes():
    chart = chart_of([])
    assert (list(chart.nodes), [finding.code for finding in chart.findings]) == ([], ["empty_schema"])
