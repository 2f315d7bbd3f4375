"""Texts with characters of HTML are shown as they were typed, whether the host stores them escaped or not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.pages_of import Pages
from tests.client.serving import Host, Hosts, people, thread_of
from tests.client.test_queue import SHOWN, opened
from tests.factories import published_schema

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TYPED = "a < b & &amp; <b>"
SEND = "async ([thread, text]) => (await chat.client.send(thread, {text}).done).id"
EDIT = "async ([thread, message, text]) => { await chat.client.edit(thread, message, text); }"
SEARCH = """async ([thread, q]) => {
  const [found, ...others] = await chat.client.search(thread, q);
  const parts = chat.module.splitHighlight(found.highlight);
  return {text: chat.module.plainText(found), parts: parts.map(({text, marked}) => [text, marked]), others};
}"""


@pytest.fixture(scope="module", params=[True, False], ids=["escaped", "plain"])
def texts_host(hosts: Hosts, request: pytest.FixtureRequest) -> Host:
    """The project, which stores texts escaped or as they are."""
    return hosts.start(CHAT_SETTINGS={"ESCAPE_TEXT": request.param})


def test_text_is_shown_as_typed_after_edits_in_search_and_when_a_script_quotes_it(
    pages: Pages, texts_host: Host, transactional_db: None
) -> None:
    anna, ben = people("anna", "ben")
    thread = thread_of(anna, ben).pk
    windows = []
    for user in (anna, ben):
        profile = pages.profile()
        profile.sign_in(texts_host.base, user)
        windows.append(opened(profile, texts_host.base, thread))

    def assert_shown(key: int, text: str) -> None:
        for window in windows:
            window.evaluate(SHOWN, [key, [text]])
            assert window.locator("#messages li").all_text_contents() == [text]

    mine, _ = windows
    message = mine.evaluate(SEND, [thread, TYPED])
    assert_shown(thread, TYPED)
    for text in (f"{TYPED}!", TYPED):
        mine.evaluate(EDIT, [thread, message, text])
        assert_shown(thread, text)
    for window in windows:
        marked = ["a < b & &", False], ["amp", True], ["; <b>", False]
        assert window.evaluate(SEARCH, [thread, "amp"]) == {"text": TYPED, "parts": [*marked], "others": []}

    schema = published_schema(
        [{"text": "Say & go", "name": "said"}, {"type": "message", "text": "Said: {{ answers.said }}"}]
    )
    body = {"state": "scripted", "schema": schema.pk}
    scripted = texts_host.post(anna, f"accounts/{anna.pk}/threads/chat", body)["id"]
    window = opened(profile_of(mine, pages), texts_host.base, scripted)
    window.evaluate(SHOWN, [scripted, ["Say & go"]])
    window.evaluate(SEND, [scripted, TYPED])
    window.evaluate(SHOWN, [scripted, ["Say & go", TYPED, f"Said: {TYPED}"]])
    assert window.locator("#messages li").all_text_contents() == ["Say & go", TYPED, f"Said: {TYPED}"]


def profile_of(page: Any, pages: Pages) -> Any:
    """Return the profile of a page."""
    from tests.client.pages_of import Profile

    return Profile(page.context, pages.problems)
