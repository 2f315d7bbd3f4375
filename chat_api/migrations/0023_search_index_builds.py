"""By which folding of words the search index was made; an index of an older release is rebuilt by a command."""

from django.db import migrations, models

#: `chat_api.search.normalization.FOLDING` at this migration.
FOLDING = 2


def note_empty_index(apps, schema_editor):
    """Note that an index without messages needs no rebuilding."""
    database = schema_editor.connection.alias
    if not apps.get_model("chat_api", "MessageSearch").objects.using(database).exists():
        apps.get_model("chat_api", "SearchIndexBuild").objects.using(database).create(folding=FOLDING)


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0022_departures")]

    operations = [
        migrations.CreateModel(
            name="SearchIndexBuild",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("folding", models.PositiveSmallIntegerField()),
                ("finished", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RunPython(note_empty_index, migrations.RunPython.noop),
    ]
