"""Pages with the client in a browser: each profile is a user agent of its own, with cookies and stored data."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

PATIENCE_MS = 120_000
_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`Policy violated: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


class Profile:
    """A profile of the browser."""

    def __init__(self, context: Any, problems: list[str]) -> None:
        self.context, self._problems = context, problems
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(_VIOLATIONS)

    def sign_in(self, base: str, user: Any) -> None:
        """Begin the session of the user, without any page: as another tab does."""
        answer = self.context.request.post(f"{base}/sign-in/", data={"username": user.username})
        assert answer.ok, answer.text()

    def sign_out(self, base: str) -> None:
        """End the session, without any page."""
        assert self.context.request.post(f"{base}/sign-out/").ok

    def open(self, base: str, **query: Any) -> Any:
        """Open a page with the template tag; `chat` is the helper of pages/live.js there."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self._problems.append(str(error)))
        page.on("console", self._note)
        page.goto(f"{base}/page/?{urlencode(query, doseq=True)}")
        page.wait_for_selector("html[data-ready]")
        return page

    def _note(self, message: Any) -> None:
        if "Policy violated" in message.text or "Content Security Policy" in message.text:
            self._problems.append(message.text)


class Pages:
    """The profiles of a test."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.problems: list[str] = []
        self._contexts: list[Any] = []

    def profile(self) -> Profile:
        """Return a new profile."""
        context = self.browser.new_context()
        self._contexts.append(context)
        return Profile(context, self.problems)

    def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()
