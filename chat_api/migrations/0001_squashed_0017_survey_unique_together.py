"""The tables as release 0.8.8 left them.

A database of that release has them already; a new one gets them here, and the same migrations follow in both.
What never reaches a table (choices, on_delete, related names, defaults) is written as it is today.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT, SET_NULL

import chat_api.attachments.models
import chat_api.chat.thread_types
import chat_api.schemas.models

TYPES = [
    ("choice", "Choice"),
    ("multichoice", "Multiple choice"),
    ("text", "Text"),
    ("date", "Date"),
    ("time", "Time"),
    ("datetime", "Date and time"),
    ("int", "Whole number"),
    ("float", "Number"),
    ("range", "Range"),
    ("message", "Message"),
    ("fork", "Fork"),
    ("control", "Control"),
]
STATES = [
    ("scripted", "Scripted"),
    ("scripted_fe_controlled", "Scripted, controlled by the frontend"),
    ("assisted", "Assisted"),
    ("closed", "Closed"),
    ("open", "Open"),
]
ON_FINISH = [("open", "Open"), ("close", "Close"), ("repeat", "Repeat")]
UNITS = [("hours", "Hours"), ("days", "Days"), ("weeks", "Weeks"), ("months", "Months")]


def key():
    """Give the primary key of every table: 32 bits, whatever the host's DEFAULT_AUTO_FIELD is."""
    return ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def attachment_columns():
    """Give the columns that the three tables of attachments share."""
    return [
        key(),
        ("title", models.CharField(blank=True, default="", max_length=255)),
        ("description", models.TextField(blank=True, default="")),
        ("type", models.CharField(choices=chat_api.attachments.models.attachment_types, max_length=50)),
        ("options", models.TextField(blank=True, null=True)),
        ("file", models.FileField(blank=True, null=True, upload_to="attachments")),
        ("thumbnail_image", models.ImageField(blank=True, null=True, upload_to="attachments/thumbnails")),
        ("url", models.URLField(blank=True, null=True)),
        ("thumbnail", models.TextField(blank=True, null=True)),
        ("object_id", models.PositiveIntegerField(blank=True, null=True)),
        (
            "content_type",
            models.ForeignKey(
                "contenttypes.contenttype",
                on_delete=CASCADE,
                related_name="+",
                db_index=False,
                blank=True,
                null=True,
            ),
        ),
    ]


def user_key(related_name):
    """Give a key to a user that may be missing, and has no index."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=SET_NULL,
        related_name=related_name,
        db_index=False,
        blank=True,
        null=True,
    )


def message_key(related_name, **options):
    """Give a key to a message that may be missing, and has no index."""
    return models.ForeignKey(
        "chat_api.message",
        on_delete=SET_NULL,
        related_name=related_name,
        db_index=False,
        blank=True,
        null=True,
        **options,
    )


def script_key(to, related_name):
    """Give a key of a membership into a script that may be missing, and has no index."""
    return models.ForeignKey(
        to, on_delete=PROTECT, related_name=related_name, db_index=False, blank=True, null=True
    )


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("chat_api", "0001_initial"),
        ("chat_api", "0002_auto_20170206_0538"),
        ("chat_api", "0003_auto_20170227_1037"),
        ("chat_api", "0004_message_predecessor"),
        ("chat_api", "0005_auto_20170301_0705"),
        ("chat_api", "0006_auto_20170302_0919"),
        ("chat_api", "0007_auto_20170303_1657"),
        ("chat_api", "0008_auto_20170309_0622"),
        ("chat_api", "0009_survey_fields_visibility"),
        ("chat_api", "0010_auto_20170313_0919"),
        ("chat_api", "0011_userthread_last_message"),
        ("chat_api", "0012_auto_20170331_0436"),
        ("chat_api", "0013_auto_20170509_1125"),
        ("chat_api", "0014_auto_20170523_0812"),
        ("chat_api", "0015_forking"),
        ("chat_api", "0016_forking_fix"),
        ("chat_api", "0017_survey_unique_together"),
    ]

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Schema",
            fields=[
                key(),
                ("name", models.CharField(max_length=100)),
                ("version", models.IntegerField(default=1)),
                (
                    "type",
                    models.CharField(
                        choices=chat_api.schemas.models.schema_types, db_index=True, max_length=100
                    ),
                ),
                ("published", models.BooleanField(db_index=True, default=False)),
                ("deprecated", models.BooleanField(db_index=True, default=False)),
            ],
            options={"unique_together": {("name", "version")}},
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                key(),
                (
                    "schema",
                    models.ForeignKey("chat_api.schema", on_delete=CASCADE, related_name="groups"),
                ),
                ("name", models.CharField(db_index=True, max_length=100)),
                ("position", models.IntegerField(db_index=True)),
            ],
            options={
                "ordering": ("position",),
                "unique_together": {("name", "schema"), ("position", "schema")},
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                key(),
                (
                    "schema",
                    models.ForeignKey("chat_api.schema", on_delete=CASCADE, related_name="questions"),
                ),
                (
                    "group",
                    models.ForeignKey(
                        "chat_api.group", on_delete=CASCADE, related_name="questions", blank=True, null=True
                    ),
                ),
                ("qid", models.IntegerField(db_index=True)),
                ("position", models.IntegerField(db_index=True)),
                ("type", models.CharField(choices=TYPES, max_length=50)),
                ("text", models.TextField()),
                (
                    "next_qid",
                    models.IntegerField(
                        blank=True, help_text="The qid asked next; -1 ends the script.", null=True
                    ),
                ),
                ("required", models.BooleanField(default=False)),
                ("choice_open", models.BooleanField(default=False)),
                ("range_from", models.FloatField(blank=True, null=True)),
                ("range_to", models.FloatField(blank=True, null=True)),
                ("meta", models.TextField(blank=True, null=True)),
                ("has_attachments", models.BooleanField(default=False)),
                ("variable_modifications", models.TextField(blank=True, default="[]")),
                ("forking_rules", models.TextField(blank=True, default="[]")),
                ("show_as_type", models.CharField(default="automated_message", max_length=50)),
                ("comments", models.TextField(blank=True, null=True)),
            ],
            options={
                "ordering": ("position",),
                "unique_together": {("qid", "schema"), ("position", "schema")},
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                key(),
                (
                    "question",
                    models.ForeignKey("chat_api.question", on_delete=CASCADE, related_name="answers"),
                ),
                ("position", models.IntegerField(db_index=True)),
                ("text", models.TextField()),
                ("next_qid", models.IntegerField(help_text="The qid asked next; -1 ends the script.")),
                ("exclusive", models.BooleanField(default=False)),
                ("meta", models.TextField(blank=True, null=True)),
                ("variable_modifications", models.TextField(blank=True, default="[]")),
                ("comments", models.TextField(blank=True, null=True)),
            ],
            options={"ordering": ("position",), "unique_together": {("position", "question")}},
        ),
        migrations.CreateModel(
            name="AttachmentTemplate",
            fields=[
                *attachment_columns(),
                (
                    "question",
                    models.ForeignKey(
                        "chat_api.question",
                        on_delete=CASCADE,
                        related_name="attachments",
                        blank=True,
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                key(),
                ("title", models.CharField(blank=True, default="", max_length=255)),
                (
                    "type",
                    models.CharField(
                        choices=chat_api.chat.thread_types.thread_types,
                        default=chat_api.chat.thread_types.default_thread_type,
                        max_length=50,
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("updated", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                key(),
                ("thread", models.ForeignKey("chat_api.thread", on_delete=CASCADE, related_name="messages")),
                ("sender", user_key("+")),
                ("text", models.TextField(blank=True, default="")),
                ("type", models.CharField(db_index=True, default="message", max_length=50)),
                ("meta", models.TextField(blank=True, null=True)),
                (
                    "related_question",
                    models.ForeignKey(
                        "chat_api.question", on_delete=PROTECT, related_name="messages", blank=True, null=True
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        "chat_api.question",
                        on_delete=PROTECT,
                        related_name="preceeding_messages",
                        blank=True,
                        null=True,
                    ),
                ),
                ("has_attachments", models.BooleanField(default=False)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("updated", models.DateTimeField(auto_now=True, db_index=True)),
                ("deleted", models.BooleanField(default=False, editable=False)),
            ],
        ),
        migrations.AddField("thread", "last_message", message_key("last_in_threads")),
        migrations.CreateModel(
            name="MessageAnswer",
            fields=[
                key(),
                (
                    "message",
                    models.ForeignKey("chat_api.message", on_delete=CASCADE, related_name="answer_links"),
                ),
                ("answer", models.ForeignKey("chat_api.answer", on_delete=PROTECT, related_name="+")),
            ],
            options={"db_table": "chat_api_message_answers", "unique_together": {("message", "answer")}},
        ),
        migrations.AddField(
            "message",
            "answers",
            models.ManyToManyField(
                "chat_api.answer", through="chat_api.MessageAnswer", related_name="messages", blank=True
            ),
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                *attachment_columns(),
                (
                    "message",
                    models.ForeignKey("chat_api.message", on_delete=CASCADE, related_name="attachments"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnreadMessage",
            fields=[
                key(),
                (
                    "message",
                    models.ForeignKey("chat_api.message", on_delete=CASCADE, related_name="unread_states"),
                ),
                (
                    "thread",
                    models.ForeignKey("chat_api.thread", on_delete=CASCADE, related_name="unread_messages"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=CASCADE, related_name="unread_messages"
                    ),
                ),
                (
                    "type",
                    models.CharField(choices=chat_api.chat.thread_types.thread_types, db_index=True, max_length=50),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ThreadWSSubscription",
            fields=[
                key(),
                (
                    "thread",
                    models.ForeignKey("chat_api.thread", on_delete=CASCADE, related_name="ws_subscription"),
                ),
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL, on_delete=CASCADE, related_name="ws_subscription"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UserThread",
            fields=[
                key(),
                ("thread", models.ForeignKey("chat_api.thread", on_delete=CASCADE, related_name="users")),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=CASCADE, related_name="chat_api_threads"
                    ),
                ),
                (
                    "type",
                    models.CharField(choices=chat_api.chat.thread_types.thread_types, db_index=True, max_length=50),
                ),
                ("created", models.DateTimeField(db_index=True)),
                ("updated", models.DateTimeField(db_index=True)),
                (
                    "permissions",
                    models.IntegerField(default=chat_api.chat.thread_types.default_permissions, null=True),
                ),
                ("notifications", models.IntegerField(default=3, null=True)),
                ("state", models.CharField(choices=STATES, default="open", max_length=50)),
                ("schema", script_key("chat_api.schema", "user_threads")),
                ("initial_question", script_key("chat_api.question", "states_inited_with")),
                ("question", script_key("chat_api.question", "states_with")),
                ("related_message", message_key("states_related_with", editable=False)),
                ("last_message", message_key("last_in_user_threads")),
                ("automated_sender", user_key("automated_threads_sent_by")),
                (
                    "on_finish",
                    models.CharField(blank=True, choices=ON_FINISH, default="open", max_length=50),
                ),
                ("frequency_unit", models.CharField(blank=True, choices=UNITS, max_length=50, null=True)),
                ("frequency_value", models.IntegerField(blank=True, null=True)),
                ("next_restart", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("repeat_until", models.DateTimeField(blank=True, null=True)),
                ("variables_pool", models.TextField(blank=True, default="{}")),
            ],
            options={"unique_together": {("user", "thread")}},
        ),
        migrations.CreateModel(
            name="VariableModification",
            fields=[
                key(),
                (
                    "user_thread",
                    models.ForeignKey(
                        "chat_api.userthread", on_delete=CASCADE, related_name="variable_modifications"
                    ),
                ),
                ("variable_modifications", models.TextField(default="[]")),
                (
                    "related_message",
                    models.ForeignKey(
                        "chat_api.message",
                        on_delete=CASCADE,
                        related_name="variable_modifications",
                        blank=True,
                        null=True,
                    ),
                ),
                ("related_message_answer_id", models.IntegerField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                key(),
                (
                    "schema",
                    models.ForeignKey(
                        "chat_api.schema", on_delete=PROTECT, related_name="surveys", db_index=False
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=CASCADE, related_name="chat_api_surveys"
                    ),
                ),
                ("automated_sender", user_key("automated_surveys_sent_by")),
                ("state", models.TextField(blank=True, null=True)),
                ("created", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("updated", models.DateTimeField(auto_now=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SurveyItem",
            fields=[
                key(),
                (
                    "survey",
                    models.ForeignKey("chat_api.survey", on_delete=CASCADE, related_name="survey_items"),
                ),
                (
                    "related_question",
                    models.ForeignKey(
                        "chat_api.question", on_delete=PROTECT, related_name="survey_items", db_index=False
                    ),
                ),
                ("sender", user_key("+")),
                ("text", models.TextField(blank=True, default="")),
                ("type", models.CharField(default="answer", max_length=50)),
                ("meta", models.TextField(blank=True, null=True)),
                ("position", models.IntegerField(db_index=True)),
                ("has_attachments", models.BooleanField(default=False)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("updated", models.DateTimeField(auto_now=True, db_index=True)),
            ],
            options={"unique_together": {("related_question", "survey")}},
        ),
        migrations.CreateModel(
            name="SurveyItemAnswer",
            fields=[
                key(),
                (
                    "surveyitem",
                    models.ForeignKey("chat_api.surveyitem", on_delete=CASCADE, related_name="answer_links"),
                ),
                ("answer", models.ForeignKey("chat_api.answer", on_delete=PROTECT, related_name="+")),
            ],
            options={
                "db_table": "chat_api_surveyitem_answers",
                "unique_together": {("surveyitem", "answer")},
            },
        ),
        migrations.AddField(
            "surveyitem",
            "answers",
            models.ManyToManyField(
                "chat_api.answer",
                through="chat_api.SurveyItemAnswer",
                related_name="survey_items",
                blank=True,
            ),
        ),
        migrations.CreateModel(
            name="SurveyAttachment",
            fields=[
                *attachment_columns(),
                (
                    "item",
                    models.ForeignKey("chat_api.surveyitem", on_delete=CASCADE, related_name="attachments"),
                ),
            ],
        ),
    ]
