"""Makes every JSON text one that both databases store as JSON, before the columns change their type.

What is changed is reported on stderr with table, column and id. Rows are read in batches of bounded size.
"""

import json
import sys

from django.db import migrations

BATCH = 500
#: Deeper JSON is refused by SQLite, and cannot be read within a request.
DEPTH_MAX = 500
#: Longer whole numbers cannot be read back.
DIGITS_MAX = 4000
#: How much of a text that is given up is reported.
REPORTED = 200

#: Model, column, and what stands there where there is nothing: such a column holds only values of that kind.
COLUMNS = (
    ("Question", "meta", None),
    ("Question", "variable_modifications", []),
    ("Question", "forking_rules", []),
    ("Answer", "meta", None),
    ("Answer", "variable_modifications", []),
    ("AttachmentTemplate", "options", None),
    ("AttachmentTemplate", "thumbnail", None),
    ("Message", "meta", None),
    ("Attachment", "options", None),
    ("Attachment", "thumbnail", None),
    ("UserThread", "variables_pool", {}),
    ("VariableModification", "variable_modifications", []),
    ("Survey", "state", None),
    ("SurveyItem", "meta", None),
    ("SurveyAttachment", "options", None),
    ("SurveyAttachment", "thumbnail", None),
)


class Unusable(ValueError):
    """A text that no JSON can be made of."""


class Mending:
    """Reads one JSON text; `changed` says whether a part of it had to be replaced."""

    def __init__(self):
        self.changed = False

    def constant(self, name):
        """Replace NaN and the infinities."""
        self.changed = True
        return 0

    def whole(self, digits):
        """Replace whole numbers that Python refuses to read."""
        return self.constant(digits) if len(digits) > DIGITS_MAX else int(digits)

    def fraction(self, digits):
        """Replace numbers that are not finite, and rewrite those too small to tell from zero."""
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            return self.constant(digits)
        if value == 0 and digits.lower().partition("e")[0].strip("-0."):
            self.changed = True
        return value

    def text(self, text):
        """Replace NUL and halves of surrogate pairs: PostgreSQL stores neither."""
        storable = "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text)
        self.changed = self.changed or storable != text
        return storable

    def read(self, text):
        """Give the value of a JSON text; a bare text is a value itself. Raises `Unusable` for broken JSON."""
        try:
            value = json.loads(
                text, parse_constant=self.constant, parse_int=self.whole, parse_float=self.fraction
            )
        except RecursionError as error:
            raise Unusable("nested too deep") from error
        except ValueError as error:
            if not text.strip() or text.lstrip()[0] in '{["':
                raise Unusable("not JSON") from error
            self.changed = True
            value = text
        return self.within(value, 0)

    def within(self, value, depth):
        """Give the value with its texts made storable. Raises `Unusable` where it is nested too deep."""
        if depth > DEPTH_MAX:
            raise Unusable("nested too deep")
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.within(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {self.text(name): self.within(item, depth + 1) for name, item in value.items()}
        return value


def mended(text, default):
    """Give the JSON text to store, and why it is another one: empty where nothing had to change."""
    mending = Mending()
    try:
        value = mending.read(text)
    except (Unusable, RecursionError) as problem:
        reason = str(problem) if isinstance(problem, Unusable) else "nested too deep"
        return (None if default is None else json.dumps(default)), reason
    if default is not None and not isinstance(value, type(default)):
        return json.dumps(default), f"not a {type(default).__name__}"
    if not mending.changed:
        return text, ""
    return json.dumps(value, allow_nan=False), "not JSON that can be stored"


def batches(rows, column, default):
    """Give lists of (id, text) of the rows that have something to look at, in the order of ids."""
    nothing = {column: None if default is None else json.dumps(default)}
    rows = rows.exclude(**nothing).order_by("pk")
    batch = list(rows.values_list("pk", column)[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1][0]).values_list("pk", column)[:BATCH])


def shortened(text):
    """Give the beginning of a text, on one line."""
    return repr(text) if len(text) <= REPORTED else f"{text[:REPORTED]!r}…"


def mend_columns(apps, schema_editor):
    """Every text in a column of JSON is JSON, of the column's kind; what was changed is on stderr."""
    for name, column, default in COLUMNS:
        model = apps.get_model("chat_api", name)
        rows = model._base_manager.using(schema_editor.connection.alias)
        for batch in batches(rows, column, default):
            mend_batch(rows, column, default, batch)


def mend_batch(rows, column, default, batch):
    """Write those texts of the batch anew that have to change, and report them."""
    table = rows.model._meta.db_table
    for pk, text in batch:
        new, reason = mended(text, default)
        if reason:
            rows.filter(pk=pk).update(**{column: new})
            sys.stderr.write(
                f"{table}.{column}, id {pk}: {reason}; {shortened(text)} is now "
                f"{'null' if new is None else shortened(new)}\n"
            )


class Migration(migrations.Migration):
    dependencies = [("chat_api", "0002_mend_rows")]

    operations = [migrations.RunPython(mend_columns, migrations.RunPython.noop)]
