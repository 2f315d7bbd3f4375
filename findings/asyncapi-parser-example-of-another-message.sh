#!/usr/bin/env bash
# The reference parser of AsyncAPI holds the examples of a message against its payload in documents of version 2, and
# not in documents of version 3: an example whose number is a text is an error in the first, and passes in the second.
# A document that the parser accepts after an upgrade to version 3 can therefore show frames that no server sends.
#
# Seen with @asyncapi/parser 3.6.6 and node 20: the output below.
# Source: the rule `asyncapi2-message-examples` has no counterpart for version 3 in the package's ruleset;
# https://github.com/asyncapi/parser-js/issues/1024.
# What follows: here, tests hold every example of the socket's document against its payload themselves.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @asyncapi/parser@3.6.6 >/dev/null
cat >run.mjs <<'SCRIPT'
import parser from "@asyncapi/parser";

const payload = { type: "object", required: ["seq"], properties: { seq: { type: "integer" } } };
const message = { name: "read", payload, examples: [{ name: "wrong", payload: { seq: "twelve" } }] };
const info = { title: "Rooms", version: "1" };
const documents = {
    "2.6.0": { asyncapi: "2.6.0", info, channels: { room: { publish: { message } } } },
    "3.0.0": { asyncapi: "3.0.0", info, channels: { room: { address: "room", messages: { read: message } } } },
};
for (const [version, document] of Object.entries(documents)) {
    const diagnostics = await new parser.Parser().validate(JSON.stringify(document));
    const errors = diagnostics.filter(({ severity }) => severity === 0);
    console.log(version, errors.length ? errors.map(({ code, message }) => `${code}: ${message}`).join("; ") : "valid");
}
SCRIPT
node run.mjs | tee seen
diff seen - <<'EXPECTED'
2.6.0 asyncapi2-message-examples: "seq" property type must be integer
3.0.0 valid
EXPECTED
