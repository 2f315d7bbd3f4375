"""Runs of scripts, the event log, what was asked of whom, and names that clients give to what they send."""

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT, SET_NULL

STATES = [
    ("scripted", "Scripted"),
    ("scripted_fe_controlled", "Scripted, controlled by the frontend"),
    ("assisted", "Assisted"),
    ("closed", "Closed"),
    ("open", "Open"),
]
OUTCOMES = [
    ("completed", "completed"),
    ("broken", "broken"),
    ("rolled_over", "rolled over"),
    ("superseded", "superseded"),
]


def key():
    """Give the primary key of every table: 32 bits, whatever the host's DEFAULT_AUTO_FIELD is."""
    return ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [
        ("chat_api", "0004_json_columns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            "schema", options={"permissions": (("publish_schema", "Can publish a schema"),)}
        ),
        migrations.AddField("schema", "revision", models.UUIDField(blank=True, editable=False, null=True)),
        migrations.AddField(
            "thread", "event_head", models.PositiveBigIntegerField(default=0, editable=False)
        ),
        migrations.CreateModel(
            name="ThreadEvent",
            fields=[
                key(),
                (
                    "thread",
                    models.ForeignKey(
                        "chat_api.thread", on_delete=CASCADE, related_name="events", db_index=False
                    ),
                ),
                ("seq", models.PositiveBigIntegerField()),
                ("name", models.CharField(max_length=50)),
                ("data", models.JSONField(default=dict)),
                ("created", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("published", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("thread_id", "seq"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("published", False)), fields=["id"], name="chat_api_event_pending"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("thread", "seq"), name="chat_api_event_seq_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                key(),
                ("thread", models.ForeignKey("chat_api.thread", on_delete=CASCADE, related_name="+")),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=CASCADE, related_name="+", db_index=False
                    ),
                ),
                ("client_id", models.UUIDField()),
                ("created", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "thread", "client_id"), name="chat_api_idempotency_key_unique"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="ScriptRun",
            fields=[
                key(),
                (
                    "user_thread",
                    models.ForeignKey("chat_api.userthread", on_delete=CASCADE, related_name="runs"),
                ),
                ("schema", models.ForeignKey("chat_api.schema", on_delete=PROTECT, related_name="runs")),
                ("started", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, choices=OUTCOMES, default="", max_length=50)),
                ("variables", models.JSONField(default=dict)),
                ("last_qid", models.IntegerField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            "userthread",
            "run",
            models.ForeignKey(
                "chat_api.scriptrun",
                on_delete=SET_NULL,
                related_name="+",
                blank=True,
                editable=False,
                null=True,
            ),
        ),
        migrations.AddField(
            "userthread",
            "paused_state",
            models.CharField(blank=True, choices=STATES, editable=False, max_length=50, null=True),
        ),
        migrations.AddField(
            "variablemodification",
            "run",
            models.ForeignKey(
                "chat_api.scriptrun",
                on_delete=CASCADE,
                related_name="variable_modifications",
                blank=True,
                null=True,
            ),
        ),
        migrations.AddField("message", "client_id", models.UUIDField(blank=True, editable=False, null=True)),
        migrations.AddField("message", "asks", models.BooleanField(default=False, editable=False)),
        migrations.AddField(
            "message",
            "asked_of",
            models.ForeignKey(
                "chat_api.userthread",
                on_delete=SET_NULL,
                related_name="asked_messages",
                blank=True,
                editable=False,
                null=True,
            ),
        ),
        migrations.AddField(
            "message",
            "run",
            models.ForeignKey(
                "chat_api.scriptrun",
                on_delete=SET_NULL,
                related_name="messages",
                blank=True,
                editable=False,
                null=True,
            ),
        ),
    ]
