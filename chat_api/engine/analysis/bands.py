"""Checks of the bands of scores: a number has one meaning, and each number between the first and the last has one."""

from __future__ import annotations

import math
from collections.abc import Iterator

from chat_api.engine.analysis.style_warnings import Row
from chat_api.engine.analysis.typed_values import TypedValues
from chat_api.engine.script import Band, Score


def check_bands(values: TypedValues) -> Iterator[Row]:
    """Yield a warning for each pair of bands that overlap or leave a gap."""
    for score in values.logic.script.scores:
        found = values.score(score.name)
        # Between 4 and 5 nothing is missing where the score is a whole number.
        is_whole = found.is_whole and found.number is not None
        for band, following in zip(score.bands, score.bands[1:], strict=False):
            yield from _between(score, band, following, is_whole=is_whole)


def _between(score: Score, band: Band, following: Band, *, is_whole: bool) -> Iterator[Row]:
    where = f'of score "{score.name}"'
    if band.low == following.low or band.high > following.low:
        text = f"Two bands {where} overlap: {_shown(band)} and {_shown(following)}."
        hint = f"From {following.low:g} on, only the second one counts. Correct its from, or the to of the first."
        yield "overlapping_bands", None, text, hint, "warning"
        return
    next_whole = math.floor(band.high) + 1
    has_gap = next_whole < following.low if is_whole else band.high < following.low
    if has_gap:
        text = f"Two bands {where} leave a gap: {_shown(band)} and {_shown(following)}."
        hint = f"Up to {following.low:g} the first one counts. Let the bands touch."
        yield "band_gap", None, text, hint, "warning"


def _shown(band: Band) -> str:
    label = f' "{band.label}"' if band.label else ""
    return f"{band.low:g} to {band.high:g}{label}"
