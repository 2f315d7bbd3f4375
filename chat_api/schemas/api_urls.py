"""The URLs of schemas, for any prefix; a segment that is not a number is a type."""

from django.urls import path

from chat_api.attachments.links import VIEW_NAME
from chat_api.lib.rest.url_converters import ID, WORD
from chat_api.schemas import api
from chat_api.schemas.models import AttachmentTemplate

urlpatterns = [
    path(
        f"attachments/{AttachmentTemplate.file_kind}/<{ID}:pk>/file",
        api.TemplateFileView.as_view(),
        {"kind": AttachmentTemplate.file_kind},
        name=VIEW_NAME,
    ),
    path(f"schemas/<{ID}:pk>", api.SchemaDetailView.as_view(), name="schema-details"),
    path(f"schemas/<{WORD}:type>", api.SchemasView.as_view(), name="schemas-list"),
]
