"""The state of a survey with names, computed from all questions again and again: slow and plain, to compare with."""

from __future__ import annotations

from typing import Any

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.given_answers import GivenAnswer, zone_of
from chat_api.engine.logic import Logic
from chat_api.engine.numbers import is_number, to_int
from chat_api.engine.script import Answer, Question
from chat_api.engine.survey.typed_inputs import Inputs

#: Not settled after this number of passes: never.
PASSES_MAX = 60


class NaiveSurvey:
    """Computes all questions from what was found the last time, until nothing changes."""

    def __init__(self, logic: Logic, inputs: Inputs) -> None:
        self.logic, self.inputs = logic, inputs
        self.questions = logic.script.questions
        self.visible: set[int] = set()
        self.hidden: set[int] = set()
        self.answers: dict[str, Any] = {}
        self.weights: dict[str, float] = {}
        self.targets: dict[int, set[int]] = {}
        self.variables: dict[str, float] = {}
        self.problems: list[tuple[int, str]] = []
        self.missing = 0
        self.settles = any(self.is_settled_by_a_pass() for _ in range(PASSES_MAX))

    def is_settled_by_a_pass(self) -> bool:
        before = self.shown()
        reached = {self.questions[0].qid, *(qid for found in self.targets.values() for qid in found)}
        found = _Pass(self)
        for question in self.questions:
            if question.qid in reached:
                found.go_over(question)
        found.take_over()
        return self.shown() == before

    def shown(self) -> str:
        found = (self.visible, self.hidden, self.answers, self.weights, self.variables, self.problems)
        targets = {qid: sorted(targets) for qid, targets in self.targets.items() if targets}
        plain = [sorted(each) if isinstance(each, set) else each for each in found]
        return repr([*plain, targets, self.missing])

    @property
    def completed(self) -> bool:
        return not self.missing and all(code == "CONFIRM" for _, code in self.problems)


class _Pass:
    def __init__(self, survey: NaiveSurvey) -> None:
        self.survey = survey
        self.visible: set[int] = set()
        self.hidden: set[int] = set()
        self.answers: dict[str, Any] = {}
        self.weights: dict[str, float] = {}
        self.targets: dict[int, set[int]] = {}
        self.variables: dict[str, float] = {}
        self.problems: list[tuple[int, str]] = []
        self.missing = 0

    def take_over(self) -> None:
        for name in (
            *("visible", "hidden", "answers", "weights", "targets", "variables", "problems", "missing"),
        ):
            setattr(self.survey, name, getattr(self, name))

    def value(
        self,
        question: Question,
        source: str,
        at: GivenAnswer | None = None,
        own: dict[str, Any] | None = None,
        weight: float | None = None,
    ) -> Any:
        """Return the value at a question that sees its own answer only as `own`."""
        inputs = self.survey.inputs
        answers = {
            name: value for name, value in self.survey.answers.items() if name.split(".")[0] != question.name
        }
        weights = {name: each for name, each in self.survey.weights.items() if name != question.name}
        if own is not None and question.name is not None:
            answers |= own
            if weight is not None:
                weights[question.name] = weight
        environment = Environment(
            variables=dict(self.variables),
            answers=answers,
            weights=weights,
            context=inputs.context,
            timestamp=(inputs if at is None else at).timestamp,
            zone=zone_of((inputs if at is None else at).zone),
            value=None if own is None else own.get(question.name or ""),
        )
        return self.survey.logic.formula(source, question).value(environment)

    def is_true(self, question: Question, source: str | None, at: GivenAnswer | None = None) -> bool:
        try:
            return not source or bool(self.value(question, source, at))
        except ExpressionError:
            return False

    def modify(self, question: Question, modifications: Any, **seen: Any) -> None:
        for each in modifications:
            try:
                value = self.value(question, each.expression, **seen)
            except ExpressionError:
                continue
            if isinstance(value, bool | int | float):
                self.variables[each.name] = value

    def go_over(self, question: Question) -> None:
        group = self.survey.logic.group_of(question)
        is_shown = self.is_true(question, None if group is None else group.show_if)
        if not (is_shown and self.is_true(question, question.show_if)):
            self.hidden.add(question.qid)
            self.targets[question.qid] = self.beyond(question)
            return
        self.visible.add(question.qid)
        if question.type == "calculation":
            self.calculate(question)
            self.targets[question.qid] = {question.next_qid or -1}
            return
        self.modify(question, question.modifications)
        if question.type == "fork":
            self.targets[question.qid] = {self.branch(question)}
            return
        self.targets[question.qid] = {-1 if question.next_qid is None else question.next_qid}
        self.answer(question)

    def beyond(self, question: Question) -> set[int]:
        if question.next_qid is None and question.type in ("choice", "multichoice"):
            return {question.qid + 1}
        return {-1 if question.next_qid is None else question.next_qid}

    def calculate(self, question: Question) -> None:
        try:
            value = self.value(question, question.calculate or "empty")
        except ExpressionError:
            value = None
        own = {} if value is None else {question.name or "": value}
        self.answers |= own
        self.modify(question, question.modifications, own=own)

    def branch(self, question: Question) -> int:
        for rule in question.rules:
            if self.is_true(question, rule.condition):
                try:
                    target = self.value(question, rule.target)
                    if is_number(target) or isinstance(target, bool):
                        return to_int(target)
                except ExpressionError:
                    continue
        return -1

    def answer(self, question: Question) -> None:
        given = self.survey.inputs.given.get(question.id)
        chosen: list[Answer] = []
        value = None if given is None else given.value
        if given is not None and question.answers:
            offered = [answer for answer in question.answers if self.is_true(question, answer.show_if, given)]
            chosen = [answer for pk in given.chosen for answer in offered if answer.id == pk]
            value = self.chosen_value(question, chosen)
        if given is None or (question.answers and not chosen):
            self.missing += question.required and question.type != "message"
            return
        weights = [answer.value for answer in chosen if isinstance(answer.value, int)]
        weight = float(sum(weights)) if weights else None
        own = {} if value is None else {question.name or "": value}
        self.answers |= own
        if weight is not None:
            self.weights[question.name or ""] = weight
        if value is not None:
            self.check(question, given, own, weight)
        for answer in chosen:
            self.targets[question.qid].add(-1 if answer.next_qid is None else answer.next_qid)
            self.modify(question, answer.modifications, at=given, own=own, weight=weight)

    def chosen_value(self, question: Question, chosen: list[Answer]) -> Any:
        codes = [answer.text if answer.value is None else answer.value for answer in chosen]
        if question.type == "multichoice":
            in_order = sorted(range(len(chosen)), key=lambda place: chosen[place].position)
            return tuple(codes[place] for place in in_order)
        return codes[0] if codes else None

    def check(
        self, question: Question, given: GivenAnswer, own: dict[str, Any], weight: float | None
    ) -> None:
        value = own[question.name or ""]
        for source in (question.limits or {}).values():
            try:
                limit = self.value(question, str(source), given)
            except ExpressionError:
                continue
            if is_number(limit) and value > limit:
                self.problems.append((question.qid, "TOO_LARGE"))
        for constraint in question.constraints:
            try:
                holds = bool(self.value(question, constraint.check, given, own, weight))
            except ExpressionError:
                continue
            is_warning = constraint.severity == "warning"
            if not holds and not (is_warning and given.is_confirmed):
                self.problems.append((question.qid, "CONFIRM" if is_warning else "CONSTRAINT"))
