"""The request that the host's code gets outside of HTTP requests: in sockets, tasks and scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import get_script_prefix
from rest_framework.request import Request

from chat_api.settings import chat_settings


class _BackgroundHttpRequest(HttpRequest):
    """A GET request that no client sent. Its host is that of NOTIFICATION_BASE_URL: no header could be trusted."""

    def __init__(self, viewer: Any) -> None:
        super().__init__()
        self._viewer = viewer
        self.names_user = False
        base = urlsplit(str(chat_settings.NOTIFICATION_BASE_URL or ""))
        self._base_scheme, self._base_host = base.scheme, base.netloc
        prefix = get_script_prefix()
        self.method, self.path, self.path_info = "GET", prefix, "/"
        self.session: Any = {}
        self.META = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": prefix.rstrip("/"),
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "SERVER_NAME": base.hostname or "localhost",
            "SERVER_PORT": str(base.port or (443 if base.scheme == "https" else 80)),
            "HTTP_HOST": base.netloc or "localhost",
            "REMOTE_ADDR": "",
        }

    @property
    def user(self) -> Any:
        """Return the user."""
        self.names_user = True
        return self._viewer

    @user.setter
    def user(self, user: Any) -> None:
        self._viewer = user

    def _get_scheme(self) -> str:
        return self._base_scheme or "http"

    def get_host(self) -> str:
        """Return the host of NOTIFICATION_BASE_URL; `localhost` without one."""
        return self._base_host or "localhost"

    def build_absolute_uri(self, location: str | None = None) -> str:
        """Return the URL with the host of NOTIFICATION_BASE_URL; without one, the path as it is."""
        if not self._base_host:
            return self.path if location is None else location
        return super().build_absolute_uri(location)


class BackgroundRequest(Request):
    """A DRF request by `user`, the viewer; it behaves like a request without a body."""

    _request: _BackgroundHttpRequest

    def __init__(self, user: Any) -> None:
        super().__init__(_BackgroundHttpRequest(user))
        self.auth = None
        # Without it, DRF would run the authentication classes.
        self._authenticator = None

    @property
    def user(self) -> Any:
        """Return the user."""
        return self._request.user

    @user.setter
    def user(self, user: Any) -> None:
        self._request.user = user

    @property
    def names_user(self) -> bool:
        """Whether `user` has been read: a result that was built without reading it is the same for every viewer."""
        return self._request.names_user
