"""Two people chat."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.clinics import Clinic
from tests.elements.windows import message, write

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

TEXTS = ["a < b & &amp; <b>", "<b>a</b> &lt; b && c", "5 > 3 & &amp;amp; <script>"]


def test_two_people_see_each_other_type_write_and_read(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient, "Hello")
    other = clinic.chat(doctor, patient, "Another one")
    left = windows.open(patient).open_thread(thread)
    right = windows.open(doctor).open_thread(thread)
    right.locator("dca-composer textarea").press_sequentially("Good morning")
    expect(left.get_by_text(f"{doctor.name} is typing")).to_be_visible()
    right.keyboard.press("Enter")
    expect(message(left, "Good morning")).to_be_visible()
    expect(left.get_by_text(f"{doctor.name} is typing")).to_be_hidden()
    # Who looks at it has read it.
    expect(message(right, "Good morning").locator(".mark[title=Read]")).to_have_count(1)
    doctor.say(other, "Are you there?")
    row = left.get_by_role("button", name="Another one")
    expect(row.locator(".badge")).to_contain_text("1")
    row.click()
    expect(message(left, "Are you there?")).to_be_visible()
    expect(row.locator(".badge")).to_have_count(0)


def test_texts_are_shown_as_typed_by_everybody_edited_twice_and_found(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    left = windows.open(patient).open_thread(thread)
    right = windows.open(doctor).open_thread(thread)
    write(left, TEXTS[0])
    for before, after in pairwise(TEXTS):
        expect(message(right, before)).to_be_visible()
        own = message(left, before)
        own.hover()
        own.get_by_role("button", name="Edit").click()
        field = left.get_by_role("log").get_by_role("textbox", name="Edit")
        expect(field).to_have_value(before)
        field.fill(after)
        left.get_by_role("button", name="Save").click()
        expect(message(left, after)).to_be_visible()
    expect(message(right, TEXTS[2])).to_be_visible()
    # The row of the list has it, too.
    expect(left.locator(".row .last")).to_have_text(f"You: {TEXTS[2]}")
    right.get_by_role("button", name="Search", exact=True).click()
    right.keyboard.type("script")
    found = right.get_by_role("search").get_by_role("button")
    expect(found).to_contain_text(TEXTS[2])
    expect(found.locator("mark")).to_have_text("script")
    found.click()
    expect(message(right, TEXTS[2])).to_be_focused()


def test_message_is_deleted_after_a_question(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    patient.say(thread, "Not for you")
    left = windows.open(patient).open_thread(thread)
    right = windows.open(doctor).open_thread(thread)
    expect(message(right, "Not for you")).to_be_visible()
    own = message(left, "Not for you")
    own.hover()
    own.get_by_role("button", name="Delete").click()
    left.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(own).to_be_visible()
    own.hover()
    own.get_by_role("button", name="Delete").click()
    left.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(own).to_have_count(0)
    expect(message(right, "Not for you")).to_have_count(0)
