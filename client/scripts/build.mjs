/**
 * Build the modules, their types and texts into the folder that Django serves: `node scripts/build.mjs`. With `--check`,
 * write nothing and fail if the committed files differ.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { manifest } from "./manifest.mjs";

const here = new URL("../", import.meta.url).pathname;
const root = join(here, "..");
const version = /__version__ = "(.+)"/.exec(readFileSync(join(root, "chat_api/__init__.py"), "utf8"))[1];
const parent = join(root, "chat_api/static/chat_api/client");
const out = join(parent, version);
const texts = join(here, "src/elements/strings");
/** Bytes after gzip: of `client.js`, and of all modules together. */
const LIMITS = { "client.js": 25_000, "*.js": 60_000 };
const BANNER = `django-chat-api ${version}: built from client/, do not edit.`;

function compile(...options) {
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json", ...options], { cwd: here, stdio: "inherit" });
}

/** Bundle a compiled module, without types and comments, into one readable file. */
async function bundle(entry) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    write: false,
    // The production build of Lit; development builds log warnings.
    conditions: ["production"],
    legalComments: "eof",
  });
  const code = result.outputFiles[0].text.replace(/^\/\/ (build|node_modules)\/.*\n/gm, "");
  return `// ${BANNER}\n${code}`;
}

/** Bundle the compiled types of a module, with their comments, into one file. */
async function types(entry, external = []) {
  const bundled = await rollup({ input: join(here, entry), plugins: [dts()], external });
  const { output } = await bundled.generate({ format: "es" });
  await bundled.close();
  return `// ${BANNER}\n${output[0].code}`;
}

/** The types of the elements use those of the client, and of Lit where it is installed. */
async function elementTypes() {
  const code = await types("build/elements/index.d.ts", (id) => id.startsWith("lit") || id.endsWith("../index.js"));
  return code.replaceAll(/"(\.\.?\/)+(build\/)?index\.js"/g, '"./client.js"');
}

async function built() {
  rmSync(join(here, "build"), { recursive: true, force: true });
  compile("--removeComments", "--declaration", "false");
  const modules = {
    "client.js": await bundle("build/index.js"),
    "elements.js": await bundle("build/elements/index.js"),
    "register.js": await bundle("build/elements/register.js"),
  };
  compile("--emitDeclarationOnly");
  const strings = readdirSync(texts).map((name) => [`strings/${name}`, readFileSync(join(texts, name), "utf8")]);
  const files = {
    ...modules,
    "client.d.ts": await types("build/index.d.ts"),
    "elements.d.ts": await elementTypes(),
    "custom-elements.json": manifest(here),
    ...Object.fromEntries(strings),
  };
  rmSync(join(here, "build"), { recursive: true, force: true });
  return files;
}

function isSmall(files) {
  const sizes = Object.entries(files).filter(([name]) => name.endsWith(".js"));
  const sizeOf = (name) => gzipSync(files[name]).length;
  const all = sizes.reduce((sum, [name]) => sum + sizeOf(name), 0);
  for (const [name, code] of sizes) console.log(`${name}: ${code.length} bytes, ${sizeOf(name)} after gzip`);
  console.log(`All modules after gzip: ${all} (at most ${LIMITS["*.js"]})`);
  return sizeOf("client.js") <= LIMITS["client.js"] && all <= LIMITS["*.js"];
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1));
}

function differences(files) {
  const there = filesIn(out);
  const wrong = Object.keys(files).filter(
    (name) => !there.includes(name) || readFileSync(join(out, name), "utf8") !== files[name],
  );
  const others = existsSync(parent) ? readdirSync(parent).filter((name) => name !== version) : [];
  return [...wrong, ...there.filter((name) => !(name in files)), ...others];
}

const files = await built();
if (!isSmall(files)) process.exit(1);
if (process.argv.includes("--check")) {
  const wrong = differences(files);
  if (wrong.length) {
    console.error(`Not as built from client/: ${wrong.join(", ")}. Run: make client`);
    process.exit(1);
  }
} else {
  rmSync(parent, { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), text);
  }
}
