"""What the rules of a survey read besides its answers; null for surveys that no rule reads, and earlier ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0028_flag_notifications")]

    operations = [
        migrations.AddField(
            "survey", "rule_context", models.JSONField(blank=True, editable=False, null=True)
        ),
    ]
