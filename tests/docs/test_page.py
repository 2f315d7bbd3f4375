"""The page of the example project, in a browser: two people talk, and every question type can be answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.docs.browsing import PATIENCE_MS, Clinic, Open, browser, expect, foreign, picture
from tests.docs.examples import curl

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


@pytest.fixture
def window(clinic: Clinic) -> Iterator[Open]:
    """Return a function that logs somebody in, in a new browser window; no page may log an error."""
    problems: list[str] = []
    with browser() as driven:

        def sign_in(name: str, **options: Any) -> Any:
            page = driven.new_context(**options).new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("request", lambda request: problems.extend(foreign(request.url, clinic)))
            page.goto(f"{clinic.base}/")
            page.get_by_label("Name").fill(name)
            page.get_by_label("Password").fill("demo")
            page.get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("button", name="New conversation")).to_be_visible()
            return page

        yield sign_in
    assert problems == []


def start(page: Any, *, person: str = "", questionnaire: str = "", asked: str = "") -> None:
    """Complete the dialog that starts a conversation."""
    page.get_by_role("button", name="New conversation").click()
    dialog = page.get_by_role("dialog")
    if person:
        dialog.get_by_label("With").select_option(label=person)
    if questionnaire:
        dialog.get_by_label("Questionnaire").select_option(label=questionnaire)
    if asked:
        dialog.get_by_label("Who answers").select_option(label=asked)
    dialog.get_by_role("button", name="Start").click()
    expect(dialog).to_be_hidden()


def say(page: Any, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")


def message(page: Any, text: str) -> Any:
    return page.get_by_role("log").locator(".message", has_text=text)


def answer(page: Any, shown: str, label: str, value: str) -> None:
    """Type an answer to the current question."""
    expect(message(page, shown)).to_be_visible()
    page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Answer").click()


DORA = "Dora Lindqvist (a doctor)"


def test_two_windows_see_messages_typing_receipts_and_unread_counts(window: Open) -> None:
    anna, dora = window("anna"), window("dora")
    start(anna, person=DORA)
    say(anna, 'Is 1 < 2 & "so on"? <b>Yes</b>')
    mine = message(anna, "so on")
    expect(mine.locator(".text")).to_have_text('Is 1 < 2 & "so on"? <b>Yes</b>')
    expect(mine.locator(".receipt")).to_have_text("sent")

    row = dora.get_by_role("navigation").get_by_role("listitem")
    expect(row.get_by_label("1 unread")).to_be_visible()
    expect(dora).to_have_title("(1) Clinic")
    picture(dora, "unread")
    row.get_by_role("button").click()
    expect(message(dora, "so on").locator(".text")).to_have_text('Is 1 < 2 & "so on"? <b>Yes</b>')
    expect(mine.locator(".receipt")).to_have_text("read by Dora Lindqvist")
    expect(dora).to_have_title("Clinic")

    dora.get_by_label("Message", exact=True).press_sequentially("It is")
    expect(anna.get_by_text("Dora Lindqvist is writing…")).to_be_visible()
    picture(anna, "writing")
    dora.keyboard.press("Enter")
    expect(message(anna, "It is")).to_be_visible()
    expect(anna.get_by_text("is writing…")).to_have_count(0)
    # Anna has the thread open, so the message is read at once.
    expect(message(dora, "It is").locator(".receipt")).to_have_text("read by Anna Nowak")
    for page in (anna, dora):
        expect(page.get_by_role("log").locator(".message")).to_have_count(2)

    # The receipts are there after a reload, too.
    anna.reload()
    anna.get_by_role("navigation").get_by_role("button").click()
    expect(message(anna, "so on").locator(".receipt")).to_have_text("read by Dora Lindqvist")
    picture(anna, "two-windows")


def test_every_question_type_has_its_control(window: Open) -> None:
    page = window("anna")
    start(page, questionnaire="Every kind of question")
    link = page.get_by_role("link", name="Sleeping well (video on YouTube)")
    assert link.get_attribute("href") == "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
    send = page.get_by_role("button", name="Answer")

    send.click()
    expect(page.get_by_text("Choose an answer.")).to_be_visible()
    picture(page, "choice")
    page.get_by_role("radio", name="Pain").check()
    page.get_by_label("In your own words").fill("in my <left> knee")
    send.click()
    expect(message(page, "Pain, in my <left> knee")).to_be_visible()

    nothing = page.get_by_role("checkbox", name="Nothing")
    nothing.check()
    page.get_by_role("checkbox", name="Vitamins").check()
    expect(nothing).not_to_be_checked()
    page.get_by_role("checkbox", name="Painkillers").check()
    picture(page, "multichoice")
    send.click()
    expect(message(page, "Vitamins, Painkillers")).to_be_visible()

    expect(message(page, "own words.")).to_be_visible()
    send.click()
    expect(page.get_by_text("Write something first.")).to_be_visible()
    answer(page, "own words.", "Your answer", "It hurts")
    answer(page, "On which day", "Date", "2026-11-01")
    answer(page, "time of day", "Time", "07:30")
    answer(page, "like to come", "Date and time", "2026-12-01T10:15")

    expect(message(page, "How many hours")).to_be_visible()
    page.get_by_label("Whole number").fill("6.5")
    send.click()
    expect(page.get_by_text("This is not a valid answer to the question.")).to_be_visible()
    picture(page, "wrong-number")
    answer(page, "How many hours", "Whole number", "6")
    answer(page, "temperature", "Number", "37.2")
    answer(page, "How bad", "From 0 to 10", "7")
    expect(message(page, "Sit down and breathe")).to_be_visible()
    picture(page, "control")
    page.get_by_role("button", name="Done").click()

    expect(message(page, "Thank you, Anna. You slept 6 hours")).to_be_in_viewport(ratio=1)
    # The script has ended, so any text is accepted.
    expect(page.get_by_label("Message", exact=True)).to_be_visible()
    assert page.locator(".message.own .text").all_text_contents() == [
        "Pain, in my <left> knee",
        "Vitamins, Painkillers",
        "It hurts",
        "2026-11-01",
        "07:30",
        "2026-12-01T10:15",
        "6",
        "37.2",
        "7",
    ]
    picture(page, "end")


def test_doctor_asks_and_patient_rolls_back_and_stops(window: Open) -> None:
    anna, dora = window("anna", viewport={"width": 360, "height": 740}), window("dora")
    start(
        dora,
        person="Anna Nowak (a patient)",
        questionnaire="Getting to know you",
        asked="Anna Nowak (a patient)",
    )
    anna.get_by_role("navigation").get_by_role("button").click()
    # On a phone, the conversation replaces the list.
    expect(anna.get_by_role("navigation")).to_be_hidden()
    anna.get_by_role("radio", name="Well", exact=True).check()
    picture(anna, "phone")
    anna.get_by_role("button", name="Answer").click()
    expect(message(dora, "Well")).to_be_visible()
    expect(message(dora, "How many cups")).to_be_visible()

    anna.get_by_role("button", name="Back one question").click()
    expect(message(dora, "How many cups")).to_have_count(0)
    expect(message(anna, "How many cups")).to_have_count(0)
    expect(anna.get_by_role("radio", name="Well", exact=True)).to_be_visible()
    anna.get_by_role("button", name="Back one question").click()
    expect(anna.get_by_text("This is the first question")).to_be_visible()

    dora.get_by_role("button", name="Stop the questions", exact=True).click()
    expect(message(anna, "Let us stop the questions here.")).to_be_visible()
    expect(anna.get_by_label("Message", exact=True)).to_be_visible()
    for page in (anna, dora):
        expect(page.get_by_role("button", name="Stop the questions", exact=True)).to_be_hidden()
    anna.get_by_role("button", name="Back", exact=True).click()
    expect(anna.get_by_role("navigation")).to_be_visible()


def test_restart_neither_loses_nor_duplicates_messages(window: Open, clinic: Clinic) -> None:
    anna, dora = window("anna"), window("dora")
    start(anna, person=DORA)
    say(anna, "before")
    dora.get_by_role("navigation").get_by_role("button").click()
    expect(message(dora, "before")).to_be_visible()

    clinic.stop()
    expect(anna.get_by_text("No connection")).to_be_visible()
    say(anna, "meanwhile")
    expect(message(anna, "meanwhile").locator(".receipt")).to_have_text("waiting for the connection…")
    picture(anna, "no-connection")
    clinic.start()
    curl(
        f'curl -u anna:demo --json \'{{"text": "by curl"}}\' {clinic.base}/api/threads/1/messages',
        instead_of=clinic.base,
        base=clinic.base,
    )

    expect(message(dora, "meanwhile")).to_be_visible(timeout=40_000)
    say(dora, "after")
    expect(message(anna, "after")).to_be_visible(timeout=40_000)
    expect(anna.get_by_text("No connection")).to_be_hidden()
    for page in (anna, dora):
        texts = page.locator(".message .text").all_text_contents()
        assert sorted(texts) == ["after", "before", "by curl", "meanwhile"]


def test_logout_in_another_window_ends_the_page(window: Open, clinic: Clinic) -> None:
    page = window("anna")
    other = page.context.new_page()
    other.goto(f"{clinic.base}/")
    other.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_page_works_with_the_keyboard_alone(window: Open) -> None:
    page = window("anna")
    page.get_by_role("button", name="New conversation").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("With")).to_be_focused()
    page.get_by_label("Questionnaire").select_option(label="Getting to know you")
    page.get_by_label("Title").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Well", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Whole number")).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="A headache")).to_be_focused()
