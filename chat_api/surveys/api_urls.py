"""The surveys' addresses; they stand alone under any prefix."""

from django.urls import path

from chat_api.lib.paths import ID, USER
from chat_api.surveys import api, item_api
from chat_api.surveys.attachments_api import attachment_urlpatterns

urlpatterns = [
    *attachment_urlpatterns,
    path(f"accounts/<{USER}:user_id>/surveys", api.AccountSurveysView.as_view(), name="account-surveys-list"),
    path("surveys", api.AllSurveysView.as_view(), name="surveys-list"),
    path(f"surveys/<{ID}:pk>", api.SurveyDetailView.as_view(), name="survey-details"),
    path(f"surveys/<{ID}:pk>/submit", api.SurveySubmitView.as_view(), name="survey-submit"),
    path(f"surveys/<{ID}:survey_id>/items", item_api.SurveyItemsView.as_view(), name="survey-items-list"),
    path(
        f"surveys/<{ID}:survey_id>/items/<{ID}:pk>",
        item_api.SurveyItemDetailView.as_view(),
        name="survey-item-details",
    ),
]
