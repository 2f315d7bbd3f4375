"""Receivers, contents and times of notifications."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext

from chat_api.chat.models import Message, Thread, UserThread
from chat_api.notifications.models import DeliveryStatus, NotificationDelivery
from chat_api.notifications.transports.base import Delivery
from chat_api.realtime.models import ThreadEvent
from chat_api.tasks import deliver_pending_notifications
from tests.chat.talking import talks
from tests.databases import connection
from tests.factories import UserFactory
from tests.notifications.conftest import (
    ALL_FLAGS,
    Setting,
    minutes_later,
    statuses,
    texts,
    thread_notifying,
    two_talking,
)

pytestmark = pytest.mark.django_db


def test_nothing_is_sent_before_its_time(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("email")
    alice_talk, bob_talk = two_talking()
    alice_talk.say(text="hello")
    assert deliver_pending_notifications() == 0
    with minutes_later(4):
        assert deliver_pending_notifications() == 0
    with minutes_later(5.1):
        assert deliver_pending_notifications() == 1
    (delivery,) = sent
    assert (delivery.user, delivery.thread_id, texts(delivery)) == (
        bob_talk.user,
        alice_talk.thread_id,
        ["hello"],
    )
    assert delivery.messages[0].sender == alice_talk.user.get_full_name()
    assert statuses() == [DeliveryStatus.SENT]


@pytest.mark.parametrize(
    ("username", "shown"), [("dora", "dora"), ("dora@example.test", ""), ("+4915550100", "")]
)
def test_sender_without_a_full_name_is_named_by_username_but_never_by_email(
    username: str, shown: str, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    dora = UserFactory.create(username=username, first_name="", last_name="")
    bob = UserFactory.create()
    thread = thread_notifying(ALL_FLAGS, dora, bob)
    talks(thread, dora)[0].say(text="hello")
    assert deliver_pending_notifications() == 0
    with minutes_later(5.1):
        assert deliver_pending_notifications() == 1
    (sent,) = mailoutbox
    html = str(sent.alternatives[0][0])
    for text in (str(sent.body), html):
        assert ("dora" in text, "5550100" in text) == (bool(shown), False)
    assert (f"<strong>{shown}</strong>" in html, "<strong></strong>" in html) == (bool(shown), False)


def test_many_messages_make_one_notification(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("email")
    alice_talk, _ = two_talking()
    alice_talk.say(text="one")
    deliver_pending_notifications()
    alice_talk.say(text="two")
    deliver_pending_notifications()
    with minutes_later(5.1):
        deliver_pending_notifications()
        alice_talk.say(text="three")
        deliver_pending_notifications()
    assert [texts(delivery) for delivery in sent] == [["one", "two"]]
    assert statuses() == [DeliveryStatus.SENT, DeliveryStatus.PENDING]


def test_messages_read_meanwhile_are_not_sent(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("email")
    alice_talk, bob_talk = two_talking()
    alice_talk.say(text="one")
    alice_talk.say(text="two")
    deliver_pending_notifications()
    bob_talk.client.post(
        f"{bob_talk.path}/read", {"up_to": Message.objects.get(text="one").pk}, format="json"
    )
    with minutes_later(6):
        deliver_pending_notifications()
    assert [texts(delivery) for delivery in sent] == [["two"]]
    alice_talk.say(text="three")
    bob_talk.client.get(f"{bob_talk.path}/messages?limit=10")
    with minutes_later(12):
        deliver_pending_notifications()
    with minutes_later(20):
        deliver_pending_notifications()
    assert len(sent) == 1
    assert statuses() == [DeliveryStatus.SENT, DeliveryStatus.DROPPED]


def test_without_the_unread_flag_all_messages_count_as_unread(
    sent: list[Delivery], notify_by: Setting
) -> None:
    notify_by("push")
    alice_talk, bob_talk = two_talking(notifications=4)
    alice_talk.say(text="hello")
    bob_talk.client.get(f"{bob_talk.path}/messages?limit=10")
    deliver_pending_notifications()
    assert [texts(delivery) for delivery in sent] == [["hello"]]


def test_each_flag_selects_one_transport(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push", "email", "sms", NOTIFICATION_DELAYS={})
    for flags, transports in (
        (4, ["push"]),
        (8, ["email"]),
        (16, ["sms"]),
        (3, []),
        (28, ["email", "push", "sms"]),
    ):
        alice_talk, bob_talk = two_talking(notifications=flags)
        alice_talk.say(text="x")
        deliver_pending_notifications()
        rows = NotificationDelivery.objects.filter(user=bob_talk.user)
        assert sorted(rows.values_list("transport", flat=True)) == transports


def test_edits_deletions_and_other_events_send_no_notifications(
    sent: list[Delivery], notify_by: Setting
) -> None:
    notify_by("push")
    alice_talk, bob_talk = two_talking()
    said = alice_talk.say(text="one")["id"]
    deliver_pending_notifications()
    assert len(sent) == 1
    alice_talk.client.patch(f"{alice_talk.path}/messages/{said}", {"text": "two"}, format="json")
    alice_talk.patch(title="another")
    bob_talk.client.get(f"{bob_talk.path}/messages?limit=5")
    alice_talk.client.delete(f"{alice_talk.path}/messages/{said}")
    deliver_pending_notifications()
    assert len(sent) == 1
    assert not ThreadEvent.objects.filter(dispatched=False).exists()


@pytest.mark.parametrize(
    "ends", ["deleted", "left", "inactive", "flag off", "no permission", "hidden", "no transport"]
)
def test_pending_notification_is_dropped(
    sent: list[Delivery], notify_by: Setting, settings: LazySettings, ends: str
) -> None:
    notify_by("email")
    alice_talk, bob_talk = two_talking()
    said = alice_talk.say(text="secret")["id"]
    deliver_pending_notifications()
    if ends == "deleted":
        alice_talk.client.delete(f"{alice_talk.path}/messages/{said}")
    elif ends == "left":
        bob_talk.client.delete(bob_talk.path)
    elif ends == "inactive":
        bob_talk.user.is_active = False
        bob_talk.user.save()
    elif ends == "flag off":
        bob_talk.patch(notifications=3)
    elif ends == "no permission":
        UserThread.objects.filter(user=bob_talk.user).update(permissions=16)
    elif ends == "hidden":
        settings.CHAT_SETTINGS = {
            **settings.CHAT_SETTINGS,
            "CHAT_MESSAGE_FILTER_QUERYSET": lambda queryset, user: queryset.none(),
        }
    else:
        settings.CHAT_SETTINGS = {"NOTIFICATION_TRANSPORTS": {}}
    with minutes_later(6):
        deliver_pending_notifications()
    assert sent == []
    assert statuses() == [DeliveryStatus.DROPPED]
    assert "secret" not in NotificationDelivery.objects.get().reason


def test_hidden_message_sends_no_notification(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push", CHAT_MESSAGE_USER_FILTER=lambda message, user: message.text != "secret")
    alice_talk, _ = two_talking()
    alice_talk.say(text="secret")
    deliver_pending_notifications()
    assert not NotificationDelivery.objects.exists()
    alice_talk.say(text="open")
    alice_talk.say(text="secret")
    deliver_pending_notifications()
    assert [texts(delivery) for delivery in sent] == [["open"]]


def test_texts_are_plain(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="a < b & c")
    deliver_pending_notifications()
    assert Message.objects.get().text == "a &lt; b &amp; c"
    assert texts(sent[0]) == ["a < b & c"]


def test_command_delivers_pending_notifications(
    sent: list[Delivery], notify_by: Setting, capsys: pytest.CaptureFixture[str]
) -> None:
    notify_by("push")
    two_talking()[0].say(text="hello")
    call_command("deliver_pending_notifications")
    assert capsys.readouterr().out == "1 sent\n"
    assert len(sent) == 1


def test_nothing_is_dispatched_without_transports(settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"NOTIFICATION_TRANSPORTS": {}}
    two_talking()[0].say(text="hello")
    assert not ThreadEvent.objects.filter(dispatched=False).exists()
    deliver_pending_notifications()
    assert not NotificationDelivery.objects.exists()


def test_new_members_get_the_default_notifications_of_the_thread_type(notify_by: Setting) -> None:
    notify_by("email", NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE={"chat": ALL_FLAGS})
    alice_talk, _ = two_talking()
    newcomer = UserFactory.create()
    alice_talk.client.post(f"{alice_talk.path}/users", {"user": newcomer.pk}, format="json")
    assert UserThread.objects.get(user=newcomer).notifications == ALL_FLAGS
    for kind, flags in (("chat", ALL_FLAGS), ("tracker", 3)):
        made = alice_talk.client.post(
            f"/api/accounts/{alice_talk.user.pk}/threads/{kind}", {}, format="json"
        ).json()
        assert made["notifications"] == flags


@pytest.mark.parametrize("transport", ["push"])
def test_dispatching_costs_the_same_for_two_members_and_fifty(
    sent: list[Delivery], notify_by: Setting, transport: str
) -> None:
    notify_by(transport, NOTIFICATION_DELAYS={"push": 600})
    counts = []
    for size in (2, 50):
        people = UserFactory.create_batch(size)
        thread: Thread = thread_notifying(ALL_FLAGS, *people)
        for number in range(size // 20 + 1):
            talks(thread, *people[:1])[0].say(text=str(number))
        with CaptureQueriesContext(connection) as queries:
            deliver_pending_notifications()
        counts.append(len(queries))
        assert NotificationDelivery.objects.filter(thread=thread).count() == size - 1
    assert counts[0] == counts[1]
