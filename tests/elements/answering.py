"""Answering every type of question, by keyboard only and by touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.attachments.pictures import picture
from tests.docs.browsing import expect
from tests.elements.windows import focused, tab_to, wait_for_focus

CARD = {"name": "card.png", "mimeType": "image/png", "buffer": picture()}
Steps = list[tuple[str, Callable[[Any], None]]]


def give_card(page: Any) -> None:
    """Choose the same file whenever the page asks for one."""
    page.on("filechooser", lambda chooser: chooser.set_files(CARD))


def asked(page: Any, text: str) -> None:
    """Wait until the question with that text has its control, and the control has the focus."""
    page.wait_for_function(
        """text => {
          const roots = [document];
          for (const root of roots)
            for (const element of root.querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
          return roots.some((root) => root.querySelector("footer dca-question")?.question?.text.includes(text));
        }""",
        arg=text,
    )


def _reply(text: str) -> Callable[[Any], None]:
    def press(page: Any) -> None:
        tab_to(page, f"element.matches('button') && element.textContent.trim() === {text!r}")
        page.keyboard.press("Enter")

    return press


def _typed(text: str, condition: str = "element.id === 'control'") -> Callable[[Any], None]:
    def write(page: Any) -> None:
        # The control itself has the focus, except where there are buttons before it.
        tab_to(page, condition)
        page.keyboard.type(text)
        page.keyboard.press("Enter")

    return write


def _range(page: Any) -> None:
    wait_for_focus(page, "element.type === 'range'")
    assert focused(page, "element => element.getAttribute('aria-valuetext')") == "Not answered yet"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")


def _several(page: Any) -> None:
    wait_for_focus(page, "element.type === 'checkbox'")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    _reply("Send")(page)


def _number_to_confirm(page: Any) -> None:
    _typed("190")(page)
    expect(page.get_by_text("Is that in kilograms?")).to_be_visible()
    _reply("Keep this answer")(page)


def _file(page: Any) -> None:
    wait_for_focus(page, "element.textContent.trim() === 'Choose file'")
    page.keyboard.press("Enter")
    expect(page.locator("dca-question").get_by_text("card.png")).to_be_visible()
    _reply("Send")(page)


def _visit(page: Any) -> None:
    wait_for_focus(page, "element.type === 'datetime-local'")
    page.keyboard.type("12302031")
    # The year could have more digits.
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1030AM")
    page.keyboard.press("Enter")


#: What the first conversation of a patient asks, and keys that answer it. The numbers of a date are in American order.
BY_KEYS: Steps = [
    ("What is the reason for your visit?", _reply("Pain")),
    ("When were you born?", _typed("04171988", "element.type === 'date'")),
    ("Where do you live?", _typed("52.23,21.01")),
    ("How strong is your pain", _range),
    ("Do you have any of these?", _several),
    ("Which allergies do you have?", _typed("Pollen")),
    ("How much do you weigh", _number_to_confirm),
    ("How many hours do you usually sleep?", _typed("7")),
    ("At what time do you get up?", _typed("0645AM", "element.type === 'time'")),
    ("how often have you felt low", _reply("On most days")),
    ("Thank you for saying so.", _reply("Continue")),
    ("Please send a photo", _file),
    ("When would you like to come?", _visit),
]


def _tap(text: str) -> Callable[[Any], None]:
    return lambda page: page.locator("dca-question").get_by_role("button", name=text, exact=True).tap()


def _filled(text: str) -> Callable[[Any], None]:
    def fill(page: Any) -> None:
        page.locator("dca-question #control").fill(text)
        _tap("Send")(page)

    return fill


def _tapped_range(page: Any) -> None:
    page.locator("dca-question input[type=range]").tap()
    _tap("Send")(page)


def _tapped_several(page: Any) -> None:
    for text in ("Asthma", "Migraine"):
        page.locator("dca-question").get_by_text(text, exact=True).tap()
    _tap("Send")(page)


def _tapped_number(page: Any) -> None:
    _filled("190")(page)
    _tap("Keep this answer")(page)


def _tapped_file(page: Any) -> None:
    page.locator("dca-question").get_by_text("Choose file").tap()
    expect(page.locator("dca-question").get_by_text("card.png")).to_be_visible()
    _tap("Send")(page)


BY_TOUCH: Steps = [
    (question, answer)
    for (question, _), answer in zip(
        BY_KEYS,
        [
            _tap("Pain"),
            _filled("1988-04-17"),
            _filled("52.23,21.01"),
            _tapped_range,
            _tapped_several,
            _filled("Pollen"),
            _tapped_number,
            _filled("7"),
            _filled("06:45"),
            _tap("On most days"),
            _tap("Continue"),
            _tapped_file,
            _filled("2031-12-30T10:30"),
        ],
        strict=True,
    )
]
