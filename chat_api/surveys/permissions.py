"""Permission classes of surveys. Each is the default of a setting, see `chat_api.settings`."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from chat_api.settings import chat_settings
from chat_api.surveys.models import Survey


class SurveysListByUserID(BasePermission):
    """The surveys of an account: permitted to the user of the account."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the path names the requester."""
        return bool(request.user.is_authenticated) and request.user.pk == view.kwargs["user_id"]


class SurveysGlobalList(IsAuthenticated):
    """The list of all surveys, for users who are signed in; SURVEYS_GLOBAL_LIST_ALL decides which surveys they see."""


class SurveyObject(IsAuthenticated):
    """One survey: permitted to its owner. A survey of another user is 403, a missing one 404."""

    def has_object_permission(self, request: Request, view: Any, obj: Survey) -> bool:
        """Return whether the requester owns the survey."""
        return obj.user_id == request.user.pk


class SurveySubmit(SurveyObject):
    """Submitting a survey: permitted to its owner, like the survey itself."""


class SurveyResults(IsAuthenticated):
    """The results of a survey: permitted to staff, and to its owner only as far as RESPONDENT_SEES says."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester may be somebody who sees results."""
        if not super().has_permission(request, view):
            return False
        return bool(getattr(request.user, "is_staff", False)) or bool(chat_settings.RESPONDENT_SEES)

    def has_object_permission(self, request: Request, view: Any, obj: Survey) -> bool:
        """Return whether the survey is somebody else's and the requester is staff, or the owner sees parts of it."""
        if obj.user_id == request.user.pk:
            return bool(chat_settings.RESPONDENT_SEES)
        return bool(getattr(request.user, "is_staff", False))


class OwnSurvey(IsAuthenticated):
    """Everything under a survey: permitted to its owner. A missing survey is 403, like that of another user."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester owns the survey that the path names."""
        if not super().has_permission(request, view):
            return False
        survey = view.find_survey()
        return survey is not None and survey.user_id == request.user.pk


class SurveyItemsListBySurveyID(OwnSurvey):
    """The items of a survey."""


class SurveyItemObjectBySurveyID(OwnSurvey):
    """One item of a survey."""


class SurveyInstancesBySurveyID(OwnSurvey):
    """The instances of the repeated groups of a survey."""


class SurveyAttachmentListByItemID(OwnSurvey):
    """The attachments of an item."""


class SurveyAttachmentObjectByItemID(OwnSurvey):
    """One attachment of an item."""
