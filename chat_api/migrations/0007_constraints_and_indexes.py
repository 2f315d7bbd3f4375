"""What the rows are held to from now on, and the indexes that the queries use."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

#: Tables that no earlier step made anew.
UNTOUCHED = ("Schema", "Group", "MessageAnswer", "SurveyItemAnswer", "ThreadWSSubscription")


def defer_keys(apps, schema_editor):
    """On SQLite, every key is checked at the end of a transaction, as in a new database; 0.8.8's were not."""
    if schema_editor.connection.vendor != "sqlite":
        return
    for name in UNTOUCHED:
        model = apps.get_model("chat_api", name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [model._meta.db_table])
            written = cursor.fetchone()[0]
        if "REFERENCES" in written and "DEFERRABLE" not in written:
            schema_editor._remake_table(model)


class Migration(migrations.Migration):
    dependencies = [
        ("chat_api", "0006_fill_new_columns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "question", "show_as_type", models.CharField(default="automated_message", max_length=255)
        ),
        migrations.AlterField(
            "surveyitem",
            "related_question",
            models.ForeignKey("chat_api.question", on_delete=PROTECT, related_name="survey_items"),
        ),
        migrations.AlterField(
            "unreadmessage",
            "user",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, on_delete=CASCADE, related_name="unread_messages", db_index=False
            ),
        ),
        migrations.AddIndex(
            "unreadmessage", models.Index(fields=["user", "thread"], name="chat_api_unread_of_member")
        ),
        migrations.AddConstraint(
            "unreadmessage",
            models.UniqueConstraint(fields=("message", "user"), name="chat_api_unread_once_per_member"),
        ),
        migrations.AddIndex(
            "message", models.Index(fields=["thread", "id"], name="chat_api_message_by_thread")
        ),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(
                condition=models.Q(("client_id__isnull", False)),
                fields=("sender", "thread", "client_id"),
                name="chat_api_message_client_id_unique",
            ),
        ),
        migrations.RunPython(defer_keys, migrations.RunPython.noop),
    ]
