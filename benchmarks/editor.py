"""The time until the script editor can be used: ``python -m benchmarks.editor``.

Opens scripts of 100 and of 1,000 questions, each with five answers, in Chromium, by turns. Prints as JSON the median
milliseconds from the request until all cards are there, and their ratio, which is to be at most 4.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.docs.browsing import Clinic, browser

_SIZES: Final = (100, 1000)
_AIM: Final = 4
_WAIT_MS: Final = 120_000


def script(size: int) -> dict[str, Any]:
    """Return a document with that many questions."""
    answers = [{"text": f"Answer {number}", "weight": number} for number in range(1, 6)]
    questions = [
        {"qid": qid, "type": "choice", "text": f"Question {qid}?", "answers": answers}
        for qid in range(1, size + 1)
    ]
    return {"name": f"script-{size}", "type": "survey", "questions": questions}


def measure(runs: int) -> dict[str, Any]:
    """Return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        clinic = Clinic(Path(folder))
        clinic.start()
        try:
            return _measured(clinic, Path(folder), runs)
        finally:
            clinic.stop()


def _measured(clinic: Clinic, folder: Path, runs: int) -> dict[str, Any]:
    for size in _SIZES:
        path = folder / f"{size}.json"
        path.write_text(json.dumps(script(size)))
        clinic.manage("load_schema", str(path))
    with browser() as driven:
        page = driven.new_page()
        page.set_default_timeout(_WAIT_MS)
        page.goto(f"{clinic.base}/admin/chat_api/schema/")
        page.get_by_label("Username").fill("admin")
        page.get_by_label("Password").fill("demo")
        page.get_by_role("button", name="Log in").click()
        rows = page.locator("#result_list tbody th a")
        page.wait_for_url("**/schema/")
        rows.first.wait_for()
        links = {row.inner_text(): row.get_attribute("href") for row in rows.all()}
        urls = {size: _script_url(clinic, links[f"script-{size}"]) for size in _SIZES}
        found: dict[int, list[float]] = {size: [] for size in _SIZES}
        for _ in range(runs):
            for size, url in urls.items():
                found[size].append(_opened(page, url, size))
    medians = {size: statistics.median(times) for size, times in found.items()}
    few, many = _SIZES
    return {
        "opening_ms": {str(size): round(ms) for size, ms in medians.items()},
        "ratio": round(medians[many] / medians[few], 2),
        "aim": _AIM,
    }


def _script_url(clinic: Clinic, change_url: str | None) -> str:
    assert change_url is not None
    return clinic.base + change_url.replace("/change/", "/script/")


def _opened(page: Any, url: str, size: int) -> float:
    """Return the milliseconds until all cards of the script are there."""
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function("size => document.querySelectorAll('script-card').length === size", arg=size)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    print(json.dumps(measure(parser.parse_args().runs)))
