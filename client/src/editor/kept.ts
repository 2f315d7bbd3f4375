/** What a browser keeps of a script that could not be saved. */

import type { Script } from "./document.js";

/** The version of an author, and the stored one that it began with; null if that is not known. */
export interface Kept {
  readonly document: Script;
  readonly base: Script | null;
}

export function keep(key: string, kept: Kept): void {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // The storage is full or closed to this page: the question before leaving remains.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept either.
  }
}

function isScript(value: Script | null | undefined): value is Script {
  return Array.isArray(value?.questions);
}

/** Return what was kept, or null. */
export function keptAt(key: string): Kept | null {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Kept> | null;
    if (!isScript(found?.document)) return null;
    return { document: found.document, base: isScript(found.base) ? found.base : null };
  } catch {
    // What is there was not written by this page.
    return null;
  }
}
