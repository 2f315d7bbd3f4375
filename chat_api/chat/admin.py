"""The admin of threads: for looking, not for writing into conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chat_api.chat.choices import TRANSPORT_FLAGS
from chat_api.chat.models import Attachment, Message, Thread, UnreadMessage, UserThread
from chat_api.notifications.models import NotificationDelivery

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AttachmentTable = admin.TabularInline[Attachment, Message]
    UnreadTable = admin.TabularInline[UnreadMessage, Message]
else:
    AnyAdmin, AttachmentTable, UnreadTable = admin.ModelAdmin, admin.TabularInline, admin.TabularInline


_UNREAD_SHOWN: Final = 100


class ReadOnlyAdmin(AnyAdmin):
    """Shows everything and changes nothing."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: conversations are made by people and scripts."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: see above."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse on the model's own pages: Django's would read a whole conversation, and tell nobody that it is gone.

        What a user leaves still goes with him, on the page that deletes users.
        """
        match = request.resolver_match
        name = str(match.url_name) if match is not None else ""
        if name.startswith(f"{self.opts.app_label}_{self.opts.model_name}_"):
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    """Threads."""

    list_display = ("id", "title", "type", "created", "updated")
    list_filter = ("type",)
    search_fields = ("title",)
    ordering = ("-id",)


@admin.register(UserThread)
class UserThreadAdmin(ReadOnlyAdmin):
    """Memberships, with the state of their scripts."""

    list_display = ("id", "user", "thread_id", "type", "state", "schema", "updated")
    list_filter = ("state", "type")
    list_select_related = ("user", "schema")
    search_fields = ("=thread__id", "=user__id")
    ordering = ("-id",)


class AttachmentInline(AttachmentTable):
    """The attachments of a message."""

    model = Attachment
    extra = 0
    can_delete = False
    fields = ("type", "title", "url", "file")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: attachments come with messages."""
        return False


class UnreadInline(UnreadTable):
    """Who has not read the message: the first of them, as a thread may have a thousand members."""

    model = UnreadMessage
    verbose_name_plural = f"unread by (the first {_UNREAD_SHOWN})"
    extra = 0
    can_delete = False
    fields = ("user",)
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: unread states follow from messages."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnreadMessage]:
        """Give the rows of the page's message, with their users."""
        rows = super().get_queryset(request).order_by("pk")
        match = request.resolver_match
        shown = str(match.kwargs.get("object_id", "")) if match is not None else ""
        if shown.isdecimal():
            of_message = rows.filter(message_id=int(shown)).values_list("pk", flat=True)
            rows = rows.filter(pk__in=list(of_message[:_UNREAD_SHOWN]))
        return rows.select_related("user")


class TransportFilter(admin.SimpleListFilter):
    """By transport; which there are is known without reading the table, as Django's own filter would."""

    title = "transport"
    parameter_name = "transport"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the names of the transports."""
        return [(name, name) for name in sorted(TRANSPORT_FLAGS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Give the deliveries by the chosen one."""
        if self.value() is None:
            return queryset
        # An address may name anything; PostgreSQL does not even take every text.
        return queryset.filter(transport=self.value()) if self.value() in TRANSPORT_FLAGS else queryset.none()


@admin.register(NotificationDelivery)
class NotificationDeliveryAdmin(ReadOnlyAdmin):
    """What was sent to whom, and what became of it."""

    list_display = ("id", "transport", "user", "thread_id", "status", "due", "attempts", "reason")
    list_filter = ("status", TransportFilter)
    list_select_related = ("user",)
    search_fields = ("=thread__id", "=user__id")
    ordering = ("-id",)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Messages, deleted ones too."""

    list_display = ("id", "thread_id", "sender", "type", "text", "created", "deleted")
    list_filter = ("deleted",)
    list_select_related = ("sender",)
    search_fields = ("=thread__id", "=id")
    ordering = ("-id",)
    readonly_fields = ("typed_text",)
    inlines = (AttachmentInline, UnreadInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Give all messages, deleted ones too."""
        return Message.all_objects.get_queryset().order_by("-id")
