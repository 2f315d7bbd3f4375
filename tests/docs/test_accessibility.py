"""Pages of the admin and of the example project have no problem that axe-core finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.axe import axe, needs_axe
from tests.docs.browsing import PATIENCE_MS, Clinic, browser, expect

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
