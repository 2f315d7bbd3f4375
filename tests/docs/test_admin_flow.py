"""The flow chart of a long script in a browser: groups are folded, questions are found, the chart is zoomed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from os import environ
from typing import Any

import pytest

from tests.axe import needs_axe
from tests.docs.browsing import PATIENCE_MS, Clinic, browser, expect, picture
from tests.docs.test_accessibility import violations

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

#: A choice leads to one of twenty groups of fifty questions.
LONG = """
from chat_api.schemas.models import Answer, Group, Question, Schema

schema = Schema.objects.create(name="Long", type="survey")
groups = [Group.objects.create(schema=schema, name=f"Part {n}", position=n) for n in range(1, 21)]
first = Question.objects.create(schema=schema, qid=1, position=1, type="choice", text="Where does it hurt?")
Question.objects.bulk_create(
    Question(
        schema=schema, group=groups[n // 50], qid=n + 2, position=n + 2, type="int", name=f"pain_{n + 2}",
        text=f"How strong is pain {n + 2}?", next_qid=-1 if n % 50 == 49 else n + 3,
    )
    for n in range(1000)
)
Answer.objects.bulk_create(
    Answer(question=first, position=n, text=f"In part {n}", next_qid=50 * n - 48) for n in range(1, 21)
)
print(schema.pk)
"""
#: Nothing inline, nothing from elsewhere.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"


class FlowPage:
    """The page of the flow chart."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.frame = page.get_by_role("region", name="Chart, scrollable")
        self.boxes = page.locator("svg.flow a.box")
        self.words = page.get_by_role("searchbox", name="Find a question")
        self.zoom = page.get_by_role("group", name="Zoom").get_by_role("status")
        self.found = page.locator("#flow-found")

    def box(self, key: str) -> Any:
        return self.page.locator(f"#flow-{key}")

    def is_shown(self, key: str) -> bool:
        """Return whether the box is in the visible part of the chart, and that part in the window."""
        box, frame = self.box(key).locator("rect").last.bounding_box(), self.frame.bounding_box()
        size = self.page.viewport_size
        return bool(
            frame["x"] <= box["x"]
            and frame["y"] <= box["y"]
            and box["x"] + box["width"] <= min(frame["x"] + frame["width"], size["width"])
            and box["y"] + box["height"] <= min(frame["y"] + frame["height"], size["height"])
        )


def open_flow(driven: Any, clinic: Clinic, problems: list[str], **options: Any) -> FlowPage:
    """Sign in, and open the chart of the long script under a strict policy."""
    page = driven.new_context(viewport={"width": 1280, "height": 860}, **options).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None,
    )

    def guarded(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": POLICY})

    page.goto(f"{clinic.base}/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{clinic.base}/admin/chat_api/schema/?q=Long")
    page.get_by_role("row", name="Long 1 survey").get_by_role("link", name="Long").click()
    # Pictures add a style of their own to the page.
    if not environ.get("CHAT_API_SCREENSHOTS"):
        page.route("**/flow/", guarded)
    page.get_by_role("link", name="Flow", exact=True).click()
    return FlowPage(page)


@pytest.fixture
def long_script(clinic: Clinic) -> Clinic:
    clinic.manage("shell", "-c", LONG)
    return clinic


@pytest.fixture
def flow(long_script: Clinic) -> Iterator[FlowPage]:
    """The page of a script with a thousand questions."""
    problems: list[str] = []
    with browser() as driven:
        yield open_flow(driven, long_script, problems)
    assert problems == []


def test_found_question_is_shown_with_the_branch_that_leads_to_it(flow: FlowPage) -> None:
    expect(flow.boxes).to_have_count(1001)
    flow.words.focus()
    flow.page.keyboard.type("777")
    expect(flow.found).to_have_text("1 of 1: question 777. Questions before it on the marked branch: 26.")
    expect(flow.page.locator("svg.flow a.way")).to_have_count(27)
    expect(flow.page.locator("svg.flow .line.way")).to_have_count(26)
    expect(flow.box("777")).to_have_class(re.compile(r"\bfound\b"))
    assert flow.is_shown("777")
    picture(flow.page, "flow-search")
    # The branches on the way are links to their boxes.
    step = flow.page.get_by_role("link", name="Question 1, Where does it hurt?: In part 16")
    step.focus()
    flow.page.keyboard.press("Enter")
    assert flow.page.url.endswith("#flow-1")
    assert flow.is_shown("1")


def test_search_goes_through_matches_by_number_name_and_text(flow: FlowPage) -> None:
    flow.words.fill("PAIN_12")
    expect(flow.found).to_contain_text("1 of 11: question 12.")
    flow.words.press("Enter")
    expect(flow.found).to_contain_text("2 of 11: question 120.")
    flow.words.press("Shift+Enter")
    flow.words.press("Shift+Enter")
    expect(flow.found).to_contain_text("11 of 11: question 129.")
    assert flow.is_shown("129")
    flow.words.fill("wo tut es weh")
    expect(flow.found).to_have_text("Nothing found.")
    expect(flow.page.locator("svg.flow .way")).to_have_count(0)
    flow.words.fill("#1")
    expect(flow.found).to_contain_text("question 1. The script begins with it.")
    flow.words.fill("")
    expect(flow.found).to_be_hidden()


def test_groups_are_folded_and_unfolded_with_the_keyboard(flow: FlowPage) -> None:
    keys = flow.page.keyboard
    flow.page.get_by_text("Fold groups").focus()
    keys.press("Enter")
    flow.page.get_by_role("checkbox", name="Part 3 (50 questions)").press("Space")
    expect(flow.boxes).to_have_count(952)
    expect(flow.page.get_by_role("button", name="Apply")).to_be_hidden()
    flow.page.get_by_role("button", name="Fold all").press("Enter")
    expect(flow.boxes).to_have_count(21)
    assert flow.page.url.endswith("/flow/?folded=all")
    picture(flow.page, "flow-folded")

    # A box unfolds its group and its tab folds it; the focus stays.
    flow.page.get_by_role("link", name="Unfold the group “Part 2”: 50 questions").focus()
    keys.press("Enter")
    expect(flow.boxes).to_have_count(70)
    tab = flow.page.get_by_role("link", name="Fold the group “Part 2”")
    expect(tab).to_be_focused()
    expect(flow.page.get_by_role("checkbox", name="Part 2 (50 questions)")).not_to_be_checked()
    keys.press("Enter")
    expect(flow.boxes).to_have_count(21)
    expect(flow.page.get_by_role("link", name="Unfold the group “Part 2”: 50 questions")).to_be_focused()

    # A question in a folded group is found too; Enter unfolds the group.
    flow.words.fill("777")
    expect(flow.found).to_contain_text("It is in the folded group “Part 16”.")
    expect(flow.page.locator("svg.flow a.way")).to_have_count(2)
    flow.words.press("Enter")
    expect(flow.boxes).to_have_count(70)
    expect(flow.page.locator("svg.flow a.way")).to_have_count(27)
    assert flow.is_shown("777")
    expect(flow.words).to_be_focused()

    # The URL keeps what is folded.
    flow.page.reload()
    expect(flow.boxes).to_have_count(70)
    flow.page.get_by_text("Fold groups").click()
    flow.page.get_by_role("link", name="Unfold all").click()
    expect(flow.boxes).to_have_count(1001)
    assert flow.page.url.endswith("/flow/")


def test_page_loads_whole_where_the_drawing_alone_does_not(flow: FlowPage) -> None:
    flow.page.route("**/flow/?*drawing", lambda route: route.fulfill(status=500, body="no drawing"))
    flow.page.get_by_text("Fold groups").click()
    flow.page.get_by_role("checkbox", name="Part 3 (50 questions)").click()
    expect(flow.boxes).to_have_count(952)
    expect(flow.page).to_have_url(re.compile(r"/flow/\?folded=\d+$"))
    # The chart can be passed with the keyboard.
    skip = flow.page.get_by_role("link", name="Skip the chart")
    skip.focus()
    expect(skip).to_be_in_viewport()
    flow.page.keyboard.press("Enter")
    expect(flow.page.get_by_role("heading", name="Issues")).to_be_focused()


def test_chart_is_zoomed_with_keys_and_buttons(flow: FlowPage) -> None:
    width = flow.page.locator("svg.flow").evaluate("one => one.viewBox.baseVal.width")

    def drawn() -> float:
        found: float = flow.page.locator("svg.flow").bounding_box()["width"]
        return found

    flow.words.fill("777")
    flow.frame.focus()
    flow.page.keyboard.press("-")
    expect(flow.zoom).to_have_text("80%")
    assert drawn() == pytest.approx(width * 0.8, abs=1)
    # What was in the middle is still shown.
    assert flow.is_shown("777")
    flow.page.keyboard.press("w")
    assert drawn() <= flow.frame.bounding_box()["width"]
    flow.page.keyboard.press("0")
    expect(flow.zoom).to_have_text("100%")
    flow.page.keyboard.press("+")
    expect(flow.zoom).to_have_text("125%")
    flow.page.get_by_role("button", name="Fit width").press("Enter")
    assert drawn() <= flow.frame.bounding_box()["width"]
    flow.page.get_by_role("button", name="Zoom in").click()
    flow.page.get_by_role("button", name="100%").click()
    expect(flow.zoom).to_have_text("100%")
    # Keys of the browser stay its own, and those in the search are not keys of the chart.
    flow.words.fill("")
    flow.words.press("0")
    expect(flow.words).to_have_value("0")
    # A question that is too small to read is shown at its full size; a new drawing keeps the scale.
    flow.page.get_by_role("button", name="Fit width").click()
    flow.words.fill("500")
    expect(flow.zoom).to_have_text("100%")
    assert flow.is_shown("500")
    flow.page.get_by_role("button", name="Zoom out").click()
    flow.page.get_by_text("Fold groups").click()
    flow.page.get_by_role("button", name="Fold all").click()
    expect(flow.boxes).to_have_count(21)
    width = flow.page.locator("svg.flow").evaluate("one => one.viewBox.baseVal.width")
    assert drawn() == pytest.approx(width * 0.8, abs=1)


@needs_axe
def test_narrow_window_scrolls_only_the_chart(flow: FlowPage) -> None:
    # axe adds styles of its own, which the policy would refuse.
    flow.page.unroute_all()
    flow.page.reload()
    flow.page.set_viewport_size({"width": 320, "height": 640})
    flow.page.get_by_text("Fold groups").click()
    flow.page.get_by_role("checkbox", name="Part 3 (50 questions)").check()
    expect(flow.boxes).to_have_count(952)
    flow.words.fill("777")
    assert flow.is_shown("777")
    assert flow.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(flow.page, "#content") == []


def test_groups_are_folded_without_scripts(long_script: Clinic) -> None:
    problems: list[str] = []
    with browser() as driven:
        flow = open_flow(driven, long_script, problems, java_script_enabled=False)
        expect(flow.boxes).to_have_count(1001)
        expect(flow.words).to_be_hidden()
        flow.page.locator("svg.flow a.tab").nth(2).focus()
        flow.page.keyboard.press("Enter")
        # The tab leads to the control of its group.
        box = flow.page.get_by_role("checkbox", name="Part 3 (50 questions)")
        box.check()
        flow.page.get_by_role("button", name="Apply").click()
        expect(flow.boxes).to_have_count(952)
        expect(box).to_be_checked()
    assert problems == []
