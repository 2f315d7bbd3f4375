"""The version of the answers that a survey's state was computed from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0030_survey_rule_context")]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="state_version",
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
