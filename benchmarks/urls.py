"""The URLs of the library, and those of the bare views."""

from django.urls import include, path

from benchmarks import floors

urlpatterns = [
    path("api/", include("chat_api.api_urls")),
    path("floor/threads/<int:thread_id>/messages", floors.StoreOneRow.as_view()),
    path("floor/threads/<int:thread_id>/list", floors.ListMessages.as_view()),
    path("floor/threads", floors.ListThreads.as_view()),
    path("floor/surveys/<int:survey_id>/items", floors.ListItems.as_view()),
    path("floor/surveys/<int:survey_id>/items/<int:pk>", floors.ReadItem.as_view()),
    path("floor/ready/<str:name>", floors.AnswerReady.as_view()),
]
