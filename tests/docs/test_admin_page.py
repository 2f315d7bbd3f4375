"""The admin in a browser: an author writes, corrects, tries and publishes a script, and reads its results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docs.browsing import PATIENCE_MS, Clinic, browser, expect, foreign, picture
from tests.docs.examples import ROOT

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

SURVEYS = """
from django.contrib.auth import get_user_model
from chat_api.schemas.models import Schema
from chat_api.surveys.models import Survey, SurveyItem, SurveyItemAnswer

schema = Schema.objects.get(name="Headaches", version=1)
user = get_user_model().objects.get(username="anna")
first, third = schema.questions.get(qid=1), schema.questions.get(qid=3)
answers = list(first.answers.all())
surveys = Survey.objects.bulk_create(
    Survey(schema=schema, user=user, state={"visibility": [1, 2, 3] if n % 2 else [1], "completed": n % 2 == 1})
    for n in range(1000)
)
items = SurveyItem.objects.bulk_create(
    SurveyItem(survey=survey, related_question=first, position=1, sender=user) for survey in surveys
)
SurveyItemAnswer.objects.bulk_create(
    SurveyItemAnswer(surveyitem=item, answer=answers[n % len(answers)]) for n, item in enumerate(items)
)
SurveyItem.objects.bulk_create(
    SurveyItem(survey=survey, related_question=third, position=3, sender=user, text=str(n % 11))
    for n, survey in enumerate(surveys) if n % 2
)
"""


@pytest.fixture
def page(clinic: Clinic) -> Iterator[Any]:
    """The admin in a browser, for a superuser."""
    problems: list[str] = []
    with browser() as driven:
        page = driven.new_context(viewport={"width": 1280, "height": 860}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.extend(foreign(request.url, clinic)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{clinic.base}/admin/")
        page.get_by_label("Username").fill("admin")
        page.get_by_label("Password").fill("demo")
        page.get_by_role("button", name="Log in").click()
        yield page
    assert problems == []


def card(page: Any, number: int) -> Any:
    return page.locator(f"#question-{number}")


def add_question(page: Any, number: int, kind: str, text: str) -> Any:
    """Add a question at the end, and return its open card."""
    page.get_by_role("button", name="Add question", exact=True).click()
    made = card(page, number)
    made.get_by_label("Type", exact=True).select_option(label=kind)
    made.locator("textarea").first.fill(text)
    return made


def add_answer(
    made: Any, number: int, text: str, *, goes_on: str = "", variable: tuple[str, str] | None = None
) -> None:
    made.get_by_role("button", name="Add answer").click()
    row = made.get_by_role("group", name=f"Answer {number}", exact=True)
    row.get_by_label(f"Answer {number}", exact=True).fill(text)
    if goes_on:
        row.get_by_label("Next question").select_option(value=goes_on)
    if variable is not None:
        row.get_by_text("Variables, translations and more").click()
        row.get_by_role("button", name="Add variable").click()
        row.get_by_label("Variable 1", exact=True).fill(variable[0])
        row.get_by_label("New value 1", exact=True).fill(variable[1])


def add_rule(made: Any, number: int, target: str, condition: str) -> None:
    made.get_by_role("button", name="Add rule").click()
    made.get_by_label(f"Next question {number}", exact=True).fill(target)
    made.get_by_label(f"Condition {number}", exact=True).fill(condition)


def write_the_script(page: Any, base: str) -> None:
    page.goto(f"{base}/admin/chat_api/schema/add/")
    page.get_by_label("Name:").first.fill("Headaches")
    page.get_by_label("Type:").select_option("survey")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Script of Headaches (1)").wait_for()

    first = add_question(page, 1, "Choice", "Did your head ache today?")
    add_answer(first, 1, "Yes", variable=("ache", "ache + 1"))
    add_answer(first, 2, "No")
    fork = add_question(page, 2, "Fork", "Only those who ache are asked more.")
    # At first, the script has a loop.
    add_rule(fork, 1, "2", "1")
    last = add_question(page, 3, "Range", "How bad was it?")
    last.get_by_label("From", exact=True).fill("0")
    last.get_by_label("To", exact=True).fill("10")
    last.get_by_label("Next question").select_option(label="End of script")
    picture(page, "script")


def test_author_takes_a_script_from_an_empty_page_to_its_results(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    page.get_by_role("button", name="Save and view flow").click()

    # The graph shows the loop.
    expect(page.locator("svg.flow a")).to_have_count(3)
    expect(page.locator("svg.flow a.loop title")).to_have_text(re.compile("Question 2, fork.*loop"))
    expect(page.get_by_text("Infinite loop detected. Path: 2 -> 2").first).to_be_visible()
    expect(page.locator("svg.flow a.unreached title")).to_have_text(re.compile("unreachable"))
    picture(page, "flow-loop")
    # A box leads to its row of the table, with the keyboard too.
    page.locator("svg.flow a").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#q2")

    # A script with a loop cannot be published; the author corrects it.
    page.get_by_role("link", name="Publish…").click()
    expect(page.get_by_text("Correct the errors before you publish.")).to_be_visible()
    page.get_by_role("link", name="Script", exact=True).click()
    card(page, 2).locator("summary").first.click()
    card(page, 2).get_by_label("Next question 1", exact=True).fill("3")
    card(page, 2).get_by_label("Condition 1", exact=True).fill("ache > 0")
    page.get_by_role("button", name="Save and view flow").click()
    expect(page.get_by_text("was saved. No issues.")).to_be_visible()
    expect(page.locator("svg.flow a.loop")).to_have_count(0)
    picture(page, "flow")

    # The author tries the script, with a wrong answer on the way.
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("row", name="ache 1")).to_be_visible()
    page.get_by_label("Your answer").fill("11")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("Enter a number from 0 to 10.")).to_be_visible()
    page.get_by_label("Your answer").fill("7")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("End of the script.")).to_be_visible()
    picture(page, "preview")

    # After publishing, the script is read-only.
    page.get_by_role("link", name="Publish…").click()
    picture(page, "publish")
    page.get_by_role("button", name="Publish Headaches (1)").click()
    expect(page.get_by_text("Headaches (1) was published.")).to_be_visible()
    expect(page.get_by_role("link", name="Script", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)

    # The copy has the same script.
    page.get_by_role("button", name="Copy as unpublished").click()
    expect(page.get_by_role("heading", name="Script of Headaches (2)")).to_be_visible()
    expect(page.locator(".card")).to_have_count(3)

    # The author uploads a dump.
    page.goto(f"{clinic.base}/admin/chat_api/schema/upload/")
    page.get_by_label("File").set_input_files(
        str(ROOT / "example" / "questionnaires" / "3-evening-mood.yaml")
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Evening mood (2) was loaded.")).to_be_visible()

    # The results show the answers of a thousand people.
    clinic.manage("shell", "-c", SURVEYS)
    page.goto(f"{clinic.base}/admin/chat_api/schema/?q=Headaches")
    page.get_by_role("row", name="Headaches 1 survey").get_by_role("link", name="Headaches").click()
    page.get_by_role("link", name="Results", exact=True).click()
    expect(page.get_by_text("1,000").or_(page.get_by_text("1000")).first).to_be_visible()
    expect(page.get_by_text("Did your head ache today?").first).to_be_visible()
    picture(page, "results")


def test_changes_are_kept_when_somebody_else_saved_first(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    other = page.context.new_page()
    other.goto(page.url)
    add_question(other, 1, "Text", "Mine")
    other.get_by_role("button", name="Save", exact=True).click()
    other.get_by_text("was saved").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Someone else changed this script")).to_be_visible()
    expect(page.locator(".card")).to_have_count(3)
    expect(card(page, 1)).to_contain_text("Did your head ache today?")
    # They are discarded only on request.
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.goto(clinic.base)
    assert asked == ["beforeunload"]


def test_errors_appear_at_their_question(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was saved").wait_for()
    # A finding leads to the question on this page.
    page.locator(".findings").get_by_role("link", name="question 2").first.click()
    expect(card(page, 2).locator("summary").first).to_be_focused()
    card(page, 2).get_by_role("button", name="Remove rule 1").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(card(page, 2).get_by_text("Enter at least one rule for the fork.")).to_be_visible()
    expect(card(page, 1).locator("details").first).not_to_have_attribute("open", "")

    # A closed part opens if it contains an error.
    card(page, 1).locator("summary").first.click()
    card(page, 1).locator(".card-body > .more > summary").click()
    meta = card(page, 1).get_by_label("Meta").last
    meta.fill("{")
    card(page, 1).locator("summary").first.click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(meta).to_be_focused()


def test_focus_stays_and_an_intermediate_type_deletes_nothing(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    kind = card(page, 2).get_by_label("Type", exact=True)
    kind.focus()
    page.keyboard.press("ArrowUp")
    expect(kind).to_be_focused()
    expect(kind).not_to_have_value("fork")
    page.keyboard.press("ArrowDown")
    expect(kind).to_have_value("fork")
    expect(card(page, 2).get_by_label("Next question 1", exact=True)).to_have_value("2")

    up = card(page, 3).get_by_role("button", name="Move up")
    up.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(page.locator(".card summary").first).to_contain_text("How bad was it?")


@pytest.mark.parametrize(("system", "chosen"), [("dark", "light"), ("light", "dark")])
def test_colours_follow_the_admin_and_not_the_system(
    page: Any, clinic: Clinic, system: str, chosen: str
) -> None:
    write_the_script(page, clinic.base)
    page.get_by_role("button", name="Save and view flow").click()
    page.locator("svg.flow").wait_for()
    bright = "e => getComputedStyle(e).fill.match(/[0-9]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"
    page.emulate_media(color_scheme=system)
    page.evaluate("theme => document.documentElement.dataset.theme = theme", chosen)
    for box in page.locator("svg.flow a").all():
        background, text = box.locator("rect").evaluate(bright), box.locator(".head").evaluate(bright)
        assert abs(background - text) > 300
