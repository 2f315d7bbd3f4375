"""The answers of surveys whose questions have names: rules read their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.given_answers import GivenAnswer, given_from_json, given_to_json
from chat_api.engine.judge import judge, offering
from chat_api.engine.question_types.base import PLAIN_NOTATION, AnswerRefused, CheckedReply, Reply
from chat_api.engine.question_types.registry import check_reply, question_type
from chat_api.engine.question_types.stored_values import value_to_json
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Question, Script
from chat_api.engine.suggestions import suggestion_in
from chat_api.engine.survey.typed_inputs import Inputs
from chat_api.engine.survey.typed_problems import Problem
from chat_api.engine.survey.typed_state import TypedState
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.languages import notation_of
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.expression_context import logic_of
from chat_api.surveys import selectors, validation
from chat_api.surveys.answers import Facts, InstanceFacts, Kept, without
from chat_api.surveys.instances import Instance, Instances, Place, SurveyInstances
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.rule_context import RuleContext, suggesting
from chat_api.surveys.validation import Given, Problems


class TypedAnswers:
    """Answers of a script with names, each with its value, time and zone."""

    def __init__(
        self,
        survey: Survey,
        script: Script,
        rows: Mapping[Place, selectors.StoredReply],
        now: datetime | None,
        kept: Kept | None = None,
    ) -> None:
        """Use the answers by question and instance; or, where some are kept, those, and continue their state."""
        self._survey, self._script, self._logic = survey, script, logic_of(script)
        #: The state of these answers, or of others; None until it is needed.
        self._computed: TypedState | None = None
        self._stored: Mapping[Place, selectors.StoredAnswer]
        #: What rules read of the answers: by question, and in repeated groups by question and instance.
        self._replies: Mapping[int, GivenAnswer]
        self._repeated: Mapping[Place, GivenAnswer]
        if kept is None:
            self._stored = {place: row.answer for place, row in rows.items()}
            read = {place: self._read(place, row) for place, row in rows.items()}
            given = {place: each for place, each in read.items() if each is not None}
            self._replies = {
                question_id: each for (question_id, instance), each in given.items() if not instance
            }
            self._repeated = {place: each for place, each in given.items() if place[1]}
        else:
            self._stored, (self._replies, self._repeated) = kept.stored, kept.replies
            if kept.state is not None and kept.state.logic is self._logic:
                self._computed = kept.state
        self._kept = RuleContext.of(survey)
        self.instances = SurveyInstances.of(script, self._kept.instances)
        self._now, self._zone = self._clock(now)

    @property
    def given(self) -> Given:
        """The stored answers by question id, without those in repeated groups."""
        return {question_id: row for (question_id, instance), row in self._stored.items() if not instance}

    def stored(self, place: Place) -> selectors.StoredAnswer | None:
        """Return the stored answer to a question in an instance of its group; None without an item."""
        return self._stored.get(place)

    def set_instances(self, key: str, instances: Instances) -> None:
        """Replace the instances of a repeated group; the state leaves out answers in those that are gone."""
        self._kept = self._kept.with_instances(key, instances)
        self.instances = SurveyInstances.of(self._script, self._kept.instances)

    def check(self, place: Place, reply: Reply, *, confirms: bool) -> tuple[Problems, CheckedReply | None]:
        """Check against the type, and all that rules say now about the question, its answers, limits, constraints."""
        question_id, instance = place
        problems = validation.question_problems(self._script, question_id)
        if problems:
            return problems, None
        question = self._script.questions_by_id[question_id]
        code = self.instances.problem(question, instance)
        if code is not None:
            return {"instance": [code]}, None
        try:
            return {}, self.judged(question, reply, confirms=confirms, instance=instance)
        except AnswerRefused as refusal:
            return {field: [*codes] for field, codes in refusal.errors.items()}, None

    def judged(self, question: Question, reply: Reply, *, confirms: bool, instance: int = 0) -> CheckedReply:
        """Return the accepted reply to a question. Raises `AnswerRefused`."""
        environment, notation = self._environment_at(question, instance), notation_of(self._survey.user)
        return judge(self._logic, question, reply, environment, notation=notation, confirms=confirms)

    def offered(self, question: Question, instance: int = 0) -> Question:
        """Return the question with the answers that it offers now."""
        return offering(self._logic, question, self._environment_at(question, instance))

    def suggestions(self) -> Mapping[int, Any]:
        """Return by question id the answers that questions suggest, as documents show them."""
        wanted = suggesting(self._survey, self._script)
        found = {}
        for question, environment in self._state().environments_at(wanted, self._new_answer()):
            environment.prefill = self._kept.prefill
            value = suggestion_in(self._logic, question, environment)
            if value is not None:
                found[question.id] = question_type(question.type).to_json(value)
        return found

    def suggestions_of_instances(self, instance: Instance | None = None) -> Mapping[Place, Any]:
        """Return the same by question and instance for those in repeated groups; of one instance, or of all."""
        wanted, state, parts = suggesting(self._survey, self._script), self._state(), self.instances
        at = state.environments_of_instances(wanted, self._new_answer(), parts.only(instance))
        found = {}
        for question, place, environment in at:
            part = parts.part_of(question)
            environment.prefill = self._kept.prefill
            value = suggestion_in(self._logic, question, environment)
            if value is not None and part is not None:
                number = parts.number(part.key, place)
                found[question.id, number] = question_type(question.type).to_json(value)
        return found

    def reply(self, question_id: int, checked: CheckedReply, *, confirms: bool) -> Any:
        """Return the accepted reply as it is stored for rules."""
        question = self._script.questions_by_id[question_id]
        return given_to_json(question, GivenAnswer.of(checked, self._now, self._zone, is_confirmed=confirms))

    def put(self, item: SurveyItem) -> None:
        """Take notice of a stored answer."""
        place, answer = (item.related_question_id, item.instance), selectors.stored_answer(item)
        self.remove(place)
        self._stored = {**self._stored, place: answer}
        given = self._read(place, selectors.StoredReply(answer, item.reply, item.created or self._now))
        if given is not None and item.instance:
            self._repeated = {**self._repeated, place: given}
        elif given is not None:
            self._replies = {**self._replies, item.related_question_id: given}

    def remove(self, place: Place) -> None:
        """Take notice of a removed answer."""
        self._stored = without(self._stored, place)
        self._replies, self._repeated = self._without(place)

    def hand_over(self) -> Kept:
        """Return the answers as they are, with their state, to continue from; these no longer have it."""
        state, self._computed = self._computed, None
        size = 0 if state is None else state.size
        return Kept(self._script, self._stored, (self._replies, self._repeated), state, size)

    def state(self) -> dict[str, Any] | None:
        """Return the state as it is stored; None for a schema without questions."""
        state = self._state()
        return {
            "visibility": [*state.visibility],
            "completed": state.completed,
            "values": {name: value_to_json(value) for name, value in state.values.items()},
            "problems": [_problem_document(problem) for problem in state.problems],
            "instances": {
                key: [
                    {
                        "instance": self.instances.number(key, each.place),
                        "visibility": [*each.visibility],
                        "values": {name: value_to_json(value) for name, value in each.values.items()},
                        "problems": [_problem_document(problem) for problem in each.problems],
                    }
                    for each in found
                ]
                for key, found in state.instances.items()
            },
        }

    def facts(self) -> Facts:
        """Return what texts show."""
        state = self._state()
        by_qid, parts = self._script.questions_by_qid, repeated_groups(self._script)
        instances = {
            part.group.id: [
                InstanceFacts(
                    number=self.instances.number(part.key, each.place),
                    place=each.place,
                    visible_ids=frozenset(by_qid[qid].id for qid in each.visibility),
                    values=state.answers_of_instance(part.key, each.place),
                )
                for each in state.instances.get(part.key, ())
            ]
            for part in parts.values()
        }
        return Facts(state.visible_ids, state.variables, state.answers, instances)

    def environment(self) -> Environment:
        """Return what scores and flags see."""
        return self._state().environment

    def rule_context(self) -> dict[str, Any]:
        """Return what is stored beside the state: the time of the change, what the host knows and suggests."""
        return self._kept.at(self._now, self._zone).to_json()

    def _clock(self, now: datetime | None) -> tuple[datetime, str]:
        """Return time and zone of the change, else of the last one."""
        if now is not None:
            return in_utc(now), time_zone_key(self._survey.user)
        replies = (*self._replies.values(), *self._repeated.values())
        newest = max(replies, key=lambda given: given.timestamp, default=None)
        at = self._kept.timestamp
        if at is not None and (newest is None or at >= newest.timestamp):
            return at, self._kept.zone
        # Surveys from before, and those whose state is not updated, do not know their last change.
        if newest is not None:
            return newest.timestamp, newest.zone
        return in_utc(self._survey.created), time_zone_key(self._survey.user)

    def _new_answer(self) -> GivenAnswer:
        return GivenAnswer(timestamp=self._now, zone=self._zone)

    def _environment_at(self, question: Question, instance: int) -> Environment:
        part = self.instances.part_of(question)
        place = 0 if part is None else self.instances.place(part, instance)
        others = self._without((question.id, instance))
        inputs = self._inputs(*others, {} if part is None else {part.key: place})
        return self._at(inputs).environment_at(question, self._new_answer(), place)

    def _without(self, place: Place) -> tuple[Mapping[int, GivenAnswer], Mapping[Place, GivenAnswer]]:
        """Return all answers but one."""
        replies = self._replies if place[1] else without(self._replies, place[0])
        return replies, without(self._repeated, place)

    def _state(self) -> TypedState:
        return self._at(self._inputs(self._replies, self._repeated))

    def _at(self, inputs: Inputs) -> TypedState:
        """Return the state of other inputs, continued from the last one."""
        before = self._computed
        self._computed = TypedState.of(self._logic, inputs) if before is None else before.continued(inputs)
        return self._computed

    def _inputs(
        self,
        replies: Mapping[int, GivenAnswer],
        repeated: Mapping[Place, GivenAnswer],
        places: Mapping[str, int] | None = None,
    ) -> Inputs:
        inputs = Inputs(replies, self._now, self._zone, self._kept.context)
        if not self.instances.are_there:
            return inputs
        found: dict[Place, GivenAnswer] = {}
        at_least = dict(places or {})
        for (question_id, instance), given in repeated.items():
            part = self.instances.part_of(self._script.questions_by_id[question_id])
            place = 0 if part is None else self.instances.place(part, instance)
            if part is not None and place:
                found[question_id, place] = given
                at_least[part.key] = max(at_least.get(part.key, 0), place)
        return replace(
            inputs,
            repeated=found,
            instances={key: len(each.numbers) for key, each in self.instances.decided.items()},
            places=at_least,
        )

    def _read(self, place: Place, row: selectors.StoredReply) -> GivenAnswer | None:
        """Return what rules read of a stored answer; None if it answers nothing."""
        question = self._script.questions_by_id.get(place[0])
        if question is None or not validation.is_answer(question, row.answer):
            return None
        given = given_from_json(question, row.reply)
        return _from_text(question, row) if given is None else given


def _problem_document(problem: Problem) -> dict[str, Any]:
    return {
        "qid": problem.qid,
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity,
    }


def _from_text(question: Question, row: selectors.StoredReply) -> GivenAnswer:
    """Return an answer that was stored without its value, read from its text."""
    plain = replace(question, limits=None)
    reply = Reply(row.answer.text, tuple(row.answer.answer_ids))
    at = in_utc(row.created)
    try:
        checked = check_reply(plain, reply, PLAIN_NOTATION)
    except AnswerRefused:
        return GivenAnswer(chosen=reply.answer_ids, timestamp=at)
    return GivenAnswer.of(checked, at)
