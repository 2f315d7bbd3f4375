"""Layered layout of a chart, from top to bottom, with few crossings.

The steps follow Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures" (1981):
reverse the edges that close cycles, assign each node a layer by the longest path to it, add a dummy node to each layer
that a long edge crosses, and order each layer by the mean position of the neighbours above or below (barycenter).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

#: The maximum number of dummy nodes; the longest edges that would exceed it are not drawn.
_DUMMIES_MAX: Final = 4_000
_ORDERING_PASSES: Final = 4

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """Nodes by layer, from left to right, and the path of each edge.

    `paths` maps (source, target) to (layer, column) pairs, from the source to the target, both included. Edges that are
    too long to draw are in `undrawn` instead. Nodes are numbered from 0; negative numbers are dummy nodes of edges.
    """

    layers: Sequence[Sequence[int]]
    paths: Mapping[Edge, Sequence[tuple[int, int]]]
    undrawn: frozenset[Edge]


def layout_of(size: int, edges: Sequence[Edge]) -> Layout:
    """Return the layout of `size` nodes and the edges between them. Takes time about linear in both."""
    following: list[list[int]] = [[] for _ in range(size)]
    for source, target in edges:
        following[source].append(target)
    reversed_edges = _back_edges(following)
    layer_of = _layers(size, [edge for edge in edges if edge not in reversed_edges])
    drawn, undrawn = _partition(edges, layer_of)
    layers: list[list[int]] = [[] for _ in range(max(layer_of, default=-1) + 1)]
    for node, layer in enumerate(layer_of):
        layers[layer].append(node)
    nodes_of: dict[Edge, list[int]] = {}
    neighbours: dict[int, list[int]] = {}
    dummy = -1
    for source, target in drawn:
        top, bottom = (source, target) if layer_of[source] <= layer_of[target] else (target, source)
        path = [top]
        for layer in range(layer_of[top] + 1, layer_of[bottom]):
            layers[layer].append(dummy)
            path.append(dummy)
            dummy -= 1
        path.append(bottom)
        for upper, lower in pairwise(path):
            neighbours.setdefault(upper, []).append(lower)
            neighbours.setdefault(lower, []).append(upper)
        nodes_of[source, target] = path if top == source else path[::-1]
    _order(layers, neighbours)
    positions = {node: (row, column) for row, layer in enumerate(layers) for column, node in enumerate(layer)}
    paths = {edge: [positions[node] for node in path] for edge, path in nodes_of.items()}
    return Layout(layers, paths, frozenset(undrawn))


def _back_edges(following: Sequence[Sequence[int]]) -> set[Edge]:
    """Return the edges that close a cycle in a depth-first search from the first node."""
    found: set[Edge] = set()
    state = [0] * len(following)
    for root in range(len(following)):
        if state[root]:
            continue
        trail: list[tuple[int, Iterator[int]]] = [(root, iter(following[root]))]
        state[root] = 1
        while trail:
            node, rest = trail[-1]
            for target in rest:
                if state[target] == 1:
                    found.add((node, target))
                elif not state[target]:
                    state[target] = 1
                    trail.append((target, iter(following[target])))
                    break
            else:
                trail.pop()
                state[node] = 2
    return found


def _layers(size: int, edges: Sequence[Edge]) -> list[int]:
    """Return the layer of each node: one below the lowest node that leads to it."""
    following: list[list[int]] = [[] for _ in range(size)]
    waiting_for = [0] * size
    for source, target in edges:
        following[source].append(target)
        waiting_for[target] += 1
    layer_of = [0] * size
    ready = [node for node in range(size) if not waiting_for[node]]
    while ready:
        node = ready.pop()
        for target in following[node]:
            layer_of[target] = max(layer_of[target], layer_of[node] + 1)
            waiting_for[target] -= 1
            if not waiting_for[target]:
                ready.append(target)
    return layer_of


def _partition(edges: Sequence[Edge], layer_of: Sequence[int]) -> tuple[list[Edge], list[Edge]]:
    """Divide the edges into those that are drawn, short ones first, and those that are not."""
    drawn: list[Edge] = []
    undrawn: list[Edge] = []
    dummies_left = _DUMMIES_MAX
    for source, target in sorted(edges, key=lambda edge: abs(layer_of[edge[1]] - layer_of[edge[0]])):
        distance = abs(layer_of[target] - layer_of[source])
        if source == target or distance == 0 or distance - 1 > dummies_left:
            undrawn.append((source, target))
            continue
        dummies_left -= distance - 1
        drawn.append((source, target))
    return drawn, undrawn


def _order(layers: list[list[int]], neighbours: Mapping[int, Sequence[int]]) -> None:
    """Order each layer by the mean column of its nodes' neighbours, in alternating downward and upward passes."""
    column = {node: float(position) for layer in layers for position, node in enumerate(layer)}
    row = {node: number for number, layer in enumerate(layers) for node in layer}
    for number_of_pass in range(_ORDERING_PASSES):
        down = number_of_pass % 2 == 0
        for number, layer in enumerate(layers) if down else reversed(list(enumerate(layers))):
            adjacent_layer = number - 1 if down else number + 1

            def barycenter(node: int, adjacent_layer: int = adjacent_layer) -> float:
                columns = [
                    column[other] for other in neighbours.get(node, ()) if row[other] == adjacent_layer
                ]
                return sum(columns) / len(columns) if columns else column[node]

            layer.sort(key=barycenter)
            for position, node in enumerate(layer):
                column[node] = float(position)
