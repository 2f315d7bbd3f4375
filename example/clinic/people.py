"""The accounts of the example. Their passwords are not secret: the demo prints them."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model

PASSWORD = "demo"


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the clinic; `is_admin` grants access to the admin."""

    username: str
    first_name: str
    last_name: str
    role: str
    is_admin: bool = False


PEOPLE = (
    Person("anna", "Anna", "Nowak", "a patient"),
    Person("ben", "Ben", "Okafor", "another patient"),
    Person("dora", "Dora", "Lindqvist", "a doctor"),
    Person("admin", "Ada", "Min", "staff: writes questionnaires in the admin", is_admin=True),
)


def load_people() -> None:
    """Create the missing accounts, with `PASSWORD`; existing ones stay unchanged."""
    users = get_user_model()._default_manager
    for person in PEOPLE:
        if users.filter(username=person.username).exists():
            continue
        create = users.create_superuser if person.is_admin else users.create_user
        create(
            person.username,
            f"{person.username}@clinic.example",
            PASSWORD,
            first_name=person.first_name,
            last_name=person.last_name,
        )
