// Reports what @asyncapi/parser finds in the document on standard input; exit code 1 if there is anything.
import { text } from "node:stream/consumers";

import { Parser } from "@asyncapi/parser";

// Hints that do not apply, by code, and why. One that no longer occurs is reported as well.
const ALLOWED = {
  "asyncapi-latest-version": "generators and viewers read 3.0.0, and the document needs nothing of 3.1.0",
};
const SEVERITIES = ["error", "warning", "information", "hint"];

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const wrong = diagnostics.filter(({ code, severity }) => severity < 2 || !(code in ALLOWED));
for (const { code, message, path, severity } of wrong) {
  console.error(`${SEVERITIES[severity]}: ${path.join("/") || "(whole)"}: ${message} (${code})`);
}
const unused = Object.keys(ALLOWED).filter((allowed) => !diagnostics.some(({ code }) => code === allowed));
for (const code of document ? unused : []) {
  console.error(`check.mjs: ${code} is allowed and does not occur`);
}
process.exitCode = document && !wrong.length && !unused.length ? 0 : 1;
