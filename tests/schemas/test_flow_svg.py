"""The size, geometry and texts of the drawing of a flow chart."""

from __future__ import annotations

import re

import pytest

from chat_api.engine.chart.chart import Chart, Link, chart_of
from chat_api.engine.chart.folding import fold_groups
from chat_api.engine.question_types.registry import BUILT_IN
from chat_api.engine.script_source import RawAnswer, RawQuestion
from chat_api.schemas.admin.flow_labels import label_of, link_text
from chat_api.schemas.admin.flow_svg import draw_chart
from chat_api.schemas.type_labels import TYPE_LABELS, type_label


def chain(length: int, *, back_every: int = 0) -> Chart:
    """A chain of questions; every `back_every` questions, an answer leads back further than a band is high."""
    questions = []
    for qid in range(1, length + 1):
        following = qid + 1 if qid < length else -1
        if back_every and qid % back_every == 0:
            answers = (
                RawAnswer(qid * 10, 1, "on", following),
                RawAnswer(qid * 10 + 1, 2, "back", max(qid - 70, 1)),
            )
            questions.append(RawQuestion(qid, qid, qid, "choice", f"Question {qid}", answers=answers))
        else:
            questions.append(RawQuestion(qid, qid, qid, "text", f"Question {qid}", next_qid=following))
    return chart_of(questions)


def size_of(svg: str) -> tuple[int, int]:
    width, height = re.findall(r'^<svg[^>]* width="(\d+)" height="(\d+)"', svg)[0]
    return int(width), int(height)


@pytest.mark.parametrize("back_every", [0, 40])
def test_long_script_is_about_as_wide_as_high(back_every: int) -> None:
    width, height = size_of(draw_chart(chain(936, back_every=back_every), title="t"))
    assert max(width, height) < 11_000
    assert 0.5 < width / height < 2


def test_short_script_has_one_band() -> None:
    assert size_of(draw_chart(chain(30), title="t"))[0] == 210 + 2 * 72
    assert size_of(draw_chart(chain(31), title="t"))[0] > 210 + 2 * 72


def test_empty_script_has_empty_drawing() -> None:
    assert size_of(draw_chart(chain(0), title="t")) == (144, 56)


@pytest.mark.parametrize("back_every", [0, 40])
def test_everything_is_inside_drawing_and_boxes_do_not_overlap(back_every: int) -> None:
    svg = draw_chart(chain(400, back_every=back_every), title="t")
    width, height = size_of(svg)
    boxes = [
        tuple(map(int, found))
        for found in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', svg)
    ]
    assert len(boxes) == 400
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    ordered = sorted(boxes)
    for number, (x, y, w, h) in enumerate(ordered):
        for other_x, other_y, *_ in ordered[number + 1 :]:
            if other_x >= x + w:
                break
            assert abs(other_y - y) >= h
    numbers = [
        part.split() for part in re.findall(r"[MLC ](\d+ \d+)", "".join(re.findall(r' d="(M[^"]*)"', svg)))
    ]
    assert all(int(x) <= width and int(y) <= height for x, y in numbers)
    # Each link has a line.
    assert svg.count("marker-end") == 399 + (10 if back_every else 0)


def fork(*rules: list[str]) -> Chart:
    """Return a fork in the group 1, and questions of the group 2 that its rules lead to."""
    targets = sorted({int(target) for target, _ in rules})
    return chart_of(
        [
            RawQuestion(1, 1, 1, "fork", "Where to?", forking_rules=list(rules), group_id=1),
            *(RawQuestion(qid, qid, qid, "int", "How much?", next_qid=-1, group_id=2) for qid in targets),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("labels", "lines"),
    [
        ((), []),
        (("Yes",), ["Yes"]),
        # The value at the end of a condition is what distinguishes it.
        (("how_strong_is_your_pain > 7",), ["how_strong_is_your_pain > 7"]),
        (
            ("how_strong_is_your_pain > 7 and how_long_has_it_been >= 30",),
            ["how_strong_is_your_pain > 7", "and how_long_has_it_been >=", "30"],
        ),
        (("Yes", "No"), ["Yes,", "No"]),
        (("Yes", "No", "Perhaps"), ["Yes,", "No, …"]),
        (("", "No"), [",", "No"]),
    ],
)
def test_label_has_lines_of_its_own(labels: tuple[str, ...], lines: list[str]) -> None:
    assert label_of(Link(1, labels)).lines == lines


@pytest.mark.parametrize("length", [1, 40, 100, 1_000])
@pytest.mark.parametrize("separator", ["", " "])
@pytest.mark.parametrize("count", [1, 2])
def test_long_label_keeps_its_end_on_few_lines(length: int, separator: str, count: int) -> None:
    text = ("a" * 9 + separator) * length + "> 42"
    label = label_of(Link(1, (text,) * count))
    lines = label.lines
    assert len(lines) <= 4
    assert max(map(len, lines)) <= 29
    assert lines[-1].endswith("42")
    # The whole text is shown by the pointer.
    assert label.full == ("" if length == 1 else ", ".join((text,) * count))


def test_fork_names_what_happens_otherwise() -> None:
    chart = fork(["2", "a > 1"], ["3", "1"])
    svg = draw_chart(chart, title="t")
    assert re.findall(r'class="label"[^>]*>([^<]+)<', svg) == ["a &gt; 1", "otherwise"]
    assert [link_text(chart, link) for link in chart.nodes[0].links] == ["a > 1 → 2", "otherwise → 3"]
    ended = fork(["2", "a > 1"])
    assert link_text(ended, ended.nodes[0].links[1]) == "otherwise → the end"
    assert "end (otherwise)" in draw_chart(ended, title="t")


def test_types_have_the_words_of_the_admin() -> None:
    assert {name: str(label) for name, label in TYPE_LABELS.items()} == {
        name: kind.label for name, kind in BUILT_IN.items()
    }
    assert type_label("unknown") == "unknown"
    assert ">2 · Whole number<" in draw_chart(fork(["2", "1"]), title="t")


def test_many_long_labels_of_one_box_do_not_overlap() -> None:
    rules = [[str(qid), f"how_strong_is_your_pain > {qid} and how_long_is_it > {qid}"] for qid in range(2, 8)]
    svg = draw_chart(fork(*rules, ["8", "1"]), title="t", groups={1: "Where", 2: "How much"})
    areas = []
    for x, y, text in re.findall(r'class="label" x="(\d+)" y="(\d+)">(.*?)</text>', svg):
        lines = re.split(r"<[^>]+>", text.replace("</tspan>", ""))
        half = max(map(len, lines)) * 3
        areas.append((int(x) - half, int(x) + half, int(y) - 9, int(y) - 9 + 12 * len(lines)))
    areas += [
        (int(x), int(x) + int(float(width)), int(y), int(y) + int(height))
        for x, y, width, height in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', svg)
    ]
    assert len(areas) == 7 + 8 + 2
    for number, (left, right, top, bottom) in enumerate(areas[:7]):
        for other_left, other_right, other_top, other_bottom in areas[number + 1 :]:
            apart = right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top
            assert apart, (number, areas)


def test_folded_group_is_a_box_that_leads_to_its_control() -> None:
    chart = fork(["2", "a > 1"], ["3", "1"])
    unfolded = draw_chart(chart, title="t", groups={1: "Where", 2: "How <much>"})
    assert re.findall(r'<a href="([^"]*)" class="tab" data-group="(\d)">', unfolded) == [
        ("#flow-group-1", "1"),
        ("#flow-group-2", "2"),
    ]
    assert "Fold the group “How &lt;much&gt;”" in unfolded
    svg = draw_chart(fold_groups(chart, {2}), title="t", groups={1: "Where", 2: "How <much>"})
    assert '<a href="#flow-group-2" id="flow-g2" data-group="2" class="box folded">' in svg
    assert "Unfold the group “How &lt;much&gt;”: 2 questions" in svg
    assert re.findall(r'data-edge="([^"]*)"', svg) == ["1 g2"]
    # Nothing distinguishes the links into the group.
    assert 'class="label"' not in svg
