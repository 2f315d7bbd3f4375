#!/usr/bin/env python
"""Pictures for the documentation: ``python example/screenshots.py [NAME ...]``, all of them without names.

Serves the example with its sample, from a database that is thrown away, and opens its pages in Chromium. The pictures
are in `docs/_static`. Needs ``pip install --group browser``, Debian's packages chromium and fonts-noto, or
CHAT_API_CHROMIUM with the path of another browser.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "docs" / "_static"
CHROMIUM = os.environ.get("CHAT_API_CHROMIUM", "/usr/bin/chromium")
DESKTOP, WINDOW, PHONE = (1280, 800), (960, 680), (390, 780)
#: Bytes of a picture.
LIMIT = 150_000


class Clinic:
    """The pages of the running example, as the people of its sample see them."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base

    def open(self, name: str, path: str, size: tuple[int, int], **options: Any) -> Page:
        """Return a page in a window of its own, signed in."""
        scheme, language = options.pop("scheme", "light"), options.pop("language", "en")
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
            **options,
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": self.base}])
        page = context.new_page()
        page.goto(f"{self.base}/sign-in/")
        # The form of each person has one button.
        page.locator("form", has=page.locator(f"[name=username][value={name}]")).locator("button").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.goto(f"{self.base}{path}")
        return page

    def chat(self, name: str, path: str, title: str, size: tuple[int, int], **options: Any) -> Page:
        """Return a page with a list of conversations, on which the one with the title is open."""
        page = self.open(name, path, size, **options)
        page.locator("dca-threads .row", has_text=title).first.click()
        page.locator("dca-thread [data-message]").first.wait_for()
        settle(page)
        return page


def settle(page: Page) -> None:
    """Wait until pictures, fonts and requests are there, and put the pointer aside."""
    page.wait_for_load_state("load")
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(1500)


def demo(clinic: Clinic) -> Image.Image:
    """Return a doctor's window, and beside it the phone of a patient."""
    doctor = clinic.chat("dora", "/inbox/", "After your operation", DESKTOP)
    patient = clinic.chat("ben", "/messages/", "After your operation", PHONE)
    return side_by_side(shot(doctor), shot(patient))


def thread(clinic: Clinic) -> Image.Image:
    """Return a conversation alone."""
    page = clinic.chat("anna", "/messages/", "Your blood test", DESKTOP)
    return shot(page.locator("dca-thread"))


def thread_phone_dark(clinic: Clinic) -> Image.Image:
    """Return the same on a phone, dark."""
    return shot(clinic.chat("anna", "/messages/", "Your blood test", PHONE, scheme="dark"))


def thread_arabic(clinic: Clinic) -> Image.Image:
    """Return a conversation in Arabic."""
    page = clinic.open("anna", "/tracker/", PHONE, language="ar")
    page.locator("dca-thread [data-message]").first.wait_for()
    settle(page)
    return shot(page)


def inbox(clinic: Clinic) -> Image.Image:
    """Return the conversations of a doctor, with a flag."""
    return shot(clinic.chat("dora", "/inbox/", "After your operation", DESKTOP))


def question(clinic: Clinic) -> Image.Image:
    """Return a question of a script."""
    page = clinic.open("anna", "/tracker/", WINDOW)
    page.locator("dca-thread [data-message]").first.wait_for()
    settle(page)
    return shot(page.locator("dca-thread"))


def survey(clinic: Clinic) -> Image.Image:
    """Return a page of a survey."""
    page = clinic.open("anna", "/survey/", WINDOW)
    page.locator("dca-survey dca-question").first.wait_for()
    settle(page)
    return shot(page)


def survey_done(clinic: Clinic) -> Image.Image:
    """Return a survey that was submitted."""
    page = clinic.open("ben", "/survey/", WINDOW)
    settle(page)
    return shot(page)


def launcher(clinic: Clinic) -> Image.Image:
    """Return the pop-up in the corner of a page."""
    page = clinic.open("anna", "/", WINDOW)
    page.locator("dca-launcher .bubble").click()
    page.locator("dca-launcher .row").first.click()
    page.locator("dca-launcher dca-thread [data-message]").first.wait_for()
    settle(page)
    return shot(page)


def shot(part: Any) -> Image.Image:
    """Return the picture of a page or of an element, and close its window."""
    page: Page = getattr(part, "page", part)
    taken = Image.open(BytesIO(part.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    page.context.close()
    return taken


def side_by_side(window: Image.Image, phone: Image.Image) -> Image.Image:
    """Return the two on one canvas, with round corners and a frame."""
    margin, gap = 32, 32
    width = window.width + phone.width + gap + 2 * margin
    canvas = Image.new("RGB", (width, max(window.height, phone.height) + 2 * margin), "#dfe5ec")
    for picture, left in ((window, margin), (phone, margin + window.width + gap)):
        mask = Image.new("L", picture.size)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, picture.width - 1, picture.height - 1), 16, fill=255)
        canvas.paste(picture, (left, (canvas.height - picture.height) // 2), mask)
    return canvas


PICTURES: dict[str, Callable[[Clinic], Image.Image]] = {
    "demo": demo,
    "elements/thread": thread,
    "elements/thread-phone-dark": thread_phone_dark,
    "elements/thread-arabic": thread_arabic,
    "elements/inbox": inbox,
    "elements/question": question,
    "elements/survey": survey,
    "elements/survey-done": survey_done,
    "elements/launcher": launcher,
}


def save(picture: Image.Image, path: Path) -> None:
    """Save a picture with 256 colors. Raise `SystemExit` if it is too large for a repository."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {picture.width} x {picture.height}, {size} bytes")
    if size > LIMIT:
        raise SystemExit(f"{path} is larger than {LIMIT} bytes")


@contextmanager
def served() -> Iterator[str]:
    """Serve the example during the block, and yield its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TemporaryDirectory(prefix="clinic-") as place:
        dropped = ("REDIS_URL", "AMQP_URL", "DJANGO_SETTINGS_MODULE")
        kept = {key: value for key, value in os.environ.items() if key not in dropped}
        env = {**kept, "CLINIC_DATABASE": f"{place}/clinic.sqlite3", "CLINIC_MEDIA": f"{place}/media"}
        command = [sys.executable, str(ROOT / "example" / "manage.py"), "demo", "--port", str(port)]
        server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 120
            while not is_open(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("The example does not start; try: make demo")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def is_open(port: int) -> bool:
    """Return whether something accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main(names: list[str]) -> None:
    """Take the pictures."""
    with served() as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        clinic = Clinic(browser, base)
        for name in names or PICTURES:
            save(PICTURES[name](clinic), STATIC / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
