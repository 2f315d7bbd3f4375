"""The bubble in the corner of a page, and the numbers of unread messages that elements show."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.clinics import PATIENT, Clinic, Person
from tests.elements.windows import message

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

_COLLECT = """
window.counts = [];
addEventListener("unread-change", ({target, detail}) => {
  counts.push([target.localName, detail.threads, detail.messages]);
});
"""


def support(doctor: Person, patient: Person, title: str) -> int:
    """Create a conversation of the other type that the demo has; return its id."""
    thread = int(doctor.post(f"accounts/{doctor.id}/threads/support", title=title)["id"])
    doctor.post(f"threads/{thread}/users", user=patient.id, permissions=PATIENT)
    return thread


def test_elements_count_only_unread_messages_of_their_type(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    chat, desk = clinic.chat(doctor, patient, "A chat"), support(doctor, patient, "The desk")
    doctor.say(chat, "One")
    window = windows.open(patient)
    window.context.add_init_script(_COLLECT)
    page = window.go("/")
    bubble = page.locator("dca-launcher button.bubble")
    page.wait_for_function("() => counts.length")
    expect(bubble).to_have_accessible_name("Messages")
    doctor.say(desk, "Two")
    expect(bubble).to_have_accessible_name("Messages, 1 unread message")
    bubble.click()
    expect(page.get_by_role("button", name="Unread 1")).to_be_visible()
    expect(page.locator("dca-launcher .row")).to_have_count(1)
    page.get_by_role("button", name="Next unread").click()
    expect(message(page, "Two")).to_be_visible()
    page.wait_for_function("() => counts.length === 3")
    assert page.evaluate("() => counts") == [
        ["dca-launcher", 0, 0],
        ["dca-launcher", 1, 1],
        ["dca-launcher", 0, 0],
    ]
    page = window.go("/messages/")
    expect(page).to_have_title(re.compile(r"\(1\) Messages"))


def test_launcher_of_one_thread_counts_that_thread(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    chat, desk = clinic.chat(doctor, patient, "A chat"), support(doctor, patient, "The desk")
    doctor.say(chat, "One")
    page = windows.open(patient).go("/")
    page.locator("dca-launcher").evaluate("(element, id) => { element.thread = id; }", desk)
    bubble = page.locator("dca-launcher button.bubble")
    expect(bubble).to_have_accessible_name("Messages")
    for number, name in enumerate(("1 unread message", "2 unread messages"), 1):
        doctor.say(desk, f"Number {number}")
        expect(bubble).to_have_accessible_name(f"Messages, {name}")
    bubble.click()
    expect(message(page, "Number 2")).to_be_visible()
    expect(page.locator("dca-launcher .bubble .badge")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(bubble).to_have_accessible_name("Messages")
