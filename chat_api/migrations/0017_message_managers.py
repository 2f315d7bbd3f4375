"""Only names: related messages are read by a manager that asks the database of writes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0016_subscription_start")]

    operations = [
        migrations.AlterModelOptions("message", options={"base_manager_name": "all_objects"}),
        migrations.AlterModelManagers(
            "message", managers=[("objects", models.Manager()), ("all_objects", models.Manager())]
        ),
    ]
