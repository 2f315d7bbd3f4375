"""Coordinates of a flow chart: layers stacked from top to bottom, in bands side by side where there are many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chat_api.engine.chart.layout import Layout

WIDTH: Final = 210
HEIGHT: Final = 76
_GAP_ACROSS: Final = 40
_DUMMY_WIDTH: Final = 18
_MARGIN: Final = 28
#: Half of a label that is wider than a box fits here.
_MARGIN_SIDE: Final = 72
#: The minimum gap between two layers.
GAP_DOWN: Final = 64
#: The gap between two bands, where the lines between them are drawn.
_GAP_BANDS: Final = 120
#: The minimum number of layers in a band.
_ROWS_MIN: Final = 30
#: Lines between bands are drawn on parallel tracks: the distance of the tracks, and their number.
_TRACK: Final = 5
_TRACKS: Final = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Geometry:
    """The center of each node by (layer, column), and the size of the drawing, in pixels.

    `rows` is the number of layers in a band; `gutters` are the x coordinates of the middle of each gap between bands;
    `gaps` are the heights of the gaps below each layer.
    """

    centers: dict[tuple[int, int], Point]
    width: float
    height: float
    rows: int
    gutters: Sequence[float]
    gaps: Sequence[float]

    def turns(self, layer: int, other: int) -> bool:
        """Return whether two adjacent layers are in different bands."""
        return layer // self.rows != other // self.rows

    def around(self, layer: int, start: Point, end: Point, *, down: bool, track: int) -> list[Point]:
        """Return the corners of a line from `start`, in `layer`, through the gap to the next or previous band."""
        offset = (track % _TRACKS - _TRACKS // 2) * _TRACK
        band = layer // self.rows
        gutter = self.gutters[band if down else band - 1] + offset
        top, bottom = _MARGIN / 2 + offset / 2, self.height - _MARGIN / 2 + offset / 2
        first, second = (bottom, top) if down else (top, bottom)
        return [start, (start[0], first), (gutter, first), (gutter, second), (end[0], second), end]


def geometry_of(layout: Layout, gaps: Sequence[float]) -> Geometry:
    """Return the coordinates of a layout with these gaps below its layers.

    A long script grows in width as well as in height.
    """
    widths = [[WIDTH if node >= 0 else _DUMMY_WIDTH for node in layer] for layer in layout.layers]
    totals = [sum(row) + _GAP_ACROSS * max(len(row) - 1, 0) for row in widths]
    rows = _rows(totals)
    bands = [totals[start : start + rows] for start in range(0, len(totals), rows)]
    centers: dict[tuple[int, int], Point] = {}
    gutters: list[float] = []
    left, lowest = float(_MARGIN_SIDE), float(_MARGIN)
    for number, band in enumerate(bands):
        widest, y = max(band), float(_MARGIN)
        for layer, total in enumerate(band, start=number * rows):
            x = left + (widest - total) / 2
            for column, size in enumerate(widths[layer]):
                centers[layer, column] = (x + size / 2, y + HEIGHT / 2)
                x += size + _GAP_ACROSS
            y += HEIGHT + gaps[layer]
        # The lines to the next band begin in the gap below this one.
        lowest = max(lowest, y if number < len(bands) - 1 else y - gaps[layer])
        left += widest
        gutters.append(left + _GAP_BANDS / 2)
        left += _GAP_BANDS
    width = (left - _GAP_BANDS if bands else left) + _MARGIN_SIDE
    return Geometry(centers, width, lowest + _MARGIN, rows, gutters, gaps)


def _rows(totals: Sequence[float]) -> int:
    """Return the number of layers in a band that makes the drawing about as wide as it is high."""
    if len(totals) <= _ROWS_MIN:
        return _ROWS_MIN
    across = sum(totals) / len(totals) + _GAP_BANDS
    return max(_ROWS_MIN, math.ceil(math.sqrt(len(totals) * across / (HEIGHT + GAP_DOWN))))
