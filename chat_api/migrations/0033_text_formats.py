"""How the text of a message or an answer is stored; null in earlier rows."""

from django.db import migrations, models

FORMATS = [("plain", "plain"), ("escaped", "escaped")]


def text_format():
    """Return the column; adding it rewrites no rows."""
    return models.CharField(blank=True, choices=FORMATS, editable=False, max_length=10, null=True)


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0032_thread_assigned_to")]

    operations = [
        migrations.AddField("message", "text_format", text_format()),
        migrations.AddField("surveyitem", "text_format", text_format()),
    ]
