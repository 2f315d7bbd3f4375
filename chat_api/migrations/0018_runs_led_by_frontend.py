"""Which runs the frontend leads."""

from django.db import migrations, models
from django.db.models import Q


def mark_runs(apps, schema_editor):
    """Mark the current runs of members whom a frontend leads; whether earlier runs were led so does not count."""
    database = schema_editor.connection.alias
    led = Q(state="scripted_fe_controlled") | Q(paused_state="scripted_fe_controlled")
    members = apps.get_model("chat_api", "UserThread").objects.using(database).filter(led, run__isnull=False)
    runs = apps.get_model("chat_api", "ScriptRun").objects.using(database)
    runs.filter(pk__in=members.values("run")).update(led_by_frontend=True)


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0017_message_managers")]

    operations = [
        migrations.AddField(
            "scriptrun",
            "led_by_frontend",
            models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(mark_runs, migrations.RunPython.noop),
    ]
