"""Rate limits of views."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from chat_api.settings import chat_settings


class ScopeThrottle(ScopedRateThrottle):
    """Rate limits by scope, with the rates of CHAT_SETTINGS["THROTTLE_RATES"]."""

    def get_rate(self) -> str | None:
        """Return the rate of this view's scope; None means no limit."""
        rate = chat_settings.THROTTLE_RATES.get(self.scope)
        return None if rate is None else str(rate)

    def allow_request(self, request: Request, view: Any) -> bool:
        """Return whether the request is within the view's rate."""
        self.scope = view.chat_throttle_scope
        rate = self.get_rate()
        if rate is None:
            return True
        self.rate = rate
        self.num_requests, self.duration = self.parse_rate(rate)
        return super(ScopedRateThrottle, self).allow_request(request, view)
