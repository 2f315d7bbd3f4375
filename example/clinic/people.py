"""Who can sign in. Their passwords are no secret: the demonstration prints them."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model

PASSWORD = "demo"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the clinic; `is_admin` opens the admin to him."""

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
    """Make everybody who is not there yet, with `PASSWORD`; who is there stays as he is."""
    users = get_user_model()._default_manager
    for person in PEOPLE:
        if users.filter(username=person.username).exists():
            continue
        make = users.create_superuser if person.is_admin else users.create_user
        make(
            person.username,
            f"{person.username}@clinic.example",
            PASSWORD,
            first_name=person.first_name,
            last_name=person.last_name,
        )
