/** Files that the user chooses: type and size are checked, and photos that are too large are scaled down. */

import type { DraftFile } from "../index.js";
import type { ElementsLimits } from "./controls/types.js";
import { fitting } from "./scaling.js";
import type { Texts } from "./texts.js";

const MEGABYTE = 1_000_000;

/** What is accepted of files. */
export interface FileRules {
  /** What the server accepts; null if the page does not say. */
  readonly limits: ElementsLimits | null;
  /** The MIME types and extensions that the author of a question accepts; none for all. */
  readonly accept: readonly string[];
  /** The maximum size, in bytes. */
  readonly bytes: number;
  readonly texts: Texts;
}

/** Return the MIME types that the server accepts, for a file picker. */
export function acceptedTypes(limits: ElementsLimits | null): readonly string[] {
  return [...(limits?.image_types ?? ["image/*"]), ...Object.values(limits?.file_types ?? {}).flat()];
}

/** Return the file as it can be sent, or the sentence that says why not. */
export async function prepared(rules: FileRules, file: File): Promise<DraftFile | string> {
  const { accept, bytes, limits, texts } = rules;
  const { name } = file;
  const type = typeOf(limits, file);
  const isPicture = type === "image" || (!type && file.type.startsWith("image/"));
  const bounds = { bytes, pixels: limits?.image_pixels_max ?? Infinity };
  const ready = isPicture ? await fitting(file, bounds, type === "image") : file;
  const sent = ready && typeOf(limits, ready);
  const isAccepted = sent && (!accept.length || accept.some((each) => fits(ready, each)));
  if (isAccepted && ready.size <= bytes) return { file: ready, type: sent, title: ready.name };
  const isTooLarge = isAccepted || (!ready && type);
  return isTooLarge
    ? texts.get("file_too_large_for", { name, size: megabytes(texts, bytes) })
    : texts.get("file_not_accepted", { name });
}

function fits(file: File, pattern: string): boolean {
  if (pattern.startsWith(".")) return file.name.toLowerCase().endsWith(pattern.toLowerCase());
  return pattern.endsWith("/*") ? file.type.startsWith(pattern.slice(0, -1)) : file.type === pattern;
}

/** Return the type of the attachment that a file becomes; empty if the server takes no such files. */
function typeOf(limits: ElementsLimits | null, { type }: File): string {
  if (limits?.image_types?.includes(type) ?? type.startsWith("image/")) return "image";
  const own = Object.entries(limits?.file_types ?? {});
  return own.find(([, types]) => types.includes(type))?.[0] ?? "";
}

/** Return a size in words. */
export function megabytes(texts: Texts, bytes: number): string {
  const isSmall = bytes < MEGABYTE;
  // The units have other names in other languages, for example Mo in French.
  return texts.number(isSmall ? bytes / 1000 : bytes / MEGABYTE, {
    style: "unit",
    unit: isSmall ? "kilobyte" : "megabyte",
    maximumFractionDigits: 1,
  });
}
