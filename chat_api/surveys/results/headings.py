"""The headings of tables of surveys beside those of questions and results."""

from __future__ import annotations

from typing import Any, Final

#: The headings before those of the questions.
ABOUT: Final = ("survey id", "user id", "created", "updated", "completed")
#: One more with several versions.
VERSION: Final = "version"
#: The headings after those of the questions. `hidden answers` holds the answered questions that are hidden: their
#: answers do not count.
AFTER: Final = ("submitted", "hidden answers")
#: The headings of an instance of a repeated group.
ABOUT_INSTANCE: Final = (*ABOUT[:2], "instance")


def owner_key(user_id: Any) -> int | str:
    """Return a user's id; hosts may have keys of any type."""
    return user_id if isinstance(user_id, int) else str(user_id)
