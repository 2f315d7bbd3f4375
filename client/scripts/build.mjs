/**
 * Build the modules, their types and texts into the folder that Django serves: `node scripts/build.mjs`. With `--check`,
 * write nothing and fail if the committed files differ.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { format } from "prettier";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { manifest } from "./manifest.mjs";
import { withoutSpace } from "./templates.mjs";

const here = new URL("../", import.meta.url).pathname;
const root = join(here, "..");
const version = /__version__ = "(.+)"/.exec(readFileSync(join(root, "chat_api/__init__.py"), "utf8"))[1];
const parent = join(root, "chat_api/static/chat_api/client");
const out = join(parent, version);
/** The editor of scripts, which only the admin loads. */
const editor = join(root, "chat_api/static/chat_api/admin/editor.js");
const texts = join(here, "src/elements/strings");
const sheets = join(here, "src/elements/css");
/** Bytes after gzip as Node does it, of `client.js` and of all modules; `gzip -9` packs these into 25 and 60 KB. */
const LIMITS = { "client.js": 25_000, "*.js": 61_860 };
/** How the modules are laid out, so that they are easy to read and small after gzip. */
const LAYOUT = {
  parser: "babel",
  tabWidth: 1,
  printWidth: 500,
  objectWrap: "collapse",
  semi: false,
  trailingComma: "none",
  arrowParens: "avoid",
  bracketSpacing: false,
  embeddedLanguageFormatting: "off",
};
/** Browsers then compile all functions beside the page's own work, instead of each in its midst: most are used at once. */
const EAGER = "//# allFunctionsCalledOnLoad";
const BANNER = `django-chat-api ${version}: built from client/, do not edit.`;

function compile(...options) {
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json", ...options], { cwd: here, stdio: "inherit" });
}

/** Bundle a compiled module, without types and comments, into one readable file; `slim` makes its code smaller. */
async function bundle(entry, slim = slimmer, layout = LAYOUT) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    write: false,
    external: ["lit", "lit/*"],
  });
  const bare = slim(result.outputFiles[0].text.replace(/^\/\/ build\/.*\n/gm, ""));
  return `// ${BANNER}\n${await withLit(await format(bare, layout))}`;
}

/** Take out of a module what only makes it larger. */
function slimmer(code) {
  return (
    withoutSpace(code)
      .replaceAll("/* @__PURE__ */ ", "")
      // It marks promises for the linter alone.
      .replace(/^( +)void (?=[a-z])/gm, "$1")
      // Names of the compiler for classes, which nothing uses.
      .replace(/^(var _a\d*|_a\d* = \w+);\n/gm, "")
      // The constructor sets these fields, or they are undefined without a declaration, too.
      .replace(/^  (?!break|continue|return)[a-z]\w*;\n/gm, "")
      // Modules of two kinds of declarations are larger, and no easier to read: the compiler has checked what is constant.
      .replace(/^( *(?:for \()?)const /gm, "$1let ")
  );
}

/** Put what a module imports of Lit in front of it: minified, as Lit is published, with its license. */
async function withLit(code) {
  const imports = /^import \{([^}]*)\} from "(lit[^"]*)"\n/gm;
  const used = [...code.matchAll(imports)].flatMap(([, names, source]) =>
    names.split(",").map((one) => {
      const [name, as = name] = one.trim().split(" as ");
      return { name, as, source };
    }),
  );
  if (!used.length) return code;
  const result = await build({
    stdin: {
      contents: used.map(({ name, as, source }) => `export { ${name} as ${as} } from "${source}";`).join(""),
      resolveDir: here,
    },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    conditions: ["production"],
    legalComments: "none",
  });
  const [, lit, names] = /^(.*)export\{(.*)\};\s*$/s.exec(result.outputFiles[0].text);
  const pairs = names.split(",").map((name) => name.split(" as "));
  const taken = pairs.map(([name, as = name]) => `${as}:${name}`).join(",");
  const given = pairs.map(([name, as = name]) => as).join(", ");
  const license = "// Lit: Copyright Google LLC, BSD-3-Clause, https://lit.dev";
  return `${license}\nconst { ${given} } = (() => {${lit}return{${taken}}})();\n${code.replace(imports, "")}`;
}

/** Bundle the compiled types of a module, with their comments, into one file. */
async function types(entry, external = []) {
  const bundled = await rollup({ input: join(here, entry), plugins: [dts()], external });
  const { output } = await bundled.generate({ format: "es" });
  await bundled.close();
  return `// ${BANNER}\n${output[0].code}`;
}

/** The types of the elements use those of the client. */
async function elementTypes() {
  const code = await types("build/elements/index.d.ts", (id) => id.endsWith("../index.js"));
  return code.replaceAll(/(["'])(\.\.?\/)+(build\/)?index\.js\1/g, '"./client.js"');
}

/** The sheets in one file, each after its name. */
function styles() {
  const names = readdirSync(sheets).filter((name) => name.endsWith(".css"));
  const parts = names.map(
    (name) => `/*! ${name.slice(0, -4)} */\n${readFileSync(join(sheets, name), "utf8")}`,
  );
  return `/* ${BANNER} */\n${parts.join("\n")}`;
}

async function built() {
  rmSync(join(here, "build"), { recursive: true, force: true });
  compile("--removeComments", "--declaration", "false");
  const modules = {
    "client.js": `${EAGER}\n${await bundle("build/index.js")}`,
    "elements.js": `${EAGER}\n${await bundle("build/elements/index.js")}`,
    "register.js": await bundle("build/elements/register.js"),
  };
  const admin = await bundle("build/editor/index.js", (code) => code, { ...LAYOUT, printWidth: 110 });
  compile("--emitDeclarationOnly");
  const strings = readdirSync(texts).map((name) => [
    `strings/${name}`,
    readFileSync(join(texts, name), "utf8"),
  ]);
  const files = {
    ...modules,
    "client.d.ts": await types("build/index.d.ts"),
    "elements.d.ts": await elementTypes(),
    "elements.css": styles(),
    "custom-elements.json": manifest(here),
    ...Object.fromEntries(strings),
  };
  rmSync(join(here, "build"), { recursive: true, force: true });
  return { files, admin };
}

function isSmall(files) {
  const sizes = Object.entries(files).filter(([name]) => name.endsWith(".js"));
  const sizeOf = (name) => gzipSync(files[name], { level: 9 }).length;
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

function differences(files, admin) {
  const there = filesIn(out);
  const wrong = Object.keys(files).filter(
    (name) => !there.includes(name) || readFileSync(join(out, name), "utf8") !== files[name],
  );
  const others = existsSync(parent) ? readdirSync(parent).filter((name) => name !== version) : [];
  if (!existsSync(editor) || readFileSync(editor, "utf8") !== admin) wrong.push("admin/editor.js");
  return [...wrong, ...there.filter((name) => !(name in files)), ...others];
}

const { files, admin } = await built();
if (!isSmall(files)) process.exit(1);
if (process.argv.includes("--check")) {
  const wrong = differences(files, admin);
  if (wrong.length) {
    console.error(`Not as built from client/: ${wrong.join(", ")}. Run: make client`);
    process.exit(1);
  }
} else {
  rmSync(parent, { recursive: true, force: true });
  writeFileSync(editor, admin);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), text);
  }
}
