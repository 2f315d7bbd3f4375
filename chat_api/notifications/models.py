"""Deliveries of notifications, and the devices that receive push messages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel


class DeliveryStatus(models.TextChoices):
    """The status of a delivery."""

    #: Collects messages and waits until it is due.
    PENDING = "pending", _("waiting")
    #: A worker has claimed it.
    CLAIMED = "claimed", _("being made ready")
    #: A worker has started to send it; it may have arrived.
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    #: Nothing was left to send: the messages were read or deleted, or the user unsubscribed.
    DROPPED = "dropped", _("dropped")
    FAILED = "failed", _("failed")


class NotificationDelivery(ChatModel):
    """One notification for one user by one transport, about the messages of a thread from the first to the last.

    One about a raised flag has a flag in place of thread and messages.

    Later messages join a delivery that is still waiting, so that many messages lead to one mail. There is at most one
    waiting delivery per thread, user and transport.
    """

    thread = ForeignKey(
        "chat_api.Thread",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notification_deliveries",
    )
    flag = ForeignKey(
        "chat_api.Flag", null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    user = ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_deliveries"
    )
    #: The name of the notification flag: `email`, `sms`, `push`.
    transport = models.CharField(max_length=20)
    #: Ids of messages, which may be deleted while the delivery remains; 0 for a flag.
    first_message = models.PositiveBigIntegerField()
    last_message = models.PositiveBigIntegerField()
    status = models.CharField(max_length=20, choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING)
    due = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    #: When its worker counts as dead.
    lease_until = models.DateTimeField(null=True, blank=True)
    #: Why it was dropped or failed, or the last error.
    reason = models.CharField(max_length=500, blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "chat_api"
        verbose_name_plural = "notification deliveries"
        constraints = (
            models.UniqueConstraint(
                fields=("thread", "user", "transport"),
                condition=models.Q(status="pending"),
                name="chat_api_one_pending_delivery",
            ),
            models.UniqueConstraint(
                fields=("flag", "user", "transport"),
                condition=models.Q(status="pending"),
                name="chat_api_one_pending_flag",
            ),
        )
        indexes = (
            models.Index(
                fields=("due",),
                name="chat_api_delivery_open",
                condition=models.Q(status__in=("pending", "claimed", "sending")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.transport} to {self.user_id} about {self.thread_id or f'flag {self.flag_id}'}: {self.status}"


class PushDevice(ChatModel):
    """A browser that receives push messages for a user."""

    user = ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_devices")
    endpoint = models.URLField(max_length=1000)
    #: SHA-256 of the endpoint, because URLs are too long for an index on some databases.
    digest = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=200)
    auth = models.CharField(max_length=100)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "chat_api"

    def __str__(self) -> str:
        return f"Device {self.pk} of {self.user_id}"
