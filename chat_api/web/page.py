"""The HTML of the template tags `chat_api_client`, and the data in it."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from chat_api import __version__
from chat_api.lib.csrf import csrf_header
from chat_api.notifications.push_keys import application_server_key
from chat_api.web.files import ELEMENTS, MODULE, REGISTER, STYLES, TEXTS, file_url
from chat_api.web.limits import client_limits
from chat_api.web.texts import client_texts
from chat_api.web.urls import PRINT, WORKER, api_url, pages_url, socket_url

#: The id of the element with the JSON.
ELEMENT_ID: Final = "chat-api-client"


def client_tags(request: HttpRequest) -> SafeString:
    """Return the data of `client_data` as a JSON script element, and a link that preloads the module.

    Raises `ImproperlyConfigured` if the URL of the API is not known.
    """
    data = client_data(request)
    return format_html(
        '{}\n<link rel="modulepreload" href="{}">', json_script(data, ELEMENT_ID), data["module"]
    )


def file_tags() -> SafeString:
    """Return the URLs of the files of the client as a JSON script element, for elements without an API."""
    return json_script(_files(), ELEMENT_ID)


def _files() -> dict[str, Any]:
    return {
        "module": file_url(MODULE),
        "elements": file_url(ELEMENTS),
        "register": file_url(REGISTER),
        "styles": file_url(STYLES),
        "texts": {language: file_url(path) for language, path in TEXTS.items()},
    }


def client_data(request: HttpRequest) -> dict[str, Any]:
    """Return what the client starts from, as values that JSON can hold.

    The page must not be cached for other visitors: the data names the user and has their CSRF token, which this call
    makes Django store in the cookie or the session. Raises `ImproperlyConfigured` if the URL of the API is not known.
    """
    user, pages = getattr(request, "user", None), pages_url(request)
    return {
        "api": api_url(request),
        "socket": socket_url(),
        **_files(),
        "vapid": application_server_key(),
        "worker": None if pages is None else f"{pages}{WORKER}",
        "print": None if pages is None else f"{pages}{PRINT}",
        "user": user.pk if user is not None and user.is_authenticated else None,
        "csrf": {"header": csrf_header(), "token": get_token(request)},
        "version": __version__,
        "language": get_language() or settings.LANGUAGE_CODE,
        "strings": client_texts(),
        **client_limits(),
    }
