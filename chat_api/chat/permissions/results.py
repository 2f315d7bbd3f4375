"""Permissions to see the results of scripts: values, scores, bands and flags."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from chat_api.chat import selectors
from chat_api.chat.choices import Permission
from chat_api.chat.models import UserThread
from chat_api.chat.permissions.threads import ThreadPermission, membership_of_request
from chat_api.raised_flags.models import Flag
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


def open_flags_visible_to(*, user: Any) -> QuerySet[Flag]:
    """Return the flags of runs that are raised and not cleared, in all threads, that `sees_results_of` shows."""
    own = Q(run__user_thread__user_id=user.pk)
    visible = ~own
    if not sees_results_of_others(user=user, member=None):
        memberships = UserThread.objects.filter(user_id=user.pk)
        controlled = selectors.with_permission(memberships, Permission.THREAD_CONTROL_OTHERS)
        visible &= Q(run__user_thread__thread_id__in=controlled.values("thread_id"))
    if "flags" in chat_settings.RESPONDENT_SEES:
        visible |= own
    return Flag.objects.filter(visible, cleared=None, run__isnull=False)


class ThreadAssignment(ThreadPermission):
    """Allow staff, and members with THREAD_CONTROL_OTHERS."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester can decide who looks after the thread: as they can see its results."""
        return sees_results_of_others(user=request.user, member=membership_of_request(request, view))


class ThreadRuns(ThreadPermission):
    """Allow staff and members with THREAD_CONTROL_OTHERS, and with RESPONDENT_SEES members, for their own runs."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester sees results of anybody in the thread."""
        member = membership_of_request(request, view)
        if sees_results_of_others(user=request.user, member=member):
            return True
        return member is not None and bool(chat_settings.RESPONDENT_SEES)
