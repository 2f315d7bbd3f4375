"""The variables that the texts of a survey's questions can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Final

from chat_api.engine.expressions.values import Value
from chat_api.engine.repeats import RepeatedGroup, repeated_groups
from chat_api.engine.script import Question, Script
from chat_api.engine.templates import INDEX
from chat_api.lib.rest.relations import ID_MAX
from chat_api.schemas.answer_texts import ListTexts, shown_scores, with_lists, with_names
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.expression_context import logic_of
from chat_api.schemas.models import Schema
from chat_api.schemas.render_contexts import register_text_context
from chat_api.schemas.rendering import TextContext, filling, shown_account
from chat_api.surveys import selectors
from chat_api.surveys.answers import Answers, Facts, InstanceFacts
from chat_api.surveys.instances import Instance, Place
from chat_api.surveys.models import Survey
from chat_api.surveys.rule_context import suggesting
from chat_api.surveys.stored_answers import answers_of

_OUTSIDE: Final[Place] = (0, 0)


def context_for(survey: Survey, place: Place = _OUTSIDE) -> TextContext:
    """Return the context of the texts of a question in an instance; see `SurveyTexts`."""
    return SurveyTexts(survey).at(place)


class SurveyTexts:
    """The contexts of a survey's texts: outside of repeated groups, and in each of their instances.

    `user` is the owner, `sender` the automated sender, `thread` is empty. The answers are read once, for all texts and
    suggestions together.
    """

    def __init__(self, survey: Survey, answers: Answers | None = None, *, as_written: bool = False) -> None:
        """Read nothing yet; `answers` are those of the survey, if they are known.

        With `as_written`, the texts of chosen answers are quoted with their placeholders as they are.
        """
        self._survey, self._known, self._as_written = survey, answers, as_written
        self._contexts: dict[Instance, TextContext] = {}

    def at(self, place: Place) -> TextContext:
        """Return the context of a question in an instance of its group; 0 and all other questions are outside."""
        question_id, number = place
        question = self._script.questions_by_id.get(question_id) if number else None
        part = None if question is None else repeated_groups(self._script).get(question.group_id or 0)
        return self.outside if part is None else self._in_instance(part, number)

    @cached_property
    def outside(self) -> TextContext:
        """The context outside of repeated groups."""
        return TextContext(
            self._survey,
            lambda: self._values,
            suggest=lambda script: self._answers.suggestions() if self._suggesting(script) else {},
            suggesting=self._suggesting,
            instances=self._instances,
        )

    def _instances(self) -> Mapping[int, Sequence[tuple[int, TextContext]]]:
        """Return the contexts of all instances that count, by id of the group."""
        parts = repeated_groups(self._script)
        found = self._facts.instances
        return {
            pk: [(each.number, self._in_instance(parts[pk], each.number)) for each in instances]
            for pk, instances in found.items()
        }

    def _in_instance(self, part: RepeatedGroup, number: int) -> TextContext:
        key = part.group.id, number
        context = self._contexts.get(key)
        if context is None:
            context = self._contexts[key] = TextContext(
                self._survey,
                partial(self._values_in, part, number),
                suggest=partial(self._suggest_in, key),
                shared=self.outside.shared,
            )
        return context

    @cached_property
    def _schema(self) -> CompiledSchema:
        return compiled(self._survey.schema)

    @property
    def _script(self) -> Script:
        return self._schema.script

    @cached_property
    def _answers(self) -> Answers:
        return answers_of(self._survey) if self._known is None else self._known

    @cached_property
    def _facts(self) -> Facts:
        return self._answers.facts()

    # Suggested answers.

    def _suggesting(self, script: Script) -> frozenset[int]:
        return suggesting(self._survey, script)

    def _suggest_in(self, instance: Instance, script: Script) -> Mapping[int, Any]:
        if not self._suggesting(script):
            return {}
        # All at once takes about as long as two, one by one.
        is_only = len(self._contexts) == 1
        by_place = self._answers.suggestions_of_instances(instance) if is_only else self._all_suggestions
        group_id, number = instance
        own = {question.id for question in script.questions if question.group_id == group_id}
        return {pk: value for (pk, each), value in by_place.items() if each == number and pk in own}

    @cached_property
    def _all_suggestions(self) -> Mapping[Place, Any]:
        return self._answers.suggestions_of_instances()

    # The values of texts.

    @cached_property
    def _values(self) -> Mapping[str, object]:
        survey = self._survey
        labelled = self._schema.in_language(None).scores
        return {
            "user": shown_account(survey.user, viewer=survey.user),
            "sender": shown_account(survey.automated_sender, viewer=survey.user),
            "thread": {},
            "variables": self._facts.variables,
            "answers": with_lists(self._texts_outside, self._lists),
            **shown_scores(logic_of(self._script), self._answers.environment, None, labelled),
        }

    def _values_in(self, part: RepeatedGroup, number: int) -> Mapping[str, object]:
        """Return the values of texts in an instance: its own answers, and all that is outside."""
        found = next(
            (each for each in self._facts.instances.get(part.group.id, ()) if each.number == number), None
        )
        if found is None:
            # An instance that does not count has answers that nothing shows.
            found = InstanceFacts(number, 0, frozenset(), {})
        texts = {**self._texts_outside, **self._own_texts(part, found)}
        index = {INDEX: found.place} if found.place else {}
        return {**self._values, "answers": with_lists(texts, self._lists), **index}

    @cached_property
    def _texts_outside(self) -> dict[str, str]:
        """Return the texts of visible answers by `q<qid>` and, where questions have names, by name."""
        # Answers to hidden questions do not count, so texts do not quote them.
        questions, facts = self._script.questions, self._facts
        return self._texts(questions, 0, facts.visible_ids, facts.values)

    def _own_texts(self, part: RepeatedGroup, instance: InstanceFacts) -> dict[str, str]:
        questions = [self._script.questions[index] for index in part.indexes]
        return self._texts(questions, instance.number, instance.visible_ids, instance.values)

    def _texts(
        self,
        questions: Iterable[Question],
        number: int,
        visible_ids: frozenset[int],
        values: Mapping[str, Value],
    ) -> dict[str, str]:
        by_qid = {
            f"q{question.qid}": text
            for question in questions
            if question.id in visible_ids and (text := self._answer_text(question.id, number)) is not None
        }
        return with_names(by_qid, questions, values, None)

    @cached_property
    def _lists(self) -> dict[str, ListTexts]:
        script = self._script
        return {
            part.key: ListTexts((script.questions[index] for index in part.indexes), self._listed, None)
            for part in repeated_groups(script).values()
        }

    def _listed(self, question: Question) -> Iterator[tuple[Value, str]]:
        for instance in self._facts.instances.get(question.group_id or 0, ()):
            value = instance.values.get(question.name or "")
            if value is not None:
                yield value, self._answer_text(question.id, instance.number) or ""

    @cached_property
    def _written(self) -> SurveyTexts:
        return SurveyTexts(self._survey, self._answers, as_written=True)

    def _answer_text(self, question_id: int, number: int) -> str | None:
        """Return an answer as a chat shows it: the texts of the chosen answers and the typed text, joined by commas.

        None for a question without an answer.
        """
        stored = self._answers.stored((question_id, number))
        if stored is None:
            return None
        document = self._schema.in_language(None).question_documents[question_id]
        offered = {answer["id"]: answer["text"] for answer in document["answers"]}
        texts = [offered[pk] for pk in stored.answer_ids if pk in offered]
        if not self._as_written and any("{{" in text for text in texts):
            # What these quote is quoted as it is written: answers can quote each other.
            texts = [*map(filling(document, self._written.at((question_id, number))), texts)]
        return ", ".join([*texts, *([stored.text] if stored.text else [])])


def read_survey(user: Any, schema: Schema, value: str) -> TextContext | None:
    """Return the context of the survey with the id `value`; None unless it is the user's and of the schema."""
    if not value.isdecimal() or len(value) > len(str(ID_MAX)):
        return None
    survey = selectors.find_survey(survey_id=int(value))
    if survey is None or survey.user_id != user.pk or survey.schema_id != schema.pk:
        return None
    return context_for(survey)


register_text_context("survey", read_survey)
