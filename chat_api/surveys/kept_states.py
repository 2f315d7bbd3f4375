"""States of surveys that this process keeps, so that the next change of a survey continues the last one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from chat_api.settings import chat_settings
from chat_api.surveys.answers import Kept

#: The database and the id of a survey.
Key = tuple[str, int]


class KeptStates:
    """The newest states, together of at most SURVEY_STATE_QUESTIONS_KEPT questions; may be used by several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, tuple[int, int, Kept]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def take(self, key: Key, version: int) -> Kept | None:
        """Remove and return the state of a survey; None if it is not kept, or of another version."""
        with self._lock:
            found = self._pop(key)
        return found[2] if found is not None and found[0] == version else None

    def put(self, key: Key, version: int, kept: Kept) -> None:
        """Keep a state in place of the survey's earlier one, and drop those that have not been used for longest."""
        most, size = chat_settings.SURVEY_STATE_QUESTIONS_KEPT, kept.size
        with self._lock:
            self._pop(key)
            self._kept[key] = version, size, kept
            self._size += size
            while self._size > most:
                self._pop(next(iter(self._kept)))

    def clear(self) -> None:
        """Drop all states."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _pop(self, key: Key) -> tuple[int, int, Kept] | None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._size -= found[1]
        return found


#: Those of this process.
STATES: Final = KeptStates()
