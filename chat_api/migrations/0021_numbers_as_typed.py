"""Numbers as they were typed, beside the plain notation in which they are stored."""

from django.db import migrations, models


def typed():
    """Return the column of both tables."""
    return models.CharField(blank=True, editable=False, max_length=100, null=True)


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0020_series_of_starts")]

    operations = [
        migrations.AddField("message", "typed_text", typed()),
        migrations.AddField("surveyitem", "typed_text", typed()),
    ]
