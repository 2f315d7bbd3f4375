"""The flow of a script: from an answer to the next question that waits for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.flow_events import (
    AnswerModified,
    Asked,
    Broken,
    EvaluationFailed,
    Event,
    Finished,
    ForkPassed,
    Outcome,
    Restarted,
    Walk,
)
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.rules import UNTYPED, Rules, Variables
from chat_api.engine.script import (
    CHOICE_TYPES,
    END,
    PASSED_TYPES,
    Modification,
    Question,
    QuestionType,
    Script,
    parse_modifications,
)

_NOTHING: Final = Script.build(())
#: Stands for the question of logged modifications.
_NOWHERE: Final = Question(0, 0, 0, QuestionType.FORK, "")


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
    rules: Rules = UNTYPED
    events: list[Event] = field(default_factory=list)
    #: Whether the question at which the walk is has to be left out.
    is_hidden: bool = False

    def modify(self, question: Question, modifications: Iterable[Modification]) -> tuple[Modification, ...]:
        done = []
        for modification in modifications:
            if self.only is not None and modification.name not in self.only:
                continue
            try:
                value = self.rules.number(question, modification.expression, self.variables)
            except ExpressionError as error:
                self.events.append(EvaluationFailed(question.qid, modification.expression, str(error)))
                continue
            if value is not None:
                self.variables[modification.name] = value
                done.append(modification)
        return tuple(done)

    def apply_answers(self, question: Question, checked: CheckedReply) -> None:
        self.rules.answered(question, checked)
        for chosen in checked.answers:
            done = self.modify(question, chosen.modifications)
            if done:
                self.events.append(AnswerModified(chosen, done))

    def ask(self, question: Question, predecessor: Question | None) -> Asked:
        before_failures = len(self.events)
        done = self.modify(question, question.modifications)
        asked = Asked(question, predecessor, done, dict(self.variables))
        self.events.insert(before_failures, asked)
        return asked

    def fork(self, question: Question) -> int:
        if not self.silently:
            done = self.modify(question, question.modifications)
            if done:
                self.events.append(ForkPassed(question, done))
        qid, failures = choose_branch(question, self.variables, self.rules)
        self.events.extend(failures)
        return qid

    def walk_to(self, qid: int | None, predecessor: Question | None) -> Walk:
        """Continue at `qid`, until a question waits, the script ends, or `limit` steps are exceeded."""
        steps = 0
        while (stopped := self.stop_at(qid, predecessor)) is None:
            steps += 1
            if steps > self.limit:
                return self._broken("steps", qid)
            qid, predecessor = self.go_on(qid, predecessor)
        return stopped

    def stop_at(self, qid: int | None, predecessor: Question | None) -> Walk | None:
        """Return the walk if it ends here: at a question that waits, or at the end of the script."""
        if qid is None or qid <= END:
            self.events.append(Finished(dict(self.variables)))
            return self._ended(Outcome.FINISHED) if self.repeat_from is None else None
        question = self.script.questions_by_qid.get(qid)
        if question is None:
            return self._broken("missing", qid)
        self.is_hidden = self.hides(question)
        if self.is_hidden or question.type in PASSED_TYPES:
            return None
        if not self.silently:
            self.ask(question, predecessor)
        return Walk(tuple(self.events), question, self.variables, Outcome.WAITING)

    def go_on(self, qid: int | None, predecessor: Question | None) -> tuple[int | None, Question | None]:
        """Return the qid after the end, or after a question that does not wait, and the predecessor there."""
        if qid is None or qid <= END:
            self.events.append(Restarted())
            self.variables = {}
            self.rules.restarted()
            return self.repeat_from, None
        question = self.script.questions_by_qid[qid]
        if self.is_hidden:
            return qid_beyond(self.script, question), predecessor
        if question.type == QuestionType.FORK:
            return self.fork(question), predecessor
        if question.type == QuestionType.CALCULATION:
            self.calculate(question)
        elif not self.silently:
            self.ask(question, predecessor)
            predecessor = question
        return question.next_qid, predecessor

    def hides(self, question: Question) -> bool:
        """Return whether the question is hidden; one whose condition has no value is."""
        try:
            return self.rules.hides(question, self.variables)
        except ExpressionError as error:
            self.events.append(EvaluationFailed(question.qid, question.show_if or "", str(error)))
            return True

    def calculate(self, question: Question) -> None:
        try:
            self.rules.calculate(question, self.variables)
        except ExpressionError as error:
            self.events.append(EvaluationFailed(question.qid, question.calculate or "", str(error)))
        if not self.silently:
            done = self.modify(question, question.modifications)
            if done:
                self.events.append(ForkPassed(question, done))

    def _broken(self, reason: str, qid: int | None) -> Walk:
        self.events.append(Broken(reason, qid))
        return self._ended(Outcome.BROKEN)

    def _ended(self, outcome: Outcome) -> Walk:
        return Walk(tuple(self.events), None, self.variables, outcome)


def qid_beyond(script: Script, question: Question) -> int | None:
    """Return the qid after a question that is hidden or was skipped.

    It is the question's own `next_qid`; a choice without one hands on to the question below it.
    """
    if question.next_qid is not None or question.type not in CHOICE_TYPES:
        return question.next_qid
    below = script.index_by_qid[question.qid] + 1
    return script.questions[below].qid if below < len(script.questions) else None


def choose_branch(
    fork: Question, variables: Variables, rules: Rules = UNTYPED
) -> tuple[int, list[EvaluationFailed]]:
    """Return the qid of the first rule that holds (`END` if none does), and the failures of rules before it."""
    failures: list[EvaluationFailed] = []
    for rule in fork.rules:
        source = rule.condition
        try:
            if rules.holds(fork, source, variables):
                source = rule.target
                return rules.target(fork, source, variables), failures
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
    rules: Rules = UNTYPED,
) -> Walk:
    """Start at the qid `at` (None: the first question) and walk to the first question that waits."""
    first = script.first.qid if at is None and script.first is not None else at
    return _Walker(script, dict(variables), limit, repeat_from, only=only, rules=rules).walk_to(first, None)


def skip_to(
    script: Script, qid: int | None, variables: Variables, *, limit: int, rules: Rules = UNTYPED
) -> Walk:
    """Move to the first question from `qid` on that waits, without asking any: the front end asks them."""
    return _Walker(script, dict(variables), limit, silently=True, rules=rules).walk_to(qid, None)


def ask_now(
    question: Question,
    variables: Variables,
    *,
    only: Collection[str] | None = None,
    rules: Rules = UNTYPED,
) -> tuple[Asked, dict[str, float], tuple[Event, ...]]:
    """Ask a single question; return the event, the variables after it, and the failures of its modifications."""
    walker = _Walker(_NOTHING, dict(variables), 1, only=only, rules=rules)
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
    walker = _Walker(_NOTHING, recompute(before), 1, only=only)
    done = walker.modify(question, question.modifications)
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
    rules: Rules = UNTYPED,
    skip: bool = False,
) -> Walk:
    """Apply a checked reply (None: the confirmation of a control) and walk to the next question that waits.

    The modifications of the chosen answers are applied in the order given; the first given answer decides where the
    script continues. With `silently` (the front end asks the questions) nothing is asked or changed on the way. With
    `stay` the script stays at the question, unless the answer leads to the end. `repeat_from` is the qid at which an
    immediately repeating script starts again, `limit` the maximum number of steps without waiting. `replaced` is the
    effect that the reply already had in place of an earlier one; `variables` are ignored then. `only` are the
    variables that can be changed (None: all). With `skip` the question was skipped: it hands on like a hidden one.
    """
    walker = _Walker(script, dict(variables), limit, repeat_from, silently, only, rules)
    if replaced is not None:
        walker.variables, walker.events = dict(replaced.variables), list(replaced.events)
    elif checked is not None:
        walker.apply_answers(question, checked)
    chosen = checked.answers if checked is not None else ()
    next_qid = chosen[0].next_qid if question.type in CHOICE_TYPES and chosen else question.next_qid
    if skip:
        next_qid = qid_beyond(script, question)
    if stay and next_qid is not None and next_qid > END:
        return Walk(tuple(walker.events), question, walker.variables, Outcome.WAITING)
    return walker.walk_to(next_qid, question)


def recompute(modifications: Iterable[object], variables: Variables | None = None) -> dict[str, float]:
    """Return `variables` after logged lists of `[name, expression]` pairs, applied in order."""
    walker = _Walker(_NOTHING, dict(variables or {}), 1)
    for raw in modifications:
        walker.modify(_NOWHERE, parse_modifications(raw))
    return walker.variables
