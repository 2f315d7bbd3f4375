"""The surveys of the sample: one in progress, and one that was submitted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from chat_api.api import add_instance, answer_question, start_survey, submit_survey
from chat_api.models import Group, Question, Survey, SurveyItem
from clinic.questionnaires import HEALTH_CHECK
from clinic.sample.talk import published

MEDICINES = [("Iron", "1", "little"), ("Ibuprofen", "2", "yes")]


def health_checks(users: dict[str, Any]) -> None:
    """Create a survey that Anna has begun, and one that Ben submitted two weeks ago."""
    anna = _begun(users["anna"])
    _give(anna, {"height": "168", "weight": "63.5", "upper": "118", "lower": "76"})
    _medicines(anna, MEDICINES[:1])
    ben = _begun(users["ben"])
    _give(ben, {"height": "181", "weight": "99.5", "upper": "146", "lower": "92"})
    _medicines(ben, MEDICINES[1:])
    _give(ben, {"smoking": ["stopped"], "exercise": ["never"], "obstacles": ["pain"], "stress": "6"})
    _give(ben, {"bedtime": "22:30", "questions": "Can I ride my bicycle again?"})
    submit_survey(survey=ben)
    for survey, days in ((anna, 1), (ben, 14)):
        when = timezone.now() - timedelta(days=days)
        SurveyItem.objects.filter(survey=survey).update(created=when, updated=when)
        Survey.objects.filter(pk=survey.pk).update(created=when, updated=when)
    Survey.objects.filter(pk=ben.pk).update(submitted=timezone.now() - timedelta(days=14))


def _begun(user: Any) -> Survey:
    return start_survey(user=user, schema=published(HEALTH_CHECK))


def _give(survey: Survey, given: dict[str, str | list[str]], instance: int = 0) -> None:
    """Answer questions by their names: a text, or a list of the values of chosen options."""
    for name, answer in given.items():
        question = Question.objects.get(schema=survey.schema_id, name=name)
        values = answer if isinstance(answer, list) else []
        answer_question(
            survey=survey,
            question_id=question.pk,
            instance=instance,
            answers=list(question.answers.filter(value__in=values).values_list("pk", flat=True)),
            text=answer if isinstance(answer, str) else "",
            sender=survey.user,
        )


def _medicines(survey: Survey, medicines: list[tuple[str, str, str]]) -> None:
    group = Group.objects.get(schema=survey.schema_id, key="meds")
    for medicine, tablets, helps in medicines:
        number = add_instance(survey=survey, group_id=group.pk)
        _give(survey, {"medicine": medicine, "tablets": tablets, "helps": [helps]}, instance=number)
