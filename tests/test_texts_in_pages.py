"""Names and answers in texts of scripts are not escaped, so each page and e-mail that shows such a text escapes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from chat_api.chat.models import Message
from chat_api.schemas.models import Schema
from chat_api.surveys.models import SurveyItem
from chat_api.tasks import deliver_pending_notifications
from tests.chat.conftest import client_of
from tests.chat.talking import Talk, answer, begin, start_script
from tests.factories import UserFactory, draft_schema, published_schema
from tests.notifications.conftest import thread_notifying
from tests.schemas.admin_pages import path
from tests.surveys.conftest import Filling

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

NAME = "<b>Zoe & co</b>"
QUESTIONS: list[dict[str, Any]] = [
    {"type": "message", "text": "Hi {{ user.first_name }}", "next_qid": 2},
    {
        "type": "choice",
        "name": "who",
        "text": "{{ user.first_name }}?",
        "answers": [{"text": "I, {{ user.first_name }}", "value": 1, "next_qid": 3}],
        "hint": "{{ user.first_name }}",
        "next_qid": 3,
    },
    {"type": "text", "name": "why", "text": "{{ answers.q2 }}: why?", "next_qid": -1},
]


@pytest.fixture
def alice(db: None) -> Any:
    return UserFactory.create(first_name=NAME, email="alice@example.test")


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(UserFactory.create(first_name=NAME, is_staff=True, is_superuser=True))
    return client


def escaped(page: str, *, at_least: int = 1) -> None:
    """Assert that the page shows the name as text."""
    assert NAME not in page
    assert "<b>Zoe" not in page
    assert page.count("&lt;b&gt;Zoe") >= at_least, page


def page_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content
    return response.content.decode()


def answered(alice: Any, schema: Schema) -> Talk:
    talk = begin(alice, schema)
    talk.say(answers=[answer(schema, 2, 1)])
    talk.say(text=NAME)
    return talk


def test_email_escapes_names_in_texts_of_scripts(alice: Any, settings: LazySettings) -> None:
    transport = "chat_api.notifications.transports.EmailTransport"
    settings.CHAT_SETTINGS = {
        "NOTIFICATION_TRANSPORTS": {"email": transport},
        "NOTIFICATION_DELAYS": {},
    }
    bob: Any = UserFactory.create(email="bob@example.test")
    thread = thread_notifying(31, alice, bob)
    start_script(Talk(bob, thread.pk), published_schema(QUESTIONS), alice)
    assert Message.objects.order_by("pk")[0].text == f"Hi {NAME}"
    deliver_pending_notifications()
    assert mail.outbox
    for sent in mail.outbox:
        assert isinstance(sent, EmailMultiAlternatives)
        assert f"Hi {NAME}" in str(sent.body)
        ((page, _),) = [(str(part[0]), part[1]) for part in sent.alternatives]
        escaped(page, at_least=2)


def test_preview_escapes_names_and_answers_in_texts_of_scripts(admin: Client) -> None:
    schema = draft_schema(QUESTIONS)
    url = path("preview", schema.pk)
    escaped(page_of(admin, url), at_least=3)
    chosen = schema.questions.get(qid=2).answers.get().pk
    replies = admin.get(url).context["replies"]
    page = admin.post(url, {"replies": replies, "reply": "1", "answers": [chosen]})
    assert [line.text for line in page.context["preview"].lines][-1] == f"I, {NAME}: why?"
    escaped(page.content.decode(), at_least=3)


def test_pages_of_messages_and_runs_escape_texts(alice: Any, admin: Client) -> None:
    schema = published_schema(QUESTIONS)
    answered(alice, schema)
    escaped(page_of(admin, reverse("admin:chat_api_message_changelist")), at_least=4)
    for message in Message.objects.filter(asks=True):
        escaped(page_of(admin, reverse("admin:chat_api_message_change", args=[message.pk])))
    page = page_of(admin, reverse("admin:chat_api_run_results", args=[schema.pk]))
    assert "<b>Zoe" not in page


def test_pages_of_surveys_escape_texts(alice: Any, admin: Client) -> None:
    schema = published_schema([{"text": "Name?"}, {"text": "{{ answers.q1 }}"}], type="survey")
    survey = Filling(client_of(alice), alice, schema)
    survey.give(1, text=NAME)
    survey.give(2, text="x")
    urls = [
        reverse("admin:chat_api_surveyitem_changelist"),
        reverse("admin:chat_api_surveyitem_change", args=[SurveyItem.objects.order_by("pk")[0].pk]),
        reverse("admin:chat_api_survey_results", args=[schema.pk]),
    ]
    assert ["<b>Zoe" in page_of(admin, url) for url in urls] == [False, False, False]


def test_browsable_responses_escape_texts(alice: Any) -> None:
    talk = begin(alice, published_schema(QUESTIONS))
    response = talk.client.get(f"{talk.path}/messages?limit=5", HTTP_ACCEPT="text/html")
    assert response["Content-Type"].startswith("text/html")
    escaped(response.content.decode())
