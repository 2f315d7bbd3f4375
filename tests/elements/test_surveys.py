"""A survey is filled in, page by page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.clinics import Clinic, Person
from tests.elements.windows import focused, wait_for_focus

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

HEALTH_CHECK = "Health check"
TOO_LOW = "The lower value has to be less than the upper one."
VERY_HIGH = "That is very high. Is it what the device shows?"


def survey(clinic: Clinic, windows: Any, patient: Person) -> Any:
    """Start the survey of a patient, and return its page."""
    patient.post(f"accounts/{patient.id}/surveys", schema=clinic.schema(HEALTH_CHECK))
    page = windows.open(patient).go("/survey/")
    expect(page.get_by_role("heading", name="Your body")).to_be_visible()
    return page


def question(page: Any, text: str) -> Any:
    """Return the question with that text."""
    return page.locator(".row").filter(has_text=text)


def fill(page: Any, text: str, value: str) -> Any:
    """Answer a question with a text or a number, and return it."""
    row = question(page, text)
    row.locator("#control").fill(value)
    row.locator("#control").blur()
    return row


def saved(row: Any) -> None:
    expect(row.locator(".mark")).to_have_text("Saved")


def choose(page: Any, text: str, answer: str) -> None:
    row = question(page, text)
    row.get_by_text(answer, exact=True).click()
    saved(row)


def turn(page: Any, heading: str) -> None:
    """Go to the next page, whose heading has the focus then."""
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name=heading)).to_be_focused()


def measurements(page: Any) -> None:
    saved(fill(page, "How much do you weigh", "65"))
    lower = question(page, "the lower value")
    expect(lower).to_have_count(0)
    saved(fill(page, "the upper value", "120"))
    fill(page, "the lower value", "130")
    # The error stands beside the control, in the words of the author.
    expect(lower.locator("dca-question").get_by_text(TOO_LOW)).to_be_visible()
    expect(lower.locator("#control")).to_have_attribute("aria-invalid", "true")
    expect(lower.locator(".mark")).to_have_text("Not accepted")
    saved(fill(page, "the lower value", "80"))
    expect(page.get_by_text(TOO_LOW)).to_be_hidden()
    upper = fill(page, "the upper value", "190")
    expect(upper.get_by_text(VERY_HIGH)).to_be_visible()
    upper.get_by_role("button", name="Keep this answer").click()
    saved(upper)


def medicines(page: Any) -> None:
    add = page.get_by_role("button", name="Add: Medicines")
    for number, name in enumerate(["Aspirin", "Zinc"], 1):
        add.click()
        section = page.get_by_role("region", name=f"Medicine {number}")
        # The focus goes to what was added.
        wait_for_focus(page, "element.id === 'control' && element.value === ''")
        saved(fill(section, "Which medicine", name))
        saved(fill(section, f"How many a day of {name}?", str(number)))
        choose(section, "Does it help?", "A little")
    page.get_by_role("button", name=re.compile(r"Remove ?: Medicine 2")).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("region", name="Medicine 2")).to_be_visible()
    assert "Medicine 2" in focused(page, "element => element.textContent")
    page.get_by_role("button", name=re.compile(r"Remove ?: Medicine 1")).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("region", name="Medicine")).to_have_count(1)
    expect(question(page, "Which medicine").locator("#control")).to_have_value("Zinc")


def days(page: Any) -> None:
    # The answer decides which questions follow: the survey does not end before.
    expect(page.get_by_role("button", name="Submit")).to_have_count(0)
    page.get_by_role("button", name="Next").click()
    expect(question(page, "Do you smoke?").get_by_text("Answer this question.")).to_be_visible()
    choose(page, "Do you smoke?", "Yes")
    saved(fill(page, "How many cigarettes a day?", "5"))
    choose(page, "Do you smoke?", "Never")
    expect(question(page, "How many cigarettes a day?")).to_have_count(0)
    expect(question(page, "What keeps you from it?")).to_have_count(0)
    choose(page, "How often do you exercise?", "Hardly ever")
    choose(page, "What keeps you from it?", "Pain")
    stress = question(page, "How much stress")
    handle = stress.locator("#control")
    # Without an answer, no part of the track looks chosen.
    expect(handle).to_have_css("appearance", "none")
    expect(stress.locator("output")).to_have_text("Not answered yet")
    handle.press("ArrowRight")
    expect(stress.locator("output")).to_have_text("6")
    expect(handle).to_have_css("appearance", "auto")
    saved(fill(page, "When do you go to bed?", "22:30"))


def test_survey_is_filled_in_page_by_page(clinic: Clinic, windows: Any) -> None:
    patient = clinic.patient()
    page = survey(clinic, windows, patient)
    measurements(page)
    turn(page, "Medicines")
    medicines(page)
    turn(page, "Your days")
    days(page)
    turn(page, "For your doctor")
    page.get_by_role("button", name="Submit").click()
    # One answer is missing: a list of what is left leads there.
    problems = page.get_by_role("region", name="Before you submit")
    expect(problems).to_be_focused()
    expect(problems).to_contain_text("Your height is needed for the result.")
    problems.get_by_role("button", name="How tall are you").click()
    wait_for_focus(
        page, "element.id === 'control' && element.getRootNode().host.question.text.startsWith('How tall')"
    )
    saved(fill(page, "How tall are you", "170"))
    for heading in ("Medicine 1", "Your days", "For your doctor"):
        turn(page, heading)
    page.get_by_role("button", name="Submit").click()
    done = page.locator(".done")
    expect(done).to_be_focused()
    expect(done).to_contain_text("Your answers have been submitted.")
    expect(done.locator(".scores dt")).to_have_text("Risk for heart and vessels")
    expect(done.locator(".scores dd")).to_have_text("6 raised")
    expect(page.locator(".answers div").filter(has_text="go to bed")).to_contain_text("10:30 PM")
    [stored] = patient.get(f"accounts/{patient.id}/surveys")["results"]
    assert stored["submitted"]


def test_survey_goes_on_where_it_was_left(clinic: Clinic, windows: Any) -> None:
    page = survey(clinic, windows, clinic.patient())
    saved(fill(page, "How tall are you", "170"))
    fill(page, "How much do you weigh", "2")
    expect(question(page, "How much do you weigh").get_by_text("Expected:")).to_be_visible()
    page.reload()
    expect(question(page, "How tall are you").locator("#control")).to_have_value("170")
    expect(question(page, "How tall are you").locator(".mark")).to_be_visible()


def at_the_habits(page: Any) -> Any:
    """Go to the page whose first answer decides what follows, and return that question."""
    saved(fill(page, "How tall are you", "170"))
    saved(fill(page, "How much do you weigh", "65"))
    for heading in ("Medicines", "Your days"):
        turn(page, heading)
    return question(page, "Do you smoke?")


def submissions(page: Any) -> list[str]:
    """Return the list that the requests to submit a survey will be added to."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/submit") else None)
    return sent


def optional(route: Any) -> None:
    """Return the questions as if none had to be answered."""
    response = route.fetch()
    route.fulfill(response=response, body=response.text().replace('"required":true', '"required":false'))


def test_survey_that_may_go_on_is_submitted_only_on_purpose(clinic: Clinic, windows: Any) -> None:
    patient = clinic.patient()
    patient.post(f"accounts/{patient.id}/surveys", schema=clinic.schema(HEALTH_CHECK))
    window = windows.open(patient)
    window.page.route(re.compile(r"/schemas/\d+\?"), optional)
    page = window.go("/survey/")
    at_the_habits(page)
    early = page.get_by_role("button", name="Submit without further answers")
    expect(early).to_be_visible()
    expect(early).not_to_have_class(re.compile("primary"))
    choose(page, "Do you smoke?", "Never")
    expect(early).to_be_visible()
    choose(page, "How often do you exercise?", "Three times a week or more")
    expect(early).to_have_count(0)
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")


def test_answer_on_its_way_and_a_second_tap_submit_nothing(clinic: Clinic, windows: Any) -> None:
    page = survey(clinic, windows, clinic.patient())
    sent = submissions(page)
    smoking = at_the_habits(page)
    held: list[Any] = []
    page.route("**/items?*", lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request("**/items?*"):
        smoking.get_by_text("Never", exact=True).click()
    # The server has not said yet that there is more to come.
    expect(smoking.locator(".mark")).to_have_text("Saving…")
    last = page.locator("dca-survey nav .next")
    expect(last).to_have_text("Next")
    last.click()
    expect(last).to_have_attribute("aria-disabled", "true")
    for route in held:
        route.continue_()
    page.unroute("**/items?*")
    wait_for_focus(page, "element.getRootNode().host?.question?.text.startsWith('How often do you exercise')")
    choose(page, "How often do you exercise?", "Three times a week or more")
    page.locator("dca-survey nav .next").dblclick()
    expect(page.get_by_role("heading", name="For your doctor")).to_be_visible()
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    assert sent == []


def test_round_is_removed_while_its_answer_is_on_its_way(clinic: Clinic, windows: Any) -> None:
    page = survey(clinic, windows, clinic.patient())
    turn(page, "Medicines")
    page.get_by_role("button", name="Add: Medicines").dblclick()
    section = page.get_by_role("region", name="Medicine 1")
    expect(section).to_be_visible()
    held: list[Any] = []
    page.route("**/items?*", lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request("**/items?*"):
        fill(section, "Which medicine", "Aspirin")
    section.get_by_role("button", name=re.compile("Remove")).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    for route in held:
        route.continue_()
    page.unroute("**/items?*")
    expect(page.get_by_role("region", name="Medicine 1")).to_have_count(0)
    expect(page.get_by_text("Not accepted")).to_have_count(0)


def test_next_page_is_turned_without_a_connection(clinic: Clinic, windows: Any) -> None:
    window = windows.open(patient := clinic.patient())
    patient.post(f"accounts/{patient.id}/surveys", schema=clinic.schema(HEALTH_CHECK))
    page = window.go("/survey/")
    height = fill(page, "How tall are you", "170")
    saved(height)
    window.context.set_offline(True)
    weight = fill(page, "How much do you weigh", "65")
    expect(weight.locator(".mark")).to_have_text("Waiting to be sent")
    turn(page, "Medicines")
    window.context.set_offline(False)
    page.get_by_role("button", name="Back").click()
    saved(question(page, "How much do you weigh"))
