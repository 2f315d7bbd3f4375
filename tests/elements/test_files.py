"""Pictures are sent, refused and opened."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attachments.pictures import picture
from tests.docs.browsing import expect
from tests.elements.clinics import Clinic

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

PICTURE = {"name": "knee.png", "mimeType": "image/png", "buffer": picture()}
#: A picture followed by as many bytes as take a while.
LARGE = {**PICTURE, "name": "large.png", "buffer": picture() + bytes(400_000)}
PROGRAM = {"name": "setup.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}


def attach(page: Any, *files: Any) -> None:
    page.locator("dca-composer input[type=file]").set_input_files(list(files))


def test_picture_is_sent_and_opened_in_its_size(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    left = windows.open(patient).open_thread(thread)
    right = windows.open(doctor).open_thread(thread, "/inbox/")
    attach(left, PICTURE)
    expect(left.locator("dca-composer .chosen")).to_contain_text("knee.png")
    expect(left.locator("dca-composer textarea")).to_be_focused()
    left.keyboard.type("My knee")
    left.keyboard.press("Enter")
    for page in (left, right):
        small = page.get_by_role("log").get_by_role("button", name="Open picture: knee.png")
        small.locator("img").evaluate("image => image.decode()")
        small.click()
        dialog = page.get_by_role("dialog", name="knee.png")
        assert dialog.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(small).to_be_focused()


def test_files_of_other_types_are_refused_in_words(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    page = windows.open(patient).open_thread(clinic.chat(doctor, patient))
    attach(page, PROGRAM, PICTURE)
    expect(page.get_by_role("alert")).to_have_text("setup.exe has a type that is not accepted.")
    # The other one can be sent, or removed.
    chosen = page.locator("dca-composer .chosen li")
    expect(chosen).to_have_count(1)
    page.get_by_role("button", name="Remove knee.png").click()
    expect(chosen).to_have_count(0)
    expect(page.locator("dca-composer textarea")).to_be_focused()


def test_upload_shows_its_progress_and_is_cancelled(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient)
    window = windows.open(patient)
    page = window.open_thread(thread)
    network = window.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 40_000}
    network.send("Network.emulateNetworkConditions", slow)
    attach(page, LARGE)
    expect(page.locator("dca-composer .chosen")).to_contain_text("large.png")
    page.get_by_role("button", name="Send", exact=True).click()
    pending = page.locator("article[data-pending]")
    progress = pending.get_by_role("progressbar", name="Uploading")
    expect(progress).to_be_visible()
    values = "element => new Promise((done) => { const look = () => element.value > 0 && element.value < 1"
    progress.evaluate(f"{values} ? done(element.value) : requestAnimationFrame(look); look(); }})")
    pending.get_by_role("button", name="Cancel").click()
    expect(pending).to_have_count(0)
    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    assert doctor.texts(thread) == []
