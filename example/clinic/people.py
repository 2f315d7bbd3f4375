"""The accounts of the example. Their passwords are not secret: the demo prints them."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.cache import caches
from django.db.models import QuerySet

PASSWORD = "demo"

PATIENT, DOCTOR, ADMINISTRATOR = "patient", "doctor", "administrator"
#: What doctors can do in the admin, besides what the conversations of which they are members permit.
DOCTORS_PERMISSIONS = (
    "view_flag",
    "view_schema",
    "view_survey",
    "export_survey_results",
    "view_thread",
    "view_userthread",
    "view_message",
    "view_scriptrun",
)


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the clinic; `kind` decides which pages it has, `role` describes it."""

    username: str
    first_name: str
    last_name: str
    role: str
    kind: str


PEOPLE = (
    Person("anna", "Anna", "Nowak", "a patient", PATIENT),
    Person("ben", "Ben", "Okafor", "another patient", PATIENT),
    Person("dora", "Dora", "Lindqvist", "a doctor", DOCTOR),
    Person("admin", "Ada", "Min", "staff: writes questionnaires in the admin", ADMINISTRATOR),
)


def load_people() -> None:
    """Create the missing accounts, with `PASSWORD`; existing ones keep theirs."""
    users = get_user_model()._default_manager
    for person in PEOPLE:
        user = users.filter(username=person.username).first()
        if user is None:
            create = users.create_superuser if person.kind == ADMINISTRATOR else users.create_user
            user = create(
                person.username,
                f"{person.username}@clinic.example",
                PASSWORD,
                first_name=person.first_name,
                last_name=person.last_name,
                is_staff=person.kind != PATIENT,
            )
        group, _ = Group.objects.get_or_create(name=person.kind)
        user.groups.add(group)
    doctors = Group.objects.get(name=DOCTOR)
    doctors.permissions.set(
        Permission.objects.filter(content_type__app_label="chat_api", codename__in=DOCTORS_PERMISSIONS)
    )


def kind_of(user: Any) -> str | None:
    """Return the kind of a signed-in user, by their group; None for anonymous users and for accounts of others."""
    if not user.is_authenticated:
        return None
    if user.is_superuser:
        return ADMINISTRATOR
    name: str | None = user.groups.filter(name__in=(DOCTOR, PATIENT)).values_list("name", flat=True).first()
    return name


def of_kind(kind: str) -> QuerySet[Any]:
    """Return the active users of that kind."""
    users = get_user_model()._default_manager.filter(is_active=True, groups__name=kind)
    return users.order_by("last_name", "first_name", "pk")


def invitees(user: Any) -> QuerySet[Any]:
    """Return whom `user` may add to conversations: patients only the staff, the staff everybody."""
    users = get_user_model()._default_manager.filter(is_active=True)
    return users if user.is_staff else users.filter(is_staff=True)


def flag_recipients(flag: Any) -> QuerySet[Any]:
    """Return the users who are notified of a raised flag: the doctors."""
    return of_kind(DOCTOR)


def remember_language(user: Any, language: str) -> None:
    """Note the language that `user` uses. A project would store it with the account."""
    caches["languages"].set(str(user.pk), language, timeout=None)


def language_of(user: Any) -> str | None:
    """Return the language that `user` has used last; None if that is not known."""
    language: str | None = caches["languages"].get(str(user.pk))
    return language
