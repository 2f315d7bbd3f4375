"""Rolling a script back to a question that it asked before."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from chat_api.chat import selectors
from chat_api.chat.actions.deletion import remove
from chat_api.chat.actions.run_states import Way, state_of, store_state, way_of
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.actions.variables import recompute_variables
from chat_api.chat.choices import State
from chat_api.chat.models import Message, UserThread, VariableModification
from chat_api.engine import flow
from chat_api.engine.repeats import round_in
from chat_api.engine.script import PASSED_TYPES, QuestionType
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import NON_FIELDS, InvalidInput
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.settings import chat_settings


@atomic
def roll_back(
    *,
    user_thread: UserThread,
    message_id: int | None = None,
    question_id: int | None = None,
    instance: int | None = None,
) -> UserThread | None:
    """Roll the member back to a question and delete all later messages of the thread.

    `scripted`: to `message_id`, the message that asked it; without it, one step back from the position at which the
    caller loaded the script, so one of two simultaneous calls is rejected. Frontend-controlled: to the earliest message
    that asked `question_id`, in that round (`instance`) of its repeated group or, by default, in any; for a control,
    changes nothing and returns None. In `scripted`, `instance` is the round to which the script has to go back. Locks
    the thread. Raises `InvalidInput` with codes by field.
    """
    change = ThreadChange.open(thread_id=user_thread.thread_id, actor_id=user_thread.user_id)
    member = change.member(user_thread.user_id)
    if member is None or not member.is_scripted or member.schema is None:
        raise InvalidInput.field(NON_FIELDS, "WRONG_STATE")
    member.user = user_thread.user
    schema = compiled(member.schema)
    if member.state == State.SCRIPTED:
        if message_id is None and member.has_moved_since(user_thread):
            raise InvalidInput.field("question", "ALREADY_ANSWERED")
        way = way_of(change, member, schema)
        target = _target_of_script(member, schema, way, message_id, question_id)
        if instance is not None and instance != _round_of(schema, target):
            raise InvalidInput.field("instance", "WRONG_VALUE")
        # After a correction, messages on the way to the question can be later ones.
        leading = way.to(target.pk)
        kept = {pk for asking in leading for pk in (asking.asked, asking.answered) if pk and pk > target.pk}
        later = Message.objects.filter(thread=change.thread, pk__gt=target.pk).exclude(pk__in=kept)
        related: Message | None = target
    else:
        found = _target_of_frontend(member, schema, question_id, instance)
        if found is None:
            return None
        target, related = found, None
        later = Message.objects.filter(thread=change.thread, pk__gte=target.pk)
    _go_back(change, member, target, related, later)
    change.write()
    return member


def _go_back(
    change: ThreadChange,
    member: UserThread,
    target: Message,
    related: Message | None,
    later: QuerySet[Message],
) -> None:
    # The question waits again: its answer, which is gone, does not lead on.
    change.update(
        member,
        question_id=target.related_question_id,
        related_message=related,
        next_restart=None,
    )
    is_affected = member.schema is not None and compiled(member.schema).script.is_typed
    run = change.run_of(member)
    if run is not None and run.finished is not None:
        change.runs.reopen(run)
        # The modifications at the end of the run are undone with it.
        at_the_end = VariableModification.objects.filter(
            run=run, related_message=None, related_message_answer_id=None
        )
        is_affected = at_the_end.delete()[0] > 0 or is_affected
    affected = {member.pk} if is_affected else set()
    if not remove(change, later, affected=affected):
        recompute_variables(change, affected)
    _stand_in_round(change, member, target)
    change.note_thread_updated()


def _target_of_script(
    member: UserThread,
    schema: CompiledSchema,
    way: Way,
    message_id: int | None,
    question_id: int | None,
) -> Message:
    asked = selectors.asked_of(member=member)
    errors: dict[str, list[str]] = {}
    if question_id is not None:
        try:
            _check_question(member, schema, question_id)
        except InvalidInput as refusal:
            errors |= refusal.errors
    target = asked.filter(pk=message_id).first() if message_id is not None else None
    if message_id is not None and (
        target is None or not _waits_for_answer(schema, target.related_question_id)
    ):
        errors["message"] = ["NOT_A_QUESTION"]
    if errors:
        raise InvalidInput(errors)
    if target is not None:
        return target
    if member.related_message is None:
        raise InvalidInput.field(NON_FIELDS, "WRONG_STATE")
    before = [asking.asked for asking in way.to(member.related_message.pk)]
    if before:
        standing = asked.in_bulk(before)
        found = next((standing[pk] for pk in reversed(before) if pk in standing), None)
        if found is not None:
            return found
    latest = asked.filter(pk__lt=member.related_message.pk).order_by("-pk")
    return _one_step_back(schema, member.related_message, list(latest[: chat_settings.SCRIPT_STEPS_MAX]))


def _one_step_back(schema: CompiledSchema, asking: Message, latest: list[Message]) -> Message:
    """Follow the predecessors of `asking` back to a question that waited for an answer; the latest message is first."""
    predecessor_id = asking.predecessor_id
    for earlier in latest:
        if predecessor_id is None:
            break
        if earlier.related_question_id != predecessor_id:
            continue
        if _waits_for_answer(schema, earlier.related_question_id):
            return earlier
        predecessor_id = earlier.predecessor_id
    raise InvalidInput.field(NON_FIELDS, "AT_THE_BEGINNING")


def _waits_for_answer(schema: CompiledSchema, question_id: int | None) -> bool:
    question = schema.script.questions_by_id.get(question_id) if question_id is not None else None
    return question is not None and question.type not in PASSED_TYPES


def _round_of(schema: CompiledSchema, asking: Message) -> int:
    question = schema.script.questions_by_id.get(asking.related_question_id or 0)
    return 0 if question is None else round_in(schema.script, question, asking.instance)


def _stand_in_round(change: ThreadChange, member: UserThread, target: Message) -> None:
    """Move to the round that the message asked in; without it, no message says in which the question waits."""
    if target.instance is None or member.related_message_id is not None or member.schema is None:
        return
    schema = compiled(member.schema)
    state = state_of(change, member, schema)
    question = schema.script.questions_by_id.get(target.related_question_id or 0)
    if state is not None and question is not None:
        flow.stand_at(schema.script, question, member.variables, rules=state, instance=target.instance)
        store_state(change, member, schema, state)


def _check_question(
    member: UserThread, schema: CompiledSchema, question_id: int, instance: int | None = None
) -> Message:
    """Return the earliest message that asks the question, in that round. Raises `InvalidInput` if no message does."""
    question = schema.script.questions_by_id.get(question_id)
    if question is None:
        raise InvalidInput.field("question", "QUESTION_FROM_WRONG_SCHEMA")
    if question.type == QuestionType.CONTROL:
        raise InvalidInput.field("question", "QUESTION_TYPE_CONTROL")
    if instance is not None and bool(instance) != bool(round_in(schema.script, question, None)):
        raise InvalidInput.field("instance", "WRONG_VALUE")
    asking = selectors.asked_of(member=member).filter(related_question_id=question_id)
    message = asking.first()
    if message is None:
        raise InvalidInput.field("question", "NO_SUCH_MESSAGE")
    if instance:
        # Messages of older releases have no instance and belong to the first round.
        of_round = Q(instance=instance) | Q(instance=None) if instance == 1 else Q(instance=instance)
        message = asking.filter(of_round).first()
        if message is None:
            raise InvalidInput.field("instance", "NO_SUCH_MESSAGE")
    return message


def _target_of_frontend(
    member: UserThread, schema: CompiledSchema, question_id: int | None, instance: int | None
) -> Message | None:
    if question_id is None:
        raise InvalidInput.field("question", "REQUIRED")
    question = schema.script.questions_by_id.get(question_id)
    if question is not None and question.type == QuestionType.CONTROL:
        return None
    return _check_question(member, schema, question_id, instance)
