"""The admin in a browser: an author writes, corrects, tries and publishes a script, and reads its results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.docs.browsing import Clinic, expect, picture
from tests.docs.examples import ROOT
from tests.docs.script_editor import add_condition, card, choose, said, saved, signed_in, write_the_script

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
    yield from signed_in(clinic)


def test_author_takes_a_script_from_an_empty_page_to_its_results(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    page.get_by_role("link", name="Flow").click()

    # The graph shows the loop.
    expect(page.locator("svg.flow a")).to_have_count(3)
    expect(page.locator("svg.flow a.loop title")).to_have_text(re.compile("Question 2, Fork.*loop"))
    expect(page.get_by_text("The script goes in circles here").first).to_be_visible()
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
    fork = card(page, 2)
    fork.get_by_role("button", name="Only those who ache are asked more.").first.click()
    choose(fork, "Otherwise: continues with", "the end")
    fork.get_by_role("button", name="Add a rule").click()
    add_condition(fork.get_by_role("group", name="Rule 1", exact=True), "head ache", "is", "Yes")
    choose(fork, "Rule 1 continues with", "How bad")
    saved(page)
    expect(page.get_by_text("No problems found.")).to_be_visible()
    page.get_by_role("link", name="Flow").click()
    expect(page.locator("svg.flow a.loop")).to_have_count(0)
    picture(page, "flow")

    # The author tries the script on the page without a script, with a wrong answer on the way.
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("button", name="Answer", exact=True).click()
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
    expect(page.locator("script-card")).to_have_count(3)

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


def test_author_works_with_the_keyboard_alone(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    page.get_by_role("button", name="Add a question", exact=True).focus()
    keys = page.keyboard
    keys.press("Enter")
    keys.type("Anything else?")
    expect(card(page, 4).locator("textarea").first).to_have_value("Anything else?")
    for _ in range(2):
        keys.press("Shift+Tab")
    keys.type("Whole")
    expect(card(page, 4).get_by_label("Type", exact=True)).to_have_value("int")
    fold = card(page, 4).locator("[data-key=fold]")
    fold.focus()
    keys.press("Alt+ArrowUp")
    expect(fold).to_be_focused()
    expect(page.locator("script-card").nth(2)).to_contain_text("Anything else?")
    card(page, 4).get_by_role("combobox", name="Continues with").focus()
    keys.type("the e")
    keys.press("Enter")
    expect(card(page, 4).get_by_role("combobox", name="Continues with")).to_have_value("The end")
    keys.press("Control+z")
    expect(card(page, 4).get_by_role("combobox", name="Continues with")).to_have_value("The question below")
    keys.press("Control+Shift+z")
    expect(card(page, 4).get_by_role("combobox", name="Continues with")).to_have_value("The end")
    card(page, 4).locator("[data-key=remove]").focus()
    keys.press("Enter")
    expect(page.locator("script-card")).to_have_count(3)
    tabs = page.get_by_role("tab", name="Questions")
    tabs.focus()
    keys.press("ArrowRight")
    expect(page.get_by_role("tab", name="Translations")).to_be_focused()
    saved(page)


def test_preview_beside_follows_the_edit_in_any_language(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    page.get_by_role("tab", name="Translations").click()
    page.get_by_role("tabpanel").get_by_label("Language", exact=True).select_option("es")
    for text, translation in {
        "Did your head ache today?": "¿Le dolió la cabeza hoy?",
        "Yes": "Sí",
        "No": "No, nada",
    }.items():
        page.get_by_label(f"Translation of: {text}", exact=True).fill(translation)
    expect(page.get_by_role("tabpanel").get_by_text("Missing translations: 2 of 5")).to_be_visible()
    page.get_by_label("Language of the preview").select_option("es")
    expect(said(page)).to_contain_text("¿Le dolió la cabeza hoy?")
    page.get_by_role("button", name="No, nada").click()
    expect(said(page)).to_contain_text("No, nada")
    page.get_by_role("button", name="Take back the last answer").click()
    expect(said(page)).not_to_contain_text("No, nada")
    page.get_by_label("Language of the preview").select_option("")
    expect(said(page)).to_contain_text("Did your head ache today?")
    page.get_by_role("tab", name="Questions").click()
    card(page, 1).locator("textarea").first.fill("And today?")
    expect(said(page)).to_contain_text("And today?")


def test_scores_flags_and_pictures_need_no_expressions(page: Any, clinic: Clinic, tmp_path: Path) -> None:
    write_the_script(page, clinic.base)
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "head.png")
    first = card(page, 1)
    first.get_by_text("Pictures and files").click()
    first.get_by_label("Add a picture").set_input_files(str(tmp_path / "head.png"))
    expect(first.get_by_role("group", name="Picture or file 1").locator("img")).to_be_visible()
    fork = card(page, 2)
    fork.get_by_role("button", name="Remove: Only those who ache").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove", exact=True).click()

    page.get_by_role("tab", name="Scores and flags").click()
    page.get_by_role("button", name="Add a score").click()
    page.get_by_label("Title of the score").fill("Headache")
    page.get_by_label("Did your head ache today?").check()
    page.get_by_role("button", name="Add a band").click()
    page.get_by_label("Meaning").fill("Bearable")
    page.get_by_role("button", name="Add a flag").click()
    page.get_by_label("Title of the flag").fill("Unbearable")
    add_condition(page.get_by_role("group", name="Raised if"), "How bad", "is at least", "9")
    saved(page)

    expect(said(page).locator("img")).to_be_visible()
    page.get_by_role("button", name="Yes", exact=True).click()
    slider = page.locator("dca-question").get_by_role("slider")
    slider.press("End")
    page.locator("dca-question").get_by_role("button", name="Send").click()
    expect(page.get_by_text("Flag raised: Unbearable")).to_be_visible()
    expect(page.get_by_role("row", name="Headache 1 · Bearable")).to_be_visible()

    # What was written is what another visit finds.
    page.reload()
    page.get_by_role("tab", name="Scores and flags").click()
    expect(page.get_by_label("Title of the score")).to_have_value("Headache")
    row = page.get_by_role("group", name="Raised if").get_by_role("group", name="Condition 1", exact=True)
    expect(row.get_by_role("combobox", name="Question")).to_have_value("How bad was it?")
    expect(row.get_by_label("Value", exact=True)).to_have_value("9")
    page.get_by_role("tab", name="Questions").click()
    expect(page.locator("script-card")).to_have_count(2)
    card(page, 1).get_by_role("button", name="Did your head ache today?").first.click()
    expect(card(page, 1).get_by_role("group", name="Picture or file 1").locator("img")).to_be_visible()


def test_questions_are_dragged_and_duplicated(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    page.get_by_role("button", name="Fold all", exact=True).click()
    card(page, 3).locator(".ed-handle").drag_to(card(page, 1), target_position={"x": 50, "y": 3})
    expect(page.locator("script-card").first).to_contain_text("How bad was it?")
    card(page, 3).get_by_role("button", name="Duplicate: How bad was it?").click()
    expect(page.locator("script-card").nth(1)).to_contain_text("How bad was it?")
    expect(page.locator("script-card")).to_have_count(4)
    page.get_by_label("Find a question").fill("ache today")
    expect(page.locator("script-card")).to_have_count(1)
    expect(page.get_by_text("Questions found: 1")).to_be_visible()
    page.get_by_label("Find a question").fill("")
    saved(page)


@pytest.mark.parametrize(("system", "chosen"), [("dark", "light"), ("light", "dark")])
def test_colours_follow_the_admin_and_not_the_system(
    page: Any, clinic: Clinic, system: str, chosen: str
) -> None:
    write_the_script(page, clinic.base)
    page.get_by_role("link", name="Flow").click()
    page.locator("svg.flow").wait_for()
    bright = "e => getComputedStyle(e).fill.match(/[0-9]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"
    page.emulate_media(color_scheme=system)
    page.evaluate("theme => document.documentElement.dataset.theme = theme", chosen)
    for box in page.locator("svg.flow a").all():
        background, text = box.locator("rect").evaluate(bright), box.locator(".head").evaluate(bright)
        assert abs(background - text) > 300
