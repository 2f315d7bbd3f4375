"""The user to whom a thread is assigned: a null column and a partial index without rows, so that no row is written."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import SET_NULL, Q


class Migration(migrations.Migration):
    dependencies = [
        ("chat_api", "0031_survey_state_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "thread",
            "assigned_to",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                blank=True,
                null=True,
                db_index=False,
                on_delete=SET_NULL,
                related_name="+",
            ),
        ),
        migrations.AddIndex(
            "thread",
            models.Index(
                fields=["assigned_to"],
                condition=Q(assigned_to__isnull=False),
                name="chat_api_thread_assigned",
            ),
        ),
    ]
