"""Where the series of a repeated script's starts began; null lets it begin with the run that is current or comes next."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0019_submitted_surveys")]

    operations = [
        migrations.AddField(
            "userthread",
            "series_begin",
            models.CharField(blank=True, editable=False, max_length=26, null=True),
        ),
    ]
