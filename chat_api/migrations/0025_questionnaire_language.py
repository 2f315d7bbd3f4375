"""Columns of the questionnaire language; those that are there mean what they meant, without any of these."""

import chat_api.schemas.models
from django.db import migrations, models


def json():
    """Return the column of a JSON value that authors write."""
    return models.JSONField(blank=True, null=True)


def kept():
    """Return the column of a JSON value that only this package writes."""
    return models.JSONField(blank=True, editable=False, null=True)


def text():
    """Return the column of a text or an expression."""
    return models.TextField(blank=True, null=True)


def translations():
    """Return the column of a text's translations."""
    return models.JSONField(blank=True, db_default={}, default=dict)


def name():
    """Return the column of an identifier."""
    return models.CharField(blank=True, max_length=100, null=True)


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0024_attachment_src")]

    operations = [
        migrations.AlterField(
            "question",
            "type",
            models.CharField(choices=chat_api.schemas.models.question_types, max_length=50),
        ),
        *(
            migrations.AddField(model, column, make())
            for model, columns in {
                "schema": {
                    "scores": json,
                    "flags": json,
                    "match_text": lambda: models.BooleanField(db_default=False, default=False),
                },
                "group": {
                    "key": name,
                    "show_if": text,
                    "text": text,
                    "text_i18n": translations,
                    "layout": lambda: models.CharField(
                        blank=True, choices=[("list", "List"), ("page", "Page")], max_length=20, null=True
                    ),
                    "repeat": json,
                },
                "question": {
                    "name": name,
                    "hint": text,
                    "hint_i18n": translations,
                    "show_if": text,
                    "skip": text,
                    "skip_i18n": translations,
                    "default": text,
                    "calculate": text,
                    "limits": json,
                    "constraints": json,
                    "required_message": text,
                    "required_message_i18n": translations,
                },
                "answer": {
                    "value": json,
                    "weight": lambda: models.FloatField(blank=True, null=True),
                    "show_if": text,
                },
                "message": {
                    "reply": kept,
                    "instance": lambda: models.IntegerField(blank=True, editable=False, null=True),
                },
                "userthread": {"values": kept},
                "scriptrun": {"values": kept},
                "surveyitem": {
                    "reply": kept,
                    "instance": lambda: models.IntegerField(db_default=0, default=0, editable=False),
                },
            }.items()
            for column, make in columns.items()
        ),
        # The old constraint goes after the new one is there, so that no item is ever answered twice.
        migrations.AddConstraint(
            "surveyitem",
            models.UniqueConstraint(
                fields=("survey", "related_question", "instance"), name="chat_api_item_once_per_instance"
            ),
        ),
        migrations.AlterUniqueTogether("surveyitem", set()),
    ]
