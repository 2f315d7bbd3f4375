/**
 * Build the module and its types into the folder that Django serves: `node scripts/build.mjs`. With `--check`, write
 * nothing and fail if the committed files differ.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

const here = new URL("../", import.meta.url).pathname;
const root = join(here, "..");
const version = /__version__ = "(.+)"/.exec(readFileSync(join(root, "chat_api/__init__.py"), "utf8"))[1];
const parent = join(root, "chat_api/static/chat_api/client");
const out = join(parent, version);
/** Bytes of `client.js` after gzip. */
const LIMIT = 25_000;

function compile(...options) {
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json", ...options], { cwd: here, stdio: "inherit" });
}

/** Compile to JavaScript without types and comments, and bundle it into one readable file. */
async function client() {
  compile("--removeComments", "--declaration", "false");
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["build/index.js"],
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    write: false,
  });
  const code = result.outputFiles[0].text.replace(/^\/\/ build\/.*\n/gm, "");
  return `// django-chat-api ${version}: built from client/, do not edit.\n${code}`;
}

/** Compile the types with their comments, and bundle them into one file. */
async function types() {
  compile("--emitDeclarationOnly");
  const bundle = await rollup({ input: join(here, "build/index.d.ts"), plugins: [dts()] });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  return `// Types of django-chat-api ${version}: built from client/, do not edit.\n${output[0].code}`;
}

function differences(files) {
  const there = existsSync(out) ? readdirSync(out).sort() : [];
  const wrong = Object.keys(files).filter(
    (name) => !there.includes(name) || readFileSync(join(out, name), "utf8") !== files[name],
  );
  const others = existsSync(parent) ? readdirSync(parent).filter((name) => name !== version) : [];
  return [...wrong, ...there.filter((name) => !(name in files)), ...others];
}

const files = { "client.js": await client(), "client.d.ts": await types() };
rmSync(join(here, "build"), { recursive: true, force: true });
const size = gzipSync(files["client.js"]).length;
console.log(`client.js: ${files["client.js"].length} bytes, ${size} after gzip (at most ${LIMIT})`);
if (size > LIMIT) process.exit(1);
if (process.argv.includes("--check")) {
  const wrong = differences(files);
  if (wrong.length) {
    console.error(`Not as built from client/: ${wrong.join(", ")}. Run: make client`);
    process.exit(1);
  }
} else {
  rmSync(parent, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
}
