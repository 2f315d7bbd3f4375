#!/usr/bin/env bash
# SQLite's FTS5 takes two different Hindi words for one: its tokenizer unicode61 splits words at vowel signs, which are
# combining marks and neither letters nor digits to it. So दिन (day) and दान (gift) are both the two tokens द and न,
# and a search for one finds the other. remove_diacritics=0 changes nothing; `categories` with the marks in it does.
#
# Seen with SQLite 3.50.4: "unicode61 2", "unicode61 remove_diacritics 0 2", "with marks 1" (rows found of two, where
# one has the word).
# Source: the tokenizer, run below; https://www.sqlite.org/fts5.html#unicode61_tokenizer names the categories L*, N* and
# Co as those of tokens, and gives no example outside of Latin.
# What follows: words are cut and folded before they reach the index, so that both databases agree.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install apsw==3.50.4.0
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import apsw

DAY, GIFT = "\u0926\u093f\u0928", "\u0926\u093e\u0928"
print(apsw.sqlite_lib_version())
for name, tokenizer in (
    ("unicode61", "unicode61"),
    ("unicode61 remove_diacritics 0", "unicode61 remove_diacritics 0"),
    ("with marks", "unicode61 categories 'L* N* Co Mn Mc'"),
):
    database = apsw.Connection(":memory:")
    database.execute(f'CREATE VIRTUAL TABLE words USING fts5(word, tokenize="{tokenizer}")')
    database.execute("INSERT INTO words VALUES (?), (?)", (DAY, GIFT))
    (found,) = database.execute("SELECT count(*) FROM words WHERE words MATCH ?", (f'"{DAY}"',)).fetchone()
    print(name, found)
PYTHON
diff "$folder/seen" - <<'EXPECTED'
3.50.4
unicode61 2
unicode61 remove_diacritics 0 2
with marks 1
EXPECTED
