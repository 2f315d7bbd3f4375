"""The URLs of the hosted page: include them under a prefix that ends with a slash."""

from django.urls import path

from chat_api.lib.rest.url_converters import ID
from chat_api.web.printing import ThreadPrintView
from chat_api.web.urls import PRINT, WORKER
from chat_api.web.views import ClientPageView, ClientWorkerView

urlpatterns = [
    path("", ClientPageView.as_view(), name="chat-client"),
    path(WORKER, ClientWorkerView.as_view(), name="chat-client-worker"),
    path(f"{PRINT}<{ID}:thread_id>", ThreadPrintView.as_view(), name="chat-client-print"),
]
