"""A script as a chart: its questions, the ways between them, and what the checker says of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chat_api.engine.analysis.checker import Finding, Severity, check
from chat_api.engine.analysis.reachability import exits_of, loops
from chat_api.engine.analysis.variable_values import Effects
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.numbers import whole
from chat_api.engine.script import CHOICE_TYPES, END, Modification, Question, QuestionType, Script
from chat_api.engine.script_source import RawQuestion, script_of


class Mark(StrEnum):
    """What is to be seen at a question at once."""

    ERROR = "error"
    WARNING = "warning"
    LOOP = "loop"
    DEAD_END = "dead-end"
    UNREACHED = "unreached"


#: The checker's codes that have a mark of their own, beside being errors or warnings.
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
class Way:
    """A way from one question to another: `target` is its place, None for the end; `missing` the qid of no question."""

    target: int | None
    #: The answers or conditions that lead there; none where every answer does.
    labels: tuple[str, ...] = ()
    missing: int | None = None


@dataclass(slots=True)
class Stop:
    """A question of the chart, with the ways out of it, by order of the answers or rules."""

    question: Question
    ways: list[Way] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Chart:
    """All questions by position; `findings` are those about the schema as a whole."""

    stops: Sequence[Stop]
    findings: Sequence[Finding]

    @property
    def edges(self) -> list[tuple[int, int]]:
        """Give the pairs of places between which there is a way, each once."""
        pairs = (
            (place, way.target)
            for place, stop in enumerate(self.stops)
            for way in stop.ways
            if way.target is not None
        )
        return list(dict.fromkeys(pairs))


def chart_of(questions: Iterable[RawQuestion], findings: Iterable[Finding] | None = None) -> Chart:
    """Give the chart of a schema's questions; `findings` are the checker's, where the caller has them already."""
    raws = list(questions)
    script = script_of(raws)
    effects = Effects.of(_modifications(script))
    stops = [Stop(question, list(_ways(script, question, effects))) for question in script.questions]
    of_all: list[Finding] = []
    for finding in check(raws) if findings is None else findings:
        place = None if finding.qid is None else script.places_by_qid.get(finding.qid)
        if place is None:
            of_all.append(finding)
            continue
        stops[place].findings.append(finding)
        stops[place].marks.add(Mark.ERROR if finding.severity == Severity.ERROR else Mark.WARNING)
        if finding.code in _MARKS:
            stops[place].marks.add(_MARKS[finding.code])
    exits = {place: exits_of(question, effects) for place, question in enumerate(script.questions)}
    for loop in loops(script, exits):
        for qid in loop.path:
            stops[script.places_by_qid[qid]].marks.add(Mark.LOOP)
    return Chart(stops, of_all)


def _modifications(script: Script) -> Iterable[Modification]:
    for question in script.questions:
        yield from question.modifications
        for answer in question.answers:
            yield from answer.modifications


def _ways(script: Script, question: Question, effects: Effects) -> Iterable[Way]:
    """Give the ways out of a question; those that lead to one place are one."""
    labels: dict[int, list[str]] = {}
    if question.type == QuestionType.FORK:
        for rule in question.rules:
            for qid in _targets(rule.target, effects):
                labels.setdefault(qid, []).append(rule.condition)
        if exits_of(question, effects).ends:
            labels.setdefault(END, [])
    elif question.type in CHOICE_TYPES and question.answers:
        for answer in question.answers:
            qid = END if answer.next_qid is None else answer.next_qid
            labels.setdefault(qid, []).append(answer.text)
        if len(labels) == 1:
            labels = {qid: [] for qid in labels}
    else:
        labels[END if question.next_qid is None else question.next_qid] = []
    for qid, texts in labels.items():
        place = script.places_by_qid.get(qid)
        missing = qid if place is None and qid > END else None
        yield Way(place, tuple(dict.fromkeys(texts)), missing)


def _targets(target: str, effects: Effects) -> list[int]:
    """Give the qids that a rule's target can be; none where that was not decided."""
    try:
        values = effects.prospect(target).values
    except ExpressionError:
        return []
    return sorted({max(whole(value), END) for value in values or ()})
