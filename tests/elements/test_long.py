"""A thread of many messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.clinics import Clinic
from tests.elements.names import LONG, LONG_TITLE, PATIENTS
from tests.elements.windows import message

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

#: The first message that is wholly in sight, and where it is.
SEEN = """box => {
  const top = box.getBoundingClientRect().top;
  const all = [...box.querySelectorAll("[data-message]")];
  const first = all.find((one) => one.getBoundingClientRect().top >= top);
  return [first.dataset.message, first.getBoundingClientRect().top - top, all.length];
}"""
PLACE = """(box, id) => box.querySelector(`[data-message="${id}"]`).getBoundingClientRect().top
  - box.getBoundingClientRect().top"""
#: Two frames: what observers of sizes and positions do has been done.
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def test_place_stays_when_earlier_messages_load_and_the_newest_is_a_tap_away(
    clinic: Clinic, windows: Any
) -> None:
    patient = clinic.person(PATIENTS[0])
    page = windows.open(patient).go("/minimal/")
    page.get_by_role("button", name=LONG_TITLE).click()
    log = page.get_by_role("log")
    newest = message(page, f"Message {LONG - 1}" + " with more words than fit into a line" * ((LONG - 1) % 7))
    expect(newest).to_be_in_viewport()
    for _ in range(4):
        # Slow answers: the place is known before they come.
        gate: list[Any] = []
        page.route("**/messages?*", lambda route: gate.append(route))  # noqa: B023, PLW0108
        with page.expect_request("**/messages?*"):
            log.evaluate("box => { box.scrollTop = 40; }")
        page.evaluate(SETTLED)
        seen, before, count = log.evaluate(SEEN)
        for route in gate:
            route.continue_()
        page.unroute("**/messages?*")
        page.wait_for_function(
            "([selector, count]) => document.querySelector('dca-threads').shadowRoot.querySelector('dca-thread')"
            ".shadowRoot.querySelectorAll(selector).length > count",
            arg=["[data-message]", count],
        )
        page.evaluate(SETTLED)
        assert abs(log.evaluate(PLACE, seen) - before) < 2
    expect(newest).not_to_be_in_viewport()
    page.get_by_role("button", name="Go to the newest message").click()
    expect(newest).to_be_in_viewport()
    expect(page.get_by_role("button", name="Go to the newest message")).to_be_hidden()


def test_message_that_was_found_far_back_is_shown(clinic: Clinic, windows: Any) -> None:
    patient = clinic.person(PATIENTS[0])
    page = windows.open(patient).go("/minimal/")
    page.get_by_role("button", name=LONG_TITLE).click()
    page.get_by_role("button", name="Search", exact=True).click()
    page.keyboard.type("Message 70")
    found = page.get_by_role("search").get_by_role("button")
    found.filter(has_text="Message 70").first.click()
    expect(message(page, "Message 70")).to_be_in_viewport()
    expect(message(page, "Message 70")).to_be_focused()
