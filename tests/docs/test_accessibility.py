"""Pages of the admin and of the example project have no problem that axe-core finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.axe import axe, needs_axe
from tests.docs.browsing import PATIENCE_MS, Clinic, browser, expect, picture

pytestmark = [
    pytest.mark.sqlite_only,
    needs_axe,
    pytest.mark.slow,
]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ([root, tags]) => {
  const found = await axe.run(root, {runOnly: {type: "tag", values: tags}});
  return found.violations.map((rule) => [rule.id, rule.help, rule.nodes.map((node) => node.html).slice(0, 3)]);
}"""

#: Twelve conversations about a script with a fork; a third of them has no end.
CONVERSATIONS = """
from django.contrib.auth import get_user_model
from chat_api.chat.models import Message, MessageAnswer, ScriptRun, Thread, UserThread
from chat_api.schemas.models import Schema

schema, user = Schema.objects.get(pk=1), get_user_model().objects.get(username="anna")
asked = [question for question in schema.questions.order_by("qid") if question.type not in ("fork", "calculation")]
thread = Thread.objects.create(type="chat")
member = UserThread.objects.create(thread=thread, user=user, type="chat", permissions=0)
for n in range(12):
    outcome = "completed" if n % 3 else ""
    run = ScriptRun.objects.create(user_thread=member, schema=schema, outcome=outcome, last_qid=asked[0].qid)
    for question in asked[n % 2 : 2 + n]:
        common = {"thread": thread, "run": run, "related_question": question}
        Message.objects.create(**common, asks=True, text=question.text)
        said = Message.objects.create(**common, sender=user, text=str(n))
        MessageAnswer.objects.bulk_create(
            MessageAnswer(message=said, answer=answer) for answer in question.answers.all()[n % 2 : n % 2 + 1]
        )
"""


def violations(page: Any, root: str = "html") -> list[Any]:
    """Return the rules that the part of the page violates, each with some of the elements."""
    page.evaluate(axe())
    found: list[Any] = page.evaluate(RUN, [root, TAGS])
    return found


@pytest.fixture(params=["light", "dark"])
def context(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A browser with a light or a dark colour scheme."""
    with browser() as driven:
        made = driven.new_context(viewport={"width": 1280, "height": 860}, color_scheme=request.param)
        made.set_default_timeout(PATIENCE_MS)
        yield made


def test_admin(clinic: Clinic, context: Any) -> None:
    page = context.new_page()
    page.goto(f"{clinic.base}/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{clinic.base}/admin/chat_api/schema/add/script/")
    found = {}
    for name, path in {
        "script": "schema/4/script/",
        "flow": "schema/4/flow/",
        "preview": "schema/1/preview/",
        "library": "schema/library/",
        "results": "survey/results/2/",
        "queue": "thread/queue/",
    }.items():
        response = page.goto(f"{clinic.base}/admin/chat_api/{path}")
        assert response.status == 200, path
        for card in page.locator("details").all():
            card.evaluate("one => { one.open = true; }")
        found[name] = violations(page, "#content")
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("width", [1280, 320])
def test_results(clinic: Clinic, context: Any, width: int) -> None:
    """Results of conversations and surveys are as wide as the page; tables scroll in their own boxes."""
    clinic.manage("shell", "-c", CONVERSATIONS)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{clinic.base}/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_be_attached()
    found = {}
    for path in ("scriptrun/results/1/", "survey/results/2/"):
        response = page.goto(f"{clinic.base}/admin/chat_api/{path}")
        assert response.status == 200, path
        for options in page.locator("details").all():
            options.evaluate("one => { one.open = true; }")
        picture(page, f"{path.partition('/')[0]}-results-{width}")
        found[path] = violations(page, "#content")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert page.locator("#content table:not(:has(caption))").count() == 0, path
        assert page.locator("#content th:not([scope])").count() == 0, path
    assert found == {path: [] for path in found}
    page.goto(f"{clinic.base}/admin/chat_api/scriptrun/results/1/")
    assert page.locator(".results-funnel tbody tr").count() > 3
    assert page.locator("h3[id^=branches]").count() > 1


@pytest.mark.parametrize("width", [1280, 360])
def test_example(clinic_with_sample: Clinic, context: Any, width: int) -> None:
    found = {}
    pages = {
        "": ["/sign-in/"],
        "anna": ["/", "/messages/", "/tracker/", "/survey/", "/inbox/"],
        "dora": ["/inbox/", "/patients/", "/trackers/"],
        "admin": ["/administration/", "/reception/"],
    }
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    for name, paths in pages.items():
        if name:
            context.clear_cookies()
            page.goto(f"{clinic_with_sample.base}/sign-in/")
            page.locator(f"form:has(input[value={name}])").get_by_role("button").click()
            expect(page.locator("nav.areas")).to_be_visible()
        for path in paths:
            page.goto(f"{clinic_with_sample.base}{path}")
            page.wait_for_load_state("networkidle")
            found[f"{name}{path}"] = violations(page)
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, path
    assert found == {name: [] for name in found}
