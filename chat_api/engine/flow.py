"""The flow of a script: from an answer to the next question that waits for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chat_api.engine.expressions import ExpressionError, evaluate
from chat_api.engine.numbers import to_int
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.script import (
    CHOICE_TYPES,
    END,
    PASSED_TYPES,
    SILENT_TYPES,
    Answer,
    Modification,
    Question,
    QuestionType,
    Script,
    parse_modifications,
)

Variables = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class AnswerModified:
    """A chosen answer changed variables."""

    answer: Answer
    modifications: tuple[Modification, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question was asked, after `predecessor`; its text shows `variables`."""

    question: Question
    predecessor: Question | None
    modifications: tuple[Modification, ...]
    variables: Variables


@dataclass(frozen=True, slots=True)
class ForkPassed:
    """A fork changed variables before it chose a branch."""

    question: Question
    modifications: tuple[Modification, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The script reached its end with these variables."""

    variables: Variables


@dataclass(frozen=True, slots=True)
class Restarted:
    """The script started again, without variables."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The script cannot continue.

    `reason` is "missing" if there is no question `qid`, "steps" after too many steps without waiting.
    """

    reason: str
    qid: int | None


@dataclass(frozen=True, slots=True)
class EvaluationFailed:
    """A modification or a rule was skipped, because its expression `source` has no value."""

    qid: int
    source: str
    reason: str


Event = AnswerModified | Asked | ForkPassed | Finished | Restarted | Broken | EvaluationFailed


class Outcome(StrEnum):
    """How a walk ended."""

    WAITING = "waiting"
    FINISHED = "finished"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Walk:
    """The events of a walk, in order, and the state after it; `cursor` is the question that waits, if any."""

    events: tuple[Event, ...]
    cursor: Question | None
    variables: dict[str, float]
    outcome: Outcome


@dataclass(slots=True)
class _Walker:
    script: Script
    variables: dict[str, float]
    limit: int
    repeat_from: int | None = None
    #: Neither ask questions nor change variables on the way: the front end does.
    silently: bool = False
    #: The variables that can be changed; None for all.
    only: Collection[str] | None = None
    events: list[Event] = field(default_factory=list)

    def modify(self, qid: int, modifications: Iterable[Modification]) -> tuple[Modification, ...]:
        done = []
        for modification in modifications:
            if self.only is not None and modification.name not in self.only:
                continue
            try:
                value = evaluate(modification.expression, self.variables)
            except ExpressionError as error:
                self.events.append(EvaluationFailed(qid, modification.expression, str(error)))
                continue
            self.variables[modification.name] = value
            done.append(modification)
        return tuple(done)

    def apply_answers(self, question: Question, checked: CheckedReply) -> None:
        for chosen in checked.answers:
            done = self.modify(question.qid, chosen.modifications)
            if done:
                self.events.append(AnswerModified(chosen, done))

    def ask(self, question: Question, predecessor: Question | None) -> Asked:
        before_failures = len(self.events)
        done = self.modify(question.qid, question.modifications)
        asked = Asked(question, predecessor, done, dict(self.variables))
        self.events.insert(before_failures, asked)
        return asked

    def fork(self, question: Question) -> int:
        if not self.silently:
            done = self.modify(question.qid, question.modifications)
            if done:
                self.events.append(ForkPassed(question, done))
        qid, failures = choose_branch(question, self.variables)
        self.events.extend(failures)
        return qid

    def walk_to(self, qid: int | None, predecessor: Question | None) -> Walk:
        """Continue at `qid`, until a question waits, the script ends, or `limit` steps are exceeded."""
        steps = 0
        while True:
            ends = qid is None or qid <= END
            question = None if qid is None or ends else self.script.questions_by_qid.get(qid)
            if ends:
                self.events.append(Finished(dict(self.variables)))
                if self.repeat_from is None:
                    return self._ended(Outcome.FINISHED)
            elif question is None:
                return self._broken("missing", qid)
            elif question.type not in PASSED_TYPES:
                if not self.silently:
                    self.ask(question, predecessor)
                return Walk(tuple(self.events), question, self.variables, Outcome.WAITING)
            steps += 1
            if steps > self.limit:
                return self._broken("steps", qid)
            if question is None:
                self.events.append(Restarted())
                self.variables = {}
                qid, predecessor = self.repeat_from, None
            elif question.type == QuestionType.FORK:
                qid = self.fork(question)
            else:
                if not self.silently and question.type not in SILENT_TYPES:
                    self.ask(question, predecessor)
                    predecessor = question
                qid = question.next_qid

    def _broken(self, reason: str, qid: int | None) -> Walk:
        self.events.append(Broken(reason, qid))
        return self._ended(Outcome.BROKEN)

    def _ended(self, outcome: Outcome) -> Walk:
        return Walk(tuple(self.events), None, self.variables, outcome)


def choose_branch(fork: Question, variables: Variables) -> tuple[int, list[EvaluationFailed]]:
    """Return the qid of the first rule that holds (`END` if none does), and the failures of rules before it."""
    failures: list[EvaluationFailed] = []
    for rule in fork.rules:
        source = rule.condition
        try:
            if evaluate(source, variables):
                source = rule.target
                return to_int(evaluate(source, variables)), failures
        except ExpressionError as error:
            failures.append(EvaluationFailed(fork.qid, source, str(error)))
    return END, failures


def start(
    script: Script,
    *,
    at: int | None,
    variables: Variables,
    repeat_from: int | None,
    limit: int,
    only: Collection[str] | None = None,
) -> Walk:
    """Start at the qid `at` (None: the first question) and walk to the first question that waits."""
    first = script.first.qid if at is None and script.first is not None else at
    return _Walker(script, dict(variables), limit, repeat_from, only=only).walk_to(first, None)


def skip_to(script: Script, qid: int | None, variables: Variables, *, limit: int) -> Walk:
    """Move to the first question from `qid` on that waits, without asking any: the front end asks them."""
    return _Walker(script, dict(variables), limit, silently=True).walk_to(qid, None)


def ask_now(
    question: Question, variables: Variables, *, only: Collection[str] | None = None
) -> tuple[Asked, dict[str, float], tuple[Event, ...]]:
    """Ask a single question; return the event, the variables after it, and the failures of its modifications."""
    walker = _Walker(Script.build(()), dict(variables), 1, only=only)
    asked = walker.ask(question, None)
    return asked, walker.variables, tuple(walker.events[1:])


@dataclass(frozen=True, slots=True)
class Replaced:
    """The effect of asking and answering a question at the point where it was answered before.

    `asked` has the variables that the question's text shows; `events` are those of the answers, and failures.
    """

    asked: Asked
    events: tuple[Event, ...]
    variables: dict[str, float]


def answer_again(
    question: Question,
    checked: CheckedReply,
    before: Iterable[object],
    after: Iterable[object],
    *,
    only: Collection[str] | None = None,
) -> Replaced:
    """Ask and answer a question again, between the logged modifications `before` and `after` it (see `recompute`)."""
    after = list(after)
    walker = _Walker(Script.build(()), recompute(before), 1, only=only)
    done = walker.modify(question.qid, question.modifications)
    asked = Asked(question, None, done, recompute(after, walker.variables))
    walker.apply_answers(question, checked)
    return Replaced(asked, tuple(walker.events), recompute(after, walker.variables))


def answer(
    script: Script,
    question: Question,
    checked: CheckedReply | None,
    variables: Variables,
    *,
    repeat_from: int | None,
    limit: int,
    silently: bool = False,
    stay: bool = False,
    replaced: Replaced | None = None,
    only: Collection[str] | None = None,
) -> Walk:
    """Apply a checked reply (None: the confirmation of a control) and walk to the next question that waits.

    The modifications of the chosen answers are applied in the order given; the first given answer decides where the
    script continues. With `silently` (the front end asks the questions) nothing is asked or changed on the way. With
    `stay` the script stays at the question, unless the answer leads to the end. `repeat_from` is the qid at which an
    immediately repeating script starts again, `limit` the maximum number of steps without waiting. `replaced` is the
    effect that the reply already had in place of an earlier one; `variables` are ignored then. `only` are the
    variables that can be changed (None: all).
    """
    walker = _Walker(script, dict(variables), limit, repeat_from, silently, only)
    if replaced is not None:
        walker.variables, walker.events = dict(replaced.variables), list(replaced.events)
    elif checked is not None:
        walker.apply_answers(question, checked)
    chosen = checked.answers if checked is not None else ()
    next_qid = chosen[0].next_qid if question.type in CHOICE_TYPES and chosen else question.next_qid
    if stay and next_qid is not None and next_qid > END:
        return Walk(tuple(walker.events), question, walker.variables, Outcome.WAITING)
    return walker.walk_to(next_qid, question)


def recompute(modifications: Iterable[object], variables: Variables | None = None) -> dict[str, float]:
    """Return `variables` after logged lists of `[name, expression]` pairs, applied in order."""
    walker = _Walker(Script.build(()), dict(variables or {}), 1)
    for raw in modifications:
        walker.modify(0, parse_modifications(raw))
    return walker.variables
