"""The user of a request, and the errors of requests without one or with one that the client does not act for.

With `SessionAuthentication` first, DRF responds 403 to all of them, and to users without a permission. The codes
distinguish them: sign in again, fetch the CSRF token again, stop acting for this account, or none of these.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db import DataError
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.lib.db.storable import is_storable
from chat_api.lib.named_account import ACCOUNT, is_other_account
from chat_api.lib.rest.errors import coded

logger = logging.getLogger("chat_api.views")

NOT_AUTHENTICATED: Final = "NOT_AUTHENTICATED"
CSRF_FAILED: Final = "CSRF_FAILED"
OTHER_ACCOUNT: Final = "OTHER_ACCOUNT"
#: How DRF's text begins, in every language; its exception says no more than that it is a 403.
_CSRF_TEXT: Final = "CSRF Failed: "


class CSRFFailed(exceptions.PermissionDenied):
    """The session's request lacks a valid CSRF token, or comes from an origin that is not trusted."""


class OtherAccount(exceptions.APIException):
    """The request names another account than that of the signed-in user; nothing was read or written for it."""

    status_code = status.HTTP_403_FORBIDDEN

    def __init__(self) -> None:
        self.detail = coded(
            "The request is for another account than the one that is signed in.", OTHER_ACCOUNT
        )


def authenticate(request: Request) -> None:
    """Authenticate the request; without credentials, the user is anonymous, even if UNAUTHENTICATED_USER is None.

    A session key that no database can store counts as none. Raise `AuthenticationFailed` where other credentials
    have characters that the database rejects, and `CSRFFailed`.
    """
    session: Any = getattr(request._request, "session", None)
    session_key = getattr(session, "session_key", None)
    if session_key and not is_storable(str(session_key)):
        request._request.session = type(session)()
    try:
        user = request.user
    except exceptions.PermissionDenied as error:
        if str(error.detail).startswith(_CSRF_TEXT):
            raise CSRFFailed(error.detail) from error
        raise
    except (ValueError, DataError) as error:
        logger.info("Credentials could not be looked up", exc_info=True)
        raise exceptions.AuthenticationFailed from error
    if user is None:
        request.user = AnonymousUser()


def refuse_other_account(request: Request) -> None:
    """Raise `OtherAccount` if an authenticated request names another account.

    Raise `NotAuthenticated` if an anonymous one names any: it must not read as a visitor what it asks for as a user.
    Views without authentication ignore the parameter.
    """
    given = request.query_params.getlist(ACCOUNT)
    if not given or not request.authenticators:
        return
    if not getattr(request.user, "is_authenticated", False):
        raise exceptions.NotAuthenticated
    if is_other_account(given, request.user):
        raise OtherAccount


def add_code(response: Response, error: Exception) -> None:
    """Add the stable code of `error`, if it has one, to a body with DRF's `detail`.

    The exception stays DRF's own for the host's handler. A code of the host's, and a body of another shape, stay as
    they are.
    """
    code, body = _code_of(error), getattr(response, "data", None)
    if code and isinstance(body, dict) and "detail" in body and "code" not in body:
        response.data = {**body, "code": code}


def _code_of(error: Exception) -> str | None:
    if isinstance(error, CSRFFailed):
        return CSRF_FAILED
    is_unknown = isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed)
    return NOT_AUTHENTICATED if is_unknown else None
