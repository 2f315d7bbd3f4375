"""The texts that held JSON become columns of JSON."""

from django.db import migrations, models


def maybe():
    """Give a column of any JSON, or null."""
    return models.JSONField(blank=True, null=True)


def pairs():
    """Give a column of a list."""
    return models.JSONField(blank=True, default=list)


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0003_mend_json_text")]

    operations = [
        migrations.AlterField("question", "meta", maybe()),
        migrations.AlterField("question", "variable_modifications", pairs()),
        migrations.AlterField("question", "forking_rules", pairs()),
        migrations.AlterField("answer", "meta", maybe()),
        migrations.AlterField("answer", "variable_modifications", pairs()),
        migrations.AlterField("attachmenttemplate", "options", maybe()),
        migrations.AlterField("attachmenttemplate", "thumbnail", maybe()),
        migrations.AlterField("message", "meta", maybe()),
        migrations.AlterField("attachment", "options", maybe()),
        migrations.AlterField("attachment", "thumbnail", maybe()),
        migrations.AlterField("userthread", "variables_pool", models.JSONField(blank=True, default=dict)),
        migrations.AlterField(
            "variablemodification", "variable_modifications", models.JSONField(default=list)
        ),
        migrations.AlterField("survey", "state", maybe()),
        migrations.AlterField("surveyitem", "meta", maybe()),
        migrations.AlterField("surveyattachment", "options", maybe()),
        migrations.AlterField("surveyattachment", "thumbnail", maybe()),
    ]
