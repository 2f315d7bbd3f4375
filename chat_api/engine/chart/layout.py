"""Where the boxes and lines of a chart go: in layers from top to bottom, with few crossings.

The steps are those of Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures"
(1981): turn round the lines that go back, give each box a layer by the longest way to it, let long lines pass each
layer at a point of their own, and order each layer by the mean place of what is above or below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

#: Points that lines have in the layers that they pass, in all; above it, long lines are not drawn but named.
_POINTS_MAX: Final = 4_000
_SWEEPS: Final = 4

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes by layer, from left to right; each line as the columns that it passes, one a layer.

    `lines` maps (source, target) to (layer, column) pairs from one to the other, their own places included. Lines that
    are too long to be drawn are in `named` alone. A box's number is its place; a negative one is a point of a line.
    """

    layers: Sequence[Sequence[int]]
    lines: Mapping[Edge, Sequence[tuple[int, int]]]
    named: frozenset[Edge]


def layout_of(size: int, edges: Sequence[Edge]) -> Layout:
    """Give the layout of `size` boxes, numbered from 0, and the lines between them. Takes time about linear in both."""
    following: list[list[int]] = [[] for _ in range(size)]
    for source, target in edges:
        following[source].append(target)
    back = _lines_back(following)
    layer_of = _layers(size, [edge for edge in edges if edge not in back])
    drawn, named = _drawable(edges, layer_of)
    layers: list[list[int]] = [[] for _ in range(max(layer_of, default=-1) + 1)]
    for box, layer in enumerate(layer_of):
        layers[layer].append(box)
    passes: dict[Edge, list[int]] = {}
    neighbours: dict[int, list[int]] = {}
    point = -1
    for source, target in drawn:
        top, bottom = (source, target) if layer_of[source] <= layer_of[target] else (target, source)
        way = [top]
        for layer in range(layer_of[top] + 1, layer_of[bottom]):
            layers[layer].append(point)
            way.append(point)
            point -= 1
        way.append(bottom)
        for one, other in pairwise(way):
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
        passes[source, target] = way if top == source else way[::-1]
    _order(layers, neighbours)
    places = {box: (row, column) for row, layer in enumerate(layers) for column, box in enumerate(layer)}
    lines = {edge: [places[box] for box in way] for edge, way in passes.items()}
    return Layout(layers, lines, frozenset(named))


def _lines_back(following: Sequence[Sequence[int]]) -> set[Edge]:
    """Give the lines that close a circle, on a walk into the depth from the first box on."""
    found: set[Edge] = set()
    state = [0] * len(following)
    for root in range(len(following)):
        if state[root]:
            continue
        trail: list[tuple[int, Iterator[int]]] = [(root, iter(following[root]))]
        state[root] = 1
        while trail:
            box, rest = trail[-1]
            for target in rest:
                if state[target] == 1:
                    found.add((box, target))
                elif not state[target]:
                    state[target] = 1
                    trail.append((target, iter(following[target])))
                    break
            else:
                trail.pop()
                state[box] = 2
    return found


def _layers(size: int, edges: Sequence[Edge]) -> list[int]:
    """Give the layer of each box: one more than the lowest of those that lead to it."""
    following: list[list[int]] = [[] for _ in range(size)]
    waiting_for = [0] * size
    for source, target in edges:
        following[source].append(target)
        waiting_for[target] += 1
    layer_of = [0] * size
    ready = [box for box in range(size) if not waiting_for[box]]
    while ready:
        box = ready.pop()
        for target in following[box]:
            layer_of[target] = max(layer_of[target], layer_of[box] + 1)
            waiting_for[target] -= 1
            if not waiting_for[target]:
                ready.append(target)
    return layer_of


def _drawable(edges: Sequence[Edge], layer_of: Sequence[int]) -> tuple[list[Edge], list[Edge]]:
    """Divide the lines into those that are drawn, the short ones first, and those that are named."""
    drawn: list[Edge] = []
    named: list[Edge] = []
    room = _POINTS_MAX
    for source, target in sorted(edges, key=lambda edge: abs(layer_of[edge[1]] - layer_of[edge[0]])):
        span = abs(layer_of[target] - layer_of[source])
        if source == target or span == 0 or span - 1 > room:
            named.append((source, target))
            continue
        room -= span - 1
        drawn.append((source, target))
    return drawn, named


def _order(layers: list[list[int]], neighbours: Mapping[int, Sequence[int]]) -> None:
    """Order each layer by the mean column of its boxes' neighbours, downwards and upwards in turn."""
    column = {box: float(place) for layer in layers for place, box in enumerate(layer)}
    row = {box: number for number, layer in enumerate(layers) for box in layer}
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for number, layer in enumerate(layers) if down else reversed(list(enumerate(layers))):
            beside = number - 1 if down else number + 1

            def wanted(box: int, beside: int = beside) -> float:
                columns = [column[other] for other in neighbours.get(box, ()) if row[other] == beside]
                return sum(columns) / len(columns) if columns else column[box]

            layer.sort(key=wanted)
            for place, box in enumerate(layer):
                column[box] = float(place)
