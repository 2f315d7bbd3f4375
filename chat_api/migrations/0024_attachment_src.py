"""Where an attachment of a host's own type leads, as a client or the host's functions say; rows there are have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0023_search_index_builds")]

    operations = [
        migrations.AddField(model, "src", models.TextField(blank=True, db_default="", default=""))
        for model in ("attachment", "attachmenttemplate", "surveyattachment")
    ]
