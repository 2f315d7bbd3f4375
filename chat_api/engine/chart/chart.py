"""A script as a flow chart: its questions, the links between them, and the findings of the checker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chat_api.engine.analysis.checker import Finding, Severity, check
from chat_api.engine.analysis.reachability import exits_of, silent_loops
from chat_api.engine.analysis.typed_values import values_of
from chat_api.engine.analysis.variable_values import VariableValues
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.numbers import to_int
from chat_api.engine.script import CHOICE_TYPES, END, Question, QuestionType, Script
from chat_api.engine.script_source import NO_RULES, RawGroup, RawQuestion, RawRules, script_of


class Mark(StrEnum):
    """Properties of a question that the chart highlights."""

    ERROR = "error"
    WARNING = "warning"
    LOOP = "loop"
    DEAD_END = "dead-end"
    UNREACHED = "unreached"


#: The condition that is always true: a rule with it says what happens otherwise.
_ALWAYS = "1"

#: Codes of findings that have a mark, in addition to the one for errors or warnings.
_MARKS = {
    "infinite_loop": Mark.LOOP,
    "undecided_loop": Mark.LOOP,
    "endless_questions": Mark.LOOP,
    "dead_end": Mark.DEAD_END,
    "missing_question": Mark.DEAD_END,
    "empty_choice": Mark.DEAD_END,
    "unreachable_question": Mark.UNREACHED,
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the next question.

    `target` is its index, None for the end of the script or if there is no question with the qid `missing`.
    """

    target: int | None
    #: The answers or conditions that lead there; empty if all answers do.
    labels: tuple[str, ...] = ()
    missing: int | None = None
    #: Whether a fork leads there if no condition is true.
    otherwise: bool = False

    @property
    def is_plain(self) -> bool:
        """Return whether the link has no condition to show."""
        return not self.labels and not self.otherwise


@dataclass(slots=True)
class Node:
    """A question of the chart, with its links in the order of its answers or rules.

    If `folded` is not empty, the node stands for these questions of a group; `question` is the first of them.
    """

    question: Question
    links: list[Link] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)
    folded: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """All questions or folded groups, by position; `findings` are those about the whole schema."""

    nodes: Sequence[Node]
    findings: Sequence[Finding]

    @property
    def edges(self) -> list[tuple[int, int]]:
        """The linked pairs of indexes, without duplicates."""
        pairs = (
            (index, link.target)
            for index, node in enumerate(self.nodes)
            for link in node.links
            if link.target is not None
        )
        return list(dict.fromkeys(pairs))


def chart_of(
    questions: Iterable[RawQuestion],
    findings: Iterable[Finding] | None = None,
    groups: Iterable[RawGroup] = (),
    rules: RawRules = NO_RULES,
) -> Chart:
    """Return the chart of a schema's questions; `findings` are the checker's, if the caller already has them."""
    raws, raw_groups = list(questions), list(groups)
    script = script_of(raws, raw_groups, rules)
    values = values_of(script)
    nodes = [Node(question, list(_links(script, question, values))) for question in script.questions]
    of_schema: list[Finding] = []
    for finding in check(raws, raw_groups, rules) if findings is None else findings:
        index = None if finding.qid is None else script.index_by_qid.get(finding.qid)
        if index is None:
            of_schema.append(finding)
            continue
        nodes[index].findings.append(finding)
        nodes[index].marks.add(Mark.ERROR if finding.severity == Severity.ERROR else Mark.WARNING)
        if finding.code in _MARKS:
            nodes[index].marks.add(_MARKS[finding.code])
    exits = {index: exits_of(question, values) for index, question in enumerate(script.questions)}
    for loop in silent_loops(script, exits):
        for qid in loop.path:
            nodes[script.index_by_qid[qid]].marks.add(Mark.LOOP)
    return Chart(nodes, of_schema)


def _links(script: Script, question: Question, values: VariableValues) -> Iterable[Link]:
    """Yield the links of a question, one for each target."""
    labels: dict[int, list[str]] = {}
    otherwise: set[int] = set()
    if question.type == QuestionType.FORK:
        for rule in question.rules:
            for qid in _targets(rule.target, question, values):
                if rule.condition.strip() == _ALWAYS:
                    otherwise.add(qid)
                    labels.setdefault(qid, [])
                else:
                    labels.setdefault(qid, []).append(rule.condition)
        if exits_of(question, values).ends and END not in labels:
            otherwise.add(END)
            labels[END] = []
    elif question.type in CHOICE_TYPES and question.answers:
        for answer in question.answers:
            qid = END if answer.next_qid is None else answer.next_qid
            labels.setdefault(qid, []).append(answer.text)
        if len(labels) == 1:
            labels = {qid: [] for qid in labels}
    else:
        labels[END if question.next_qid is None else question.next_qid] = []
    for qid, texts in labels.items():
        index = script.index_by_qid.get(qid)
        missing = qid if index is None and qid > END else None
        if qid in otherwise and len(labels) == 1:
            yield Link(index, (), missing)
        else:
            yield Link(index, tuple(dict.fromkeys(texts)), missing, qid in otherwise)


def _targets(target: str, fork: Question, values: VariableValues) -> list[int]:
    """Return the qids that the target of a rule can have; none if that is undecided."""
    try:
        known = values.estimate(target, fork).values
    except ExpressionError:
        return []
    return sorted({max(to_int(value), END) for value in known or ()})
