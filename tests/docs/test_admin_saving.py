"""The script editor in a browser: what two authors write, what is refused or not finished, stays and is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.browsing import PATIENCE_MS, Clinic, expect
from tests.docs.script_editor import card, choose, saved, signed_in, write_the_script

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


@pytest.fixture
def page(clinic: Clinic) -> Iterator[Any]:
    yield from signed_in(clinic)


def test_two_authors_lose_nothing_without_a_question(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    other = page.context.new_page()
    other.set_default_timeout(PATIENCE_MS)
    other.goto(page.url)
    card(other, 3).get_by_role("button", name="How bad was it?").first.click()
    card(other, 3).locator("textarea").first.fill("How strong was it?")
    saved(other)
    card(page, 1).locator("textarea").first.fill("Does your head ache?")
    # Different questions: both changes stay, and nobody is asked.
    expect(card(page, 3)).to_contain_text("How strong was it?")
    saved(page)
    other.reload()
    expect(card(other, 1)).to_contain_text("Does your head ache?")
    expect(card(other, 3)).to_contain_text("How strong was it?")
    # The same question: nothing is written before the author has chosen, also after Undo.
    page.route("**/editor/state/", lambda route: route.abort())
    card(other, 1).get_by_role("button", name="Does your head ache?").first.click()
    card(other, 1).locator("textarea").first.fill("Is your head sore?")
    saved(other)
    card(page, 1).locator("textarea").first.fill("Does your head hurt?")
    asked = page.get_by_role("alertdialog", name="changed this script meanwhile")
    expect(asked).to_contain_text("Is your head sore?")
    expect(asked).to_contain_text("Does your head hurt?")
    expect(asked.get_by_role("row")).to_have_count(2)
    asked.get_by_role("button", name="Take the other version").click()
    expect(card(page, 1)).to_contain_text("Is your head sore?")
    saved(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Compare").click()
    expect(asked.get_by_role("heading")).to_be_focused()
    asked.get_by_role("button", name="Keep your version").click()
    saved(page)
    other.reload()
    expect(card(other, 1)).to_contain_text("Does your head hurt?")
    expect(card(other, 3)).to_contain_text("How strong was it?")


def test_targets_are_listed_where_they_are_seen(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    for place in ("end", "start"):
        last = card(page, 3)
        box = last.get_by_role("combobox", name="Continues with")
        box.evaluate("(box, block) => box.scrollIntoView({block})", place)
        box.click()
        options = last.locator("script-chooser [role=option]:visible")
        for option in (options.first, options.last):
            # What is seen at the place of an option is the option.
            seen = option.evaluate(
                """option => {
                    const {left, top, width, height} = option.getBoundingClientRect();
                    return document.elementFromPoint(left + width / 2, top + height / 2)?.textContent.trim();
                }"""
            )
            assert seen == option.inner_text()
        box.press("Escape")


def test_a_condition_that_is_not_finished_stays_and_is_said(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    first = card(page, 3)
    first.get_by_text("Ask only under a condition").click()
    first.get_by_role("button", name="Add a condition").click()
    choose(first, "Question", "Did your head ache")
    expect(page.get_by_text("except for conditions that are not finished: 1")).to_be_visible()
    expect(first.get_by_text("Not finished: this condition does not count yet.")).to_be_visible()
    # Folding the card forgets nothing.
    fold = first.locator("[data-key=fold]")
    fold.click()
    fold.click()
    row = first.get_by_role("group", name="Condition 1", exact=True)
    row.get_by_label("Value", exact=True).select_option(label="Yes")
    saved(page)
    page.reload()
    expect(card(page, 3).locator(".ed-fold")).to_be_visible()
    card(page, 3).locator("[data-key=fold]").click()
    expect(card(page, 3).get_by_role("group", name="Condition 1", exact=True)).to_be_visible()


def test_a_file_without_a_picture_is_refused_where_it_was_chosen(
    page: Any, clinic: Clinic, tmp_path: Path
) -> None:
    write_the_script(page, clinic.base)
    first = card(page, 1)
    first.get_by_text("Pictures and files").click()
    (tmp_path / "notes.txt").write_text("text")
    first.get_by_label("Add a picture").set_input_files(tmp_path / "notes.txt")
    expect(first.locator(".errorlist")).to_contain_text("notes.txt: Choose a picture of one of these types")


def test_what_is_refused_is_said_at_its_question_and_kept(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    first = card(page, 1)
    first.get_by_text("More", exact=True).click()
    first.get_by_label("Name in expressions").fill("if")
    expect(page.get_by_text("Not saved.")).to_be_visible()
    expect(first.get_by_text("is a word of expressions")).to_be_visible()
    page.locator(".ed-findings > summary").click()
    page.locator(".ed-findings .ed-link").first.click()
    expect(first.get_by_role("button", name="Did your head ache today?").first).to_be_focused()
    # The browser keeps it: after another visit, the author decides.
    page.reload()
    page.get_by_role("button", name="Go on with them").click()
    card(page, 1).get_by_role("button", name="Did your head ache today?").first.click()
    expect(card(page, 1).get_by_text("is a word of expressions")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    saved(page)
    page.reload()
    expect(page.locator("script-card")).to_have_count(3)
    expect(page.get_by_role("button", name="Go on with them")).to_have_count(0)


def test_focus_stays_and_an_intermediate_type_deletes_nothing(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    kind = card(page, 2).get_by_label("Type", exact=True)
    kind.focus()
    page.keyboard.press("ArrowUp")
    expect(kind).to_be_focused()
    expect(kind).not_to_have_value("fork")
    page.keyboard.press("ArrowDown")
    expect(kind).to_have_value("fork")
    expect(card(page, 2).get_by_role("combobox", name="Otherwise: continues with")).to_have_value(
        "Fork: Only those who ache are asked more."
    )

    up = card(page, 3).get_by_role("button", name="Move up")
    up.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(page.locator("script-card").first).to_contain_text("How bad was it?")


def test_the_page_does_not_move_below_a_press(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    for number in (4, 5, 6):
        page.get_by_role("button", name="Add a question", exact=True).click()
        expect(page.locator("script-card")).to_have_count(number)
        # Nothing leads to it, which its card says when it is left.
        page.keyboard.type("Something else?")
        expect(card(page, number).locator("textarea").first).to_have_value("Something else?")
        saved(page)
    expect(card(page, 5).get_by_text("No way leads to this question")).to_be_visible()


def test_an_edit_of_a_script_published_meanwhile_goes_on_in_a_copy(page: Any, clinic: Clinic) -> None:
    write_the_script(page, clinic.base)
    card(page, 2).get_by_role("combobox", name="Otherwise: continues with").fill("How bad")
    card(page, 2).get_by_role("combobox", name="Otherwise: continues with").press("Enter")
    saved(page)
    other = page.context.new_page()
    other.set_default_timeout(PATIENCE_MS)
    other.goto(page.url.replace("/script/", "/publish/"))
    other.get_by_role("button", name="Publish Headaches (1)").click()
    expect(other.get_by_text("was published")).to_be_visible()
    card(page, 1).locator("textarea").first.fill("Does your head ache?")
    expect(page.get_by_text("this script was published meanwhile")).to_be_visible()
    page.get_by_role("button", name="Go on in an unpublished copy").click()
    expect(page.get_by_role("heading", name="Script of Headaches (2)")).to_be_visible()
    expect(card(page, 1)).to_contain_text("Does your head ache?")
