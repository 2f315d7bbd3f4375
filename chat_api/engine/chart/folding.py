"""Folding of groups: their questions become one node of the chart."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from chat_api.engine.chart.chart import Chart, Link, Mark, Node


def fold_groups(chart: Chart, groups: Container[int]) -> Chart:
    """Return the chart with one node for all questions of each of these groups, where the first of them was.

    Links inside a folded group are left out. Takes time linear in the size of the chart.
    """
    members: list[list[int]] = []
    new_index: dict[int, int] = {}
    of_group: dict[int, int] = {}
    for index, node in enumerate(chart.nodes):
        group = node.question.group_id
        new = len(members)
        if group is not None and group in groups:
            new = of_group.setdefault(group, new)
        if new == len(members):
            members.append([])
        members[new].append(index)
        new_index[index] = new
    folded = set(of_group.values())
    nodes = []
    for new, indexes in enumerate(members):
        kept = [chart.nodes[index] for index in indexes]
        own = new if new in folded else None
        merged = Node(kept[0].question, list(_links(kept, new_index, own)))
        merged.findings = [finding for node in kept for finding in node.findings]
        merged.marks = _marks(kept)
        if own is not None:
            merged.folded = tuple(node.question for node in kept)
        nodes.append(merged)
    return Chart(nodes, chart.findings)


def _links(nodes: Sequence[Node], new_index: Mapping[int, int], own: int | None) -> Iterator[Link]:
    """Yield the links of the nodes, one for each target; `own` is the index of their folded group."""
    found: dict[tuple[int | None, int | None], list[Link]] = {}
    for node in nodes:
        for link in node.links:
            target = None if link.target is None else new_index[link.target]
            if target is None or target != own:
                found.setdefault((target, link.missing), []).append(link)
    for (target, missing), links in found.items():
        if any(link.is_plain for link in links) or (len(found) == 1 and len(links) > 1):
            yield Link(target, (), missing)
            continue
        labels = dict.fromkeys(label for link in links for label in link.labels)
        yield Link(target, tuple(labels), missing, any(link.otherwise for link in links))


def _marks(nodes: Sequence[Node]) -> set[Mark]:
    """Return the marks of the nodes; a group is unreachable only if all of its questions are."""
    marks = {mark for node in nodes for mark in node.marks}
    if not all(Mark.UNREACHED in node.marks for node in nodes):
        marks.discard(Mark.UNREACHED)
    return marks
