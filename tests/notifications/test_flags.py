"""Raised flags notify the users whom FLAG_RECIPIENTS names, without saying what was answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from chat_api.chat.delivery.notifications import deliver_pending_notifications
from chat_api.notifications.models import DeliveryStatus, NotificationDelivery
from chat_api.notifications.transports.base import Delivery
from chat_api.raised_flags.actions import mark_flags_seen
from chat_api.raised_flags.models import Flag
from tests.chat.talking import Talk, begin
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.notifications.conftest import MemoryTransport, Setting, down, minutes_later

pytestmark = pytest.mark.django_db

PAIN = [{"qid": 1, "type": "int", "name": "pain", "text": "Pain?"}, {"qid": 2, "text": "Where?"}]
FLAGS = [{"name": "severe", "label": "Severe pain", "if": "pain > 7"}]


@pytest.fixture
def doctor() -> Any:
    return UserFactory(username="doctor", email="doctor@example.test")


@pytest.fixture
def patient() -> Talk:
    return begin(UserFactory(username="patient"), published_schema(PAIN, flags=FLAGS))


def naming(*users: Any) -> Any:
    return lambda flag: users


def test_recipients_are_notified_at_once_without_label_and_answer(
    sent: list[Delivery], notify_by: Setting, patient: Talk, doctor: Any
) -> None:
    notify_by("email", FLAG_RECIPIENTS=naming(doctor), NOTIFICATION_DELAYS={"email": 300})
    patient.say(text="9")
    assert deliver_pending_notifications() == 1
    (delivery,) = sent
    assert (delivery.user, delivery.thread_id, delivery.flag_id) == (
        doctor,
        patient.thread_id,
        Flag.objects.get().pk,
    )
    assert (delivery.messages, delivery.thread_title) == ((), "")


def test_flag_of_a_survey_is_notified_of_without_a_thread(
    sent: list[Delivery], notify_by: Setting, doctor: Any
) -> None:
    notify_by("email", FLAG_RECIPIENTS=naming(doctor))
    survey = SurveyFactory.create(schema=published_schema(PAIN, flags=FLAGS))
    Flag.objects.create(
        schema=survey.schema, survey=survey, name="severe", raised=timezone.now(), dispatched=False
    )
    assert deliver_pending_notifications() == 1
    assert sent[0].thread_id is None


def test_mail_says_only_that_an_answer_needs_attention(settings: Any, patient: Talk, doctor: Any) -> None:
    settings.CHAT_SETTINGS = {"FLAG_RECIPIENTS": naming(doctor)}
    patient.say(text="9")
    deliver_pending_notifications()
    message: Any = mail.outbox[0]
    assert message.to == ["doctor@example.test"]
    assert message.subject == "An answer needs attention."
    for secret in ("Severe", "severe", "pain", "9", "patient"):
        assert secret not in f"{message.subject}{message.body}{message.alternatives}"


def test_without_recipients_nobody_is_notified(
    sent: list[Delivery], notify_by: Setting, patient: Talk
) -> None:
    notify_by("email")
    patient.say(text="9")
    assert deliver_pending_notifications() == 0
    assert Flag.objects.get().dispatched


def test_respondent_is_not_notified_even_if_the_host_names_them(
    sent: list[Delivery], notify_by: Setting, patient: Talk
) -> None:
    notify_by("email", FLAG_RECIPIENTS=naming(patient.user))
    patient.say(text="9")
    assert deliver_pending_notifications() == 0


def test_flag_that_was_seen_or_cleared_before_notifies_nobody(
    sent: list[Delivery], notify_by: Setting, patient: Talk, doctor: Any
) -> None:
    notify_by("email", FLAG_RECIPIENTS=naming(doctor))
    patient.say(text="9")
    mark_flags_seen(flag_ids=[Flag.objects.get().pk], by=doctor, now=timezone.now())
    assert deliver_pending_notifications() == 0
    assert Flag.objects.get().dispatched


def test_recipients_that_fail_are_asked_again(
    sent: list[Delivery], notify_by: Setting, patient: Talk, doctor: Any
) -> None:
    notify_by("email", FLAG_RECIPIENTS=lambda flag: 1 / 0)
    patient.say(text="9")
    assert deliver_pending_notifications() == 0
    notify_by("email", FLAG_RECIPIENTS=naming(doctor))
    assert deliver_pending_notifications() == 1


def test_delivery_that_fails_is_retried(
    sent: list[Delivery], notify_by: Setting, patient: Talk, doctor: Any
) -> None:
    notify_by("email", FLAG_RECIPIENTS=naming(doctor))
    patient.say(text="9")
    MemoryTransport.refusals = [down()]
    assert deliver_pending_notifications() == 0
    with minutes_later(2):
        assert deliver_pending_notifications() == 1
    assert NotificationDelivery.objects.get().status == DeliveryStatus.SENT
