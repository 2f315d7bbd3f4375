"""Languages, the direction of writing, and themes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.clinics import Clinic
from tests.elements.sizes import luminance, too_wide
from tests.elements.windows import message

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

WELCOME = "Welcome to the clinic"


def label(page: Any, key: str, language: str) -> str:
    """Return a text of the elements, from the file that the page names for a language; else the English one."""
    script = """async ([key, language]) => {
      const {texts} = JSON.parse(document.getElementById("chat-api-client").textContent);
      const own = await fetch(texts[language]);
      return (await (own.ok ? own : await fetch(texts.en)).json())[key];
    }"""
    return str(page.evaluate(script, [key, language]))


@pytest.mark.parametrize(
    ("language", "question", "reply"),
    [("pl", "Co Cię do nas sprowadza?", "Ból"), ("ar", "ما سبب زيارتك؟", "ألم")],
)
def test_page_speaks_the_language_of_the_browser(
    clinic: Clinic, windows: Any, language: str, question: str, reply: str
) -> None:
    patient = clinic.patient()
    page = windows.open(patient, locale=language).go("/messages/")
    page.get_by_role("button", name=label(page, "new", language)).click()
    names = {"pl": "Witamy w przychodni", "ar": "مرحبًا بك في العيادة"}
    page.get_by_role("dialog").get_by_role("button", name=names[language]).click()
    expect(message(page, question)).to_be_visible()
    page.locator("dca-question").get_by_role("button", name=reply).click()
    expect(message(page, reply)).to_be_visible()
    expect(page.get_by_role("button", name=label(page, "search", language), exact=True)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == language


def side(page: Any, text: str) -> float:
    """Return where the middle of a bubble is, from the left (0) to the right (1) of the messages."""
    place, box = (
        message(page, text).locator(".bubble").bounding_box(),
        page.get_by_role("log").bounding_box(),
    )
    return float((place["x"] + place["width"] / 2 - box["x"]) / box["width"])


@pytest.mark.parametrize(("language", "is_right"), [("en", True), ("ar", False)])
def test_own_messages_are_at_the_end_of_the_line(
    clinic: Clinic, windows: Any, language: str, is_right: bool
) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    patient.say(thread, "Mine")
    doctor.say(thread, "Yours")
    page = windows.open(patient, locale=language).open_thread(thread, "/messages/")
    assert (side(page, "Mine") > 0.5) == is_right
    assert (side(page, "Yours") < 0.5) == is_right
    # A text keeps its own direction.
    assert message(page, "Mine").locator(".text").get_attribute("dir") == "auto"
    assert too_wide(page) == []


@pytest.mark.parametrize("path", ["/messages/", "/chat/"])
def test_dark_theme_is_dark_and_the_light_one_light(clinic: Clinic, windows: Any, path: str) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    doctor.say(thread, "Hello")
    for scheme in ("dark", "light"):
        page = windows.open(patient, color_scheme=scheme).open_thread(thread, path)
        background = luminance(page.locator("dca-thread"))
        text = luminance(message(page, "Hello").locator(".text"), "color")
        assert (background < 0.15, text > 0.7) == ((True, True) if scheme == "dark" else (False, False)), (
            scheme
        )
        assert abs(background - text) > 0.5


def test_theme_of_the_element_wins_over_that_of_the_system(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    page = windows.open(patient, color_scheme="light").open_thread(clinic.chat(doctor, patient))
    page.locator("dca-threads").evaluate("element => { element.theme = 'dark'; }")
    expect(page.locator("dca-threads[theme=dark]")).to_be_visible()
    assert luminance(page.locator("dca-threads")) < 0.15
    assert luminance(page.locator("dca-thread")) < 0.15
