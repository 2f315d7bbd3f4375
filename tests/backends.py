"""Authentication in a host whose accounts have a replica."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend

from chat_api.lib.db.managers import accounts


class PrimaryBackend(ModelBackend):
    """Reads accounts from the primary database, which has new ones at once."""

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **kwargs: Any) -> Any:
        """Return the user with that name and password."""
        user = accounts().filter(**{get_user_model().USERNAME_FIELD: username}).first()
        return user if user is not None and user.check_password(password) else None

    def get_user(self, user_id: Any) -> Any:
        """Return the user of a session."""
        return accounts().filter(pk=user_id).first()
