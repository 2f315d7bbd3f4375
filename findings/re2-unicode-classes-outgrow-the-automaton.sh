#!/usr/bin/env bash
# A pattern for e-mail addresses with the usual limit of 63 characters for a part of the domain is fine for RE2 with
# ASCII classes, and too large for its automaton with Unicode classes: 99 characters become 181,757 instructions,
# because a class of many ranges of bytes is copied for each repetition. It compiles, and matches rightly, but every
# match writes "DFA out of memory" to standard error, which no except clause sees, and takes the slower way.
# Eight times the default of max_mem, 64 MiB, is not enough either; log_errors=False ends the messages.
#
# Seen with google-re2 1.1.20251105: "ASCII: matches, 0 messages", "Unicode: matches, 1 messages", "Unicode without log:
# matches, 0 messages".
# Source: the library, run below; its header re2.h describes max_mem as the budget of the compiled form and of the cached
# graphs of both directions.
# What follows: formats of answers repeat without limit, and the length of each part is compared afterwards.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install google-re2==1.1.20251105
cat >"$folder/match.py" <<'PYTHON'
import sys

import re2

if sys.argv[1] == "ASCII":
    label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
else:
    label = r"[\pL\pN](?:[\pL\pN\pM-]{0,61}[\pL\pN\pM])?"
options = re2.Options()
if len(sys.argv) > 2:
    options.log_errors = False
pattern = re2.compile(rf"[^@\s]+@{label}(?:\.{label})+", options=options)
print("matches" if pattern.fullmatch("anna@example.org") else "does not match", end=", ")
PYTHON
run() {
	name=$1
	shift
	printf '%s: ' "$name"
	"$folder/venv/bin/python" "$folder/match.py" "$@" 2>"$folder/errors"
	printf '%s messages\n' "$(grep -c 'DFA out of memory' "$folder/errors" || true)"
}
{
	run ASCII ASCII
	run Unicode Unicode
	run 'Unicode without log' Unicode silent
} | tee "$folder/seen"
diff "$folder/seen" - <<'EXPECTED'
ASCII: matches, 0 messages
Unicode: matches, 1 messages
Unicode without log: matches, 0 messages
EXPECTED
