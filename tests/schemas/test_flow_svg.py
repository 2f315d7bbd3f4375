"""The size and geometry of the drawing of a flow chart."""

from __future__ import annotations

import re

import pytest

from chat_api.engine.chart.chart import Chart, chart_of
from chat_api.engine.script_source import RawAnswer, RawQuestion
from chat_api.schemas.admin.flow_svg import draw_chart


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
