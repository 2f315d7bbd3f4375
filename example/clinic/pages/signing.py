"""Signing in, by a card for each person or by name and password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView

from clinic.people import PASSWORD, PEOPLE


class SignIn(LoginView):
    """The page of visitors who are not signed in."""

    template_name = "clinic/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context, with the people and the password that they share."""
        return super().get_context_data(people=PEOPLE, shared_password=PASSWORD, **kwargs)
