"""The clinic's URLs: its pages, the app under /api/, its documentation, sign-in and the admin."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from clinic.pages import administration, doctor, everybody, patient
from clinic.pages.signing import SignIn

urlpatterns = [
    path("", everybody.home, name="home"),
    # Browsers ask for it on pages that name no icon.
    path("favicon.ico", RedirectView.as_view(url=static("clinic/icon.svg"))),
    path("minimal/", everybody.minimal, name="minimal"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    # The switch of languages, which Django provides.
    path("i18n/", include("django.conf.urls.i18n")),
    path("messages/", patient.messages, name="messages"),
    path("tracker/", patient.tracker, name="tracker"),
    path("survey/", patient.survey, name="survey"),
    path("survey/new/", patient.new_survey, name="new-survey"),
    path("inbox/", doctor.inbox, name="inbox"),
    path("patients/", doctor.patients, name="patients"),
    path("patients/<int:patient_id>/write/", doctor.write, name="write"),
    path("trackers/", doctor.trackers, name="trackers"),
    path("administration/", administration.questionnaires, name="administration"),
    path("reception/", administration.reception, name="reception"),
    # The page that comes with the app, the service worker of push messages, and transcripts for printing.
    path("chat/", include("chat_api.client_urls")),
    path("api/", include("chat_api.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api-auth/", include("rest_framework.urls")),
    path("admin/", admin.site.urls),
]
