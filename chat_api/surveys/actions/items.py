"""Answering the questions of a survey, changing and removing answers; the state of the survey follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, models
from django.db.models.signals import post_save, pre_save
from django.utils import timezone

from chat_api.attachments.drafts import fill_in
from chat_api.attachments.sent_files import sent_files
from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.engine.question_types.base import CheckedReply, Reply
from chat_api.lib.db.transactions import atomic
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import insert
from chat_api.lib.errors import InvalidInput
from chat_api.lib.text_formats import text_to_store
from chat_api.schemas.compiled import compiled
from chat_api.surveys import selectors, validation
from chat_api.surveys.actions.flags import follow_answers
from chat_api.surveys.answers import Answers
from chat_api.surveys.attachment_selectors import files_of
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem, SurveyItemAnswer
from chat_api.surveys.stored_answers import changing_answers, new_version
from chat_api.surveys.typed_texts import checked_answer


def answer_question(
    *,
    survey: Survey,
    question_id: int,
    instance: int = 0,
    answers: Sequence[int] = (),
    text: str = "",
    attachments: Sequence[SurveyAttachment] = (),
    sender: Any,
    verify: bool = False,
    confirm: bool = False,
) -> SurveyItem:
    """Answer a question that has no answer yet; the state of the survey follows, also on `survey` itself.

    `instance` is the instance of a repeated group, 0 for other questions. `answers` are ids of answers of the question,
    `text` is as typed; `attachments` are new rows with their drafts. With `verify` everything is checked and nothing
    stored; the returned item has no id. With `confirm`, constraints that are warnings do not refuse the answer. Locks
    the survey. Raises `Survey.DoesNotExist`, and `InvalidInput` with all errors (`related_question`, `instance`,
    `answers`, `text`, `attachments`).
    """
    script = compiled(survey.schema).script
    try:
        with atomic():
            lock_open(survey)
            with changing_answers(survey, now=timezone.now()) as known:
                reply = Reply(text, tuple(answers), sent_files(attachments))
                place = question_id, instance
                answers, problems, checked = checked_answer(survey, known, place, reply, confirms=confirm)
                if known.stored(place) is not None and "related_question" not in problems:
                    problems["related_question"] = ["ALREADY_ANSWERED"]
                if problems or checked is None:
                    raise InvalidInput(problems)
                stored, text_format = text_to_store(checked.text.strip())
                item = SurveyItem(
                    survey=survey,
                    related_question_id=question_id,
                    instance=instance,
                    position=script.questions_by_id[question_id].position,
                    text=stored,
                    text_format=text_format,
                    typed_text=checked.typed,
                    sender=sender,
                    reply=known.reply(question_id, checked, confirms=confirm),
                    has_attachments=bool(attachments),
                )
                item.chosen = [*answers]
                if not verify:
                    _insert(item, attachments)
                    known.put(item)
                    update_state(survey, known, links=_links(item))
                    follow_answers(survey, known, item_id=item.pk)
    except IntegrityError as error:
        # A row written without the lock.
        problems = {**validation.already_answered(survey, question_id, instance)}
        if not problems:
            raise
        raise InvalidInput(problems) from error
    return item


@atomic
def change_answer(
    *,
    item: SurveyItem,
    answers: Sequence[int] | None = None,
    text: str | None = None,
    confirm: bool = False,
) -> SurveyItem:
    """Change an answer; None leaves answers or text as they are. The state follows, also on `item.survey`.

    With `confirm`, constraints that are warnings do not refuse it; `confirm` alone confirms the answer as it is.

    Locks the survey. Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist`, and `InvalidInput` like a new answer.
    """
    survey, current = lock_item(item)
    with changing_answers(survey, now=timezone.now()) as known:
        stored = known.stored((current.related_question_id, current.instance)) or selectors.StoredAnswer()
        current.chosen = before = [*stored.answer_ids]
        chosen = before if answers is None else [*answers]
        if answers is not None or text is not None or (confirm and current.reply is not None):
            typed = current.plain_text if text is None else text
            reply = Reply(typed, tuple(chosen), files_of(item=current))
            checked = accept(known, current, reply, confirms=confirm)
            if text is not None:
                current.text, current.text_format = text_to_store(checked.text.strip())
                current.typed_text = checked.typed
        with_reply = ("reply",) if current.reply is not None else ()
        current.save(update_fields=("text", "text_format", "typed_text", *with_reply, "updated"))
        links: list[SurveyItemAnswer] = []
        if chosen != before:
            current.answer_links.all().delete()
            current.chosen = chosen
            links = _links(current)
        known.put(current)
        update_state(survey, known, links=links)
        follow_answers(survey, known, item_id=current.pk)
    return current


@atomic
def remove_answer(*, item: SurveyItem) -> None:
    """Remove an answer, so that the question can be answered again. The state of the survey follows.

    Locks the survey. Raises `Survey.DoesNotExist`, `InvalidInput`, and `SurveyItem.DoesNotExist` if the item was
    removed before.
    """
    survey, stored = lock_item(item)
    removed = stored.pk
    with changing_answers(survey, now=timezone.now()) as known:
        stored.delete()
        known.remove((stored.related_question_id, stored.instance))
        update_state(survey, known)
        follow_answers(survey, known, removed_item_ids=(removed,))


def lock_open(survey: Survey) -> None:
    """Lock the survey and refresh it. Raises `Survey.DoesNotExist`, `InvalidInput` if it is submitted."""
    selectors.lock_survey(survey)
    validation.refuse_submitted(survey)


def accept(known: Answers, item: SurveyItem, reply: Reply, *, confirms: bool) -> CheckedReply:
    """Check a changed answer, and set its value for rules on the item. Raises `InvalidInput`."""
    problems, checked = known.check((item.related_question_id, item.instance), reply, confirms=confirms)
    if problems or checked is None:
        raise InvalidInput(problems)
    item.reply = known.reply(item.related_question_id, checked, confirms=confirms)
    return checked


def lock_item(item: SurveyItem) -> tuple[Survey, SurveyItem]:
    """Lock the item's survey, and return both as they are stored.

    Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist`, and `InvalidInput` once the survey is submitted.
    """
    lock_open(item.survey)
    current = selectors.find_item(survey_id=item.survey_id, item_id=item.pk)
    if current is None:
        raise SurveyItem.DoesNotExist
    current.survey = item.survey
    return item.survey, current


def _insert(item: SurveyItem, attachments: Sequence[SurveyAttachment]) -> None:
    if _is_listened_to(SurveyItem):
        item.save(force_insert=True)
    else:
        insert([item])
    if attachments:
        for attachment in attachments:
            attachment.item = item
        fill_in(attachments)
        refuse_above_bytes_max(item.text, item.meta, attachments)
        SurveyAttachment.objects.bulk_create(attachments)


def _links(item: SurveyItem) -> list[SurveyItemAnswer]:
    return [SurveyItemAnswer(surveyitem=item, answer_id=answer_id) for answer_id in item.chosen or ()]


def update_state(
    survey: Survey,
    known: Answers,
    *,
    links: Sequence[SurveyItemAnswer] = (),
    with_instances: bool = False,
) -> None:
    """Store the links, and the state that follows from all answers; PostgreSQL gets both in one statement.

    With NO_STATE_UPDATE there is no state; `with_instances` the instances of repeated groups are stored in any case.
    """
    plan = WritePlan()
    plan.insert(links)
    has_state = validation.has_state(survey.schema)
    written: list[str] = []
    if has_state:
        survey.state = known.state()
        survey.updated = timezone.now()
        survey.state_version = new_version()
        written += ["state", "state_version", "updated"]
    elif survey.state_version:
        # From a time with states: none that a process keeps is that of these answers.
        survey.state_version = 0
        written.append("state_version")
    if has_state or with_instances:
        survey.rule_context = known.rule_context()
        # Where no rule reads it, it is null and stays so.
        written += ["rule_context"] if survey.rule_context is not None else []
    is_saved = has_state and _is_listened_to(Survey)
    if written and not is_saved:
        values = {name: getattr(survey, name) for name in written}
        plan.update(Survey, where="id", equals=survey.pk, values=values)
    plan.carry_out()
    if is_saved:
        survey.save(update_fields=written)


def _is_listened_to(model: type[models.Model]) -> bool:
    """Return whether the host listens to Django's signals of the model, which only `save()` sends."""
    return pre_save.has_listeners(model) or post_save.has_listeners(model)
