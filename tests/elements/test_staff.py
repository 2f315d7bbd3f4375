"""Conversations as doctors see them: flags, who looks after them, and what is unread."""

from __future__ import annotations

from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.clinics import Clinic
from tests.elements.windows import message

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]


def test_flags_are_filtered_and_shown(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    schema = clinic.schema("Pain follow-up")
    thread = clinic.chat(doctor, patient, "Bad", state="scripted", schema=schema)
    clinic.chat(doctor, patient, "Good")
    page = windows.open(doctor).go("/inbox/")
    rows = page.locator(".row .title")
    expect(rows).to_have_count(2)
    patient.say(thread, "10")
    page.get_by_role("button", name="Flagged").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Bad")
    page.locator(".row").click()
    expect(page.locator("dca-thread header .flag")).to_contain_text("Very strong pain")
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("button", name="Good").click()
    expect(page.get_by_role("heading", name="Good")).to_be_visible()
    expect(page.locator("dca-thread header .flag")).to_have_count(0)


def test_conversation_is_taken_over_and_given_back(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient, "Whose is it?")
    page = windows.open(doctor).open_thread(thread, "/inbox/")
    page.get_by_role("button", name="Take over").click()
    back = page.get_by_role("button", name="Give back")
    expect(back).to_have_attribute("aria-pressed", "true")
    assert doctor.get(f"threads/{thread}")["assigned_to"] == doctor.id
    mine = page.get_by_role("button", name="Assigned to me")
    rows = page.locator(".row")
    mine.click()
    expect(rows).to_have_count(1)
    back.click()
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    page.get_by_role("button", name="All", exact=True).click()
    mine.click()
    expect(rows).to_have_count(0)
    assert doctor.get(f"threads/{thread}")["assigned_to"] is None


def test_key_leads_from_one_unread_conversation_to_the_next(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    threads = {title: clinic.chat(doctor, patient, title) for title in ("First", "Second", "Third")}
    page = windows.open(doctor).open_thread(threads["Third"], "/inbox/")
    for title in ("First", "Second"):
        patient.say(threads[title], f"In the {title}")
        expect(page.locator(".row", has_text=f"In the {title}").locator(".badge")).to_be_visible()
    page.locator("dca-composer textarea").fill("")
    page.keyboard.type("n")
    expect(page.locator("dca-composer textarea")).to_have_value("n")
    page.get_by_role("log").focus()
    for title in ("Second", "First"):
        page.keyboard.press("n")
        expect(message(page, f"In the {title}")).to_be_visible()
        expect(page.get_by_role("log")).to_be_focused()
        expect(page.locator(".row", has_text=f"In the {title}").locator(".badge")).to_have_count(0)
    expect(page.get_by_role("button", name="Next unread")).to_have_count(0)
