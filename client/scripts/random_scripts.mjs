/**
 * Edit scripts by chance, as the editor of the admin can: `node scripts/random_scripts.mjs SEED EDITS`. It reads a list of
 * documents from its input, and writes the list of what they have become.
 */

import { readFileSync } from "node:fs";
import { build } from "esbuild";

const folder = new URL("../test/editor/", import.meta.url).pathname;
const contents = `export { randomEdit } from "./random_edits.js"; export { chance } from "./scripts.js";`;
const { outputFiles } = await build({
  stdin: { contents, resolveDir: folder, loader: "ts" },
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
});
// What the editor needs of a browser when it is loaded; nothing is drawn.
globalThis.HTMLElement ??= Object;
globalThis.document ??= {
  createTreeWalker: () => ({}),
  createComment: () => ({}),
  createElement: () => ({}),
};
const source = Buffer.from(outputFiles[0].text).toString("base64");
const { randomEdit, chance } = await import(`data:text/javascript;base64,${source}`);

const [seed, edits] = process.argv.slice(2).map(Number);
const random = chance(seed);
const scripts = JSON.parse(readFileSync(0, "utf8"));
const edited = scripts.map((script) => {
  const names = [];
  let now = script;
  for (let done = 0; done < edits; done += 1) {
    const next = randomEdit(now, random);
    names.push(next.name);
    now = next.script;
  }
  return { document: now, names };
});
process.stdout.write(JSON.stringify(edited));
