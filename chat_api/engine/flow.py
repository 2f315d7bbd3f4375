"""What an answer does: a walk through the script, from where it was to the next question that waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chat_api.engine.expressions import ExpressionError, evaluate
from chat_api.engine.numbers import whole
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.script import (
    CHOICE_TYPES,
    END,
    PASSED_TYPES,
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
    """A question was asked; `predecessor` is the one before it, `variables` the pool as its text shows it."""

    question: Question
    predecessor: Question | None
    modifications: tuple[Modification, ...]
    variables: Variables


@dataclass(frozen=True, slots=True)
class ForkPassed:
    """A fork changed variables before it led on."""

    question: Question
    modifications: tuple[Modification, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The end was reached with these variables."""

    variables: Variables


@dataclass(frozen=True, slots=True)
class Restarted:
    """The script began again, with an empty pool."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The script cannot go on: a question is `missing`, or it took too many `steps` without waiting."""

    reason: str
    qid: int | None


@dataclass(frozen=True, slots=True)
class EvaluationFailed:
    """A modification or a rule was skipped."""

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
    """What happened, in order, and what is true after it."""

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
    #: Passing questions without asking them: the frontend asks.
    silently: bool = False
    #: The variables that may be changed; None for all.
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

    def take(self, question: Question, checked: CheckedReply) -> None:
        for one in checked.answers:
            done = self.modify(question.qid, one.modifications)
            if done:
                self.events.append(AnswerModified(one, done))

    def ask(self, question: Question, predecessor: Question | None) -> Asked:
        place = len(self.events)
        done = self.modify(question.qid, question.modifications)
        asked = Asked(question, predecessor, done, dict(self.variables))
        self.events.insert(place, asked)
        return asked

    def fork(self, question: Question) -> int:
        if not self.silently:
            done = self.modify(question.qid, question.modifications)
            if done:
                self.events.append(ForkPassed(question, done))
        qid, failures = choose_branch(question, self.variables)
        self.events.extend(failures)
        return qid

    def to(self, qid: int | None, predecessor: Question | None) -> Walk:
        """Walk to `qid` and on; more than `limit` steps that wait for nobody are too many."""
        steps = 0
        while True:
            ends = qid is None or qid <= END
            question = None if qid is None or ends else self.script.by_qid(qid)
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
                if not self.silently:
                    self.ask(question, predecessor)
                    predecessor = question
                qid = question.next_qid

    def _broken(self, reason: str, qid: int | None) -> Walk:
        self.events.append(Broken(reason, qid))
        return self._ended(Outcome.BROKEN)

    def _ended(self, outcome: Outcome) -> Walk:
        return Walk(tuple(self.events), None, self.variables, outcome)


def choose_branch(fork: Question, variables: Variables) -> tuple[int, list[EvaluationFailed]]:
    """Give the qid that the fork leads to, `END` where no rule holds, and the rules that had no value."""
    failures: list[EvaluationFailed] = []
    for rule in fork.rules:
        source = rule.condition
        try:
            if evaluate(source, variables):
                source = rule.target
                return whole(evaluate(source, variables)), failures
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
    return _Walker(script, dict(variables), limit, repeat_from, only=only).to(first, None)


def rest_at(script: Script, qid: int | None, variables: Variables, *, limit: int) -> Walk:
    """Stand on the first question from `qid` on that asks, asking nothing: the frontend does."""
    return _Walker(script, dict(variables), limit, silently=True).to(qid, None)


def ask_now(
    question: Question, variables: Variables, *, only: Collection[str] | None = None
) -> tuple[Asked, dict[str, float], tuple[Event, ...]]:
    """Ask one question by itself; gives the event, the variables after it, and the failures on the way."""
    walker = _Walker(Script.build(()), dict(variables), 1, only=only)
    asked = walker.ask(question, None)
    return asked, walker.variables, tuple(walker.events[1:])


@dataclass(frozen=True, slots=True)
class Replaced:
    """What asking and answering a question does in the place where it was answered before.

    `asked` has the variables as the question's text shows them; `events` are those of the answers and the failures.
    """

    asked: Asked
    events: tuple[Event, ...]
    variables: dict[str, float]


def answer_again(
    question: Question,
    checked: CheckedReply,
    before: Iterable[object],
    behind: Iterable[object],
    *,
    only: Collection[str] | None = None,
) -> Replaced:
    """Ask and answer a question again between logged lists of modifications, as `recompute` takes them."""
    behind = list(behind)
    walker = _Walker(Script.build(()), recompute(before), 1, only=only)
    done = walker.modify(question.qid, question.modifications)
    asked = Asked(question, None, done, recompute(behind, walker.variables))
    walker.take(question, checked)
    return Replaced(asked, tuple(walker.events), recompute(behind, walker.variables))


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
    """Take a checked reply (None: the confirmation of a control) and walk to the next question that waits.

    The chosen answers' modifications come first, in the order given; the first given answer leads on. Where
    the frontend leads (`silently`) nothing is asked or changed on the way: the cursor rests on the next question
    that waits. With `stay` the script keeps its question, unless the answer leads to the end. `repeat_from` is the
    qid at which a script that repeats at once begins again, `limit` how many steps in a row wait for nobody.
    `replaced` is what the reply did already, in the place of an older one; `variables` do not count then. `only`
    (None: all) are the variables that may be changed.
    """
    walker = _Walker(script, dict(variables), limit, repeat_from, silently, only)
    if replaced is not None:
        walker.variables, walker.events = dict(replaced.variables), list(replaced.events)
    elif checked is not None:
        walker.take(question, checked)
    chosen = checked.answers if checked is not None else ()
    leads_on = chosen[0].next_qid if question.type in CHOICE_TYPES and chosen else question.next_qid
    if stay and leads_on is not None and leads_on > END:
        return Walk(tuple(walker.events), question, walker.variables, Outcome.WAITING)
    return walker.to(leads_on, question)


def recompute(modifications: Iterable[object], variables: Variables | None = None) -> dict[str, float]:
    """Return the pool that logged lists of `[name, expression]` pairs make in their order, from `variables` (none)."""
    walker = _Walker(Script.build(()), dict(variables or {}), 1)
    for raw in modifications:
        walker.modify(0, parse_modifications(raw))
    return walker.variables
