import django.db.models.deletion
from django.db import migrations, models

# Each word gets a letter in front: PostgreSQL would read 12e3 as a number, and cut 12e3a in two. What no word is
# stands between text and name, so that no phrase goes over it.
POSTGRES = [
    """
    ALTER TABLE chat_api_messagesearch ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', replace(' ' || text, ' ', ' w'))
        || '$:1'::tsvector
        || to_tsvector('simple', replace(' ' || sender_name, ' ', ' w'))
    ) STORED
    """,
    "CREATE INDEX chat_api_search_vector ON chat_api_messagesearch USING gin (vector)",
]

# The texts come folded, with blanks between words: to the tokenizer `ascii`, everything that is not ASCII belongs to
# a word. The name does not begin with chat_api_, as those of models do: FTS5 makes tables of its own beside it.
FTS = "chatapi_messagesearch_fts"
COLUMNS = "text, sender_name, thread_id"
ADD = f"INSERT INTO {FTS}(rowid, {COLUMNS}) VALUES (new.message_id, new.text, new.sender_name, new.thread_id);"
TAKE_OUT = (
    f"INSERT INTO {FTS}({FTS}, rowid, {COLUMNS}) "
    "VALUES ('delete', old.message_id, old.text, old.sender_name, old.thread_id);"
)
TABLE = "chat_api_messagesearch"
SQLITE = [
    f"CREATE VIRTUAL TABLE {FTS} USING fts5({COLUMNS}, content='{TABLE}', content_rowid='message_id', tokenize='ascii')",
    f"INSERT INTO {FTS}({FTS}, rank) VALUES ('rank', 'bm25(10.0, 5.0, 0.0)')",
    f"CREATE TRIGGER {FTS}_added AFTER INSERT ON {TABLE} BEGIN {ADD} END",
    f"CREATE TRIGGER {FTS}_taken_out AFTER DELETE ON {TABLE} BEGIN {TAKE_OUT} END",
    f"CREATE TRIGGER {FTS}_changed AFTER UPDATE OF message_id, {COLUMNS} ON {TABLE} BEGIN {TAKE_OUT} {ADD} END",
]


def make_index(apps, schema_editor):
    statements = {"postgresql": POSTGRES, "sqlite": SQLITE}.get(schema_editor.connection.vendor, [])
    for statement in statements:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    # The triggers, and PostgreSQL's column and index, go with the table.
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TABLE {FTS}")


class Migration(migrations.Migration):

    dependencies = [
        ('chat_api', '0013_languages'),
    ]

    operations = [
        migrations.CreateModel(
            name='MessageSearch',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread_id', models.IntegerField(db_index=True)),
                ('text', models.TextField(blank=True, default='')),
                ('sender_name', models.TextField(blank=True, default='')),
                ('pending', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('removed', models.BooleanField(default=False, editable=False)),
                ('message', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat_api.message')),
            ],
            options={
                'verbose_name_plural': 'message searches',
                'indexes': [models.Index(condition=models.Q(('pending__isnull', False)), fields=['id'], name='chat_api_search_pending')],
            },
        ),
        migrations.RunPython(make_index, drop_index, elidable=False),
    ]
