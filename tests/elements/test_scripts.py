"""A script is answered, and its answers are changed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.answering import BY_KEYS, BY_TOUCH, asked, give_card
from tests.elements.clinics import PATIENT, Clinic, Person
from tests.elements.sizes import too_wide
from tests.elements.windows import focused, message, tab_to, wait_for_focus

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

WELCOME = "Welcome to the clinic"


def begun(clinic: Clinic, doctor: Person, patient: Person, name: str = WELCOME) -> int:
    """Create a conversation in which the patient is asked the questions of a script."""
    return clinic.chat(doctor, patient, "Questions", state="scripted", schema=clinic.schema(name))


def outcomes(doctor: Person, thread: int) -> list[str]:
    return [run["outcome"] for run in doctor.get(f"threads/{thread}/runs")["results"]]


def test_every_type_of_question_is_answered_by_keys_alone(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = begun(clinic, doctor, patient)
    page = windows.open(patient).open_thread(thread)
    give_card(page)
    asked(page, BY_KEYS[0][0])
    tab_to(page, "element.getRootNode().host?.localName === 'dca-question'")
    for text, answer in BY_KEYS:
        asked(page, text)
        # The focus is there already, without a key or a click.
        wait_for_focus(page, "element.getRootNode().host?.localName === 'dca-question'")
        answer(page)
    expect(page.get_by_role("log").get_by_text("You can still change every answer.")).to_be_visible()
    wait_for_focus(page, "element.matches('textarea')")
    assert outcomes(doctor, thread) == ["completed"]
    for shown in ("Apr 17, 1988", "Dec 30, 2031, 10:30 AM"):
        expect(message(page, shown)).to_have_count(1)


def test_every_type_of_question_fits_on_the_smallest_phone(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = begun(clinic, doctor, patient)
    page = windows.phone(patient).open_thread(thread)
    give_card(page)
    for text, answer in BY_TOUCH:
        asked(page, text)
        assert too_wide(page) == [], text
        answer(page)
    expect(page.get_by_role("log").get_by_text("You can still change every answer.")).to_be_visible()
    assert too_wide(page) == []
    assert outcomes(doctor, thread) == ["completed"]


@pytest.mark.parametrize("kind", ["open", "phone"])
def test_question_is_in_sight_whenever_a_conversation_opens(clinic: Clinic, windows: Any, kind: str) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = int(doctor.post(f"accounts/{doctor.id}/threads/chat", title="Questions")["id"])
    for number in range(20):
        doctor.say(thread, f"Before the questions {number}")
    script = {"state": "scripted", "schema": clinic.schema(WELCOME)}
    doctor.post(f"threads/{thread}/users", user=patient.id, permissions=PATIENT, **script)
    pain = patient.get(f"threads/{thread}")["question_data"]["answers"][1]["id"]
    patient.say(thread, "", answers=[pain])
    for text in ("1988-04-17", "52.23,21.01", "7"):
        patient.say(thread, text)
    window = getattr(windows, kind)(patient)
    for _ in range(4):
        # Another URL than the last one, so that the whole page is loaded.
        window.go("/minimal/?again")
        page = window.open_thread(thread)
        expect(page.locator("dca-question input[type=checkbox]").first).to_be_visible()
        expect(message(page, "Do you have any of these?")).to_be_in_viewport()
        expect(page.get_by_role("button", name="Go to the newest message")).to_have_count(0)


def test_everybody_sees_that_a_question_was_skipped(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = begun(clinic, doctor, patient)
    pain = patient.get(f"threads/{thread}")["question_data"]["answers"][1]["id"]
    patient.say(thread, "", answers=[pain])
    patient.say(thread, "1988-04-17")
    patient.post(f"threads/{thread}/messages", skip=True)
    for person in (patient, doctor):
        page = windows.open(person).open_thread(thread)
        expect(message(page, "Skipped")).to_be_visible()
    page.goto(f"{clinic.base}/chat/print/{thread}")
    expect(page.get_by_text("Skipped")).to_be_visible()


def test_back_is_offered_once_something_is_answered(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    page = windows.open(patient).open_thread(begun(clinic, doctor, patient))
    question = page.locator("dca-question")
    back = page.get_by_role("button", name="Back", exact=True)
    expect(question.get_by_role("button", name="Pain")).to_be_visible()
    expect(back).to_have_count(0)
    question.get_by_role("button", name="Pain").click()
    asked(page, "When were you born?")
    back.click()
    expect(question.get_by_role("button", name="Pain")).to_be_visible()
    expect(back).to_have_count(0)


def test_second_tap_and_another_choice_meanwhile_answer_nothing(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = begun(clinic, doctor, patient)
    page = windows.open(patient).open_thread(thread)
    path = re.compile(rf"/threads/{thread}/messages(\?|$)")
    held: list[Any] = []
    sent: list[Any] = []
    page.route(path, lambda route: held.append(route))  # noqa: PLW0108
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    question = page.locator("dca-question")
    with page.expect_request(path):
        question.get_by_role("button", name="Pain").dblclick()
    question.get_by_role("button", name="A check-up").dispatch_event("click")
    for route in held:
        route.continue_()
    page.unroute(path)
    asked(page, "When were you born?")
    assert [request.post_data_json["text"] for request in sent if "/messages" in request.url] == [""]
    texts = doctor.texts(thread)
    assert [text for text in texts if text in ("Pain", "A check-up")] == ["Pain"]


def test_earlier_answer_is_changed_in_its_place(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = begun(clinic, doctor, patient)
    page = windows.open(patient).open_thread(thread)
    page.locator("dca-question").get_by_role("button", name="Pain").click()
    asked(page, "When were you born?")
    other = windows.open(doctor).open_thread(thread, "/inbox/")
    answer = message(page, "Pain")
    answer.hover()
    answer.get_by_role("button", name="Change answer").click()
    again = page.get_by_role("log").locator("dca-question")
    expect(again.get_by_role("button", name="Pain")).to_have_attribute("aria-pressed", "true")
    wait_for_focus(page, "element.getRootNode().host?.closest?.('.changing')")
    again.get_by_role("button", name="A new medicine").click()
    expect(message(page, "A new medicine")).to_be_visible()
    expect(message(page, "Pain")).to_have_count(0)
    expect(message(other, "A new medicine")).to_be_visible()
    # The question that was open stays open.
    asked(page, "When were you born?")
    assert "Pain" not in doctor.texts(thread)


def test_script_is_paused_continued_and_stopped_after_a_question(clinic: Clinic, windows: Any) -> None:
    patient = clinic.patient()
    body = {"state": "scripted", "schema": clinic.schema(WELCOME), "title": "Mine"}
    thread = int(patient.post(f"accounts/{patient.id}/threads/chat", **body)["id"])
    page = windows.open(patient).open_thread(thread)
    asked(page, "What is the reason for your visit?")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("The questions are paused.")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    asked(page, "What is the reason for your visit?")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    asked(page, "What is the reason for your visit?")
    assert focused(page, "element => element.textContent.trim()") == "Stop"
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    expect(page.locator("dca-composer")).to_be_visible()
    assert outcomes(patient, thread) == ["broken"]
