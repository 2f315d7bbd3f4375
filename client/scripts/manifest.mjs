/** The manifest of the elements: their attributes, properties, events and custom properties, for editors and docs. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** Return the manifest as JSON, from the comments of the classes. */
export function manifest(here) {
  const folder = mkdtempSync(join(tmpdir(), "chat-api-manifest-"));
  try {
    const options = ["analyze", "--litelement", "--quiet", "--outdir", relative(here, folder)];
    const globs = ["--globs", "src/elements/*.ts"];
    execFileSync("npx", ["custom-elements-manifest", ...options, ...globs], { cwd: here, stdio: "pipe" });
    const { schemaVersion, modules } = JSON.parse(readFileSync(join(folder, "custom-elements.json"), "utf8"));
    const elements = modules.flatMap(({ declarations }) => declarations).filter(isPublic);
    const tidy = elements.map(hyphenated).map((element) => ({
      ...element,
      members: element.members?.filter(isPublicMember),
      // `emit(name, ...)` of the base is taken for an event of that name.
      events: element.events?.filter(({ name }) => name !== "name"),
    }));
    const module = {
      kind: "javascript-module",
      path: "elements.js",
      declarations: tidy.sort((one, other) => (one.tagName < other.tagName ? -1 : 1)),
      exports: tidy.map(({ name }) => ({
        kind: "js",
        name,
        declaration: { name, module: "elements.js" },
      })),
    };
    return `${JSON.stringify({ schemaVersion, readme: "", modules: [module] }, null, 2)}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function attributeOf(property) {
  return property.replace(/[A-Z]/g, "-$&").toLowerCase();
}

/** Properties in camel case have attributes with hyphens, which the analyzer does not know of; both share a comment. */
function hyphenated(element) {
  const { attributes = [], members = [] } = element;
  const documented = attributes.filter(({ name }) => name === attributeOf(name));
  const described = new Map(documented.map((one) => [one.name, one.description]));
  const read = new Map(attributes.map((one) => [attributeOf(one.name), one]));
  return {
    ...element,
    attributes: documented.map((one) => ({ ...read.get(one.name), ...one })),
    members: members.map((member) => {
      if (!member.attribute) return member;
      const attribute = attributeOf(member.attribute);
      return { ...member, attribute, description: member.description ?? described.get(attribute) };
    }),
  };
}

function isPublic({ kind, tagName }) {
  return kind === "class" && tagName !== undefined;
}

function isPublicMember({ privacy, name, static: isStatic }) {
  return !["private", "protected"].includes(privacy) && !name.startsWith("#") && !isStatic;
}
