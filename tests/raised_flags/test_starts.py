"""Flags that are true before the first answer: they are raised when a run or a survey starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.raised_flags.models import Flag
from chat_api.raised_flags.signals import flag_raised
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

#: The path and the body that start a script for a user.
STARTS = {
    "run": ("/api/accounts/{}/threads/chat", {"state": "scripted"}),
    "run of the front end": ("/api/accounts/{}/threads/chat", {"state": "scripted_fe_controlled"}),
    "survey": ("/api/accounts/{}/surveys", {}),
}


def begin(kind: str, flags: list[Mapping[str, Any]], **schema: Any) -> Any:
    """Start a script with a question and the flags by HTTP; return the response."""
    user: Any = UserFactory()
    client = APIClient()
    client.force_login(user)
    path, body = STARTS[kind]
    made = published_schema([{"type": "int", "name": "pain"}], flags=flags, **schema)
    return client.post(path.format(user.pk), {"schema": made.pk, **body}, format="json")


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize(
    ("condition", "is_raised"),
    [
        ("true", True),
        ("not answered(pain)", True),
        ("pain > 7", False),
        ("false", False),
        ("pain / 0 > 1", False),
    ],
)
def test_flag_that_is_true_without_an_answer_is_raised_at_the_start(
    kind: str, condition: str, is_raised: bool, django_capture_on_commit_callbacks: Any
) -> None:
    raised: list[Any] = []
    flag_raised.connect(receiver := lambda flag, **more: raised.append(flag.name))
    with django_capture_on_commit_callbacks(execute=True):
        response = begin(kind, [{"name": "look", "if": condition}])
    flag_raised.disconnect(receiver)
    assert response.status_code == 201, response.content
    expected = ["look"] if is_raised else []
    assert [flag.name for flag in Flag.objects.all()] == raised == expected
    assert not Flag.objects.exclude(message=None, item=None, cleared=None).exists()


@pytest.mark.parametrize("kind", STARTS)
def test_flag_of_the_data_of_the_host_is_raised_at_the_start(kind: str, settings: Any) -> None:
    def known(subject: object, schema: object) -> dict[str, Any]:
        return {"patient": {"age": 80}}

    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "EXPRESSION_CONTEXT": known}
    assert begin(kind, [{"name": "old", "if": "patient.age > 65"}]).status_code == 201
    assert Flag.objects.get().name == "old"


def test_flag_is_raised_in_surveys_whose_state_is_not_updated(settings: Any) -> None:
    switches = {"survey": {"NO_STATE_UPDATE": True}, "chat": {"NO_STATE_UPDATE": True}}
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "OPTIMIZATIONS_BY_SURVEY_TYPE": switches}
    response = begin("survey", [{"name": "look", "if": "true"}])
    assert (response.status_code, response.json()["state"]) == (201, None)
    assert Flag.objects.get().name == "look"
