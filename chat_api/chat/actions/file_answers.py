"""Answers to questions for files: their attachments are the answer, so each change to these is checked like one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chat_api.attachments.sent_files import sent_files
from chat_api.chat.actions.askings import askings_of, lacks_values
from chat_api.chat.actions.replies import reply_of
from chat_api.chat.actions.run_states import back_at, by_position, rebuild, state_of
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import RunOutcome
from chat_api.chat.message_rows import asking_in
from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.chat.script_context import context_for
from chat_api.engine import flow
from chat_api.engine.flow_events import Asked
from chat_api.engine.given_answers import GivenAnswer, given_from_json, given_to_json
from chat_api.engine.judge import judge
from chat_api.engine.question_types.base import AnswerRefused, Reply
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question, QuestionType
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.errors import InvalidInput
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.explanations import explanations


def follow_attachments(
    change: ThreadChange, message: Message, attached: Sequence[Attachment], *, confirm: bool
) -> None:
    """Check what is attached now to a message that answers a question for files; other messages stay as they are.

    The number of files is stored with the answer. In the current run of the author, variables, values, scores and flags
    follow; those of earlier runs stay as they were at the end. With `confirm`, constraints that are warnings do not
    refuse the files; an answer that was confirmed stays so. Raises `InvalidInput` (`attachments`).
    """
    answer = _FileAnswer.of(message)
    if answer is None:
        return
    reply = Reply(message.plain_text, (), sent_files(attached))
    try:
        answer.replace_by(change, reply, confirm=confirm)
    except AnswerRefused as refusal:
        error = InvalidInput(refusal.errors)
        error.explain = partial(answer.explanations, change, refusal, is_blank=not reply.text.strip())
        raise error from refusal


@dataclass(frozen=True, slots=True)
class _FileAnswer:
    """A message that answers a question for files; `given` is its value for rules, None where no rule reads it."""

    message: Message
    schema: CompiledSchema
    question: Question
    given: GivenAnswer | None

    @classmethod
    def of(cls, message: Message) -> _FileAnswer | None:
        """Return the message as an answer; None unless it is one. A skipped question has no answer."""
        if message.asks or message.related_question_id is None or message.run is None:
            return None
        schema = compiled(message.run.schema)
        question = schema.script.questions_by_id.get(message.related_question_id)
        if question is None or question.type != QuestionType.FILE:
            return None
        given = given_from_json(question, message.reply)
        return None if given is not None and given.is_skipped else cls(message, schema, question, given)

    def replace_by(self, change: ThreadChange, reply: Reply, *, confirm: bool) -> None:
        """Check other files and store how many they are; the run follows. Raises `AnswerRefused`."""
        message, given = self.message, self.given
        member = None if message.sender_id is None else change.member(message.sender_id)
        state = None
        if member is not None and member.run_id == message.run_id and member.schema_id == self.schema.id:
            state = state_of(change, member, self.schema)
        if given is None or member is None or state is None:
            checked = check_reply(self.question, reply)
            if given is not None:
                self._store(given_to_json(self.question, replace(given, value=checked.value)))
            return
        environment = state.environment(self._back(change, member, state))
        is_confirmed = confirm or given.is_confirmed
        checked = judge(state.logic, self.question, reply, environment, confirms=is_confirmed)
        state.confirms = is_confirmed
        self._store(reply_of(member, self.question, checked, state, now=change.now) or {})
        state.confirms = False
        if rebuild(change, member, self.schema):
            self._follow_run(change, member)

    def explanations(
        self, change: ThreadChange, refusal: AnswerRefused, *, is_blank: bool
    ) -> list[dict[str, Any]]:
        """Return the refused change in words, see `schemas.explanations`; only the current run fills in texts."""
        message = self.message
        member = None if message.sender_id is None else change.member(message.sender_id)
        context: Callable[[], Mapping[str, object]] = dict
        if member is not None and member.run_id == message.run_id:
            context = context_for(member, asked=Asked(self.question, None, (), {}, message.instance))
        return explanations(self.schema, self.question.id, context, refusal, is_blank=is_blank)

    def _back(self, change: ThreadChange, member: UserThread, state: RunState) -> dict[str, float]:
        """Put the state back to where the question was asked, and return the variables there.

        Where the script does not lead there, all other answers of the run count, by position.
        """
        askings = askings_of(member, self.schema)
        variables = member.variables
        if not lacks_values(member, askings):
            own = next((each for each in askings if each.answered == self.message.pk), None)
            found = None if own is None else back_at(change, member, self.schema, state, askings, own)
            if found is None:
                others = [each for each in askings if each is not own]
                found = by_position(change, member, self.schema, state, others)
                instance = None if own is None else own.instance
                flow.stand_at(self.schema.script, self.question, found, rules=state, instance=instance)
            variables = found
        state.at(in_utc(change.now), time_zone_key(member.user))
        return variables

    def _store(self, document: dict[str, Any]) -> None:
        # A corrected answer names the asking that it belongs to.
        asking = asking_in(self.message.reply)
        self.message.reply = {**document, "asking": asking} if asking else document
        Message.objects.filter(pk=self.message.pk).update(reply=self.message.reply)

    def _follow_run(self, change: ThreadChange, member: UserThread) -> None:
        run = change.run_of(member)
        if run is not None and run.outcome == RunOutcome.COMPLETED:
            run.variables, run.values = dict(member.variables), member.values
            change.runs.update(run)
        change.runs.attribute_flags(self.message)
        change.note_thread_updated()
