"""Tokens that expire: `Authorization: Bearer <token>`."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


def token_of(user: Any, *, seconds: float) -> str:
    """Return a token that ends with the password of the user, or after so many seconds."""
    return signing.dumps([user.pk, user.password[-8:], time.time() + seconds])


class BearerAuthentication(BaseAuthentication):
    """The user of a token of `token_of`."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the user; None without a token. Raises `AuthenticationFailed`."""
        scheme, _, token = get_authorization_header(request).decode("ascii", "replace").partition(" ")
        if scheme != "Bearer":
            return None
        try:
            key, password, expires = signing.loads(token)
            user = get_user_model().objects.get(pk=key)
        except (signing.BadSignature, get_user_model().DoesNotExist):
            raise AuthenticationFailed from None
        if expires < time.time() or user.password[-8:] != password:
            raise AuthenticationFailed
        return user, None

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme, so that a refusal has the status 401."""
        return "Bearer"
