"""Who may do what with surveys. Each class is the default of a setting, see `chat_api.settings`."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from chat_api.surveys.models import Survey


class SurveysListByUserID(BasePermission):
    """The account's surveys: the user himself."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the path names the requester."""
        return bool(request.user.is_authenticated) and request.user.pk == view.kwargs["user_id"]


class SurveysGlobalList(IsAuthenticated):
    """All surveys in one list: anyone signed in; which ones he sees is SURVEYS_GLOBAL_LIST_ALL's matter."""


class SurveyObject(IsAuthenticated):
    """One survey: its owner. Another's is refused, a missing one is not found."""

    def has_object_permission(self, request: Request, view: Any, obj: Survey) -> bool:
        """Say whether the survey is the requester's."""
        return obj.user_id == request.user.pk


class SurveySubmit(SurveyObject):
    """Submitting a survey: its owner, as for the survey itself."""


class OwnSurvey(IsAuthenticated):
    """What is under a survey: its owner. A missing survey is refused like another's."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the survey that the path names is the requester's."""
        if not super().has_permission(request, view):
            return False
        survey = view.find_survey()
        return survey is not None and survey.user_id == request.user.pk


class SurveyItemsListBySurveyID(OwnSurvey):
    """A survey's items."""


class SurveyItemObjectBySurveyID(OwnSurvey):
    """One item of a survey."""


class SurveyAttachmentListByItemID(OwnSurvey):
    """The attachments of a survey's item."""


class SurveyAttachmentObjectByItemID(OwnSurvey):
    """One attachment of a survey's item."""
