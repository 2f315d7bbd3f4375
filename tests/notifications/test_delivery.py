"""Receivers, contents, times and results of notifications."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat_api.chat.models import Message, Thread, UserThread
from chat_api.notifications.models import DeliveryStatus, NotificationDelivery
from chat_api.notifications.transports.base import Delivery, TransportError
from chat_api.realtime.models import ThreadEvent
from chat_api.tasks import deliver_pending_notifications
from tests.chat.talking import talks
from tests.databases import connection
from tests.factories import UserFactory
from tests.notifications.conftest import (
    ALL_FLAGS,
    MemoryTransport,
    Setting,
    down,
    minutes_later,
    thread_notifying,
    two_talking,
)

pytestmark = pytest.mark.django_db


def texts(delivery: Delivery) -> list[str]:
    return [message.text for message in delivery.messages]


def statuses() -> list[str]:
    return list(NotificationDelivery.objects.order_by("pk").values_list("status", flat=True))


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


def test_failed_delivery_is_retried_with_backoff(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="hello")
    MemoryTransport.refusals = [down(), ValueError("what a host's transport may raise")]
    with minutes_later(0):
        assert deliver_pending_notifications() == 0
        assert statuses() == [DeliveryStatus.PENDING]
        for minutes, attempts in ((0.9, 1), (1.1, 2), (2, 2)):
            with minutes_later(minutes):
                deliver_pending_notifications()
            assert NotificationDelivery.objects.get().attempts == attempts
        with minutes_later(3.2):
            assert deliver_pending_notifications() == 1
    assert [texts(delivery) for delivery in sent] == [["hello"]]


def test_permanent_failure_is_not_retried(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="hello")
    MemoryTransport.refusals = [TransportError("no such number", permanent=True)]
    deliver_pending_notifications()
    with minutes_later(600):
        deliver_pending_notifications()
    row = NotificationDelivery.objects.get()
    assert (row.status, row.reason, row.attempts, sent) == (DeliveryStatus.FAILED, "no such number", 1, [])


def test_delivery_is_given_up_after_the_last_attempt(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="hello")
    MemoryTransport.refusals = [down() for _ in range(20)]
    for hour in range(10):
        with minutes_later(60 * hour):
            deliver_pending_notifications()
    row = NotificationDelivery.objects.get()
    assert (row.status, row.attempts, sent) == (DeliveryStatus.FAILED, 6, [])


def test_failed_delivery_is_merged_with_the_pending_one(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("email")
    alice_talk, _ = two_talking()
    alice_talk.say(text="one")
    deliver_pending_notifications()

    with minutes_later(6):
        MemoryTransport.refusals = [down()]
        alice_talk.say(text="two")
        # A worker has taken "one", so "two" begins another row.
        row = NotificationDelivery.objects.get()
        NotificationDelivery.objects.filter(pk=row.pk).update(
            status=DeliveryStatus.CLAIMED, lease_until=row.due
        )
        deliver_pending_notifications()
        assert statuses() == [DeliveryStatus.DROPPED, DeliveryStatus.PENDING]
    with minutes_later(30):
        deliver_pending_notifications()
    assert [texts(delivery) for delivery in sent] == [["one", "two"]]


def test_failing_transport_does_not_delay_the_others(
    sent: list[Delivery], notify_by: Setting, settings: LazySettings
) -> None:
    notify_by("email", "sms")
    two_talking()[0].say(text="hello")
    deliver_pending_notifications()
    transports = settings.CHAT_SETTINGS["NOTIFICATION_TRANSPORTS"]
    # The e-mail is first, and its transport cannot be imported.
    settings.CHAT_SETTINGS = {"NOTIFICATION_TRANSPORTS": {**transports, "email": "nowhere.Transport"}}
    with minutes_later(6):
        assert deliver_pending_notifications() == 1
    assert len(sent) == 1
    row = NotificationDelivery.objects.get(transport="email")
    assert (row.status, row.attempts) == (DeliveryStatus.PENDING, 1)
    assert "nowhere" in row.reason
    for minutes in range(60, 600, 60):
        with minutes_later(minutes):
            deliver_pending_notifications()
    row.refresh_from_db()
    assert (row.status, row.attempts) == (DeliveryStatus.FAILED, 6)


def test_delivery_that_waited_in_a_batch_keeps_its_lease(
    sent: list[Delivery], notify_by: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify_by("push")
    people = UserFactory.create_batch(3)
    talks(thread_notifying(ALL_FLAGS, *people), *people)[0].say(text="hello")
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slowly(self: MemoryTransport, delivery: Delivery) -> None:
            clock.shift(timedelta(minutes=4))
            # Another worker runs.
            assert deliver_pending_notifications() == 0
            self.sent.append(delivery)

        monkeypatch.setattr(MemoryTransport, "send", slowly)
        assert deliver_pending_notifications() == 2
    assert (statuses(), len(sent)) == ([DeliveryStatus.SENT] * 2, 2)


@pytest.mark.parametrize(
    ("status", "transport", "times"),
    [
        ("claimed", "MemoryTransport", 1),
        ("sending", "MemoryTransport", 0),
        ("sending", "RepeatableTransport", 1),
    ],
)
def test_deliveries_of_a_dead_worker_are_taken_over(
    sent: list[Delivery], notify_by: Setting, status: str, transport: str, times: int
) -> None:
    notify_by("push", transport=transport, NOTIFICATION_DELAYS={"push": 60})
    alice_talk, _ = two_talking()
    alice_talk.say(text="hello")
    deliver_pending_notifications()
    row = NotificationDelivery.objects.get()
    NotificationDelivery.objects.update(status=status, lease_until=row.due)
    deliver_pending_notifications()
    assert sent == []
    with minutes_later(10):
        deliver_pending_notifications()
    assert len(sent) == times
    row.refresh_from_db()
    assert row.status == (DeliveryStatus.SENT if times else DeliveryStatus.FAILED)


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
