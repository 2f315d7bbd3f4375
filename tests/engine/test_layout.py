"""Charts: every box has a place of its own, and every line leads where it should."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.chart.chart import Mark, chart_of
from chat_api.engine.chart.layout import layout_of
from chat_api.engine.script_source import RawAnswer, RawQuestion

sizes = st.integers(0, 12)


@st.composite
def graphs(draw):
    size = draw(sizes)
    if not size:
        return 0, []
    box = st.integers(0, size - 1)
    return size, draw(st.lists(st.tuples(box, box), unique=True, max_size=30))


@given(graphs())
def test_each_box_has_one_place_and_each_line_is_drawn_or_named(graph):
    size, edges = graph
    layout = layout_of(size, edges)
    boxes = [box for layer in layout.layers for box in layer]
    assert sorted(box for box in boxes if box >= 0) == list(range(size))
    assert len(boxes) == len(set(boxes))
    assert set(layout.lines) | layout.named == set(edges)
    assert not set(layout.lines) & layout.named
    for (source, target), way in layout.lines.items():
        first, last = way[0], way[-1]
        assert layout.layers[first[0]][first[1]] == source
        assert layout.layers[last[0]][last[1]] == target
        rows = [row for row, _ in way]
        assert rows in (list(range(rows[0], rows[-1] + 1)), list(range(rows[0], rows[-1] - 1, -1)))
        assert all(layout.layers[row][column] < 0 for row, column in way[1:-1])


def test_a_script_without_a_circle_goes_down_only():
    layout = layout_of(5, [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3), (3, 4)])
    assert [sorted(box for box in layer if box >= 0) for layer in layout.layers] == [[0], [1, 2], [3], [4]]


def test_lines_that_would_pass_too_many_layers_are_named():
    edges = [(box, box + 1) for box in range(3000)] + [(box, 3000) for box in range(100)]
    layout = layout_of(3001, edges)
    assert (0, 3000) in layout.named
    assert (2999, 3000) in layout.lines
    assert sum(len(layer) for layer in layout.layers) < 8000


def test_a_chart_shows_ways_labels_and_marks():
    def asks(qid, *answers, **columns):
        made = tuple(
            RawAnswer(qid * 10 + number, number, text, next_qid)
            for number, (text, next_qid) in enumerate(answers)
        )
        return RawQuestion(qid, qid, qid, "choice", f"q{qid}", answers=made, **columns)

    chart = chart_of(
        [
            asks(1, ("yes", 2), ("of course", 2), ("no", -1)),
            RawQuestion(2, 2, 2, "fork", "fork", forking_rules=[["3", "x > 1"], ["4", "1"]]),
            RawQuestion(3, 3, 3, "message", "round", next_qid=4),
            RawQuestion(4, 4, 4, "message", "and round", next_qid=3),
            asks(5, ("lost", 9)),
        ]
    )
    ways = [[(way.target, way.labels, way.missing) for way in stop.ways] for stop in chart.stops]
    assert ways[0] == [(1, ("yes", "of course"), None), (None, ("no",), None)]
    assert ways[1][:2] == [(2, ("x > 1",), None), (3, ("1",), None)]
    assert ways[4] == [(None, (), 9)]
    assert {Mark.LOOP, Mark.ERROR} <= chart.stops[2].marks
    assert {Mark.UNREACHED, Mark.DEAD_END} <= chart.stops[4].marks
    assert chart.edges == [(0, 1), (1, 2), (1, 3), (2, 3), (3, 2)]
    assert not chart.stops[0].marks


def test_an_empty_schema_has_a_finding_and_no_boxes():
    chart = chart_of([])
    assert (list(chart.stops), [finding.code for finding in chart.findings]) == ([], ["empty_schema"])
