"""People of the tests beside those of the sample, and a long conversation: created once, in the template database."""

from __future__ import annotations

from clinic.people import DOCTOR, PATIENT
from clinic.permissions import PATIENT_PERMISSIONS, STAFF_PERMISSIONS
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from chat_api.api import Draft, ThreadDraft, add_member, create_thread, mark_read, send_message
from tests.elements.names import DOCTORS, LONG, LONG_TITLE, PASSWORD, PATIENTS


@transaction.atomic
def load() -> None:
    """Create them."""
    _people(PATIENTS, PATIENT, is_staff=False)
    _people(DOCTORS, DOCTOR, is_staff=True)
    _long_conversation()


def _people(names: tuple[str, ...], kind: str, *, is_staff: bool) -> None:
    password = make_password(PASSWORD)
    users = get_user_model()
    made = users.objects.bulk_create(
        users(username=name, first_name=name.title(), password=password, is_staff=is_staff) for name in names
    )
    Group.objects.get(name=kind).user_set.add(*made)


def _long_conversation() -> None:
    users = get_user_model().objects
    patient, doctor = users.get(username=PATIENTS[0]), users.get(username=DOCTORS[0])
    draft = ThreadDraft(type="chat", title=LONG_TITLE)
    first = create_thread(creator=doctor, draft=draft, permissions=STAFF_PERMISSIONS)
    second = add_member(thread_id=first.thread_id, user=patient, changes={"permissions": PATIENT_PERMISSIONS})
    for number in range(LONG):
        text = f"Message {number}" + " with more words than fit into a line" * (number % 7)
        send_message(author=(first, second)[number % 2], draft=Draft(text=text))
    for user in (patient, doctor):
        mark_read(user=user, thread_id=first.thread_id)
