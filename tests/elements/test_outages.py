"""The network or the session ends: nothing is lost, and nothing arrives twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.client.proxy import Proxy
from tests.docs.browsing import expect
from tests.elements.clinics import Clinic
from tests.elements.windows import message, write

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]


@pytest.fixture
def proxy(clinic: Clinic) -> Iterator[Proxy]:
    """A network between a browser and the demo that can be cut."""
    with Proxy(urlsplit(clinic.base).port or 0) as made:
        yield made


def test_messages_of_both_arrive_once_and_in_order_after_an_outage(
    clinic: Clinic, windows: Any, proxy: Proxy
) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    window = windows.open(patient, base=proxy.base)
    window.expected += ["WebSocket connection", "ERR_"]
    page = window.open_thread(thread)
    write(page, "Before")
    expect(message(page, "Before")).to_be_visible()
    proxy.close()
    expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
    for number in range(3):
        write(page, f"Mine {number}")
        doctor.say(thread, f"Yours {number}")
    expect(page.locator("article[data-pending]")).to_have_count(3)
    # Connecting again fails some times, with growing pauses.
    refused = proxy.refused
    while proxy.refused < refused + 3:
        page.wait_for_timeout(100)
    proxy.open()
    expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_hidden()
    expect(page.locator("article[data-pending]")).to_have_count(0)
    expected = [
        "Before",
        *(f"Yours {number}" for number in range(3)),
        *(f"Mine {number}" for number in range(3)),
    ]
    expect(page.get_by_role("log").locator(".text")).to_have_text(expected)
    assert doctor.texts(thread) == expected


def test_browser_without_network_says_so_and_sends_later(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    window = windows.open(patient)
    window.expected += ["WebSocket connection", "ERR_INTERNET_DISCONNECTED"]
    page = window.open_thread(thread)
    window.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    write(page, "Later")
    expect(page.locator("article[data-pending]")).to_contain_text("Waiting to be sent")
    window.context.set_offline(False)
    expect(message(page, "Later")).to_be_visible()
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    assert doctor.texts(thread) == ["Later"]


def test_what_is_typed_outlasts_the_end_of_the_session(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    window = windows.open(patient)
    page = window.open_thread(thread)
    window.sign_out()
    write(page, "Sent without a session")
    page.locator("dca-composer textarea").fill("Half a sentence")
    notice = page.get_by_role("alert").get_by_text("You are signed out.").first
    expect(notice).to_be_visible()
    expect(page.locator("dca-composer textarea")).to_have_value("Half a sentence")
    window.sign_in(patient)
    # As a tab does that comes to the front.
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(message(page, "Sent without a session")).to_be_visible()
    expect(notice).to_be_hidden()
    expect(page.locator("dca-composer textarea")).to_have_value("Half a sentence")
    page.locator("dca-composer textarea").press("Enter")
    expect(message(page, "Half a sentence")).to_be_visible()
    assert doctor.texts(thread) == ["Sent without a session", "Half a sentence"]
