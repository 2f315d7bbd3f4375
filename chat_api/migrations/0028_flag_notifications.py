"""Notifications about raised flags."""

from django.db import migrations, models
from django.db.models import CASCADE, Q


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0027_superseded_messages")]

    operations = [
        migrations.AlterField(
            "notificationdelivery",
            "thread",
            models.ForeignKey(
                "chat_api.thread",
                blank=True,
                null=True,
                on_delete=CASCADE,
                related_name="notification_deliveries",
            ),
        ),
        migrations.AddField(
            "notificationdelivery",
            "flag",
            models.ForeignKey(
                "chat_api.flag", blank=True, null=True, on_delete=CASCADE, related_name="deliveries"
            ),
        ),
        migrations.AddConstraint(
            "notificationdelivery",
            models.UniqueConstraint(
                fields=("flag", "user", "transport"),
                condition=Q(status="pending"),
                name="chat_api_one_pending_flag",
            ),
        ),
    ]
