"""Puts right what release 0.8.8 left wrong in rows; every other value stays as it is.

Each step is one or two statements that the database works off alone: however many rows there are, it takes no
memory here.
"""

from django.db import migrations
from django.db.models import F, Max, OuterRef, Subquery, Window
from django.db.models.functions import RowNumber


def rows_of(apps, schema_editor, name):
    """Give all rows of a model, in the database that is being migrated."""
    return apps.get_model("chat_api", name)._base_manager.using(schema_editor.connection.alias)


def drop_wrong_unread_rows(apps, schema_editor):
    """One unread row is left for a member and message, and none for a deleted message."""
    unread = rows_of(apps, schema_editor, "UnreadMessage")
    # Numbered in one pass: looking for the earlier rows of each row takes for ever without statistics.
    number = Window(RowNumber(), partition_by=[F("message"), F("user")], order_by=F("pk").asc())
    repeated = unread.annotate(number=number).filter(number__gt=1).values("pk")
    # Without collecting: nothing refers to an unread row, and there may be very many.
    unread.filter(message__deleted=True)._raw_delete(unread.db)
    unread.filter(pk__in=repeated)._raw_delete(unread.db)


def forget_deleted_last_messages(apps, schema_editor):
    """The last message of threads and memberships is the last that was not deleted, or none."""
    messages = rows_of(apps, schema_editor, "Message")

    def last_left(thread):
        left = messages.filter(thread=OuterRef(thread), deleted=False).order_by()
        return Subquery(left.values("thread").annotate(last=Max("pk")).values("last"))

    rows_of(apps, schema_editor, "Thread").filter(last_message__deleted=True).update(
        last_message=last_left("pk")
    )
    rows_of(apps, schema_editor, "UserThread").filter(last_message__deleted=True).update(
        last_message=last_left("thread")
    )


def set_missing_flags(apps, schema_editor):
    """No membership has null for its permissions or its notifications."""
    members = rows_of(apps, schema_editor, "UserThread")
    members.filter(permissions=None).update(permissions=0)
    members.filter(notifications=None).update(notifications=0)


def forget_questions_of_assisted(apps, schema_editor):
    """No assisted member stands on a question."""
    members = rows_of(apps, schema_editor, "UserThread")
    members.filter(state="assisted").exclude(question=None).update(question=None)


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0001_squashed_0017_survey_unique_together")]

    operations = [
        migrations.RunPython(drop_wrong_unread_rows, migrations.RunPython.noop),
        migrations.RunPython(forget_deleted_last_messages, migrations.RunPython.noop),
        migrations.RunPython(set_missing_flags, migrations.RunPython.noop),
        migrations.RunPython(forget_questions_of_assisted, migrations.RunPython.noop),
    ]
