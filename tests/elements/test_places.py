"""Routes, the back button, drafts and the title of a page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.docs.browsing import expect
from tests.elements.clinics import PATIENT, Clinic
from tests.elements.sizes import too_wide
from tests.elements.windows import message, wait_for_focus, write

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow]

#: What the service worker does with a page that it cannot lead elsewhere.
CLICK = """thread => navigator.serviceWorker.dispatchEvent(
  new MessageEvent("message", { data: { type: "chat-api-thread", thread } }),
)"""


def test_back_button_and_link_lead_to_conversations(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    first, second = (clinic.chat(doctor, patient, title) for title in ("The first", "The second"))
    doctor.say(first, "In the first")
    doctor.say(second, "In the second")
    page = windows.open(patient).open_thread(first)
    expect(message(page, "In the first")).to_be_visible()
    page.get_by_role("button", name="The second").click()
    expect(message(page, "In the second")).to_be_visible()
    assert page.url.endswith(f"#/thread/{second}")
    page.go_back()
    expect(message(page, "In the first")).to_be_visible()
    page.go_forward()
    expect(message(page, "In the second")).to_be_visible()


def test_conversation_takes_the_place_of_the_list_on_a_phone(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient, "The only one")
    page = windows.phone(patient).go("/minimal/")
    row = page.get_by_role("button", name="The only one")
    row.tap()
    expect(page.get_by_role("log")).to_be_visible()
    expect(row).to_be_hidden()
    assert page.url.endswith(f"#/thread/{thread}")
    page.go_back()
    expect(row).to_be_visible()
    expect(page.get_by_role("log")).to_be_hidden()
    row.tap()
    page.locator("dca-threads").get_by_role("button", name="Conversations").tap()
    expect(row).to_be_visible()
    # The focus is where the user left.
    wait_for_focus(page, "element.matches('.row')")


def test_draft_of_each_conversation_outlasts_a_reload(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    first, second = (clinic.chat(doctor, patient, title) for title in ("The first", "The second"))
    window = windows.open(patient)
    page = window.open_thread(first)
    field = page.locator("dca-composer textarea")
    field.fill("To the first <b>")
    page.get_by_role("button", name="The second").click()
    expect(page.get_by_role("heading", name="The second")).to_be_visible()
    expect(field).to_have_value("")
    field.fill("To the second")
    page.get_by_role("button", name="The first").click()
    expect(field).to_have_value("To the first <b>")
    page.reload()
    expect(field).to_have_value("To the first <b>")
    field.press("Enter")
    expect(message(page, "To the first <b>")).to_be_visible()
    page = window.open_thread(second)
    expect(page.locator("dca-composer textarea")).to_have_value("To the second")
    page = window.open_thread(first)
    expect(message(page, "To the first <b>")).to_be_visible()
    expect(page.locator("dca-composer textarea")).to_have_value("")


def test_title_has_the_number_of_unread_messages(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient, "The only one")
    page = windows.open(patient).go("/minimal/")
    expect(page.get_by_role("button", name="The only one")).to_be_visible()
    expect(page).to_have_title("Messages")
    doctor.say(thread, "One")
    expect(page).to_have_title("(1) Messages")
    doctor.say(thread, "Two")
    expect(page).to_have_title("(2) Messages")
    page.get_by_role("button", name="The only one").click()
    expect(page).to_have_title("Messages")


def test_page_of_ten_lines_starts_a_conversation(clinic: Clinic, windows: Any) -> None:
    patient = clinic.patient()
    window = windows.open(patient)
    source = window.context.request.get(f"{window.base}/minimal/").text()
    assert len(re.findall(r"<dca-threads\b", source)) == 1
    page = window.go("/minimal/")
    expect(page.get_by_text("No conversations yet.")).to_be_visible()
    new = page.get_by_role("button", name="New")
    new.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Pain follow-up")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(new).to_be_focused()
    new.click()
    dialog.get_by_role("button", name="Getting to know you").click()
    expect(page.locator("dca-question").first).to_be_visible()
    # Nobody else is in it: the script has the face that it has in the conversation.
    expect(page.locator(".row .avatar svg")).to_be_visible()
    expect(page.get_by_text("Nobody else is here yet.")).to_have_count(0)


def test_conversation_without_a_script_starts_where_the_host_permits_it(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    page = windows.open(patient).go("/minimal/")
    new, write_only = (page.get_by_role("button", name=name, exact=True) for name in ("New", "Just write"))
    new.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Pain follow-up")).to_be_visible()
    expect(write_only).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("dca-threads").evaluate("element => element.setAttribute('can-write', '')")
    new.click()
    write_only.click()
    expect(page.locator("dca-composer")).to_be_visible()
    alone = page.locator("dca-thread header").get_by_text("Nobody else is here yet.")
    expect(alone).to_be_visible()
    write(page, "Is somebody there?")
    expect(message(page, "Is somebody there?")).to_be_visible()
    expect(page.locator(".row .last")).to_have_text("You: Is somebody there?")
    thread = int(page.url.rpartition("/")[2])
    patient.post(f"threads/{thread}/users", user=doctor.id)
    expect(alone).to_have_count(0)
    expect(page.get_by_role("heading", name=doctor.name)).to_be_visible()


def test_notification_opens_its_conversation(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    first, second = (clinic.chat(doctor, patient, title) for title in ("The first", "The second"))
    doctor.say(second, "In the second")
    page = windows.open(patient).open_thread(first)
    page.evaluate(CLICK, second)
    expect(message(page, "In the second")).to_be_visible()
    assert page.url.endswith(f"#/thread/{second}")
    page.go_back()
    expect(page.get_by_role("heading", name="The first")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_composer_and_header_fit_the_smallest_phones(clinic: Clinic, windows: Any, language: str) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient, "A conversation with a long title")
    page = windows.phone(patient, locale=language).open_thread(thread, "/messages/")
    composer, areas = (page.locator(name).bounding_box() for name in ("dca-composer", ".areas"))
    assert composer["y"] + composer["height"] <= areas["y"]
    rows = {round(box["y"]) for box in map(_box, page.locator("dca-thread header .round").all())}
    assert len(rows) == 1
    assert too_wide(page) == []


def _box(locator: Any) -> Any:
    return locator.bounding_box()


def test_conversation_of_others_says_that_it_cannot_be_read(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = int(doctor.post(f"accounts/{doctor.id}/threads/chat", title="Not yours")["id"])
    page = windows.open(patient).go("/minimal/")
    expect(page.get_by_text("No conversations yet.")).to_be_visible()
    for unreadable in (thread, 10**9):
        page.evaluate(
            """thread => {
              const element = document.createElement("dca-thread");
              element.thread = thread;
              element.addEventListener("thread-left", ({detail}) => { window.left = detail.thread; });
              document.querySelector("dca-threads, dca-thread").replaceWith(element);
            }""",
            unreadable,
        )
        expect(page.get_by_text("You do not have permission for this.")).to_be_visible()
        page.wait_for_function("thread => window.left === thread", arg=unreadable)
    # The link to such a conversation leads to the list.
    window = windows.open(patient)
    page = window.go(f"/minimal/#/thread/{thread}")
    expect(page.get_by_text("Choose a conversation.")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("You do not have permission for this.")
    assert page.url.endswith("/minimal/#/")
    # Once they may read it, they can try again.
    page.evaluate(
        """thread => {
      const element = document.createElement("dca-thread");
      element.thread = thread;
      document.querySelector("dca-threads").replaceWith(element);
    }""",
        thread,
    )
    expect(page.get_by_text("You do not have permission for this.")).to_be_visible()
    doctor.post(f"threads/{thread}/users", user=patient.id, permissions=PATIENT)
    doctor.say(thread, "Now you can")
    page.get_by_role("button", name="Try again").click()
    expect(message(page, "Now you can")).to_be_visible()


def test_closing_the_pop_up_keeps_the_same_list_elsewhere_on_the_page(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread = clinic.chat(doctor, patient, "In both")
    page = windows.open(patient).go("/minimal/")
    row = page.locator("dca-threads").get_by_role("button", name="In both")
    expect(row.first).to_be_visible()
    page.evaluate("document.body.append(document.createElement('dca-launcher'))")
    bubble = page.locator("dca-launcher .bubble")
    bubble.click()
    expect(row).to_have_count(2)
    page.keyboard.press("Escape")
    expect(row).to_have_count(1)
    doctor.say(thread, "Still here?")
    expect(row.filter(has_text="Still here?")).to_be_visible()


def test_conversation_opens_where_there_was_none(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    threads = [clinic.chat(doctor, patient, title) for title in ("First", "Second")]
    for thread in threads:
        doctor.say(thread, f"In {thread}")
    page = windows.open(patient).go("/minimal/")
    page.evaluate("document.querySelector('dca-threads').replaceWith(document.createElement('dca-thread'))")
    expect(page.get_by_text("Choose a conversation.")).to_be_visible()
    for chosen in (threads[0], None, threads[1]):
        page.evaluate("thread => { document.querySelector('dca-thread').thread = thread; }", chosen)
        shown = "Choose a conversation." if chosen is None else f"In {chosen}"
        expect(page.get_by_text(shown)).to_be_visible()
