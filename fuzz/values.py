"""Values that nobody expects, made and changed by a random number generator that a seed repeats."""

from __future__ import annotations

import copy
from random import Random
from typing import Any, Final

TEXTS: Final = (
    "",
    " ",
    "0",
    "-1",
    "NaN",
    "1e999",
    "null",
    "true",
    "__proto__",
    "../../etc",
    "{{ user.first_name }}",
    '{{ answers.q3|fallback:"x" }}',
    "{{{{",
    "%s%d",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e\u0301\u200d",
    "<b>&amp;</b>",
    "1' OR '1'='1",
    "x" * 3000,
    "２０２６-１１-２８",
    "٣٦٫٦",
    "36,6",
    "2024-02-30",
    "24:00",
    "0001-01-01T00:00:00+14:00",
)
NUMBERS: Final = (
    0,
    1,
    -1,
    2,
    255,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**63,
    10**30,
    0.1,
    -0.0,
    1e308,
    float("inf"),
    float("nan"),
)


class Values:
    """A generator of values that a seed repeats."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def text(self) -> str:
        """Return a text: a known trap, or characters at random."""
        if self.random.random() < 0.6:
            return self.random.choice(TEXTS)
        return "".join(chr(self._character()) for _ in range(self.random.randrange(40)))

    def json(self, depth: int = 3) -> Any:
        """Return a value that JSON can hold, or that Python's JSON holds in addition."""
        kind = self.random.randrange(7 if depth else 5)
        if kind == 0:
            return None
        if kind == 1:
            return self.random.random() < 0.5
        if kind == 2:
            return self.random.choice(NUMBERS)
        if kind in (3, 4):
            return self.text()
        inside = [self.json(depth - 1) for _ in range(self.random.randrange(5))]
        return inside if kind == 5 else {self.text(): value for value in inside}

    def mutated(self, document: Any, changes: int = 3) -> Any:
        """Return a copy of the document in which a few places are others, doubled, or gone."""
        whole = copy.deepcopy(document)
        for _ in range(1 + self.random.randrange(changes)):
            places = list(_places(whole))
            if not places:
                return self.json()
            holder, key = self.random.choice(places)
            self._change(holder, key)
        return whole

    def torn(self, text: str) -> str:
        """Return the text with pieces cut out, doubled, or replaced."""
        for _ in range(1 + self.random.randrange(4)):
            start = self.random.randrange(len(text) + 1)
            end = min(len(text), start + self.random.randrange(30))
            piece = self.random.choice(("", text[start:end] * 2, self.text()))
            text = text[:start] + piece + text[end:]
        return text

    def _change(self, holder: Any, key: Any) -> None:
        kind = self.random.randrange(6)
        if kind == 0:
            del holder[key]
        elif kind == 1 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif kind == 1:
            holder[self.text()] = copy.deepcopy(holder[key])
        elif kind == 2 and isinstance(holder[key], int):
            holder[key] += self.random.choice((-1, 1))
        else:
            holder[key] = self.json()

    def _character(self) -> int:
        top = self.random.choice((0x7F, 0x2FF, 0xFFFF, 0x10FFFF))
        return self.random.randrange(top + 1)


def _places(document: Any) -> Any:
    """Yield every place inside the document, as what holds it and its key there."""
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            keys: Any = list(holder)
        elif isinstance(holder, list):
            keys = range(len(holder))
        else:
            continue
        for key in keys:
            yield holder, key
            waiting.append(holder[key])
