"""The walk through a script: questions are asked, left out or passed until one waits for an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from chat_api.engine.repeats import INSTANCES_MAX, RepeatedGroup
from chat_api.engine.rounds import Place, Rounds
from chat_api.engine.rules import UNTYPED, Rules, Variables
from chat_api.engine.script import (
    CHOICE_TYPES,
    END,
    PASSED_TYPES,
    Modification,
    Question,
    QuestionType,
    Script,
)

# An enumeration looks up its members by itself, which costs a walk more than all else that it compares.
_FORK: Final = QuestionType.FORK
_CALCULATION: Final = QuestionType.CALCULATION
_WAITING: Final = Outcome.WAITING


@dataclass(slots=True)
class Walker:
    """A walk in progress: its variables, and the events so far."""

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

    def modify(self, question: Question, modifications: Sequence[Modification]) -> tuple[Modification, ...]:
        done, only, rules, variables = [], self.only, self.rules, self.variables
        for modification in modifications:
            if only is not None and modification.name not in only:
                continue
            try:
                value = rules.number(question, modification.expression, variables)
            except ExpressionError as error:
                self.events.append(EvaluationFailed(question.qid, modification.expression, str(error)))
                continue
            if value is not None:
                variables[modification.name] = value
                done.append(modification)
        return tuple(done)

    def apply_answers(self, question: Question, checked: CheckedReply) -> None:
        self.rules.answered(question, checked)
        for chosen in checked.answers:
            if chosen.modifications and (done := self.modify(question, chosen.modifications)):
                self.events.append(AnswerModified(chosen, done))

    def ask(self, question: Question, predecessor: Question | None) -> Asked:
        rounds = self.rules.rounds
        instance = None if rounds is None else rounds.number_of(question)
        if not question.modifications:
            asked = Asked(question, predecessor, (), self.variables.copy(), instance)
            self.events.append(asked)
            return asked
        before_failures = len(self.events)
        done = self.modify(question, question.modifications)
        asked = Asked(question, predecessor, done, self.variables.copy(), instance)
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
        """Continue at `qid`, until a question waits, the script ends, or `limit` steps are exceeded.

        In a script with repeated groups, that is `limit` and one for each round that a group can have.
        """
        rounds, limit, steps = self.rules.rounds, self.limit, 0
        if rounds is not None:
            limit += INSTANCES_MAX
            qid = self.arrive(rounds, qid)
        while (stopped := self.stop_at(qid, predecessor)) is None:
            steps += 1
            if steps > limit:
                return self._broken("steps", qid)
            qid, predecessor = self.go_on(qid, predecessor)
            if rounds is not None:
                qid = self.arrive(rounds, qid)
        return stopped

    def arrive(self, rounds: Rounds, qid: int | None) -> int | None:
        """Return the qid at which a walk to `qid` continues: the first one of its group while that has rounds left."""
        if not rounds.leads_out(qid):
            return qid
        if rounds.has_more():
            return rounds.begin_next()
        rounds.leave()
        group = rounds.group_at(qid)
        if group is not None and rounds.enter(group, self.planned(group), keeps=self.silently):
            self.rules.forgot(group)
        return qid

    def stand_at(self, question: Question, number: int | None = None) -> None:
        """Move to a round of the question's group; without `number` to the first one, unless the walk is in one."""
        rounds = self.rules.rounds
        if rounds is None:
            return
        group = rounds.group_of(question)
        if group is None:
            rounds.leave()
        elif number is not None or group is not rounds.place.group or not rounds.place.number:
            rounds.leave()
            rounds.stand(Place(group, number or 1, self.planned(group)))

    def planned(self, group: RepeatedGroup) -> int:
        """Return how many rounds the group has at least: none if it is hidden."""
        repeat, first = group.repeat, self.script.questions[group.indexes[0]]
        source = group.group.show_if or ""
        try:
            if source and not self.rules.holds(first, source, self.variables):
                return 0
            if repeat.count is None:
                return group.rounds
            source = repeat.count
            return group.count(self.rules.number(first, source, self.variables))
        except ExpressionError as error:
            self.events.append(EvaluationFailed(first.qid, source, str(error)))
            return group.least if source == repeat.count else 0

    def stop_at(self, qid: int | None, predecessor: Question | None) -> Walk | None:
        """Return the walk if it ends here: at a question that waits, or at the end of the script."""
        if qid is None or qid <= END:
            self.events.append(Finished(dict(self.variables), self.rules.to_json()))
            return self._ended(Outcome.FINISHED) if self.repeat_from is None else None
        try:
            question = self.script.questions_by_qid[qid]
        except KeyError:
            return self._broken("missing", qid)
        rounds = self.rules.rounds
        if rounds is None and question.show_if is None and question.group_id is None:
            # As nearly all questions: shown, whatever the rules are.
            self.is_hidden = False
        else:
            self.is_hidden = (rounds is not None and rounds.passes(question)) or self.hides(question)
        if self.is_hidden or question.type in PASSED_TYPES:
            return None
        if not self.silently:
            self.ask(question, predecessor)
        return Walk(tuple(self.events), question, self.variables, _WAITING)

    def go_on(self, qid: int | None, predecessor: Question | None) -> tuple[int | None, Question | None]:
        """Return the qid after the end, or after a question that does not wait, and the predecessor there."""
        if qid is None or qid <= END:
            self.events.append(Restarted())
            self.variables = {}
            self.rules.restarted()
            return self.repeat_from, None
        question = self.script.questions_by_qid[qid]
        if self.is_hidden:
            rounds = self.rules.rounds
            if rounds is not None and rounds.adds_silently(question):
                return rounds.begin_next(), predecessor
            return qid_beyond(self.script, question), predecessor
        if question.type == _FORK:
            return self.fork(question), predecessor
        if question.type == _CALCULATION:
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
