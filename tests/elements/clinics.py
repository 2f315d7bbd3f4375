"""The running demo, as its people use its API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import httpx

from chat_api.api import Permission
from tests.elements.names import DOCTORS, PASSWORD, PATIENTS

#: What the demo gives to patients and to staff.
PATIENT = int(
    Permission.MESSAGES_READ
    | Permission.MESSAGES_CREATE
    | Permission.MESSAGES_EDIT
    | Permission.MESSAGES_DELETE
    | Permission.THREAD_READ
    | Permission.THREAD_EDIT
    | Permission.THREAD_ROLLBACK
    | Permission.THREAD_REOPEN
)
STAFF = sum(Permission)


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    base: str
    username: str
    id: int

    @property
    def name(self) -> str:
        """The name that others see."""
        return self.username.title()

    def request(self, method: str, path: str, **body: Any) -> Any:
        """Send a request to the API, and return the document of the response."""
        sent: dict[str, Any] = {"params": body} if method == "GET" else {"json": body}
        url, auth = f"{self.base}/api/{path}", (self.username, PASSWORD)
        answer = httpx.request(method, url, auth=auth, timeout=120, **sent)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str, **query: Any) -> Any:
        """Return a document."""
        return self.request("GET", path, **query)

    def post(self, path: str, **body: Any) -> Any:
        """Send a document, and return the response."""
        return self.request("POST", path, **body)

    def say(self, thread: int, text: str, **more: Any) -> int:
        """Send a message, and return its id."""
        return int(self.post(f"threads/{thread}/messages", text=text, **more)["id"])

    def texts(self, thread: int) -> list[str]:
        """Return the texts of the latest messages, in order."""
        found = self.get(f"threads/{thread}/messages", limit=50)["results"]
        return [message["text"] for message in sorted(found, key=lambda message: int(message["id"]))]


@dataclass
class Clinic:
    """The demo at its URL."""

    base: str
    _patients: Iterator[str] = field(default_factory=lambda: islice(PATIENTS, 1, None))
    _doctors: Iterator[str] = field(default_factory=lambda: islice(DOCTORS, 1, None))

    def person(self, username: str) -> Person:
        """Return somebody who is in the database."""
        ids = httpx.get(f"{self.base}/enter/", params={"username": username}, timeout=120).json()
        return Person(self.base, username, ids["id"])

    def patient(self) -> Person:
        """Return a patient without conversations."""
        return self.person(next(self._patients))

    def doctor(self) -> Person:
        """Return a doctor without conversations."""
        return self.person(next(self._doctors))

    def schema(self, name: str) -> int:
        """Return the id of the published questionnaire of that name."""
        doctor = self.person(DOCTORS[0])
        for kind in ("automated_flow", "survey"):
            for schema in doctor.get(f"schemas/{kind}", published=True, deprecated=False, limit=50)[
                "results"
            ]:
                if schema["name"] == name:
                    return int(schema["id"])
        raise LookupError(name)

    def chat(self, doctor: Person, patient: Person, title: str = "A chat", **script: Any) -> int:
        """Create a conversation of both, perhaps with a script for the patient; return its id."""
        thread = int(doctor.post(f"accounts/{doctor.id}/threads/chat", title=title)["id"])
        doctor.post(f"threads/{thread}/users", user=patient.id, permissions=PATIENT, **script)
        return thread
