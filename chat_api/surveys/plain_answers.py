"""The answers of surveys whose questions have no names: rules read only which answers were chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.question_types.base import CheckedReply, Reply
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.script import Question, Script
from chat_api.engine.survey import SurveyState
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.languages import notation_of
from chat_api.surveys import selectors, validation
from chat_api.surveys.answers import Facts, Kept, without
from chat_api.surveys.instances import Instance, Place
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.validation import Given, Problems


class PlainAnswers:
    """Answers of a script without names: rules read only which of the answers were chosen."""

    def __init__(
        self,
        survey: Survey,
        script: Script,
        given: Mapping[int, selectors.StoredAnswer],
        kept: Kept | None = None,
    ) -> None:
        """Use the answers by question; or, where some are kept, those, and continue their state."""
        self._survey, self._script = survey, script
        #: The state of these answers, or of earlier ones; None until it is needed.
        self._state: SurveyState | None = None
        if kept is None:
            self._given = given
            self._answered = validation.answered_questions(script, given)
        else:
            self._given, self._answered, self._state = kept.stored, kept.replies, kept.state

    @property
    def given(self) -> Given:
        """The stored answers by question id."""
        return self._given

    def stored(self, place: Place) -> selectors.StoredAnswer | None:
        """Return the stored answer to a question; None without an item."""
        return self._given.get(place[0]) if not place[1] else None

    def check(self, place: Place, reply: Reply, *, confirms: bool) -> tuple[Problems, CheckedReply | None]:
        """Check against the type of the question, and limits that are plain values."""
        question_id, instance = place
        problems, checked = validation.check_answer(self._survey, self._script, question_id, reply)
        if instance and "related_question" not in problems:
            problems["instance"] = ["NOT_REPEATED"]
        return problems, None if problems else checked

    def judged(self, question: Question, reply: Reply, *, confirms: bool, instance: int = 0) -> CheckedReply:
        """Return the accepted reply to a question. Raises `AnswerRefused`."""
        return check_reply(question, reply, notation_of(self._survey.user))

    def offered(self, question: Question, instance: int = 0) -> Question:
        """Return the question with all its answers."""
        return question

    def suggestions(self) -> Mapping[int, Any]:
        """Return nothing: defaults belong to questions with names."""
        return {}

    def suggestions_of_instances(self, instance: Instance | None = None) -> Mapping[Place, Any]:
        """Return nothing."""
        return {}

    def reply(self, question_id: int, checked: CheckedReply, *, confirms: bool) -> Any:
        """Return None: no rule reads it."""

    def put(self, item: SurveyItem) -> None:
        """Take notice of a stored answer."""
        question_id, stored = item.related_question_id, selectors.stored_answer(item)
        self._given = {**self._given, question_id: stored}
        answered = without(self._answered, question_id)
        self._answered = {**answered, **validation.answered_questions(self._script, {question_id: stored})}

    def remove(self, place: Place) -> None:
        """Take notice of a removed answer."""
        self._given = without(self._given, place[0])
        self._answered = without(self._answered, place[0])

    def hand_over(self) -> Kept:
        """Return the answers as they are, with their state, to continue from; these no longer have it."""
        state, self._state = self._state, None
        return Kept(self._script, self._given, self._answered, state, len(self._script.questions))

    def state(self) -> dict[str, Any] | None:
        """Return the state as it is stored; None for a schema without questions."""
        state = self._current()
        if state is None:
            return None
        return {"visibility": [*state.visibility], "completed": state.completed}

    def facts(self) -> Facts:
        """Return what texts show."""
        state = self._current()
        return Facts(frozenset(), {}) if state is None else Facts(state.visible_ids, state.variables)

    def environment(self) -> Environment:
        """Return what scores and flags see: variables."""
        return Environment(variables=self.facts().variables, timestamp=in_utc(self._survey.updated))

    def rule_context(self) -> dict[str, Any] | None:
        """Return None: no rule reads it."""
        return None

    def _current(self) -> SurveyState | None:
        if not self._script.questions:
            return None
        if self._state is None:
            self._state = SurveyState(self._script, self._answered)
        else:
            self._state.continue_to(self._answered)
        return self._state
