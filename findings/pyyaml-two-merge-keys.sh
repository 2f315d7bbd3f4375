#!/usr/bin/env bash
# PyYAML 6.0.3 and 6.0.4 read one document differently: of two merge keys (<<) in one mapping that set the same key,
# 6.0.3 takes the last, 6.0.4 the first. The keys come in another release, not in another major version, and neither
# warns. One merge key with a list (<<: [*a, *b]) means the same in both: the first wins.
#
# Seen: "6.0.3 2 1" and "6.0.4 1 1" (release, value by two merge keys, value by one list).
# Source: both releases of PyYAML, run below; https://yaml.org/type/merge.html says that earlier ones in a list win and
# says nothing of a repeated merge key.
# What follows: a loader of questionnaires that must not change with its parser puts merged keys in place by itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for version in 6.0.3 6.0.4; do
	python3 -m venv "$folder/$version"
	"$folder/$version/bin/pip" --quiet --disable-pip-version-check install "PyYAML==$version"
	"$folder/$version/bin/python" - <<'PYTHON'
import yaml

START = "a: &a {x: 1}\nb: &b {x: 2}\nc:\n"
twice = yaml.safe_load(START + "  <<: *a\n  <<: *b\n")["c"]["x"]
listed = yaml.safe_load(START + "  <<: [*a, *b]\n")["c"]["x"]
print(yaml.__version__, twice, listed)
PYTHON
done | tee "$folder/seen"
diff "$folder/seen" - <<'EXPECTED'
6.0.3 2 1
6.0.4 1 1
EXPECTED
