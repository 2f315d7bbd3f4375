"""The state of a survey: which questions are visible, the variables, and whether it is complete."""

from __future__ import annotations

from collections.abc import Mapping

from chat_api.engine.flow_events import EvaluationFailed
from chat_api.engine.script import Script
from chat_api.engine.survey.forward import ForwardState, LeadsBack
from chat_api.engine.survey.plan import Plan
from chat_api.engine.survey.walk import WalkedState

#: The ids of the chosen answers (none for a typed text), by id of the answered question.
Answered = Mapping[int, tuple[int, ...]]


class SurveyState:
    """The state of a survey of a script with questions.

    It follows from the answers alone, however it was reached: `apply` continues from what changed, and gives the same
    state as computing it from all answers. Answers to hidden questions have no effect.
    """

    def __init__(self, script: Script, answered: Answered) -> None:
        """Compute the state from all answers."""
        self._script = script
        self._answered = dict(answered)
        plan = Plan.of(script)
        self._state: ForwardState | WalkedState
        try:
            self._state = ForwardState(plan, answered) if plan.is_forward else WalkedState(script, answered)
        except LeadsBack:
            self._state = WalkedState(script, answered)

    def apply(self, changes: Mapping[int, tuple[int, ...] | None]) -> None:
        """Change answers: the ids of the chosen answers by question id; None removes the answer.

        Takes time in proportion to what the changes affect; where a question of the script leads to an earlier one, to
        the size of the script.
        """
        for question_id, chosen in changes.items():
            if chosen is None:
                self._answered.pop(question_id, None)
            else:
                self._answered[question_id] = chosen
        if isinstance(self._state, ForwardState):
            try:
                self._state.apply(changes)
                return
            except LeadsBack:
                pass
        self._state = WalkedState(self._script, self._answered)

    def continue_to(self, answered: Answered) -> None:
        """Change the answers to exactly these, see `apply`."""
        before = self._answered
        changes: dict[int, tuple[int, ...] | None] = {
            question_id: chosen
            for question_id, chosen in answered.items()
            if before.get(question_id) != chosen
        }
        changes |= dict.fromkeys(question_id for question_id in before if question_id not in answered)
        if changes:
            self.apply(changes)

    @property
    def size(self) -> int:
        """Return the number of questions of the script."""
        return len(self._script.questions)

    @property
    def visibility(self) -> tuple[int, ...]:
        """Return the qids of the visible questions, by position."""
        return self._state.visibility

    @property
    def completed(self) -> bool:
        """Return whether all required questions among the visible ones are answered."""
        return self._state.completed

    @property
    def variables(self) -> Mapping[str, float]:
        """Return the variables set by the visible questions and the answers chosen on them."""
        return self._state.variables

    @property
    def visible_ids(self) -> frozenset[int]:
        """Return the ids of the visible questions."""
        questions = self._script.questions
        return frozenset(questions[index].id for index in self._state.visible_indexes)

    @property
    def failures(self) -> tuple[EvaluationFailed, ...]:
        """Return the expressions that had no value and were skipped, in order of position where that is known."""
        return self._state.failures


def survey_state(script: Script, answered: Answered) -> SurveyState | None:
    """Return the state of a survey with exactly these answers; None for a script without questions."""
    return SurveyState(script, answered) if script.questions else None
