"""Windows of browsers: each is a user agent of its own, in which one person is signed in."""

from __future__ import annotations

from typing import Any

from tests.docs.browsing import PATIENCE_MS, expect
from tests.elements.clinics import Clinic, Person

_WATCH = """
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sourceFile, lineNumber}) => {
  console.error(`Policy violated: ${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`);
});
"""
#: The browser itself writes these for each refused request; 4xx are checked by what the page shows.
_REQUESTS = "Failed to load resource"
#: The focused element, in whichever root.
FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}"""


class Window:
    """A browser with one page."""

    def __init__(self, context: Any, base: str, person: Person | None, problems: list[str]) -> None:
        self.context, self.base, self.person = context, base, person
        self._problems = problems
        #: Texts that errors on the console may have here.
        self.expected: list[str] = []
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(_WATCH)
        if person is not None:
            self.sign_in(person)
        self.page = self.new_page()

    def new_page(self) -> Any:
        """Open another tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self._note(f"{error}\n{error.stack}"))
        page.on("console", self._read)
        page.on("response", self._check)
        page.on("dialog", lambda dialog: self._note(f"The page asked: {dialog.message}"))
        return page

    def sign_in(self, person: Person) -> None:
        """Begin a session, as another tab does."""
        assert self.context.request.get(f"{self.base}/enter/?username={person.username}").ok

    def sign_out(self) -> None:
        """End the session, as another tab does."""
        assert self.context.request.get(f"{self.base}/leave/").ok

    def go(self, path: str) -> Any:
        """Open a page of the demo, and return it."""
        self.page.goto(f"{self.base}{path}")
        return self.page

    def open_thread(self, thread: int, path: str = "/minimal/") -> Any:
        """Open a thread in the list of conversations, and wait for its messages."""
        self.go(f"{path}#/thread/{thread}")
        expect(self.page.get_by_role("log").locator(".inner")).to_be_visible()
        expect(self.page.locator("[role=log] .skeleton")).to_have_count(0)
        return self.page

    def _read(self, message: Any) -> None:
        if message.type == "error":
            self._note(message.text)

    def _check(self, answer: Any) -> None:
        if answer.status >= 500:
            self._note(f"{answer.status} {answer.url}")

    def _note(self, problem: str) -> None:
        if problem.startswith(_REQUESTS) or any(text in problem for text in self.expected):
            return
        self._problems.append(f"{self.page.url if hasattr(self, 'page') else ''}: {problem}")


class Windows:
    """The windows of a test."""

    def __init__(self, browser: Any, clinic: Clinic) -> None:
        self._browser, self._clinic = browser, clinic
        self.problems: list[str] = []
        self._contexts: list[Any] = []

    def open(self, person: Person | None, *, base: str = "", **options: Any) -> Window:
        """Open a window for a person, perhaps with another URL; options are those of a context of the browser."""
        context = self._browser.new_context(**{"viewport": {"width": 1100, "height": 800}, **options})
        self._contexts.append(context)
        return Window(context, base or self._clinic.base, person, self.problems)

    def phone(self, person: Person, **options: Any) -> Window:
        """Open a window as narrow as the smallest phones, with a touch screen."""
        phone = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
        return self.open(person, **{**phone, **options})

    def close(self) -> None:
        """Close all."""
        for context in self._contexts:
            context.close()


def focused(page: Any, script: str = "element => element.outerHTML.slice(0, 200)") -> Any:
    """Return something of the focused element."""
    return page.evaluate(f"({script})(({FOCUSED})())")


def wait_for_focus(page: Any, condition: str) -> None:
    """Wait until the focused element fulfils a condition, an expression with `element`."""
    page.wait_for_function(f"() => {{ const element = ({FOCUSED})(); return element && ({condition}); }}")


def tab_to(page: Any, condition: str, *, key: str = "Tab", steps: int = 60) -> None:
    """Press Tab until the focused element fulfils a condition."""
    for _ in range(steps):
        if focused(page, f"element => Boolean(element && ({condition}))"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"No element with {condition}; the focus is on {focused(page)}")


def message(page: Any, text: str) -> Any:
    """Return the stored message with exactly that text."""
    return page.locator("article[data-message]").filter(
        has=page.locator(".text").get_by_text(text, exact=True)
    )


def write(page: Any, text: str) -> None:
    """Send a message by its form."""
    field = page.locator("dca-composer textarea")
    field.fill(text)
    field.press("Enter")
