"""The admin lists open flags, and marks them as seen for users who can view them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chat_api.raised_flags.models import Flag
from tests.factories import SurveyFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

FLAGS = [{"name": "severe", "label": "Severe pain", "if": "1"}]
LISTED = "admin:chat_api_flag_changelist"


@pytest.fixture
def flag() -> Flag:
    survey: Any = SurveyFactory.create(schema=published_schema([{}], flags=FLAGS))
    return Flag.objects.create(schema=survey.schema, survey=survey, name="severe", raised=timezone.now())


def signed_in(*permissions: str) -> Client:
    user: Any = UserFactory.create(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def mark(client: Client, flag: Flag) -> Any:
    body = {"action": "mark_as_seen", "_selected_action": [flag.pk]}
    return client.post(reverse(LISTED), body)


def test_open_flags_are_listed_with_their_labels(flag: Flag) -> None:
    assert "Severe pain" in signed_in("view_flag").get(reverse(LISTED)).content.decode()


def test_seen_and_cleared_flags_are_listed_only_among_all(flag: Flag) -> None:
    client = signed_in("view_flag")
    for column in ("seen", "cleared"):
        Flag.objects.update(**{"seen": None, "cleared": None, column: timezone.now()})
        assert "Severe pain" not in client.get(reverse(LISTED)).content.decode()
        assert "Severe pain" in client.get(f"{reverse(LISTED)}?state=all").content.decode()


def test_user_who_can_view_flags_marks_them_as_seen(flag: Flag) -> None:
    client = signed_in("view_flag")
    assert mark(client, flag).status_code == 302
    flag.refresh_from_db()
    assert flag.seen is not None
    assert str(flag.seen_by_id) == client.session["_auth_user_id"]


def test_user_without_the_permission_neither_sees_nor_marks(flag: Flag) -> None:
    client = signed_in("view_survey", "change_flag")
    assert client.get(reverse("admin:chat_api_flag_delete", args=[flag.pk])).status_code == 403
    client = signed_in("view_survey")
    assert client.get(reverse(LISTED)).status_code == 403
    assert mark(client, flag).status_code == 403
    flag.refresh_from_db()
    assert flag.seen is None


def test_flags_are_neither_changed_nor_deleted(flag: Flag) -> None:
    client = signed_in("view_flag", "change_flag", "delete_flag")
    assert client.post(reverse("admin:chat_api_flag_delete", args=[flag.pk])).status_code == 403
    assert client.post(reverse("admin:chat_api_flag_change", args=[flag.pk]), {}).status_code == 403
