/**
 * Write src/generated/schemas.ts: the types of the OpenAPI document and of the AsyncAPI document. With `--check`, write
 * nothing and fail if the committed file differs.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";

const root = new URL("../../", import.meta.url).pathname;
const python = process.env.PYTHON ?? join(root, ".venv/bin/python");
const folder = mkdtempSync(join(tmpdir(), "chat-api-documents-"));

function document(name, ...command) {
  const file = join(folder, name);
  const environment = { ...process.env, DJANGO_SETTINGS_MODULE: "tests.settings" };
  execFileSync(python, ["-m", "django", ...command, file], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  return JSON.parse(readFileSync(file, "utf8"));
}

/** "event.messages_read" as "MessagesReadFrame", "command.ping" as "PingCommand". */
function typeName(message) {
  const [kind, ...words] = message.split(/[._]/);
  const camel = words.map((word) => word[0].toUpperCase() + word.slice(1)).join("");
  return camel + (kind === "event" ? "Frame" : "Command");
}

/** Texts about single fields are in the documents; types need them only where they are short. */
function withoutExamples(value) {
  if (Array.isArray(value)) return value.map(withoutExamples);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => key !== "example" && key !== "examples");
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutExamples(inner)]));
}

const rest = document("openapi.json", "spectacular", "--format", "openapi-json", "--file");
const socket = document("asyncapi.json", "asyncapi", "--format", "json", "--output");
rmSync(folder, { recursive: true });

const schemas = { ...socket.components.schemas, ...rest.components.schemas };
for (const [name, message] of Object.entries(socket.components.messages))
  schemas[typeName(name)] = message.payload;

const combined = {
  openapi: "3.1.0",
  info: { title: "chat_api", version: "1" },
  paths: {},
  components: { schemas: withoutExamples(schemas) },
};
const text = astToString(
  await openapiTS(combined, { immutable: true, alphabetize: true, defaultNonNullable: false }),
);
const kept = text.slice(text.indexOf("export interface components"), text.indexOf("export type $defs"));
const file = new URL("../src/generated/schemas.ts", import.meta.url);
const wanted = `/** The documents of the REST API and of the socket. Written by \`make client\`; do not edit. */\n\n${kept.trim()}\n`;
if (!process.argv.includes("--check")) {
  writeFileSync(file, wanted);
} else if (readFileSync(file, "utf8") !== wanted) {
  console.error("client/src/generated/schemas.ts does not fit the documents. Run: make client");
  process.exit(1);
}
