"""The nearest known name to one that nothing has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

#: The nearest name is looked for this often in a schema, among so many names.
_SUGGESTIONS_MAX: Final = 20
_CANDIDATES_MAX: Final = 2_000


@dataclass(slots=True)
class Spelling:
    """Looks for names that are spelled alike, a bounded number of times."""

    _left: int = _SUGGESTIONS_MAX

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """Return the known name that is spelled most like this one; empty without one."""
        if self._left <= 0:
            return ""
        self._left -= 1
        candidates = {each.casefold(): each for each in list(known)[:_CANDIDATES_MAX]}
        found = get_close_matches(name.casefold()[:100], candidates, n=1)
        return candidates[found[0]] if found else ""
