"""Buttons under the mouse can be read, light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from tests.docs.browsing import Error, expect
from tests.elements.clinics import Clinic
from tests.elements.sizes import contrast
from tests.elements.windows import message

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

_TEXT = 4.5
_ICON = 3


def unreadable(page: Any, within: Any = None) -> set[str]:
    """Return buttons whose label does not stand out while the mouse is over them."""
    found = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for button in (within or page).locator("button:visible").element_handles():
            try:
                # Hovered ones can uncover others.
                if not button.is_visible() or not button.is_enabled():
                    continue
                button.hover(force=True)
            except Error:
                # Unread messages are read, and what leads to them goes.
                if button.evaluate("element => element.isConnected"):
                    raise
                continue
            least = _TEXT if button.inner_text().strip() else _ICON
            if (has := contrast(button)) < least:
                kind = button.evaluate("element => `${element.className} ${element.ariaPressed ?? ''}`")
                found.add(f"{scheme}: {kind}: {has:.2f}")
    return found


@pytest.mark.parametrize("path", ["/messages/", "/chat/"])
def test_buttons_of_a_conversation(clinic: Clinic, windows: Any, path: str) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient, state="scripted", schema=clinic.schema("Every kind of question"))
    doctor.say(thread, "Hello")
    page = windows.open(patient, reduced_motion="reduce").open_thread(thread, path)
    expect(message(page, "Hello")).to_be_visible()
    expect(page.locator("dca-question").first).to_be_visible()
    assert unreadable(page) == set()
    page.get_by_role("button", name="New", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Pain follow-up")).to_be_visible()
    assert unreadable(page, dialog) == set()


def test_pressed_buttons_of_staff_and_the_launcher(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    page = windows.open(doctor, reduced_motion="reduce").open_thread(thread, "/inbox/")
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("button", name="Give back")).to_be_visible()
    assert unreadable(page) == set()
    page = windows.open(patient, reduced_motion="reduce").go("/")
    page.locator("dca-launcher button.bubble").click()
    expect(page.locator("dca-launcher .chip").first).to_be_visible()
    assert unreadable(page) == set()
