"""The frame of the example's pages, in a browser: people are chosen by a card, appearance and language by a menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.docs.browsing import PATIENCE_MS, Clinic, browser, expect, foreign

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

Enter = Callable[[str], Any]
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def enter(clinic_with_sample: Clinic) -> Iterator[Enter]:
    """Return a function that signs somebody in by their card; no page may log an error or leave the site."""
    problems: list[str] = []
    with browser() as driven:

        def sign_in(name: str) -> Any:
            page = driven.new_context(base_url=clinic_with_sample.base, color_scheme="light").new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("request", lambda request: problems.extend(foreign(request.url, clinic_with_sample)))
            page.goto("/")
            page.get_by_role("button", name=name).click()
            expect(page.get_by_role("navigation", name="Areas")).to_be_visible()
            return page

        yield sign_in
    assert problems == []


def menu(page: Any) -> Any:
    page.locator("summary", has_text="Anna Nowak").click()
    return page.locator(".menu")


def test_appearance_is_chosen_for_pages_and_elements_and_kept(enter: Enter) -> None:
    page = enter("Anna Nowak")
    light = page.evaluate(BACKGROUND)
    expect(page.locator("dca-launcher")).to_have_attribute("theme", "auto")
    menu(page).get_by_text("Dark").click()
    expect(page.locator("dca-launcher")).to_have_attribute("theme", "dark")
    assert page.evaluate(BACKGROUND) != light
    page.goto("/messages/")
    expect(page.locator("dca-threads")).to_have_attribute("theme", "dark")
    assert page.evaluate(BACKGROUND) != light
    menu(page).get_by_text("Light").click()
    assert page.evaluate(BACKGROUND) == light


def test_language_is_chosen_without_leaving_the_conversation(enter: Enter) -> None:
    page = enter("Anna Nowak")
    page.goto("/messages/#/thread/3")
    expect(page.get_by_role("heading", name="Your blood test")).to_be_visible()
    menu(page).get_by_label("Language").select_option("ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page).to_have_url(re.compile("/messages/#/thread/3$"))
    expect(page.get_by_role("heading", name="Your blood test")).to_be_visible()


def test_menu_closes_by_escape_and_by_a_click_elsewhere(enter: Enter) -> None:
    page = enter("Anna Nowak")
    opened = menu(page)
    expect(opened).to_be_visible()
    page.keyboard.press("Escape")
    expect(opened).to_be_hidden()
    expect(page.locator("summary")).to_be_focused()
    menu(page)
    page.get_by_role("heading", name="Hello Anna").click()
    expect(opened).to_be_hidden()


def test_signing_out_ends_the_page_in_another_tab(enter: Enter) -> None:
    page = enter("Anna Nowak")
    other = page.context.new_page()
    other.goto("/messages/")
    expect(other.get_by_text("Your blood test")).to_be_visible()
    menu(page).get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Welcome to Linden Clinic")).to_be_visible()
    expect(other.get_by_role("heading", name="Welcome to Linden Clinic")).to_be_visible()
    # The card leads back to where they were.
    other.get_by_role("button", name="Anna Nowak").click()
    expect(other.get_by_text("Your blood test")).to_be_visible()


def test_doctor_sees_flags_and_opens_conversations_from_the_patients(enter: Enter) -> None:
    page = enter("Dora Lindqvist")
    page.get_by_role("link", name="Patients").click()
    page.get_by_role("link", name="After your operation").click()
    expect(page.get_by_role("heading", name="After your operation")).to_be_visible()
    expect(page.get_by_text("Very strong pain")).to_be_visible()
