"""Texts of a flow chart: those on lines, wrapped and placed so that they do not overlap, and those of links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from textwrap import wrap
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chat_api.engine.chart.chart import Chart, Link
from chat_api.schemas.admin.flow_geometry import Point

_LABELS_MAX: Final = 2
_LINE_MAX: Final = 28
#: The lines of a label by the number of answers or conditions that it shows.
_LINES_MAX: Final = {1: 3, 2: 2}
#: The approximate width of a character in a label, and the height of a line, in pixels.
CHARACTER_WIDTH: Final = 6.5
LINE_HEIGHT: Final = 13
#: The size of a grid cell: at least that of a label.
_CELL_WIDTH: Final = 400
_CELL_HEIGHT: Final = LINE_HEIGHT * 4
#: Positions of a label on its line, as fractions of the first segment, the preferred one first: lines part downwards.
_POSITIONS: Final = sorted(
    (part / 20 for part in range(1, 20)), key=lambda part: (part < 0.5, abs(part - 0.5))
)
#: The distance of a label from the boxes above and below.
_DISTANCE: Final = 3

#: Top, bottom, left and right.
Area = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """The text on a line; `full` is the whole text if `lines` are a part of it, else empty."""

    lines: Sequence[str] = ()
    full: str = ""


class Labels:
    """The labels of lines, placed so that they do not overlap."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        #: What is occupied, by grid cell.
        self._occupied: dict[tuple[int, int], list[Area]] = {}

    def add(self, label: Label, start: Point, end: Point, gap: float) -> None:
        """Add a label on the first segment of a line, within the gap between the boxes that it begins in.

        It overlaps another label only if no position is free.
        """
        lines = label.lines
        if not lines:
            return
        # A longer segment crosses a layer, where boxes would cover the label.
        between = min(1.0, gap / max(abs(end[1] - start[1]), 1))
        points = [_point_on_line(start, end, part * between) for part in _POSITIONS]
        far = start[1] + (gap if end[1] > start[1] else -gap)
        top, bottom = min(start[1], far) + _DISTANCE, max(start[1], far) - _DISTANCE
        areas = ((point, _area(point, lines)) for point in points)
        free = (
            point for point, area in areas if top <= area[0] and area[1] <= bottom and self._is_free(area)
        )
        x, y = next(free, points[0])
        self.occupy(_area((x, y), lines))
        # The first line's baseline.
        y += LINE_HEIGHT * (0.75 - len(lines) / 2)
        first, *rest = lines
        more = "".join(f'<tspan x="{x:.0f}" dy="{LINE_HEIGHT}">{escape(line)}</tspan>' for line in rest)
        more += f"<title>{escape(label.full)}</title>" if label.full else ""
        self.drawn.append(f'<text class="label" x="{x:.0f}" y="{y:.0f}">{escape(first)}{more}</text>')

    def occupy(self, area: Area) -> None:
        """Keep labels away from an area (top, bottom, left, right) of at most the size of a label."""
        top, bottom, left, right = area
        self._occupied.setdefault(_cell((left + right) / 2, (top + bottom) / 2), []).append(area)

    def _is_free(self, area: Area) -> bool:
        top, bottom, left, right = area
        column, row = _cell((left + right) / 2, (top + bottom) / 2)
        cells = product((column - 1, column, column + 1), (row - 1, row, row + 1))
        nearby = (other for cell in cells for other in self._occupied.get(cell, ()))
        return all(
            bottom <= other_top or other_bottom <= top or right < other_left or other_right < left
            for other_top, other_bottom, other_left, other_right in nearby
        )


def _area(center: Point, lines: Sequence[str]) -> Area:
    (x, y), half = center, max(len(line) for line in lines) * CHARACTER_WIDTH / 2
    down = len(lines) * LINE_HEIGHT / 2
    return y - down, y + down, x - half, x + half


def _cell(x: float, y: float) -> tuple[int, int]:
    return int(x // _CELL_WIDTH), int(y // _CELL_HEIGHT)


def _point_on_line(start: Point, end: Point, part: float) -> Point:
    """Return the point at a fraction of the curve between two layers that the drawing has."""
    (x, y), (to_x, to_y) = start, end
    across, down = part**2 * (3 - 2 * part), 1.5 * part * (1 - part) + part**3
    return x + (to_x - x) * across, y + (to_y - y) * down


def label_of(link: Link) -> Label:
    """Return the label of a link. Too long ones lose their middle, because conditions end with their value."""
    labels = labels_of(link)
    shown = labels[:_LABELS_MAX]
    lines: list[str] = []
    for label in shown:
        lines += _wrapped(label, _LINES_MAX[len(shown)])
        lines[-1] += "," if label is not shown[-1] else ""
    if len(labels) > _LABELS_MAX:
        lines[-1] += ", …"
    is_whole = not any("…" in line for line in lines)
    return Label(lines, "" if is_whole else ", ".join(labels))


def _wrapped(text: str, most: int) -> list[str]:
    length = most * _LINE_MAX
    lines = wrap(shorten_middle(text, length), _LINE_MAX)
    while len(lines) > most and length > _LINE_MAX:
        length -= _LINE_MAX // 4
        lines = wrap(shorten_middle(text, length), _LINE_MAX)
    return lines or [""]


def labels_of(link: Link) -> list[str]:
    """Return the answers or conditions of a link, and "otherwise" where a fork leads there without any."""
    return [*link.labels, *([str(pgettext("fork", "otherwise"))] if link.otherwise else [])]


def link_text(chart: Chart, link: Link) -> str:
    """Return the text of a link for the table: the answers or conditions, and the next question."""
    if link.missing is not None:
        where = _("%(qid)s (missing)") % {"qid": link.missing}
    else:
        where = _("the end") if link.target is None else str(chart.nodes[link.target].question.qid)
    labels = labels_of(link)
    return f"{' / '.join(labels)} → {where}" if labels else f"→ {where}"


def shorten(text: str, length: int) -> str:
    """Return the text on one line, cut at its end if it is longer than `length` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"


def shorten_middle(text: str, length: int) -> str:
    """Return the text on one line, without its middle if it is longer than `length` characters."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    kept_at_end = (length - 1) // 2
    return f"{flat[: length - 1 - kept_at_end]}…{flat[len(flat) - kept_at_end :]}"
