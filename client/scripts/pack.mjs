/** Check the npm package: pack what pip installs, install it in an empty folder, and use it from JavaScript and types. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = new URL("../", import.meta.url).pathname;
const root = join(here, "..");
const version = /__version__ = "(.+)"/.exec(readFileSync(join(root, "chat_api/__init__.py"), "utf8"))[1];
/** "1.0.0a1" of Python is "1.0.0-a.1" of npm. */
const npmVersion = version.replace(/^(\d+\.\d+\.\d+)(a|b|rc)(\d+)$/, "$1-$2.$3");
const folder = mkdtempSync(join(tmpdir(), "chat-api-npm-"));
const run = (where, ...command) =>
  execFileSync(command[0], command.slice(1), { cwd: where, encoding: "utf8" });

try {
  const staged = join(folder, "package");
  cpSync(join(root, "chat_api/static/chat_api/client", version), staged, { recursive: true });
  cpSync(join(root, "LICENSE"), join(staged, "LICENSE"));
  cpSync(join(here, "README.md"), join(staged, "README.md"));
  const { name, description, license } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const built = readdirSync(staged, { recursive: true, encoding: "utf8" });
  const files = built.filter((file) => /\.(js|ts|css|json)$/.test(file)).sort();
  const manifest = {
    name,
    version: npmVersion,
    description,
    license,
    type: "module",
    exports: {
      ".": { types: "./client.d.ts", default: "./client.js" },
      "./elements": { types: "./elements.d.ts", default: "./elements.js" },
      "./register": "./register.js",
      "./elements.css": "./elements.css",
      "./strings/*.json": "./strings/*.json",
    },
    files,
    customElements: "custom-elements.json",
    sideEffects: ["./register.js"],
  };
  writeFileSync(join(staged, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const [packed] = JSON.parse(run(staged, "npm", "pack", "--json", "--silent"));
  const names = packed.files.map(({ path }) => path).sort();
  const wanted = ["LICENSE", "README.md", "package.json", ...files].sort();
  if (JSON.stringify(names) !== JSON.stringify(wanted))
    throw new Error(`The package holds ${names}, not ${wanted}`);

  const host = join(folder, "host");
  mkdirSync(host);
  writeFileSync(join(host, "package.json"), '{"private": true, "type": "module"}\n');
  run(
    host,
    "npm",
    "install",
    "--silent",
    "--offline",
    "--no-audit",
    "--no-fund",
    join(staged, packed.filename),
  );
  const script = `import { createClient, plainText } from "${name}";
    if (typeof createClient !== "function") throw new Error("createClient is missing");
    if (plainText({ text: "&lt;", text_format: "escaped" }) !== "<") throw new Error("plainText decodes wrongly");`;
  run(host, "node", "--input-type=module", "-e", script);
  writeFileSync(
    join(host, "use.ts"),
    `import { createClient } from "${name}";\nexport const count: number = createClient().getSnapshot().queue.length;\n`,
  );
  const options = [
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--lib",
    "es2022,dom",
  ];
  run(host, join(here, "node_modules/.bin/tsc"), ...options, "use.ts");
  console.log(`${packed.filename}: ${names.join(", ")}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
