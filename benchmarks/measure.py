"""Timing calls in turn, so that a machine that slows down slows all of them."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds over `runs` calls."""

    median: float
    p95: float
    runs: int

    @classmethod
    def of(cls, seconds: list[float]) -> Timing:
        """Sum up what was measured."""
        ordered = sorted(seconds)
        p95 = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
        return cls(1000 * statistics.median(ordered), 1000 * p95, len(ordered))


def in_turn(
    calls: Mapping[str, Call], *, runs: int, prepare: Mapping[str, Call] | None = None, warm_up: int = 5
) -> dict[str, Timing]:
    """Call each of `calls` in turn, `runs` times, and give the timing of each.

    `prepare` has calls that are made before those of the same name, and are not timed.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(-warm_up, runs):
        for name, call in calls.items():
            if prepare and name in prepare:
                prepare[name]()
            gc.collect(0)
            start = time.perf_counter()
            call()
            spent = time.perf_counter() - start
            if number >= 0:
                seconds[name].append(spent)
    return {name: Timing.of(spent) for name, spent in seconds.items()}
