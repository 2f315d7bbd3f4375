"""URLs of surveys; they can be included alone, under any prefix."""

from django.urls import path

from chat_api.lib.rest.url_converters import ID, USER
from chat_api.surveys.api import instances, items, survey_results, surveys
from chat_api.surveys.api.attachments import attachment_urlpatterns

urlpatterns = [
    *attachment_urlpatterns,
    path(
        f"accounts/<{USER}:user_id>/surveys",
        surveys.AccountSurveysView.as_view(),
        name="account-surveys-list",
    ),
    path("surveys", surveys.AllSurveysView.as_view(), name="surveys-list"),
    path(f"surveys/<{ID}:pk>", surveys.SurveyDetailView.as_view(), name="survey-details"),
    path(f"surveys/<{ID}:pk>/submit", surveys.SurveySubmitView.as_view(), name="survey-submit"),
    path(f"surveys/<{ID}:pk>/results", survey_results.SurveyResultsView.as_view(), name="survey-results"),
    path(
        f"surveys/<{ID}:survey_id>/groups/<{ID}:group_id>/instances",
        instances.SurveyInstancesView.as_view(),
        name="survey-instances-list",
    ),
    path(
        f"surveys/<{ID}:survey_id>/groups/<{ID}:group_id>/instances/<{ID}:number>",
        instances.SurveyInstanceView.as_view(),
        name="survey-instance-details",
    ),
    path(f"surveys/<{ID}:survey_id>/items", items.SurveyItemsView.as_view(), name="survey-items-list"),
    path(
        f"surveys/<{ID}:survey_id>/items/<{ID}:pk>",
        items.SurveyItemDetailView.as_view(),
        name="survey-item-details",
    ),
]
