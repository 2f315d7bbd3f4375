"""The page of the script editor, as an author uses it in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.docs.browsing import PATIENCE_MS, Clinic, browser, expect, foreign, picture


def signed_in(clinic: Clinic) -> Iterator[Any]:
    """Yield a page of the admin in a browser, for a superuser."""
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
    page.get_by_role("button", name="Add a question", exact=True).click()
    made = card(page, number)
    made.get_by_label("Type", exact=True).select_option(label=kind)
    made.locator("textarea").first.fill(text)
    return made


def choose(within: Any, label: str, words: str) -> None:
    """Choose the question that is found by the words, with the keyboard."""
    box = within.get_by_role("combobox", name=label, exact=True)
    box.fill(words)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Enter")
    expect(box).to_have_attribute("aria-expanded", "false")


def add_answer(made: Any, number: int, text: str, *, points: str = "") -> None:
    row = made.get_by_role("group", name=f"Answer {number}", exact=True)
    if number > 2:
        made.get_by_role("button", name="Add an answer").click()
    row.get_by_role("textbox", name=f"Answer {number}", exact=True).fill(text)
    if points:
        row.get_by_label("Points").fill(points)


def add_condition(rule: Any, question: str, comparison: str, value: str) -> None:
    rule.get_by_role("button", name="Add a condition").click()
    row = rule.get_by_role("group", name="Condition 1", exact=True)
    choose(row, "Question", question)
    row.get_by_label("Comparison").select_option(label=comparison)
    box = row.get_by_label("Value", exact=True)
    if box.evaluate("box => box.localName") == "select":
        box.select_option(label=value)
    else:
        box.fill(value)


def saved(page: Any) -> None:
    """Wait until the draft has saved itself."""
    expect(page.get_by_text("All changes are saved.")).to_be_visible()


def said(page: Any) -> Any:
    """Return what the phone of the preview shows."""
    return page.get_by_role("log", name="Conversation")


def write_the_script(page: Any, base: str) -> None:
    page.goto(f"{base}/admin/chat_api/schema/add/")
    page.get_by_label("Name:").first.fill("Headaches")
    page.get_by_label("Type:").select_option("survey")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Script of Headaches (1)").wait_for()

    first = add_question(page, 1, "Choice", "Did your head ache today?")
    add_answer(first, 1, "Yes", points="1")
    add_answer(first, 2, "No")
    fork = add_question(page, 2, "Fork", "Only those who ache are asked more.")
    last = add_question(page, 3, "Range", "How bad was it?")
    choose(last, "Continues with", "The end")
    # At first, the script has a loop.
    choose(fork, "Otherwise: continues with", "Only those who ache")
    saved(page)
    picture(page, "script")
