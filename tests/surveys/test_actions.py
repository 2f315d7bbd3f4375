"""The Python API of surveys."""

from __future__ import annotations

import pytest
from django.db.models.signals import post_save

from chat_api.lib.errors import InvalidInput
from chat_api.surveys import selectors
from chat_api.surveys.actions import answer_question, change_answer, remove_answer, start_survey
from chat_api.surveys.models import Survey, SurveyItem
from tests.factories import SurveyFactory, draft_schema
from tests.surveys.conftest import answer, question

pytestmark = pytest.mark.django_db


def test_survey_can_be_filled_in_from_python(alice, bob, smoking):
    survey = start_survey(user=alice, schema=smoking, automated_sender=bob)
    assert survey.state == {"visibility": [1], "completed": False}
    item = answer_question(
        survey=survey,
        question_id=question(smoking, 1).pk,
        answers=[answer(smoking, 1, "no")],
        sender=alice,
    )
    assert survey.state == {"visibility": [1, 4, 6], "completed": False}
    change_answer(item=item, answers=[answer(smoking, 1, "yes")])
    assert survey.state == {"visibility": [1, 2, 3, 4, 6], "completed": False}
    remove_answer(item=item)
    survey.refresh_from_db()
    assert survey.state == {"visibility": [1], "completed": False}
    assert survey.automated_sender == bob


def test_rejected_action_writes_nothing(alice, smoking):
    with pytest.raises(InvalidInput) as draft:
        start_survey(user=alice, schema=draft_schema())
    assert draft.value.errors == {"schema": ["NOT_PUBLISHED"]}
    survey = start_survey(user=alice, schema=smoking)
    with pytest.raises(InvalidInput) as wrong:
        answer_question(survey=survey, question_id=question(smoking, 2).pk, text="x", sender=None)
    assert wrong.value.errors == {"text": ["WRONG_VALUE"]}
    assert Survey.objects.count() == 1
    assert not SurveyItem.objects.exists()


def test_action_on_a_deleted_row_raises_does_not_exist(alice, smoking):
    survey = start_survey(user=alice, schema=smoking)
    item = answer_question(survey=survey, question_id=question(smoking, 4).pk, text="x", sender=alice)
    remove_answer(item=item)
    item = SurveyItem(pk=item.pk or 1, survey=survey)
    with pytest.raises(SurveyItem.DoesNotExist):
        remove_answer(item=item)
    with pytest.raises(SurveyItem.DoesNotExist):
        change_answer(item=item, text="y")
    Survey.objects.all().delete()
    with pytest.raises(Survey.DoesNotExist):
        answer_question(survey=survey, question_id=question(smoking, 4).pk, text="x", sender=alice)


def test_emptied_item_of_an_upgraded_survey_is_not_an_answer(alice, smoking):
    survey = SurveyFactory(user=alice, schema=smoking)
    for qid, text in ((1, ""), (6, "")):
        SurveyItem.objects.create(
            survey=survey, related_question=question(smoking, qid), position=qid, text=text
        )
    answer_question(survey=survey, question_id=question(smoking, 4).pk, text="x", sender=alice)
    assert survey.state == {"visibility": [1], "completed": False}
    first = survey.survey_items.get(related_question__qid=1)
    change_answer(item=first, answers=[answer(smoking, 1, "no")])
    assert first.survey.state == {"visibility": [1, 4, 6], "completed": False}


def test_item_inserted_without_the_lock_makes_the_answer_already_answered(alice, smoking, monkeypatch):
    survey = start_survey(user=alice, schema=smoking)
    asked = question(smoking, 4)
    monkeypatch.setattr(selectors, "answers_given", lambda *, survey_id: {})
    SurveyItem.objects.create(survey=survey, related_question=asked, position=4, text="first")
    with pytest.raises(InvalidInput) as second:
        answer_question(survey=survey, question_id=asked.pk, text="second", sender=alice)
    assert second.value.errors == {"related_question": ["ALREADY_ANSWERED"]}
    assert survey.survey_items.get().text == "first"


def test_post_save_is_sent_for_new_and_changed_items(alice, smoking):
    seen = []

    def receiver(instance, created, update_fields, **kwargs):
        seen.append((instance.pk is not None, created, update_fields))

    survey = start_survey(user=alice, schema=smoking)
    post_save.connect(receiver, sender=SurveyItem)
    try:
        item = answer_question(survey=survey, question_id=question(smoking, 4).pk, text="x", sender=alice)
        change_answer(item=item, text="y")
    finally:
        post_save.disconnect(receiver, sender=SurveyItem)
    assert seen == [
        (True, True, None),
        (True, False, frozenset({"text", "text_format", "typed_text", "updated"})),
    ]
    assert survey.state == {"visibility": [1], "completed": False}


def test_item_is_stored_the_same_with_and_without_receivers(alice, smoking):
    def stored():
        survey = start_survey(user=alice, schema=smoking)
        answers = [answer(smoking, 1, "yes")]
        answer_question(survey=survey, question_id=question(smoking, 1).pk, answers=answers, sender=alice)
        answer_question(survey=survey, question_id=question(smoking, 2).pk, text="20", sender=alice)
        columns = [field.attname for field in SurveyItem._meta.concrete_fields]
        own = {"id", "survey_id", "created", "updated"}
        rows = survey.survey_items.order_by("pk").values(*columns, "answer_links__answer_id")
        survey.refresh_from_db()
        return survey.state, [{name: row[name] for name in row if name not in own} for row in rows]

    def receiver(**kwargs):
        pass

    fast = stored()
    post_save.connect(receiver)
    try:
        assert stored() == fast
    finally:
        post_save.disconnect(receiver)
