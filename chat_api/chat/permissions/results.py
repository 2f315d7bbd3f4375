"""Permissions to see the results of scripts: values, scores, bands and flags."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from chat_api.chat.choices import Permission
from chat_api.chat.models import UserThread
from chat_api.chat.permissions.threads import ThreadPermission, membership_of_request
from chat_api.settings import chat_settings


def sees_results_of(part: str, *, user: Any, member: UserThread | None, respondent_id: Any) -> bool:
    """Return whether the user, with this membership if any, sees `part` of the results of the respondent's answers.

    `part` is one of those that RESPONDENT_SEES can name; their own results only by that setting.
    """
    if user.pk == respondent_id:
        return part in chat_settings.RESPONDENT_SEES
    return sees_results_of_others(user=user, member=member)


def sees_results_of_others(*, user: Any, member: UserThread | None) -> bool:
    """Return whether the user sees the results of other members: staff, and members with THREAD_CONTROL_OTHERS."""
    is_staff = bool(user.is_authenticated and getattr(user, "is_staff", False))
    return is_staff or (member is not None and member.may(Permission.THREAD_CONTROL_OTHERS))


class ThreadRuns(ThreadPermission):
    """Allow staff and members with THREAD_CONTROL_OTHERS, and with RESPONDENT_SEES members, for their own runs."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester sees results of anybody in the thread."""
        member = membership_of_request(request, view)
        if sees_results_of_others(user=request.user, member=member):
            return True
        return member is not None and bool(chat_settings.RESPONDENT_SEES)
