"""The code that how-tos print does what they say."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from chat_api.chat.actions import (
    Draft,
    ScriptPlan,
    ThreadDraft,
    add_member,
    create_thread,
    delete_message,
    remove_member,
    send_message,
)
from chat_api.models import Message, NotificationDelivery, Thread, UserThread
from chat_api.search.models import MessageSearch
from chat_api.surveys.actions import answer_question, start_survey
from chat_api.tasks import deliver_pending_notifications
from tests.docs.examples import ROOT, blocks_of
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

Follow = Callable[[str], None]


@pytest.fixture
def follow(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Follow:
    """Return a function that follows a how-to: it creates the modules and sets the CHAT_SETTINGS of the page."""

    def do(name: str) -> None:
        monkeypatch.setitem(sys.modules, "clinic", ModuleType("clinic"))
        page = (ROOT / "docs" / "howto" / f"{name}.rst").read_text(encoding="utf-8")
        for block in blocks_of(page):
            first, _, rest = block.body.partition("\n")
            if first == "# settings":
                made: dict[str, Any] = {}
                exec(rest, made)  # noqa: S102
                settings.CHAT_SETTINGS = made["CHAT_SETTINGS"]
            elif first.startswith("# clinic/"):
                path = first.removeprefix("# ").removesuffix(".py").replace("/", ".")
                module = ModuleType(path)
                exec(rest, module.__dict__)  # noqa: S102
                monkeypatch.setitem(sys.modules, path, module)
                setattr(sys.modules["clinic"], path.rpartition(".")[2], module)

    return do


def user(**columns: Any) -> User:
    made = UserFactory.create(**columns)
    assert isinstance(made, User)
    return made


def thread_of(creator: User) -> UserThread:
    return create_thread(creator=creator, draft=ThreadDraft(type="chat"))


def client_of(who: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(who)
    return client


def test_staff_reads_every_conversation_without_becoming_a_member(follow: Follow) -> None:
    follow("permissions")
    member = thread_of(user())
    send_message(author=member, draft=Draft(text="hello"))
    address = f"/api/threads/{member.thread_id}/messages"
    staff = client_of(user(is_staff=True))

    listed = staff.get(address, {"limit": 10})
    assert [message["text"] for message in listed.json()["results"]] == ["hello"]
    assert staff.post(address, {"text": "me too"}).status_code == 403
    assert client_of(user()).get(address, {"limit": 10}).status_code == 403
    assert UserThread.objects.filter(thread=member.thread_id).count() == 1


def test_notes_of_staff_are_hidden_from_patients_everywhere(follow: Follow) -> None:
    follow("hiding-messages")
    patient, doctor = user(), user(is_staff=True)
    member = thread_of(patient)
    send_message(author=member, draft=Draft(text="hello"))
    colleague = add_member(thread_id=member.thread_id, user=doctor)
    note = send_message(author=colleague, draft=Draft(text="mind the heart", type="staff_note")).message
    assert note is not None

    def texts(who: User) -> list[str]:
        answer = client_of(who).get(f"/api/threads/{member.thread_id}/messages", {"limit": 10})
        return [message["text"] for message in answer.json()["results"]]

    shown = client_of(patient).get(f"/api/threads/{member.thread_id}").json()
    assert shown["unread"] == 0
    assert shown["last_message_data"]["text"] == "hello"
    found = client_of(patient).get(f"/api/threads/{member.thread_id}/messages/{note.pk}")
    assert found.status_code == 404
    assert texts(patient) == ["hello"]
    assert texts(doctor) == ["hello", "mind the heart"]


def test_question_asks_for_an_iban(follow: Follow) -> None:
    follow("custom-question-types")
    patient = user()
    schema = published_schema([{"type": "iban"}, {"type": "text"}])
    plan = ScriptPlan(schema=schema)
    member = create_thread(creator=patient, draft=ThreadDraft(type="chat", plan=plan))
    address = f"/api/threads/{member.thread_id}/messages"
    for text in ("PL61 1090 1014 0000 0712 1981 2875", "PL61", "zażółć"):
        refused = client_of(patient).post(address, {"text": text})
        assert (refused.status_code, refused.json()) == (400, {"text": ["WRONG_VALUE"]})
    sent = client_of(patient).post(address, {"text": "pl61 1090 1014 0000 0712 1981 2874"})
    assert (sent.status_code, sent.json()["text"]) == (201, "PL61109010140000071219812874")


def test_host_validates_completes_and_serves_an_appointment(follow: Follow, settings: LazySettings) -> None:
    follow("custom-attachments")
    settings.ROOT_URLCONF = "clinic.urls"
    patient = user(first_name="Anna", last_name="Nowak")
    address = f"/api/threads/{thread_of(patient).thread_id}/messages"

    refused = client_of(patient).post(address, {"text": "", "attachments": [{"type": "appointment"}]})
    assert refused.status_code == 400
    assert refused.json() == {"attachments": [{"options": ["REQUIRED"]}]}

    sent = client_of(patient).post(
        address, {"text": "", "attachments": [{"type": "appointment", "options": {"day": "monday"}}]}
    )
    assert sent.status_code == 201, sent.json()
    [attachment] = sent.json()["attachments_data"]
    assert attachment["title"] == "Appointment by Anna Nowak"
    assert attachment["src"] == "/appointments/monday"
    assert client_of(patient).get(attachment["src"]).content == b"Appointments on monday"


def test_clients_and_texts_show_accounts_with_the_serializer_of_the_host(
    follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow("accounts")
    without = thread_of(user())
    shown = client_of(without.user).get(f"/api/threads/{without.thread_id}")
    assert shown.json()["users_data"][0]["ward"] is None
    monkeypatch.setattr(User, "ward", "B2", raising=False)
    text = 'You are on ward {{ user.ward|fallback:"…" }}.'
    plan = ScriptPlan(schema=published_schema([{"type": "message", "text": text}, {"type": "text"}]))
    patient = user()
    member = create_thread(creator=patient, draft=ThreadDraft(type="chat", plan=plan))

    shown = client_of(patient).get(f"/api/threads/{member.thread_id}").json()
    assert shown["users_data"][0]["ward"] == "B2"
    said = client_of(patient).get(f"/api/threads/{member.thread_id}/messages", {"limit": 1}).json()
    assert said["results"][0]["text"] == "You are on ward B2."


def test_doctor_is_paged_by_a_transport_of_the_host(follow: Follow, settings: LazySettings) -> None:
    follow("notifications")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "PAGE_SIZE": 50}
    assert run_checks(tags=["chat_api"]) == []
    transports = sys.modules["clinic.transports"]
    settings.CHAT_SETTINGS = {"NOTIFICATION_TRANSPORTS": {"push": transports.PagerTransport}}
    doctor, patient = user(), user()
    member = thread_of(patient)
    add_member(thread_id=member.thread_id, user=doctor)
    UserThread.objects.filter(user=doctor).update(notifications=4)
    send_message(author=member, draft=Draft(text="Please come"))

    pages: list[str] = []
    pager = ModuleType("pager")
    pager.page = pages.append  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(User, "pager", pager, raising=False)
        assert deliver_pending_notifications() == 1
    assert pages == ["1 new: Please come"]


def test_erasing_a_user_leaves_nothing_that_they_wrote(follow: Follow) -> None:
    follow("privacy")
    patient, doctor = user(first_name="Anna"), user()
    member, left = thread_of(patient), thread_of(doctor)
    colleague = add_member(thread_id=member.thread_id, user=doctor)
    guest = add_member(thread_id=left.thread_id, user=patient)
    for author, text in (
        (member, "first"),
        (colleague, "kept"),
        (member, "second"),
        (guest, "third"),
        (left, "own"),
    ):
        send_message(author=author, draft=Draft(text=text))
    first = Message.objects.get(text="first")
    delete_message(by=member, message_id=first.pk)
    remove_member(user_thread=guest)

    sys.modules["clinic.erasure"].erase(patient)
    assert not User.objects.filter(pk=patient.pk).exists()
    texts = Message.all_objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["kept", "own"]
    assert set(MessageSearch.objects.values_list("text", flat=True)) == {"kept", "own"}
    shown = client_of(doctor).get(f"/api/threads/{member.thread_id}").json()
    assert shown["last_message_data"]["text"] == "kept"


def test_retention_deletes_old_threads_with_everything_in_them(follow: Follow) -> None:
    follow("privacy")
    member, young = thread_of(user()), thread_of(user())
    for author in (member, young):
        send_message(author=author, draft=Draft(text="hello"))
    old = timezone.now() - timedelta(days=800)
    Thread.objects.filter(pk=member.thread_id).update(updated=old)
    delivery = NotificationDelivery.objects.create(
        thread=young.thread, user=young.user, transport="email", first_message=1, last_message=1, due=old
    )
    waiting = NotificationDelivery.objects.create(
        thread=young.thread, user=young.user, transport="sms", first_message=1, last_message=1, due=old
    )
    NotificationDelivery.objects.filter(pk=delivery.pk).update(finished=old)

    sys.modules["clinic.retention"].apply_retention()
    assert list(Thread.objects.all()) == [young.thread]
    assert list(Message.all_objects.values_list("thread", flat=True)) == [young.thread_id]
    assert list(NotificationDelivery.objects.all()) == [waiting]


def test_data_of_a_person_are_what_they_wrote_and_answered(follow: Follow) -> None:
    follow("privacy")
    patient = user()
    send_message(author=thread_of(patient), draft=Draft(text="hello"))
    send_message(author=thread_of(user()), draft=Draft(text="not theirs"))
    schema = published_schema(
        [
            {"type": "choice", "text": "Well?", "answers": [{"text": "Yes"}, {"text": "No"}]},
            {"type": "text", "text": "Why?"},
        ],
        type="survey",
    )
    survey = start_survey(user=patient, schema=schema)
    first, second = schema.questions.order_by("position")
    yes = first.answers.get(text="Yes")
    answer_question(survey=survey, question_id=first.pk, answers=[yes.pk], sender=patient)
    answer_question(survey=survey, question_id=second.pk, text="So", sender=patient)

    data = sys.modules["clinic.access"].data_of(patient)
    assert [message["text"] for message in data["messages"]] == ["hello"]
    assert [(answer["question"], answer["answer"]) for answer in data["answers"]] == [
        ("Well?", "Yes"),
        ("Why?", "So"),
    ]


def test_script_is_answered_by_text_messages(follow: Follow, settings: LazySettings) -> None:
    follow("text-door")
    settings.SMS_PASSWORD = "secret"
    sleep = {
        "type": "choice",
        "text": "How did you sleep?",
        "skip": "Not today",
        "answers": [{"text": "Well"}, {"text": "Badly"}],
    }
    schema = published_schema(
        [
            sleep,
            {"type": "int", "text": "How many hours?"},
            {"type": "message", "text": "Thank you, {{ user.first_name }}!"},
        ]
    )
    patient = user(username="+48123", first_name="Al & Bo")
    member = create_thread(creator=patient, draft=ThreadDraft(type="chat", plan=ScriptPlan(schema=schema)))
    requests = RequestFactory()

    def send(text: str, key: str, signature: str = "secret") -> tuple[int, str]:
        body = {"From": "+48123", "Body": text, "Id": key}
        request = requests.post("/sms", body, headers={"Authorization": signature})
        response = sys.modules["clinic.sms"].incoming(request)
        return response.status_code, response.content.decode()

    shown = client_of(patient).get(f"/api/threads/{member.thread_id}/prompt").json()["prompt"]
    assert shown == "How did you sleep?\n1 Well\n2 Badly\nNot today"
    assert send("2", "a", signature="guessed")[0] == 403
    assert send("3", "a") == (200, f"Please try again.\n{shown}")
    assert send("2", "b") == (200, "How many hours?")
    assert send("2", "b") == (200, "How many hours?")
    assert send("7", "c") == (200, "Thank you, Al & Bo!")
    with pytest.raises(Http404):
        send("7", "d")
    texts = Message.objects.filter(sender=patient).order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["Badly", "7"]


@pytest.mark.parametrize("name", ["languages", "production"])
def test_users_need_no_profile(follow: Follow, name: str) -> None:
    follow(name)
    plan = ScriptPlan(schema=published_schema([{"type": "text"}]))
    member = create_thread(creator=user(), draft=ThreadDraft(type="chat", plan=plan))
    assert member.question is not None


@pytest.mark.parametrize("debug", [True, False])
def test_printed_application_serves_static_files_while_developing(
    debug: bool, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = debug
    page = (ROOT / "docs" / "howto" / "sockets.rst").read_text(encoding="utf-8")
    block = next(block for block in blocks_of(page) if block.body.startswith("# mysite/asgi.py"))
    made: dict[str, Any] = {}
    exec(block.body, made)  # noqa: S102
    assert (status_of(made["application"], "/static/admin/css/base.css") == 200) is debug
    assert status_of(made["application"], "/api/surveys") in (401, 403)


def status_of(application: Any, path: str) -> int:
    """Return the status of the application's response to a GET."""

    async def ask() -> int:
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b""}
        asked = ApplicationCommunicator(application, {**scope, "headers": [(b"host", b"localhost")]})
        await asked.send_input({"type": "http.request"})
        status: int = (await asked.receive_output(timeout=30))["status"]
        while (await asked.receive_output(timeout=30)).get("more_body"):
            pass
        await asked.wait(timeout=30)
        return status

    return async_to_sync(ask)()
