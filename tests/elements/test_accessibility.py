"""Views of the elements have no serious problem that axe-core finds, light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from tests.axe import axe, needs_axe
from tests.docs.browsing import expect
from tests.elements.answering import BY_TOUCH, asked, give_card
from tests.elements.clinics import Clinic
from tests.elements.test_files import PICTURE
from tests.elements.windows import message

pytestmark = [
    pytest.mark.postgres_only,
    needs_axe,
    pytest.mark.slow,
]

RUN = """async () => {
  const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values } });
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html, any }) => [html, any[0]?.message])]);
}"""


class Views:
    """Views of one window, each looked at light and dark."""

    def __init__(self, windows: Any, person: Any) -> None:
        # Without transitions, so that a color is looked at when it is there.
        self.window = windows.open(person, reduced_motion="reduce")
        self.window.context.add_init_script(axe())
        self.found: dict[str, Any] = {}

    def look(self, name: str) -> None:
        """Keep what is found in the view that is shown."""
        for scheme in ("light", "dark"):
            self.window.page.emulate_media(color_scheme=scheme)
            found = self.window.page.evaluate(RUN)
            if found:
                self.found[f"{name}, {scheme}"] = found


def test_conversations(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    thread, closed = (clinic.chat(doctor, patient, title) for title in ("Talk", "Over"))
    doctor.say(closed, "The end")
    doctor.request("PATCH", f"threads/{closed}", state="closed")
    views = Views(windows, patient)
    page = views.window.go("/messages/")
    expect(page.locator(".row")).to_have_count(2)
    views.look("list")
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Pain follow-up")).to_be_visible()
    views.look("new conversation")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Over").click()
    expect(message(page, "The end")).to_be_visible()
    views.look("closed")
    page = views.window.open_thread(thread, "/messages/")
    page.locator("dca-composer input[type=file]").set_input_files([PICTURE])
    expect(page.locator("dca-composer .chosen")).to_contain_text("knee.png")
    page.keyboard.type("See https://example.org")
    views.look("composer with a picture")
    page.keyboard.press("Enter")
    picture = page.get_by_role("button", name="Open picture: knee.png")
    picture.locator("img").evaluate("image => image.decode()")
    doctor.say(thread, "Thank you")
    expect(message(page, "Thank you")).to_be_visible()
    views.look("messages")
    _panels(views, picture)
    assert views.found == {}


def _panels(views: Views, picture: Any) -> None:
    page = views.window.page
    picture.click()
    views.look("light box")
    page.keyboard.press("Escape")
    own = page.locator("article.own").first
    own.hover()
    own.get_by_role("button", name="Delete").click()
    views.look("dialog")
    page.keyboard.press("Escape")
    own.hover()
    own.get_by_role("button", name="Edit").click()
    views.look("edited")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Search", exact=True).click()
    page.keyboard.type("thank")
    expect(page.get_by_role("search").locator("mark")).to_be_visible()
    views.look("search")


def test_questions_of_a_script(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    schema = clinic.schema("Welcome to the clinic")
    thread = clinic.chat(doctor, patient, "Questions", state="scripted", schema=schema)
    views = Views(windows, patient)
    views.window.page.close()
    views.window = windows.phone(patient, viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    views.window.context.add_init_script(axe())
    page = views.window.open_thread(thread)
    give_card(page)
    for text, answer in BY_TOUCH:
        asked(page, text)
        views.look(text)
        answer(page)
    expect(page.get_by_role("log").get_by_text("You can still change every answer.")).to_be_visible()
    page.locator("article.own").first.get_by_role("button", name="Change answer").tap()
    expect(page.locator(".changing dca-question")).to_be_visible()
    views.look("changed answer")
    assert views.found == {}


def test_surveys(clinic: Clinic, windows: Any) -> None:
    patient = clinic.patient()
    body = {"schema": clinic.schema("Health check")}
    survey = int(patient.post(f"accounts/{patient.id}/surveys", **body)["id"])
    views = Views(windows, patient)
    page = views.window.go("/survey/")
    element = page.locator("dca-survey")
    for layout in ("pages", "question", "page"):
        element.evaluate("(element, layout) => { element.layout = layout; }", layout)
        expect(page.get_by_label("Blood pressure, the upper value")).to_have_count(int(layout != "question"))
        views.look(layout)
    page.get_by_role("button", name="Add: Medicines").click()
    expect(page.get_by_role("region", name="Medicine 1")).to_be_visible()
    page.get_by_text("A little", exact=True).click()
    page.get_by_label("Blood pressure, the upper value").fill("190")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Keep this answer")).to_be_visible()
    # What is not answered yet can lead on.
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("region", name="Before you submit")).to_be_focused()
    views.look("problems")
    page.get_by_role("button", name="Keep this answer").click()
    page.get_by_label("How tall are you").fill("170")
    page.get_by_label("How much do you weigh").fill("70")
    page.get_by_text("Never", exact=True).click()
    page.get_by_text("Three times a week or more").click()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".done .scores")).to_be_visible()
    views.look("done")
    assert views.found == {}
    assert patient.get(f"surveys/{survey}")["submitted"]


def test_launcher_and_inbox(clinic: Clinic, windows: Any) -> None:
    doctor, patient = clinic.doctor(), clinic.patient()
    schema = clinic.schema("Pain follow-up")
    thread = clinic.chat(doctor, patient, "Pain", state="scripted", schema=schema)
    views = Views(windows, patient)
    page = views.window.go("/")
    bubble = page.locator("dca-launcher button.bubble")
    bubble.click()
    expect(page.locator("dca-launcher dca-threads .notice").first).to_be_visible()
    views.look("launcher")
    page.keyboard.press("Escape")
    expect(page.locator("dca-launcher .pop-up")).to_have_count(0)
    expect(bubble).to_be_focused()
    views.look("closed launcher")
    patient.say(thread, "10")
    staff = Views(windows, doctor)
    page = staff.window.open_thread(thread, "/inbox/")
    expect(page.locator("dca-thread header .flag")).to_be_visible()
    staff.look("inbox")
    assert [views.found, staff.found] == [{}, {}]


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("ben", ["/", "/messages/", "/tracker/", "/survey/", "/minimal/", "/chat/"]),
        ("dora", ["/inbox/", "/trackers/", "/patients/"]),
        ("admin", ["/administration/", "/reception/"]),
    ],
)
def test_pages_of_the_demo(clinic: Clinic, windows: Any, name: str, paths: list[str]) -> None:
    views = Views(windows, clinic.person(name))
    for path in paths:
        page = views.window.go(path)
        for element in ("dca-threads", "dca-thread", "dca-survey", "dca-launcher"):
            if page.locator(f"body {element}").count():
                expect(page.locator(f"{element} .root").first).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        views.look(path)
    assert views.found == {}
