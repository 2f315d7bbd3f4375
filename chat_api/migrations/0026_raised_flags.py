"""Flags that answers have raised."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, DO_NOTHING, PROTECT, SET_NULL, Q


class Migration(migrations.Migration):
    dependencies = [
        ("chat_api", "0025_questionnaire_language"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Flag",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("raised", models.DateTimeField()),
                ("seen", models.DateTimeField(blank=True, null=True)),
                ("cleared", models.DateTimeField(blank=True, null=True)),
                ("dispatched", models.BooleanField(default=True, editable=False)),
                (
                    "schema",
                    models.ForeignKey(
                        "chat_api.schema", on_delete=PROTECT, related_name="raised_flags", db_index=False
                    ),
                ),
                *(
                    (
                        name,
                        models.ForeignKey(
                            model,
                            on_delete=CASCADE,
                            blank=True,
                            null=True,
                            related_name="flags",
                            db_index=False,
                        ),
                    )
                    for name, model in (("run", "chat_api.scriptrun"), ("survey", "chat_api.survey"))
                ),
                *(
                    (
                        name,
                        models.ForeignKey(model, on_delete=SET_NULL, blank=True, null=True, related_name="+"),
                    )
                    for name, model in (
                        ("message", "chat_api.message"),
                        ("seen_by", settings.AUTH_USER_MODEL),
                    )
                ),
                (
                    "item",
                    models.ForeignKey(
                        "chat_api.surveyitem",
                        on_delete=DO_NOTHING,
                        blank=True,
                        null=True,
                        related_name="+",
                        db_constraint=False,
                        db_index=False,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["id"], condition=Q(dispatched=False), name="chat_api_flag_undispatched"
                    ),
                    models.Index(
                        fields=["raised"], condition=Q(cleared=None, seen=None), name="chat_api_flag_open"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "name"), name="chat_api_flag_once_per_run"),
                    models.UniqueConstraint(fields=("survey", "name"), name="chat_api_flag_once_per_survey"),
                    models.CheckConstraint(
                        condition=Q(run__isnull=False, survey__isnull=True)
                        | Q(run__isnull=True, survey__isnull=False),
                        name="chat_api_flag_of_run_or_survey",
                    ),
                ],
            },
        )
    ]
