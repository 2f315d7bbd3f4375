"""The admin of raised flags: the open ones, which those with the permission to view them mark as seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chat_api.raised_flags.actions import mark_flags_seen
from chat_api.raised_flags.documents import flag_document
from chat_api.raised_flags.models import Flag

if TYPE_CHECKING:
    _AdminBase = admin.ModelAdmin[Flag]
else:
    _AdminBase = admin.ModelAdmin


class OpenFilter(admin.SimpleListFilter):
    """A filter that shows open flags unless all are asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choice beside the default one."""
        return [("all", gettext("All"))]

    def choices(self, changelist: Any) -> Any:
        """Yield the choices, the default one as open."""
        for choice in super().choices(changelist):
            yield (
                {**choice, "display": gettext("Open")}
                if choice["query_string"].find("state=") < 0
                else choice
            )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the flags that hold and that nobody has seen, or all."""
        return queryset if self.value() == "all" else queryset.filter(cleared=None, seen=None)


@admin.register(Flag)
class FlagAdmin(_AdminBase):
    """The admin of raised flags, read-only except for marking them as seen."""

    show_full_result_count = False
    list_per_page = 50
    list_display = ("id", "label", "severity", "run_id", "survey_id", "raised", "seen", "seen_by", "cleared")
    list_filter = (OpenFilter,)
    list_select_related = ("schema", "seen_by")
    search_fields = ("=run__id", "=survey__id", "=run__user_thread__user__id", "=survey__user__id")
    ordering = ("-raised", "-id")
    actions = ("mark_as_seen",)

    @admin.display(description=_("flag"))
    def label(self, flag: Flag) -> str:
        """Return the flag's label in its schema, or its name."""
        return str(flag_document(flag)["label"] or flag.name)

    @admin.display(description=_("severity"))
    def severity(self, flag: Flag) -> str:
        """Return the flag's severity in its schema."""
        return str(flag_document(flag)["severity"])

    @admin.action(description=_("Mark as seen"), permissions=["view"])
    def mark_as_seen(self, request: HttpRequest, queryset: QuerySet[Flag]) -> None:
        """Mark the selected flags as seen by the user; those that somebody has seen stay as they are."""
        ids = list(queryset.values_list("pk", flat=True))
        seen = mark_flags_seen(flag_ids=ids, by=request.user, now=timezone.now())
        text = ngettext("%(number)s flag was marked as seen.", "%(number)s flags were marked as seen.", seen)
        self.message_user(request, text % {"number": seen})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: answers raise flags."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: flags follow from answers."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False on the model's own pages; deleting a user still deletes the flags of their answers."""
        match = request.resolver_match
        name = str(match.url_name) if match is not None else ""
        if name.startswith(f"{self.opts.app_label}_{self.opts.model_name}_"):
            return False
        return super().has_delete_permission(request, obj)
