"""The bubble in the corner of a page, and the numbers of unread messages that elements show."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.clinics import PATIENT, Clinic, Person
from tests.elements.test_places import CLICK
from tests.elements.windows import message, write

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


def test_double_click_opens_it(clinic: Clinic, windows: Any) -> None:
    page = windows.open(clinic.patient()).go("/")
    bubble = page.locator("dca-launcher button.bubble")
    bubble.dblclick()
    expect(bubble).to_have_attribute("aria-expanded", "true")
    # Later clicks and the keyboard close and open it.
    page.locator("dca-launcher .close").click()
    expect(bubble).to_have_attribute("aria-expanded", "false")
    bubble.press("Enter")
    expect(bubble).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("height", [480, 800])
@pytest.mark.parametrize("width", [320, 560, 1100])
def test_pop_up_is_whole_wherever_the_page_puts_the_bubble(
    clinic: Clinic, windows: Any, width: int, height: int
) -> None:
    page = windows.open(clinic.patient(), viewport={"width": width, "height": height}).go("/")
    page.locator("dca-launcher button.bubble").click()
    popup = page.locator("dca-launcher .pop-up").bounding_box()
    assert popup["y"] >= 0
    assert popup["y"] + popup["height"] <= height
    assert popup["x"] >= 0
    assert page.locator("dca-launcher .close").bounding_box()["y"] >= 0
    outline = page.locator("dca-launcher .close").evaluate(
        "element => getComputedStyle(element).outlineOffset"
    )
    assert outline.startswith("-")
    # The rest of the page stays within reach.
    if width > 480:
        page.locator(".brand").click(trial=True)


def test_notification_opens_the_launcher_with_its_conversation(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    desk = support(doctor, patient, "The desk")
    doctor.say(desk, "How can we help?")
    page = windows.open(patient).go("/")
    expect(page.locator("dca-launcher .bubble .badge")).to_have_text("1")
    page.evaluate(CLICK, desk)
    expect(message(page, "How can we help?")).to_be_visible()


def test_signed_out_is_said_once(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    desk = support(doctor, patient, "The desk")
    window = windows.open(patient)
    # The demo's own script would load the page again.
    window.context.add_init_script(
        "addEventListener('auth-required', event => event.stopImmediatePropagation(), true)"
    )
    page = window.open_thread(thread, "/messages/")
    window.sign_out()
    write(page, "Are you there?")
    notice = page.get_by_text("You are signed out.")
    expect(notice.locator("visible=true")).to_have_count(1)
    # The form stays in sight.
    expect(page.locator("dca-composer textarea")).to_be_in_viewport(ratio=1)
    window.sign_in(patient)
    page = window.go("/")
    page.locator("dca-launcher button.bubble").click()
    page.get_by_role("button", name="The desk").click()
    expect(page.locator("dca-composer")).to_be_visible()
    window.sign_out()
    write(page, "Are you there?")
    expect(notice.locator("visible=true")).to_have_count(1)
    assert doctor.texts(desk) == []
