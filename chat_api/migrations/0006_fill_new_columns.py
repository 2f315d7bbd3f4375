"""Fills the new columns of upgraded rows.

Members whom a script leads get no `ScriptRun`: when their run began is not known. Their messages and
modifications without a run are those of the run that they are in, until the next one opens.
"""

import uuid

from django.db import migrations
from django.db.models import Count, Exists, F, Min, OuterRef, Subquery

BATCH = 500


def rows_of(apps, schema_editor, name):
    """Give all rows of a model, in the database that is being migrated."""
    return apps.get_model("chat_api", name)._base_manager.using(schema_editor.connection.alias)


def draw_revisions(apps, schema_editor):
    """Every published schema has a revision."""
    lacking = rows_of(apps, schema_editor, "Schema").filter(published=True, revision=None).order_by("pk")
    while batch := list(lacking[:BATCH]):
        for schema in batch:
            schema.revision = uuid.uuid4()
        lacking.model._base_manager.using(lacking.db).bulk_update(batch, ["revision"])


def mark_asking_messages(apps, schema_editor):
    """A message asks if it shows a question as that question's type, and no answers were chosen in it."""
    links = rows_of(apps, schema_editor, "MessageAnswer").filter(message=OuterRef("pk"))
    rows_of(apps, schema_editor, "Message").filter(
        ~Exists(links), type=F("related_question__show_as_type")
    ).update(asks=True)


def find_asked_members(apps, schema_editor):
    """An asking message names whom it asked, where just one member of its thread has that script."""
    members = (
        rows_of(apps, schema_editor, "UserThread")
        .filter(thread=OuterRef("thread"), schema__questions=OuterRef("related_question"))
        .order_by()
        .values("thread")
        .annotate(number=Count("pk"), only=Min("pk"))
        .filter(number=1)
    )
    rows_of(apps, schema_editor, "Message").filter(asks=True).update(
        asked_of=Subquery(members.values("only"))
    )


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0005_runs_and_events")]

    operations = [
        migrations.RunPython(draw_revisions, migrations.RunPython.noop),
        migrations.RunPython(mark_asking_messages, migrations.RunPython.noop),
        migrations.RunPython(find_asked_members, migrations.RunPython.noop),
    ]
