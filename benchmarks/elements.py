"""Our element for a thread, in a browser: ``python -m benchmarks.elements``.

Beside it, in turn, the element of the public package django-chat-ui, which is installed from PyPI into a folder that is
deleted afterwards. Both are served by uvicorn from PostgreSQL, and the processor of the page is slowed down to a
quarter. Three things are measured, each several times; the medians are compared:

* opening: from the navigation, with an empty cache, until the last of 50 messages is in sight and the field for the
  text takes the focus;
* arriving: another person has really sent 100 messages, one after another, and what the servers sent to the page was
  held back: a frame of our socket for each, a response to `/sync` for each. The page then gets one after another, the
  next when the one before is in the document, until the last one is in sight. So neither the servers nor the pause
  between two polls of the other package counts;
* typing: the longest task of the page while 30 characters are typed in a thread with 5,000 loaded messages, beside one
  with 50; only ours.

Only ratios are compared with their limits, because milliseconds depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.elements_browser import Browser, browser
from benchmarks.elements_hosts import Site, other_site, our_site


@dataclass
class Row:
    """Milliseconds of two sides; the first may be at most `limit` times the second."""

    name: str
    sides: tuple[str, str]
    limit: float
    first: list[float] = field(default_factory=list)
    second: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The ratio of the medians."""
        return statistics.median(self.first) / statistics.median(self.second)

    @property
    def is_met(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.ratio <= self.limit

    def __str__(self) -> str:
        """Return the line of the table."""
        values = "".join(f"{name + ':':>16} {statistics.median(side):>8.1f}" for name, side in self._named())
        missed = "" if self.is_met else "  above the limit"
        return f"  {self.name:<10}{values}{self.ratio:>9.2f}{self.limit:>7.2f}{missed}"

    def _named(self) -> list[tuple[str, list[float]]]:
        return list(zip(self.sides, (self.first, self.second), strict=True))


def measure(page: Browser, ours: Site, other: Site, rounds: int) -> list[Row]:
    """Return the rows of the table."""
    sides = (ours.name, other.name)
    opening, arriving = Row("opening", sides, 1.0), Row("arriving", sides, 1.0)
    typing = Row("typing", ("5,000 messages", "50 messages"), 1.5)

    def append(site: Site, thread: int) -> float:
        page.open(site, thread)
        return page.append(site, thread)

    # One after another: what the browser did for a page with thousands of messages slows the next ones down.
    _in_turn(opening, (ours, other), rounds, page.open)
    _in_turn(arriving, (ours, other), rounds, append)
    for _ in range(rounds):
        typing.first.append(page.type(ours, ours.many))
        typing.second.append(page.type(ours, ours.few))
    return [opening, arriving, typing]


def _in_turn(row: Row, sites: tuple[Site, Site], rounds: int, time: Callable[[Site, int], float]) -> None:
    """Fill the row with the times of both sites, of which each begins every other round.

    The first round is not counted: it warms the servers up.
    """
    turns = list(zip(sites, (row.first, row.second), strict=True))
    for number in range(-1, rounds):
        for site, times in turns if number % 2 else turns[::-1]:
            taken = time(site, site.threads[number])
            if number >= 0:
                times.append(taken)


def main() -> int:
    """Print the table; return 1 if a ratio is above its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.elements", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of which the median is taken (5)")
    rounds = parser.parse_args().rounds
    suffix = os.environ.get("CHAT_API_TEST_DB_SUFFIX", "")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.elements_settings",
        "CHAT_API_CHAOS_DATABASE": f"chat_api_elements{suffix}",
        # The driver of the browser keeps an event loop running in this thread, which Django takes for a coroutine.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    with tempfile.TemporaryDirectory(prefix="chat-api-elements-") as name:
        folders = [Path(name, side) for side in ("ours", "other")]
        for folder in folders:
            folder.mkdir()
        # One more than is counted.
        with (
            our_site(folders[0], rounds + 1) as ours,
            other_site(folders[1], rounds + 1) as other,
            browser() as page,
        ):
            rows = measure(page, ours, other, rounds)
    print("  medians in milliseconds, at a quarter of the speed of this machine" + " " * 9 + "ratio  limit")
    for row in rows:
        print(row)
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
