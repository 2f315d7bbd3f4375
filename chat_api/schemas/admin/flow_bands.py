"""Where the layers of a chart go: one below the other, in several columns side by side where there are many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chat_api.engine.chart.layout import Layout

WIDTH: Final = 210
HEIGHT: Final = 76
GAP_DOWN: Final = 64
_GAP_ACROSS: Final = 40
_POINT_WIDTH: Final = 18
_MARGIN: Final = 28
#: Wide enough for the half of a label that is wider than a box.
_MARGIN_SIDE: Final = 72
#: Between two columns; the lines from one to the next pass there.
_GAP_BANDS: Final = 120
#: So many layers fit into one column in any case.
_ROWS_MIN: Final = 30
#: Lines that go from column to column are drawn so far apart, in so many tracks.
_TRACK: Final = 5
_TRACKS: Final = 5

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Places:
    """The middle of each box and point, by (layer, column), and the size of the whole.

    `rows` is how many layers stand one below the other; `gutters` are the middles of the gaps between the columns.
    """

    middles: dict[tuple[int, int], Spot]
    width: float
    height: float
    rows: int
    gutters: Sequence[float]

    def turns(self, layer: int, other: int) -> bool:
        """Return whether two neighbouring layers are in different columns."""
        return layer // self.rows != other // self.rows

    def around(self, layer: int, start: Spot, end: Spot, *, down: bool, track: int) -> list[Spot]:
        """Return the corners of a line from `start`, in `layer`, through the gap to the next or previous column."""
        away = (track % _TRACKS - _TRACKS // 2) * _TRACK
        band = layer // self.rows
        gutter = self.gutters[band if down else band - 1] + away
        top, bottom = _MARGIN / 2 + away / 2, self.height - _MARGIN / 2 + away / 2
        first, second = (bottom, top) if down else (top, bottom)
        return [start, (start[0], first), (gutter, first), (gutter, second), (end[0], second), end]


def places_of(layout: Layout) -> Places:
    """Return where the boxes and points are drawn, in pixels; a long way makes the whole wider as well as higher."""
    widths = [[WIDTH if box >= 0 else _POINT_WIDTH for box in layer] for layer in layout.layers]
    totals = [sum(row) + _GAP_ACROSS * max(len(row) - 1, 0) for row in widths]
    rows = _rows(totals)
    bands = [totals[start : start + rows] for start in range(0, len(totals), rows)]
    middles: dict[tuple[int, int], Spot] = {}
    gutters: list[float] = []
    left = float(_MARGIN_SIDE)
    for number, band in enumerate(bands):
        widest = max(band)
        for row, total in enumerate(band):
            layer = number * rows + row
            x = left + (widest - total) / 2
            for column, size in enumerate(widths[layer]):
                middles[layer, column] = (x + size / 2, _MARGIN + row * (HEIGHT + GAP_DOWN) + HEIGHT / 2)
                x += size + _GAP_ACROSS
        left += widest
        gutters.append(left + _GAP_BANDS / 2)
        left += _GAP_BANDS
    width = (left - _GAP_BANDS if bands else left) + _MARGIN_SIDE
    height = 2 * _MARGIN + max(min(rows, len(totals)) * (HEIGHT + GAP_DOWN) - GAP_DOWN, 0)
    return Places(middles, width, height, rows, gutters)


def _rows(totals: Sequence[float]) -> int:
    """Return how many layers go into a column, so that the whole is about as wide as it is high."""
    if len(totals) <= _ROWS_MIN:
        return _ROWS_MIN
    across = sum(totals) / len(totals) + _GAP_BANDS
    return max(_ROWS_MIN, math.ceil(math.sqrt(len(totals) * across / (HEIGHT + GAP_DOWN))))
